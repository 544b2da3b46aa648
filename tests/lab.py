"""JupyterLab and Chromium as a user has them: `nbmomentum lab` in a process of its own, and a page that clicks."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

ROOT = Path(__file__).parent.parent
SCREENSHOTS = ROOT / "test-artifacts"
START_TIMEOUT_S = 120
PAGE_TIMEOUT_MS = 120_000  # a new kernel and twenty cells on a busy machine
VIEWPORT = {"width": 1280, "height": 720}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Without these Chromium looks for its maker's servers at every start.
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address with the token, and the kit's home that it writes to."""

    url: str
    token: str
    home: Path

    def shut_down_kernels(self) -> None:
        """End every kernel, as closing all notebooks does."""
        for kernel in self._ask("GET", "kernels"):
            self._ask("DELETE", f"kernels/{kernel['id']}")

    def _ask(self, method: str, path: str) -> Any:
        request = urllib.request.Request(  # noqa: S310 (our own server)
            f"{self.url}api/{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            body = answer.read()
        return json.loads(body) if body else None


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """`nbmomentum lab` on a free port, with a home of the test run."""
    home = tmp_path_factory.mktemp("lab")
    # Working copies: JupyterLab saves what it runs.
    options = ["--no-browser", "--port", str(_free_port()), "--folder", str(home / "notebooks")]
    command = [sys.executable, "-m", "nbmomentum", "lab", *options]
    environment = {**os.environ, "NBMOMENTUM_HOME": str(home), "COLUMNS": "200", "JUPYTER_CONFIG_DIR": str(home)}
    log = home / "lab.txt"
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        wait_until(lambda: _address(log), what=f"JupyterLab to start: {log}", timeout_s=START_TIMEOUT_S)
        url, token = _address(log) or ("", "")
        yield Lab(url, token, home)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """Headless Chromium of this machine; without one the browser tier is skipped."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright: `uv sync --group browser`")
    executable = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if executable is None:
        pytest.skip("needs Chromium or Chrome on the PATH")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def notebook(lab: Lab, chromium: "Browser", request: pytest.FixtureRequest) -> Iterator["NotebookPage"]:
    """A fresh page; afterwards its kernel is gone, and a failed test leaves a screenshot."""
    page = chromium.new_page(viewport=VIEWPORT)
    page.set_default_timeout(PAGE_TIMEOUT_MS)
    page.on("dialog", lambda dialog: dialog.accept())
    notebook_page = NotebookPage(page, lab)
    yield notebook_page
    notebook_page.screenshot(f"last-{request.node.name}")
    page.close()
    lab.shut_down_kernels()


class NotebookPage:
    """A notebook in JupyterLab, with the words of a user: open, run all, click, slide, read."""

    def __init__(self, page: "Page", lab: Lab) -> None:
        self.page = page
        self._lab = lab

    def open(self, name: str) -> None:
        """Open the notebook in a fresh workspace, in the light theme, and wait until its kernel is idle."""
        self.page.goto(f"{self._lab.url}lab/tree/{name}?token={self._lab.token}&reset")
        self.page.locator("#jp-main-statusbar", has_text="| Idle").wait_for()
        if self.page.locator("body").get_attribute("data-jp-theme-light") == "false":  # another test's
            self.use_theme("light")

    def menu(self, *labels: str) -> None:
        """Choose an entry of the menu bar by its labels, from the top."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text=labels[0]).first.click()
        for label in labels[1:]:
            entry = self.page.locator(".lm-Menu-itemLabel").get_by_text(label, exact=True).last
            entry.hover()
        entry.click()

    def run_all(self) -> None:
        """Run > Run All Cells."""
        self.menu("Run", "Run All Cells")

    def use_dark_theme(self) -> None:
        """Settings > Theme > JupyterLab Dark."""
        self.use_theme("dark")

    def use_theme(self, theme: str) -> None:
        """Settings > Theme, and wait until the page shows it; the lab keeps what was chosen from test to test."""
        is_light = "true" if theme == "light" else "false"
        if self.page.locator("body").get_attribute("data-jp-theme-light") == is_light:
            return
        self.menu("Settings", "Theme", f"JupyterLab {theme.title()}")
        self.page.locator(f"body[data-jp-theme-light='{is_light}']").wait_for(state="attached")
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    def take_hold(self) -> None:
        """Turn the wheel a little, as whoever scrolls: a panel that comes into sight then leaves the page to them."""
        self.page.evaluate("document.dispatchEvent(new WheelEvent('wheel'))")

    def part(self, selector: str) -> "Locator":
        """The first element of this kind, scrolled into view."""
        self.take_hold()
        element = self.page.locator(selector).first
        element.scroll_into_view_if_needed()
        return element

    def text(self, selector: str) -> str:
        """What an element says."""
        return " ".join(self.page.locator(selector).first.inner_text().split())

    def click(self, selector: str) -> None:
        """Click a button of ours."""
        self.part(selector).click()

    def press(self, slider: str, key: str, times: int = 1) -> None:
        """Move a slider by its keys, once it can be moved."""
        self.page.locator(f"{slider} .noUi-target:not([disabled])").first.wait_for(state="attached")
        self.part(f"{slider} .noUi-handle").focus()
        for _ in range(times):
            self.page.keyboard.press(key)

    def drag(self, slider: str, fraction: float) -> None:
        """Drag a slider's handle with the mouse to a fraction of its track."""
        self.part(f"{slider} .noUi-handle").hover()  # waits until it stands still
        track = self.page.locator(f"{slider} .noUi-base").first.bounding_box()
        assert track is not None
        self.page.mouse.down()
        self.page.mouse.move(track["x"] + fraction * track["width"], track["y"] + track["height"] / 2, steps=8)
        self.page.mouse.up()

    def screenshot(self, name: str) -> None:
        """Keep a picture of the page for a person to look at."""
        SCREENSHOTS.mkdir(exist_ok=True)
        file_name = re.sub(r"[^\w-]+", "-", name) + ".png"
        self.page.screenshot(path=SCREENSHOTS / file_name)


def _address(log: Path) -> tuple[str, str] | None:
    """The server's address and token, once it has printed them."""
    found = re.search(r"(http://127\.0\.0\.1:\d+/)\S*?token=(\w+)", log.read_text(encoding="utf-8"))
    return (found[1], found[2]) if found else None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
