"""A table out of a log: the newest value of each key, as Kafka Streams' KTable and ksqlDB's tables are.

    table = TableConsumer(bootstrap_servers=broker.bootstrap_servers, group_id="lesson-07").start()
    table.values()["OKC"].net_rating
    table.status.changes
    table.stop()

A record with a value is an **upsert**: it is the key's value from now on. A record without one is a **tombstone**: the
key is deleted. At each start the table is rebuilt from the log's start; compaction may have taken older values away,
and changes nothing of the table.
"""

import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from kafka.errors import KafkaError

from nbmomentum import logs
from nbmomentum.errors import BrokerError, BrokerUnavailable, InvalidTeamStats, NbmomentumError
from nbmomentum.reports import PartitionStatus, total
from nbmomentum.runners import Runner
from nbmomentum.sources.standings import Standings, standings
from nbmomentum.sources.team_stats import TeamStats
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.cluster.polling import IDLE_S, PollFailed
from nbmomentum.stream.dead_letters import DeadLetters
from nbmomentum.stream.log_reader.log_client import LogChanged
from nbmomentum.stream.tables.table_reader import TableReader
from nbmomentum.stream.topics import TOPIC, restore_topics, team_stats_topic

RETRY_S = 0.2
COMMIT_INTERVAL_S = 0.1
MAX_KEY_BYTES = 200

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row(Generic[T]):
    """What a table knows of one key.

    Attributes:
        value: The newest value.
        replaced: The one before it; None for the first.
        changes: How often this key got a value that differs from the one before it, the first one included.
        partition: Where the newest record of the key lies.
        offset: Its place there.
    """

    value: T
    replaced: T | None
    changes: int
    partition: int
    offset: int


@dataclass(frozen=True)
class Table(Generic[T]):
    """A table at one moment; nobody changes it any more.

    Attributes:
        rows: By key.
        newest: The key of the newest record with a value; None before the first.
        records: Records that the table was made from, tombstones included.
        changes: How many of them changed something.
        tombstones: How many of them had no value.
        invalid: Records that could not be read; they are in the dead letters, and not in the table.
        last_invalid: The reason of the last of these; empty if there was none.
    """

    rows: Mapping[str, Row[T]] = field(default_factory=lambda: MappingProxyType({}))
    newest: str | None = None
    records: int = 0
    changes: int = 0
    tombstones: int = 0
    invalid: int = 0
    last_invalid: str = ""


@dataclass(frozen=True)
class TableStatus:
    """What a table's reader is doing, at one moment.

    Attributes:
        name: The reader's name.
        group_id: Under which it commits.
        topic: The topic it reads.
        state: starting, rebuilding, live, no topic, broker away, finished, stopped or failed.
        keys: Rows of the table.
        consumed: Records the table was made from, bad ones included.
        changes: How many of them changed something.
        tombstones: How many of them had no value.
        invalid: Records that could not be read.
        partitions: Where it stands in each partition.
        away_s: For how long the broker has not answered, in seconds.
        away_reason: Why, in a sentence; empty if it does, or nobody can tell.
        last_invalid: The reason of the last bad record; empty if there was none.
        last_error: What is wrong now and survived, e.g. a commit that is tried again, or records that cannot be read.
        note: What last happened to the log itself, in words; empty if nothing did.
        error: What ended the thread, in words; empty if nothing did.
    """

    name: str
    group_id: str
    topic: str
    state: str
    keys: int = 0
    consumed: int = 0
    changes: int = 0
    tombstones: int = 0
    invalid: int = 0
    partitions: tuple[PartitionStatus, ...] = ()
    away_s: float = 0.0
    away_reason: str = ""
    last_invalid: str = ""
    last_error: str = ""
    note: str = ""
    error: str = ""

    @property
    def lag(self) -> int | None:
        """Records written and not yet read; None while that is unknown."""
        return total(place.lag for place in self.partitions)

    @property
    def committed_lag(self) -> int | None:
        """Records written and not yet committed; None while that is unknown."""
        return total(place.committed_lag for place in self.partitions)


class _Building(Generic[T]):
    """A table while it is made."""

    def __init__(self, decode: Callable[[str, bytes], T]) -> None:
        self._decode = decode
        self._rows: dict[str, Row[T]] = {}
        self._counts: Table[T] = Table()

    def apply(self, record: Any) -> str:
        """Take one record in; returns why it could not be read, or nothing."""
        self._counts = replace(self._counts, records=self._counts.records + 1)
        try:
            key = _key(record.key)
            value = None if record.value is None else self._decode(key, record.value)
        except NbmomentumError as error:
            self._counts = replace(self._counts, invalid=self._counts.invalid + 1, last_invalid=str(error))
            return str(error)
        if value is None:
            self._delete(key)
        else:
            self._upsert(key, value, record)
        return ""

    def freeze(self) -> Table[T]:
        """The table as it stands."""
        return replace(self._counts, rows=MappingProxyType(dict(self._rows)))

    def _delete(self, key: str) -> None:
        is_change = self._rows.pop(key, None) is not None
        counts = self._counts
        newest = None if counts.newest == key else counts.newest
        changes, tombstones = counts.changes + is_change, counts.tombstones + 1
        self._counts = replace(counts, changes=changes, tombstones=tombstones, newest=newest)

    def _upsert(self, key: str, value: T, record: Any) -> None:
        row = self._rows.get(key)
        is_change = row is None or row.value != value
        replaced = None if row is None else row.value if is_change else row.replaced
        changes = (row.changes if row else 0) + is_change
        self._rows[key] = Row(value, replaced, changes, record.partition, record.offset)
        self._counts = replace(self._counts, changes=self._counts.changes + is_change, newest=key)


def standings_in(table: Table[TeamStats]) -> Standings:
    """The ranking out of a table, with the places that teams moved since the day before the newest record."""
    rows = table.rows
    newest = None if table.newest is None else rows[table.newest].value.as_of
    return standings([(row.value, row.replaced) for row in rows.values()], newest=newest, records=table.records)


def read_team_stats(key: str, value: bytes) -> TeamStats:
    """A record of the topic of team stats.

    Raises:
        InvalidTeamStats: The value is no team's stats, or of another team than the key.
    """
    stats = TeamStats.from_json(value)
    if stats.team != key:
        raise InvalidTeamStats(f"The key is {key!r:.40}, but the value is of the team {stats.team}.")
    return stats


class TableConsumer(Runner):
    """Keeps the newest team stats of each team, in a thread that owns its Kafka client.

    Args:
        bootstrap_servers: Where the client starts.
        group_id: Keeps how far its tables have come, so that a bad record goes to the dead letters once. It changes
            nothing of where a table begins: always at the log's start.
        topic: The event topic whose `.team_stats` is read.
        tail: True: wait for new records until stopped. False: end at the end offsets found at the start.
        name: The reader's name: starting another of this name stops this one.
        kafka_options: More options for `kafka.KafkaConsumer`, by its names.
    """

    def __init__(
        self,
        *,
        bootstrap_servers: str,
        group_id: str,
        topic: str = TOPIC,
        tail: bool = True,
        name: str = "table",
        kafka_options: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(name)
        self._connection = (bootstrap_servers, topic, group_id, kafka_options)
        self._tail = tail
        self._log = f"table.{name}"
        self._prepare()

    @property
    def status(self) -> TableStatus:
        """What this table's reader is doing now."""
        status = _counted(self._status, self._table)
        if self.error is not None:
            return replace(status, state="failed", error=str(self.error))
        return status

    def table(self) -> Table[TeamStats]:
        """The whole table, with what it was made from; the same object until a record has come."""
        return self._table

    def values(self) -> dict[str, TeamStats]:
        """The newest value of each key."""
        return {key: row.value for key, row in self._table.rows.items()}

    def __repr__(self) -> str:
        status = self.status
        return f"<TableConsumer {self.name}: {status.state}, {status.keys} keys from {status.consumed} records>"

    def _prepare(self) -> None:
        """A fresh start: nothing is known."""
        servers, topic, group_id, options = self._connection
        self._connector = Connector(servers, options)
        self._dead_letters = DeadLetters(self._connector, topic, group_id=group_id, source=self._log)
        stats_topic = team_stats_topic(topic)
        self._reader = TableReader(
            self._connector, topic=stats_topic, group_id=group_id, name=self.name, options=options
        )
        self._building = _Building(read_team_stats)
        self._table: Table[TeamStats] = Table()
        self._is_placed = self._is_rebuilt = False
        self._away_since: float | None = None
        self._committed_at = 0.0
        self._trouble = ""
        self._status = TableStatus(self.name, group_id, stats_topic, "starting")

    def _run(self) -> None:
        with logs.writing(), contextlib.ExitStack() as ending:
            ending.callback(self._reader.close)
            ending.callback(self._dead_letters.close)
            ending.callback(self._commit)
            while not self._stop_requested.is_set() and not self._is_finished():
                self._turn()
            self._see_all_was_read()
        self._away_since = None
        self._publish("stopped" if self._stop_requested.is_set() else "finished")
        logs.log_event(self._log, self.status.state, keys=self.status.keys, consumed=self.status.consumed)

    def _is_finished(self) -> bool:
        return not self._tail and self._is_rebuilt

    def _see_all_was_read(self) -> None:
        """Who reads up to the end, and cannot, does not end as if all were well."""
        if not self._stop_requested.is_set() and (unread := self._reader.standing_still()):
            raise BrokerError(unread)

    def _turn(self) -> None:
        """Read what is new; begin at the log's start, where that is not done or of no more use."""
        try:
            if not self._is_placed:
                self._place()
                return
            records = self._reader.read()
            self._process(records)
        except LogChanged as change:
            self._is_placed = False
            self._note(f"{change}; the table was rebuilt from the log's start.")
        except PollFailed as failure:
            self._is_placed = False
            self._trouble = str(failure)
            self._publish(self._status.state)
            self._stop_requested.wait(RETRY_S)
        except (KafkaError, BrokerUnavailable) as error:
            self._lose(error)
        else:
            if not records:
                self._stop_requested.wait(IDLE_S)

    def _place(self) -> None:
        _, topic, _, _ = self._connection
        is_there = restore_topics(self._connector, topic, source=self._log) and self._reader.place()
        if not is_there:
            self._away_since = self._away_since or time.monotonic()
            self._publish("broker away")
            self._stop_requested.wait(RETRY_S)
            return
        self._away_since = None
        self._building = _Building(read_team_stats)
        self._is_placed, self._is_rebuilt = True, False
        self._publish("rebuilding")

    def _process(self, records: list[Any]) -> None:
        """Take records in, wait for their dead letters, then publish and commit; a table is shown when it is whole."""
        for record in records:
            reason = self._building.apply(record)
            if reason and self._reader.is_new(record):
                self._bury(record, reason)
        self._dead_letters.settle()
        is_first_look = not self._is_rebuilt
        self._is_rebuilt = self._is_rebuilt or self._reader.has_reached_end
        if self._is_rebuilt and (records or is_first_look):
            self._table = self._building.freeze()
        if time.monotonic() - self._committed_at >= COMMIT_INTERVAL_S or self._is_finished():
            self._commit()
        self._publish("live" if self._is_rebuilt else "rebuilding")

    def _bury(self, record: Any, reason: str) -> None:
        self._dead_letters.put(record, reason)
        place = {"partition": record.partition, "offset": record.offset}
        logs.log_event(self._log, "invalid", level=logging.WARNING, reason=reason, **place)

    def _commit(self) -> None:
        """Save how far we are; what cannot be saved now is saved later."""
        if not self._is_placed:
            return
        self._committed_at = time.monotonic()
        try:
            self._reader.commit()
        except KafkaError as error:
            self._trouble = f"the commit was not confirmed ({type(error).__name__})"
        else:
            self._trouble = ""

    def _lose(self, error: Exception) -> None:
        """The broker does not answer: what is known stays, and the log is read anew when it does."""
        logs.log_event(self._log, "lost", level=logging.WARNING, reason=f"{type(error).__name__}: {error}")
        self._is_placed = False
        self._dead_letters.close()
        self._away_since = self._away_since or time.monotonic()
        self._publish("broker away")
        self._stop_requested.wait(RETRY_S)

    def _publish(self, state: str) -> None:
        away_s = 0.0 if self._away_since is None else time.monotonic() - self._away_since
        self._status = replace(
            self._status,
            state=state,
            partitions=self._reader.places() or self._status.partitions,
            away_s=away_s,
            away_reason="" if self._away_since is None else self._connector.trouble,
            last_error=self._trouble or self._reader.troubles(),
        )

    def _note(self, text: str) -> None:
        self._status = replace(self._status, note=text)
        logs.log_event(self._log, "changed", level=logging.WARNING, reason=text)

    def _wake(self) -> None:
        self._connector.cancel()


def _key(key: bytes | None) -> str:
    if not key or len(key) > MAX_KEY_BYTES:
        raise InvalidTeamStats("A record of a table needs a key, and this one has none that can be used.")
    try:
        return key.decode()
    except UnicodeDecodeError as error:
        raise InvalidTeamStats(f"The key is not UTF-8: {error.reason} at byte {error.start}.") from error


def _counted(status: TableStatus, table: Table[TeamStats]) -> TableStatus:
    """The status with the counts of this very table: who sees a row finds it counted, whatever the thread does next."""
    return replace(
        status,
        keys=len(table.rows),
        consumed=table.records,
        changes=table.changes,
        tombstones=table.tombstones,
        invalid=table.invalid,
        last_invalid=table.last_invalid,
    )
