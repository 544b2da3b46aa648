"""The live panel: all views of a game in one layout, wide enough for a lesson and low enough for a projector.

live_panel(controls=controls, scoreboard=board, chart=chart, alerts=alerts, health=health, twin=twin)
"""

from typing import Any

from ipywidgets import HBox, Layout, VBox

from nbmomentum.views.style import GAP_PX, sheet
from nbmomentum.views.view import View

PANEL_WIDTH_PX = 1120
ALERTS_WIDTH_PX = 300


def live_panel(
    *,
    scoreboard: View[Any] | None = None,
    chart: View[Any] | None = None,
    alerts: View[Any] | None = None,
    controls: View[Any] | None = None,
    health: View[Any] | None = None,
    twin: View[Any] | None = None,
    end: View[Any] | None = None,
) -> VBox:
    """Controls on top, the scoreboard, the chart with the alerts at its right, the health line, the twin, the end.

    Any part may be missing. The views stay their own: keep them to connect them to a live feed.
    """
    rows = [*_widgets(controls, scoreboard), _middle(chart, alerts), *_widgets(health, twin, end)]
    layout = Layout(width="100%", max_width=f"{PANEL_WIDTH_PX}px", grid_gap=f"{GAP_PX}px", padding="0 4px 4px 0")
    panel = VBox([sheet(), *rows], layout=layout)
    panel.add_class("kit").add_class("kit-panel")
    return panel


def _middle(chart: View[Any] | None, alerts: View[Any] | None) -> HBox:
    if chart is not None:
        chart.widget.layout.flex = "1 1 auto"
        chart.widget.layout.min_width = "400px"
    if alerts is not None:
        alerts.widget.layout.flex = f"0 0 {ALERTS_WIDTH_PX}px"
    return HBox(_widgets(chart, alerts))


def _widgets(*views: View[Any] | None) -> list[Any]:
    return [view.widget for view in views if view is not None]
