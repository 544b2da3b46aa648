"""A recorded game in the place of a live one: it grows, is corrected, and ends as it really did."""

from itertools import pairwise

import pytest

from nbmomentum.errors import UnknownGame
from nbmomentum.momentum import GameTracker
from nbmomentum.sources.bundled import load_game
from nbmomentum.sources.live_diff import Change, ChangeKind, LiveDiff
from nbmomentum.sources.live_watch import LiveWatch
from nbmomentum.sources.recorded_feed import RecordedFeed


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def now(self) -> float:
        """Seconds since the start."""
        return self.now_s


def watched(game_id: str, *, speed: float = 60.0) -> list[list[Change]]:
    """What each look at the whole game brings, a second apart."""
    clock, looks = Clock(), []
    feed = RecordedFeed(game_id, speed=speed, now=clock.now)
    watch = LiveWatch(LiveDiff(), interval_s=feed.interval_s, now=clock.now)
    while not watch.is_over:
        looks.append(watch.seen(feed.look()))
        clock.now_s += 1
    return looks


@pytest.mark.parametrize("game_id", ["0021500277", "0021500391"])
def test_recorded_game_ends_as_it_did(game_id: str) -> None:
    """Whatever was corrected on the way, the final is the bundled game's, with no mismatch left."""
    plays = load_game(game_id)
    tracker = GameTracker(home=plays[0].home, away=plays[0].away)

    for change in (change for look in watched(game_id) for change in look):
        tracker.apply(change.event)

    assert tracker.state.home_score == plays[-1].home_score
    assert tracker.state.away_score == plays[-1].away_score
    assert len(tracker.state.plays) == len(plays)
    assert tracker.state.mismatches == 0


def test_every_kind_of_correction_is_seen_early_and_alone() -> None:
    """Withdrawn, corrected and late within the first minute at the speed of a class; never many at once."""
    looks = watched("0021500277")

    kinds = [change.kind for look in looks[:20] for change in look if change.is_correction]

    assert kinds[:1] == [ChangeKind.WITHDRAWN]
    assert {ChangeKind.WITHDRAWN, ChangeKind.CORRECTED, ChangeKind.INSERTED} <= {
        change.kind for look in looks[:60] for change in look
    }
    assert max(sum(change.is_correction for change in look) for look in looks) <= 3


def test_first_correction_moves_the_score_back() -> None:
    """A basket that never counted is taken away again: two points less than before."""
    tracker = GameTracker(home="MIA", away="OKC")
    totals = []

    for change in (change for look in watched("0021500277")[:8] for change in look):
        state = tracker.apply(change.event).state
        totals.append(state.home_score + state.away_score)

    assert min(after - before for before, after in pairwise(totals)) == -2


def test_game_begins_with_the_first_look() -> None:
    """Until somebody looks no time passes."""
    clock = Clock()
    feed = RecordedFeed(now=clock.now)
    clock.now_s = 1000.0

    assert feed.look().plays == ()
    assert (feed.game_id, feed.title, feed.source) == ("0021500277", "OKC @ MIA, 3 Dec 2015", "bundled")


def test_only_a_game_that_is_under_way_is_gone_on_with() -> None:
    """A restart in the middle resumes; what an earlier evening left in the topic is another replay."""
    clock = Clock()
    feed = RecordedFeed(now=clock.now)
    plays = load_game()
    before = feed.resumes(plays[:1])

    feed.look()
    clock.now_s = 2.0

    assert (before, feed.resumes(plays[:2]), feed.resumes(plays[:20])) == (False, True, False)


def test_unknown_game_is_told() -> None:
    """Only bundled games are recorded."""
    with pytest.raises(UnknownGame):
        RecordedFeed("0000000000")
