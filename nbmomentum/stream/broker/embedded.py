"""The embedded rung: the `noida-db` wheel's own binary, its data in `home/broker/embedded`."""

import os
import stat
from importlib.resources import files
from pathlib import Path

from nbmomentum import settings
from nbmomentum.errors import BrokerStartFailed

ENGINE = "embedded"


def folder(home: Path | str | None = None) -> Path:
    """The embedded broker's folder, made if it is missing: its data, logs and supervisor file.

    Raises:
        SettingsError: The folder cannot be made.
    """
    base = Path(home) if home else settings.home_folder("broker")
    # One spelling for one folder: leases and processes are found by it.
    path = base.expanduser().resolve() / ENGINE
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise settings.unusable_home(path, error) from error
    return path


def data_folder(folder: Path) -> Path:
    """Where the broker saves its log."""
    return folder / "data"


def command(folder: Path) -> list[str]:
    """The broker's command line, `{port}` left to the supervisor; the binary itself, not its Python wrapper.

    Raises:
        BrokerStartFailed: There is no wheel of the broker for this platform.
    """
    name = "noida-db.exe" if os.name == "nt" else "noida-db"
    try:
        binary = Path(str(files("noida_db").joinpath(name)))
    except ModuleNotFoundError as error:
        raise BrokerStartFailed(
            "The embedded broker is not installed (there is no wheel for this platform). "
            f"Run a Kafka cluster and set {settings.BOOTSTRAP_SERVERS_VARIABLE}=host:port."
        ) from error
    if not os.access(binary, os.X_OK):
        binary.chmod(binary.stat().st_mode | stat.S_IXUSR)
    data = data_folder(folder)
    data.mkdir(exist_ok=True)
    return [str(binary), "start", "--only", "kafka", "--kafka-port", "{port}", "--data-dir", str(data)]
