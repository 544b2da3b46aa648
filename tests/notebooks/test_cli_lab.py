"""`nbmomentum lab` in a process of its own: what it serves, to whom, on which Python, and that Ctrl-C ends it all."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client.blocking import BlockingKernelClient
from support import wait_until

from nbmomentum.stream.broker import broker_status

pytestmark = pytest.mark.full

START_TIMEOUT_S = 60
ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+/)\?token=(\w+)")
LEAGUE = re.compile(r"A stand-in league plays tonight's games at (\S+);")
ASK_SCOREBOARD = """
from nbmomentum.sources.nba import league_address, todays_games
print(todays_games()[0].status, league_address())
"""
START_BROKER = """
import sys
import nbmomentum
from nbmomentum.stream import start_broker
broker = start_broker()
print(sys.executable, nbmomentum.__file__)
"""


class Lab:
    """A running lab; its Jupyter files lie in a folder of the test."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.runtime = folder / "runtime"
        self._page = folder / "lab.txt"
        with self._page.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "nbmomentum", "lab", "--no-browser", "--port", str(_free_port()), *options],
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_until(lambda: ADDRESS.search(self.text), what="the lab's address", timeout_s=START_TIMEOUT_S)
        found = ADDRESS.search(self.text)
        assert found is not None
        self.url, self.token = found.groups()

    @property
    def text(self) -> str:
        """What it has written so far."""
        return self._page.read_text(encoding="utf-8")

    def ask(self, path: str, body: dict[str, str] | None = None) -> Any:
        """Ask the server's API, as the page does."""
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(  # noqa: S310 (our own server)
            f"{self.url}api/{path}", data=data, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return json.load(answer)

    def run(self, code: str) -> str:
        """Run code in a new kernel of the lab's default kind, and return what it printed."""
        kernel = self.ask("kernels", {"name": "python3"})
        # Asked before its first word, the client takes a slow kernel for a dead one.
        wait_until(lambda: self.ask(f"kernels/{kernel['id']}")["last_activity"] > kernel["last_activity"])
        client = BlockingKernelClient(connection_file=str(self.runtime / f"kernel-{kernel['id']}.json"))
        client.load_connection_file()
        client.start_channels()
        printed: list[str] = []
        try:
            client.wait_for_ready(timeout=START_TIMEOUT_S)
            client.execute_interactive(
                code, timeout=30, output_hook=lambda message: printed.append(message["content"].get("text", ""))
            )
        finally:
            client.stop_channels()
        return "".join(printed)


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """`nbmomentum lab` on a free port, away from the developer's own Jupyter settings; a test may give options."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("COLUMNS", "80")
    lab = Lab(tmp_path, *getattr(request, "param", ()))
    yield lab
    lab.process.kill()
    lab.process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_lab_opens_the_first_lesson_for_this_computer_only(lab: Lab) -> None:
    """The printed address leads to the first notebook; nobody comes in without its token; no pop-up asks about news."""
    with urllib.request.urlopen(f"{lab.url}?token={lab.token}", timeout=20) as answer:  # noqa: S310
        address, page = answer.url, answer.read().decode()
    config = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)

    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{lab.url}api/contents", timeout=20)  # noqa: S310

    listening = {c.laddr.ip for c in psutil.Process(lab.process.pid).net_connections("tcp") if c.status == "LISTEN"}
    assert config is not None
    assert "/lab/tree/00_start_here.ipynb" in address
    assert "@jupyterlab/apputils-extension:announcements" in json.loads(config[1])["disabledExtensions"]
    assert listening == {"127.0.0.1"}
    assert max(map(len, lab.text.splitlines())) <= 80


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_lab_its_kernels_and_their_broker(lab: Lab, number: int) -> None:
    """Without a question; the kernel had run on this Python, with the kit, and had started a broker."""
    printed = lab.run(START_BROKER)
    kernels = psutil.Process(lab.process.pid).children()
    running = broker_status()

    lab.process.send_signal(number)
    code = lab.process.wait(20)

    assert printed.split() == [sys.executable, str(Path(sys.modules["nbmomentum"].__file__ or ""))]
    assert running is not None
    assert code == 0
    assert "Stopping JupyterLab" in lab.text
    assert [kernel for kernel in kernels if kernel.is_running()] == []
    assert not psutil.pid_exists(running["broker_pid"])
    assert broker_status() is None


@pytest.mark.parametrize("lab", [["--stand-in"]], indirect=True)
def test_kernels_of_a_lab_with_a_stand_in_league_ask_that_one(lab: Lab) -> None:
    """A live game without a network: the kernels are told where the league is, and it ends with the lab."""
    printed = lab.run(ASK_SCOREBOARD)
    found = LEAGUE.search(lab.text)

    lab.process.send_signal(signal.SIGINT)
    code = lab.process.wait(20)

    assert found is not None
    assert printed.split() == ["live", found[1]]
    assert code == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(found[1], timeout=5)  # noqa: S310 (our own server)
