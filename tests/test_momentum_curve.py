"""The momentum index drawn: another half-life, and the decay between plays."""

import math

import pytest
from scoring import events_of, game_of

from nbmomentum.momentum import GameTracker, momentum_curve
from nbmomentum.sources.bundled import load_game

PLAYS = [("MIA", 2, 60.0), ("MIA", 3, 180.0), ("OKC", 3, 180.0), ("OKC", 2, 300.0)]


def test_the_curve_jumps_at_a_play_and_decays_to_the_next() -> None:
    """Two points a play: 2 at 1:00, half of it a half-life later, then three points more."""
    curve = momentum_curve(game_of(*PLAYS), step_s=1000)

    assert curve[:4] == [(0, 0), (60, 0), (60, 2), (180, 1)]
    assert [y for _, y in curve[4:]] == pytest.approx([4, 1, 0.5, -1.5])


def test_the_decay_has_points_on_the_formula() -> None:
    """Between two plays every step lies on 2^(−Δt/h), and none on the next play."""
    curve = momentum_curve(game_of(("MIA", 3, 0.0), ("OKC", 3, 36.0)), step_s=12)

    assert [x for x, _ in curve] == [0, 0, 12, 24, 36, 36]
    assert [y for _, y in curve[2:5]] == pytest.approx([3 * 2 ** (-x / 120) for x in (12, 24, 36)])


def test_the_curve_of_no_play_is_a_point() -> None:
    """A chart always has something to draw."""
    assert momentum_curve(game_of()) == [(0, 0)]


def test_the_curve_ends_at_the_state() -> None:
    """Its last point is the momentum index that the state says."""
    state = game_of(*PLAYS)

    assert momentum_curve(state)[-1] == (state.elapsed_s, state.momentum)


@pytest.mark.parametrize("half_life_s", [30.0, 120.0, 600.0])
def test_another_half_life_is_the_state_of_a_tracker_that_had_it(half_life_s: float) -> None:
    """Derived afterwards or folded from the start: the same to the last bit."""
    events = load_game("0021500391")
    default, other = (
        GameTracker(home="CHI", away="DET"),
        GameTracker(home="CHI", away="DET", half_life_s=half_life_s),
    )
    for event in events:
        default.apply(event)
        other.apply(event)

    assert default.state.with_half_life(half_life_s) == other.state


def test_the_same_half_life_is_the_same_state() -> None:
    """Nothing is folded anew."""
    state = game_of(*PLAYS)

    assert state.with_half_life(120) is state


@pytest.mark.parametrize("half_life_s", [0.0, -1.0, math.inf, math.nan])
def test_a_half_life_must_be_positive(half_life_s: float) -> None:
    """The same rule as the tracker's."""
    with pytest.raises(ValueError, match="half-life"):
        game_of(*PLAYS).with_half_life(half_life_s)


def test_the_state_goes_on_growing_by_itself() -> None:
    """A derived state is a snapshot: later plays of the tracker are not in it."""
    tracker = GameTracker(home="MIA", away="OKC")
    events = events_of(PLAYS)
    for event in events[:2]:
        tracker.apply(event)
    derived = tracker.state.with_half_life(60)

    tracker.apply(events[2])

    assert (len(derived.plays), len(tracker.state.plays)) == (2, 3)
