"""A replay, a reader and a walk for tests of controls: they note commands, and say what they are told to say."""

from collections.abc import Sequence
from dataclasses import dataclass

from nbmomentum.events import ScoringEvent


@dataclass(frozen=True)
class Status:
    """A replay's status, no more than the controls read."""

    state: str = "playing"
    speed: float = 60.0
    position_s: float = 0.0
    game_id: str = "0021500277"


class Replay:
    """A replay that notes its commands and does nothing."""

    def __init__(self, status: Status | None = None) -> None:
        self.status = status or Status()
        self.commands: list[tuple[object, ...]] = []

    def pause(self) -> None:
        """Note the command."""
        self.commands.append(("pause",))

    def resume(self) -> None:
        """Note the command."""
        self.commands.append(("resume",))

    def step(self, n: int = 1) -> None:
        """Note the command."""
        self.commands.append(("step", n))

    def restart(self, events: Sequence[ScoringEvent] | None = None) -> None:
        """Note the command, and the game if one is given."""
        self.commands.append(("restart", events[0].game_id if events else None))

    def set_speed(self, speed: float) -> None:
        """Note the command."""
        self.commands.append(("set_speed", speed))


class Reader:
    """A reader of the log that notes its commands and does nothing."""

    def __init__(self) -> None:
        self.commands: list[tuple[object, ...]] = []

    def seek_game(self, to: float) -> None:
        """Note the command."""
        self.commands.append(("seek_game", to))

    def seek_play(self, event_id: str) -> None:
        """Note the command."""
        self.commands.append(("seek_play", event_id))

    def step_back(self) -> None:
        """Note the command."""
        self.commands.append(("step_back",))

    def step(self) -> None:
        """Note the command."""
        self.commands.append(("step",))

    def resume(self) -> None:
        """Note the command."""
        self.commands.append(("resume",))


class Walker:
    """A walk that notes its commands and does nothing."""

    def __init__(self) -> None:
        self.commands: list[tuple[object, ...]] = []

    def step(self) -> None:
        """Note the command."""
        self.commands.append(("step",))

    def step_play(self) -> None:
        """Note the command."""
        self.commands.append(("step_play",))

    def play(self) -> None:
        """Note the command."""
        self.commands.append(("play",))

    def pause(self) -> None:
        """Note the command."""
        self.commands.append(("pause",))

    def restart(self) -> None:
        """Note the command."""
        self.commands.append(("restart",))

    def set_pace(self, pace_s: float) -> None:
        """Note the command."""
        self.commands.append(("set_pace", pace_s))
