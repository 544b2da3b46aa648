"""The tracker of one game: takes events in any order, keeps the state they add up to."""

from bisect import bisect_left, insort
from collections import Counter
from enum import StrEnum

import msgspec

from nbmomentum.errors import InvalidEvent
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum.figures import HALF_LIFE_S, checked_half_life_s
from nbmomentum.momentum.fold import Fold
from nbmomentum.momentum.plays import Play, Plays
from nbmomentum.momentum.state import GameState


class UpdateKind(StrEnum):
    """What an event meant to the tracker."""

    NEW = "new"
    """First seen, and the last in order: appended."""
    LATE = "late"
    """First seen, but it belongs before plays already known."""
    REVISED = "revised"
    """A higher revision of a known event."""
    RETRACTED = "retracted"
    """A higher revision that withdraws an event, or a withdrawal that came before its event."""
    RESTORED = "restored"
    """A higher revision that brings a withdrawn event back."""
    DUPLICATE = "duplicate"
    """Exactly what is already known."""
    STALE = "stale"
    """A lower revision than the one known."""
    CONFLICT = "conflict"
    """The known revision with another content; the smaller canonical JSON wins."""


class Update(msgspec.Struct, frozen=True):
    """What one event did to the game.

    Attributes:
        kind: What the event meant.
        event: The event.
        state: The game after it.
        previous: The game before it.
        play: The play of this event, None where the event is not effective.
        changed_from: Index of the first play in `state.plays` that was folded anew (`len(state.plays)` when
            only the last one went away), None when nothing changed.
    """

    kind: UpdateKind
    event: ScoringEvent
    state: GameState
    previous: GameState
    play: Play | None
    changed_from: int | None

    @property
    def changed(self) -> bool:
        """Whether the plays of the game are others than before."""
        return self.changed_from is not None


class GameTracker:
    """Folds the events of one game into a `GameState`.

    The state is a pure function of the set of effective events: of each `event_id` the highest revision,
    unless it is withdrawn, ordered by `order` and `event_id`. In which sequence and how often events arrive
    makes no difference. Not thread safe; the states it hands out are immutable and may go anywhere.

    Args:
        home: The home team, three capitals.
        away: The visiting team, three capitals.
        half_life_s: Of the momentum index, in game seconds.

    Raises:
        ValueError: The half-life is not a positive number.
    """

    def __init__(self, *, home: str, away: str, half_life_s: float = HALF_LIFE_S) -> None:
        self._known: dict[str, ScoringEvent] = {}
        self._fold = Fold(checked_half_life_s(half_life_s))
        self._counts: Counter[UpdateKind] = Counter()
        self._state = GameState(game_id=None, home=home, away=away, half_life_s=half_life_s)

    @property
    def state(self) -> GameState:
        """The game as it stands."""
        return self._state

    @property
    def counts(self) -> dict[UpdateKind, int]:
        """How many updates there were of each kind. What arrived, not what is: no part of the state."""
        return {kind: self._counts[kind] for kind in UpdateKind}

    def apply(self, event: ScoringEvent) -> Update:
        """Take one event in.

        An event that follows all others in order is appended at constant cost; any other change folds the
        game anew from its place on.

        Raises:
            InvalidEvent: The event is of another game.
        """
        self._check_belongs(event)
        known = self._known.get(event.event_id)
        previous = self._state
        changed_from = None
        if known is None or _supersedes(event, known):
            self._known[event.event_id] = event
            changed_from = self._replace(known, event)
            self._state = GameState(
                event.game_id, event.home, event.away, previous.half_life_s, Plays(self._fold.plays)
            )
        kind = self._kind(known, event, changed_from)
        self._counts[kind] += 1
        return Update(kind, event, self._state, previous, self._play_of(event), changed_from)

    def _check_belongs(self, event: ScoringEvent) -> None:
        state = self._state
        if event.home != state.home or event.away != state.away:
            raise InvalidEvent(
                f"This event is of {event.away} @ {event.home}, the tracker follows {state.away} @ {state.home}."
            )
        if state.game_id is not None and event.game_id != state.game_id:
            raise InvalidEvent(f"This event is of the game {event.game_id}, the tracker follows {state.game_id}.")

    def _replace(self, old: ScoringEvent | None, new: ScoringEvent) -> int | None:
        """Put `new` in the place of `old`; the index of the first play that was folded anew, None if none was."""
        is_old_effective = old is not None and not old.retracted
        if new.retracted and not is_old_effective:
            return None
        if not is_old_effective and self._follows_all(new):
            self._fold.append(new)
            return len(self._fold.plays) - 1
        first = min(self._place(event) for event in (old, new) if event is not None and not event.retracted)
        tail = [play.event for play in self._fold.plays[first:] if play.event.event_id != new.event_id]
        if not new.retracted:
            insort(tail, new, key=lambda event: event.order_key)
        self._fold_from(first, tail)
        return first

    def _fold_from(self, first: int, tail: list[ScoringEvent]) -> None:
        # On a new list: earlier states keep theirs.
        self._fold = Fold(self._state.half_life_s, self._fold.plays[:first])
        for event in tail:
            self._fold.append(event)

    def _place(self, event: ScoringEvent) -> int:
        """Where the event is among the plays, or would be."""
        return bisect_left(self._fold.plays, event.order_key, key=lambda play: play.event.order_key)

    def _follows_all(self, event: ScoringEvent) -> bool:
        if not self._fold.plays:
            return True
        last = self._fold.plays[-1].event
        return event.order > last.order or (event.order == last.order and event.order_key > last.order_key)

    def _kind(self, known: ScoringEvent | None, event: ScoringEvent, changed_from: int | None) -> UpdateKind:
        if known is None:
            if event.retracted:
                return UpdateKind.RETRACTED
            return UpdateKind.NEW if changed_from == len(self._fold.plays) - 1 else UpdateKind.LATE
        if event.revision < known.revision:
            return UpdateKind.STALE
        if event.revision == known.revision:
            return UpdateKind.DUPLICATE if event == known else UpdateKind.CONFLICT
        if event.retracted:
            return UpdateKind.RETRACTED
        return UpdateKind.RESTORED if known.retracted else UpdateKind.REVISED

    def _play_of(self, event: ScoringEvent) -> Play | None:
        if event.retracted or self._known[event.event_id] != event:
            return None
        if self._fold.plays[-1].event is event:
            return self._fold.plays[-1]
        return self._fold.plays[self._place(event)]


def _supersedes(event: ScoringEvent, known: ScoringEvent) -> bool:
    if event.revision != known.revision:
        return event.revision > known.revision
    return event.to_json() < known.to_json()
