"""The simulated league: the same for the same seed, whole as the bundled games are, and plausible in the mean."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice, pairwise
from statistics import mean, pstdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbmomentum.errors import SettingsError, UnknownGame, UnknownTeam
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.sources.rosters import list_teams
from nbmomentum.sources.simulated import SimulatedGame, load_simulated_game, simulate_game, simulate_league

LEAGUE_ID = re.compile(r"\d{10}")
PRINT_GAME = "from nbmomentum.sources.simulated import *; print(load_simulated_game('sim-7-0001'))"


def fold(events: Sequence[ScoringEvent]) -> GameState:
    """The state after these events."""
    tracker = GameTracker(home=events[0].home, away=events[0].away)
    for event in events:
        tracker.apply(event)
    return tracker.state


@pytest.fixture(scope="module")
def league() -> list[SimulatedGame]:
    """A thousand games."""
    return list(simulate_league(games=1000, seed=2015))


@pytest.fixture(scope="module")
def states(league: list[SimulatedGame]) -> list[GameState]:
    """The end of each of them."""
    return [fold(played.events) for played in league]


def margin_spread(states: Sequence[GameState]) -> float:
    """Standard deviation of the final margin."""
    return pstdev(state.margin for state in states)


def overtime_share(states: Sequence[GameState]) -> float:
    """The part of games that are level after four periods."""
    return mean(state.period > 4 for state in states)


def share_of_points(points: int) -> Callable[[Sequence[GameState]], float]:
    """The part of all points that comes from baskets of this kind."""

    def share(states: Sequence[GameState]) -> float:
        scored = Counter(play.event.points for state in states for play in state.plays)
        return points * scored[points] / sum(kind * number for kind, number in scored.items())

    return share


def mean_period_points(period: int) -> Callable[[Sequence[GameState]], float]:
    """Mean points of a team in a period."""

    def points(states: Sequence[GameState]) -> float:
        periods = [state.points_by_period[period - 1] for state in states]
        return mean(side for sides in periods for side in (sides.home, sides.away))

    return points


PLAUSIBLE = {
    "points of a team": (lambda s: mean(x for g in s for x in (g.home_score, g.away_score)), 106, 113),
    "their spread": (lambda s: pstdev(x for g in s for x in (g.home_score, g.away_score)), 10, 14),
    "final margin": (lambda s: mean(g.margin for g in s), 1, 4),
    "spread of the final margin": (margin_spread, 12, 14),
    "home wins": (lambda s: mean(g.margin > 0 for g in s), 0.54, 0.63),
    "decided by three or less": (lambda s: mean(abs(g.margin) <= 3 for g in s), 0.11, 0.20),
    "overtime": (overtime_share, 0.045, 0.08),
    "lead changes": (lambda s: mean(g.lead_changes for g in s), 6, 10),
    "times tied": (lambda s: mean(g.times_tied for g in s), 5, 8),
    "largest run of a side": (lambda s: mean(x for g in s for x in (g.largest_run.home, g.largest_run.away)), 8.5, 11),
    "scoring plays": (lambda s: mean(len(g.plays) for g in s), 105, 125),
    "share of free throws": (share_of_points(1), 0.14, 0.18),
    "share of twos": (share_of_points(2), 0.49, 0.57),
    "share of threes": (share_of_points(3), 0.27, 0.35),
    "first period": (mean_period_points(1), 26, 29),
    "fourth period": (mean_period_points(4), 25.5, 28),
}


@pytest.mark.parametrize("name", PLAUSIBLE)
def test_thousand_games_look_like_the_league(name: str, states: list[GameState]) -> None:
    """Each figure lies where the league's of 2015 to 2025 do."""
    figure, low, high = PLAUSIBLE[name]

    assert low <= figure(states) <= high


def test_no_two_games_are_alike(league: list[SimulatedGame], states: list[GameState]) -> None:
    """A thousand ids, and close to a thousand courses."""
    ids = {played.game.game_id for played in league}
    courses = {tuple((play.elapsed_s, play.margin) for play in state.plays) for state in states}

    assert len(ids) == len(courses) == 1000
    assert min(state.lead_changes for state in states) == 0
    assert max(state.lead_changes for state in states) >= 20


def test_every_game_folds_without_a_mismatch(league: list[SimulatedGame], states: list[GameState]) -> None:
    """The running scores are the summed ones, and somebody wins."""
    assert [state.mismatches for state in states] == [0] * 1000
    assert all(state.margin for state in states)
    assert [(state.home_score, state.away_score) for state in states] == [
        (played.game.home_score, played.game.away_score) for played in league
    ]


def test_overtime_is_played_when_level_and_only_then(states: list[GameState]) -> None:
    """After each period from the fourth on the score is level, but for the last."""
    for state in states:
        ends = [sum(each.home - each.away for each in state.points_by_period[:n]) for n in range(4, state.period + 1)]

        assert all(margin == 0 for margin in ends[:-1])
        assert ends[-1] != 0


def test_game_is_ordered_as_a_bundled_one(league: list[SimulatedGame]) -> None:
    """Actions are numbered upwards with gaps, game time never moves back, ids say that this is no real game."""
    for played in league[:200]:
        orders = [event.order for event in played.events]
        elapsed_s = [event.elapsed_s for event in played.events]

        assert orders == sorted(set(orders))
        assert [event.event_id for event in played.events] == list(map(str, orders))
        assert orders[-1] > 2 * len(orders)
        assert elapsed_s == sorted(elapsed_s)
        assert not LEAGUE_ID.fullmatch(played.game.game_id)
        assert played.game.game_id.startswith("sim-")


def test_free_throws_come_in_pairs_at_one_clock(league: list[SimulatedGame]) -> None:
    """One player shoots both; after a two there is one at most."""
    events = [event for played in league[:200] for event in played.events]
    pairs = [(one, two) for one, two in pairwise(events) if one.elapsed_s == two.elapsed_s and one.points == 1]

    assert len(pairs) > 200 * 5
    assert all(two.points == 1 and two.player == one.player for one, two in pairs)


def test_squads_hold_ten_names_and_share_none(league: list[SimulatedGame]) -> None:
    """Over a season each team has the same players, and each player one team."""
    scorers = {(event.team, event.player) for played in league for event in played.events}

    assert Counter(Counter(team for team, _ in scorers).values()) == {10: 30}
    assert len({player for _, player in scorers}) == 300


def test_every_round_all_teams_play_and_all_meet_twice() -> None:
    """After 58 rounds each pair has met once on either's ground."""
    games = [(played.game.home, played.game.away) for played in simulate_league(games=58 * 15, seed=3)]

    rounds = [games[start : start + 15] for start in range(0, len(games), 15)]
    assert all(len({team for pair in each for team in pair}) == 30 for each in rounds)
    codes = [team.code for team in list_teams()]
    assert sorted(games) == sorted((one, other) for one in codes for other in codes if one != other)


def test_same_seed_gives_the_same_game() -> None:
    """And another seed, another id or other sides another one."""
    events = simulate_game(seed=7, home="MIA", away="OKC")

    assert events == simulate_game(seed=7, home="MIA", away="OKC")
    assert events[0].game_id == "sim-7-OKC-MIA"
    others = [
        simulate_game(seed=8, home="MIA", away="OKC", game_id="sim-7-OKC-MIA"),
        simulate_game(seed=7, home="MIA", away="OKC", game_id="sim-again"),
        simulate_game(seed=7, home="OKC", away="MIA", game_id="sim-7-OKC-MIA"),
    ]
    courses = {tuple((event.clock, event.is_home, event.points) for event in each) for each in (events, *others)}
    assert len(courses) == 4


def test_game_is_the_same_in_every_process_and_release() -> None:
    """A lesson may name a game and its result; only names follow the installed list of players."""
    done = subprocess.run([sys.executable, "-c", PRINT_GAME], capture_output=True, text=True, check=True)
    events = load_simulated_game("sim-7-0001")

    assert done.stdout.strip() == str(events)
    assert events[-1].describe().endswith(" (GSW) scores 2, Q4 0:02, 124-106")


def test_league_game_is_made_again_from_its_id() -> None:
    """A picker needs the id only, and the number of games asked for makes no difference."""
    third = list(simulate_league(games=3, seed=7))[2]

    assert third.game.game_id == "sim-7-0003"
    assert third.events == load_simulated_game("sim-7-0003")
    assert third == next(islice(simulate_league(games=9_999_999, seed=7), 2, None))


def test_description_is_that_of_a_future_season(league: list[SimulatedGame]) -> None:
    """Its day is one no real game has, the note tells the seed and overtimes, the league has no figures of it."""
    first, sixteenth = league[0].game, league[15].game

    assert (sixteenth.date - first.date).days == 2
    assert first.title.endswith(", 19 Oct 2100")
    assert first.official == {}
    notes = {played.game.periods: played.game.note for played in league}
    assert (notes[4], notes[5]) == ("simulated, seed 2015", "simulated, seed 2015, OT")


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**53 - 1), number=st.integers(1, 9_999_999))
def test_any_game_of_any_league_is_whole(seed: int, number: int) -> None:
    """Whatever the seed and the number, the game folds, is decided, and ends with time run down."""
    state = fold(load_simulated_game(f"sim-{seed}-{number:04}"))

    assert state.mismatches == 0
    assert state.margin
    assert state.period >= 4
    assert state.plays[-1].event.game_clock.seconds_remaining < 200


@pytest.mark.parametrize(
    "game_id", ["0021500277", "sim-7-0000", "sim-7-1", "sim-07-0001", "sim-7-00001", "sim-7-OKC-MIA", "", None]
)
def test_unknown_simulated_game_is_told(game_id: str) -> None:
    """The message shows an id that would do."""
    with pytest.raises(UnknownGame, match="'sim-7-0001'"):
        load_simulated_game(game_id)


@pytest.mark.parametrize("seed", [-1, 1.5, "7", None, True, 2**53])
def test_seed_is_a_whole_number(seed: int) -> None:
    """Everything else is told before anything is made."""
    with pytest.raises(SettingsError, match="seed"):
        simulate_league(games=1, seed=seed)
    with pytest.raises(SettingsError, match="seed"):
        simulate_game(seed=seed, home="MIA", away="OKC")


@pytest.mark.parametrize("games", [0, -3, 2.0, None, 10**7])
def test_number_of_games_is_a_whole_number(games: int) -> None:
    """At the call, not at the first game."""
    with pytest.raises(SettingsError, match="number of games"):
        simulate_league(games=games, seed=7)


def test_game_cannot_pretend_to_be_real() -> None:
    """An id of the league's form, an unknown team, or one team twice is refused."""
    with pytest.raises(SettingsError, match="begins with 'sim-'"):
        simulate_game(seed=7, home="MIA", away="OKC", game_id="0021500277")
    with pytest.raises(UnknownTeam, match="'SEA'"):
        simulate_game(seed=7, home="SEA", away="OKC")
    with pytest.raises(SettingsError, match="both MIA"):
        simulate_game(seed=7, home="MIA", away="MIA")
