"""Seek by game: read a replay again from its first record up to a moment, and stop there.

A state is the fold of everything before it, so a jump into the middle of the log finds no state there. A seek
goes back to the replay's first record instead, and reads on until the moment is passed.

    consumer.seek_game("Q3 4:12")
    consumer.seek_play("342")
    consumer.seek_record_time(datetime(2026, 1, 31, 20, 31, 5))
    consumer.step_back()
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nbmomentum.errors import InvalidEvent
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.game_info import event_time
from nbmomentum.stream.consumer.game_states import GameSnapshot
from nbmomentum.stream.consumer.progress import Progress
from nbmomentum.stream.consumer.reader import GroupReader

# Asked of each record of a replay in the log's order, by event and offset: whether that lies beyond the moment.
Moment = Callable[[ScoringEvent, int], bool]
MomentOf = Callable[[GameSnapshot], Moment]


def at_clock(elapsed_s: float) -> Moment:
    """After the last record before one whose game clock is later than `elapsed_s` seconds of play."""
    return lambda event, _: event.elapsed_s > elapsed_s


def at_event_time(moment: datetime, tip_off: datetime | None) -> Moment:
    """After the last record before one whose play happened later; a play without an event time is not later."""

    def is_beyond(event: ScoringEvent, _: int) -> bool:
        happened = event_time(event, tip_off)
        return happened is not None and happened > moment

    return is_beyond


def to_the_end(_: ScoringEvent, __: int) -> bool:
    """After the last record that is there."""
    return False


def before_offset(offset: int) -> Moment:
    """Before this record."""
    return lambda _, reached: reached >= offset


def after_play(event_id: str) -> Moment:
    """After the record that first told of this play."""
    is_told = False

    def is_beyond(event: ScoringEvent, _: int) -> bool:
        nonlocal is_told
        was_told, is_told = is_told, is_told or event.event_id == event_id
        return was_told

    return is_beyond


@dataclass
class Seek:
    """A seek under way.

    Attributes:
        game: The game as it was when the seek began.
        moment: Where to stop.
        end_offset: Where the log ended when the seek began: no later record is waited for.
        stop_at: The offset of the first record beyond the moment, once it was found.
    """

    game: GameSnapshot
    moment: Moment
    end_offset: int
    stop_at: int | None = field(default=None, init=False)

    def before_moment(self, records: Sequence[Any]) -> list[Any]:
        """The records that lie before the moment; notes where to stop."""
        for place, record in enumerate(records):
            if self._is_beyond(record):
                self.stop_at = record.offset
                return list(records[:place])
        return list(records)

    def is_over(self, position: int) -> bool:
        """Whether the moment, or the end of the log, is reached at this offset."""
        return self.stop_at is not None or position >= self.end_offset

    def _is_beyond(self, record: Any) -> bool:
        if not self.game.has(record):
            return False
        try:
            event = ScoringEvent.from_json(record.value)
        except InvalidEvent:
            return False
        return event.game_id == self.game.game_id and self.moment(event, record.offset)


class Seeking:
    """The seek of a member, one at a time: it reads one partition on, up to the moment, and no other.

    Args:
        reader: The member's client.
        progress: Where the member stands in each partition that it has.

    Attributes:
        ended: How many seeks have come to their end.
    """

    def __init__(self, reader: GroupReader, progress: dict[int, Progress]) -> None:
        self._reader = reader
        self._progress = progress
        self._seek: Seek | None = None
        self._latest: int | None = None
        self.ended = 0

    @property
    def partition(self) -> int | None:
        """The partition of the seek under way; None if there is none."""
        return None if self._seek is None else self._seek.game.partition

    def begin(self, seek: Seek, start: int) -> None:
        """Go back to this offset; the next turns read on from there.

        Raises:
            IllegalStateError: The group has just given the partition to another member.
        """
        partition = seek.game.partition
        self._reader.begin(partition, start)
        self._seek, self._latest = seek, partition
        self._progress[partition].go_back_to(start)

    def read(self) -> dict[int, list[Any]]:
        """The next records of the partition up to the moment; what follows is read again when it is its turn."""
        seek = self._seek
        if seek is None:
            return {}
        partition = seek.game.partition
        self._reader.set_flowing({partition})
        records = seek.before_moment(self._reader.poll().get(partition, []))
        if seek.stop_at is not None:
            self._reader.begin(partition, seek.stop_at)
        return {partition: records} if records else {}

    def steps_go_to(self) -> set[int]:
        """Where a step goes: on from the last seek, then from earlier ones, then anywhere."""
        behind = {partition for partition, progress in self._progress.items() if progress.is_behind}
        return behind & {self._latest} or behind or set(self._progress)

    def end_if_over(self) -> None:
        """Count it where the moment, or the end of the log, is reached."""
        seek = self._seek
        if seek is None:
            return
        progress = self._progress[seek.game.partition]
        if seek.is_over(progress.position):
            progress.advance_to(progress.position if seek.stop_at is None else seek.stop_at)
            self._seek = None
            self.ended += 1

    def look_again(self) -> None:
        """After an error: the moment is looked for once more."""
        if self._seek is not None:
            self._seek.stop_at = None

    def give_up(self) -> None:
        """The partition is not ours any more, or its log was cut."""
        self._seek = None
