"""Game clocks: four periods of twelve minutes, then overtimes of five, each counting down.

```python
clock = GameClock.parse("Q3 4:12")
clock.elapsed_s  # 1908.0 seconds of play since the tip-off
str(GameClock.from_elapsed(2909.5))  # "OT1 4:30"
```
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache, total_ordering

from nbmomentum.errors import InvalidClock

REGULATION_PERIODS = 4
PERIOD_LENGTH_S = 720
OVERTIME_LENGTH_S = 300
REGULATION_LENGTH_S = REGULATION_PERIODS * PERIOD_LENGTH_S
MAX_PERIOD = 20

_PERIOD_LENGTHS_S = (PERIOD_LENGTH_S,) * REGULATION_PERIODS + (OVERTIME_LENGTH_S,) * (MAX_PERIOD - REGULATION_PERIODS)
_PERIOD_ENDS_S = tuple(sum(_PERIOD_LENGTHS_S[: period + 1]) for period in range(MAX_PERIOD))
_ISO_DURATION = re.compile(r"PT(?=\d)(?:(\d{1,2})M)?(?:([0-5]?\d)(\.\d{1,6})?S)?", re.ASCII)
_LABELLED = re.compile(r"(?:(Q[1-4]|OT(?:1[0-6]|[1-9])?)\s+)?(\d{1,2}):([0-5]\d)(\.\d{1,6})?", re.ASCII | re.IGNORECASE)
_ACCEPTED = '"Q3 4:12", "OT1 0:30.5", or with a period given "4:12" or "PT04M12.00S"'


def period_length_s(period: int) -> int:
    """How long a period lasts: 720 seconds, or 300 in overtime.

    Raises:
        InvalidClock: The period is not a whole number from 1 to 20.
    """
    return _PERIOD_LENGTHS_S[_checked_period(period) - 1]


def period_start_s(period: int) -> int:
    """Seconds of play between the tip-off and the start of a period.

    Raises:
        InvalidClock: The period is not a whole number from 1 to 20.
    """
    return _PERIOD_ENDS_S[_checked_period(period) - 1] - _PERIOD_LENGTHS_S[period - 1]


def period_name(period: int) -> str:
    """A period as people write it: "Q1" to "Q4", then "OT1" for the first overtime.

    Raises:
        InvalidClock: The period is not a whole number from 1 to 20.
    """
    _checked_period(period)
    return f"Q{period}" if period <= REGULATION_PERIODS else f"OT{period - REGULATION_PERIODS}"


def _checked_period(period: int) -> int:
    if type(period) is not int or not 1 <= period <= MAX_PERIOD:
        raise InvalidClock(f"A period is a whole number from 1 to {MAX_PERIOD}, not {period!r:.40}.")
    return period


@total_ordering
@dataclass(frozen=True, slots=True)
class GameClock:
    """A moment of a game: the period and what its clock shows. Later moments are greater.

    Attributes:
        period: 1 to 4, from 5 on overtime.
        seconds_remaining: Seconds left in the period, 0 to the period's length.
    """

    period: int
    seconds_remaining: float

    def __post_init__(self) -> None:
        length_s = period_length_s(self.period)
        if not _is_number(self.seconds_remaining) or not 0 <= self.seconds_remaining <= length_s:
            raise InvalidClock(
                f"The clock of {period_name(self.period)} runs from {length_s // 60}:00 down to 0:00; "
                f"{self.seconds_remaining!r:.40} seconds remaining is outside."
            )

    @staticmethod
    def parse(text: str, *, period: int | None = None) -> "GameClock":
        """Read a clock as people write it, or as the league's feed does.

        Args:
            text: "Q3 4:12", "OT1 0:30.5" ("OT" is the first overtime), "4:12" or "PT04M12.00S".
            period: The period, where the text does not name it.

        Raises:
            InvalidClock: The text is no clock, lies outside its period, or names no period or another one.
        """
        if not isinstance(text, str):
            raise InvalidClock(f"A game clock is a text such as {_ACCEPTED}, not {type(text).__name__}.")
        text = text.strip()
        if _ISO_DURATION.fullmatch(text):
            return iso_clock(text, _given_period(text, period))
        if (found := _LABELLED.fullmatch(text)) is None:
            raise InvalidClock(f"{text!r:.40} is no game clock; write {_ACCEPTED}.")
        name, *parts = found.groups(default="")
        named = _named_period(name) if name else _given_period(text, period)
        if period not in (None, named):
            raise InvalidClock(f"{text} is not in {period_name(_given_period(text, period))}.")
        return GameClock(named, _seconds(*parts))

    @staticmethod
    def from_elapsed(elapsed_s: float) -> "GameClock":
        """The clock after `elapsed_s` seconds of play, to the millisecond; a boundary belongs to the period it ends.

        Raises:
            InvalidClock: Before the tip-off, or after the twentieth period.
        """
        if _is_number(elapsed_s) and 0 <= elapsed_s <= _PERIOD_ENDS_S[-1]:
            place = bisect_left(_PERIOD_ENDS_S, elapsed_s)
            return GameClock(place + 1, round(_PERIOD_ENDS_S[place] - float(elapsed_s), 3))
        raise InvalidClock(f"Game time is 0 to {_PERIOD_ENDS_S[-1]} seconds since the tip-off, not {elapsed_s!r:.40}.")

    @property
    def elapsed_s(self) -> float:
        """Seconds of play since the tip-off."""
        return _PERIOD_ENDS_S[self.period - 1] - float(self.seconds_remaining)

    def to_iso(self) -> str:
        """The feed's way to write it, to the hundredth: "PT04M12.00S"."""
        minutes, hundredths = divmod(round(self.seconds_remaining * 100), 6000)
        return f"PT{minutes:02}M{hundredths // 100:02}.{hundredths % 100:02}S"

    def __str__(self) -> str:
        tenths = int(self.seconds_remaining * 10)
        minutes, seconds = divmod(tenths // 10, 60)
        # A scoreboard shows tenths in the last minute only, and never rounds time up.
        fraction = f".{tenths % 10}" if minutes == 0 and tenths % 10 else ""
        return f"{period_name(self.period)} {minutes}:{seconds:02}{fraction}"

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, GameClock):
            return NotImplemented
        return (self.period, -self.seconds_remaining) < (other.period, -other.seconds_remaining)


def elapsed_of(moment: "GameClock | str | float") -> float:
    """Seconds of play since the tip-off of a moment given as people do: `elapsed_of("Q3 4:12")`.

    Args:
        moment: A clock, a text that names its period, or the seconds themselves.

    Raises:
        InvalidClock: It is none of these, or lies outside a game.
    """
    if isinstance(moment, GameClock):
        return moment.elapsed_s
    if isinstance(moment, str):
        return GameClock.parse(moment).elapsed_s
    GameClock.from_elapsed(moment)
    return float(moment)


@lru_cache(maxsize=16_384)  # every event of a stream comes through here, and texts repeat from game to game
def iso_clock(text: str, period: int) -> GameClock:
    """The clock of an ISO duration as the feed writes it, remembered: `iso_clock("PT04M12.00S", 3)`.

    Raises:
        InvalidClock: The text is no such duration, or lies outside the period.
    """
    if (found := _ISO_DURATION.fullmatch(text)) is None:
        raise InvalidClock(f'{text!r:.40} is no ISO duration of minutes and seconds such as "PT04M12.00S".')
    return GameClock(period, _seconds(*found.groups(default="")))


def _seconds(minutes: str, seconds: str, fraction: str) -> float:
    # As one decimal text: 5 minutes and 52.09 seconds would add up to 352.09000000000003.
    return float(f"{60 * int(minutes or 0) + int(seconds or 0)}{fraction}")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _named_period(name: str) -> int:
    if name[0] in "Qq":
        return int(name[1:])
    return REGULATION_PERIODS + int(name[2:] or 1)


def _given_period(text: str, period: int | None) -> int:
    if period is None:
        raise InvalidClock(f"{text!r:.40} names no period; write {_ACCEPTED}.")
    return _checked_period(period)
