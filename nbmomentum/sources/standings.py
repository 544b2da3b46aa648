"""A ranking of the teams by any of a few figures, with what moved since the day before.

```python
standings = Standings(teams=tuple(newest), before=tuple(of_the_day_before), records=120)
for place in standings.ranked("net"):
    place.rank, place.stats.team, place.move  # 1, "OKC", 2: two places up
```
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final, Literal

import msgspec

from nbmomentum.sources.team_stats import TeamStats

Column = Literal["wins", "net", "offence", "defence", "last"]
COLUMNS: Final[tuple[Column, ...]] = ("wins", "net", "offence", "defence", "last")

_MISSING: Final = float("inf")
# By column, what is sorted in ascending order: the best team first.
_KEYS: Final[dict[Column, Callable[[TeamStats], float]]] = {
    "wins": lambda stats: -stats.win_share,
    "net": lambda stats: -stats.net_rating,
    "offence": lambda stats: -stats.offensive_rating,
    "defence": lambda stats: stats.defensive_rating,
    "last": lambda stats: _MISSING if stats.last_net_rating is None else -stats.last_net_rating,
}


class Place(msgspec.Struct, frozen=True):
    """A team in a ranking.

    Attributes:
        rank: From 1, the best.
        stats: The team's figures.
        move: How many places it has come up since the day before, negative for down; None where that is unknown.
    """

    rank: int
    stats: TeamStats
    move: int | None


class Standings(msgspec.Struct, frozen=True):
    """All teams as a table of the newest values knows them.

    Attributes:
        teams: Their newest figures.
        before: Those of the day before the newest, as far as they are known.
        records: How many records the table was made from.
    """

    teams: tuple[TeamStats, ...] = ()
    before: tuple[TeamStats, ...] = ()
    records: int = 0

    @property
    def as_of(self) -> date | None:
        """The newest day of all; None while there is no team."""
        return max((stats.as_of for stats in self.teams), default=None)

    @property
    def season(self) -> str:
        """The newest season; empty while there is no team."""
        return max((stats.season for stats in self.teams), default="")

    @property
    def is_simulated(self) -> bool:
        """Whether a figure among these is of no real games."""
        return any(stats.is_simulated for stats in self.teams)

    def ranked(self, by: Column = "net") -> tuple[Place, ...]:
        """The teams, the best first by this column; equals by net rating, then by name."""
        ranks_before = {stats.team: rank for rank, stats in enumerate(_sorted(self.before, by), start=1)}
        is_comparable = len(ranks_before) == len(self.teams)
        return tuple(
            Place(rank, stats, _move(ranks_before.get(stats.team), rank) if is_comparable else None)
            for rank, stats in enumerate(_sorted(self.teams, by), start=1)
        )

    def describe(self) -> str:
        """One sentence: who leads by net rating, and whose last games are the best."""
        if not self.teams:
            return "No team yet."
        best, hottest = self.ranked("net")[0].stats, self.ranked("last")[0].stats
        last = "" if hottest.last_net_rating is None else f"; the best last {hottest.last_games} games: {hottest.team}"
        return f"Best net rating: {best.describe()}{last}."


def standings(rows: Iterable[tuple[TeamStats, TeamStats | None]], *, newest: date | None, records: int) -> Standings:
    """The ranking's teams out of a table's rows.

    Args:
        rows: For each team its newest value, and the one that this has replaced.
        newest: The day of the newest record; None while there is none.
        records: How many records the table was made from.
    """
    pairs = list(rows)
    before = (_before(stats, replaced, newest) for stats, replaced in pairs)
    return Standings(
        teams=tuple(stats for stats, _ in pairs),
        before=tuple(stats for stats in before if stats is not None),
        records=records,
    )


def _before(stats: TeamStats, replaced: TeamStats | None, newest: date | None) -> TeamStats | None:
    """What was known of a team before the newest day; None where it is not kept."""
    if stats.as_of != newest:
        return stats
    return replaced if replaced is not None and replaced.as_of < stats.as_of else None


def _sorted(teams: Iterable[TeamStats], by: Column) -> list[TeamStats]:
    key = _KEYS[by]
    return sorted(teams, key=lambda stats: (key(stats), -stats.net_rating, stats.team))


def _move(before: int | None, now: int) -> int | None:
    return None if before is None else before - now
