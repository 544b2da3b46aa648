"""Who reads the end of a log, without a group: its client is owned by one thread.

    reader = EndReader(Connector(servers), topic="nba_momentum", size=200, name="log")
    if reader.find_end():
        batch = reader.read()

It starts a little before the end of each partition, then follows. What it finds changed in the log itself it
tells as `LogChanged`; whoever owns it then calls `find_end` once more.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kafka import TopicPartition

from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.log_reader.log_client import LogChanged, LogClient, Offsets
from nbmomentum.stream.log_reader.partition_tails import KEPT_RECORDS, PartitionTail, ReplayCount, Tails, joined
from nbmomentum.stream.log_reader.stored_records import StoredRecord, stored_record

LOOK_INTERVAL_S = 1.0
# New partitions of a topic are seen within about this time.
METADATA_MAX_AGE_MS = 2000

_Place = tuple[int, int, int]
_Entry = tuple[_Place, StoredRecord]


class _Range(NamedTuple):
    """Of a partition: low watermark, end offset, and from where its replays were counted."""

    low: int
    end: int
    counted_from: int


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
        options = {"metadata_max_age_ms": METADATA_MAX_AGE_MS} | (options or {})
        self._client = LogClient(connector, topic=topic, name=name, options=options)
        self._topic = topic
        self._size = size
        self._looked_at = 0.0
        self._latest_ms: dict[int, int] = {}
        self._gathered: list[_Entry] = []
        self._gathered_tails: Tails = {}
        self._sought: Offsets | None = None
        self._replays = ReplayCount()
        self._ranges: dict[int, _Range] = {}

    def find_end(self) -> bool:
        """Go to where the newest records begin; False if the broker has no such topic.

        Raises:
            BrokerUnavailable: No broker answers.
            KafkaError: It gave no answer that helps.
        """
        partitions = self._client.open()
        if not partitions:
            return False
        lows, ends = self._client.low_offsets(partitions), self._client.end_offsets(partitions)
        starts = {tp: max(lows[tp], ends[tp] - self._size) for tp in partitions}
        for tp, start in starts.items():
            self._client.kafka.seek(tp, start)
        self._count_from(starts, lows, ends)
        self._latest_ms, self._gathered, self._gathered_tails, self._sought = {}, [], {}, ends
        self._looked_at = time.monotonic()
        return True

    def read(self) -> Batch:
        """What is new. The first batches after `find_end` are empty, until the newest records are all together.

        Raises:
            LogChanged: The log lost its beginning or its end, was made anew, or has more partitions.
            KafkaError: The broker does not answer, or the topic is gone.
        """
        batches = self._client.poll()
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

    def troubles(self) -> str:
        """What is not read, in words; empty if nothing is amiss."""
        return self._client.troubles()

    def close(self) -> None:
        """End the client; never takes longer than about half a second."""
        self._client.close()

    def _gather(self, entries: list[_Entry], tails: Tails, read: int, ends: Offsets) -> Batch:
        self._gathered = sorted(self._gathered + entries, key=_place)[-self._size :]
        self._gathered_tails = joined(self._gathered_tails, tails, self._kept)
        if not self._client.has_reached(ends):
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

    def _count_from(self, starts: Offsets, lows: Offsets, ends: Offsets) -> None:
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
        partitions = self._client.kafka.assignment()
        lows, ends = self._client.low_offsets(partitions), self._client.end_offsets(partitions)
        for tp, end in ends.items():
            self._client.check_position(tp, end)
            known = self._ranges[tp.partition]
            self._ranges[tp.partition] = known._replace(low=lows[tp], end=max(known.end, end))
        count = len(self._client.kafka.partitions_for_topic(self._topic))
        if count != len(partitions):
            raise LogChanged(f"The topic has {count} partitions now, not {len(partitions)}")

    @property
    def _kept(self) -> int:
        """How many records of each partition are kept."""
        return min(self._size, KEPT_RECORDS)


def _place(entry: _Entry) -> _Place:
    return entry[0]


def _by_partition(entries: list[_Entry], size: int) -> Tails:
    tails: dict[int, list[StoredRecord]] = {}
    for _, record in entries:
        tails.setdefault(record.partition, []).append(record)
    return {partition: tuple(records[-size:]) for partition, records in tails.items()}


def _records(entries: list[_Entry]) -> tuple[StoredRecord, ...]:
    return tuple(record for _, record in entries)
