"""The live panel on a page, in the words of a user: points, tabs, figures of the health line, pause."""

import re
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from lab import NotebookPage
from support import wait_until

from nbmomentum import GameClock, load_game
from nbmomentum.views.charts.parts import MARGIN_PX

if TYPE_CHECKING:
    from playwright.sync_api import Page

PLAYS = load_game("0021500277")
LAST_S = 2880

_BOXES = "([panel, names]) => names.map(name => { const r = document.querySelector(`${panel} ${name}`)" + (
    ".getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; })"
)
# A list of alerts and a long text may scroll inside; a label for screen readers alone has no height.
_CUT = """panel => [...document.querySelectorAll(`${panel}, .kit-area, ${panel} :is(.jupyter-button, .widget-label)`)]
  .filter(part => part.offsetParent && !part.closest('.kit-alert-box, .kit-log-page, .lm-mod-hidden'))
  .filter(part => part.clientWidth > 1 && part.clientHeight > 1)
  .filter(part => part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1)
  .map(part => part.className)"""
# What a plot leaves of its figure's box. bqplot draws a figure anew 0.3 s after the box has changed; one that is out of
# sight keeps its old size until it comes into sight.
_LEFT = """() => {
  const page = document.querySelector('.jp-WindowedPanel-outer') || document.documentElement;  // JupyterLab, Voila
  const view = page.getBoundingClientRect();
  return [...document.querySelectorAll('.kit .bqplot')]
    .map(figure => [figure.getBoundingClientRect(), figure.querySelector('.plotarea_background')])
    .filter(([box]) => box.bottom > view.top + 1 && box.top < view.bottom - 1)
    .map(([box, plot]) => [box.width - plot.getAttribute('width'), box.height - plot.getAttribute('height')]); }"""
# By the first of its own names, a tab by its words: what can be clicked, slid or chosen in a live panel.
_CONTROLS = """() => [...document.querySelectorAll('.kit :is(button, select, [role=slider], [role=tab])')]
  .filter(part => part.getClientRects().length)
  .map(part => part.getAttribute('role') === 'tab' ? part.innerText : part.closest('[class*=kit-]').className)
  .map(name => (name.match(/kit-[a-z-]+/) || [name])[0])"""


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
    """Press Pause and wait until the board shows the last play before the clock that stands still.

    On a busy machine the game may be over already: then it is played again.
    """
    if page.text(".kit-play") == "Play again":
        page.click(".kit-play")
        wait_until(lambda: page.text(".kit-play") == "Pause", what="the game to be on again")
        wait_until(lambda: 0 < points(page) < points_at(LAST_S), what="its first play")
    page.click(".kit-play")
    wait_until(lambda: "paused" in page.text(".kit-clock"), what="the pause")
    paused_s = GameClock.parse(page.text(".kit-clock").split(" at ")[0]).elapsed_s
    # The clock on the page is rounded down to a second.
    shown = {points_at(paused_s), points_at(paused_s + 1)}
    wait_until(lambda: points(page) in shown, what="the last play before the pause")
    wait_until(lambda: health(page, "Producer") == "paused", what="the health line to say so")
    wait_until(lambda: health(page, "Lag") == "0", what="the consumer to catch up")


def points_at(elapsed_s: float) -> int:
    """Both teams' points at this second of the lessons' game."""
    return sum(play.points for play in PLAYS if play.elapsed_s <= elapsed_s)


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


def controls(page: NotebookPage) -> set[str]:
    """All that can be clicked, slid or chosen on the page, by its CSS class; a tab by its words."""
    return set(page.page.evaluate(_CONTROLS))


def overlapping(page: "Page", names: Sequence[str], panel: str = ".kit-dashboard") -> list[tuple[str, str]]:
    """The pairs of a panel's parts that share more than an edge."""
    boxes = dict(zip(names, page.evaluate(_BOXES, [panel, list(names)]), strict=True))
    return [(one, other) for one, other in combinations(names, 2) if _overlap(boxes[one], boxes[other])]


def are_figures_filled(page: "Page") -> bool:
    """Whether the plot of each figure in sight is as large as its box but for the margins."""
    across, down = (MARGIN_PX[one] + MARGIN_PX[other] for one, other in (("left", "right"), ("top", "bottom")))
    return all(abs(x - across) <= 1 and abs(y - down) <= 1 for x, y in page.evaluate(_LEFT))


def cut(page: "Page", panel: str = ".kit-dashboard") -> list[str]:
    """Parts, buttons and labels of a panel that hold more than they show."""
    found: list[str] = page.evaluate(_CUT, panel)
    return found


def _overlap(one: list[float], other: list[float]) -> bool:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width > 1 and height > 1
