"""The tracker: one state for one set of events, in whatever sequence and however often they arrive."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from scoring import event, events_of, fold

from nbmomentum.clock import GameClock
from nbmomentum.errors import InvalidEvent
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameTracker, Play, Update, UpdateKind
from nbmomentum.momentum.fold import Fold
from nbmomentum.sources.bundled import load_game

FOUR_PLAYS = events_of([("MIA", 2, 10), ("OKC", 3, 40), ("OKC", 2, 100), ("MIA", 3, 160)])


def event_at(elapsed_s: float, **changes: Any) -> ScoringEvent:
    """An event at a moment given as seconds of play."""
    clock = GameClock.from_elapsed(elapsed_s)
    return event(period=clock.period, clock=clock.to_iso(), **changes)


# Few ids, revisions, orders and times: corrections, withdrawals, conflicts and time going back abound.
ARRIVALS = st.lists(
    st.builds(
        event_at,
        st.sampled_from([0.1, 60.0, 720.0, 2880.0, 3000.7]),
        event_id=st.sampled_from(["1", "2", "9", "10", "a"]),
        order=st.integers(0, 3),
        revision=st.integers(0, 2),
        retracted=st.booleans(),
        team=st.sampled_from(["MIA", "OKC"]),
        points=st.integers(1, 3),
    ),
    max_size=20,
)


def new_tracker() -> GameTracker:
    """A tracker of OKC @ MIA."""
    return GameTracker(home="MIA", away="OKC")


def applied(*events: ScoringEvent) -> Update:
    """The last update after these events."""
    tracker = new_tracker()
    return [tracker.apply(each) for each in events][-1]


def effective(events: list[ScoringEvent]) -> list[ScoringEvent]:
    """The events that count, as the design words it."""
    by_id: dict[str, list[ScoringEvent]] = {}
    for each in events:
        by_id.setdefault(each.event_id, []).append(each)
    newest = [min(same, key=lambda e: (-e.revision, e.to_json())) for same in by_id.values()]
    return sorted((each for each in newest if not each.retracted), key=lambda e: e.order_key)


@given(ARRIVALS, st.data())
def test_any_permutation_and_duplication_ends_in_the_same_state(
    events: list[ScoringEvent], data: st.DataObject
) -> None:
    """Equal to the last bit: the state depends on the set of events alone."""
    repeated = data.draw(st.lists(st.sampled_from(events), max_size=5)) if events else []
    shuffled = data.draw(st.permutations(events + repeated))

    state = fold(shuffled)

    assert state == fold(events)
    assert [play.event for play in state.plays] == effective(events)


@given(ARRIVALS)
def test_folding_anew_equals_folding_the_effective_events_once(events: list[ScoringEvent]) -> None:
    """Corrections leave no trace: the figures are those of a feed that never erred."""
    assert list(fold(events).plays) == list(fold(effective(events)).plays)


@given(ARRIVALS)
def test_states_already_handed_out_never_change(events: list[ScoringEvent]) -> None:
    """A snapshot may be drawn by another thread while the tracker goes on."""
    tracker = new_tracker()
    kept = []

    for each in events:
        state = tracker.apply(each).state
        kept.append((state, list(state.plays), state.describe()))

    assert all(list(state.plays) == plays and state.describe() == line for state, plays, line in kept)


@given(ARRIVALS)
def test_update_says_what_changed(events: list[ScoringEvent]) -> None:
    """Before `changed_from` every play is as it was; without it nothing changed; the play is the event's."""
    tracker = new_tracker()

    for each in events:
        before = list(tracker.state.plays)
        update = tracker.apply(each)
        after = list(update.state.plays)

        assert list(update.previous.plays) == before
        assert update.state is tracker.state
        assert update.changed == (before != after)
        if update.changed_from is not None:
            assert before[: update.changed_from] == after[: update.changed_from]
            assert before[update.changed_from :] != after[update.changed_from :]
        assert update.play == next((play for play in after if play.event == each), None)


@given(ARRIVALS)
def test_counts_add_up_to_what_arrived(events: list[ScoringEvent]) -> None:
    """Every event is counted once, under the kind its update named."""
    tracker = new_tracker()

    kinds = [tracker.apply(each).kind for each in events]

    assert tracker.counts == {kind: kinds.count(kind) for kind in UpdateKind}


@pytest.mark.parametrize("game_id", ["0021500277", "0021500391"])
def test_real_game_delivered_backwards_and_twice_is_the_same_game(game_id: str) -> None:
    """Every event late, then every event a duplicate: bit for bit the game in order."""
    events = load_game(game_id)
    in_order, backwards = (GameTracker(home=events[0].home, away=events[0].away) for _ in range(2))

    for each in events:
        in_order.apply(each)
    for each in [*reversed(events), *events]:
        backwards.apply(each)

    assert backwards.state == in_order.state
    assert backwards.counts[UpdateKind.LATE] == len(events) - 1
    assert backwards.counts[UpdateKind.DUPLICATE] == len(events)


def test_appended_event_is_folded_once_and_a_late_one_from_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event in order costs one step, whatever the length of the game; a late one its tail."""
    folded = []

    def counting(fold_of_game: Fold, scored: ScoringEvent) -> Play:
        folded.append(scored)
        return append(fold_of_game, scored)

    append = Fold.append
    monkeypatch.setattr(Fold, "append", counting)
    events = load_game("0021500277")
    late = events.pop(-3)
    tracker = new_tracker()

    for each in events:
        tracker.apply(each)

    assert folded == events
    tracker.apply(late)
    assert folded[len(events) :] == [late, *events[-2:]]
    tracker.apply(late)
    assert len(folded) == len(events) + 3


def test_snapshot_copies_no_plays() -> None:
    """A state is a view on the tracker's list, so making one costs the same at any length."""
    tracker = new_tracker()

    first, second = (tracker.apply(each).state for each in FOUR_PLAYS[:2])

    assert first.plays._plays is second.plays._plays
    assert (len(first.plays), len(second.plays)) == (1, 2)


def test_event_in_order_is_new() -> None:
    """The ordinary case: appended."""
    update = applied(*FOUR_PLAYS)

    assert update.kind is UpdateKind.NEW
    assert update.play == update.state.plays[3]
    assert (update.changed_from, update.changed) == (3, True)


def test_first_sight_of_an_earlier_event_is_late() -> None:
    """It takes its place, and all after it is folded anew."""
    first, second, third, fourth = FOUR_PLAYS

    update = applied(first, third, fourth, second)

    assert update.kind is UpdateKind.LATE
    assert update.changed_from == 1
    assert update.play == update.state.plays[1]
    assert update.state == fold(FOUR_PLAYS)


def test_same_order_is_settled_by_the_id_as_a_number() -> None:
    """Of two events with the same order the one with id 9 comes before id 10."""
    ten, nine = event(event_id="10", team="MIA"), event(event_id="9", team="OKC")

    update = applied(ten, nine)

    assert update.kind is UpdateKind.LATE
    assert [play.event.event_id for play in update.state.plays] == ["9", "10"]


def test_higher_revision_replaces_the_event_wherever_it_moves() -> None:
    """A correction may change order, team and points."""
    first, second, third, fourth = FOUR_PLAYS
    corrected = replace(second, revision=1, order=9, team="MIA", points=1)

    update = applied(first, second, third, fourth, corrected)

    assert update.kind is UpdateKind.REVISED
    assert update.changed_from == 1
    assert [play.event for play in update.state.plays] == [first, third, fourth, corrected]
    assert (update.state.home_score, update.state.away_score) == (6, 2)


def test_retraction_takes_the_event_out() -> None:
    """The basket did not count after all."""
    first, second, third, fourth = FOUR_PLAYS

    update = applied(*FOUR_PLAYS, replace(second, revision=1, retracted=True))

    assert update.kind is UpdateKind.RETRACTED
    assert (update.play, update.changed_from) == (None, 1)
    assert [play.event for play in update.state.plays] == [first, third, fourth]


def test_retraction_of_the_last_event_leaves_nothing_to_fold() -> None:
    """The game ends a play earlier."""
    update = applied(*FOUR_PLAYS, replace(FOUR_PLAYS[-1], revision=1, retracted=True))

    assert update.changed_from == len(update.state.plays) == 3
    assert list(update.state.plays) == list(fold(FOUR_PLAYS[:3]).plays)


def test_retraction_that_comes_first_keeps_its_event_out() -> None:
    """A withdrawal is remembered even for an event nobody has seen."""
    first, second, *_ = FOUR_PLAYS
    tracker = new_tracker()

    tombstone = tracker.apply(replace(second, revision=1, retracted=True))
    tracker.apply(first)
    stale = tracker.apply(second)

    assert (tombstone.kind, tombstone.changed, tombstone.play) == (UpdateKind.RETRACTED, False, None)
    assert (stale.kind, stale.changed, stale.play) == (UpdateKind.STALE, False, None)
    assert [play.event for play in tracker.state.plays] == [first]


def test_higher_revision_restores_a_withdrawn_event() -> None:
    """The basket counts again, with the newest content."""
    first, second, third, fourth = FOUR_PLAYS
    restored = replace(second, revision=2, points=2)

    update = applied(*FOUR_PLAYS, replace(second, revision=1, retracted=True), restored)

    assert update.kind is UpdateKind.RESTORED
    assert [play.event for play in update.state.plays] == [first, restored, third, fourth]


def test_restored_last_event_is_appended_again() -> None:
    """Withdrawing and restoring the newest play leads back to the same figures."""
    withdrawn = replace(FOUR_PLAYS[-1], revision=1, retracted=True)

    update = applied(*FOUR_PLAYS, withdrawn, replace(FOUR_PLAYS[-1], revision=2))

    assert update.kind is UpdateKind.RESTORED
    assert update.changed_from == 3
    assert update.state.momentum == fold(FOUR_PLAYS).momentum


def test_same_event_again_is_a_duplicate() -> None:
    """At-least-once delivery changes nothing but a count."""
    update = applied(*FOUR_PLAYS, FOUR_PLAYS[1])

    assert (update.kind, update.changed) == (UpdateKind.DUPLICATE, False)
    assert update.play == update.state.plays[1]


def test_retraction_again_is_a_duplicate() -> None:
    """A withdrawal may be delivered twice as well."""
    tombstone = replace(FOUR_PLAYS[0], revision=1, retracted=True)

    update = applied(FOUR_PLAYS[0], tombstone, tombstone)

    assert (update.kind, update.play) == (UpdateKind.DUPLICATE, None)


@pytest.mark.parametrize("smaller_first", [True, False])
def test_conflict_is_won_by_the_smaller_json_in_either_sequence(smaller_first: bool) -> None:
    """Two contents of one revision: neither is newer, so one must win everywhere."""
    smaller, larger = event(player="Chris Andersen"), event(player="Chris Bosh")
    first, second = (smaller, larger) if smaller_first else (larger, smaller)
    tracker = new_tracker()
    tracker.apply(first)

    update = tracker.apply(second)

    assert smaller.to_json() < larger.to_json()
    assert update.kind is UpdateKind.CONFLICT
    assert update.changed is not smaller_first
    assert tracker.counts[UpdateKind.CONFLICT] == 1
    assert [play.event for play in tracker.state.plays] == [smaller]


def test_late_event_mends_the_mismatches_it_caused() -> None:
    """Mismatches are counted from the set, not from the history."""
    first, second, third, fourth = FOUR_PLAYS
    tracker = new_tracker()
    for each in (first, third, fourth):
        tracker.apply(each)

    gap = tracker.state.mismatches
    tracker.apply(second)

    assert (gap, tracker.state.mismatches) == (2, 0)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"home": "CHI", "team": "OKC"}, "OKC @ CHI, the tracker follows OKC @ MIA"),
        ({"away": "DET"}, "DET @ MIA, the tracker follows OKC @ MIA"),
        ({"home": "OKC", "away": "MIA"}, "MIA @ OKC, the tracker follows OKC @ MIA"),
        ({"game_id": "0021500391"}, "the game 0021500391, the tracker follows 0021500277"),
    ],
)
def test_event_of_another_game_is_refused(changes: dict[str, Any], says: str) -> None:
    """A tracker holds one game; a strange event leaves no trace."""
    tracker = new_tracker()
    tracker.apply(FOUR_PLAYS[0])
    before = tracker.state

    with pytest.raises(InvalidEvent, match=says):
        tracker.apply(event(event_id="99", **changes))

    assert tracker.state is before
    assert sum(tracker.counts.values()) == 1


def test_first_event_names_the_game() -> None:
    """Even a withdrawal does."""
    assert applied(event(retracted=True)).state.game_id == "0021500277"


@pytest.mark.parametrize("half_life_s", [0.0, -1.0, float("inf"), float("nan")])
def test_half_life_must_be_positive(half_life_s: float) -> None:
    """No game second would count, or all would for ever."""
    with pytest.raises(ValueError, match="half-life is a positive number"):
        GameTracker(home="MIA", away="OKC", half_life_s=half_life_s)
