"""Lesson 08 as a class uses it: a live game of the stand-in league, corrections that move the score back, an outage."""

from lab import Lab, NotebookPage
from panels.live_game import (
    PICKED,
    figure,
    follow_the_other_game,
    lesson_in,
    points,
    run_lesson,
    see_a_basket_withdrawn,
    see_an_outage,
)
from support import wait_until

from nbmomentum.sources.stand_in import StandInLeague


def test_lesson_follows_a_game_through_corrections_and_an_outage(
    lab: Lab, notebook: NotebookPage, league: StandInLeague
) -> None:
    """The score moves back with a correction; a feed that is away is told and comes back; another game is chosen."""
    run_lesson(notebook, lesson_in(lab, league))
    see_a_basket_withdrawn(notebook, league)
    see_an_outage(notebook, league)
    follow_the_other_game(notebook, league)

    notebook.page.set_viewport_size({"width": 1440, "height": 900})
    notebook.use_dark_theme()
    notebook.part(".kit-panel .kit-tonight")
    notebook.screenshot("lesson-08-dark")
    notebook.click(".kit-panel .kit-stop")
    notebook.page.locator(".kit-end", has_text="Stopped: no thread").wait_for(timeout=60_000)


def test_lesson_without_a_network_says_so_and_plays_a_recorded_game(lab: Lab, notebook: NotebookPage) -> None:
    """The sentence says which of the reasons it is; the recorded game is corrected before one's eyes."""
    run_lesson(notebook, lesson_in(lab, None))
    wait_until(lambda: sum(points(notebook)) > 0, what="the game on the board", timeout_s=60)

    assert "cannot be reached" in notebook.text(".kit-panel .kit-tonight-sentence")
    assert notebook.text(PICKED).startswith("recorded: OKC @ MIA, 3 Dec 2015")
    wait_until(lambda: "withdrawn" in notebook.text(".kit-panel .kit-correction"), what="a withdrawal", timeout_s=90)
    wait_until(lambda: int(figure(notebook, "Corrections")) >= 3, what="three corrections", timeout_s=90)
    notebook.screenshot("lesson-08-offline")
    notebook.click(".kit-panel .kit-stop")
    notebook.page.locator(".kit-end", has_text="Stopped: no thread").wait_for(timeout=60_000)
