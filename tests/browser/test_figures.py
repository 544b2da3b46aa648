"""The figures of lesson 03 as a class uses them: every tab, slider and badge says what the fold says."""

import re
from dataclasses import dataclass

import pytest
from lab import NotebookPage
from panels import (
    are_figures_filled,
    choose_game,
    controls,
    open_tab,
    pause,
    points,
    selected_tab,
    wait_for_final,
    wait_for_points,
)
from support import wait_until

from nbmomentum.momentum import HALF_LIFE_S, GameState, GameTracker, long_runs
from nbmomentum.sources.bundled import load_game

NOTEBOOK = "03_from_points_to_momentum.ipynb"
TABS = ("Score", "Momentum", "Win probability", "Last minutes", "Official", "Words")
FIGURES = (".kit-chart", ".kit-momentum", ".kit-win", ".kit-window", ".kit-official", ".kit-twin")


def final_state() -> GameState:
    """The lesson's game at its end, folded here."""
    tracker = GameTracker(home="MIA", away="OKC")
    for event in load_game("0021500277"):
        tracker.apply(event)
    return tracker.state


FINAL = final_state()


# Words that reach over the right edge of the figures, or that their own box cuts.
CUT_OFF = """() => { const edge = document.querySelector('.kit-tabs').getBoundingClientRect().right;
  return [...document.querySelectorAll('.kit-tabs :is(text, .widget-label, .widget-readout)')]
    .filter(part => part.textContent.trim() && part.getClientRects().length)
    .filter(part => part.getBoundingClientRect().right > edge ||
      (part.matches('.widget-label') && part.scrollWidth > part.clientWidth))
    .map(part => part.textContent); }"""
# All that the page offers; each of them is used here or in the tests of the live chart.
REPLAY = {"kit-game", "kit-play", "kit-step", "kit-restart", "kit-speed", "kit-max"}
DRAMA = {"kit-threshold", "kit-half-life", "kit-window-length"}
CONTROLS = REPLAY | DRAMA | {"kit-save-png", "kit-save-svg", "kit-stop", *TABS}


@pytest.fixture
def live(notebook: NotebookPage) -> NotebookPage:
    """Lesson 03 after Run All, with points on the board."""
    notebook.open(NOTEBOOK)
    notebook.run_all()
    wait_for_points(notebook)
    return notebook


@pytest.fixture
def final(live: NotebookPage) -> NotebookPage:
    """Lesson 03 at the end of its game."""
    live.click(".kit-max")
    wait_for_final(live, FINAL.home_score + FINAL.away_score)
    return live


@dataclass(frozen=True)
class Place:
    """Where something stands on the page, in pixels."""

    left: float
    top: float
    width: float
    height: float


def place(page: NotebookPage, selector: str) -> Place:
    """Where the first element of this kind stands."""
    box = page.page.locator(selector).first.bounding_box()
    assert box is not None
    return Place(box["x"], box["y"], box["width"], box["height"])


def names_of_runs(page: NotebookPage) -> list[str]:
    """The runs named in the momentum chart, "7-0"."""
    labels = [label for label in page.page.locator(".kit-momentum .bqplot text.label").all() if label.is_visible()]
    return [text for label in labels if re.fullmatch(r"\d+-0", text := label.text_content() or "")]


def momentum_line(page: NotebookPage) -> str:
    """The longest path of the momentum chart: its line has more points than an area's edge."""
    paths = page.page.locator(".kit-momentum g.curve path.line").all()
    return max((path.get_attribute("d") or "" for path in paths), key=len)


def shown_momentum(page: NotebookPage) -> str:
    """The momentum in the legend of its chart, "3.4 for MIA"."""
    found = re.search(r"Momentum (.+)", page.text(".kit-momentum .kit-legend"))
    assert found is not None
    return found[1]


def folded_momentum(total: int, half_life_s: float) -> str:
    """The momentum after the play that brought both teams' points to this total, folded here, in the page's words."""
    tracker = GameTracker(home="MIA", away="OKC", half_life_s=half_life_s)
    for event in load_game("0021500277"):
        if tracker.state.home_score + tracker.state.away_score < total:
            tracker.apply(event)
    momentum = tracker.state.momentum
    return f"{abs(momentum):.1f} for {'MIA' if momentum > 0 else 'OKC'}"


def step(page: NotebookPage) -> None:
    """Press Step, and wait for the play on the board."""
    before = points(page)
    page.click(".kit-step")
    wait_until(lambda: points(page) > before, what="the next play")


def test_each_tab_shows_its_figure_and_moves_nothing(final: NotebookPage) -> None:
    """One figure is in sight at a time, all in one place; what stands below stays where it is."""
    below, beside = place(final, ".kit-health"), place(final, ".kit-alerts")
    offered = controls(final)

    for name, figure in zip(TABS, FIGURES, strict=True):
        open_tab(final, name)

        assert [other for other in FIGURES if final.page.locator(other).first.is_visible()] == [figure]
        assert (place(final, ".kit-health"), place(final, ".kit-alerts")) == (below, beside)
        offered |= controls(final)
    assert offered == CONTROLS


def test_a_figure_behind_a_tab_is_drawn_at_its_full_size(live: NotebookPage) -> None:
    """Opened for the first time mid-game it is as wide as the first one, and its line is inside."""
    width = place(live, ".kit-chart .bqplot svg").width

    for name, figure in zip(TABS[1:3], FIGURES[1:3], strict=True):
        open_tab(live, name)

        assert place(live, f"{figure} .bqplot svg").width == width
        plot, line = place(live, f"{figure} rect.plotarea_background"), place(live, f"{figure} g.curve path.line")
        assert plot.width > width / 2
        assert plot.left - 2 <= line.left <= line.left + line.width <= plot.left + plot.width + 2


def test_tabs_are_chosen_by_keys(live: NotebookPage) -> None:
    """Arrow keys move the focus along the tabs, and Enter opens the one that has it."""
    live.page.get_by_role("tab", name="Score").focus()

    live.page.keyboard.press("ArrowRight")
    live.page.keyboard.press("Enter")

    wait_until(lambda: selected_tab(live) == "Momentum", what="the next tab")
    live.page.keyboard.press("End")
    live.page.keyboard.press("Enter")
    wait_until(lambda: selected_tab(live) == "Words", what="the last tab")


def test_half_life_changes_the_momentum_line(live: NotebookPage) -> None:
    """A longer memory: another line, and the fold's own figure, in words too, while the game stands still."""
    wait_for_points(live, more_than=10)  # the first plays have no past to remember
    pause(live)
    while folded_momentum(points(live), HALF_LIFE_S) == folded_momentum(points(live), 240):
        step(live)  # at some plays both half-lives give the same tenth
    open_tab(live, "Momentum")
    assert shown_momentum(live) == folded_momentum(points(live), HALF_LIFE_S)
    line, longer = momentum_line(live), folded_momentum(points(live), 240)

    live.press(".kit-half-life", "ArrowRight", times=12)

    wait_until(lambda: live.text(".kit-half-life .widget-readout") == "240", what="a half-life of 240 s")
    wait_until(lambda: momentum_line(live) != line, what="another line")
    wait_until(lambda: shown_momentum(live) == longer, what=f"the figure {longer}")
    open_tab(live, "Words")
    wait_until(lambda: f"momentum {longer}" in live.text(".kit-twin"), what="the same in words")


def test_a_lower_threshold_shades_and_names_more_runs(final: NotebookPage) -> None:
    """No run reached eight points; from six on the chart names those that the fold finds."""
    open_tab(final, "Momentum")
    assert names_of_runs(final) == []

    final.press(".kit-threshold", "ArrowLeft", times=2)

    runs = sorted(f"{run.points}-0" for run in long_runs(FINAL.plays, threshold=6))
    wait_until(lambda: sorted(names_of_runs(final)) == runs, what=f"the runs {runs}")
    open_tab(final, "Words")
    wait_until(lambda: f"{len(runs)} runs of 6 or more" in final.text(".kit-twin"), what="the same in words")


def test_win_probability_and_excitement_are_the_folds(final: NotebookPage) -> None:
    """The legend at the final; in a game with overtime the span of our extension is named."""
    open_tab(final, "Win probability")

    legend = f"MIA win probability >99% Excitement {FINAL.excitement:.2f}"
    wait_until(lambda: final.text(".kit-win .kit-legend") == legend, what=legend)

    choose_game(final, "DET @ CHI, 18 Dec 2015 - four overtimes")
    wait_for_final(final, 147 + 144)
    wait_until(lambda: "overtime: our extension" in final.text(".kit-win .bqplot"), what="the name of the overtime")
    wait_until(lambda: "Excitement 15.92" in final.text(".kit-win .kit-legend"), what="the other game's excitement")


def test_window_slider_counts_other_minutes(final: NotebookPage) -> None:
    """Three minutes at first, half a minute more for each step."""
    open_tab(final, "Last minutes")
    for window_s, length in ((180, "3:00"), (240, "4:00")):
        run = FINAL.windowed_run(window_s)
        leader, high, low = ("MIA", run.home, run.away) if run.home > run.away else ("OKC", run.away, run.home)
        line = f"{leader} {high}-{low} in the last {length}"

        wait_until(lambda line=line: final.text(".kit-window-line") == line, what=line)
        assert final.text(".kit-window-name") == length
        final.press(".kit-window-length", "ArrowRight", times=2)


def test_official_figures_are_kept_back_until_they_are_equal(live: NotebookPage) -> None:
    """During the game the league's side is empty; at the end all figures are equal."""
    pause(live)
    open_tab(live, "Official")
    league = live.page.locator(".kit-official td.kit-league")

    assert live.text(".kit-verdict").startswith("So far: ")
    assert set(league.all_inner_texts()) == {"–"}

    live.click(".kit-play")
    live.click(".kit-max")
    wait_until(lambda: live.text(".kit-verdict") == "✓ All 14 figures equal the league's.", what="the verdict")
    assert league.all_inner_texts() == live.page.locator(".kit-official td.kit-ours").all_inner_texts()
    assert live.page.locator(".kit-official .kit-differs").count() == 0


def test_every_figure_is_said_in_words(final: NotebookPage) -> None:
    """The last tab has a section a figure, each with its sentence."""
    open_tab(final, "Words")
    titles = final.page.locator(".kit-twin h4")

    wait_until(lambda: "MIA beat OKC 97-95" in final.text(".kit-twin"), what="the final in words")
    expected = ["In words", "Margin and momentum", "Win probability", "Windowed run", "Official figures"]
    assert titles.all_inner_texts() == expected
    assert final.page.locator(".kit-twin section p").count() == len(expected)


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)], ids=lambda size: "x".join(map(str, size)))
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_screens_are_kept_for_the_eye(final: NotebookPage, theme: str, size: tuple[int, int]) -> None:
    """A screenshot of every tab, to be looked at; controls, board, chart and alerts are in view at once."""
    final.page.set_viewport_size({"width": size[0], "height": size[1]})
    if theme == "dark":
        final.use_dark_theme()

    final.part(".kit-panel")
    for name in TABS:
        open_tab(final, name)
        wait_until(lambda: are_figures_filled(final.page), what="figures that fill their boxes")
        assert final.page.evaluate(CUT_OFF) == []
        final.screenshot(f"lesson-03-{name}-{theme}-{size[0]}")

    panel, alerts = place(final, ".kit-panel"), place(final, ".kit-alerts")
    assert panel.left + panel.width <= size[0]
    assert alerts.top + alerts.height - panel.top <= size[1] - 120  # what JupyterLab's own bars leave
