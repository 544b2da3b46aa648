"""Team performance out of the league's LeagueDashTeamStats: one `TeamStats` a team.

```python
parse_team_stats(base_payload, advanced_payload, as_of=date(2026, 2, 20))
fetch_team_stats("2025-26", last_n=10)  # asks the league, on your own computer
```

The feed knows teams by a number and a long name, and has no code of three letters: the number is looked up in the
static data inside nba_api. The feed counts, and rates in another answer ("Advanced"). Where only the counts are
there, the ratings are **estimated** from them, and `origin` says so: possessions of a side are taken as
FGA + 0.44·FTA − OREB + TOV (Kubatko, Oliver, Pelton and Rosenbaum 2007, "A starting point for analyzing basketball
statistics"), the opponents' as the same number; then offence = 100·PTS / possessions, net = 100·(plus-minus) /
possessions, defence = offence − net, pace = 48·possessions / minutes.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from msgspec.structs import replace

from nbmomentum.errors import InvalidTeamStats, SettingsError, UnexpectedPayload
from nbmomentum.sources.game_info import league_day
from nbmomentum.sources.nba.client import DEFAULT_CLIENT, Answer, FeedClient, league_address
from nbmomentum.sources.rosters import team_code
from nbmomentum.sources.team_stats import LAST_GAMES, Origin, TeamStats, checked_season

FEED: Final = "LeagueDashTeamStats"
FREE_THROW_SHARE: Final = 0.44
"""How many of the free throws end a possession, on average."""
GAME_MINUTES: Final = 48

Payload = Mapping[str, Any]
_Row = Mapping[str, Any]


def parse_team_stats(
    base_payload: Payload,
    advanced_payload: Payload | None = None,
    *,
    last_payload: Payload | None = None,
    as_of: date | None = None,
) -> list[TeamStats]:
    """One `TeamStats` for each team of the answers, by code.

    Args:
        base_payload: The answer with MeasureType Base.
        advanced_payload: That with MeasureType Advanced; without it the ratings are estimated.
        last_payload: The answer for the last games alone (LastNGames), Advanced or Base; without it there is no trend.
        as_of: The day up to which games count; by default the DateTo that was asked for.

    Raises:
        UnexpectedPayload: An answer is not of this feed, lacks a team or a column, or no day is known.
    """
    season, day = _season(base_payload), as_of or _day(base_payload)
    advanced = _rows(advanced_payload) if advanced_payload is not None else None
    last = _rows(last_payload) if last_payload is not None else {}
    last_games = int(_parameters(last_payload).get("LastNGames") or LAST_GAMES) if last_payload else LAST_GAMES
    found = []
    for team_id, row in _rows(base_payload).items():
        rating = _rating(row) if advanced is None else _official(_of(advanced, team_id))
        origin: Origin = "NBA.com, estimated" if advanced is None else "NBA.com"
        last_net = _rating(last[team_id])["net_rating"] if team_id in last else None
        found.append(_stats(season, day, team_id, row, rating, origin, last_games, last_net))
    return sorted(found, key=lambda stats: stats.team)


def fetch_team_stats(
    season: str, date_to: date | None = None, last_n: int = 0, *, client: FeedClient = DEFAULT_CLIENT
) -> list[TeamStats]:
    """Ask the league for all teams' stats: two calls, and one more for the trend.

    Args:
        season: Such as "2025-26"; nba_api's own default is the season of its release, so it is asked for.
        date_to: Games up to this day; None is all until today.
        last_n: How many games the trend looks at; 0 for none.
        client: How patiently to ask.

    Raises:
        SettingsError: The season is none, or the number of games is negative.
        SourceUnavailable: Nothing answers, or not in time.
        SourceRefused: The league said no.
        UnexpectedPayload: It answered with something else.
    """
    checked_season(season)
    if type(last_n) is not int or last_n < 0:
        raise SettingsError(f"A trend looks at a whole number of games, 0 for none, not {last_n!r:.40}.")
    base = _ask(client, "Base", season, date_to)
    advanced = _ask(client, "Advanced", season, date_to)
    last = _ask(client, "Advanced", season, date_to, last_n) if last_n else None
    day = date_to or league_day(datetime.now(UTC).isoformat())
    found = base.read(
        lambda payload: parse_team_stats(
            payload, advanced.payload, last_payload=last.payload if last else None, as_of=day
        )
    )
    # Nobody takes a stand-in league's season for the NBA's.
    return found if league_address() is None else [replace(stats, origin="simulated") for stats in found]


def _ask(client: FeedClient, measure: str, season: str, date_to: date | None, last_n: int = 0) -> Answer:
    from nba_api.stats.endpoints import LeagueDashTeamStats

    return client.ask(
        LeagueDashTeamStats,
        season=season,
        measure_type_detailed_defense=measure,
        date_to_nullable=f"{date_to:%m/%d/%Y}" if date_to else "",
        last_n_games=str(last_n),
        league_id_nullable="00",
    )


def _stats(
    season: str,
    day: date,
    team_id: int,
    row: _Row,
    rating: Mapping[str, float],
    origin: Origin,
    last_games: int,
    last_net: float | None,
) -> TeamStats:
    games, points = _whole(row, "GP"), _number(row, "PTS")
    is_total = row["PerMode"] != "PerGame"
    try:
        return TeamStats(
            season=season,
            as_of=day,
            team=_code(team_id),
            origin=origin,
            games=games,
            wins=_whole(row, "W"),
            losses=_whole(row, "L"),
            points_per_game=round(points / max(games, 1), 1) if is_total else points,
            last_games=last_games,
            last_net_rating=last_net,
            **rating,
        )
    except InvalidTeamStats as error:
        raise UnexpectedPayload(f"{FEED} has a row that cannot be: {error}") from error


def _rating(row: _Row) -> dict[str, float]:
    """The ratings of a row: the feed's own where it has them."""
    return _official(row) if "NET_RATING" in row else _estimated(row)


def _official(row: _Row) -> dict[str, float]:
    return {
        "offensive_rating": _number(row, "OFF_RATING"),
        "defensive_rating": _number(row, "DEF_RATING"),
        "net_rating": _number(row, "NET_RATING"),
        "pace": _number(row, "PACE"),
    }


def _estimated(row: _Row) -> dict[str, float]:
    """By the formula at the top of this module; all of it is a share, so totals and averages give the same."""
    free_throws = FREE_THROW_SHARE * _number(row, "FTA")
    possessions = _number(row, "FGA") + free_throws - _number(row, "OREB") + _number(row, "TOV")
    minutes = _number(row, "MIN")
    if possessions <= 0 or minutes <= 0:
        return {"offensive_rating": 0.0, "defensive_rating": 0.0, "net_rating": 0.0, "pace": 0.0}
    offensive = 100 * _number(row, "PTS") / possessions
    net = 100 * _number(row, "PLUS_MINUS") / possessions
    return {
        "offensive_rating": round(offensive, 1),
        "defensive_rating": round(offensive - net, 1),
        "net_rating": round(net, 1),
        "pace": round(GAME_MINUTES * possessions / minutes, 1),
    }


def _rows(payload: Payload | None) -> dict[int, _Row]:
    """The rows by the team's number, each with the answer's PerMode."""
    mode = _parameters(payload).get("PerMode")
    try:
        [result] = [result for result in (payload or {})["resultSets"] if result["name"] == FEED]
        headers, rows = result["headers"], result["rowSet"]
        found = [dict(zip(headers, row, strict=True)) | {"PerMode": mode} for row in rows]
        return {row["TEAM_ID"]: row for row in found}
    except (KeyError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise UnexpectedPayload(f"This is no answer of {FEED} ({reason}); it may have changed its shape.") from error


def _parameters(payload: Payload | None) -> Mapping[str, Any]:
    parameters = payload.get("parameters") if isinstance(payload, Mapping) else None
    return parameters if isinstance(parameters, Mapping) else {}


def _season(payload: Payload) -> str:
    season = _parameters(payload).get("Season")
    if not isinstance(season, str):
        raise UnexpectedPayload(f"An answer of {FEED} says which season it is of; this one does not.")
    return season


def _day(payload: Payload) -> date:
    """The DateTo that was asked for, as the feed writes it: 02/20/2026 or 2026-02-20."""
    text = str(_parameters(payload).get("DateTo") or "")
    for form in ("%m/%d/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise UnexpectedPayload(f"This answer of {FEED} does not say up to which day it counts; give as_of.")


def _of(rows: Mapping[int, _Row], team_id: int) -> _Row:
    if team_id not in rows:
        raise UnexpectedPayload(f"{FEED} has the team {team_id} in Base, and not in Advanced; ask for both anew.")
    return rows[team_id]


def _code(team_id: int) -> str:
    code = team_code(team_id)
    if code is None:
        raise UnexpectedPayload(f"{FEED} has a team with the number {team_id!r:.20}; it is none of the thirty.")
    return code


def _whole(row: _Row, column: str) -> int:
    number = _number(row, column)
    if not number.is_integer():
        raise UnexpectedPayload(f"{FEED} has {number} in {column}; that should be a whole number.")
    return int(number)


def _number(row: _Row, column: str) -> float:
    value = row.get(column)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnexpectedPayload(f"{FEED} has {value!r:.20} in {column}; that should be a number.")
    return float(value)
