"""Teams by every name they have had: a franchise keeps the league's number when it moves, its code and name change.

```python
teams_called("sonics")  # {"OKC"}
teams_called("hornets", 1996), teams_called("hornets", 2012)  # {"CHA"}, {"NOP"}
current_code("NJN")  # "BKN"
```

Names are those of the season where it is known; a name that nobody had then means whoever has or had it at all.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final, NamedTuple

from nbmomentum.sources.rosters import Team, list_teams

NameWords = tuple[str, ...]

_WORD = re.compile(r"\w+")
# The league's old codes of teams that did not move.
_OTHER_CODES: Final = {"GOS": "GSW", "PHL": "PHI", "SAN": "SAS", "UTH": "UTA"}
_SHORT_NAMES: Final = {
    "blazers": ("POR",),
    "cavs": ("CLE",),
    "la": ("LAC", "LAL"),
    "mavs": ("DAL",),
    "sixers": ("PHI",),
    "sonics": ("OKC",),
    "wolves": ("MIN",),
}


class Former(NamedTuple):
    """A name that a franchise does not have any more.

    Attributes:
        team: Its code today.
        code: Its code then, as the league's feeds write it.
        city: Its place then.
        nickname: Its nickname then.
        first: The year in which the first of these seasons began.
        last: The year in which the last of them began.
    """

    team: str
    code: str
    city: str
    nickname: str
    first: int
    last: int

    @property
    def full_name(self) -> str:
        """Place and nickname, "Seattle SuperSonics"."""
        return f"{self.city} {self.nickname}"


FORMER: Final = (
    Former("ATL", "TCB", "Tri-Cities", "Blackhawks", 1949, 1950),
    Former("ATL", "MIH", "Milwaukee", "Hawks", 1951, 1954),
    Former("ATL", "STL", "St. Louis", "Hawks", 1955, 1967),
    Former("BKN", "NYN", "New York", "Nets", 1976, 1976),
    Former("BKN", "NJN", "New Jersey", "Nets", 1977, 2011),
    Former("CHA", "CHH", "Charlotte", "Hornets", 1988, 2001),
    Former("CHA", "CHA", "Charlotte", "Bobcats", 2004, 2013),
    Former("DET", "FTW", "Fort Wayne", "Pistons", 1948, 1956),
    Former("GSW", "PHW", "Philadelphia", "Warriors", 1946, 1961),
    Former("GSW", "SFW", "San Francisco", "Warriors", 1962, 1970),
    Former("HOU", "SDR", "San Diego", "Rockets", 1967, 1970),
    Former("LAC", "BUF", "Buffalo", "Braves", 1970, 1977),
    Former("LAC", "SDC", "San Diego", "Clippers", 1978, 1983),
    Former("LAL", "MNL", "Minneapolis", "Lakers", 1948, 1959),
    Former("MEM", "VAN", "Vancouver", "Grizzlies", 1995, 2000),
    Former("NOP", "NOH", "New Orleans", "Hornets", 2002, 2004),
    Former("NOP", "NOK", "Oklahoma City", "Hornets", 2005, 2006),
    Former("NOP", "NOK", "New Orleans", "Hornets", 2005, 2006),
    Former("NOP", "NOH", "New Orleans", "Hornets", 2007, 2012),
    Former("OKC", "SEA", "Seattle", "SuperSonics", 1967, 2007),
    Former("PHI", "SYR", "Syracuse", "Nationals", 1949, 1962),
    Former("SAC", "ROC", "Rochester", "Royals", 1948, 1956),
    Former("SAC", "CIN", "Cincinnati", "Royals", 1957, 1971),
    Former("SAC", "KCK", "Kansas City", "Kings", 1972, 1984),
    Former("UTA", "NOJ", "New Orleans", "Jazz", 1974, 1978),
    Former("WAS", "CHP", "Chicago", "Packers", 1961, 1961),
    Former("WAS", "CHZ", "Chicago", "Zephyrs", 1962, 1962),
    Former("WAS", "BAL", "Baltimore", "Bullets", 1963, 1972),
    Former("WAS", "CAP", "Capital", "Bullets", 1973, 1973),
    Former("WAS", "WAS", "Washington", "Bullets", 1974, 1996),
)


def words_of(text: str) -> NameWords:
    """The words of a text in small letters, as names are compared."""
    return tuple(_WORD.findall(text.casefold()))


def current_code(code: str) -> str:
    """Today's code of the franchise with this one, today's or an older: "BKN" for "NJN"; else the code itself."""
    return _current_codes().get(code, code)


def names_of(code: str, year: int) -> tuple[str, ...]:
    """Today's code and all full names by which a team of this code may be looked for.

    Args:
        code: As a feed of that time writes it.
        year: The year in which the season began.
    """
    team = current_code(code)
    then = [former.full_name for former in FORMER if former.team == team and former.first <= year <= former.last]
    now = [each.full_name for each in list_teams() if each.code == team]
    return (team, *then, *now)


def teams_called(name: str, year: int | None = None) -> frozenset[str]:
    """Today's codes of the franchises with this code, place, nickname or short name; none where nobody has it.

    Args:
        name: In any spelling of capitals.
        year: The year in which the season began; None is today.
    """
    return names_in(year).get(words_of(name), frozenset())


@cache
def names_in(year: int | None = None) -> Mapping[NameWords, frozenset[str]]:
    """Every name in words, and today's codes of the franchises that had it in a season."""
    formers = [former for former in FORMER if year is not None and former.first <= year <= former.last]
    renamed = {former.team for former in formers}
    then = _collected(
        [*_former_names(formers), *_names_today(team for team in list_teams() if team.code not in renamed)]
    )
    today = _collected(_names_today(list_teams()))
    ever = _collected([*_former_names(FORMER), *_short_names()])
    return ever | today | then


def _former_names(formers: Iterable[Former]) -> list[tuple[str, str]]:
    return [(name, each.team) for each in formers for name in (each.code, each.city, each.nickname)]


def _names_today(teams: Iterable[Team]) -> list[tuple[str, str]]:
    return [
        (name, team.code)
        for team in teams
        for place in [team.full_name.removesuffix(team.nickname).strip()]  # "Golden State", whose city is San Francisco
        for name in (team.code, team.nickname, team.city, place)
    ]


def _short_names() -> list[tuple[str, str]]:
    old_codes = list(_OTHER_CODES.items())
    return old_codes + [(name, code) for name, codes in _SHORT_NAMES.items() for code in codes]


def _collected(names: Iterable[tuple[str, str]]) -> dict[NameWords, frozenset[str]]:
    found: dict[NameWords, frozenset[str]] = {}
    for name, code in names:
        found[words_of(name)] = found.get(words_of(name), frozenset()) | {code}
    return found


@cache
def _current_codes() -> dict[str, str]:
    return {former.code: former.team for former in FORMER} | _OTHER_CODES
