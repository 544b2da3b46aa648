"""Lesson 07 as a class uses it: a ranking that changes live, ranked anew by a click, and a season that is driven."""

import re

import pytest
from lab import NotebookPage
from panels import open_tab
from panels.season import DAYS, PATIENCE_S, day, drive_the_season, errors, expected, pause_early, ranking
from support import wait_until

NOTEBOOK = "07_a_season_of_teams.ipynb"


@pytest.fixture
def live(notebook: NotebookPage) -> NotebookPage:
    """Lesson 07 after Run All, with teams in the ranking."""
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.part(".kit-panel")
    wait_until(lambda: len(ranking(notebook)) == 30, what="thirty teams", timeout_s=PATIENCE_S)
    return notebook


def test_the_ranking_changes_live_and_is_ranked_by_a_click(live: NotebookPage) -> None:
    """Day by day the teams move, with arrows; each button ranks by its column; stop ends it all."""
    drive_the_season(live)

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
