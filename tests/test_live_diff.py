"""What a look at the feed makes of a growing game: new, corrected and withdrawn plays, once each."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring import event, events_of, fold

from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState
from nbmomentum.sources.live_diff import ChangeKind, LiveDiff

GAME = events_of(
    [
        ("MIA", 2, 20),
        ("OKC", 3, 41),
        ("OKC", 1, 41),
        ("MIA", 3, 65),
        ("OKC", 2, 700),
        ("MIA", 1, 730),
        ("MIA", 1, 730),
        ("OKC", 2, 2890),
    ]
)


def changed(play: ScoringEvent, **changes: Any) -> ScoringEvent:
    """A play that the feed tells otherwise."""
    return msgspec.structs.replace(play, **changes)


def kinds(diff: LiveDiff, plays: Sequence[ScoringEvent]) -> list[tuple[str, str]]:
    """What a look brings: the kind and the id of each change."""
    return [(change.kind.name, change.event.event_id) for change in diff.changes(plays)]


def figures(state: GameState) -> list[ScoringEvent]:
    """The plays of a state as a feed tells them: without revisions."""
    return [changed(play.event, revision=0) for play in state.plays]


def test_first_look_brings_every_play_as_the_feed_tells_it() -> None:
    """Whoever comes late gets the whole game, in the feed's order, with its times."""
    plays = [changed(play, wall_time=f"2015-12-04T00:1{place}:00Z") for place, play in enumerate(GAME)]

    assert LiveDiff().diff(plays) == plays


def test_repeated_look_brings_nothing() -> None:
    """A feed that says the same once more has nothing to send."""
    diff = LiveDiff()
    diff.diff(GAME)

    assert diff.diff(GAME) == []


def test_edited_play_is_sent_again_with_a_higher_revision() -> None:
    """Three points that were two after all: the same id, revision 1; what was said before stands in its words."""
    diff = LiveDiff()
    diff.diff(GAME)

    (change,) = diff.changes([*GAME[:3], changed(GAME[3], points=2), *GAME[4:]])

    assert (change.kind, change.event.revision, change.event.points) == (ChangeKind.CORRECTED, 1, 2)
    assert change.describe() == (
        "corrected: Chris Bosh (MIA) scores 2, Q1 10:55 (was: Chris Bosh (MIA) scores 3, Q1 10:55)"
    )


def test_withdrawn_play_is_sent_retracted_and_may_come_back() -> None:
    """Waved off, then given after all: each time one revision more."""
    diff = LiveDiff()
    diff.diff(GAME)

    (withdrawn,) = diff.changes(GAME[:-1])
    (restored,) = diff.changes(GAME)

    assert (withdrawn.event.revision, withdrawn.event.retracted) == (1, True)
    assert withdrawn.describe() == "withdrawn: Chris Bosh (OKC) scores 2, OT1 4:50"
    assert (restored.kind, restored.event.revision, restored.event.retracted) == (ChangeKind.RESTORED, 2, False)


def test_late_free_throw_brings_the_scores_that_follow_from_it() -> None:
    """An insertion, and of each later play a revision with the running score that changed; that is no correction."""
    late = event(event_id="99", order=2, clock="PT11M19.00S", team="OKC", home_score=2, away_score=4)
    moved = [changed(play, order=play.order + 1, away_score=play.away_score + 1) for play in GAME[2:]]
    diff = LiveDiff()
    diff.diff([changed(play, order=play.order - 1) for play in GAME[:2]] + [changed(play) for play in GAME[2:]])

    changes = diff.changes([changed(play, order=play.order - 1) for play in GAME[:2]] + [late, *moved])

    assert [(change.kind.name, change.event.event_id) for change in changes] == [
        ("INSERTED", "99"),
        *(("MOVED", play.event_id) for play in GAME[2:]),
    ]
    assert [change.is_correction for change in changes] == [True] + [False] * 6
    assert [change.event.revision for change in changes] == [0] + [1] * 6


def test_primed_with_the_topic_it_goes_on_where_it_was() -> None:
    """Of each play the highest revision counts, in whatever sequence the records are read."""
    first = LiveDiff()
    sent = [*first.diff(GAME[:4]), *first.diff([*GAME[:3], changed(GAME[3], points=2)]), *first.diff(GAME[:3])]

    again = LiveDiff(reversed(sent))

    assert kinds(again, GAME[:5]) == [("RESTORED", "4"), ("NEW", "5")]
    assert again.events[3].revision == 3


@pytest.mark.parametrize("plays", [GAME, list(reversed(GAME))])
def test_events_are_sent_in_the_order_of_the_feed(plays: list[ScoringEvent]) -> None:
    """However a list comes, the events go out by their order."""
    assert [event.event_id for event in LiveDiff().diff(plays)] == ["1", "2", "3", "4", "5", "6", "7", "8"]


def test_withdrawals_are_counted_before_they_are_made() -> None:
    """An old copy of the feed can be told from a waved off basket."""
    diff = LiveDiff()
    diff.diff(GAME)

    assert (diff.withdrawn_by(GAME), diff.withdrawn_by(GAME[:-1]), diff.withdrawn_by([])) == (0, 1, 8)


@st.composite
def _looks(draw: st.DrawFn) -> list[list[ScoringEvent] | None]:
    """Looks at a growing game: prefixes with insertions, edits, withdrawals and repeats; None where the feed failed."""
    looks: list[list[ScoringEvent] | None] = []
    for _ in range(draw(st.integers(0, 8))):
        if looks and draw(st.booleans()):
            looks.append(draw(st.sampled_from([None, looks[-1]])))
            continue
        shown = draw(st.lists(st.sampled_from(GAME), unique=True))
        looks.append([changed(play, **draw(_EDITS)) for play in shown])
    return [*looks, GAME]


_EDITS = st.fixed_dictionaries(
    {},
    optional={
        "points": st.integers(1, 3),
        "team": st.sampled_from(["MIA", "OKC"]),
        "order": st.integers(0, 12),
        "home_score": st.integers(0, 30),
        "wall_time": st.sampled_from([None, "2015-12-04T00:12:41Z"]),
    },
)


@given(looks=_looks(), restarts=st.sets(st.integers(0, 9)), kept=st.floats(0, 1))
def test_any_growth_ends_in_the_state_of_the_final_file(
    looks: list[list[ScoringEvent] | None], restarts: set[int], kept: float
) -> None:
    """Also across restarts that go on from what lies in the topic, whose last records may be missing."""
    diff, topic = LiveDiff(), []
    for number, look in enumerate(looks):
        if number in restarts:
            del topic[round(len(topic) * (1 if kept > 0.5 else kept + 0.5)) :]
            diff = LiveDiff(topic)
        topic += diff.diff(look) if look is not None else []

    state = fold(topic)

    assert figures(state) == GAME
    assert (state.home_score, state.away_score) == (7, 8)
    assert state.mismatches == fold(GAME).mismatches == 0
    assert [changed(event, revision=0) for event in diff.events] == GAME
    assert len({(event.event_id, event.revision) for event in topic}) == len(topic)
    assert diff.diff(GAME) == []
