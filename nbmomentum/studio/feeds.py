"""Sources for a live feed: the game as a consumer knows it, and the log as it lies on the broker.

```python
feed = LiveFeed()
feed.connect(studio.game_of(producer, consumer), scoreboard, chart)
feed.connect(studio.log_of(tail), log_table)
```
"""

from collections.abc import Callable

from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.stream import BackgroundConsumer, GameSnapshot, LogTail, Producing, StoredRecord
from nbmomentum.studio.places import HELD_STATES, snapshot_of
from nbmomentum.views import LoggedRecord


def game_of(producer: Producing, consumer: BackgroundConsumer) -> Callable[[], GameState]:
    """A source for a feed: the game that the producer sends, as far as the consumer knows it.

    Until the first record of a new replay has come through the log, that is an empty game: the consumer may
    still know the final of an older replay. From now on the consumer follows this producer's replay, whoever else
    replays the same game into the same topic. Who begins a game wants to see it: a consumer that is held goes on.
    Once the producer has sent all, and the consumer has read and shows all of that, the state is final.
    """
    consumer.follow(lambda: producer.status.replay_id)
    shown = producer.status.replay_id
    last, final = None, None

    def newest_state() -> GameState:
        nonlocal shown, last, final
        before, shown = shown, producer.status.replay_id
        if before and shown != before and consumer.status.state in HELD_STATES:
            consumer.resume()
        if (snapshot := snapshot_of(producer, consumer)) is not None:
            if not _is_final(producer, snapshot):
                return snapshot.state
            if snapshot.state is not last:
                last, final = snapshot.state, snapshot.state.as_final()
            return final
        home, away = producer.teams
        return GameTracker(home=home, away=away).state

    return newest_state


def _is_final(producer: Producing, snapshot: GameSnapshot) -> bool:
    """Whether the game is over, and the consumer has read and shows all of it."""
    sending = producer.status
    return sending.is_over and snapshot.is_furthest and snapshot.records >= sending.sent_of_replay


def log_of(
    tail: LogTail, *, words: Callable[[StoredRecord], str] = StoredRecord.describe
) -> Callable[[], tuple[LoggedRecord, ...]]:
    """A source for a log table: the last records as they lie in the log; the same tuple until there is another one.

    tail = LogTail(bootstrap_servers=broker.bootstrap_servers).start()
    feed.connect(studio.log_of(tail), LogTable())

    Args:
        tail: Reads the log's end.
        words: What a record says; by default the play.
    """
    told: tuple[tuple[StoredRecord, ...], tuple[LoggedRecord, ...]] = ((), ())

    def records() -> tuple[LoggedRecord, ...]:
        nonlocal told
        stored, logged = told
        newest = tail.records()
        if newest is not stored:
            known = {id(record): shown for record, shown in zip(stored, logged, strict=True)}
            logged = tuple(known.get(id(record)) or logged_record(record, words(record)) for record in newest)
            told = newest, logged
        return logged

    return records


def logged_record(record: StoredRecord, words: str | None = None) -> LoggedRecord:
    """A stored record as a view shows it; what it says is the play, unless given."""
    return LoggedRecord(
        partition=record.partition,
        offset=record.offset,
        key=None if record.key is None else record.key.decode(errors="backslashreplace"),
        time=record.time.astimezone() if record.time else None,
        headers=record.headers,
        value=record.value or b"",
        words=record.describe() if words is None else words,
        size=record.value_size,
        replay=record.replay,
        game=f"{record.event.away} @ {record.event.home}" if record.event else "",
    )
