"""`nbmomentum dashboard` as a projector shows it: one page without a scroll bar, nothing from elsewhere, one Ctrl-C."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from lab import SCREENSHOTS
from panels import are_figures_filled, cut, overlapping
from support import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest.importorskip("voila", reason="needs Voila: `uv sync --group dashboard`")

START_TIMEOUT_S = 120
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\?token=\w+")
SIZES = ((1100, 720), (1280, 720), (1440, 900), (1920, 1080))
BUTTONS = (".kit-stop", ".kit-max", ".kit-next", ".kit-crunch")


class Server:
    """`nbmomentum dashboard` in a process of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._log = folder / "dashboard.txt"
        command = [sys.executable, "-m", "nbmomentum", "dashboard", "--no-browser", *options]
        environment = {**os.environ, "COLUMNS": "100", "JUPYTER_CONFIG_DIR": str(folder)}
        with self._log.open("w") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
        wait_until(lambda: ADDRESS.search(self.text), what=f"the address: {self._log}", timeout_s=START_TIMEOUT_S)
        self.url = ADDRESS.findall(self.text)[0]

    @property
    def text(self) -> str:
        """What it has written so far."""
        return self._log.read_text(encoding="utf-8")


def markers(page: "Page") -> int:
    """Lead-change markers on the score chart."""
    return page.locator(".kit-left > .kit-chart path.dot").count()


def lead_changes(page: "Page") -> int:
    """The number that the scoreboard names."""
    found = re.match(r"(\d+) lead change", page.locator(".kit-counts").inner_text())
    return int(found[1]) if found else 0


@pytest.fixture(params=["light", "dark"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """The dashboard's server in one of the themes."""
    server = Server(tmp_path, *(["--dark"] if request.param == "dark" else []))
    yield server
    server.process.kill()
    server.process.wait()


def test_a_page_fits_every_screen_and_ctrl_c_ends_all(server: Server, chromium: "Browser") -> None:
    """The score moves, nothing scrolls, nothing is asked for from elsewhere; then no kernel and no broker is left."""
    asked: list[str] = []
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.on("request", lambda request: asked.append(request.url))
    page.set_default_timeout(START_TIMEOUT_S * 1000)
    page.goto(server.url, wait_until="commit")
    page.locator(".kit-points").first.wait_for()
    page.locator(".kit-crunch").click()
    wait_until(lambda: "Q4" in page.locator(".kit-when").inner_text(), what="crunch time")
    wait_until(lambda: markers(page) == lead_changes(page), what="a marker on the chart for each lead change")

    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wait_until(lambda h=height: page.locator(".kit-dashboard").bounding_box()["height"] == h, what="the new size")
        wait_until(lambda: are_figures_filled(page), what="figures that fill their boxes")
        wait_until(lambda: (cut(page), overlapping(page, BUTTONS)) == ([], []), what="words and buttons to fit")
        assert page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [
            height,
            width,
        ]
        SCREENSHOTS.mkdir(exist_ok=True)
        theme = page.locator("body").get_attribute("data-jp-theme-light")
        page.screenshot(path=SCREENSHOTS / f"dashboard-{'light' if theme == 'true' else 'dark'}-{width}.png")

    children = psutil.Process(server.process.pid).children(recursive=True)
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(60) == 0
    page.close()
    wait_until(lambda: not [child for child in children if child.is_running()], what="the kernels to end")
    assert [url for url in asked if not url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))] == []
