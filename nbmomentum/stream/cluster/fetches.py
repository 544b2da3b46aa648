"""What a consumer has fetched and cannot hand out: told by partition and offset, and not looked through without end.

    consumer = tell_fetches(KafkaConsumer(...))
    consumer.poll()  # raises UnreadableRecords: "Partition 2 of nba_momentum cannot be read from offset 17 on (...)"
    held_back(consumer)  # {TopicPartition("nba_momentum", 0): HeldBack(stable=57, offsets=3, since=8.1)}

kafka-python 3.0 raises the error of a batch that it cannot read only once, and does not say where that lies. The batch
stays in its hands, used up, and the next poll looks for records in it for ever. Here it is put down, so that the other
partitions are read on, and this one is fetched again at the next poll.

The embedded broker names every aborted transaction that began before the records it sends, also those that had ended
before them; kafka-python then takes all that their producers wrote later for aborted. Here they are left out.
"""

import struct
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, OffsetOutOfRangeError, TopicAuthorizationFailedError, UnsupportedCodecError
from kafka.record.default_records import DefaultRecordBatch

# Of a batch of records: base offset, length of what follows, leader epoch, magic, checksum, attributes, offset delta
# of the last record, first and last timestamp, producer id.
_BATCH_HEADER = struct.Struct(">qiibIhiqqq")
_LENGTH_END = struct.calcsize(">qi")
_MAGIC = 2
_CONTROL = 0x20

# What is wrong with the reader, not with the records.
_NOT_OF_RECORDS = (OffsetOutOfRangeError, TopicAuthorizationFailedError)


class UnreadableRecords(KafkaError):  # type: ignore[misc]
    """A batch of records cannot be read, whatever the reason; the consumer stands before it.

    Attributes:
        partition: Where it lies.
        offset: Of the first record that cannot be read.
        next_offset: Where the next batch begins; None if that is unknown.
        reason: Why, in words.
        is_ours: Whether it is this computer that cannot read it: the records are good.
    """

    def __init__(
        self, partition: TopicPartition, offset: int, cause: Exception, *, next_offset: int | None = None
    ) -> None:
        self.partition = partition
        self.offset = offset
        self.next_offset = next_offset
        # An error of Kafka's own begins with its name.
        self.reason = str(cause) if isinstance(cause, KafkaError) else f"{type(cause).__name__}: {cause}"
        self.is_ours = isinstance(cause, UnsupportedCodecError)
        mend = " `nbmomentum doctor` says which package is missing." if self.is_ours else ""
        place = f"Partition {partition.partition} of {partition.topic}"
        super().__init__(f"{place} cannot be read from offset {offset} on ({self.reason}).{mend}")

    __str__ = Exception.__str__


class HeldBack(NamedTuple):
    """Records behind a partition's last stable offset: of a transaction that is open, or after its beginning.

    Attributes:
        stable: The last stable offset, where a reader of committed records waits.
        offsets: How many offsets lie behind it.
        since: Since when, in seconds of the monotonic clock, as far as this reader knows.
    """

    stable: int
    offsets: int
    since: float


_held_back: "WeakKeyDictionary[KafkaConsumer, dict[TopicPartition, HeldBack]]" = WeakKeyDictionary()


def held_back(client: KafkaConsumer) -> Mapping[TopicPartition, HeldBack]:
    """What open transactions held back of the partitions that this consumer fetched, at its last fetch of each."""
    return {tp: held for tp, held in _held_back.get(client, {}).items() if held.offsets > 0}


def tell_fetches(client: KafkaConsumer) -> KafkaConsumer:
    """Let this consumer tell what it cannot read, as `UnreadableRecords`, and what is held back; returns it.

    `Fetcher._parse_fetched_data` takes a partition's answer in, and `_append` hands records of it out: there alone the
    partition is known.
    """
    fetcher = client._fetcher
    parse, append = fetcher._parse_fetched_data, fetcher._append
    held: dict[TopicPartition, HeldBack] = {}
    if client.config["isolation_level"] == "read_committed":
        _held_back[client] = held

    def parse_or_tell(fetch: Any) -> Any:
        _forget_ended_transactions(fetch)
        try:
            part = parse(fetch)
        except _NOT_OF_RECORDS:
            raise
        except Exception as error:
            raise UnreadableRecords(fetch.topic_partition, fetch.fetched_offset, error) from error
        if part is not None:
            part.answer = fetch.partition_data
            _note_held_back(held, fetch)
        return part

    def append_or_tell(drained: Any, part: Any, max_records: int, update_offsets: bool) -> int:
        try:
            return int(append(drained, part, max_records, update_offsets))
        except Exception as error:
            fetcher._next_partition_records = None
            offset = max(part.next_fetch_offset, part.fetch_offset)
            end = _end_of_batch(part.answer.records, offset)
            is_known = end is not None and end <= part.answer.high_watermark
            raise UnreadableRecords(
                part.topic_partition, offset, error, next_offset=end if is_known else None
            ) from error

    fetcher._parse_fetched_data, fetcher._append = parse_or_tell, append_or_tell
    return client


def _note_held_back(held: dict[TopicPartition, HeldBack], fetch: Any) -> None:
    stable = fetch.partition_data.last_stable_offset
    before = held.get(fetch.topic_partition)
    since = before.since if before is not None and before.stable == stable else time.monotonic()
    offsets = fetch.partition_data.high_watermark - stable if stable >= 0 else 0
    held[fetch.topic_partition] = HeldBack(stable, offsets, since)


class _Batch(NamedTuple):
    """A batch of records by its header: first and last offset, who wrote it, and all its bytes."""

    first: int
    last: int
    is_control: bool
    producer_id: int
    content: bytes


def _batches(answer: bytes) -> Iterator[_Batch]:
    """The batches of an answer, up to one whose header says nothing that can be."""
    at = 0
    while at + _BATCH_HEADER.size <= len(answer):
        first, length, _, magic, _, attributes, last, _, _, producer_id = _BATCH_HEADER.unpack_from(answer, at)
        if magic != _MAGIC or length <= 0 or last < 0:
            return
        start, at = at, at + _LENGTH_END + length
        yield _Batch(first, first + last, bool(attributes & _CONTROL), producer_id, answer[start:at])


def _end_of_batch(answer: bytes, offset: int) -> int | None:
    """Where the batch that holds this offset ends, by its header; None if it has none that says so."""
    return next((batch.last + 1 for batch in _batches(answer) if batch.last >= offset), None)


def _forget_ended_transactions(fetch: Any) -> None:
    """Leave out aborted transactions that had ended before these records: the next one of the producer is committed."""
    data = fetch.partition_data
    earlier = {each.producer_id for each in data.aborted_transactions or () if each.first_offset < fetch.fetched_offset}
    ended = {producer_id for producer_id in earlier if _is_next_committed(fetch, producer_id)}
    if ended:
        data.aborted_transactions = [
            each
            for each in data.aborted_transactions
            if each.producer_id not in ended or each.first_offset >= fetch.fetched_offset
        ]


def _is_next_committed(fetch: Any, producer_id: int) -> bool:
    """Whether the first marker that this producer wrote among these records is one of a commit."""
    for batch in _batches(fetch.partition_data.records):
        if batch.producer_id == producer_id and batch.is_control and batch.first >= fetch.fetched_offset:
            return not next(DefaultRecordBatch(batch.content)).abort
    return False
