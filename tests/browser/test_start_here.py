"""Lesson 00 as a newcomer runs it: every cell in turn, and a game in fast motion at the end."""

import pytest
from lab import NotebookPage
from panels import choose_game, controls, points, wait_for_final, wait_for_points
from support import wait_until

NOTEBOOK = "00_start_here.ipynb"
FINAL = 97 + 95
# All that the page offers; each of them is used below.
CONTROLS = {"kit-game", "kit-play", "kit-step", "kit-restart", "kit-speed", "kit-max", "kit-stop"}


@pytest.fixture
def lesson(notebook: NotebookPage) -> NotebookPage:
    """Lesson 00 after Run All, with points on the board."""
    notebook.open(NOTEBOOK)
    notebook.run_all()
    wait_for_points(notebook)
    return notebook


def test_run_all_ends_in_a_moving_score(lesson: NotebookPage) -> None:
    """A moment later the score is another one; the game reaches its final, and Stop ends the lesson."""
    if lesson.text(".kit-play") == "Play again":
        lesson.click(".kit-play")
        wait_until(lambda: 0 < points(lesson) < FINAL, what="a game under way")
    first = points(lesson)
    wait_until(lambda: points(lesson) != first, what="the score to move")

    wait_until(lambda: lesson.text(".kit-clock") == "Finished", what="the game to end")
    wait_for_final(lesson, FINAL)
    assert [int(side) for side in lesson.page.locator(".kit-points").all_inner_texts()] == [95, 97]
    lesson.click(".kit-stop")
    wait_until(lambda: "Stopped" in lesson.text(".kit-end"), what="the lesson to end")


def test_the_banner_says_where_we_stand(lesson: NotebookPage) -> None:
    """The rung, its address on this machine, and what it cannot show."""
    lesson.page.keyboard.press("Control+Home")
    lesson.part(".nbm-banner")

    banner = lesson.text(".nbm-banner")

    assert "Embedded broker" in banner
    assert "127.0.0.1:" in banner
    assert "cannot show replication" in banner


def test_pause_step_and_restart_do_what_they_say(lesson: NotebookPage) -> None:
    """Paused the score stands; a step is one play, Play goes on; a restart begins again from the first play."""
    lesson.press(".kit-speed", "ArrowLeft", times=9)
    wait_until(lambda: float(lesson.text(".kit-speed-name").rstrip("×")) < 60, what="a game of a minute or so")
    lesson.click(".kit-restart")
    wait_until(lambda: 0 < points(lesson) < FINAL / 2, what="the first plays")
    lesson.click(".kit-play")
    wait_until(lambda: "paused" in lesson.text(".kit-clock"), what="the pause")
    last = lesson.text(".kit-last")

    lesson.click(".kit-step")
    wait_until(lambda: lesson.text(".kit-last") != last, what="the next play")
    assert lesson.text(".kit-play") == "Play"
    before = points(lesson)
    lesson.click(".kit-play")
    wait_for_points(lesson, more_than=before + 3)
    assert lesson.text(".kit-play") == "Pause"

    lesson.drag(".kit-speed", 0.0)
    wait_until(lambda: lesson.text(".kit-speed-name") == "0.25×", what="the slowest speed")
    lesson.click(".kit-restart")
    wait_until(lambda: points(lesson) < before, what="the board to start over")


def test_speed_and_maximum(lesson: NotebookPage) -> None:
    """The slider's end says 600×, Max says max, and the game is over at once; without Max it is played again."""
    lesson.drag(".kit-speed", 1.0)
    wait_until(lambda: lesson.text(".kit-speed-name") == "600×", what="600×")

    lesson.click(".kit-max")

    wait_for_final(lesson, FINAL)
    assert lesson.text(".kit-speed-name") == "max"
    assert lesson.text(".kit-play") == "Play again"
    assert controls(lesson) == CONTROLS

    lesson.click(".kit-max")
    wait_until(lambda: lesson.text(".kit-speed-name") == "600×", what="the slider's speed to be back")
    lesson.press(".kit-speed", "Home")
    wait_until(lambda: lesson.text(".kit-speed-name") == "0.25×", what="the slowest speed")
    lesson.click(".kit-play")
    wait_until(lambda: points(lesson) < FINAL, what="the board to start over")


def test_another_game_can_be_chosen(lesson: NotebookPage) -> None:
    """The dropdown replays another game up to its own final."""
    choose_game(lesson, "MEM @ GSW, 2 Nov 2015 - a 50-point blowout")

    wait_until(lambda: "GSW" in lesson.text(".kit-score"), what="the other teams")
    lesson.click(".kit-max")
    wait_for_final(lesson, 119 + 69)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_screens_are_kept_for_the_eye(lesson: NotebookPage, theme: str) -> None:
    """A screenshot of the panel in each theme, to be looked at; it fits the page's width."""
    if theme == "dark":
        lesson.use_dark_theme()

    lesson.part(".kit-panel")
    lesson.screenshot(f"lesson-00-{theme}")

    panel, page = lesson.part(".kit-panel").bounding_box(), lesson.page.viewport_size
    assert panel is not None
    assert page is not None
    assert panel["x"] + panel["width"] <= page["width"]
