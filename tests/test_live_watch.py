"""When a live game's feed is looked at, what failures change about that, and when it is over; time is injected."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from scoring import events_of, fold

from nbmomentum.errors import NbmomentumError
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.live_diff import Change, LiveDiff
from nbmomentum.sources.live_watch import FeedStatus, LiveWatch, Look

GAME = tuple(events_of([("MIA", 2, 20 * play) if play % 2 else ("OKC", 3, 20 * play) for play in range(1, 11)]))
START = datetime(2015, 12, 4, 0, 0, tzinfo=UTC)
AWAY = NbmomentumError("cdn.nba.com does not answer (time-out after 5 s). Check the network.")


class Clock:
    """Both clocks of a watch; time passes when a test says so."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def now(self) -> float:
        """Seconds since the start."""
        return self.now_s

    def today(self) -> datetime:
        """The wall clock."""
        return START + timedelta(seconds=self.now_s)


def watch_of(clock: Clock, *sent: ScoringEvent, chance: float = 0.5) -> LiveWatch:
    """A watch on this clock; a chance of a half is no jitter at all."""
    return LiveWatch(LiveDiff(sent), now=clock.now, today=clock.today, chance=lambda: chance)


def ids(changes: list[Change]) -> list[str]:
    """The plays that are sent."""
    return [change.event.event_id for change in changes]


def test_looks_are_ten_seconds_apart() -> None:
    """The first one is due at once, the next one ten seconds after it."""
    clock = Clock()
    watch = watch_of(clock)
    was_due = watch.is_due

    watch.seen(Look(GAME[:3]))
    clock.now_s = 9.9
    is_due_early = watch.is_due
    clock.now_s = 10.0

    assert (was_due, is_due_early, watch.is_due) == (True, False, True)
    assert watch.status == FeedStatus(state="live", looks=1, last_look=START, plays=3)


def test_failures_are_told_and_make_looks_rarer_up_to_a_minute() -> None:
    """Ten, twenty, forty seconds, then a minute each; the sentence and the time since the first failure are shown."""
    clock = Clock()
    watch = watch_of(clock)
    watch.seen(Look(GAME[:3]))
    waits = []

    for _ in range(6):
        clock.now_s += watch.status.next_look_s or 0
        watch.failed(AWAY)
        waits.append(watch.status.next_look_s)

    assert waits == [10, 20, 40, 60, 60, 60]
    assert (watch.status.state, watch.status.trouble) == ("feed away", str(AWAY))
    assert watch.status.away_s == 10 + 20 + 40 + 60 + 60
    assert watch.status.plays == 3


def test_waits_after_a_failure_differ_by_a_quarter() -> None:
    """A class whose network comes back does not ask all at the same moment."""
    waits = []
    for chance in (0.0, 1.0):
        watch = watch_of(Clock(), chance=chance)
        watch.failed(AWAY)
        waits.append(watch.status.next_look_s)

    assert waits == [7.5, 12.5]


def test_answer_after_failures_is_all_that_came_meanwhile() -> None:
    """Ten minutes' worth of failures: nothing is lost, nothing twice, and looks are ten seconds apart again."""
    clock = Clock()
    watch = watch_of(clock)
    before = watch.seen(Look(GAME[:3]))
    while clock.now_s < 600:
        clock.now_s += watch.status.next_look_s or 0
        watch.failed(AWAY)
    after = watch.seen(Look(GAME[:8]))

    assert ids(before) + ids(after) == [play.event_id for play in GAME[:8]]
    assert (watch.status.state, watch.status.away_s, watch.status.trouble) == ("live", 0, "")
    assert watch.status.next_look_s == 10


def test_before_the_tip_off_there_is_nothing_to_compare() -> None:
    """A game that has not begun has no plays, and withdraws none."""
    watch = watch_of(Clock(), *GAME[:2])

    changes = watch.seen(Look(has_begun=False))

    assert (changes, watch.status.state, watch.status.plays) == ([], "before tip-off", 2)


def test_final_is_the_end_after_two_looks_that_bring_nothing() -> None:
    """The last corrections come after the final buzzer; each one starts the count anew."""
    watch = watch_of(Clock())
    corrected = (*GAME[:-1], msgspec.structs.replace(GAME[-1], player="Somebody else"))
    over = []

    for plays in (GAME, GAME, corrected, corrected):
        watch.seen(Look(plays, is_final=True))
        over.append(watch.is_over)
    watch.seen(Look(corrected, is_final=True))

    assert over == [False, False, False, False]
    assert (watch.is_over, watch.is_due, watch.status.state, watch.status.next_look_s) == (True, False, "final", None)


def test_game_that_goes_on_after_all_is_not_over() -> None:
    """A scoreboard that takes its final back is believed."""
    watch = watch_of(Clock())

    for is_final in (True, True, False, True):
        watch.seen(Look(GAME, is_final=is_final))

    assert not watch.is_over


def test_old_copy_of_the_feed_withdraws_nothing() -> None:
    """A look that lacks many plays is held back until the next one; a waved off basket is not."""
    watch = watch_of(Clock())
    watch.seen(Look(GAME))

    old_copy = watch.seen(Look(GAME[:5]))
    trouble = watch.status.trouble
    good_one = watch.seen(Look(GAME))
    waved_off = watch.seen(Look(GAME[:-1]))

    assert (old_copy, good_one, ids(waved_off)) == ([], [], ["10"])
    assert trouble == "The feed has lost 5 plays at once; nothing is withdrawn until it says so again."
    assert watch.status.last_correction == "withdrawn: Chris Bosh (OKC) scores 3, Q1 8:40"


def test_plays_that_stay_away_are_withdrawn() -> None:
    """The second look in a row that lacks them is believed."""
    watch = watch_of(Clock())
    watch.seen(Look(GAME))

    watch.seen(Look(GAME[:5]))

    assert ids(watch.seen(Look(GAME[:5]))) == ["6", "7", "8", "9", "10"]


def test_doubted_look_is_no_quiet_one() -> None:
    """An old copy at the very end does not end the game without its last plays."""
    watch = watch_of(Clock())

    watch.seen(Look(GAME, is_final=True))
    watch.seen(Look(GAME[:5], is_final=True))

    assert not watch.is_over


def test_corrections_are_counted_apart_from_what_follows_from_them() -> None:
    """One late free throw moves the score of two later plays: one correction, two followers."""
    watch = watch_of(Clock())
    watch.seen(Look(GAME[:4]))
    late = msgspec.structs.replace(GAME[1], event_id="99", points=1, away_score=4)
    moved = [msgspec.structs.replace(play, order=play.order + 1, away_score=play.away_score + 1) for play in GAME[2:4]]

    watch.seen(Look((*GAME[:2], late, *moved)))

    assert (watch.status.corrections, watch.status.followers) == (1, 2)
    assert watch.status.last_correction == "inserted late: Chris Bosh (OKC) scores 1, Q1 11:20"


@given(st.lists(st.one_of(st.none(), st.integers(0, len(GAME))), max_size=20))
def test_any_sequence_of_copies_and_failures_ends_with_the_whole_game(lengths: list[int | None]) -> None:
    """Prefixes of any length, old ones too, and failures in any sequence; the final is the end, once."""
    clock = Clock()
    watch, sent = watch_of(clock), []
    for length in lengths:
        if length is None:
            watch.failed(AWAY)
        else:
            sent += watch.seen(Look(GAME[:length]))
        clock.now_s += watch.status.next_look_s or 0
    looks = 0
    while not watch.is_over:
        sent += watch.seen(Look(GAME, is_final=True))
        looks += 1

    state = fold(change.event for change in sent)
    assert looks <= 3
    assert (state.home_score, state.away_score, len(state.plays)) == (10, 15, 10)
    assert len({(change.event.event_id, change.event.revision) for change in sent}) == len(sent)
