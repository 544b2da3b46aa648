"""Long runs: which stretches they are, and that the fold's largest run is the longest of them."""

import pytest
from scoring import game_of

from nbmomentum.momentum import GameTracker, HomeAway, long_runs
from nbmomentum.sources.bundled import list_games, load_game


def test_a_run_spans_its_first_to_its_last_basket() -> None:
    """From the first unanswered points to the last ones, not to the answer."""
    state = game_of(("OKC", 2, 5), ("MIA", 3, 10), ("MIA", 2, 30), ("MIA", 3, 70), ("OKC", 1, 90))

    (run,) = long_runs(state.plays, threshold=8)

    assert (run.text, run.is_home, run.start_s, run.end_s) == ("MIA 8-0", True, 10, 70)


def test_the_threshold_is_included() -> None:
    """Seven points are no run of eight, and a run of seven."""
    plays = game_of(("MIA", 3, 10), ("MIA", 2, 30), ("MIA", 2, 70)).plays

    assert long_runs(plays, threshold=8) == []
    assert [run.points for run in long_runs(plays, threshold=7)] == [7]


def test_a_run_that_goes_on_is_included() -> None:
    """It grows with each play and carries over the end of a period."""
    plays = game_of(("OKC", 2, 5), ("MIA", 3, 700), ("MIA", 3, 730), ("MIA", 3, 760)).plays

    texts = [[run.text for run in long_runs(plays[:played], threshold=6)] for played in range(5)]

    assert texts == [[], [], [], ["MIA 6-0"], ["MIA 9-0"]]


def test_a_clock_that_goes_back_within_the_order_gives_no_negative_span() -> None:
    """A feed may order free throws after a play of later time."""
    (run,) = long_runs(game_of(("MIA", 3, 70), ("MIA", 3, 30)).plays, threshold=6)

    assert (run.start_s, run.end_s) == (30, 70)


@pytest.mark.parametrize("game_id", [game.game_id for game in list_games()])
def test_the_longest_is_the_largest_run_of_the_fold(game_id: str) -> None:
    """Two ways to count the same figure, for eight real games."""
    events = load_game(game_id)
    tracker = GameTracker(home=events[0].home, away=events[0].away)
    for event in events:
        tracker.apply(event)

    runs = long_runs(tracker.state.plays, threshold=1)

    home = max(run.points for run in runs if run.is_home)
    away = max(run.points for run in runs if not run.is_home)
    assert HomeAway(home, away) == tracker.state.largest_run
