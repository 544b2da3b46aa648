"""The live panel on a page, in the words of a user: points, tabs, figures of the health line, pause."""

import re

from lab import NotebookPage
from support import wait_until


def points(page: NotebookPage) -> int:
    """Both teams' points on the scoreboard."""
    sides = page.page.locator(".kit-score .kit-points")
    return sum(int(text) for text in sides.all_inner_texts())


def wait_for_points(page: NotebookPage, more_than: int = 0) -> None:
    """Wait until the board shows more points than this."""
    page.part(".kit-scoreboard")
    wait_until(lambda: points(page) > more_than, what=f"more than {more_than} points")


def wait_for_final(page: NotebookPage, total: int) -> None:
    """Wait until both teams' points add up to the final."""
    wait_until(lambda: points(page) == total, what=f"the final, {total} points")


def health(page: NotebookPage, figure: str) -> str:
    """A figure of the health line."""
    return page.page.locator(".kit-health dt", has_text=re.compile(f"^{figure}$")).locator("xpath=../dd").inner_text()


def pause(page: NotebookPage) -> None:
    """Press Pause and wait until producer and consumer stand still."""
    page.click(".kit-play")
    wait_until(lambda: health(page, "Producer") == "paused", what="the producer to pause")
    wait_until(lambda: health(page, "Lag") == "0", what="the consumer to catch up")


def open_tab(page: NotebookPage, name: str) -> None:
    """Click a tab of the panel and wait until it is the one in sight."""
    page.page.get_by_role("tab", name=name, exact=True).click()
    wait_until(lambda: selected_tab(page) == name, what=f"the tab {name}")


def selected_tab(page: NotebookPage) -> str:
    """The name of the tab in sight."""
    return page.page.locator(".kit-tabs [role=tab][aria-selected=true]").inner_text()


def choose_game(page: NotebookPage, label: str) -> None:
    """Choose a game by its line in the dropdown."""
    page.page.get_by_label("Game").select_option(label=label)
