"""The one kind of event the kit streams: somebody scored.

`ScoringEvent` is the value of a record in the log, and its JSON form is exactly these fields in this order:

```python
event = ScoringEvent.from_json(record.value)
event.describe()  # "Chris Bosh (MIA) scores 1, Q1 11:35, 1-0"
event.to_json() == record.value
```
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from nbmomentum.clock import MAX_PERIOD, GameClock, iso_clock
from nbmomentum.errors import InvalidClock, InvalidEvent

__all__ = ["InvalidEvent", "ScoringEvent"]

MAX_ID_LENGTH: Final = 64
MAX_PLAYER_LENGTH: Final = 200
MAX_SHOWN_LENGTH: Final = 60
MAX_COUNT: Final = 2**53 - 1  # the largest whole number every JSON reader keeps exact

_UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|\+00:00)", re.ASCII)
_DIGITS = re.compile(r"(\d+)", re.ASCII)
_FIELD_OF_MESSAGE = re.compile(r"^(.*) - at `\$\.(\w+)`$", re.DOTALL)
_MISSING_FIELD = re.compile(r"missing required field `(\w+)`")


def _is_id(value: object) -> bool:
    return type(value) is str and 0 < len(value) <= MAX_ID_LENGTH and value.isprintable()


def _is_player(value: object) -> bool:
    return type(value) is str and len(value) <= MAX_PLAYER_LENGTH and value.isprintable()


def _is_team(value: object) -> bool:
    return type(value) is str and len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()


def _is_text(value: object) -> bool:
    return type(value) is str


def _is_flag(value: object) -> bool:
    return value is True or value is False


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= MAX_COUNT


def _is_period(value: object) -> bool:
    return type(value) is int and 1 <= value <= MAX_PERIOD


def _is_points(value: object) -> bool:
    return type(value) is int and 1 <= value <= 3


def _is_wall_time(value: object) -> bool:
    if value is None:
        return True
    if type(value) is not str or _UTC_TIME.fullmatch(value) is None:
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:  # shaped like a time, but of a 13th month
        return False
    return True


_COUNT_RULE = "a whole number from 0 to 2^53 - 1"
_RULES: tuple[tuple[str, Callable[[object], bool], str], ...] = (
    ("game_id", _is_id, f"a text of 1 to {MAX_ID_LENGTH} printable characters"),
    ("event_id", _is_id, f"a text of 1 to {MAX_ID_LENGTH} printable characters"),
    ("order", _is_count, _COUNT_RULE),
    ("revision", _is_count, _COUNT_RULE),
    ("retracted", _is_flag, "true or false"),
    ("period", _is_period, f"a whole number from 1 to {MAX_PERIOD}"),
    ("clock", _is_text, 'an ISO duration such as "PT11M35.00S"'),
    ("team", _is_team, "three capital letters"),
    ("player", _is_player, f"a text of at most {MAX_PLAYER_LENGTH} printable characters"),
    ("points", _is_points, "1, 2 or 3"),
    ("home", _is_team, "three capital letters"),
    ("away", _is_team, "three capital letters"),
    ("home_score", _is_count, _COUNT_RULE),
    ("away_score", _is_count, _COUNT_RULE),
    ("wall_time", _is_wall_time, 'a time in UTC such as "2015-12-04T00:12:41Z", or null'),
)
_RULE_OF_FIELD = {name: rule for name, _, rule in _RULES}


def _shown(value: object) -> str:
    """A value inside a sentence, as JSON writes it, and never long."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = repr(value)
    return text if len(text) <= MAX_SHOWN_LENGTH else f"{text[:MAX_SHOWN_LENGTH]}…"


class ScoringEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A play that scored, a correction of one, or its withdrawal.

    A correction is the same `event_id` with a higher `revision`; `retracted` withdraws the event.

    Attributes:
        game_id: The league's id of the game; the key of the record.
        event_id: Identity inside the game.
        order: Place in the feed's order.
        revision: 0, and more with each correction.
        retracted: Whether this revision withdraws the event.
        period: 1 to 4, from 5 on overtime.
        clock: Time left in the period, an ISO duration such as "PT11M35.00S".
        team: Who scored, three capitals: home or away.
        player: Who scored, as the feed writes the name.
        points: 1, 2 or 3.
        home: The home team.
        away: The visiting team.
        home_score: The feed's running score after the play; the kit compares it, and never counts with it.
        away_score: The same of the visiting team.
        wall_time: When it happened, ISO-8601 in UTC, or None where the feed does not say.

    Raises:
        InvalidEvent: A field is not what it should be; the message says which, and what is accepted.
    """

    game_id: str
    event_id: str
    order: int
    revision: int = 0
    retracted: bool = False
    period: int
    clock: str
    team: str
    player: str
    points: int
    home: str
    away: str
    home_score: int
    away_score: int
    wall_time: str | None = None

    def __post_init__(self) -> None:
        for name, is_valid, rule in _RULES:
            if not is_valid(value := getattr(self, name)):
                raise InvalidEvent(f"The field {name} must be {rule}, not {_shown(value)}.")
        if self.home == self.away:
            raise InvalidEvent(f"The fields home and away must differ, both are {self.home}.")
        if self.team not in (self.home, self.away):
            raise InvalidEvent(f"The field team must be {self.home} or {self.away}, not {_shown(self.team)}.")
        try:
            iso_clock(self.clock, self.period)
        except InvalidClock as error:
            raise InvalidEvent(f"The field clock does not fit: {error}") from error

    @staticmethod
    def from_json(value: bytes | str | None) -> "ScoringEvent":
        """Read a record's value; fields the kit does not know are ignored.

        Raises:
            InvalidEvent: The value is no scoring event. The message is one sentence saying why.
        """
        text = _text(value)
        try:
            return _decode(text)
        except msgspec.ValidationError as error:
            raise InvalidEvent(_reason(error)) from error
        except (msgspec.DecodeError, UnicodeEncodeError) as error:
            raise InvalidEvent(f"The value is not JSON: {error}.") from error
        except RecursionError as error:
            raise InvalidEvent("The value is nested too deeply for an event.") from error

    def to_json(self) -> bytes:
        """The record's value: compact UTF-8 JSON, every field, in the order of this class."""
        return _encode(self)

    @property
    def game_clock(self) -> GameClock:
        """The period and the time left in it."""
        return iso_clock(self.clock, self.period)

    @property
    def elapsed_s(self) -> float:
        """Seconds of play since the tip-off."""
        return iso_clock(self.clock, self.period).elapsed_s

    @property
    def is_home(self) -> bool:
        """Whether the home team scored."""
        return self.team == self.home

    @property
    def signed_points(self) -> int:
        """The points as the margin sees them: positive for the home team, negative for the visitors."""
        return self.points if self.team == self.home else -self.points

    @property
    def order_key(self) -> tuple[int, tuple[tuple[str, int], ...], str]:
        """Sorts the events of a game by `order`, then `event_id` with digits compared as numbers ("9" < "10")."""
        parts = _DIGITS.split(self.event_id)  # text, digits, text, digits, ..., text
        numbers = [int(digits) for digits in parts[1::2]]
        # The raw text comes last, so that "7" and "07" still have an order.
        return self.order, tuple(zip(parts[::2], [*numbers, 0], strict=True)), self.event_id

    def describe(self) -> str:
        """One plain line: "Chris Bosh (MIA) scores 1, Q1 11:35, 1-0" (the feed's score, home first)."""
        scorer = f"{self.player} ({self.team})" if self.player else self.team
        withdrawn = "Withdrawn: " if self.retracted else ""
        return f"{withdrawn}{scorer} scores {self.points}, {self.game_clock}, {self.home_score}-{self.away_score}"

    def brief(self) -> str:
        """The same with what must not be cut off first: "MIA +1 Q1 11:35 1-0 C. Bosh"."""
        points = "withdrawn" if self.retracted else f"+{self.points}"
        first, _, last = self.player.partition(" ")
        name = f"{first[:1]}. {last}" if last else first
        return f"{self.team} {points} {self.game_clock} {self.home_score}-{self.away_score} {name}".rstrip()


_decode = msgspec.json.Decoder(ScoringEvent).decode
_encode = msgspec.json.Encoder().encode


def _text(value: bytes | str | None) -> str:
    if not isinstance(value, (bytes, str)):
        raise InvalidEvent(f"The value must be bytes or text, not {_shown(value)}.")
    if not value:
        raise InvalidEvent("The value is empty.")
    try:
        return value if isinstance(value, str) else value.decode()
    except UnicodeDecodeError as error:
        raise InvalidEvent(f"The value is not UTF-8: {error.reason} at byte {error.start}.") from error


def _reason(error: msgspec.ValidationError) -> str:
    """Our sentence for what msgspec found."""
    if isinstance(error.__cause__, InvalidEvent):
        return str(error.__cause__)
    message = str(error)
    if missing := _MISSING_FIELD.search(message):
        return f"The field {missing[1]} is missing."
    if found := _FIELD_OF_MESSAGE.match(message):
        return f"The field {found[2]} must be {_RULE_OF_FIELD[found[2]]}: {found[1][:1].lower()}{found[1][1:]}."
    return f"The value is JSON, but no event: {message[:1].lower()}{message[1:]}."
