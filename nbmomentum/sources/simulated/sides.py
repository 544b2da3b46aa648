"""A simulated game as each of its two teams counts it.

```python
for home, away, count in count_round(7, 0):
    ours, theirs = sides_of(count)
    ours.points, theirs.allowed  # the same number
```
"""

from typing import NamedTuple

from nbmomentum.sources.simulated.court import Count


class Side(NamedTuple):
    """One team's part of one game.

    Attributes:
        points: It scored.
        allowed: The other team scored.
        possessions: It had.
        faced: The other team had.
        minutes: The game's length.
    """

    points: int
    allowed: int
    possessions: int
    faced: int
    minutes: float


def sides_of(count: Count) -> tuple[Side, Side]:
    """The home team's side of this game, and the away team's."""
    home = Side(count.home_points, count.away_points, count.home_possessions, count.away_possessions, count.minutes)
    return home, Side(home.allowed, home.points, home.faced, home.possessions, home.minutes)
