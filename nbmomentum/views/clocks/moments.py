"""What the three clocks draw: the plays of a replay, each with its place on every clock.

```python
Clocks(plays=(TimedPlay(event, event_time, record_time, offset=17),), end_s=2880.0, known=1)
```
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nbmomentum.events import ScoringEvent


class Clock(StrEnum):
    """The three clocks, by the names on the screen."""

    GAME = "Game clock"
    EVENT = "Event time"
    RECORD = "Record time"


@dataclass(frozen=True)
class TimedPlay:
    """A play on three clocks.

    Attributes:
        event: The play; its game clock is the first.
        event_time: When it happened in the arena; None where nobody knows.
        record_time: When its record was written; None where the record does not say.
        offset: Of its record.
    """

    event: ScoringEvent
    event_time: datetime | None
    record_time: datetime | None
    offset: int

    def reading(self, clock: Clock) -> str:
        """What this clock showed, in this computer's time zone: "Q3 4:12" or "20:31:05.250"."""
        if clock is Clock.GAME:
            return str(self.event.game_clock)
        moment = self.event_time if clock is Clock.EVENT else self.record_time
        if moment is None:
            return "unknown"
        local = moment.astimezone()
        milliseconds = local.microsecond // 1000
        return f"{local:%H:%M:%S}" + (f".{milliseconds:03}" if milliseconds or clock is Clock.RECORD else "")


@dataclass(frozen=True)
class Clocks:
    """The plays of one replay, as they lie in the log.

    Attributes:
        plays: In the order of the log.
        end_s: The end of the last period known so far, in seconds of play.
        known: How many of these plays the reader has folded.
        is_held: Whether the reader stands still because it was asked to.
    """

    plays: tuple[TimedPlay, ...] = ()
    end_s: float = 2880.0
    known: int = 0
    is_held: bool = False

    @property
    def last_known(self) -> TimedPlay | None:
        """The last play the reader has folded; None before the first."""
        return self.plays[self.known - 1] if self.known else None
