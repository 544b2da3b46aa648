"""Marks that lead to a moment of the game: a click on one of their points calls with its play.

```python
moments = Moments(markers, on_moment, widget)
moments.show(plays)  # one for each point of the mark, in its order
```

bqplot tells the number of the point that was clicked, of a `Scatter` only: its other marks take no click at a
point. Its markers cannot be reached by keyboard: the alert feed lists the same moments as buttons.

CSS class: `kit-clickable` on a chart whose points can be clicked.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from bqplot import Scatter, Tooltip
from ipywidgets import Widget

from nbmomentum.momentum import Play
from nbmomentum.views.charts.parts import Scales, origin
from nbmomentum.views.style import BODY_PX, INK, PAPER
from nbmomentum.views.view import GO_TO_MOMENT, OnMoment

# A tooltip hangs on the page's body, outside the style sheet's reach.
_TOOLTIP_STYLE = {
    "color": INK,
    "background-color": PAPER,
    "font-family": "var(--jp-ui-font-family, sans-serif)",
    "font-size": f"{BODY_PX}px",
    "opacity": 1,
}


def spots(scales: Scales, **look: Any) -> Scatter:
    """Markers whose `names` are their tooltips; hidden at first."""
    return Scatter(
        **origin(),
        visible=False,
        scales=scales,
        names=np.array([""]),
        display_names=False,
        names_unique=False,
        tooltip=Tooltip(fields=["name"], show_labels=False),
        tooltip_style=_TOOLTIP_STYLE,
        **look,
    )


class Moments:
    """The plays behind the points of a mark.

    Args:
        mark: Whose points are clicked.
        on_moment: Called with the event id of a point's play; None leaves the mark as it is.
        chart: The widget of the chart that holds the mark.

    Attributes:
        hint: What a point's tooltip says beside its own text; empty where a click does nothing.
    """

    def __init__(self, mark: Scatter, on_moment: OnMoment | None, chart: Widget) -> None:
        self._on_moment = on_moment
        self._event_ids: tuple[str, ...] = ()
        self.hint = f". {GO_TO_MOMENT}." if on_moment else ""
        if on_moment is not None:
            chart.add_class("kit-clickable")
            mark.on_element_click(self._clicked)

    @property
    def are_clickable(self) -> bool:
        """Whether a click leads anywhere."""
        return self._on_moment is not None

    def show(self, plays: Sequence[Play]) -> None:
        """The plays of the points drawn, in the order of the points."""
        self._event_ids = tuple(play.event.event_id for play in plays)

    def _clicked(self, _: Scatter, content: dict[str, Any]) -> None:
        event_ids, number = self._event_ids, content["data"]["index"]
        if self._on_moment is not None and number < len(event_ids):  # the page may be a frame behind
            self._on_moment(event_ids[number])
