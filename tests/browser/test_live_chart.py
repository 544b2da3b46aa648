"""Lesson 03 as a class uses it: Run All, a moving chart, and every control does what it says."""

import re
import time

import pytest
from lab import NotebookPage
from panels import choose_game, health, open_tab, pause, points, wait_for_final, wait_for_points
from support import wait_until

NOTEBOOK = "03_from_points_to_momentum.ipynb"
RUN_ALL_LIMIT_S = 10
# The buttons, boxes and sliders of the panel that are on, by the first of their own classes.
ACTIVE = """() => [...document.querySelectorAll('.kit-panel :is(button, select, input, .noUi-target)')]
  .filter((part) => !part.disabled && !part.hasAttribute('disabled') && part.getClientRects().length)
  .map((part) => (part.closest('[class*=kit-]').className.match(/kit-[a-z-]+/) || ['?'])[0])
  .filter((name) => !name.startsWith('kit-save') && name !== 'kit-stop')"""


@pytest.fixture
def live(notebook: NotebookPage) -> NotebookPage:
    """Lesson 03 after Run All, with points on the board."""
    notebook.open(NOTEBOOK)
    notebook.run_all()
    wait_for_points(notebook)
    return notebook


def lines(page: NotebookPage) -> list[str]:
    """The drawn paths of the two score lines."""
    return [path.get_attribute("d") or "" for path in page.page.locator(".kit-chart g.curve path.line").all()]


def markers(page: NotebookPage) -> int:
    """Lead-change markers on the chart."""
    return page.page.locator(".kit-chart g.object_grp path.dot").count()


def lead_changes(page: NotebookPage) -> int:
    """The number that the scoreboard names."""
    found = re.search(r"(\d+|no) lead change", page.text(".kit-counts"))
    assert found is not None
    return 0 if found[1] == "no" else int(found[1])


def active(page: NotebookPage) -> list[str]:
    """What of the panel can be used, but for Stop, the tabs and the pictures, which need no feed."""
    found: list[str] = page.page.evaluate(ACTIVE)
    return found


def test_run_all_shows_a_moving_chart_within_ten_seconds(notebook: NotebookPage) -> None:
    """From the click on Run All Cells to a score and lines that move."""
    notebook.open(NOTEBOOK)
    started = time.monotonic()

    notebook.run_all()
    wait_for_points(notebook)
    first, drawn = points(notebook), lines(notebook)
    wait_until(lambda: points(notebook) > first and lines(notebook) != drawn, what="score and lines to move")

    assert time.monotonic() - started < RUN_ALL_LIMIT_S
    assert len(drawn) == 2


def test_speed_slider_changes_the_replay(live: NotebookPage) -> None:
    """Dragged to its end the clock says 600×, and the game rushes on to its final."""
    live.drag(".kit-speed", 1.0)

    wait_until(lambda: "600×" in live.text(".kit-clock"), what="the clock to say 600×")
    wait_for_final(live, 97 + 95)
    wait_until(lambda: lead_changes(live) == 38, what="38 lead changes")
    open_tab(live, "Words")
    wait_until(lambda: "MIA beat OKC 97-95" in live.text(".kit-twin"), what="the same final in words")


def test_speed_slider_moves_by_keys(live: NotebookPage) -> None:
    """A step of the keyboard is a step of the speed."""
    before = live.text(".kit-speed-name")

    live.press(".kit-speed", "ArrowLeft", times=3)

    wait_until(lambda: live.text(".kit-speed-name") != before, what="another speed")
    wait_until(lambda: live.text(".kit-speed-name") in live.text(".kit-clock"), what="the replay to follow")


def test_pause_stops_the_game_and_play_resumes_it(live: NotebookPage) -> None:
    """Paused, nothing more is sent; Play goes on from there."""
    pause(live)
    sent, stopped_at = health(live, "Sent"), points(live)

    assert "paused" in live.text(".kit-clock")
    assert live.text(".kit-play") == "Play"

    live.click(".kit-play")
    wait_for_points(live, more_than=stopped_at)
    wait_until(lambda: int(health(live, "Sent")) > int(sent), what="more records")


def test_step_sends_one_play(live: NotebookPage) -> None:
    """One click, one record, one play more on the board."""
    pause(live)
    sent, consumed, before = int(health(live, "Sent")), int(health(live, "Consumed")), points(live)

    live.click(".kit-step")

    wait_for_points(live, more_than=before)
    wait_until(lambda: int(health(live, "Consumed")) == consumed + 1, what="one more record read")
    wait_until(lambda: int(health(live, "Sent")) == sent + 1, what="one more record sent")
    assert 1 <= points(live) - before <= 3


def test_restart_begins_a_new_replay(live: NotebookPage) -> None:
    """The board starts at 0-0 again, while the log goes on."""
    live.drag(".kit-speed", 1.0)
    wait_until(lambda: points(live) > 60, what="a good part of the game")
    live.drag(".kit-speed", 0.5)
    high = points(live)
    written = int(health(live, "Acknowledged"))

    live.click(".kit-restart")

    wait_until(lambda: points(live) < high / 2, what="the board to start over")
    wait_for_points(live)
    wait_until(lambda: int(health(live, "Acknowledged")) > written, what="the log to go on")
    assert re.fullmatch(r"\d+ \(\+\d+ others\)", health(live, "Sent")), "this replay's records, and those of the first"


def test_lower_threshold_brings_more_alerts(live: NotebookPage) -> None:
    """At the final no run reached eight points; from two points on there are many."""
    live.click(".kit-max")
    wait_for_final(live, 97 + 95)
    runs = live.page.locator(".kit-alerts .kit-alert-run")
    assert runs.count() == 0

    live.press(".kit-threshold", "ArrowLeft", times=3)

    wait_until(lambda: runs.count() > 0, what="runs in the list")
    assert "run" in runs.first.inner_text()


def test_markers_count_the_lead_changes(live: NotebookPage) -> None:
    """Every lead change has its marker on the chart."""
    live.click(".kit-max")
    wait_until(lambda: lead_changes(live) == 38, what="38 lead changes")

    wait_until(lambda: markers(live) == 38, what="38 markers")


def test_another_game_can_be_chosen(live: NotebookPage) -> None:
    """The dropdown starts the game of four overtimes; its final is the league's."""
    choose_game(live, "DET @ CHI, 18 Dec 2015 - four overtimes")
    wait_until(lambda: "DET" in live.text(".kit-score"), what="the other teams")

    live.click(".kit-max")

    wait_for_final(live, 147 + 144)
    assert "OT4" in live.text(".kit-score")


def test_stop_ends_the_lesson(live: NotebookPage) -> None:
    """After Stop the line says so, and nothing moves."""
    live.click(".kit-stop")

    wait_until(lambda: "Stopped" in live.text(".kit-end"), what="the end")
    assert health(live, "Producer") in ("stopped", "finished")
    wait_until(lambda: active(live) == [], what="what acts no more to be off")
    assert "Stopped: run" in live.text(".kit-controls")
    live.screenshot("live-chart-stopped")


def test_panel_whose_cells_were_run_again_is_off_and_says_so(live: NotebookPage) -> None:
    """New views and a new feed: the old panel is a picture, until its own cell shows the new ones."""
    live.page.locator(".jp-CodeCell", has_text="views.ReplayControls(").locator(".cm-content").click()
    for _ in range(2):  # the views, and the feed
        live.page.keyboard.press("Shift+Enter")

    wait_until(lambda: "Replaced by a newer one" in live.text(".kit-panel .kit-controls"), what="a word of it")
    wait_until(lambda: active(live) == [], what="what acts no more to be off")
    live.screenshot("live-chart-replaced")
