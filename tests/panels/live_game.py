"""Lesson 08 on a page, in the words of a user: a kernel that asks this league, the board, and the feed's figures."""

import re
from pathlib import Path

import nbformat
from lab import Lab, NotebookPage
from support import random_name, wait_until

from nbmomentum.sources.stand_in import StandInLeague

LESSON = Path(__file__).parent.parent.parent / "notebooks" / "08_follow_a_live_game.ipynb"
PANEL_TIMEOUT_MS = 120_000  # a new kernel on a busy machine
NOBODY = "http://127.0.0.1:1"
MAIN_GAME, OTHER_GAME = "0021500277", "0021500051"
PICKED = ".kit-panel .kit-tonight-game.kit-selected"


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


def picked_points(page: NotebookPage) -> list[int]:
    """The same in the picker's line of the followed game, "OKC  41 @ MIA  39   live ..."."""
    return [int(number) for number in re.findall(r"[A-Z]{3} +(\d+)", page.page.locator(PICKED).inner_text())]


def figure(page: NotebookPage, name: str) -> str:
    """A figure of the feed line."""
    return page.page.locator(f".kit-panel .kit-feed dt:text-is('{name}')").locator("xpath=../dd").inner_text()


def see_a_basket_withdrawn(page: NotebookPage, league: StandInLeague, name: str = "lesson-08") -> None:
    """The game as it stands, then the score moves back; the record of the withdrawal is read. Two screenshots."""
    wait_until(lambda: sum(points(page)) > 0, what="the game on the board", timeout_s=60)
    wait_until(lambda: figure(page, "Plays") == "40", what="all plays", timeout_s=60)
    assert "2 games today: 1 under way, 1 to come." in page.text(".kit-panel .kit-tonight-sentence")
    assert "OKC" in page.text(PICKED)
    before = points(page)

    league.withdraw_basket(MAIN_GAME)
    wait_until(lambda: sum(points(page)) < sum(before), what="the score to move back", timeout_s=60)
    wait_until(lambda: picked_points(page) == points(page), what="the picker to say so", timeout_s=20)
    assert page.text(".kit-panel .kit-correction").startswith("Last correction withdrawn: ")
    page.screenshot(f"{name}-correction")
    withdrawn = page.page.locator(".kit-panel .kit-log-row", has_text="Withdrawn: ").last
    withdrawn.scroll_into_view_if_needed()
    withdrawn.click()
    wait_until(lambda: '"retracted"' in page.text(".kit-panel .kit-json"), what="the record of the withdrawal")
    assert '"revision":1,"retracted":true' in "".join(page.text(".kit-panel .kit-json").split())
    page.screenshot(f"{name}-record")


def see_an_outage(page: NotebookPage, league: StandInLeague, name: str = "lesson-08") -> None:
    """A feed that is away is told, and what came meanwhile follows. A screenshot of the outage."""
    league.fail_next("403", 200)
    wait_until(lambda: figure(page, "Feed") == "feed away", what="the outage", timeout_s=60)
    assert "refused with status 403" in page.text(".kit-panel .kit-trouble")
    page.screenshot(f"{name}-away")
    league.forgive()
    league.serve_prefix(MAIN_GAME, 45)
    wait_until(lambda: figure(page, "Feed") == "live", what="the feed to answer again", timeout_s=90)
    wait_until(lambda: figure(page, "Plays") == "44", what="what came meanwhile", timeout_s=60)


def follow_the_other_game(page: NotebookPage, league: StandInLeague) -> None:
    """Another game has begun: it is chosen by a click, and its teams are on the board."""
    league.serve_prefix(OTHER_GAME, 10)
    page.click(".kit-panel .kit-refresh")
    wait_until(lambda: "2 under way" in page.text(".kit-panel .kit-tonight-sentence"), what="the second game")
    other = page.page.locator(".kit-panel .kit-tonight-game").nth(1)
    name = other.inner_text()[:3]
    other.click()
    wait_until(lambda: page.text(PICKED).startswith(name), what="the other game to be followed", timeout_s=60)
    wait_until(lambda: figure(page, "Plays") == "10", what="its plays", timeout_s=60)
    wait_until(lambda: name in page.text(".kit-panel .kit-score"), what="its teams on the board", timeout_s=60)
