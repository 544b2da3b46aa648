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
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

import msgspec

from nbmomentum.errors import UnexpectedPayload, UnknownGame
from nbmomentum.events import ScoringEvent
from nbmomentum.logs import log_event
from nbmomentum.sources.catalogue import FETCHED_PREFIX
from nbmomentum.sources.franchises import current_code
from nbmomentum.sources.game_info import GameInfo, describe_game, season_of
from nbmomentum.sources.nba.client import DEFAULT_CLIENT, FeedClient, source_name
from nbmomentum.sources.nba.leagues import check_league, is_league_id
from nbmomentum.sources.nba.payloads import ADVICE, read
from nbmomentum.sources.nba.plays_v3 import parse_play_by_play_v3
from nbmomentum.sources.nba.scoreboard import LEAGUE_ZONE
from nbmomentum.sources.rosters import find_team, team_id
from nbmomentum.sources.stored import list_saved_games, load_saved_game, save_game
from nbmomentum.sources.team_stats import checked_season

TEAM_MINUTES: Final = 240
TEAM_OVERTIME_MINUTES: Final = 25
FINAL: Final = 3

# "ATL @ BOS" and "BOS vs. ATL" are the two rows of a game; on a neutral floor both may say the same.
_MATCHUP = re.compile(r"\s*(\S+)\s+(@|vs\.?)\s+(\S+)\s*")


class _Found(msgspec.Struct, rename="upper"):
    game_id: str
    game_date: str
    matchup: str
    team_abbreviation: str
    team_id: int = 0
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

    A game has the teams' codes of its time, and is found by any of a franchise's: BKN and NJN are one.

    Args:
        team: Three capitals, today's or an older code; its games, home and away.
        season: Such as "2024-25"; without it and without a day, the season of today.
        day: In the league's time zone.
        client: How patiently the feeds are asked.
        today: The day it is.

    Raises:
        UnknownTeam: The team is none of the thirty.
        SettingsError: The season is none.
        SourceError: The league could not be asked; the message says why and what to do.
    """
    if team is not None:
        find_team(current_code(team))
    teams = () if team is None else (team,)
    return find_games_of(teams, season=season, day=day, client=client, today=today)


def find_games_of(
    teams: Collection[str],
    *,
    season: str | None,
    day: date | None,
    client: FeedClient = DEFAULT_CLIENT,
    today: Callable[[], date] = lambda: datetime.now(LEAGUE_ZONE).date(),
) -> list[GameInfo]:
    """The finished games in which all of these teams play, by the league's numbers of their franchises.

    Raises:
        SettingsError: The season is none.
        SourceError: The league could not be asked; the message says why and what to do.
    """
    from nba_api.stats.endpoints.leaguegamefinder import LeagueGameFinder

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
    wanted = {team_id(current_code(team)) for team in teams}
    return [found.game for found in answer.read(_found_games) if wanted <= found.team_ids]


def fetch_game(game_id: str, *, client: FeedClient = DEFAULT_CLIENT) -> list[ScoringEvent]:
    """The plays of a finished game: from `home/data` if it was fetched before, else from the league, and kept.

    Args:
        game_id: The league's id, ten digits such as "0022400001".
        client: How patiently the feeds are asked.

    Raises:
        UnknownGame: It is no such id, or the league has no finished game with it.
        InvalidGameFile: The kept file is damaged; delete it to fetch the game again.
        SourceError: The league could not be asked, or the game was not played by the NBA's clock; the message says why
            and what to do.
        SettingsError: `home/data` cannot be written.
    """
    check_league(game_id)
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


def parse_found_games(payload: dict[str, Any]) -> list[GameInfo]:
    """The finished games in an answer of LeagueGameFinder, the newest first; it has two rows for each.

    A game whose rows do not tell which team is at home is left out, and logged.

    Raises:
        UnexpectedPayload: The payload is none of this feed.
    """
    return [found.game for found in _found_games(payload)]


class _FoundGame(NamedTuple):
    game: GameInfo
    team_ids: frozenset[int]


def _found_games(payload: dict[str, Any]) -> list[_FoundGame]:
    sides: dict[str, dict[bool, _Found]] = {}
    for row in _rows(payload):
        sides.setdefault(row.game_id, {})[_is_home(row)] = row
    found = []
    for game_id, both in sides.items():
        if len(both) < 2:
            log_event("nba", "game left out", game_id=game_id, matchups=[row.matchup for row in both.values()])
        elif game := _found_game(both[True], both[False]):
            found.append(_FoundGame(game, frozenset(row.team_id for row in both.values())))
    return sorted(found, key=lambda each: (each.game.date, each.game.game_id), reverse=True)


def _is_home(row: _Found) -> bool:
    """Whether a row is the home team's: its code stands before "vs." or after "@", in whichever row that is written."""
    if (told := _MATCHUP.fullmatch(row.matchup)) is None:
        raise UnexpectedPayload(f"At MATCHUP of {row.game_id}: {row.matchup!r:.40} names no two teams. {ADVICE}")
    return row.team_abbreviation == (told[3] if told[2] == "@" else told[1])


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
    return describe_game(events, day=day, note=f"fetched from {source_name()}", official=_official(summary, events))


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


def _official(summary: _Summary, events: list[ScoringEvent]) -> dict[str, Any]:
    """The figures of the box score as the bundled games have them; empty where one is missing or was never measured."""
    charts: Mapping[str, Any] = summary.postgame_charts or {}
    try:
        home, away = (charts[side]["statistics"] for side in ("homeTeam", "awayTeam"))
        figures = {
            "home": _official_side(summary.home_team, home),
            "away": _official_side(summary.away_team, away),
            "lead_changes": int(home["leadChanges"]),
            "times_tied": int(home["timesTied"]),
            "source": "stats BoxScoreSummaryV3",
        }
    except (LookupError, TypeError, ValueError):
        return {}
    return figures if _are_leads_measured(figures, events) else {}


def _are_leads_measured(figures: Mapping[str, Any], events: list[ScoringEvent]) -> bool:
    """Whether the lead figures can be a game's: of old games the feed has zeros that nobody measured."""
    home, away = (figures[side]["largest_lead"] for side in ("home", "away"))
    if not home and not away:
        return not events  # somebody leads after the first play
    return bool(figures["lead_changes"]) or not (home and away)


def _official_side(team: _SummaryTeam, statistics: Mapping[str, Any]) -> dict[str, Any]:
    periods = [period.score for period in team.periods]
    if not any(periods) and (team.score or not periods):
        raise LookupError("no points by period")
    figures = {"points": team.score, "periods": periods, "largest_lead": int(statistics["biggestLead"])}
    # Who scored had a run: a zero was not measured.
    run = int(statistics["biggestScoringRun"])
    return figures | ({"largest_run": run} if run or not team.score else {})
