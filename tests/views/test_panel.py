"""The common parts: a view in a cell, the panel, the style sheet, the names of sliders."""

from collections.abc import Callable

import pytest
from ipywidgets import Output, VBox, Widget

from nbmomentum.momentum import GameState
from nbmomentum.views import (
    AlertFeed,
    HealthLine,
    LogTable,
    MomentumChart,
    OfficialFigures,
    Scoreboard,
    ScoreChart,
    TextTwin,
    WindowedRun,
    WinProbabilityChart,
    live_panel,
    tabbed,
)
from nbmomentum.views.style import CSS

VIEWS = [
    AlertFeed,
    HealthLine,
    LogTable,
    MomentumChart,
    OfficialFigures,
    ScoreChart,
    Scoreboard,
    TextTwin,
    WinProbabilityChart,
    WindowedRun,
]


@pytest.mark.parametrize("make", VIEWS)
def test_a_view_is_displayed_as_its_widget(make: Callable[[], object]) -> None:
    """The last expression of a cell shows the view."""
    view = make()

    bundle = view._repr_mimebundle_()

    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == view.widget.model_id


@pytest.mark.parametrize("make", VIEWS)
def test_a_view_brings_the_style_sheet(make: Callable[[], object], html_of: Callable[[Widget], str]) -> None:
    """Alone in a cell it looks like in the panel."""
    assert CSS in html_of(make().widget)


def test_the_panel_holds_the_views_in_order() -> None:
    """One below the other, the alerts at the right of the chart."""
    board, chart, alerts, health = Scoreboard(), ScoreChart(), AlertFeed(), HealthLine()

    panel = live_panel(board, chart, alerts, health)

    _, first, middle, last = panel.children
    assert (first, last) == (board.widget, health.widget)
    assert middle.children == (chart.widget, alerts.widget)


def test_alerts_alone_are_a_row() -> None:
    """Where no view comes before them they have nothing to stand beside."""
    alerts = AlertFeed()

    panel = live_panel(alerts)

    assert isinstance(panel, VBox)
    assert panel.children[1] is alerts.widget


@pytest.mark.parametrize("make", VIEWS)
def test_a_view_fits_several_panels(make: Callable[[], object], game: list[GameState]) -> None:
    """Building a layout twice, as re-running a cell does, keeps the views."""
    view = make()

    first, second = VBox([view.widget]), VBox([view.widget])

    assert first.children == second.children


def test_colours_of_the_sheet_have_fallbacks() -> None:
    """Voila and other pages may lack JupyterLab's variables."""
    uses = [part.split(")")[0] for part in CSS.split("var(--jp-")[1:]]

    assert [use for use in uses if "," not in use] == []


def test_views_with_a_slider_bring_its_name() -> None:
    """A script names what ipywidgets leaves without a name."""
    outputs = [child for child in AlertFeed().widget.children if isinstance(child, Output)]

    (script,) = (output["data"]["application/javascript"] for output in outputs[0].outputs)
    assert "aria-label" in script


def test_tabs_show_the_first_view_and_keep_the_order() -> None:
    """The names stand on the tabs from the left, each page holds its view."""
    score, momentum = ScoreChart(), MomentumChart()

    tabs = tabbed({"Score": score, "Momentum": momentum})

    assert tabs.widget.titles == tabs.names == ("Score", "Momentum")
    assert tabs.widget.selected_index == 0
    assert [page.children for page in tabs.widget.children] == [(score.widget,), (momentum.widget,)]


def test_a_tab_is_selected_by_its_name() -> None:
    """The index of the tabs follows; a name that is on no tab says which there are."""
    tabs = tabbed({"Score": ScoreChart(), "Momentum": MomentumChart()})

    tabs.select("Momentum")

    assert tabs.widget.selected_index == 1
    with pytest.raises(ValueError, match="There is no tab 'Log'; there are Score, Momentum"):
        tabs.select("Log")


def test_pages_are_of_one_height() -> None:
    """A change of the tab moves nothing below it."""
    tabs = tabbed({"Score": ScoreChart(), "Runs": WindowedRun()}, height_px=300)

    assert {page.layout.height for page in tabs.widget.children} == {"300px"}


def test_tabs_without_a_view_are_refused() -> None:
    """Nothing could be in sight."""
    with pytest.raises(ValueError, match="at least one view"):
        tabbed({})


def test_alerts_beside_tabs_are_as_high_as_these() -> None:
    """Both end on one line, the tabs' own height included."""
    tabs, alerts = tabbed({"Score": ScoreChart()}), AlertFeed()

    panel = live_panel(tabs, alerts)

    assert panel.children[1].children == (tabs.widget, alerts.widget)
    assert alerts.widget.layout.height == f"{tabs.height_px}px"


def test_tabs_are_displayed_as_their_widget() -> None:
    """The last expression of a cell shows them, without a panel too."""
    tabs = tabbed({"Score": ScoreChart()})

    bundle = tabs._repr_mimebundle_()

    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == tabs.widget.model_id
