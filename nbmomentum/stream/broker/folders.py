"""The folders of the broker ladder: one for each rung, below `broker/` in the kit's home."""

import shutil
from pathlib import Path

from nbmomentum import settings
from nbmomentum.errors import BrokerStartFailed
from nbmomentum.stream.broker.rungs import Rung
from nbmomentum.stream.broker.saving import DRAFT_SUFFIX, LEDGER_FILE


def rung_folder(rung: Rung, home: Path | str | None = None) -> Path:
    """The folder of a rung, made if it is missing: its data, logs and supervisor file.

    Raises:
        SettingsError: The folder cannot be made.
    """
    base = Path(home) if home else settings.home_folder("broker")
    # One spelling for one folder: leases and processes are found by it.
    path = base.expanduser().resolve() / rung.folder_name
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise settings.unusable_home(path, error) from error
    return path


def check_room(folder: Path, needed_mb: int, what: str) -> None:
    """See to it that there is room before anything is begun.

    Args:
        folder: Where the room is needed.
        needed_mb: How much, in MB.
        what: What needs it, for the message.

    Raises:
        BrokerStartFailed: The disk is full, or nearly.
    """
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < needed_mb:
        raise BrokerStartFailed(
            f"The disk of {folder} is full: {free_mb} MB are free, and {what} needs {needed_mb} MB. Free some space, "
            f"or set {settings.HOME_VARIABLE} to a folder on another disk."
        )


def data_folders(folder: Path) -> list[Path]:
    """Where the nodes of a rung save their logs: the one of the embedded broker, or each node's."""
    return [path for path in (folder / "data", *sorted(folder.glob("node-*/data"))) if path.is_dir()]


def saved_in(folder: Path) -> int:
    """The size of what the nodes have saved, in bytes; the draft of a save is not saved yet."""
    files = [f for data in data_folders(folder) for f in data.rglob("*") if f.is_file() and f.suffix != DRAFT_SUFFIX]
    return sum(_bytes_on_disk(file) for file in files)


def delete_data(folder: Path) -> None:
    """Delete all of it, and what was known of it."""
    for data in data_folders(folder):
        shutil.rmtree(data, ignore_errors=True)
    (folder / LEDGER_FILE).unlink(missing_ok=True)


def _bytes_on_disk(file: Path) -> int:
    """What a file takes: Kafka's indexes are large and, until they fill, empty."""
    stat = file.stat()
    return min(stat.st_size, 512 * getattr(stat, "st_blocks", stat.st_size))
