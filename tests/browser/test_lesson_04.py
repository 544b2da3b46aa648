"""Lesson 04 as a class uses it: clocks that bend with a pause, a seek by each of them, a chart as a picture."""

import shutil
import xml.etree.ElementTree as ElementTree

import pytest
from lab import SCREENSHOTS, Lab, NotebookPage
from panels.clocks import SLOW_S, bend, known, seek_by_each_clock
from support import wait_until

NOTEBOOK = "04_time_travel.ipynb"


@pytest.fixture
def live(notebook: NotebookPage) -> NotebookPage:
    """Lesson 04 after Run All, its clocks in sight."""
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.part(".kit-panel .kit-clocks")
    wait_until(lambda: known(notebook) > 2, what="plays on the clocks", timeout_s=SLOW_S)
    return notebook


def test_a_pause_bends_the_lines_and_each_clock_seeks(live: NotebookPage) -> None:
    """A line a play over three axes; a wait in the replay shows between event and record time; three seeks."""
    bend(live)
    seek_by_each_clock(live)


def test_charts_are_saved_as_pictures_and_the_screens(live: NotebookPage, lab: Lab) -> None:
    """PNG and SVG lie in the kit's data folder and are what they say; the panel fits at both sizes and themes."""
    SCREENSHOTS.mkdir(exist_ok=True)
    for button, suffix in ((".kit-save-png", "png"), (".kit-save-svg", "svg")):
        live.click(button)
        wait_until(lambda suffix=suffix: f"score.{suffix}" in live.text(".kit-saved"), what=suffix, timeout_s=SLOW_S)  # type: ignore[misc]
        shutil.copy(lab.home / "data" / f"lesson-04-score.{suffix}", SCREENSHOTS)
    picture = (SCREENSHOTS / "lesson-04-score.png").read_bytes()
    drawing = ElementTree.fromstring((SCREENSHOTS / "lesson-04-score.svg").read_text())  # noqa: S314 (our own page's)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(picture) > 5_000
    assert drawing.tag.endswith("svg")
    assert len(drawing.findall(".//{http://www.w3.org/2000/svg}path")) > 5

    for theme in ("light", "dark"):
        for width, height in ((1280, 720), (1440, 900)):
            live.page.set_viewport_size({"width": width, "height": height})
            live.part(".kit-panel .kit-clocks")
            live.page.locator(".kit-which-clock").scroll_into_view_if_needed()
            live.screenshot(f"lesson-04-{theme}-{width}")
            panel = live.page.locator(".kit-clocks").bounding_box()
            assert panel is not None
            assert panel["x"] + panel["width"] <= width
        live.use_dark_theme()

    live.click(".kit-stop")
    wait_until(lambda: "Stopped" in live.text(".kit-end"), what="the end", timeout_s=SLOW_S)
