"""What is new in a live feed since the last look: plays that came, were corrected, or were withdrawn.

```python
diff = LiveDiff()
first = diff.diff(plays)  # all of them
diff.diff(plays)  # []: a look that brings nothing new sends nothing
diff.diff(plays[:-1])  # the last play once more, with revision 1, retracted
```

A live feed has no "since": each look brings the whole game as the feed tells it now. It inserts plays before others,
edits them and takes them away, minutes later. So every look is compared with all that was emitted before it.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from nbmomentum.events import ScoringEvent


class ChangeKind(StrEnum):
    """What a look at the feed meant for one play."""

    NEW = "new"
    """First seen, after all others."""
    INSERTED = "inserted late"
    """First seen, but it belongs before plays that were emitted earlier."""
    CORRECTED = "corrected"
    """It happened otherwise than the feed had told."""
    MOVED = "follows"
    """The play is the same; only the running score or the order changed, because of another correction."""
    WITHDRAWN = "withdrawn"
    """The feed no longer has it."""
    RESTORED = "restored"
    """The feed has it again."""


class Change(msgspec.Struct, frozen=True):
    """One play that a look at the feed changed.

    Attributes:
        kind: What the change is.
        event: The event to send.
        before: The event of this id that was sent last; None if there was none.
    """

    kind: ChangeKind
    event: ScoringEvent
    before: ScoringEvent | None

    @property
    def is_correction(self) -> bool:
        """Whether the feed took something back; what only follows from that is none of its own."""
        return self.kind not in (ChangeKind.NEW, ChangeKind.MOVED)

    def describe(self) -> str:
        """One plain line: "withdrawn: Chris Bosh (MIA) scores 1, Q1 11:35"."""
        words = f"{self.kind}: {_play(self.event)}"
        if self.kind is ChangeKind.CORRECTED and self.before is not None:
            return f"{words} (was: {_play(self.before)})"
        return words


class LiveDiff:
    """Holds what was emitted of a live game; compares each look at the feed with it.

    Args:
        emitted: Events that were emitted earlier, in any sequence, corrections included: what lies in the topic. The
            next look goes on from there, as if there had been no break.
    """

    def __init__(self, emitted: Iterable[ScoringEvent] = ()) -> None:
        self._emitted: dict[str, ScoringEvent] = {}
        for event in emitted:
            known = self._emitted.get(event.event_id)
            if known is None or _rank(event) > _rank(known):
                self._emitted[event.event_id] = event

    @property
    def events(self) -> tuple[ScoringEvent, ...]:
        """The effective events that were emitted, in the feed's order; their revisions are those that were sent."""
        return tuple(sorted((e for e in self._emitted.values() if not e.retracted), key=lambda e: e.order_key))

    def withdrawn_by(self, plays: Sequence[ScoringEvent]) -> int:
        """How many plays that were emitted this look would withdraw."""
        told = {play.event_id for play in plays}
        return sum(not event.retracted and event.event_id not in told for event in self._emitted.values())

    def diff(self, plays: Sequence[ScoringEvent]) -> list[ScoringEvent]:
        """The events to send after this look, in the feed's order; nothing where nothing changed.

        Args:
            plays: All scoring plays of the game as the feed tells them now; their revisions do not count.
        """
        return [change.event for change in self.changes(plays)]

    def changes(self, plays: Sequence[ScoringEvent]) -> list[Change]:
        """The same as `diff`, with what each event means."""
        told = {play.event_id: play for play in plays}
        last_key = max((event.order_key for event in self._emitted.values()), default=None)
        changes = [
            *(change for play in told.values() if (change := self._change(play, last_key))),
            *(
                _withdrawal(event)
                for event in self._emitted.values()
                if not event.retracted and event.event_id not in told
            ),
        ]
        self._emitted.update((change.event.event_id, change.event) for change in changes)
        return sorted(changes, key=lambda change: change.event.order_key)

    def _change(self, play: ScoringEvent, last_key: tuple[object, ...] | None) -> Change | None:
        before = self._emitted.get(play.event_id)
        if before is None:
            is_late = last_key is not None and play.order_key < last_key
            event = msgspec.structs.replace(play, revision=0, retracted=False)
            return Change(ChangeKind.INSERTED if is_late else ChangeKind.NEW, event, None)
        event = msgspec.structs.replace(play, revision=before.revision + 1, retracted=False)
        if before.retracted:
            return Change(ChangeKind.RESTORED, event, before)
        if msgspec.structs.replace(event, revision=before.revision) == before:
            return None
        return Change(ChangeKind.CORRECTED if _is_other_play(event, before) else ChangeKind.MOVED, event, before)


def _withdrawal(event: ScoringEvent) -> Change:
    withdrawn = msgspec.structs.replace(event, revision=event.revision + 1, retracted=True)
    return Change(ChangeKind.WITHDRAWN, withdrawn, event)


def _is_other_play(event: ScoringEvent, before: ScoringEvent) -> bool:
    """Whether what happened changed, and not only where it stands in the game."""
    return _what_happened(event) != _what_happened(before)


def _what_happened(event: ScoringEvent) -> tuple[object, ...]:
    return event.team, event.player, event.points, event.period, event.clock


def _play(event: ScoringEvent) -> str:
    scorer = f"{event.player} ({event.team})" if event.player else event.team
    return f"{scorer} scores {event.points}, {event.game_clock}"


def _rank(event: ScoringEvent) -> tuple[int, tuple[int, ...]]:
    """The higher one counts, as in the tracker: the revision; of one revision the smaller JSON."""
    return event.revision, tuple(-byte for byte in event.to_json())
