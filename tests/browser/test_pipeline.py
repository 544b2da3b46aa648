"""The pipeline strip as a class uses it: stage by stage, a play at a time, by itself, and a look back."""

import nbformat
import pytest
from lab import Lab, NotebookPage
from panels.strip import SLOW_S, button, look_back, station, step, step_through_a_play, wait_for_station
from support import wait_until

from nbmomentum.views import STATIONS

NOTEBOOK = "pipeline.ipynb"
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


def test_each_step_moves_the_token_the_offsets_and_the_code(strip: NotebookPage) -> None:
    """Seven steps with the keyboard; the marked line is the one in the kit's own file; then a look back."""
    step_through_a_play(strip)
    look_back(strip)


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
