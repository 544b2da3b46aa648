"""A simulated game as each team counts it: what one scored, the other allowed."""

from nbmomentum.sources.simulated.league import count_round
from nbmomentum.sources.simulated.sides import sides_of


def test_two_sides_of_a_game_mirror_each_other() -> None:
    """Points and possessions change places; the minutes are the same."""
    for _, _, count in count_round(7, 0):
        home, away = sides_of(count)

        assert (home.points, home.allowed) == (count.home_points, count.away_points)
        assert (home.possessions, home.faced) == (count.home_possessions, count.away_possessions)
        assert away == (home.allowed, home.points, home.faced, home.possessions, count.minutes)
