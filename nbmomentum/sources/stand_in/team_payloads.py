"""LeagueDashTeamStats of a simulated season: all thirty teams up to any day, counted and rated, in the feed's columns.

Points, possessions, wins and minutes are those of the simulated league; what the kit does not simulate (rebounds,
assists, ...) is derived from them so that it looks like a box score, and says nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from nbmomentum.sources.rosters import find_team, team_id
from nbmomentum.sources.simulated.league import count_round
from nbmomentum.sources.simulated.sides import Side, sides_of

SEED: Final = 7
ROUNDS: Final = 82
ROUND_EVERY: Final = timedelta(days=2)
OPENS: Final = (10, 21)
"""Month and day on which a season begins."""

_BASE: Final = (
    "GP W L W_PCT MIN FGM FGA FG_PCT FG3M FG3A FG3_PCT FTM FTA FT_PCT OREB DREB REB AST TOV STL BLK BLKA PF PFD PTS "
    "PLUS_MINUS"
)
_ADVANCED: Final = (
    "GP W L W_PCT MIN E_OFF_RATING OFF_RATING E_DEF_RATING DEF_RATING E_NET_RATING NET_RATING AST_PCT AST_TO "
    "AST_RATIO OREB_PCT DREB_PCT REB_PCT TM_TOV_PCT EFG_PCT TS_PCT E_PACE PACE PACE_PER40 POSS PIE"
)
_UNRANKED: Final = ("E_OFF_RATING", "E_DEF_RATING", "E_NET_RATING", "E_PACE", "PACE_PER40", "POSS")
_LOW_IS_FIRST: Final = ("L", "TOV", "BLKA", "PF", "DEF_RATING", "TM_TOV_PCT")
_SHARES: Final = ("GP", "W", "L", "W_PCT", "FG_PCT", "FG3_PCT", "FT_PCT")


class _Sum(NamedTuple):
    games: int
    wins: int
    points: int
    allowed: int
    possessions: int
    faced: int
    minutes: float


def team_stats(asked: Mapping[str, str], today: date) -> dict[str, Any]:
    """`leaguedashteamstats` for what was asked: Season, DateTo, LastNGames, MeasureType and PerMode count."""
    first, last = _season_days(asked.get("Season", ""))
    until = min(_day(asked.get("DateTo", "")) or today, last)
    rounds = 0 if until < first else min(ROUNDS, (until - first) // ROUND_EVERY + 1)
    games = int(asked.get("LastNGames") or 0)
    sums = {code: _sum(sides[-games:] if games else sides) for code, sides in _season(rounds).items()}
    is_advanced = asked.get("MeasureType") == "Advanced"
    row_of: Callable[[_Sum], dict[str, float]] = _advanced_row if is_advanced else _base_row
    rows = {code: row_of(total) for code, total in sums.items()}
    if asked.get("PerMode") == "PerGame" and not is_advanced:
        rows = {code: _per_game(row) for code, row in rows.items()}
    result = _result(rows, (_ADVANCED if is_advanced else _BASE).split())
    return {"resource": "leaguedashteamstats", "parameters": _echo(asked), "resultSets": [result]}


def _season_days(season: str) -> tuple[date, date]:
    year = int(season[:4]) if season[:4].isdigit() else 2025
    first = date(year, *OPENS)
    return first, first + ROUND_EVERY * (ROUNDS - 1)


def _day(text: str) -> date | None:
    for form in ("%m/%d/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


@lru_cache(maxsize=128)
def _season(rounds: int) -> dict[str, tuple[Side, ...]]:
    """What each team did in the first rounds."""
    sides: dict[str, tuple[Side, ...]] = defaultdict(tuple) if rounds < 1 else defaultdict(tuple, _season(rounds - 1))
    for home, away, count in count_round(SEED, rounds - 1) if rounds else ():
        for team, side in zip((home, away), sides_of(count), strict=True):
            sides[team] += (side,)
    return dict(sides)


def _sum(sides: Sequence[Side]) -> _Sum:
    return _Sum(
        games=len(sides),
        wins=sum(side.points > side.allowed for side in sides),
        points=sum(side.points for side in sides),
        allowed=sum(side.allowed for side in sides),
        possessions=sum(side.possessions for side in sides),
        faced=sum(side.faced for side in sides),
        minutes=sum(side.minutes for side in sides),
    )


def _record(total: _Sum) -> dict[str, float]:
    return {
        "GP": total.games,
        "W": total.wins,
        "L": total.games - total.wins,
        "W_PCT": round(total.wins / total.games, 3),
    }


def _base_row(total: _Sum) -> dict[str, float]:
    """Totals; shots and turnovers are such that possessions come out as they were, by the usual estimate."""
    free_throws_tried = round(0.22 * total.points)
    free_throws = round(0.78 * free_throws_tried)
    threes = round(0.12 * total.points)
    twos, odd = divmod(total.points - 3 * threes - free_throws, 2)
    free_throws += odd
    rebounds, turnovers = round(0.11 * total.possessions), round(0.14 * total.possessions)
    tried = round(total.possessions - 0.44 * free_throws_tried + rebounds - turnovers)
    made = twos + threes
    tried_threes = round(threes / 0.36)
    return _record(total) | {
        "MIN": total.minutes,
        "FGM": made,
        "FGA": tried,
        "FG_PCT": _share(made, tried),
        "FG3M": threes,
        "FG3A": tried_threes,
        "FG3_PCT": _share(threes, tried_threes),
        "FTM": free_throws,
        "FTA": free_throws_tried,
        "FT_PCT": _share(free_throws, free_throws_tried),
        "OREB": rebounds,
        "DREB": 3 * rebounds,
        "REB": 4 * rebounds,
        "AST": round(0.62 * made),
        "TOV": float(turnovers),
        "STL": 8 * total.games,
        "BLK": 5 * total.games,
        "BLKA": 5 * total.games,
        "PF": 19 * total.games,
        "PFD": 19 * total.games,
        "PTS": total.points,
        "PLUS_MINUS": float(total.points - total.allowed),
    }


def _advanced_row(total: _Sum) -> dict[str, float]:
    base = _base_row(total)
    offence = round(100 * total.points / total.possessions, 1)
    defence = round(100 * total.allowed / total.faced, 1)
    net = round(offence - defence, 1)
    pace = round(48 * (total.possessions + total.faced) / 2 / total.minutes, 2)
    return _record(total) | {
        "MIN": total.minutes,
        "E_OFF_RATING": offence,
        "OFF_RATING": offence,
        "E_DEF_RATING": defence,
        "DEF_RATING": defence,
        "E_NET_RATING": net,
        "NET_RATING": net,
        "AST_PCT": _share(base["AST"], base["FGM"]),
        "AST_TO": round(base["AST"] / base["TOV"], 2),
        "AST_RATIO": round(100 * base["AST"] / total.possessions, 1),
        "OREB_PCT": 0.25,
        "DREB_PCT": 0.75,
        "REB_PCT": 0.5,
        "TM_TOV_PCT": _share(base["TOV"], total.possessions),
        "EFG_PCT": _share(base["FGM"] + 0.5 * base["FG3M"], base["FGA"]),
        "TS_PCT": _share(total.points, 2 * (base["FGA"] + 0.44 * base["FTA"])),
        "E_PACE": pace,
        "PACE": pace,
        "PACE_PER40": round(pace * 40 / 48, 2),
        "POSS": total.possessions,
        "PIE": _share(total.points, total.points + total.allowed),
    }


def _share(part: float, whole: float) -> float:
    return round(part / whole, 3)


def _per_game(row: Mapping[str, float]) -> dict[str, float]:
    return {name: value if name in _SHARES else round(value / row["GP"], 1) for name, value in row.items()}


def _result(rows: Mapping[str, Mapping[str, float]], columns: Sequence[str]) -> dict[str, Any]:
    ranked = [column for column in columns if column not in _UNRANKED]
    ranks = {column: _ranks([row[column] for row in rows.values()], column) for column in ranked}
    headers = ["TEAM_ID", "TEAM_NAME", *columns, *(f"{column}_RANK" for column in ranked)]
    table = [
        [team_id(code), find_team(code).full_name, *(row[column] for column in columns)]
        + [ranks[column][place] for column in ranked]
        for place, (code, row) in enumerate(rows.items())
    ]
    table.sort(key=lambda row: str(row[1]))
    return {"name": "LeagueDashTeamStats", "headers": headers, "rowSet": table}


def _ranks(values: Sequence[float], column: str) -> list[int]:
    ordered = sorted(values, reverse=column not in _LOW_IS_FIRST)
    return [ordered.index(value) + 1 for value in values]


def _echo(asked: Mapping[str, str]) -> dict[str, Any]:
    """The parameters as the feed repeats them: what was not asked for is null."""
    return {name: value or None for name, value in asked.items()} | {"Season": asked.get("Season")}
