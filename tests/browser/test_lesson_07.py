"""Lesson 07 as a class uses it: a ranking that changes live, ranked anew by a click, and a season that is driven."""

import re

import pytest
from lab import NotebookPage
from panels import health, open_tab
from support import wait_until

from nbmomentum.sources.simulated import simulate_season
from nbmomentum.sources.standings import Column, Standings

NOTEBOOK = "07_a_season_of_teams.ipynb"
DAYS = simulate_season(seed=7)
PATIENCE_S = 60


@pytest.fixture
def live(notebook: NotebookPage) -> NotebookPage:
    """Lesson 07 after Run All, with teams in the ranking."""
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.part(".kit-panel")
    wait_until(lambda: len(ranking(notebook)) == 30, what="thirty teams", timeout_s=PATIENCE_S)
    return notebook


def ranking(page: NotebookPage) -> list[str]:
    """The teams as they are ranked on the page."""
    return page.page.locator(".kit-ranking tbody .kit-chip").all_inner_texts()


def expected(day: int, by: Column = "net") -> list[str]:
    """The ranking after so many days."""
    return [place.stats.team for place in Standings(teams=DAYS[day - 1]).ranked(by)]


def day(page: NotebookPage) -> int:
    """How many days were sent, as the controls say."""
    found = re.search(r"Day (\d+)", page.text(".kit-season .kit-clock"))
    return int(found[1]) if found else 0


def wait_for_ranking(page: NotebookPage, after: int, by: Column = "net") -> None:
    """Wait until the page shows the ranking after so many days."""
    wait_until(lambda: ranking(page) == expected(after, by), what=f"day {after} by {by}", timeout_s=PATIENCE_S)


def errors(page: NotebookPage) -> list[str]:
    """What the panel says has gone wrong."""
    return page.page.locator(".kit-panel .kit-error").all_inner_texts()


def pause_early(page: NotebookPage) -> int:
    """Begin the season anew and hold it on one of its first days; which one."""
    page.drag(".kit-days-per-s", 0.0)
    page.click(".kit-restart")
    wait_until(lambda: 0 < day(page) < 30, what="the season's start")
    page.click(".kit-play")
    wait_until(lambda: health(page, "Producer") == "paused", what="the pause")
    return day(page)


def test_the_ranking_changes_live_and_is_ranked_by_a_click(live: NotebookPage) -> None:
    """Day by day the teams move, with arrows; each button ranks by its column; stop ends it all."""
    held = pause_early(live)
    wait_for_ranking(live, held)

    live.click(".kit-next-day")

    wait_for_ranking(live, held + 1)
    moves = live.page.locator(".kit-ranking .kit-move").all_inner_texts()
    places = Standings(teams=DAYS[held], before=DAYS[held - 1]).ranked("net")
    assert [move.strip() for move in moves] == [
        "=" if place.move == 0 else f"{'▲' if (place.move or 0) > 0 else '▼'} {abs(place.move or 0)}"
        for place in places
    ]

    for column in ("wins", "offence", "defence", "last", "net"):
        live.click(f".kit-sort-{column}")
        wait_for_ranking(live, held + 1, column)  # type: ignore[arg-type]
        assert live.page.locator(".kit-ranking th[aria-sort]").count() == 2
        assert live.page.locator(".kit-sort.mod-active").count() == 1

    live.click(".kit-play")
    wait_until(lambda: day(live) > held + 1, what="the season to go on")
    live.drag(".kit-days-per-s", 1.0)
    wait_until(lambda: "finished" in live.text(".kit-season .kit-clock"), what="the end", timeout_s=PATIENCE_S)
    wait_for_ranking(live, len(DAYS))
    assert health(live, "Lag") == "0"
    assert health(live, "Invalid") == "0"

    assert errors(live) == []

    open_tab(live, "Words")
    wait_until(lambda: f"Best net rating: {expected(len(DAYS))[0]}" in live.text(".kit-twin"), what="the words")
    assert "simulated figures of no real games" in live.text(".kit-twin")
    open_tab(live, "Log")
    wait_until(lambda: "simulated" in live.text(".kit-log"), what="the changes in the log")
    live.click(".kit-stop")
    wait_until(lambda: "Stopped" in live.text(".kit-end"), what="the end of the lesson")


def clipped(page: NotebookPage) -> list[str]:
    """Buttons and tables of the panel that do not fit where they stand."""
    parts = page.page.locator(".kit-panel button:visible, .kit-panel .kit-rankings:visible").all()
    wide = [part for part in parts if part.evaluate("part => part.scrollWidth > part.clientWidth")]
    return [re.sub(r"\s+", " ", part.inner_text())[:40] for part in wide]


def test_screens_are_kept_for_the_eye(live: NotebookPage) -> None:
    """Ranking and chart in both themes and sizes; nothing is clipped, every team is named."""
    held = pause_early(live)
    for _ in range(held, 15):
        live.click(".kit-next-day")
    wait_until(lambda: day(live) >= 15, what="two weeks", timeout_s=PATIENCE_S)

    for theme in ("light", "dark"):
        for width, height in ((1280, 720), (1440, 900)):
            live.page.set_viewport_size({"width": width, "height": height})
            for tab in ("Ranking", "Offence and defence"):
                open_tab(live, tab)
                live.part(".kit-season")
                live.page.locator(".kit-season").first.evaluate("part => part.scrollIntoView({block: 'start'})")
                live.screenshot(f"lesson-07-{theme}-{width}-{tab.split()[0].lower()}")
                panel = live.page.locator(".kit-panel").first.bounding_box()
                assert panel is not None
                assert panel["x"] + panel["width"] <= width
                assert clipped(live) == []
        live.use_dark_theme()

    assert errors(live) == []
    names = live.page.locator(".kit-ratings svg text").all_text_contents()
    assert {stats.team for stats in DAYS[0]} <= set(names)
