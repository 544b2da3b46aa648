"""Any growth of a live game ends in the final file's state: prefixes, corrections, old copies, errors in any order."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nbmomentum.errors import SourceUnavailable
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.sources.bundled import load_game
from nbmomentum.sources.live_diff import LiveDiff
from nbmomentum.sources.live_watch import LiveWatch, Look
from nbmomentum.sources.nba import parse_live_play_by_play
from nbmomentum.sources.stand_in.game import ServedGame
from nbmomentum.sources.stand_in.live_payloads import play_by_play

NOW = datetime(2025, 11, 6, 1, 0, tzinfo=UTC)
PLAYS = load_game()[:40]
STEPS = st.one_of(
    st.tuples(st.just("serve"), st.integers(0, len(PLAYS))),
    st.tuples(st.just("free throw"), st.integers(1, 12)),
    st.tuples(st.just("revise"), st.integers(0, 60)),
    st.tuples(st.just("withdraw"), st.integers(0, 60)),
    st.tuples(st.just("restore"), st.integers(0, 60)),
    st.tuples(st.just("old copy"), st.integers(0, 30)),
    st.tuples(st.just("error"), st.just(0)),
    st.tuples(st.just("restart"), st.just(0)),
)


class Follower:
    """Follows the feed as a live producer does, and keeps what it would send."""

    def __init__(self) -> None:
        self.sent: list[ScoringEvent] = []
        self.restart()

    def restart(self) -> None:
        """Begin again with what lies in the topic."""
        self._watch = LiveWatch(LiveDiff(self.sent), now=lambda: 0.0, today=lambda: NOW)

    def look(self, payload: dict[str, Any], *, is_final: bool = False) -> None:
        """Take in an answer of the feed."""
        plays = tuple(parse_live_play_by_play(payload, home="MIA", away="OKC"))
        self.sent += [change.event for change in self._watch.seen(Look(plays, is_final=is_final))]

    def fail(self) -> None:
        """Take in that there is none."""
        self._watch.failed(SourceUnavailable("no answer"))

    @property
    def is_over(self) -> bool:
        """Whether it would stop looking."""
        return self._watch.is_over


def change(game: ServedGame, action: str, number: int) -> None:
    """Correct a basket that is served, if there is one."""
    rows = game.view().rows
    if action == "serve":
        game.step = max(game.step or 0, number)
    elif action == "restore":
        game.restore(str(number))
    elif rows and action == "free throw":
        game.insert_free_throw(before=number)
    elif rows and action in ("revise", "withdraw"):
        chosen = str(rows[number % len(rows)].number)
        game.revise(chosen, None) if action == "revise" else game.withdraw(chosen)


def folded(events: list[ScoringEvent]) -> GameState:
    """The state after these events."""
    tracker = GameTracker(home="MIA", away="OKC")
    for event in events:
        tracker.apply(event)
    return tracker.state


def figures(state: GameState) -> list[Any]:
    """All that the final file says: every play, and what follows from them."""
    plays = [(play.event.event_id, play.event.order, play.event.points, play.event.player) for play in state.plays]
    return [plays, state.home_score, state.away_score, state.lead_changes, state.times_tied, state.mismatches]


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEPS, max_size=25), mishaps=st.booleans())
def test_any_growth_ends_in_the_final_files_state(steps: list[tuple[str, int]], mishaps: bool) -> None:
    """Through the feed's own shape and the parser, across restarts; and nothing is sent twice."""
    game = ServedGame("9921500277", PLAYS, NOW, mishaps=mishaps)
    game.step = 0
    follower, copies = Follower(), [play_by_play(game.view(), NOW)]

    for action, number in steps:
        if action == "error":
            follower.fail()
        elif action == "restart":
            follower.restart()
        elif action == "old copy":
            follower.look(copies[number % len(copies)])
        else:
            change(game, action, number)
            copies.append(play_by_play(game.view(), NOW))
            follower.look(copies[-1])
    game.serve_all()
    final = play_by_play(game.view(), NOW)
    for _ in range(4):
        follower.look(final, is_final=True)

    assert follower.is_over
    expected = folded(parse_live_play_by_play(final, home="MIA", away="OKC"))
    assert figures(folded(follower.sent)) == figures(expected)
    revisions = [(event.event_id, event.revision) for event in follower.sent]
    assert len(revisions) == len(set(revisions))
