"""The folders of the broker ladder: one for each rung, below `broker/` in the kit's home."""

import shutil
from pathlib import Path

from nbmomentum import settings
from nbmomentum.stream.broker.rungs import Rung


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


def data_folders(folder: Path) -> list[Path]:
    """Where the nodes of a rung save their logs: the one of the embedded broker, or each node's."""
    return [path for path in (folder / "data", *sorted(folder.glob("node-*/data"))) if path.is_dir()]


def saved_in(folder: Path) -> int:
    """The size of what the nodes have saved, in bytes."""
    files = [file for data in data_folders(folder) for file in data.rglob("*") if file.is_file()]
    return sum(_bytes_on_disk(file) for file in files)


def delete_data(folder: Path) -> None:
    """Delete all of it."""
    for data in data_folders(folder):
        shutil.rmtree(data, ignore_errors=True)


def _bytes_on_disk(file: Path) -> int:
    """What a file takes: Kafka's indexes are large and, until they fill, empty."""
    stat = file.stat()
    return min(stat.st_size, 512 * getattr(stat, "st_blocks", stat.st_size))
