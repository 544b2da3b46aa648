"""`nbmomentum lab`: JupyterLab on the lessons' folder, for this computer only.

The server runs in this process, so one Ctrl-C ends it. Its own settings come from `jupyter_config/` beside this
file: no question about news, no look for updates. What the user has configured otherwise stays.
"""

import contextlib
import os
import secrets
import socket
import warnings
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import typer
from rich.panel import Panel
from rich.text import Text

from nbmomentum import settings
from nbmomentum.cli.terminal import noticed_signals, out, say
from nbmomentum.errors import SettingsError

LOOPBACK = "127.0.0.1"
FIRST_NOTEBOOK = "00_start_here.ipynb"
PANEL_WIDTH = 78

_JUPYTER_CONFIG = Path(__file__).parent / "jupyter_config"
_PACKAGED_NOTEBOOKS = "_notebooks"


def serve_lab(notebook: str | None, *, folder: Path | None, port: int | None, is_browser_wanted: bool) -> None:
    """Serve JupyterLab until a signal, then stop it, its kernels, and the broker they used.

    Args:
        notebook: The notebook to open, by name or number; None is the first one.
        folder: The folder to work in, made if it is missing; None is that of the lessons themselves.
        port: The port on 127.0.0.1; None takes the first free one from 8888 on.
        is_browser_wanted: Whether to open a browser.

    Raises:
        SettingsError: The port is taken, the folder cannot be written, or JupyterLab is not installed.
        typer.BadParameter: There is no such notebook.
    """
    folder = notebooks_folder(folder)
    opened = find_notebook(folder, notebook)
    if port is not None:
        check_port(port)
    prepare_environment()
    server = _make_server(_server_arguments(folder, opened, port, is_browser_wanted))
    _run_until_signal(server, _welcome(f"{server.connection_url}?token={server.identity_provider.token}", folder))


def notebooks_folder(folder: Path | None = None) -> Path:
    """Where to work: the checkout's notebooks; else this folder, or the kit's home, after copying missing lessons.

    Raises:
        SettingsError: The folder cannot be written.
    """
    root = settings.checkout_root()
    if root and folder is None:
        return root / "notebooks"
    lessons = root / "notebooks" if root else files("nbmomentum") / _PACKAGED_NOTEBOOKS
    target = (folder or settings.home_folder("notebooks")).absolute()
    try:
        copied = copy_missing(lessons, target)
    except OSError as error:
        raise SettingsError(f"{target} cannot be written ({error.strerror}); choose another folder.") from error
    if copied:
        say(f"Copied {copied} {'file' if copied == 1 else 'files'} to {target}; what you change there is kept.")
    return target


def copy_missing(source: Traversable, folder: Path) -> int:
    """Copy what the folder lacks, subfolders included, and leave everything else alone. Returns the files copied."""
    folder.mkdir(parents=True, exist_ok=True)
    copied = 0
    for entry in (entry for entry in source.iterdir() if not entry.name.startswith(".")):
        target = folder / entry.name
        if entry.is_dir():
            copied += copy_missing(entry, target)
        elif not target.exists():
            target.write_bytes(entry.read_bytes())
            copied += 1
    return copied


def find_notebook(folder: Path, text: str | None) -> str:
    """The notebook with this name, or the only one whose name contains the text ("03", "momentum").

    Raises:
        typer.BadParameter: No notebook fits, or several do.
    """
    names = sorted(path.name for path in folder.glob("*.ipynb"))
    wanted = FIRST_NOTEBOOK if text is None else Path(text).name
    exact = [name for name in names if name in (wanted, f"{wanted}.ipynb")]
    fitting = exact or [name for name in names if wanted in name]
    if len(fitting) != 1:
        problem = f"{wanted!r} fits several notebooks" if fitting else f"no notebook fits {wanted!r}"
        raise typer.BadParameter(f"{problem}; there are: {', '.join(fitting or names)}")
    return fitting[0]


def check_port(port: int) -> None:
    """Make sure that we may listen on this port.

    Raises:
        SettingsError: We may not.
    """
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError as error:
        raise SettingsError(
            f"Port {port} on {LOOPBACK} cannot be used: {os.strerror(error.errno or 0)}. Choose another with --port, "
            "or leave --port out to take a free one."
        ) from error


def prepare_environment() -> None:
    """Let Jupyter read our settings, and prefer this environment's kernel to one in the user's folder."""
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, (str(_JUPYTER_CONFIG), others)))
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"


def _server_arguments(folder: Path, notebook: str, port: int | None, is_browser_wanted: bool) -> list[str]:
    """What must hold whatever the user's own Jupyter configuration says."""
    # A given token keeps Jupyter from printing its own address block; this one still fits into a panel.
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(16)
    arguments = [
        f"--ServerApp.ip={LOOPBACK}",
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.open_browser={is_browser_wanted}",
        f"--IdentityProvider.token={token}",
        f"--LabApp.default_url=/lab/tree/{quote(notebook)}",
        "--LabApp.news_url=None",
        "--Application.log_level=ERROR",
        # Without it each kernel prints a warning about eavesdroppers; older Jupyter versions ignore it.
        "--KernelManager.transport_encryption=auto",
        # Nobody but this computer reaches it, and class containers run as root.
        "--ServerApp.allow_root=True",
    ]
    if port is not None:
        arguments += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    return arguments


def _make_server(arguments: list[str]) -> Any:
    """A Jupyter server with JupyterLab, ready to start."""
    try:
        from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]
    except ImportError as error:
        raise SettingsError(
            f"JupyterLab cannot be imported ({error}). `nbmomentum doctor` says how to mend it."
        ) from error
    with _without_deprecations():
        return LabApp.initialize_server(argv=arguments)


@contextlib.contextmanager
def _without_deprecations() -> Iterator[None]:
    """Hold back what extensions say to their own developers; Voila for one asks the server in an old way."""
    with warnings.catch_warnings(record=True) as said:
        yield
    for warning in said:
        if not issubclass(warning.category, DeprecationWarning):
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)


def _welcome(url: str, folder: Path) -> Panel:
    text = Text.assemble(
        "JupyterLab is running, for this computer only. Open\n\n",
        (url, "bold"),
        f"\n\nNotebooks: {folder}\nCtrl-C here stops it, its kernels and their broker.",
    )
    return Panel(text, title="nbmomentum", width=PANEL_WIDTH)


def _run_until_signal(server: Any, welcome: Panel) -> None:
    from nbmomentum.stream.broker import settle_broker

    def stop() -> None:
        say("Stopping JupyterLab and its kernels.")
        server.stop()

    # The loop's first task binds the port; after it, whoever reads the address can use it.
    server.io_loop.add_callback(out.print, welcome)
    with noticed_signals(lambda: server.io_loop.add_callback_from_signal(stop)):
        server.start()
        settle_broker()
