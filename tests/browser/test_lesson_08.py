"""Lesson 08 as a class uses it: a live game of the stand-in league, corrections that move the score back, an outage."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from lab import Lab, NotebookPage
from support import random_name, wait_until

from nbmomentum.sources.stand_in import StandInLeague

LESSON = Path(__file__).parent.parent.parent / "notebooks" / "08_follow_a_live_game.ipynb"
PANEL_TIMEOUT_MS = 120_000  # a new kernel on a busy machine
NOBODY = "http://127.0.0.1:1"
MAIN_GAME, OTHER_GAME = "0021500277", "0021500051"
PICKED = ".kit-panel .kit-tonight-game.kit-selected"


@pytest.fixture
def league() -> Iterator[StandInLeague]:
    """A league of two games: one is at its 40th basket, the other one has not begun."""
    with StandInLeague([MAIN_GAME, OTHER_GAME], name=random_name("league")) as league:
        league.serve_prefix(MAIN_GAME, 40)
        yield league


def lesson_in(lab: Lab, league: StandInLeague | None) -> str:
    """A working copy of the lesson whose kernel asks this league; without one, an address where nothing answers."""
    notebook = nbformat.read(LESSON, as_version=4)
    name = f"{random_name('lesson-08')}.ipynb"
    address = league.url if league else NOBODY
    cell = nbformat.v4.new_code_cell(f'from nbmomentum.sources.nba import use_league\nuse_league("{address}")')
    notebook.cells.insert(1, cell)
    nbformat.write(notebook, lab.home / "notebooks" / name)
    return name


def run_lesson(page: NotebookPage, name: str) -> None:
    """Open it, run all, and wait for its panel."""
    page.open(name)
    page.run_all()
    page.page.locator(".kit-panel .kit-tonight").first.wait_for(state="attached", timeout=PANEL_TIMEOUT_MS)
    page.part(".kit-panel .kit-tonight")


def points(page: NotebookPage) -> list[int]:
    """Away and home points on the scoreboard."""
    return [int(text) for text in page.page.locator(".kit-panel .kit-score .kit-points").all_inner_texts()]


def figure(page: NotebookPage, name: str) -> str:
    """A figure of the feed line."""
    return page.page.locator(f".kit-panel .kit-feed dt:text-is('{name}')").locator("xpath=../dd").inner_text()


def test_lesson_follows_a_game_through_corrections_and_an_outage(
    lab: Lab, notebook: NotebookPage, league: StandInLeague
) -> None:
    """The score moves back with a correction; a feed that is away is told and comes back; another game is chosen."""
    run_lesson(notebook, lesson_in(lab, league))
    wait_until(lambda: sum(points(notebook)) > 0, what="the game on the board", timeout_s=60)
    wait_until(lambda: figure(notebook, "Plays") == "40", what="all plays", timeout_s=60)
    assert "2 games today: 1 under way, 1 to come." in notebook.text(".kit-panel .kit-tonight-sentence")
    assert "OKC" in notebook.text(PICKED)
    before = points(notebook)

    league.withdraw_basket(MAIN_GAME)
    wait_until(lambda: sum(points(notebook)) < sum(before), what="the score to move back", timeout_s=60)
    assert notebook.text(".kit-panel .kit-correction").startswith("Last correction withdrawn: ")
    notebook.screenshot("lesson-08-correction")
    withdrawn = notebook.page.locator(".kit-panel .kit-log-row", has_text="Withdrawn: ").last
    withdrawn.scroll_into_view_if_needed()
    withdrawn.click()
    wait_until(lambda: '"retracted"' in notebook.text(".kit-panel .kit-json"), what="the record of the withdrawal")
    assert '"revision":1,"retracted":true' in "".join(notebook.text(".kit-panel .kit-json").split())
    notebook.screenshot("lesson-08-record")

    league.fail_next("403", 200)
    wait_until(lambda: figure(notebook, "Feed") == "feed away", what="the outage", timeout_s=60)
    assert "refused with status 403" in notebook.text(".kit-panel .kit-trouble")
    notebook.screenshot("lesson-08-away")
    league.forgive()
    league.serve_prefix(MAIN_GAME, 45)
    wait_until(lambda: figure(notebook, "Feed") == "live", what="the feed to answer again", timeout_s=90)
    wait_until(lambda: figure(notebook, "Plays") == "44", what="what came meanwhile", timeout_s=60)

    league.serve_prefix(OTHER_GAME, 10)
    notebook.click(".kit-panel .kit-refresh")
    wait_until(lambda: "2 under way" in notebook.text(".kit-panel .kit-tonight-sentence"), what="the second game")
    other = notebook.page.locator(".kit-panel .kit-tonight-game").nth(1)
    name = other.inner_text()[:3]
    other.click()
    wait_until(lambda: notebook.text(PICKED).startswith(name), what="the other game to be followed", timeout_s=60)
    wait_until(lambda: figure(notebook, "Plays") == "10", what="its plays", timeout_s=60)
    wait_until(lambda: name in notebook.text(".kit-panel .kit-score"), what="its teams on the board", timeout_s=60)

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
