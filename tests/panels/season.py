"""The panel of a season on a page, in the words of a user: the ranking, the day, and the league to compare with."""

import re

from lab import NotebookPage
from support import wait_until

from nbmomentum.sources.simulated import simulate_season
from nbmomentum.sources.standings import Column, Standings
from panels.live import health

DAYS = simulate_season(seed=7)
PATIENCE_S = 60


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


def drive_the_season(page: NotebookPage) -> None:
    """Held, a day on, ranked by each column, then to the end of the season."""
    held = pause_early(page)
    wait_for_ranking(page, held)

    page.click(".kit-next-day")

    wait_for_ranking(page, held + 1)
    moves = page.page.locator(".kit-ranking .kit-move").all_inner_texts()
    places = Standings(teams=DAYS[held], before=DAYS[held - 1]).ranked("net")
    assert [move.strip() for move in moves] == [
        "=" if place.move == 0 else f"{'▲' if (place.move or 0) > 0 else '▼'} {abs(place.move or 0)}"
        for place in places
    ]

    for column in ("wins", "offence", "defence", "last", "net"):
        page.click(f".kit-sort-{column}")
        wait_for_ranking(page, held + 1, column)  # type: ignore[arg-type]
        assert page.page.locator(".kit-ranking th[aria-sort]").count() == 2
        assert page.page.locator(".kit-sort.mod-active").count() == 1

    page.click(".kit-play")
    wait_until(lambda: day(page) > held + 1, what="the season to go on")
    page.drag(".kit-days-per-s", 1.0)
    wait_until(lambda: "finished" in page.text(".kit-season .kit-clock"), what="the end", timeout_s=PATIENCE_S)
    wait_for_ranking(page, len(DAYS))
    wait_until(lambda: health(page, "Lag") == "0", what="no lag")
    assert health(page, "Invalid") == "0"

    assert errors(page) == []
