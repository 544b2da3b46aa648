"""The client that reads the end of a log: a `KafkaConsumer` without a group, owned by one thread.

    reader = EndReader(Connector(servers), topic="nba_momentum", size=200, name="log")
    if reader.find_end():
        batch = reader.read()

It starts a little before the end of each partition, then follows. What it finds changed in the log itself it
tells as `LogChanged`; whoever owns it then calls `find_end` once more.
"""

import time
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import OffsetOutOfRangeError, UnknownTopicOrPartitionError

from nbmomentum.errors import BrokerUnavailable
from nbmomentum.stream.client import Connector
from nbmomentum.stream.polling import FETCH_MAX_WAIT_MS, Poller
from nbmomentum.stream.stored_records import StoredRecord, stored_record

ASK_TIMEOUT_MS = 500
CLOSE_TIMEOUT_MS = 500
LOOK_INTERVAL_S = 1.0
# New partitions of a topic are seen within about this time.
METADATA_MAX_AGE_MS = 2000
# After as many polls in a row without a record nothing more is coming: a compaction has left a gap before the end.
PATIENCE_POLLS = 20

_Offsets = Mapping[TopicPartition, int]
_Entry = tuple[tuple[int, int, int], StoredRecord]


class LogChanged(Exception):
    """The log is no longer the one that was read: find its end again. The message says what happened, without a dot."""


class Batch(NamedTuple):
    """What one read brought.

    Attributes:
        records: The newest of what was read, in order, no more than the size asked for.
        read: How many records were read.
        is_first: Whether these are the newest of the whole log, in place of all that was read before.
        is_complete: False while the newest of the whole log are still being gathered.
    """

    records: tuple[StoredRecord, ...]
    read: int
    is_first: bool = False
    is_complete: bool = True


class EndReader:
    """Finds the end of a topic and follows it. Used by one thread.

    Args:
        connector: The way to the broker.
        topic: The topic; any number of partitions.
        size: How many records before the end are of interest.
        name: Of the client.
        options: More options for `kafka.KafkaConsumer`, by its names.
    """

    def __init__(
        self, connector: Connector, *, topic: str, size: int, name: str, options: dict[str, Any] | None = None
    ) -> None:
        self._connector = connector
        self._topic = topic
        self._size = size
        self._options = {
            "client_id": f"nbmomentum-{name}",
            "enable_auto_commit": False,
            "metadata_max_age_ms": METADATA_MAX_AGE_MS,
            "fetch_max_wait_ms": FETCH_MAX_WAIT_MS,
        } | (options or {})
        # Not to be changed: a position outside the log is how we hear that the log has changed.
        self._options |= {"group_id": None, "auto_offset_reset": "none"}
        self._client: KafkaConsumer | None = None
        self._poller = Poller()
        self._looked_at = 0.0
        self._latest_ms: dict[int, int] = {}
        self._gathered: list[_Entry] = []
        self._ends: _Offsets | None = None
        self._empty_polls = 0

    def find_end(self) -> bool:
        """Go to where the newest records begin; False if the broker has no such topic.

        Raises:
            BrokerUnavailable: No broker answers.
            KafkaError: It gave no answer that helps.
        """
        if self._client is None:
            self._client = self._connector.connect(KafkaConsumer, **self._options)
        partitions = self._partitions()
        if not partitions:
            return False
        self._client.assign(partitions)
        lows = _all_of(partitions, self._client.beginning_offsets(partitions, timeout_ms=ASK_TIMEOUT_MS))
        ends = self._end_offsets(partitions)
        for tp in partitions:
            self._client.seek(tp, max(lows[tp], ends[tp] - self._size))
        self._latest_ms, self._gathered, self._ends, self._empty_polls = {}, [], ends, 0
        self._looked_at = time.monotonic()
        self._poller.expect_records()
        return True

    def read(self) -> Batch:
        """What is new. The first batches after `find_end` are empty, until the newest records are all together.

        Raises:
            LogChanged: The log lost its beginning or its end, was made anew, or has more partitions.
            KafkaError: The broker does not answer, or the topic is gone.
        """
        try:
            batches = self._poller.poll(self._open_client)
        except OffsetOutOfRangeError as error:
            raise LogChanged("What was to be read next is not in the log any more") from error
        self._look_at_intervals()
        read = sum(map(len, batches.values()))
        entries = sorted(self._entries(batches))[-self._size :]
        if self._ends is None:
            return Batch(_records(entries), read)
        return self._gather(entries, read, self._ends)

    def close(self) -> None:
        """End the client; never takes longer than about half a second."""
        client, self._client = self._client, None
        if client is not None:
            client.close(autocommit=False, timeout_ms=CLOSE_TIMEOUT_MS)

    def _gather(self, entries: list[_Entry], read: int, ends: _Offsets) -> Batch:
        self._gathered = sorted(self._gathered + entries)[-self._size :]
        self._empty_polls = 0 if read else self._empty_polls + 1
        has_all = all(self._position(tp) >= end for tp, end in ends.items())
        if not (has_all or self._empty_polls >= PATIENCE_POLLS):
            return Batch((), read, is_complete=False)
        records, self._gathered, self._ends = _records(self._gathered), [], None
        return Batch(records, read, is_first=True)

    def _entries(self, batches: Mapping[TopicPartition, list[Any]]) -> list[_Entry]:
        """Records that can be sorted: by record time, but never against the order of their partition."""
        entries = []
        for batch in batches.values():
            for record in map(stored_record, batch[-self._size :]):
                latest_ms = max(self._latest_ms.get(record.partition, 0), record.timestamp_ms or 0)
                self._latest_ms[record.partition] = latest_ms
                entries.append(((latest_ms, record.partition, record.offset), record))
        return entries

    def _look_at_intervals(self) -> None:
        """Once a second: whether the broker answers, and whether the log is still the one we read."""
        if time.monotonic() - self._looked_at < LOOK_INTERVAL_S:
            return
        self._looked_at = time.monotonic()
        partitions = self._open_client.assignment()
        for tp, end in self._end_offsets(partitions).items():
            if end < (position := self._position(tp)):
                raise LogChanged(f"Partition {tp.partition} ends at offset {end}, but was read up to {position}")
        count = len(self._open_client.partitions_for_topic(self._topic))
        if count != len(partitions):
            raise LogChanged(f"The topic has {count} partitions now, not {len(partitions)}")

    def _partitions(self) -> list[TopicPartition]:
        with self._connector.admin() as admin:
            (topic,) = admin.describe_topics([self._topic])
        return [TopicPartition(self._topic, partition["partition_index"]) for partition in topic["partitions"]]

    def _end_offsets(self, partitions: Collection[TopicPartition]) -> _Offsets:
        return _all_of(partitions, self._open_client.end_offsets(partitions, timeout_ms=ASK_TIMEOUT_MS))

    def _position(self, tp: TopicPartition) -> int:
        position: int | None = self._open_client.position(tp, timeout_ms=ASK_TIMEOUT_MS)
        return 0 if position is None else position

    @property
    def _open_client(self) -> KafkaConsumer:
        if self._client is None:
            raise BrokerUnavailable("This reader is not connected yet; call find_end() first.")
        return self._client


def _all_of(partitions: Collection[TopicPartition], offsets: _Offsets) -> _Offsets:
    """The offsets of these partitions, all of them: kafka-python leaves out what the broker has lost."""
    for tp in partitions:
        if tp not in offsets:
            raise UnknownTopicOrPartitionError(f"The broker has lost partition {tp.partition}.")
    return offsets


def _records(entries: list[_Entry]) -> tuple[StoredRecord, ...]:
    return tuple(record for _, record in entries)
