"""Where the kit writes, and which broker it is told to use: the environment variables and their meaning.

| variable | meaning |
|---|---|
| `NBMOMENTUM_HOME` | the folder for `logs/`, `data/` and `broker/` |
| `NBMOMENTUM_BOOTSTRAP_SERVERS` | a running cluster to use instead of the embedded broker |
"""

import os
import tomllib
from pathlib import Path

from platformdirs import user_data_path

from nbmomentum.errors import SettingsError

HOME_VARIABLE = "NBMOMENTUM_HOME"
BOOTSTRAP_SERVERS_VARIABLE = "NBMOMENTUM_BOOTSTRAP_SERVERS"
PACKAGE_FOLDER = Path(__file__).parent


def checkout_root() -> Path | None:
    """The source checkout this package runs from, or None when it was installed from a wheel."""
    root = PACKAGE_FOLDER.parent
    pyproject = root / "pyproject.toml"
    if not pyproject.is_file():
        return None
    name = tomllib.loads(pyproject.read_text(encoding="utf-8")).get("project", {}).get("name")
    return root if name == "nbmomentum" else None


def home() -> Path:
    """The folder the kit writes to: `NBMOMENTUM_HOME`, else the checkout's root, else the user's data folder."""
    configured = os.environ.get(HOME_VARIABLE)
    if configured:
        return Path(configured).expanduser().absolute()
    return checkout_root() or user_data_path("nbmomentum", appauthor=False)


def home_folder(name: str) -> Path:
    """A folder inside `home()`, made if it is missing.

    Raises:
        SettingsError: The folder cannot be made.
    """
    folder = home() / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unusable_home(folder, error) from error
    return folder


def unusable_home(path: Path, error: OSError) -> SettingsError:
    """What to raise when a folder or file in `home()` cannot be made or written."""
    return SettingsError(
        f"{path} cannot be written ({error.strerror or error}). Set {HOME_VARIABLE} to a folder you can write to."
    )


def bootstrap_servers() -> str | None:
    """The cluster named by `NBMOMENTUM_BOOTSTRAP_SERVERS`, or None.

    Raises:
        SettingsError: The variable is not a comma-separated list of host:port.
    """
    text = os.environ.get(BOOTSTRAP_SERVERS_VARIABLE, "").strip()
    return checked_servers(text, BOOTSTRAP_SERVERS_VARIABLE) if text else None


def checked_servers(text: str, name: str) -> str:
    """A list of servers that can be used as it stands.

    Args:
        text: `host:port`, several separated by commas.
        name: What the user gave it as, for the message.

    Raises:
        SettingsError: The text is no such list.
    """
    for server in text.split(","):
        host, _, port = server.strip().rpartition(":")
        if not host or not _is_port(port):
            raise SettingsError(
                f"{name} is {text!r}; it takes host:port, e.g. localhost:9092, several separated by commas."
            )
    return text


def checked_steps(n: int) -> int:
    """A number of steps that can be taken.

    Raises:
        SettingsError: It is no whole number of at least 1.
    """
    if type(n) is int and n >= 1:
        return n
    raise SettingsError(f"A number of steps is a whole number from 1 up, not {n!r:.40}.")


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536
