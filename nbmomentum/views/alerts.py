"""The alert feed: runs, lead changes and ties of the game, newest first, with a slider for what counts as a run.

```python
feed = AlertFeed(watch=watch)  # the watch of a consumer follows the slider
feed.show(tracker.state)
```

The list is derived from the plays each time, so that moving the slider re-reads the whole game. The callback of
the slider only marks the view; the render thread draws it.

CSS classes: `kit-alerts`, `kit-threshold` on the slider, `kit-alert-list` around the list.
"""

from collections.abc import Iterable
from typing import Any

from ipywidgets import HTML, HBox, IntSlider, Label, Layout

from nbmomentum.momentum import Alert, AlertWatch, GameState, alerts
from nbmomentum.views.accessibility import slider_names
from nbmomentum.views.style import text
from nbmomentum.views.teams import NEUTRAL, colours_for
from nbmomentum.views.view import View

MIN_THRESHOLD = 2
MAX_THRESHOLD = 20
SHOWN_ALERTS = 40

_KIND_NAMES = {"run": "Run", "lead_change": "Lead change", "tie": "Tie"}


class AlertFeed(View[GameState]):
    """The alerts of a game, newest first.

    Args:
        threshold: From how many unanswered points on a run is an alert, 2 to 20.
        watch: Follows the slider: its run threshold is set when the slider moves.
        height: Of the whole view, as CSS.
    """

    def __init__(self, *, threshold: int = 8, watch: AlertWatch | None = None, height: str = "320px") -> None:
        self._watch = watch
        self.slider = IntSlider(
            value=threshold,
            min=MIN_THRESHOLD,
            max=MAX_THRESHOLD,
            description="Runs from",
            readout_format="d",
            style={"description_width": "auto"},
            layout=Layout(width="auto", flex="1 1 auto"),
        )
        self.slider.add_class("kit-threshold").add_class("kit-short-readout")
        self.slider.observe(self._moved, names="value")
        self._list = HTML(_list_html([], "", ""))
        self._list.add_class("kit-alert-box")
        head = HBox([self.slider, Label("points")], layout=Layout(flex="0 0 auto", overflow="visible"))
        super().__init__(head, self._list, slider_names(), css_class="kit-alerts")
        self.widget.layout = Layout(height=height)

    @property
    def threshold(self) -> int:
        """From how many unanswered points on a run is an alert."""
        points: int = self.slider.value
        return points

    @threshold.setter
    def threshold(self, points: int) -> None:
        self.slider.value = points

    def _moved(self, change: dict[str, Any]) -> None:
        self.invalidate()
        if self._watch is not None:
            self._watch.run_threshold = change["new"]

    def _draw(self, state: GameState) -> None:
        found = alerts(state.plays, run_threshold=self.threshold)
        newest_first = found[: -SHOWN_ALERTS - 1 : -1]
        self._list.value = _list_html(newest_first, state.home, state.away)


def _list_html(newest_first: Iterable[Alert], home: str, away: str) -> str:
    items = "".join(_item_html(alert, home, away) for alert in newest_first)
    return f'<ol class="kit-alert-list" aria-label="Alerts, newest first">{items or _NOTHING}</ol>'


_NOTHING = '<li style="border-color:transparent"><span class="kit-quiet">No alert yet</span></li>'


def _item_html(alert: Alert, home: str, away: str) -> str:
    colours = colours_for(home, away)
    team = None if alert.kind == "tie" else alert.play.event.team
    colour = {home: colours.home, away: colours.away}.get(team or "", NEUTRAL)
    return (
        f'<li class="kit-alert-{alert.kind}" style="border-color:{colour}" title="{_KIND_NAMES[alert.kind]}">'
        f"<span>{text(alert.text)}</span></li>"
    )
