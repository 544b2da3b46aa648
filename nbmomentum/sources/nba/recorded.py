"""Any game of the past: found by team, season or day, fetched once, and kept in `home/data`.

```python
for game in find_games(team="BOS", season="2024-25"):
    game.game_id, game.title
events = fetch_game("0022400001")  # asks the league
events = fetch_game("0022400001")  # reads home/data: no network
```

What is fetched is a saved game named "nba-" and its id, with the official figures of its box score. Data: NBA.com,
for private, non-commercial use; it stays on this computer.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec

from nbmomentum.errors import UnexpectedPayload, UnknownGame
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.catalogue import FETCHED_PREFIX
from nbmomentum.sources.game_info import GameInfo, describe_game, season_of
from nbmomentum.sources.nba.client import DEFAULT_CLIENT, FeedClient, source_name
from nbmomentum.sources.nba.payloads import ADVICE, read
from nbmomentum.sources.nba.plays_v3 import parse_play_by_play_v3
from nbmomentum.sources.nba.scoreboard import LEAGUE_ZONE
from nbmomentum.sources.rosters import find_team
from nbmomentum.sources.stored import list_saved_games, load_saved_game, save_game
from nbmomentum.sources.team_stats import checked_season

TEAM_MINUTES: Final = 240
TEAM_OVERTIME_MINUTES: Final = 25
FINAL: Final = 3

_LEAGUE_ID = re.compile(r"\d{10}", re.ASCII)


class _Found(msgspec.Struct, rename="upper"):
    game_id: str
    game_date: str
    matchup: str
    team_abbreviation: str
    wl: str | None = None
    pts: int | None = None
    min: float | None = None


class _Period(msgspec.Struct):
    score: int


class _SummaryTeam(msgspec.Struct):
    score: int
    periods: list[_Period] = []


class _Summary(msgspec.Struct, rename="camel"):
    game_code: str
    game_status: int
    home_team: _SummaryTeam
    away_team: _SummaryTeam
    postgame_charts: dict[str, Any] | None = None


class _BoxScoreSummary(msgspec.Struct, rename="camel"):
    box_score_summary: _Summary


def find_games(
    *,
    team: str | None = None,
    season: str | None = None,
    day: date | None = None,
    client: FeedClient = DEFAULT_CLIENT,
    today: Callable[[], date] = lambda: datetime.now(LEAGUE_ZONE).date(),
) -> list[GameInfo]:
    """Finished games of the league, the newest first, to be fetched by their ids; their `events` are 0 until then.

    Args:
        team: Three capitals; its games, home and away.
        season: Such as "2024-25"; without it and without a day, the season of today.
        day: In the league's time zone.
        client: How patiently the feeds are asked.
        today: The day it is.

    Raises:
        UnknownTeam: The team is none of the thirty.
        SettingsError: The season is none.
        SourceError: The league could not be asked; the message says why and what to do.
    """
    from nba_api.stats.endpoints.leaguegamefinder import LeagueGameFinder

    if team is not None:
        find_team(team)
    if season is None and day is None:
        season = season_of(today())
    text = f"{day:%m/%d/%Y}" if day else ""
    answer = client.ask(
        LeagueGameFinder,
        player_or_team_abbreviation="T",
        season_nullable=checked_season(season) if season else "",
        date_from_nullable=text,
        date_to_nullable=text,
        league_id_nullable="00",
    )
    games = answer.read(parse_found_games)
    return [game for game in games if team in (None, game.home, game.away)]


def fetch_game(game_id: str, *, client: FeedClient = DEFAULT_CLIENT) -> list[ScoringEvent]:
    """The plays of a finished game: from `home/data` if it was fetched before, else from the league, and kept.

    Args:
        game_id: The league's id, ten digits such as "0022400001".
        client: How patiently the feeds are asked.

    Raises:
        UnknownGame: It is no such id, or the league has no finished game with it.
        InvalidGameFile: The kept file is damaged; delete it to fetch the game again.
        SourceError: The league could not be asked; the message says why and what to do.
        SettingsError: `home/data` cannot be written.
    """
    if (name := fetched_name(game_id)) is not None:
        return load_saved_game(name)
    if not is_league_id(game_id):
        raise UnknownGame(f"{game_id!r:.40} is no id of the league's; one has ten digits, such as 0022400001.")
    from nba_api.stats.endpoints.boxscoresummaryv3 import BoxScoreSummaryV3
    from nba_api.stats.endpoints.playbyplayv3 import PlayByPlayV3

    events = client.ask(PlayByPlayV3, game_id=game_id).read(parse_play_by_play_v3)
    if not events:
        raise UnknownGame(f"The league has no plays of a game {game_id}: it has not begun, or there is none.")
    answer = client.ask(BoxScoreSummaryV3, game_id=game_id)
    game = answer.read(lambda payload: parse_summary(payload, events))
    save_game(events, game=game, name=f"{FETCHED_PREFIX}{game_id}")
    return events


def fetched_name(game_id: str) -> str | None:
    """The name under which a fetched game is saved; None if it was not fetched yet."""
    wanted = f"{FETCHED_PREFIX}{game_id}"
    return next((saved.name for saved in list_saved_games() if saved.name == wanted), None)


def is_league_id(game_id: object) -> bool:
    """Whether this looks like an id of the league's: ten digits."""
    return isinstance(game_id, str) and _LEAGUE_ID.fullmatch(game_id) is not None


def parse_found_games(payload: dict[str, Any]) -> list[GameInfo]:
    """The finished games in an answer of LeagueGameFinder, the newest first; it has two rows for each.

    Raises:
        UnexpectedPayload: The payload is none of this feed.
    """
    sides: dict[str, dict[str, _Found]] = {}
    for row in _rows(payload):
        is_home = "vs." in row.matchup
        sides.setdefault(row.game_id, {})["home" if is_home else "away"] = row
    # A row that is alone: a game of two teams away from home has none at home. The kit cannot tell who is which.
    games = [_found_game(both["home"], both["away"]) for both in sides.values() if len(both) == 2]
    return sorted((game for game in games if game), key=lambda game: (game.date, game.game_id), reverse=True)


def parse_summary(payload: dict[str, Any], events: list[ScoringEvent]) -> GameInfo:
    """The description of a finished game out of BoxScoreSummaryV3, with its official figures.

    Args:
        payload: The whole answer.
        events: The plays of the same game.

    Raises:
        UnexpectedPayload: The payload is none of this feed.
        UnknownGame: The game is not final.
    """
    summary = read(payload, _BoxScoreSummary).box_score_summary
    if summary.game_status != FINAL:
        game_id = events[0].game_id
        raise UnknownGame(f"The game {game_id} is not final yet. `nbmomentum produce --live {game_id}` follows it.")
    try:
        day = datetime.strptime(summary.game_code[:8], "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise UnexpectedPayload(
            f"At $.boxScoreSummary.gameCode: no day in {summary.game_code!r:.40}. {ADVICE}"
        ) from error
    return describe_game(events, day=day, note=f"fetched from {source_name()}", official=_official(summary))


def _rows(payload: dict[str, Any]) -> Iterable[_Found]:
    try:
        result = payload["resultSets"][0]
        headers, rows = result["headers"], result["rowSet"]
        named = [dict(zip(headers, row, strict=True)) for row in rows]
    except (LookupError, TypeError, ValueError) as error:
        raise UnexpectedPayload(f"At $.resultSets[0]: {type(error).__name__} {error}. {ADVICE}") from error
    return [read(row, _Found, f"$.resultSets[0].rowSet[{place}]") for place, row in enumerate(named)]


def _found_game(home: _Found, away: _Found) -> GameInfo | None:
    """A game of two rows; None while it has no winner."""
    if not home.wl or home.pts is None or away.pts is None:
        return None
    overtimes = max(0, round(((home.min or TEAM_MINUTES) - TEAM_MINUTES) / TEAM_OVERTIME_MINUTES))
    try:
        day = date.fromisoformat(home.game_date[:10])
    except ValueError as error:
        raise UnexpectedPayload(
            f"At GAME_DATE of {home.game_id}: {home.game_date!r:.40} is no day. {ADVICE}"
        ) from error
    return GameInfo(
        game_id=home.game_id,
        home=home.team_abbreviation,
        away=away.team_abbreviation,
        date=day,
        note=f"at {source_name()}, to be fetched",
        home_score=home.pts,
        away_score=away.pts,
        periods=4 + overtimes,
        events=0,
        official={},
        computed={},
    )


def _official(summary: _Summary) -> dict[str, Any]:
    """The figures of the box score as the bundled games have them; empty where one is missing."""
    charts: Mapping[str, Any] = summary.postgame_charts or {}
    try:
        home, away = (charts[side]["statistics"] for side in ("homeTeam", "awayTeam"))
        return {
            "home": _official_side(summary.home_team, home),
            "away": _official_side(summary.away_team, away),
            "lead_changes": int(home["leadChanges"]),
            "times_tied": int(home["timesTied"]),
            "source": "stats BoxScoreSummaryV3",
        }
    except (LookupError, TypeError, ValueError):
        return {}


def _official_side(team: _SummaryTeam, statistics: Mapping[str, Any]) -> dict[str, Any]:
    if not team.periods:
        raise LookupError("no points by period")
    return {
        "points": team.score,
        "periods": [period.score for period in team.periods],
        "largest_lead": int(statistics["biggestLead"]),
        "largest_run": int(statistics["biggestScoringRun"]),
    }
