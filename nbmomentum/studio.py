"""Where the stream and the views meet: sources for a live feed, and the orderly end of a lesson.

```python
feed = LiveFeed()
feed.connect(studio.game_of(producer, consumer), scoreboard, chart)
feed.connect(studio.place_of(producer, consumer), seek_controls)
feed.connect(studio.log_of(tail), log_table)
feed.connect(studio.health_of(broker, producer, consumer, feed), health_line)
studio.end_of_lesson(producer, consumer, feed, broker)
```
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from nbmomentum.clock import REGULATION_LENGTH_S, period_length_s, period_start_s
from nbmomentum.errors import RunnerError
from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.stream import (
    BackgroundConsumer,
    Broker,
    GameProducer,
    GameSnapshot,
    LogTail,
    StoredRecord,
    close_kafka_client,
)
from nbmomentum.views import Health, LiveFeed, LoggedRecord, Offsets, Place, Seekable, StopButton

_HELD_STATES = frozenset({"paused", "seeking"})
_LOOK_INTERVAL_S = 0.03


class Stoppable(Protocol):
    """Anything a lesson starts and must stop."""

    def stop(self) -> None:
        """End it, and all that it owns."""


class Closable(Protocol):
    """A client of Kafka's own that a lesson has opened and must close."""

    def close(self) -> None:
        """End it, and all that it owns."""


def game_of(producer: GameProducer, consumer: BackgroundConsumer) -> Callable[[], GameState]:
    """A source for a feed: the game that the producer replays, as far as the consumer knows it.

    Until the first record of a new replay has come through the log, that is an empty game: the consumer may
    still know the final of an older replay.
    """

    def newest_state() -> GameState:
        if (snapshot := _snapshot_of(producer, consumer)) is not None:
            return snapshot.state
        first = producer.events[0]
        return GameTracker(home=first.home, away=first.away).state

    return newest_state


def place_of(game: GameProducer | str, consumer: BackgroundConsumer) -> Callable[[], Place | None]:
    """A source for seek controls: where the consumer stands in the game that the producer replays.

    Args:
        game: A producer, for whatever game it replays; or the id of one game.
        consumer: Who reads it.
    """
    furthest: GameSnapshot | None = None

    def place() -> Place | None:
        nonlocal furthest
        status, snapshot = consumer.status, _snapshot_of(game, consumer)
        if snapshot is None and isinstance(game, str):
            return None
        if snapshot is None or furthest is None or furthest.replay_id != snapshot.replay_id:
            furthest = snapshot
        elif len(snapshot.state.plays) >= len(furthest.state.plays):
            furthest = snapshot  # a reader that went back still knows what is to come
        return Place(
            game_id=_game_id_of(game),
            elapsed_s=snapshot.state.elapsed_s if snapshot else 0.0,
            period=snapshot.state.period if snapshot else 1,
            end_s=_end_s(furthest.state if furthest else None),
            is_held=status.state in _HELD_STATES,
            state=status.state,
            next_s=_next_s(snapshot.state, furthest.state) if snapshot and furthest else None,
            behind=status.lag,
        )

    return place


def seeking(game: GameProducer | str, consumer: BackgroundConsumer) -> Seekable:
    """What seek controls command: the consumer, always on the game that the producer replays.

    seek = views.SeekControls(studio.seeking(producer, consumer))
    """
    return _Seeking(game, consumer)


class _Seeking:
    def __init__(self, game: GameProducer | str, consumer: BackgroundConsumer) -> None:
        self._game = game
        self._consumer = consumer

    def seek_game(self, to: float) -> None:
        self._consumer.seek_game(to, game_id=_game_id_of(self._game))

    def seek_play(self, event_id: str) -> None:
        self._consumer.seek_play(event_id, game_id=_game_id_of(self._game))

    def step_back(self) -> None:
        self._consumer.step_back(game_id=_game_id_of(self._game))

    def step(self) -> None:
        self._consumer.step()

    def resume(self) -> None:
        self._consumer.resume()


def _game_id_of(game: GameProducer | str) -> str:
    return game if isinstance(game, str) else game.status.game_id


def _snapshot_of(game: GameProducer | str, consumer: BackgroundConsumer) -> GameSnapshot | None:
    """What the consumer knows of the game; of an older replay than the producer's it is nothing."""
    if isinstance(game, str):
        return consumer.snapshots().get(game)
    replayed = game.status
    snapshot = consumer.snapshots().get(replayed.game_id)
    return snapshot if snapshot is not None and snapshot.replay_id == replayed.replay_id else None


def _end_s(known: GameState | None) -> float:
    """The end of the last period known, regulation at least, in seconds of play."""
    period = max((play.event.period for play in known.plays), default=1) if known else 1
    return max(REGULATION_LENGTH_S, period_start_s(period) + period_length_s(period))


def _next_s(shown: GameState, known: GameState) -> float | None:
    """When the play after those shown happened, in seconds of play; None where none is known."""
    return next((play.elapsed_s for play in known.plays if play.elapsed_s > shown.elapsed_s), None)


def log_of(tail: LogTail) -> Callable[[], tuple[LoggedRecord, ...]]:
    """A source for a log table: the last records as they lie in the log; the same tuple until there is another one.

    tail = LogTail(bootstrap_servers=broker.bootstrap_servers).start()
    feed.connect(studio.log_of(tail), LogTable())
    """
    told: tuple[tuple[StoredRecord, ...], tuple[LoggedRecord, ...]] = ((), ())

    def records() -> tuple[LoggedRecord, ...]:
        nonlocal told
        stored, logged = told
        newest = tail.records()
        if newest is not stored:
            known = {id(record): shown for record, shown in zip(stored, logged, strict=True)}
            logged = tuple(known.get(id(record)) or _logged(record) for record in newest)
            told = newest, logged
        return logged

    return records


def _logged(record: StoredRecord) -> LoggedRecord:
    return LoggedRecord(
        partition=record.partition,
        offset=record.offset,
        key=None if record.key is None else record.key.decode(errors="backslashreplace"),
        time=record.time.astimezone() if record.time else None,
        headers=record.headers,
        value=record.value or b"",
        words=record.describe(),
        size=record.value_size,
    )


def health_of(
    broker: Broker, producer: GameProducer, consumer: BackgroundConsumer, feed: LiveFeed
) -> Callable[[], Health]:
    """A source for the health line: every figure of the way of an event."""

    def health() -> Health:
        sending, reading = producer.status, consumer.status
        return Health(
            broker=broker.engine,
            producer_state=sending.state,
            sent=sending.sent,
            acknowledged=sending.acknowledged,
            failed=sending.failed,
            consumer_state=reading.state,
            consumed=reading.consumed,
            invalid=reading.invalid,
            lag=reading.lag,
            committed_lag=reading.committed_lag,
            offsets=_offsets_of(producer, consumer),
            frames=feed.frames,
            error=trouble_of(producer, consumer, drawing_error=feed.status.last_error),
        )

    return health


def _offsets_of(producer: GameProducer, consumer: BackgroundConsumer) -> Offsets:
    """Where the consumer stands in the partition of the game that is replayed; unknown until it has read of it."""
    snapshot = consumer.snapshots().get(producer.status.game_id)
    for place in consumer.status.partitions:
        if snapshot is not None and place.partition == snapshot.partition:
            return Offsets(place.partition, place.position, place.committed, place.end_offset)
    return Offsets()


async def until(condition: Callable[[], object], *, timeout_s: float = 10.0) -> None:
    """Wait in a cell until this holds; the page, its buttons and the threads go on meanwhile.

    await studio.until(lambda: consumer.status.lag == 0)

    Raises:
        RunnerError: It still does not hold after `timeout_s` seconds.
    """
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline_s:
            raise RunnerError(f"After {timeout_s:g} s it is still not so. Look at the status of what should do it.")
        await asyncio.sleep(_LOOK_INTERVAL_S)


def trouble_of(producer: GameProducer, consumer: BackgroundConsumer, *, drawing_error: str) -> str:
    """The most telling trouble in words, empty if there is none.

    First a broker that is away, then what ended a thread, then what was survived, then the last dead letter.
    """
    sending, reading = producer.status, consumer.status
    if away_s := max(reading.away_s, sending.away_s):
        return f"The broker has been away for {away_s:.0f} s; {sending.queued} records are queued."
    dead_letter = f"Dead letter: {reading.last_invalid}" if reading.last_invalid else ""
    troubles = (sending.error, reading.error, *sending.failures[-1:], drawing_error, reading.last_error, dead_letter)
    return next(filter(None, troubles), "")


def end_of_lesson(*parts: Stoppable | Closable) -> StopButton:
    """A button that stops these parts in this order; the feed after what it shows, the broker last.

    `Run All` reaches the last cell while the game still runs, so the end waits for a click; the end of the kernel
    stops everything too. Kafka's own clients, as `open_kafka_consumer` gives them, are parts like any other.
    """
    return StopButton(lambda: _stop_all(parts))


def _stop_all(parts: tuple[Stoppable | Closable, ...]) -> None:
    """Stop every part, also when one of them fails to; then raise what went wrong first.

    Raises:
        Exception: The first part's error.
    """
    errors = []
    for part in parts:
        try:
            _stop(part)
        except Exception as error:  # noqa: BLE001 (the others must be stopped all the same; raised below)
            errors.append(error)
    if errors:
        raise errors[0]


def _stop(part: Stoppable | Closable) -> None:
    if hasattr(part, "stop"):
        part.stop()
    else:
        close_kafka_client(part)
