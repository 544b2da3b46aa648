"""The live panel: the views of a game in one layout, wide enough for a lesson and low enough for a projector.

```python
charts = tabbed({"Score": chart, "Momentum": momentum, "In words": twin})
live_panel(controls, scoreboard, charts, alerts, health, end)
```
"""

from collections.abc import Mapping
from typing import Any, Protocol

from ipywidgets import Box, HBox, Layout, Tab, VBox

from nbmomentum.views.alerts import AlertFeed
from nbmomentum.views.ending import StopButton
from nbmomentum.views.sight import brought_into_sight
from nbmomentum.views.style import GAP_PX, sheet
from nbmomentum.views.view import View

PANEL_WIDTH_PX = 1120
ALERTS_WIDTH_PX = 300
MAIN_MIN_WIDTH_PX = 400
PAGE_HEIGHT_PX = 320
TAB_BAR_HEIGHT_PX = 38


class Placeable(Protocol):
    """What a panel holds: a view, or several of them in tabs."""

    widget: Box


class Tabbed:
    """Views of which one is in sight at a time; all of them stay connected and drawn.

    Attributes:
        widget: The tabs; `widget.selected_index` is the one in sight.
        names: Of the tabs, from the left.
        height_px: Of tabs and page together.
    """

    def __init__(self, views: Mapping[str, View[Any]], *, height_px: int = PAGE_HEIGHT_PX) -> None:
        self.names = tuple(views)
        self.height_px = height_px + TAB_BAR_HEIGHT_PX
        pages = [_page(view, height_px) for view in views.values()]
        self.widget = Tab(children=pages, titles=self.names, selected_index=0)
        self.widget.add_class("kit").add_class("kit-tabs")

    def select(self, name: str) -> None:
        """Bring this tab into sight.

        Raises:
            ValueError: There is no tab of that name.
        """
        if name not in self.names:
            raise ValueError(f"There is no tab {name!r}; there are {', '.join(self.names)}.")
        self.widget.selected_index = self.names.index(name)

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = self.widget._repr_mimebundle_(**options)
        return bundle


def tabbed(views: Mapping[str, View[Any]], *, height_px: int = PAGE_HEIGHT_PX) -> Tabbed:
    """The views behind tabs, the first one in sight; connect each of them to a live feed as ever.

    Arrow keys, Home and End choose a tab that has the focus.

    Args:
        views: By the name on their tab, from the left.
        height_px: Of every page, so that nothing below moves on a change of tab; a higher view scrolls.

    Raises:
        ValueError: There is no view.
    """
    if not views:
        raise ValueError("Tabs need at least one view.")
    return Tabbed(views, height_px=height_px)


def _page(view: View[Any], height_px: int) -> Box:
    """A page of its own around the view, as wide as the tabs whatever the view would like."""
    view.widget.layout.flex = "1 1 auto"
    view.widget.layout.min_width = "0"
    page = Box([view.widget], layout=Layout(height=f"{height_px}px", overflow="hidden auto"))
    page.add_class("kit-page")
    return page


def live_panel(*views: Placeable) -> VBox:
    """The views below each other, in the order given; an `AlertFeed` stands at the right of the one before it.

    The views stay their own: keep them to connect them to a live feed. With a `StopButton` it is the end of a lesson:
    it comes into sight when its cell has run.
    """
    rows: list[list[Placeable]] = []
    for view in views:
        if isinstance(view, AlertFeed) and rows:
            rows[-1].append(view)
        else:
            rows.append([view])
    layout = Layout(width="100%", max_width=f"{PANEL_WIDTH_PX}px", grid_gap=f"{GAP_PX}px", padding="0 4px 4px 0")
    is_the_end = any(isinstance(view, StopButton) for view in views)
    extra = [brought_into_sight()] if is_the_end else []
    panel = VBox([sheet(), *map(_row, rows), *extra], layout=layout)
    panel.add_class("kit").add_class("kit-panel")
    return panel


def _row(views: list[Placeable]) -> Box:
    main, *beside = views
    if not beside:
        return main.widget
    main.widget.layout.flex = "1 1 auto"
    main.widget.layout.min_width = f"{MAIN_MIN_WIDTH_PX}px"
    for view in beside:
        view.widget.layout.flex = f"0 0 {ALERTS_WIDTH_PX}px"
        if isinstance(main, Tabbed):
            view.widget.layout.height = f"{main.height_px}px"
    row = HBox([view.widget for view in views])
    row.add_class("kit-beside")
    return row
