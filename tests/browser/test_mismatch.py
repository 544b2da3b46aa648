"""A score that differs from the feed's own: told below the board, in both themes, covering nothing on a small page."""

from collections.abc import Sequence

import nbformat
import pytest
from lab import Lab, NotebookPage
from panels import cut, overlapping
from support import wait_until

NOTEBOOK = "mismatch.ipynb"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
CELL = """
from nbmomentum import GameTracker, load_game, views

plays = load_game("0021500277")
tracker = GameTracker(home="MIA", away="OKC")
for play in plays[1:]:  # the first one was lost
    tracker.apply(play)
board, chart, twin = views.Scoreboard(), views.ScoreChart(), views.TextTwin()
for view in (board, chart, twin):
    view.show(tracker.state)
views.live_panel(board, chart, twin)
"""
DASHBOARD_CELL = """
from nbmomentum import load_game, studio
from nbmomentum.stream import start_broker

dashboard = studio.dashboard(start_broker(), speed=float("inf"))
dashboard.producer.restart(load_game()[1:])  # the first play was lost
dashboard
"""
WORDS = "This score differs from the feed's own score in 109 plays."
PARTS = (".kit-score-bug", ".kit-counts", ".kit-last", ".kit-mismatch", ".kit-chart", ".kit-twin")
IN_SIGHT = (".kit-mismatch", ".kit-away .kit-points", ".kit-home .kit-points", ".kit-home .kit-tile b")
IS_IN_SIGHT = """selector => {
  const part = document.querySelector(selector), box = part.getBoundingClientRect();
  const frame = part.closest('.kit-panel').getBoundingClientRect();
  const top = document.elementFromPoint(box.left + 5, box.top + box.height / 2);
  return part.contains(top) && box.left >= frame.left && box.right <= frame.right + 1;
}"""


def run(notebook: NotebookPage, lab: Lab, cell: str) -> None:
    """Run this cell, whose board lacks a play of its game."""
    content = nbformat.v4.new_notebook(metadata=KERNEL)
    content.cells = [nbformat.v4.new_code_cell(cell.strip())]
    nbformat.write(content, lab.home / "notebooks" / NOTEBOOK)
    notebook.open(NOTEBOOK)
    notebook.run_all()
    wait_until(lambda: notebook.page.locator(".kit-mismatch").count() > 0, what="the doubt")


@pytest.fixture
def doubtful(notebook: NotebookPage, lab: Lab) -> NotebookPage:
    """Board, chart and words of such a game."""
    run(notebook, lab, CELL)
    return notebook


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [600, 1280])
def test_mismatch_is_told_and_covers_nothing(doubtful: NotebookPage, theme: str, width: int) -> None:
    """Board, line, chart and words stand below each other; the line is whole and in the page's own colours."""
    doubtful.use_theme(theme)
    if width < 1280:
        doubtful.menu("View", "Appearance", "Show Left Sidebar")
    doubtful.page.set_viewport_size({"width": width, "height": 900})

    wait_until(lambda: doubtful.text(".kit-mismatch").endswith(WORDS), what="the doubt in words")
    for part in IN_SIGHT:
        wait_until(lambda part=part: doubtful.page.evaluate(IS_IN_SIGHT, part), what=f"{part} in sight")
    wait_until(lambda: _overlaps(doubtful, PARTS) == [], what="parts that leave each other alone")
    assert "109 plays" in doubtful.text(".kit-twin")
    doubtful.screenshot(f"mismatch-{theme}-{width}")


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)])
def test_dashboard_has_room_for_the_doubt(notebook: NotebookPage, lab: Lab, size: tuple[int, int]) -> None:
    """Beside the file browser nothing of it is cut, and no part lies on another."""
    run(notebook, lab, DASHBOARD_CELL)
    notebook.page.set_viewport_size({"width": size[0], "height": size[1]})

    wait_until(lambda: notebook.text(".kit-mismatch").endswith(WORDS), what="the doubt at the end of the game")
    parts = (".kit-score-bug", ".kit-mismatch", ".kit-left > .kit-chart", ".kit-tabs", ".kit-bottom")
    wait_until(lambda: overlapping(notebook.page, parts) == [], what="parts that leave each other alone")
    wait_until(lambda: cut(notebook.page) == [], what="parts that show all they hold")
    notebook.screenshot(f"mismatch-dashboard-{size[0]}")


def _overlaps(page: NotebookPage, parts: Sequence[str]) -> list[tuple[str, str]]:
    return overlapping(page.page, parts, ".kit-panel")
