"""The client that reads a topic as a table: all of its partitions, from the log's start, and then on and on.

    reader = TableReader(Connector(servers), topic="nba_momentum.team_stats", group_id="lesson-07", name="table")
    reader.place()
    records = reader.read()
    reader.commit()

It is no member of a group: every table reads every partition. Its group id only keeps how far it has come, so that a
later table knows which records somebody has looked at before.
"""

import time
from collections.abc import Collection
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, OffsetOutOfRangeError, UnknownTopicOrPartitionError
from kafka.structs import OffsetAndMetadata

from nbmomentum.errors import BrokerUnavailable
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.cluster.polling import FETCH_MAX_WAIT_MS, Poller
from nbmomentum.stream.log_reader.log_end import PATIENCE_POLLS, LogChanged
from nbmomentum.stream.status import PartitionStatus

ASK_TIMEOUT_MS = 500
CLOSE_TIMEOUT_MS = 500
LOOK_INTERVAL_S = 0.25
# After fewer records than these the end is asked for at once: a class that steps sees exact numbers.
LOOK_AT_ONCE = 40


class TableReader:
    """Reads, commits, and knows where it stands. Used by one thread.

    Args:
        connector: The way to the broker.
        topic: The topic; any number of partitions.
        group_id: Under which it commits.
        name: Of the client.
        options: More options for `kafka.KafkaConsumer`, by its names.
    """

    def __init__(
        self, connector: Connector, *, topic: str, group_id: str, name: str, options: dict[str, Any] | None = None
    ) -> None:
        self._connector = connector
        self._topic = topic
        self._options = {
            "client_id": f"nbmomentum-{name}",
            "enable_auto_commit": False,
            "fetch_max_wait_ms": FETCH_MAX_WAIT_MS,
        } | (options or {})
        # Not to be changed: a position outside the log is how we hear that the log has changed.
        self._options |= {"group_id": group_id, "auto_offset_reset": "none"}
        self._client: KafkaConsumer | None = None
        self._poller = Poller()
        self._committed: dict[TopicPartition, int | None] = {}
        self._ends: dict[TopicPartition, int] = {}
        self._ends_at_start: dict[TopicPartition, int] = {}
        self._looked_at = 0.0
        self._empty_polls = 0

    def place(self) -> bool:
        """Go to the log's start; False if the broker has no such topic.

        Raises:
            BrokerUnavailable: No broker answers.
            KafkaError: It gave no answer that helps.
        """
        if self._client is None:
            self._client = self._connector.connect(KafkaConsumer, **self._options)
        partitions = self._partitions()
        if not partitions:
            return False
        client = self._client
        client.assign(partitions)
        lows = _all_of(partitions, client.beginning_offsets(partitions, timeout_ms=ASK_TIMEOUT_MS))
        for tp in partitions:
            client.seek(tp, lows[tp])
        self._ends = self._ends_at_start = self._end_offsets(partitions)
        self._committed = {tp: self._ask_committed(tp) for tp in partitions}
        self._looked_at, self._empty_polls = time.monotonic(), 0
        self._poller.expect_records()
        return True

    def read(self) -> list[Any]:
        """The next records; those of one partition in order.

        Raises:
            LogChanged: The log lost its beginning or its end: read it anew.
            KafkaError: The broker does not answer, or the topic is gone.
        """
        try:
            batches = self._poller.poll(self._open_client)
        except OffsetOutOfRangeError as error:
            raise LogChanged("What was to be read next is not in the log any more") from error
        self._empty_polls = 0 if batches else self._empty_polls + 1
        self._look_at_intervals(is_due=0 < sum(map(len, batches.values())) < LOOK_AT_ONCE)
        return [record for batch in batches.values() for record in batch]

    def is_new(self, record: Any) -> bool:
        """Whether no table of this group has looked at this record before."""
        committed = self._committed.get(TopicPartition(record.topic, record.partition)) or 0
        return int(record.offset) >= committed

    @property
    def has_reached_end(self) -> bool:
        """Whether all that the log held at the start is read; compaction may leave a gap before its end."""
        has_all = all(self._position(tp) >= end for tp, end in self._ends_at_start.items())
        return has_all or self._empty_polls >= PATIENCE_POLLS

    def commit(self) -> None:
        """Save how far this table has come, where it is further than what was saved.

        Raises:
            KafkaError: It was not confirmed.
        """
        positions = {tp: self._position(tp) for tp in self._ends}
        moved = {tp: offset for tp, offset in positions.items() if offset > (self._committed[tp] or 0)}
        if moved:
            offsets = {tp: OffsetAndMetadata(offset, "", -1) for tp, offset in moved.items()}
            self._open_client.commit(offsets, timeout_ms=ASK_TIMEOUT_MS)
            self._committed |= moved

    def places(self) -> tuple[PartitionStatus, ...]:
        """Where it stands in each partition; nowhere while it is not connected."""
        if self._client is None:
            return ()
        return tuple(
            PartitionStatus(tp.partition, position, self._committed[tp], max(end, position))
            for tp, end in sorted(self._ends.items())
            for position in [self._position(tp)]
        )

    def close(self) -> None:
        """End the client; never takes longer than about half a second."""
        client, self._client = self._client, None
        if client is not None:
            try:
                client.close(autocommit=False, timeout_ms=CLOSE_TIMEOUT_MS)
            except KafkaError:
                client._client.close()

    def _look_at_intervals(self, *, is_due: bool) -> None:
        """A few times a second: where the log ends now, and whether that is still the log we read."""
        if not is_due and time.monotonic() - self._looked_at < LOOK_INTERVAL_S:
            return
        self._looked_at = time.monotonic()
        ends = self._end_offsets(self._ends)
        for tp, end in ends.items():
            if end < (position := self._position(tp)):
                raise LogChanged(f"Partition {tp.partition} ends at offset {end}, but was read up to {position}")
        self._ends = ends

    def _partitions(self) -> list[TopicPartition]:
        with self._connector.admin() as admin:
            (topic,) = admin.describe_topics([self._topic])
        return [TopicPartition(self._topic, partition["partition_index"]) for partition in topic["partitions"]]

    def _ask_committed(self, tp: TopicPartition) -> int | None:
        """What the group has saved; nothing where the log has lost that place."""
        committed: int | None = self._open_client.committed(tp, timeout_ms=ASK_TIMEOUT_MS)
        return None if committed is None or committed > self._ends[tp] else committed

    def _end_offsets(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        return _all_of(partitions, self._open_client.end_offsets(list(partitions), timeout_ms=ASK_TIMEOUT_MS))

    def _position(self, tp: TopicPartition) -> int:
        position: int | None = self._open_client.position(tp, timeout_ms=ASK_TIMEOUT_MS)
        return 0 if position is None else position

    @property
    def _open_client(self) -> KafkaConsumer:
        if self._client is None:
            raise BrokerUnavailable("This reader is not connected yet; call place() first.")
        return self._client


def _all_of(partitions: Collection[TopicPartition], offsets: dict[TopicPartition, int]) -> dict[TopicPartition, int]:
    """The offsets of these partitions, all of them: kafka-python leaves out what the broker has lost."""
    for tp in partitions:
        if tp not in offsets:
            raise UnknownTopicOrPartitionError(f"The broker has lost partition {tp.partition}.")
    return dict(offsets)
