"""The alert feed: runs, lead changes and ties of the game, newest first, with a slider for what counts as a run.

```python
feed = AlertFeed(watch=watch)  # the watch of a consumer follows the slider
feed.show(tracker.state)
```

The list is derived from the plays each time, so that moving the slider re-reads the whole game. The callback of
the slider only marks the view; the render thread draws it. With `on_moment` each alert is a button that leads to
its play.

CSS classes: `kit-alerts`, `kit-threshold` on the slider, `kit-alert-list` around the list; with `on_moment`
`kit-alert-buttons` around it and `kit-alert` on each button.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from ipywidgets import HTML, Button, HBox, IntSlider, Layout, VBox, Widget

from nbmomentum.momentum import Alert, AlertKind, AlertWatch, GameState, alerts
from nbmomentum.views.accessibility import slider_names
from nbmomentum.views.style import text
from nbmomentum.views.teams import NEUTRAL, colours_for
from nbmomentum.views.view import GO_TO_MOMENT, OnMoment, View

MIN_THRESHOLD = 2
MAX_THRESHOLD = 20
SHOWN_ALERTS = 40
CLICKABLE_ALERTS = 20  # each is a widget of its own

_KIND_NAMES = {"run": "Run", "lead_change": "Lead change", "tie": "Tie"}


class AlertFeed(View[GameState]):
    """The alerts of a game, newest first.

    Args:
        threshold: From how many unanswered points on a run is an alert, 2 to 20.
        watch: Follows the slider: its run threshold is set when the slider moves.
        height: Of the whole view, as CSS.
        on_moment: Called with the event id of the play behind an alert that is clicked; without it nothing can be.
    """

    def __init__(
        self,
        *,
        threshold: int = 8,
        watch: AlertWatch | None = None,
        height: str = "320px",
        on_moment: OnMoment | None = None,
    ) -> None:
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
        self._list: _AlertList = _AlertButtons(on_moment) if on_moment else _AlertLines()
        self.slider.tooltip = "From how many unanswered points on a run is an alert"
        head = HBox([self.slider], layout=Layout(flex="0 0 auto", overflow="visible"))
        super().__init__(head, self._list.widget, slider_names(), css_class="kit-alerts")
        self.widget.layout = Layout(height=height)

    @property
    def threshold(self) -> int:
        """From how many unanswered points on a run is an alert."""
        points: int = self.slider.value
        return points

    @threshold.setter
    def threshold(self, points: int) -> None:
        self.slider.value = points

    @property
    def buttons(self) -> tuple[Button, ...]:
        """The alerts as buttons, newest first; none where they lead nowhere."""
        return self._list.buttons

    def _moved(self, change: dict[str, Any]) -> None:
        self.invalidate()
        if self._watch is not None:
            self._watch.run_threshold = change["new"]

    def _draw(self, state: GameState) -> None:
        self._list.show(alerts(state.plays, run_threshold=self.threshold), state.home, state.away)


class _AlertList(Protocol):
    """One of the two lists: to read, or to click."""

    widget: Widget

    @property
    def buttons(self) -> tuple[Button, ...]: ...

    def show(self, found: Sequence[Alert], home: str, away: str) -> None: ...


class _AlertLines:
    """The alerts as lines of text."""

    buttons: tuple[Button, ...] = ()

    def __init__(self) -> None:
        self.widget = HTML(_list_html([], "", ""))
        self.widget.add_class("kit-alert-box")

    def show(self, found: Sequence[Alert], home: str, away: str) -> None:
        self.widget.value = _list_html(found[: -SHOWN_ALERTS - 1 : -1], home, away)


class _AlertButtons:
    """The alerts as buttons, each with an alert of its own for as long as that is among the newest.

    A new alert takes the button of the oldest one, and CSS moves it to the top: no button is built anew, and a
    click means the alert that was pointed at, whatever has come since.
    """

    def __init__(self, on_moment: OnMoment) -> None:
        self._on_moment = on_moment
        self._slots = tuple(self._button(slot) for slot in range(CLICKABLE_ALERTS))
        self._shown: list[Alert | None] = [None] * CLICKABLE_ALERTS
        self._none = HTML('<span class="kit-quiet">No alert yet</span>')
        self.widget = VBox([self._none, *self._slots])
        self.widget.add_class("kit-alert-box").add_class("kit-alert-list").add_class("kit-alert-buttons")

    @property
    def buttons(self) -> tuple[Button, ...]:
        shown = [button for button in self._slots if button.layout.display != "none"]
        return tuple(sorted(shown, key=lambda button: int(button.layout.order)))

    def show(self, found: Sequence[Alert], home: str, away: str) -> None:
        self._none.layout.display = "none" if found else ""
        first = max(0, len(found) - CLICKABLE_ALERTS)
        for place in range(first, first + CLICKABLE_ALERTS):
            self._fill(place, found[place] if place < len(found) else None, home, away)

    def _button(self, slot: int) -> Button:
        button = Button(tooltip=GO_TO_MOMENT, layout=Layout(display="none"))
        button.add_class("kit-alert")
        button.on_click(lambda _: self._clicked(slot))
        return button

    def _clicked(self, slot: int) -> None:
        if (alert := self._shown[slot]) is not None:
            self._on_moment(alert.play.event.event_id)

    def _fill(self, place: int, alert: Alert | None, home: str, away: str) -> None:
        """Give this alert, by its number in the game, the button that is its own."""
        slot = -place % CLICKABLE_ALERTS
        button, self._shown[slot] = self._slots[slot], alert
        button.description = alert.text if alert else ""
        for kind in AlertKind:
            is_this = alert is not None and alert.kind is kind
            (button.add_class if is_this else button.remove_class)(f"kit-alert-{kind}")
        button.layout.display = None if alert else "none"
        button.layout.order = str(-place)
        button.layout.border_left = f"5px solid {_colour(alert, home, away)}" if alert else None


def _list_html(newest_first: Iterable[Alert], home: str, away: str) -> str:
    items = "".join(_item_html(alert, home, away) for alert in newest_first)
    return f'<ol class="kit-alert-list" aria-label="Alerts, newest first">{items or _NOTHING}</ol>'


_NOTHING = '<li style="border-color:transparent"><span class="kit-quiet">No alert yet</span></li>'


def _item_html(alert: Alert, home: str, away: str) -> str:
    colour = _colour(alert, home, away)
    return (
        f'<li class="kit-alert-{alert.kind}" style="border-color:{colour}" title="{_KIND_NAMES[alert.kind]}">'
        f"<span>{text(alert.text)}</span></li>"
    )


def _colour(alert: Alert, home: str, away: str) -> str:
    """Of the team that the alert is about; a tie belongs to nobody."""
    colours = colours_for(home, away)
    team = None if alert.kind == "tie" else alert.play.event.team
    return {home: colours.home, away: colours.away}.get(team or "", NEUTRAL)
