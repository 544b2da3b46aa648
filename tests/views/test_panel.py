"""The common parts: a view in a cell, the panel, the style sheet, the names of sliders."""

from collections.abc import Callable

import pytest
from ipywidgets import Output, VBox, Widget

from nbmomentum.momentum import GameState
from nbmomentum.views import AlertFeed, HealthLine, Scoreboard, ScoreChart, TextTwin, live_panel
from nbmomentum.views.style import CSS

VIEWS = [AlertFeed, HealthLine, ScoreChart, Scoreboard, TextTwin]


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


def test_the_panel_holds_all_views_in_order() -> None:
    """Scoreboard above the middle row, chart left of the alerts, health and twin below."""
    views = {
        name: make() for name, make in zip(["alerts", "health", "chart", "scoreboard", "twin"], VIEWS, strict=True)
    }

    panel = live_panel(**views)

    _, board, middle, health, twin = panel.children
    assert (board, health, twin) == (views["scoreboard"].widget, views["health"].widget, views["twin"].widget)
    assert middle.children == (views["chart"].widget, views["alerts"].widget)


def test_any_part_of_the_panel_may_be_missing() -> None:
    """An early lesson shows the chart alone."""
    chart = ScoreChart()

    panel = live_panel(chart=chart)

    assert isinstance(panel, VBox)
    assert panel.children[1].children == (chart.widget,)


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
