"""Replay controls: choose a game, play, pause, step, restart and set the speed of whatever replays it.

```python
controls = ReplayControls(producer, games=list_games())
feed.connect(lambda: producer.status, controls)
```

A click only passes a command on. What the controls show comes from the replay's own status through the live feed,
never from the click: while a broker is away, the button still tells the truth.

CSS classes, for tests in a browser: `kit-controls` around all; `kit-game`, `kit-play`, `kit-step`,
`kit-restart`, `kit-speed`, `kit-speed-name`, `kit-max` and `kit-clock` on the parts.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ipywidgets import HTML, Dropdown, HBox, Label, Layout, SelectionSlider, ToggleButton

from nbmomentum.clock import GameClock
from nbmomentum.events import ScoringEvent
from nbmomentum.replay import SPEED_MAX, SPEED_MIN
from nbmomentum.sources.catalogue import load_any_game
from nbmomentum.sources.game_info import GameInfo
from nbmomentum.views.accessibility import SPEEDS, slider_names
from nbmomentum.views.commands import Asked, Commanding, action_button
from nbmomentum.views.style import text

ENDED_STATES = frozenset({"finished", "stopped", "failed"})
PAUSED_STATE = "paused"

# The stops of the slider, in game seconds a second: the ends are those of a replay.
SPEED_STOPS = (
    *(SPEED_MIN, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 15.0, 20.0, 30.0, 45.0, 60.0),
    *(90.0, 120.0, 180.0, 240.0, 360.0, 480.0, SPEED_MAX),
)


class ReplayStatus(Protocol):
    """What the controls read from a replay."""

    @property
    def state(self) -> str:
        """One word; "paused" and `ENDED_STATES` are known, any other means that the game runs."""

    @property
    def speed(self) -> float:
        """Game seconds per second; infinite for as fast as possible."""

    @property
    def position_s(self) -> float:
        """The replay clock, in game seconds since tip-off."""

    @property
    def game_id(self) -> str:
        """The game that is replayed; empty while there is none."""


class Replayable(Protocol):
    """What the controls command; every call returns at once."""

    @property
    def status(self) -> ReplayStatus:
        """What the replay is doing now."""

    def pause(self) -> None:
        """Stop the replay clock."""

    def resume(self) -> None:
        """Let the replay clock go on."""

    def step(self, n: int = 1) -> None:
        """Pause, and send the next n plays."""

    def restart(self, events: Sequence[ScoringEvent] | None = None) -> None:
        """Begin a new replay, of the same plays or of others."""

    def set_speed(self, speed: float) -> None:
        """Change the speed, in game seconds per second."""


class ReplayControls(Commanding[ReplayStatus]):
    """Buttons, sliders and a clock for a replay.

    Args:
        replay: What to command.
        games: The games to choose from; without any there is no dropdown.
        on_game: Called with the id of a chosen game; by default the replay restarts with that game, from
            whichever source it is.

    Attributes:
        game: The dropdown.
        play: The button that pauses, resumes, and at the end plays again.
        step: The button that sends the next play.
        restart: The button that begins a new replay.
        speed: The slider of the speed, from stop to stop of `SPEED_STOPS`.
        fastest: The toggle for as fast as possible.
        error: The last command's error in words; empty if it went well.
    """

    def __init__(
        self, replay: Replayable, *, games: Sequence[GameInfo] = (), on_game: Callable[[str], None] | None = None
    ) -> None:
        self._replay = replay
        self._on_game = on_game or self._replay_game
        self._loaded_as: dict[str, str] = {}
        self._asked_speed = Asked()
        self._asked_game = Asked()
        self.game = _dropdown(games)
        self.play = action_button("Pause", "pause", "kit-play", "142px")
        self.step = action_button("Step", "step-forward", "kit-step", "84px")
        self.restart = action_button("Restart", "undo", "kit-restart", "102px")
        self.speed = _speed_slider()
        self._speed_name = Label(layout=Layout(width="62px"))
        self._speed_name.add_class("kit-speed-name")
        self.fastest = ToggleButton(description="Max", icon="fast-forward", layout=Layout(width="82px"))
        self.fastest.tooltip = "As fast as possible"
        self.fastest.add_class("kit-max")
        self._clock = HTML()
        self._clock.add_class("kit-clock")
        self._listen()
        super().__init__(*self._rows(has_games=bool(games)), slider_names(), css_class="kit-controls")
        self.show(replay.status)

    @property
    def game_id(self) -> str:
        """The game that is replayed, as the replay says; empty while there is none."""
        return self._replay.status.game_id

    def _rows(self, *, has_games: bool) -> list[HBox]:
        first = [self.game, self._clock] if has_games else [self._clock]
        buttons = HBox([self.play, self.step, self.restart])
        pace = HBox([self.speed, self._speed_name, self.fastest])
        pace.add_class("kit-pace")  # what belongs together comes to a new line together
        rows = [HBox(first), HBox([buttons, pace])]
        for row in (*rows, buttons, pace):
            row.add_class("kit-row")
        return rows

    def _listen(self) -> None:
        self.play.on_click(lambda _: self._command(self._toggle))
        self.step.on_click(lambda _: self._command(self._replay.step))
        self.restart.on_click(lambda _: self._command(self._replay.restart))
        self.speed.observe(self._speed_moved, names="value")
        self.fastest.observe(self._fastest_toggled, names="value")
        self.game.observe(self._game_chosen, names="value")

    def _toggle(self) -> None:
        state = self._replay.status.state
        if state in ENDED_STATES:
            self._replay.restart()
        elif state == PAUSED_STATE:
            self._replay.resume()
        else:
            self._replay.pause()

    def _speed_moved(self, change: dict[str, Any]) -> None:
        if not self._is_drawing_here():
            self._ask_speed(change["new"])

    def _fastest_toggled(self, change: dict[str, Any]) -> None:
        if not self._is_drawing_here():
            self._ask_speed(math.inf if change["new"] else self.speed.value)

    def _ask_speed(self, speed: float) -> None:
        self._asked_speed.ask(speed)
        self._command(lambda: self._replay.set_speed(speed))

    def _game_chosen(self, change: dict[str, Any]) -> None:
        if not self._is_drawing_here() and change["new"]:
            self._asked_game.ask(change["new"])
            self._command(lambda: self._on_game(change["new"]))

    def _replay_game(self, game_id: str) -> None:
        events = load_any_game(game_id)
        # The records of a saved game carry the id of the game that was saved.
        self._loaded_as[game_id] = events[0].game_id
        self._asked_game.ask(events[0].game_id)
        self._replay.restart(events)

    def _draw(self, status: ReplayStatus) -> None:
        with self._drawing():
            self._draw_play(status.state)
            self._draw_speed(status.speed)
            self._draw_game(status.game_id)
        self._clock.value = text(clock_text(status))
        self._draw_error()

    def _draw_game(self, game_id: str) -> None:
        is_shown = self._loaded_as.get(self.game.value, self.game.value) == game_id
        if self._asked_game.permits(game_id) and not is_shown and game_id in dict(self.game.options).values():
            self.game.value = game_id

    def _draw_play(self, state: str) -> None:
        label, icon = ("Play again", "repeat") if state in ENDED_STATES else ("Pause", "pause")
        if state == PAUSED_STATE:
            label, icon = "Play", "play"
        self.play.description, self.play.icon, self.play.tooltip = label, icon, label
        self.step.disabled = state in ENDED_STATES

    def _draw_speed(self, speed: float) -> None:
        self._speed_name.value = speed_text(speed)
        if self._asked_speed.permits(speed):
            self.fastest.value = math.isinf(speed)
            if math.isfinite(speed):
                self.speed.value = min(SPEED_STOPS, key=lambda stop: abs(math.log(stop / speed)))


def speed_text(speed: float) -> str:
    """A speed as people write it: "60×", "0.25×", or "max" for as fast as possible."""
    if math.isinf(speed):
        return "max"
    return f"{speed:.2g}×" if speed < 10 else f"{speed:.0f}×"


def clock_text(status: ReplayStatus) -> str:
    """The replay clock in words: "Q2 4:12 at 60×", "Q2 4:12 at 60×, paused" or "Finished"."""
    if status.state in ENDED_STATES:
        return status.state.capitalize()
    clock = GameClock.from_elapsed(math.floor(status.position_s))
    state = "" if status.state == "playing" else f", {status.state}"
    return f"{clock} at {speed_text(status.speed)}{state}"


def _dropdown(games: Sequence[GameInfo]) -> Dropdown:
    options = [(f"{game.title} - {game.note}", game.game_id) for game in games]
    dropdown = Dropdown(
        options=options,
        description="Game",
        style={"description_width": "auto"},
        layout=Layout(width="580px", max_width="75%"),
    )
    dropdown.add_class("kit-game")
    return dropdown


def _speed_slider() -> SelectionSlider:
    slider = SelectionSlider(
        options=[(speed_text(stop), stop) for stop in SPEED_STOPS],
        value=60.0,
        description="Speed",
        readout=False,
        continuous_update=False,
        style={"description_width": "auto"},
        layout=Layout(width="auto", flex="1 1 200px", min_width="200px"),
    )
    slider.add_class("kit-speed").add_class(SPEEDS)
    return slider
