"""Marks that lead to a moment of the game: a click on one of their points calls with its play.

```python
moments = Moments(markers, on_moment, widget)
moments.show(plays)  # one for each point of the mark, in its order
```

bqplot tells the number of the point that was clicked. Its markers cannot be reached by keyboard: the alert feed
lists the same moments as buttons.

CSS class: `kit-clickable` on a chart whose points can be clicked.
"""

from collections.abc import Sequence
from typing import Any

from bqplot import Mark
from ipywidgets import Widget

from nbmomentum.momentum import Play
from nbmomentum.views.style import BODY_PX, INK, PAPER
from nbmomentum.views.view import GO_TO_MOMENT, OnMoment

# A tooltip hangs on the page's body, outside the style sheet's reach.
TOOLTIP_STYLE = {
    "color": INK,
    "background-color": PAPER,
    "font-family": "var(--jp-ui-font-family, sans-serif)",
    "font-size": f"{BODY_PX}px",
    "opacity": 1,
}


class Moments:
    """The plays behind the points of a mark.

    Args:
        mark: Whose points are clicked.
        on_moment: Called with the event id of a point's play; None leaves the mark as it is.
        chart: The widget of the chart that holds the mark.

    Attributes:
        hint: What a point's tooltip says beside its own text; empty where a click does nothing.
    """

    def __init__(self, mark: Mark, on_moment: OnMoment | None, chart: Widget) -> None:
        self._on_moment = on_moment
        self._event_ids: tuple[str, ...] = ()
        self.hint = f". {GO_TO_MOMENT}." if on_moment else ""
        if on_moment is not None:
            chart.add_class("kit-clickable")
            mark.on_element_click(self._clicked)

    def show(self, plays: Sequence[Play]) -> None:
        """The plays of the points drawn, in the order of the points."""
        self._event_ids = tuple(play.event.event_id for play in plays)

    def _clicked(self, _: Mark, content: dict[str, Any]) -> None:
        event_ids, number = self._event_ids, content["data"]["index"]
        if self._on_moment is not None and number < len(event_ids):  # the page may be a frame behind
            self._on_moment(event_ids[number])
