"""The pipeline strip as a class uses it: stage by stage, a play at a time, by itself, and a look back."""

import re

import nbformat
import pytest
from lab import Lab, NotebookPage
from support import wait_until

from nbmomentum.studio.walking import code_of_stages
from nbmomentum.views import STATIONS

NOTEBOOK = "pipeline.ipynb"
SLOW_S = 60
KERNEL = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
CELL = """\
from nbmomentum import studio
from nbmomentum.stream import start_broker
broker = start_broker()
screen = studio.pipeline_walk(broker)
screen"""


@pytest.fixture
def strip(notebook: NotebookPage, lab: Lab) -> NotebookPage:
    """A notebook of one cell, whose walk waits at the producer."""
    cells = [nbformat.v4.new_code_cell(CELL)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), lab.home / "notebooks" / NOTEBOOK)
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.part(".kit-pipeline")
    wait_until(lambda: "wait at the producer" in notebook.text(".kit-walk-line"), what="the strip", timeout_s=SLOW_S)
    wait_until(lambda: "joining" not in notebook.text(".kit-walk-line"), what="the group", timeout_s=SLOW_S)
    return notebook


def button(page: NotebookPage, name: str) -> None:
    """Press a button by the name that a screen reader says, with the keyboard."""
    found = page.page.get_by_role("button", name=re.compile(f"{name}$"))
    found.focus()
    page.page.keyboard.press("Enter")


def station(page: NotebookPage) -> int:
    """The station, from 1, below the middle of the token; 0 if it stands before them."""
    token = page.page.locator(".kit-token").bounding_box()
    assert token is not None
    middle = token["x"] + token["width"] / 2
    boxes = [found.bounding_box() for found in page.page.locator(".kit-station").all()]
    places = [place for place, box in enumerate(boxes, start=1) if box and 0 <= middle - box["x"] <= box["width"]]
    return places[0] if places and "start" not in page.text(".kit-token") else 0


def offset(page: NotebookPage, name: str) -> str:
    """One of the offsets or lags."""
    found = page.page.locator(".kit-walk-offsets dt", has_text=re.compile(f"^{name}$"))
    return found.locator("xpath=../dd").inner_text()


def wait_for_station(page: NotebookPage, number: int, play: int) -> None:
    """Wait until the token of this play has come to this station."""
    wait_until(lambda: f"Play {play} of" in page.text(".kit-walk-line"), what=f"play {play}", timeout_s=SLOW_S)
    wait_until(lambda: station(page) == number, what=f"station {number}", timeout_s=SLOW_S)


def step(page: NotebookPage, number: int, play: int = 1) -> None:
    """Press Step stage, and wait until the token has come to this station."""
    button(page, "Step stage")
    wait_for_station(page, number, play)


def test_each_step_moves_the_token_the_offsets_and_the_code(strip: NotebookPage) -> None:
    """Seven steps with the keyboard; the marked line is the one in the kit's own file; then a look back."""
    seen = {}
    for number, (name, excerpt) in enumerate(zip(STATIONS, code_of_stages(), strict=True), start=1):
        step(strip, number)

        assert f"{number} · {name}" in strip.text(".kit-form-pane")
        assert excerpt.place in strip.text(".kit-code-pane")
        assert excerpt.marked.split("(")[0] in strip.text(".kit-line.kit-here")
        assert excerpt.place in strip.text(".kit-pipeline p.kit-quiet >> nth=-1")
        seen[name] = tuple(offset(strip, kind) for kind in ("End offset", "Position", "Committed", "Committed lag"))
        assert strip.text(".kit-score .kit-home .kit-points") == ("1" if name == "Figure" else "0")

    assert seen["Partition"] == ("– → 1", "– → 0", "– → none", "– → 1")
    assert seen["Poll"] == ("1", "0 → 1", "none", "1")
    assert seen["Fold"] == ("1", "1", "none", "1")
    assert seen["Commit"] == ("1", "1", "none → 1", "1 → 0")

    button(strip, "Poll")
    wait_until(lambda: "3 · Poll" in strip.text(".kit-form-pane"), what="the look back")
    assert '"player":"Chris Bosh"' in strip.text(".kit-form-pane")
    assert offset(strip, "Position") == "0 → 1"
    assert station(strip) == len(STATIONS)


def test_plays_pace_and_restart_and_the_screens(strip: NotebookPage) -> None:
    """A whole play at a time; by itself at another pace until it is paused; anew; nothing is clipped at any size."""
    button(strip, "Step play")
    wait_for_station(strip, len(STATIONS), play=1)

    strip.page.get_by_label("Pace", exact=True).select_option(label="fast, 0.2 s")
    button(strip, "Play")
    wait_until(lambda: "Play 3 of" in strip.text(".kit-walk-line"), what="the third play", timeout_s=SLOW_S)
    button(strip, "Pause")
    wait_until(lambda: "Play" in strip.text(".kit-walk-play"), what="the pause")

    for theme in ("light", "dark"):
        for width, height in ((1280, 720), (1440, 900)):
            strip.page.set_viewport_size({"width": width, "height": height})
            strip.part(".kit-step-stage")
            strip.screenshot(f"pipeline-{theme}-{width}")
            panel = strip.page.locator(".kit-pipeline").bounding_box()
            assert panel is not None
            assert panel["x"] + panel["width"] <= width
            assert _clipped(strip) == []
        strip.use_dark_theme()

    button(strip, "Restart")
    wait_until(lambda: "110 plays wait" in strip.text(".kit-walk-line"), what="the restart")
    assert station(strip) == 0
    step(strip, 1)


def _clipped(page: NotebookPage) -> list[str]:
    """Buttons of the strip whose words do not fit."""
    buttons = page.page.locator(".kit-pipeline button:visible").all()
    return [found.inner_text() for found in buttons if found.evaluate("b => b.scrollWidth > b.clientWidth")]
