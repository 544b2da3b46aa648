"""Which games there are today, and how each one stands.

```python
for game in todays_games():
    game.title, game.status, game.describe()  # "SAC @ GSW", "live", "SAC @ GSW, 30-39, Q2 07:15"
fetch_status("0022400001").status
```

The league's day is New York's. After midnight there its live board shows the new day, and a game that still runs is
on the board of the day before; `todays_games` looks there, too.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from nbmomentum.errors import SourceError, UnexpectedPayload
from nbmomentum.logs import log_event
from nbmomentum.sources.nba.client import DEFAULT_CLIENT, FeedClient
from nbmomentum.sources.nba.payloads import ADVICE, read

LEAGUE_ZONE: Final = ZoneInfo("America/New_York")
LATEST_END_HOUR: Final = 6
"""No game runs longer than to this hour in New York; until then the board of the day before counts."""

_TIME: Final = "gameTimeUTC"

Status = Literal["scheduled", "live", "final", "postponed"]

_STATUSES: Final[dict[int, Status]] = {1: "scheduled", 2: "live", 3: "final"}
_NOT_PLAYED: Final = ("ppd", "postponed", "cancel")
_UNKNOWN: Final = "TBD"
_FIRST_YEAR: Final = 1946
"""Of the league: a tip-off before it, such as 1900-01-01, stands for one that is not known."""


class ScheduledGame(msgspec.Struct, frozen=True, kw_only=True):
    """A game on the scoreboard.

    Attributes:
        game_id: The league's id.
        home: The home team, three capitals; "TBD" where a playoff series has not told yet.
        away: The visiting team.
        status: "scheduled", "live", "final" or "postponed".
        status_text: What the league's board says, e.g. "7:30 pm ET", "Q2 07:15", "Half", "Final/OT".
        home_score: Points of the home team so far.
        away_score: Points of the visitors so far.
        period: The period, 0 before the tip-off.
        clock: Time left in it as an ISO duration; empty where the feed says none.
        tip_off: When it begins or began, in UTC; None where the league has not said, though its feed may hold a time.
    """

    game_id: str
    home: str
    away: str
    status: Status
    status_text: str
    home_score: int
    away_score: int
    period: int
    clock: str
    tip_off: datetime | None

    @property
    def title(self) -> str:
        """The teams, such as "SAC @ GSW"."""
        return f"{self.away} @ {self.home}"

    @property
    def is_under_way(self) -> bool:
        """Whether it is played right now."""
        return self.status == "live"

    def local_tip_off(self, zone: tzinfo | None = None) -> str:
        """Hour and minute of the tip-off on the reader's clock, or on that of a zone: "01:30"; "not set yet"."""
        return "not set yet" if self.tip_off is None else f"{self.tip_off.astimezone(zone):%H:%M}"

    def describe(self, zone: tzinfo | None = None) -> str:
        """One line; scores are the visitors' first, as in the title.

        Args:
            zone: Whose clock tells the tip-off; by default this computer's.
        """
        match self.status:
            case "scheduled":
                return f"{self.title}, tip-off {self.local_tip_off(zone)}"
            case "postponed":
                return f"{self.title}, postponed"
            case _:
                return f"{self.title}, {self.away_score}-{self.home_score}, {self.status_text}"


class _Team(msgspec.Struct, rename="camel"):
    team_tricode: str | None = None
    score: int | None = None


class _Game(msgspec.Struct, rename="camel"):
    game_id: str
    game_status: int
    home_team: _Team
    away_team: _Team
    game_time_utc: datetime | None = msgspec.field(name=_TIME)
    game_status_text: str | None = None
    period: int | None = None
    game_clock: str | None = None


class _Board(msgspec.Struct, rename="camel"):
    game_date: str
    games: list[dict[str, Any]]


class _Scoreboard(msgspec.Struct):
    scoreboard: _Board


class _BoxScore(msgspec.Struct):
    game: dict[str, Any]


def parse_scoreboard(payload: dict[str, Any]) -> list[ScheduledGame]:
    """The games of a day, of the live board or of the stats feeds' ScoreboardV3.

    Raises:
        UnexpectedPayload: The payload is no scoreboard; the message names the place.
    """
    games = read(payload, _Scoreboard).scoreboard.games
    return [_scheduled(game, f"$.scoreboard.games[{place}]") for place, game in enumerate(games)]


def parse_box_score(payload: dict[str, Any]) -> ScheduledGame:
    """How a game stands, from its live box score.

    Raises:
        UnexpectedPayload: The payload is no box score; the message names the place.
    """
    return _scheduled(read(payload, _BoxScore).game, "$.game")


def todays_games(
    *, client: FeedClient = DEFAULT_CLIENT, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> list[ScheduledGame]:
    """The games of today, in the board's order; before them those of last night that still run. May be none.

    Args:
        client: How patiently the feeds are asked.
        now: The time, with its zone.

    Raises:
        SourceError: The live board could not be had; the message says why and what to do.
    """
    from nba_api.live.nba.endpoints.scoreboard import ScoreBoard

    answer = client.ask(ScoreBoard)
    games = answer.read(parse_scoreboard)
    here = now().astimezone(LEAGUE_ZONE)
    is_new_day = answer.payload["scoreboard"]["gameDate"] == here.date().isoformat()
    if here.hour < LATEST_END_HOUR and is_new_day:
        known = {game.game_id for game in games}
        late = [game for game in _late_games(here.date() - timedelta(days=1), client) if game.game_id not in known]
        return late + games
    return games


def games_on(day: date, *, client: FeedClient = DEFAULT_CLIENT) -> list[ScheduledGame]:
    """The games of any day of the league's calendar, past or to come.

    Raises:
        SourceError: The board could not be had; the message says why and what to do.
    """
    from nba_api.stats.endpoints.scoreboardv3 import ScoreboardV3

    return client.ask(ScoreboardV3, game_date=day.isoformat(), league_id="00").read(parse_scoreboard)


def fetch_status(game_id: str, *, client: FeedClient = DEFAULT_CLIENT) -> ScheduledGame:
    """How one game stands, whichever board it is on: its teams, its score, whether it is over.

    Before the tip-off the league has no box score yet, and refuses.

    Raises:
        SourceError: Its box score could not be had; the message says why and what to do.
    """
    from nba_api.live.nba.endpoints.boxscore import BoxScore

    return client.ask(BoxScore, game_id=game_id).read(parse_box_score)


def _late_games(day: date, client: FeedClient) -> list[ScheduledGame]:
    """The games of a day that still run; none where the stats feeds cannot be reached, which is no reason to fail."""
    try:
        return [game for game in games_on(day, client=client) if game.is_under_way]
    except SourceError as error:
        log_event("nba", "no board of the day before", reason=str(error))
        return []


def _scheduled(payload: dict[str, Any], place: str) -> ScheduledGame:
    if str(payload.get(_TIME) or _UNKNOWN).strip() in ("", _UNKNOWN) and _TIME in payload:
        payload = payload | {_TIME: None}
    game = read(payload, _Game, place)
    text = (game.game_status_text or "").strip()
    if game.game_status not in _STATUSES:
        raise UnexpectedPayload(f"At {place}.gameStatus: {game.game_status} is none of 1, 2, 3. {ADVICE}")
    if game.game_time_utc is not None and game.game_time_utc.tzinfo is None:
        raise UnexpectedPayload(f"At {place}.gameTimeUTC: the time has no zone. {ADVICE}")
    return ScheduledGame(
        game_id=game.game_id,
        home=game.home_team.team_tricode or _UNKNOWN,
        away=game.away_team.team_tricode or _UNKNOWN,
        status=_status(game.game_status, text),
        status_text=text,
        home_score=game.home_team.score or 0,
        away_score=game.away_team.score or 0,
        period=game.period or 0,
        clock=(game.game_clock or "").strip(),
        tip_off=_tip_off(game.game_time_utc, text),
    )


def _tip_off(stated: datetime | None, text: str) -> datetime | None:
    """The time the feed states, unless it stands there only because nothing is decided yet."""
    if stated is None or stated.year < _FIRST_YEAR or _UNKNOWN in text.upper():
        return None
    return stated.astimezone(UTC)


def _status(number: int, text: str) -> Status:
    """A postponed game keeps the status of a scheduled one; only its text tells."""
    if number == 1 and text.lower().startswith(_NOT_PLAYED):
        return "postponed"
    return _STATUSES[number]
