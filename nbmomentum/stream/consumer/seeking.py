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
from nbmomentum.stream.log_reader.stored_records import header

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
        if header(record, "replay_id") != self.game.replay_id:
            return False
        try:
            event = ScoringEvent.from_json(record.value)
        except InvalidEvent:
            return False
        return event.game_id == self.game.game_id and self.moment(event, record.offset)
