"""Seek controls: move the reader of the log to another moment of the game, and back to the log's end.

```python
seek = SeekControls(studio.seeking(producer, consumer))
feed.connect(studio.place_of(producer, consumer), seek)
alerts = AlertFeed(on_moment=seek.go_to)  # a click on an alert goes to its play
```

The log never changes: the reader reads the replay again up to the moment, and holds there. What is shown comes
from the reader's place through the live feed; a click only passes the command on.

CSS classes, for tests in a browser: `kit-seek` around all; `kit-back`, `kit-forward`, `kit-seek-clock` (the
slider), `kit-seek-time` (its game clock), `kit-live` and `kit-seek-line` (where the reader stands) on the parts.
"""

import math
from dataclasses import dataclass
from typing import Any, Protocol

from ipywidgets import HTML, HBox, IntSlider, Label, Layout

from nbmomentum.clock import REGULATION_LENGTH_S, GameClock, period_length_s, period_start_s
from nbmomentum.views.accessibility import GAME_CLOCK, slider_names
from nbmomentum.views.commands import Asked, Commanding, action_button
from nbmomentum.views.controls import ENDED_STATES
from nbmomentum.views.style import text

SEEKING_STATE = "seeking"
LIVE_STATE = "live"

_WAITING = "Waiting for the first record"
_CLOCK_PX = 98  # of "Q1 11:35": the handle's track keeps its length whatever the clock says


@dataclass(frozen=True)
class Place:
    """Where the reader of a game stands.

    Attributes:
        game_id: The game.
        elapsed_s: The last play shown, in seconds of play since the tip-off; 0 before the first.
        period: Of that play.
        end_s: The end of the last period known so far, in seconds of play; regulation at least.
        is_held: Whether the reader stands still because it was asked to.
        state: What the reader does, in its own word.
        next_s: The next play that is known, in seconds of play; None at the last one.
        behind: Records written and not yet read; None where that is unknown.
    """

    game_id: str
    elapsed_s: float
    period: int
    end_s: float
    is_held: bool
    state: str
    next_s: float | None = None
    behind: int | None = None

    @property
    def clock(self) -> GameClock:
        """The game clock of the last play shown."""
        end_s = period_start_s(self.period) + period_length_s(self.period)
        return GameClock(self.period, round(end_s - self.elapsed_s, 3))  # to the millisecond, as any clock

    @property
    def stop_s(self) -> int:
        """The slider's stop for this place: the first whole second at or after the last play shown."""
        return math.ceil(self.elapsed_s)

    def includes(self, second_s: int) -> bool:
        """Whether the same plays are shown at this second: after the last one, before the next one known."""
        return second_s == self.stop_s or (self.next_s is not None and self.elapsed_s <= second_s < self.next_s)


class Seekable(Protocol):
    """What the controls command; every call returns at once."""

    def seek_game(self, to: float) -> None:
        """Show the game as it was at this second of play, and hold."""

    def seek_play(self, event_id: str) -> None:
        """Show the game as it was right after this play, and hold."""

    def step_back(self) -> None:
        """Show the game as it was before the last record, and hold."""

    def step(self) -> None:
        """Hold, and read the next record."""

    def resume(self) -> None:
        """Read on to the end of the log, and follow it."""


class SeekControls(Commanding[Place]):
    """A slider of the game clock, a step to either side, and the way back to the end of the log.

    Args:
        reader: What to command.

    Attributes:
        slider: Seconds of play since the tip-off. An arrow key moves it by one, a page key by five.
        back: One record back.
        forward: One record forward.
        live: Goes on to the end of the log and follows it.
    """

    def __init__(self, reader: Seekable) -> None:
        self._reader = reader
        self._asked = Asked()
        self.back = action_button("Step back", "step-backward", "kit-back", "122px")
        self.forward = action_button("Step forward", "step-forward", "kit-forward", "160px")
        self.live = action_button("Live", "fast-forward", "kit-live", "84px")
        self.live.tooltip = "Read on to the end of the log, and follow it"
        self.slider = _clock_slider()
        self._time = Label(str(GameClock.from_elapsed(0)), layout=Layout(width="auto", min_width=f"{_CLOCK_PX}px"))
        self._time.add_class("kit-seek-time")
        self._line = HTML(text(_WAITING))
        self._line.add_class("kit-seek-line")
        row = HBox([self.back, self.forward, self.slider, self._time, self.live])
        row.add_class("kit-row")
        self._listen()
        super().__init__(row, self._line, slider_names(), css_class="kit-seek")
        self._enable(is_reading=False, is_held=False)

    def go_to(self, event_id: str) -> None:
        """Show the game as it was right after this play: the `on_moment` of charts and alerts."""
        self._command(lambda: self._reader.seek_play(event_id))

    def _listen(self) -> None:
        self.back.on_click(lambda _: self._command(self._reader.step_back))
        self.forward.on_click(lambda _: self._command(self._reader.step))
        self.live.on_click(lambda _: self._command(self._reader.resume))
        self.slider.observe(self._moved, names="value")

    def _moved(self, change: dict[str, Any]) -> None:
        if not self._is_drawing_here():
            self._asked.ask(change["new"])
            self._command(lambda: self._reader.seek_game(change["new"]))

    def _draw(self, place: Place) -> None:
        with self._drawing():
            self.slider.max = max(math.ceil(place.end_s), self.slider.min)
            self._follow(place)
        clock = self._clock_at(place)
        self._time.value = str(clock)
        self._line.value = text(line_text(place, clock if place.includes(self.slider.value) else place.clock))
        self._enable(is_reading=place.state not in ENDED_STATES, is_held=place.is_held)
        self._draw_error()

    def _follow(self, place: Place) -> None:
        """Bring the handle to this place, unless it stands within it or the user's wish is still under way."""
        if place.state == SEEKING_STATE:
            return
        if place.is_held and place.includes(self.slider.value):
            self._asked.settle()
        elif self._asked.permits(place.stop_s):
            self.slider.value = place.stop_s
        else:
            self.invalidate()  # the wait ends also where no other place comes

    def _clock_at(self, place: Place) -> GameClock:
        """What the handle says: a play's own clock, to its tenths, where it stands at one."""
        second_s: int = self.slider.value
        return place.clock if second_s == place.stop_s else GameClock.from_elapsed(second_s)

    def _enable(self, *, is_reading: bool, is_held: bool) -> None:
        for part in (self.slider, self.back, self.forward):
            part.disabled = not is_reading
        self.live.disabled = not (is_reading and is_held)


def line_text(place: Place, clock: GameClock) -> str:
    """Where the reader stands, in words: "Held at Q3 4:12 · 85 records behind the end of the log"."""
    if place.state == SEEKING_STATE:
        return "Reading the replay again"
    if place.is_held:
        return f"Held at {clock}{_behind_text(place.behind)}"
    if place.state == LIVE_STATE:
        return "Following the end of the log"
    return f"Consumer: {place.state}"


def _behind_text(behind: int | None) -> str:
    if behind is None:
        return ""
    if not behind:
        return " · at the end of the log"
    return f" · {behind:,} record{'' if behind == 1 else 's'} behind the end of the log"


def _clock_slider() -> IntSlider:
    slider = IntSlider(
        min=0,
        max=REGULATION_LENGTH_S,
        description="Game clock",
        readout=False,
        continuous_update=False,  # each seek reads the replay again: one for a drag is enough
        style={"description_width": "auto"},
        layout=Layout(width="auto", flex="1 1 180px", min_width="160px"),
    )
    slider.add_class("kit-seek-clock").add_class(GAME_CLOCK)
    return slider
