"""The client that reads the end of a log: a `KafkaConsumer` without a group, owned by one thread.

    reader = EndReader(Connector(servers), topic="nba_momentum", size=200, name="log")
    if reader.find_end():
        batch = reader.read()

It starts a little before the end of each partition, then follows. What it finds changed in the log itself it
tells as `LogChanged`; whoever owns it then calls `find_end` once more.
"""

import time
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import OffsetOutOfRangeError, UnknownTopicOrPartitionError

from nbmomentum.errors import BrokerUnavailable
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.cluster.polling import FETCH_MAX_WAIT_MS, Poller
from nbmomentum.stream.log_reader.partition_tails import KEPT_RECORDS, PartitionTail, ReplayCount, Tails, joined
from nbmomentum.stream.log_reader.stored_records import StoredRecord, stored_record

ASK_TIMEOUT_MS = 500
CLOSE_TIMEOUT_MS = 500
LOOK_INTERVAL_S = 1.0
# New partitions of a topic are seen within about this time.
METADATA_MAX_AGE_MS = 2000
# After as many polls in a row without a record nothing more is coming: a compaction has left a gap before the end.
PATIENCE_POLLS = 20

_Offsets = Mapping[TopicPartition, int]
_Place = tuple[int, int, int]
_Entry = tuple[_Place, StoredRecord]


class _Range(NamedTuple):
    """Of a partition: low watermark, end offset, and from where its replays were counted."""

    low: int
    end: int
    counted_from: int


class LogChanged(Exception):
    """The log is no longer the one that was read: find its end again. The message says what happened, without a dot."""


class Batch(NamedTuple):
    """What one read brought.

    Attributes:
        records: The newest of what was read, in order, no more than the size asked for.
        tails: The newest of what was read by partition, no more than 60 each.
        read: How many records were read.
        is_first: Whether these are the newest of the whole log, in place of all that was read before.
        is_complete: False while the newest of the whole log are still being gathered.
    """

    records: tuple[StoredRecord, ...]
    tails: Tails
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
        self._gathered_tails: Tails = {}
        self._sought: _Offsets | None = None
        self._empty_polls = 0
        self._replays = ReplayCount()
        self._ranges: dict[int, _Range] = {}

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
        lows, ends = self._low_offsets(partitions), self._end_offsets(partitions)
        starts = {tp: max(lows[tp], ends[tp] - self._size) for tp in partitions}
        for tp, start in starts.items():
            self._client.seek(tp, start)
        self._count_from(starts, lows, ends)
        self._latest_ms, self._gathered, self._gathered_tails, self._sought, self._empty_polls = {}, [], {}, ends, 0
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
        found = list(self._entries(batches))
        entries, tails = sorted(found, key=_place)[-self._size :], _by_partition(found, self._kept)
        if self._sought is None:
            return Batch(_records(entries), tails, read)
        return self._gather(entries, tails, read, self._sought)

    def partitions(self, tails: Tails) -> Iterator[PartitionTail]:
        """Each partition by its number, with these records of it."""
        for partition, (low, end, counted_from) in sorted(self._ranges.items()):
            records = tails.get(partition, ())
            if records and records[0].offset < low:
                records = tuple(record for record in records if record.offset >= low)
            yield PartitionTail(partition, low, end, records, counted_from)

    def close(self) -> None:
        """End the client; never takes longer than about half a second."""
        client, self._client = self._client, None
        if client is not None:
            client.close(autocommit=False, timeout_ms=CLOSE_TIMEOUT_MS)

    def _gather(self, entries: list[_Entry], tails: Tails, read: int, ends: _Offsets) -> Batch:
        self._gathered = sorted(self._gathered + entries, key=_place)[-self._size :]
        self._gathered_tails = joined(self._gathered_tails, tails, self._kept)
        self._empty_polls = 0 if read else self._empty_polls + 1
        has_all = all(self._position(tp) >= end for tp, end in ends.items())
        if not (has_all or self._empty_polls >= PATIENCE_POLLS):
            return Batch((), {}, read, is_complete=False)
        records, self._gathered, self._sought = _records(self._gathered), [], None
        return Batch(records, self._gathered_tails, read, is_first=True)

    def _entries(self, batches: Mapping[TopicPartition, list[Any]]) -> Iterator[_Entry]:
        """Records that can be sorted: by record time, but never against the order of their partition."""
        for batch in batches.values():
            numbers = list(map(self._replays.number, batch))  # of all, for a replay may begin and end in one batch
            self._read_to(batch[-1])
            for raw, replay in zip(batch[-self._size :], numbers[-self._size :], strict=True):
                record = stored_record(raw, replay=replay)
                latest_ms = max(self._latest_ms.get(record.partition, 0), record.timestamp_ms or 0)
                self._latest_ms[record.partition] = latest_ms
                yield (latest_ms, record.partition, record.offset), record

    def _read_to(self, record: Any) -> None:
        """What was read lies before the end, though the broker may have told an older one."""
        known = self._ranges[record.partition]
        self._ranges[record.partition] = known._replace(end=max(known.end, record.offset + 1))

    def _count_from(self, starts: _Offsets, lows: _Offsets, ends: _Offsets) -> None:
        """Go on counting replays where that was left; begin anew where the log did, or where a part was left out."""
        known = self._ranges
        if any(tp.partition in known and ends[tp] < known[tp.partition].end for tp in starts):
            known = {}
            self._replays.clear()
        self._ranges = {}
        for tp, start in starts.items():
            before = known.get(tp.partition)
            is_gapless = before is not None and start <= before.end
            counted_from = before.counted_from if before is not None and is_gapless else start
            self._ranges[tp.partition] = _Range(lows[tp], ends[tp], counted_from)

    def _look_at_intervals(self) -> None:
        """Once a second: whether the broker answers, and whether the log is still the one we read."""
        if time.monotonic() - self._looked_at < LOOK_INTERVAL_S:
            return
        self._looked_at = time.monotonic()
        partitions = self._open_client.assignment()
        lows, ends = self._low_offsets(partitions), self._end_offsets(partitions)
        for tp, end in ends.items():
            if end < (position := self._position(tp)):
                raise LogChanged(f"Partition {tp.partition} ends at offset {end}, but was read up to {position}")
            known = self._ranges[tp.partition]
            self._ranges[tp.partition] = known._replace(low=lows[tp], end=max(known.end, end))
        count = len(self._open_client.partitions_for_topic(self._topic))
        if count != len(partitions):
            raise LogChanged(f"The topic has {count} partitions now, not {len(partitions)}")

    def _partitions(self) -> list[TopicPartition]:
        with self._connector.admin() as admin:
            (topic,) = admin.describe_topics([self._topic])
        return [TopicPartition(self._topic, partition["partition_index"]) for partition in topic["partitions"]]

    def _low_offsets(self, partitions: Collection[TopicPartition]) -> _Offsets:
        return _all_of(partitions, self._open_client.beginning_offsets(partitions, timeout_ms=ASK_TIMEOUT_MS))

    def _end_offsets(self, partitions: Collection[TopicPartition]) -> _Offsets:
        return _all_of(partitions, self._open_client.end_offsets(partitions, timeout_ms=ASK_TIMEOUT_MS))

    def _position(self, tp: TopicPartition) -> int:
        position: int | None = self._open_client.position(tp, timeout_ms=ASK_TIMEOUT_MS)
        return 0 if position is None else position

    @property
    def _kept(self) -> int:
        """How many records of each partition are kept."""
        return min(self._size, KEPT_RECORDS)

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


def _place(entry: _Entry) -> _Place:
    return entry[0]


def _by_partition(entries: list[_Entry], size: int) -> Tails:
    tails: dict[int, list[StoredRecord]] = {}
    for _, record in entries:
        tails.setdefault(record.partition, []).append(record)
    return {partition: tuple(records[-size:]) for partition, records in tails.items()}


def _records(entries: list[_Entry]) -> tuple[StoredRecord, ...]:
    return tuple(record for _, record in entries)
