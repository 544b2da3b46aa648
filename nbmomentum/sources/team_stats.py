"""How a team does in a season up to a day: the value of a record of the topic of team stats, key = team.

```python
stats = TeamStats.from_json(record.value)
stats.describe()  # "OKC 42-14, net rating +11.2 (last 10 games +8.9), as of 20 Feb 2026"
stats.to_json() == record.value
```

Ratings are points per 100 possessions: offensive scored, defensive allowed, net the difference. Pace is
possessions a side in 48 minutes.
"""

import math
import re
from collections.abc import Callable
from datetime import date
from typing import Final, Literal

import msgspec

from nbmomentum.errors import InvalidTeamStats, SettingsError
from nbmomentum.events import MAX_COUNT
from nbmomentum.sources.game_info import day_text

LAST_GAMES: Final = 10
"""How many games the trend looks at where nothing else is said."""

Origin = Literal["NBA.com", "NBA.com, estimated", "simulated"]

_SEASON = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_FIELD_OF_MESSAGE = re.compile(r"^(.*) - at `\$\.(\w+)`$", re.DOTALL)
_MISSING_FIELD = re.compile(r"missing required field `(\w+)`")
_MAX_SHOWN = 60


def _is_season(value: object) -> bool:
    found = _SEASON.fullmatch(value) if type(value) is str else None
    return found is not None and (int(found[1]) + 1) % 100 == int(found[2])


def _is_team(value: object) -> bool:
    return type(value) is str and len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= MAX_COUNT


def _is_day(value: object) -> bool:
    return type(value) is date


def _is_figure(value: object) -> bool:
    return type(value) is float and math.isfinite(value)


def _is_positive(value: object) -> bool:
    return _is_figure(value) and isinstance(value, float) and value >= 0


def _is_figure_or_none(value: object) -> bool:
    return value is None or _is_figure(value)


def _is_origin(value: object) -> bool:
    return value in ("NBA.com", "NBA.com, estimated", "simulated")


_COUNT_RULE = "a whole number from 0 to 2^53 - 1"
_RULES: tuple[tuple[str, Callable[[object], bool], str], ...] = (
    ("season", _is_season, 'a season such as "2025-26"'),
    ("as_of", _is_day, 'a day such as "2026-02-20"'),
    ("team", _is_team, "three capital letters"),
    ("origin", _is_origin, '"NBA.com", "NBA.com, estimated" or "simulated"'),
    ("games", _is_count, _COUNT_RULE),
    ("wins", _is_count, _COUNT_RULE),
    ("losses", _is_count, _COUNT_RULE),
    ("points_per_game", _is_positive, "a number from 0 up"),
    ("offensive_rating", _is_positive, "a number from 0 up"),
    ("defensive_rating", _is_positive, "a number from 0 up"),
    ("net_rating", _is_figure, "a number"),
    ("pace", _is_positive, "a number from 0 up"),
    ("last_games", _is_count, _COUNT_RULE),
    ("last_net_rating", _is_figure_or_none, "a number, or null"),
)
_RULE_OF_FIELD = {name: rule for name, _, rule in _RULES}


class TeamStats(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A team's season up to a day.

    Attributes:
        season: Such as "2025-26".
        as_of: The day up to which games count.
        team: Three capitals; the key of the record.
        origin: Where the figures come from; "estimated" where the feed gave totals only and the ratings were
            computed from them, "simulated" where they are of nobody's real games.
        games: Played.
        wins: Of these.
        losses: Of these.
        points_per_game: Scored, on average.
        offensive_rating: Points scored per 100 possessions.
        defensive_rating: Points allowed per 100 possessions; the smaller the better.
        net_rating: Their difference.
        pace: Possessions a side in 48 minutes.
        last_games: How many games the trend looks at.
        last_net_rating: The net rating of those alone; None where it is not known.

    Raises:
        InvalidTeamStats: A field is not what it should be; the message says which, and what is accepted.
    """

    season: str
    as_of: date
    team: str
    origin: Origin
    games: int
    wins: int
    losses: int
    points_per_game: float
    offensive_rating: float
    defensive_rating: float
    net_rating: float
    pace: float
    last_games: int = LAST_GAMES
    last_net_rating: float | None = None

    def __post_init__(self) -> None:
        for name, is_valid, rule in _RULES:
            if not is_valid(value := getattr(self, name)):
                raise InvalidTeamStats(f"The field {name} must be {rule}, not {_shown(value)}.")
        if self.wins + self.losses != self.games:
            raise InvalidTeamStats(
                f"The fields wins and losses must add up to games, but {self.wins} + {self.losses} is not {self.games}."
            )

    @staticmethod
    def from_json(value: bytes | str | None) -> "TeamStats":
        """Read a record's value; fields the kit does not know are ignored.

        Raises:
            InvalidTeamStats: The value is no team's stats. The message is one sentence saying why.
        """
        if not isinstance(value, (bytes, str)) or not value:
            raise InvalidTeamStats("The value is empty.")
        try:
            return _decode(value)
        except msgspec.ValidationError as error:
            raise InvalidTeamStats(_reason(error)) from error
        except (msgspec.DecodeError, UnicodeError) as error:
            raise InvalidTeamStats(f"The value is not JSON: {error}.") from error
        except RecursionError as error:
            raise InvalidTeamStats("The value is nested too deeply for a team's stats.") from error

    def to_json(self) -> bytes:
        """The record's value: compact UTF-8 JSON, every field, in the order of this class."""
        return _encode(self)

    @property
    def record(self) -> str:
        """Wins and losses, "42-14"."""
        return f"{self.wins}-{self.losses}"

    @property
    def win_share(self) -> float:
        """Wins by games, 0 to 1; 0 before the first game."""
        return self.wins / self.games if self.games else 0.0

    @property
    def trend(self) -> float | None:
        """What the last games' net rating is above the season's; None where it is not known."""
        return None if self.last_net_rating is None else self.last_net_rating - self.net_rating

    @property
    def is_simulated(self) -> bool:
        """Whether these are figures of no real games."""
        return self.origin == "simulated"

    def says_the_same_as(self, other: "TeamStats | None") -> bool:
        """Whether every figure is equal; the day alone is no news."""
        return other is not None and msgspec.structs.replace(self, as_of=other.as_of) == other

    def describe(self) -> str:
        """One plain line: "OKC 42-14, net rating +11.2 (last 10 games +8.9), as of 20 Feb 2026"."""
        last = "" if self.last_net_rating is None else f" (last {self.last_games} games {signed(self.last_net_rating)})"
        kind = ", simulated" if self.is_simulated else ""
        net = signed(self.net_rating)
        return f"{self.team} {self.record}, net rating {net}{last}, as of {day_text(self.as_of)}{kind}"

    def brief(self) -> str:
        """The same in fewer words, the day first: "20 Feb 2026: OKC 42-14, net +11.2, last 10 +8.9"."""
        last = "" if self.last_net_rating is None else f", last {self.last_games} {signed(self.last_net_rating)}"
        kind = ", simulated" if self.is_simulated else ""
        return f"{day_text(self.as_of)}: {self.team} {self.record}, net {signed(self.net_rating)}{last}{kind}"


_decode = msgspec.json.Decoder(TeamStats).decode
_encode = msgspec.json.Encoder().encode


def checked_season(season: str) -> str:
    """A season as the league writes it.

    Raises:
        SettingsError: It is none.
    """
    if not _is_season(season):
        raise SettingsError(f"A season is written as 2025-26, not {season!r:.40}.")
    return season


def signed(figure: float) -> str:
    """A rating with its sign and one decimal, "+11.2", "−0.4" or "0.0"."""
    size = f"{abs(figure):.1f}"
    if float(size) == 0:
        return size
    return f"{'+' if figure > 0 else '−'}{size}"


def _shown(value: object) -> str:
    """A value inside a sentence, and never long."""
    text = "null" if value is None else repr(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def _reason(error: msgspec.ValidationError) -> str:
    """Our sentence for what msgspec found."""
    if isinstance(error.__cause__, InvalidTeamStats):
        return str(error.__cause__)
    message = str(error)
    if missing := _MISSING_FIELD.search(message):
        return f"The field {missing[1]} is missing."
    if (found := _FIELD_OF_MESSAGE.match(message)) and found[2] in _RULE_OF_FIELD:
        return f"The field {found[2]} must be {_RULE_OF_FIELD[found[2]]}: {found[1][:1].lower()}{found[1][1:]}."
    return f"The value is JSON, but no team's stats: {message[:1].lower()}{message[1:]}."
