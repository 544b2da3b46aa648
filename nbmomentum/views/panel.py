"""The live panel: the views of a game in one layout, wide enough for a lesson and low enough for a projector.

```python
live_panel(controls, scoreboard, chart, alerts, health, twin, end)
```
"""

from typing import Any

from ipywidgets import HBox, Layout, VBox

from nbmomentum.views.alerts import AlertFeed
from nbmomentum.views.style import GAP_PX, sheet
from nbmomentum.views.view import View

PANEL_WIDTH_PX = 1120
ALERTS_WIDTH_PX = 300
MAIN_MIN_WIDTH_PX = 400


def live_panel(*views: View[Any]) -> VBox:
    """The views below each other, in the order given; an `AlertFeed` stands at the right of the one before it.

    The views stay their own: keep them to connect them to a live feed.
    """
    rows: list[list[View[Any]]] = []
    for view in views:
        if isinstance(view, AlertFeed) and rows:
            rows[-1].append(view)
        else:
            rows.append([view])
    layout = Layout(width="100%", max_width=f"{PANEL_WIDTH_PX}px", grid_gap=f"{GAP_PX}px", padding="0 4px 4px 0")
    panel = VBox([sheet(), *map(_row, rows)], layout=layout)
    panel.add_class("kit").add_class("kit-panel")
    return panel


def _row(views: list[View[Any]]) -> HBox | VBox:
    main, *beside = views
    if not beside:
        return main.widget
    main.widget.layout.flex = "1 1 auto"
    main.widget.layout.min_width = f"{MAIN_MIN_WIDTH_PX}px"
    for view in beside:
        view.widget.layout.flex = f"0 0 {ALERTS_WIDTH_PX}px"
    return HBox([view.widget for view in views])
