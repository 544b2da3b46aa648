"""Search words for games of the league: teams by any of their names, a season, a day.

```python
read_query("Celtics 2024-25")  # GameQuery(teams=("BOS",), season="2024-25", day=None)
search_league("BOS ATL 2024-11-12")
```
"""

import re
from datetime import date
from functools import cache
from typing import NamedTuple

from nbmomentum.errors import SettingsError
from nbmomentum.sources.game_info import GameInfo
from nbmomentum.sources.nba.client import DEFAULT_CLIENT, FeedClient
from nbmomentum.sources.nba.recorded import find_games
from nbmomentum.sources.rosters import list_teams
from nbmomentum.sources.team_stats import checked_season

_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b", re.ASCII)
_WORD = re.compile(r"\w+")
_SEASON = re.compile(r"\b\d{4}-\d{2}\b", re.ASCII)


class GameQuery(NamedTuple):
    """What search words ask for.

    Attributes:
        teams: The codes of the teams that were named; a game must have all of them.
        season: Such as "2024-25".
        day: In the league's time zone.
    """

    teams: tuple[str, ...]
    season: str | None
    day: date | None


def read_query(text: str) -> GameQuery:
    """What these words ask for: team codes, cities or nicknames, a season "2024-25", a day "2024-11-12".

    Raises:
        SettingsError: None of these is in the text, or what looks like a day or season is none.
    """
    found = _DAY.search(text)
    season = None if found else _SEASON.search(text)
    query = GameQuery(
        _teams(text), checked_season(season[0]) if season else None, _read_day(found[0]) if found else None
    )
    if not any(query):
        raise SettingsError('To search the league, name a team, a season or a day: "BOS 2024-25", "2024-11-12".')
    return query


def search_league(text: str, *, client: FeedClient = DEFAULT_CLIENT) -> list[GameInfo]:
    """The finished games of the league that the words ask for, the newest first.

    Raises:
        SettingsError: The words ask for nothing.
        SourceError: The league could not be asked; the message says why and what to do.
    """
    query = read_query(text)
    first = query.teams[0] if query.teams else None
    games = find_games(team=first, season=query.season, day=query.day, client=client)
    return [game for game in games if set(query.teams) <= {game.home, game.away}]


def _teams(text: str) -> tuple[str, ...]:
    words = f" {' '.join(_WORD.findall(text.casefold()))} "
    return tuple(dict.fromkeys(code for name, code in _names().items() if f" {name} " in words))


@cache
def _names() -> dict[str, str]:
    """Every name of a team that is no other one's, in small letters, and its code."""
    names: dict[str, set[str]] = {}
    for team in list_teams():
        place = team.full_name.removesuffix(team.nickname).strip()  # "Golden State", whose city is San Francisco
        for name in (team.code, team.nickname, team.city, place):
            names.setdefault(name.casefold(), set()).add(team.code)
    return {name: min(codes) for name, codes in names.items() if len(codes) == 1}


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"{text} is no day of the calendar.") from error
