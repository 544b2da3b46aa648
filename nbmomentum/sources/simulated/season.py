"""A simulated season of team stats: what the league would publish of the simulated league's games, day by day.

```python
days = simulate_season(seed=7)
days[-1][0].describe()  # "ATL 28-12, net rating +5.1 (last 10 games +2.0), as of 5 Jan 2101, simulated"
```

Every figure is counted from the games of `simulate_league` with the same seed: points, and every possession. So it
is exact for them, and says nothing about any team of the real league; each `TeamStats` has the origin "simulated"
and a day in the season of 2100-01.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from nbmomentum.errors import SettingsError
from nbmomentum.sources.simulated.league import checked_seed, count_round, day_of
from nbmomentum.sources.simulated.sides import Side, sides_of
from nbmomentum.sources.team_stats import LAST_GAMES, TeamStats

SEASON: Final = "2100-01"
ROUNDS: Final = 40
"""Half a season, until the turn of the year."""
MAX_ROUNDS: Final = 82
GAME_MINUTES: Final = 48

Day = tuple[TeamStats, ...]


@lru_cache(maxsize=4)
def simulate_season(*, seed: int, rounds: int = ROUNDS, last_games: int = LAST_GAMES) -> tuple[Day, ...]:
    """The stats of all thirty teams after each round, every two days; the same arguments give the same season.

    Forty rounds take well under a second, and the second call no time at all.

    Args:
        seed: Of the simulated league.
        rounds: How many, 1 to 82; in each of them every team plays once.
        last_games: How many games the trend looks at, at least 1.

    Raises:
        SettingsError: The seed, the number of rounds or of games cannot be used.
    """
    if type(rounds) is not int or not 1 <= rounds <= MAX_ROUNDS:
        raise SettingsError(f"A season has 1 to {MAX_ROUNDS} rounds, not {rounds!r:.40}.")
    if type(last_games) is not int or last_games < 1:
        raise SettingsError(f"A trend looks at one game or more, not {last_games!r:.40}.")
    checked_seed(seed)
    sides: dict[str, list[Side]] = defaultdict(list)
    days = []
    for round_ in range(rounds):
        for home, away, count in count_round(seed, round_):
            for team, side in zip((home, away), sides_of(count), strict=True):
                sides[team].append(side)
        days.append(tuple(_stats(team, sides[team], round_, last_games) for team in sorted(sides)))
    return tuple(days)


def _stats(team: str, games: Sequence[Side], round_: int, last_games: int) -> TeamStats:
    wins = sum(game.points > game.allowed for game in games)
    offence, defence = _ratings(games)
    last_offence, last_defence = _ratings(games[-last_games:])
    sides_possessions = sum(game.possessions + game.faced for game in games) / 2
    return TeamStats(
        season=SEASON,
        as_of=day_of(round_),
        team=team,
        origin="simulated",
        games=len(games),
        wins=wins,
        losses=len(games) - wins,
        points_per_game=round(sum(game.points for game in games) / len(games), 1),
        offensive_rating=offence,
        defensive_rating=defence,
        net_rating=round(offence - defence, 1),
        pace=round(GAME_MINUTES * sides_possessions / sum(game.minutes for game in games), 1),
        last_games=last_games,
        last_net_rating=round(last_offence - last_defence, 1),
    )


def _ratings(games: Sequence[Side]) -> tuple[float, float]:
    """Points scored per 100 possessions, and points allowed per 100 of the opponents'."""
    offence = 100 * sum(game.points for game in games) / sum(game.possessions for game in games)
    defence = 100 * sum(game.allowed for game in games) / sum(game.faced for game in games)
    return round(offence, 1), round(defence, 1)
