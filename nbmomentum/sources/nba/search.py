"""Search words for games of the league: teams by any of their names, also older ones, a season, a day.

```python
read_query("Celtics 2024-25")  # GameQuery(teams=("BOS",), season="2024-25", day=None)
read_query("NJN 1996-97")  # teams=("BKN",): the franchise, by today's code
search_league("BOS ATL 2024-11-12")
```
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from nbmomentum.errors import SettingsError
from nbmomentum.sources.franchises import names_in, words_of
from nbmomentum.sources.game_info import GameInfo, season_of
from nbmomentum.sources.nba.client import DEFAULT_CLIENT, FeedClient
from nbmomentum.sources.nba.recorded import find_games_of
from nbmomentum.sources.team_stats import checked_season

_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b", re.ASCII)
_SEASON = re.compile(r"\b\d{4}-\d{2}\b", re.ASCII)
_BETWEEN: Final = frozenset({"and", "at", "game", "games", "of", "season", "the", "v", "versus", "vs"})
_ASK: Final = 'To search the league, name a team, a season or a day: "BOS 2024-25", "2024-11-12".'


class GameQuery(NamedTuple):
    """What search words ask for.

    Attributes:
        teams: Today's codes of the franchises that were named; a game must have all of them.
        season: Such as "2024-25".
        day: In the league's time zone.
    """

    teams: tuple[str, ...]
    season: str | None
    day: date | None


def read_query(text: str) -> GameQuery:
    """What these words ask for: team codes, cities or nicknames, a season "2024-25", a day "2024-11-12".

    A team is known by its names of that season, too: "NJN 1996-97", "Sonics 2005-06".

    Raises:
        SettingsError: None of these is in the text; a word is none of them, or the name of several teams; or what looks
            like a day or season is none.
    """
    day, rest = _taken(_DAY, text)
    season, rest = _taken(_SEASON, rest)
    played_on = _read_day(day) if day else None
    of_season = checked_season(season) if season else None
    named = of_season or (season_of(played_on) if played_on else None)
    query = GameQuery(_teams(rest, int(named[:4]) if named else None), of_season, played_on)
    if not any(query):
        raise SettingsError(_ASK)
    return query


def search_league(text: str, *, client: FeedClient = DEFAULT_CLIENT) -> list[GameInfo]:
    """The finished games of the league that the words ask for, the newest first.

    Raises:
        SettingsError: The words ask for nothing, or one of them is no team's.
        SourceError: The league could not be asked; the message says why and what to do.
    """
    query = read_query(text)
    return find_games_of(query.teams, season=query.season, day=query.day, client=client)


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """The first part of the text that is like this, and the text without it."""
    found = pattern.search(text)
    return (found[0], f"{text[: found.start()]} {text[found.end() :]}") if found else ("", text)


def _teams(text: str, year: int | None) -> tuple[str, ...]:
    """Today's codes of the teams that are named.

    Raises:
        SettingsError: A word names no team, or several; to leave it out would answer another question.
    """
    found = list(_names(words_of(text), year))
    if unknown := [repr(name) for name, codes in found if not codes]:
        words = f"{', '.join(unknown)} {'is' if len(unknown) == 1 else 'are'} no team, season or day the kit knows."
        raise SettingsError(f"{words} {_ASK}")
    sure = {code for _, codes in found if len(codes) == 1 for code in codes}
    for name, codes in found:
        if not codes & sure:
            raise SettingsError(f"{name!r} is the name of several teams: {', '.join(sorted(codes))}. {_ASK}")
    return tuple(dict.fromkeys(code for _, codes in found for code in sorted(codes & sure)))


def _names(words: tuple[str, ...], year: int | None) -> Iterator[tuple[str, frozenset[str]]]:
    """Each name in the words, the longest first, and whose it is; nobody's where it is unknown."""
    names = names_in(year)
    longest, place = max(map(len, names)), 0
    while place < len(words):
        lengths = range(min(longest, len(words) - place), 0, -1)
        length = next((length for length in lengths if words[place : place + length] in names), 1)
        name = words[place : place + length]
        if name in names or name[0] not in _BETWEEN:
            yield " ".join(name), names.get(name, frozenset())
        place += length


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"{text} is no day of the calendar.") from error
