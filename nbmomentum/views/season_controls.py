"""Controls of a season that is replayed day by day: play, pause, the next day, restart, and days a second.

```python
controls = SeasonControls(season)
feed.connect(lambda: season.status, controls)
```

CSS classes: `kit-season` around all; `kit-play`, `kit-next-day`, `kit-restart`, `kit-days-per-s` and `kit-clock` on
the parts.
"""

from datetime import date
from typing import Any, Protocol

from ipywidgets import HTML, HBox, IntSlider, Layout

from nbmomentum.sources.game_info import day_text
from nbmomentum.views.accessibility import slider_names
from nbmomentum.views.commands import Asked, Commanding, action_button
from nbmomentum.views.controls import ENDED_STATES, PAUSED_STATE
from nbmomentum.views.style import text

MAX_DAYS_PER_S = 20


class SeasonStatus(Protocol):
    """What the controls read from a season."""

    @property
    def state(self) -> str:
        """One word; "paused" and `ENDED_STATES` are known, any other means that days go on."""

    @property
    def day(self) -> date | None:
        """The day that was sent last; None before the first."""

    @property
    def position(self) -> int:
        """Days sent."""

    @property
    def total(self) -> int | None:
        """Days of the season; None where nobody knows."""

    @property
    def days_per_s(self) -> float:
        """How fast days follow each other."""


class ReplayableSeason(Protocol):
    """What the controls command; every call returns at once."""

    @property
    def status(self) -> SeasonStatus:
        """What the season is doing now."""

    def pause(self) -> None:
        """Send no more days."""

    def resume(self) -> None:
        """Go on."""

    def step(self, n: int = 1) -> None:
        """Pause, and send the next n days."""

    def restart(self) -> None:
        """Begin again with the first day."""

    def set_speed(self, days_per_s: float) -> None:
        """Change the speed, in days a second."""


class SeasonControls(Commanding[SeasonStatus]):
    """Buttons, a slider and the day of a season.

    Args:
        season: What to command.

    Attributes:
        play: The button that pauses, resumes, and at the end plays again.
        step: The button that sends the next day alone.
        restart: The button that begins with the first day.
        speed: The slider of days a second, 1 to 20.
        error: The last command's error in words; empty if it went well.
    """

    def __init__(self, season: ReplayableSeason) -> None:
        self._season = season
        self._asked_speed = Asked()
        self.play = action_button("Pause", "pause", "kit-play", "142px")
        self.step = action_button("Next day", "step-forward", "kit-next-day", "118px")
        self.restart = action_button("Restart", "undo", "kit-restart", "102px")
        self.speed = _speed_slider()
        self._clock = HTML()
        self._clock.add_class("kit-clock")
        self.play.on_click(lambda _: self._command(self._toggle))
        self.step.on_click(lambda _: self._command(season.step))
        self.restart.on_click(lambda _: self._command(season.restart))
        self.speed.observe(self._speed_moved, names="value")
        for button in (self.play, self.step, self.restart):
            button.layout.flex = "0 0 auto"
        row = HBox([self.play, self.step, self.restart, self.speed, self._clock])
        row.add_class("kit-row")
        super().__init__(row, slider_names(), css_class="kit-season")
        self.show(season.status)

    def _toggle(self) -> None:
        state = self._season.status.state
        if state in ENDED_STATES:
            self._season.restart()
        elif state == PAUSED_STATE:
            self._season.resume()
        else:
            self._season.pause()

    def _speed_moved(self, change: dict[str, Any]) -> None:
        if not self._is_drawing_here():
            self._asked_speed.ask(change["new"])
            self._command(lambda: self._season.set_speed(change["new"]))

    def _draw(self, status: SeasonStatus) -> None:
        with self._drawing():
            label, icon = ("Play again", "repeat") if status.state in ENDED_STATES else ("Pause", "pause")
            if status.state == PAUSED_STATE:
                label, icon = "Play", "play"
            self.play.description, self.play.icon, self.play.tooltip = label, icon, label
            self.step.disabled = status.state in ENDED_STATES
            if self._asked_speed.permits(round(status.days_per_s)):
                self.speed.value = round(status.days_per_s)
        self._clock.value = text(season_text(status))
        self._draw_error()


def season_text(status: SeasonStatus) -> str:
    """Where a season is: "Day 12 of 40, 10 Nov 2100"; what else there is to say, such as "finished", behind it."""
    if status.day is None:
        return status.state.capitalize()
    total = "" if status.total is None else f" of {status.total}"
    state = "" if status.state in ("playing", PAUSED_STATE) else f", {status.state}"
    return f"Day {status.position}{total}, {day_text(status.day)}{state}"


def _speed_slider() -> IntSlider:
    slider = IntSlider(
        value=1,
        min=1,
        max=MAX_DAYS_PER_S,
        description="Days/s",
        continuous_update=False,
        readout_format="d",
        style={"description_width": "auto"},
        layout=Layout(width="auto", flex="1 1 240px", min_width="220px"),
    )
    slider.add_class("kit-days-per-s").add_class("kit-short-readout")
    return slider
