"""`nbmomentum dashboard`: the dashboard as a page of its own, for this computer only.

Voila runs the notebook and shows its last cell without the code. Each page has a kernel of its own, which ends
soon after its page has gone; one Ctrl-C ends the server, all its kernels, and the broker they used.
"""

import os
import secrets
import webbrowser
from pathlib import Path
from typing import Any

from rich.panel import Panel
from rich.text import Text

from nbmomentum.cli.lab import LOOPBACK, PANEL_WIDTH, check_port, notebooks_folder, prepare_environment
from nbmomentum.cli.terminal import noticed_signals, out, say
from nbmomentum.errors import SettingsError

NOTEBOOK = "dashboard.ipynb"
TEMPLATE = "nbmomentum"
ABANDONED_S = 90  # a slow laptop needs a minute from the kernel to its page
LOOK_INTERVAL_S = 5

_JUPYTER_DATA = Path(__file__).parent / "jupyter_data"
# Frames that nobody sees are no sign of life: a kernel without a page is idle, whatever it draws.
_NO_ACTIVITY = ["comm_open", "comm_msg", "comm_close", "status", "stream", "display_data", "update_display_data"]


def serve_dashboard(*, port: int | None, is_dark: bool, is_browser_wanted: bool) -> None:
    """Serve the dashboard until a signal, then stop the server, its kernels, and the broker they used.

    Args:
        port: The port on 127.0.0.1; None takes a free one.
        is_dark: Whether to use the dark theme.
        is_browser_wanted: Whether to open a browser.

    Raises:
        SettingsError: Voila is not installed, the port is taken, or the notebook is missing.
    """
    voila = _voila_class()
    notebook = notebooks_folder() / NOTEBOOK
    if not notebook.is_file():
        raise SettingsError(f"There is no {notebook}.")
    if port is not None:
        check_port(port)
    prepare_environment()
    _offer_template()
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(16)
    app = voila(config=_settings())
    app.initialize(_arguments(notebook, port, token, is_dark=is_dark))
    _run_until_signal(app, token, is_browser_wanted=is_browser_wanted)


def _voila_class() -> Any:
    try:
        from voila.app import Voila
    except ImportError as error:
        raise SettingsError(
            "The dashboard as a page of its own needs Voila: `pip install 'nbmomentum[voila]'` brings it. Without it, "
            "`nbmomentum lab dashboard` shows the same in JupyterLab."
        ) from error
    return Voila


def _offer_template() -> None:
    """Let Voila find our page beside its own."""
    others = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, (str(_JUPYTER_DATA), others)))


def _settings() -> Any:
    """A kernel ends when its page has been gone for a while, also where the browser could not say goodbye."""
    from traitlets.config import Config

    kernels = {
        "cull_idle_timeout": ABANDONED_S,
        "cull_interval": LOOK_INTERVAL_S,
        "cull_connected": False,
        "untracked_message_types": _NO_ACTIVITY,
    }
    # Without the second one each kernel prints a warning about eavesdroppers.
    return Config({"MappingKernelManager": kernels, "KernelManager": {"transport_encryption": "auto"}})


def _arguments(notebook: Path, port: int | None, token: str, *, is_dark: bool) -> list[str]:
    """What must hold whatever the user's own configuration of Voila says."""
    arguments = [
        str(notebook),
        f"--Voila.ip={LOOPBACK}",
        f"--Voila.token={token}",
        "--Voila.open_browser=False",  # it would open the address without the token
        "--Voila.log_level=ERROR",
        f"--VoilaConfiguration.template={TEMPLATE}",
        f"--VoilaConfiguration.theme={'dark' if is_dark else 'light'}",
        "--VoilaExporter.exclude_markdown=True",
    ]
    if port is not None:
        arguments += [f"--Voila.port={port}", "--Voila.port_retries=0"]
    return arguments


def _run_until_signal(app: Any, token: str, *, is_browser_wanted: bool) -> None:
    from tornado.ioloop import IOLoop

    from nbmomentum.stream.broker import settle_broker

    loop = IOLoop.current()

    def stop() -> None:
        say("Stopping the dashboard and its kernels.")
        loop.stop()

    def welcome() -> None:
        url = f"{app.connection_url}?token={token}"
        out.print(_welcome(url))
        if is_browser_wanted:
            webbrowser.open(url)

    loop.add_callback(welcome)  # the loop starts after the port is bound: whoever reads the address can use it
    with noticed_signals(lambda: loop.add_callback_from_signal(stop)):
        app.start()
        settle_broker()


def _welcome(url: str) -> Panel:
    text = Text.assemble(
        "The dashboard is running, for this computer only. Open\n\n",
        (url, "bold"),
        "\n\nEach page plays a game of its own.\nCtrl-C here stops it, its kernels and their broker.",
    )
    return Panel(text, title="nbmomentum", width=PANEL_WIDTH)
