"""The simulated season: counted from the simulated games, the same each time, and never mistaken for real."""

import pytest

from nbmomentum.errors import SettingsError
from nbmomentum.sources.rosters import list_teams
from nbmomentum.sources.simulated import simulate_league, simulate_season

SEED = 7
DAYS = simulate_season(seed=SEED, rounds=12)


def test_every_day_has_thirty_teams_and_one_more_game() -> None:
    """After the n-th round each team has played n games; half of all games are won."""
    for number, day in enumerate(DAYS, start=1):
        assert [stats.team for stats in day] == [team.code for team in list_teams()]
        assert {stats.games for stats in day} == {number}
        assert sum(stats.wins for stats in day) == 15 * number


def test_wins_and_points_are_those_of_the_simulated_games() -> None:
    """What the league's own games say, folded from their events."""
    played = [each.game for each in simulate_league(games=30, seed=SEED)]
    scored = {stats.team: 0 for stats in DAYS[1]}
    won = dict(scored)
    for game in played:
        scored[game.home] += game.home_score
        scored[game.away] += game.away_score
        won[game.home if game.home_score > game.away_score else game.away] += 1

    assert {stats.team: stats.wins for stats in DAYS[1]} == won
    assert {stats.team: stats.points_per_game for stats in DAYS[1]} == {team: n / 2 for team, n in scored.items()}
    assert DAYS[1][0].as_of == played[-1].date


def test_the_trend_looks_at_the_last_games_alone() -> None:
    """Up to ten games it is the season's net rating; after that it forgets."""
    tenth, last = DAYS[9], DAYS[-1]

    assert all(stats.last_net_rating == stats.net_rating for stats in tenth)
    assert any(stats.last_net_rating != stats.net_rating for stats in last)


def test_net_ratings_are_those_of_a_league() -> None:
    """Offence minus defence; over all teams nothing; a good team is good by single digits."""
    last = DAYS[-1]

    assert all(abs(stats.offensive_rating - stats.defensive_rating - stats.net_rating) < 0.01 for stats in last)
    assert abs(sum(stats.net_rating for stats in last)) / 30 < 0.3
    assert 3 < max(stats.net_rating for stats in last) < 25
    assert all(90 < stats.pace < 110 for stats in last)


def test_the_same_seed_gives_the_same_season_and_another_another() -> None:
    """Also in parts: a day does not depend on how many follow."""
    assert simulate_season(seed=SEED, rounds=3) == DAYS[:3]
    assert simulate_season(seed=8, rounds=3) != DAYS[:3]


def test_a_simulated_figure_says_so() -> None:
    """In its origin, in its words, and by its season of a far century."""
    stats = DAYS[0][0]

    assert stats.is_simulated
    assert stats.describe().endswith("simulated")
    assert (stats.season, stats.as_of.year) == ("2100-01", 2100)


@pytest.mark.parametrize(
    "arguments", [{"seed": -1}, {"seed": SEED, "rounds": 0}, {"seed": SEED, "rounds": 83}, {"seed": 7, "last_games": 0}]
)
def test_a_season_that_cannot_be_is_refused(arguments: dict[str, int]) -> None:
    """With a sentence that says what can be."""
    with pytest.raises(SettingsError):
        simulate_season(**arguments)
