"""Three clocks of a replay: where each play stands on them, and what a seek by one of them commands.

```python
clocks = views.ThreeClocks(studio.clock_seeking(producer, consumer))
feed.connect(studio.clocks_of(tail, producer, consumer), clocks)
```
"""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

from nbmomentum.clock import REGULATION_LENGTH_S, period_length_s, period_start_s
from nbmomentum.errors import InvalidClock, UnknownGame
from nbmomentum.sources.catalogue import find_any_game
from nbmomentum.sources.game_info import event_time
from nbmomentum.stream import BackgroundConsumer, GameProducer, LogTail, StoredRecord
from nbmomentum.studio.places import HELD_STATES, snapshot_of
from nbmomentum.views import Clock, Clocks, ClockSeekable, TimedPlay

_TIME_OF_DAY = re.compile(r"(\d{1,2}):([0-5]\d):([0-5]\d)(?:\.(\d{1,3}))?", re.ASCII)


def clocks_of(tail: LogTail, producer: GameProducer, consumer: BackgroundConsumer) -> Callable[[], Clocks]:
    """A source for three clocks: the plays of the current replay that lie at the log's end, up to 200 of them."""
    told: tuple[object, Clocks] = (None, Clocks())

    def clocks() -> Clocks:
        nonlocal told
        records, replay_id = tail.records(), producer.status.replay_id
        snapshot = snapshot_of(producer, consumer)
        is_held, offset = consumer.status.state in HELD_STATES, snapshot.offset if snapshot else -1
        asked = (id(records), replay_id, offset, is_held)
        if asked != told[0]:
            plays = _plays(records, replay_id, tip_off_of(producer.status.game_id))
            known = sum(play.offset <= offset for play in plays)
            told = asked, Clocks(plays, _end_s(plays), known, is_held)
        return told[1]

    return clocks


def tip_off_of(game_id: str) -> datetime | None:
    """When a game is taken to have begun; None where the kit does not know the game."""
    try:
        return find_any_game(game_id).tip_off
    except UnknownGame:
        return None


def clock_seeking(producer: GameProducer, consumer: BackgroundConsumer) -> ClockSeekable:
    """What three clocks command: the consumer, always on the game that the producer replays."""
    return _ClockSeeking(producer, consumer)


class _ClockSeeking:
    def __init__(self, producer: GameProducer, consumer: BackgroundConsumer) -> None:
        self._producer = producer
        self._consumer = consumer

    def seek_clock(self, clock: str, moment: str) -> None:
        game_id = self._producer.status.game_id
        if clock == Clock.GAME:
            self._consumer.seek_game(moment, game_id=game_id)
            return
        tip_off = tip_off_of(game_id)
        if clock == Clock.EVENT:
            self._consumer.seek_event_time(at_time(moment, tip_off), tip_off=tip_off, game_id=game_id)
        else:
            self._consumer.seek_record_time(at_time(moment, datetime.now().astimezone()), game_id=game_id)

    def resume(self) -> None:
        self._consumer.resume()


def at_time(moment: str, near: datetime | None) -> datetime:
    """The moment nearest to `near` at which a clock on the wall shows this: "20:31:05" or "20:31:05.250".

    Args:
        moment: Hours, minutes and seconds in this computer's time zone.
        near: Some moment of the day that is meant; None is now.

    Raises:
        InvalidClock: The text is no time of a day.
    """
    found = _TIME_OF_DAY.fullmatch(moment.strip())
    if found is None or int(found[1]) > 23:
        raise InvalidClock(f'{moment!r:.40} is no time of a day; write "20:31:05" or "20:31:05.250".')
    near = (near or datetime.now().astimezone()).astimezone()
    milliseconds = int((found[4] or "0").ljust(3, "0"))
    of_day = time(int(found[1]), int(found[2]), int(found[3]), milliseconds * 1000)
    days = [datetime.combine(near.date() + timedelta(days=number), of_day, near.tzinfo) for number in (-1, 0, 1)]
    return min(days, key=lambda day: abs(day - near))


def _plays(records: tuple[StoredRecord, ...], replay_id: str, tip_off: datetime | None) -> tuple[TimedPlay, ...]:
    ours = ("replay_id", replay_id.encode())
    return tuple(
        TimedPlay(record.event, event_time(record.event, tip_off), record.time, record.offset)
        for record in records
        if record.event is not None and ours in record.headers
    )


def _end_s(plays: tuple[TimedPlay, ...]) -> float:
    period = max((play.event.period for play in plays), default=1)
    return float(max(REGULATION_LENGTH_S, period_start_s(period) + period_length_s(period)))
