"""Team stats for tests: one team in one line, and a payload of the league's shape."""

from datetime import date
from typing import Any

from nbmomentum.sources.team_stats import Origin, TeamStats

OKC, MIA, BOS = 1610612760, 1610612748, 1610612738
DAY = date(2026, 2, 20)


def team(
    code: str,
    *,
    wins: int = 30,
    losses: int = 10,
    net: float = 5.0,
    offence: float = 115.0,
    last: float | None = 4.0,
    as_of: date = DAY,
    origin: Origin = "NBA.com",
) -> TeamStats:
    """A team's stats; defence follows from offence and net."""
    return TeamStats(
        season="2025-26",
        as_of=as_of,
        team=code,
        origin=origin,
        games=wins + losses,
        wins=wins,
        losses=losses,
        points_per_game=116.5,
        offensive_rating=offence,
        defensive_rating=round(offence - net, 1),
        net_rating=net,
        pace=100.2,
        last_net_rating=last,
    )


def base_row(team_id: int, **columns: Any) -> dict[str, Any]:
    """Totals of ten games: 1,000 possessions by the formula, 1,100 points, 50 more than the opponents."""
    counts = {"GP": 10, "W": 6, "L": 4, "MIN": 480.0, "FGA": 880, "FTA": 250, "OREB": 120, "TOV": 130.0}
    return {"TEAM_ID": team_id, "TEAM_NAME": "A Team", **counts, "PTS": 1100, "PLUS_MINUS": 50.0, **columns}


def advanced_row(team_id: int, **columns: Any) -> dict[str, Any]:
    """The league's own ratings."""
    ratings = {"OFF_RATING": 112.3, "DEF_RATING": 106.1, "NET_RATING": 6.2, "PACE": 98.7}
    return {"TEAM_ID": team_id, "TEAM_NAME": "A Team", "GP": 10, "W": 6, "L": 4, **ratings, **columns}


def payload(*rows: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    """An answer of LeagueDashTeamStats with these rows, all of the same columns."""
    asked = {"Season": "2025-26", "PerMode": "Totals", "LastNGames": 0, "DateTo": "02/20/2026", **parameters}
    headers = list(rows[0]) if rows else ["TEAM_ID"]
    result = {"name": "LeagueDashTeamStats", "headers": headers, "rowSet": [list(row.values()) for row in rows]}
    return {"resource": "leaguedashteamstats", "parameters": asked, "resultSets": [result]}
