"""Who reads a topic as a table: all of its partitions, from the log's start, and then on and on.

    reader = TableReader(Connector(servers), topic="nba_momentum.team_stats", group_id="lesson-07", name="table")
    reader.place()
    records = reader.read()
    reader.commit()

It is no member of a group: every table reads every partition. Its group id only keeps how far it has come, so that a
later table knows which records somebody has looked at before.
"""

import time
from typing import Any

from kafka import TopicPartition
from kafka.structs import OffsetAndMetadata

from nbmomentum.reports import PartitionStatus
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.log_reader.log_client import ASK_TIMEOUT_MS, LogClient, Offsets

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
        self._client = LogClient(connector, topic=topic, name=name, group_id=group_id, options=options)
        self._committed: dict[TopicPartition, int | None] = {}
        self._lows: Offsets = {}
        self._ends: Offsets = {}
        self._ends_at_start: Offsets = {}
        self._looked_at = 0.0

    def place(self) -> bool:
        """Go to the log's start; False if the broker has no such topic.

        Raises:
            BrokerUnavailable: No broker answers.
            KafkaError: It gave no answer that helps.
        """
        partitions = self._client.open()
        if not partitions:
            return False
        self._lows = self._client.low_offsets(partitions)
        for tp, low in self._lows.items():
            self._client.kafka.seek(tp, low)
        self._ends = self._ends_at_start = self._client.end_offsets(partitions)
        self._committed = {tp: self._ask_committed(tp) for tp in partitions}
        self._looked_at = time.monotonic()
        return True

    def read(self) -> list[Any]:
        """The next records; those of one partition in order.

        Raises:
            LogChanged: The log lost its beginning or its end: read it anew.
            KafkaError: The broker does not answer, or the topic is gone.
        """
        batches = self._client.poll()
        self._look_at_intervals(is_due=0 < sum(map(len, batches.values())) < LOOK_AT_ONCE)
        return [record for batch in batches.values() for record in batch]

    def is_new(self, record: Any) -> bool:
        """Whether no table of this group has looked at this record before."""
        committed = self._committed.get(TopicPartition(record.topic, record.partition)) or 0
        return int(record.offset) >= committed

    @property
    def has_reached_end(self) -> bool:
        """Whether all that the log held at the start is read; compaction may leave a gap before its end."""
        return self._client.has_reached(self._ends_at_start)

    def standing_still(self) -> str:
        """Why some partition cannot be read on, in words; empty if all can."""
        return self._client.standing_still()

    def troubles(self) -> str:
        """What is not read, in words; empty if nothing is amiss."""
        return self._client.troubles()

    def commit(self) -> None:
        """Save how far this table has come, where it is further than what was saved.

        Raises:
            KafkaError: It was not confirmed.
        """
        positions = {tp: self._client.position(tp) for tp in self._ends}
        moved = {tp: offset for tp, offset in positions.items() if offset > (self._committed[tp] or 0)}
        if moved:
            offsets = {tp: OffsetAndMetadata(offset, "", -1) for tp, offset in moved.items()}
            self._client.kafka.commit(offsets, timeout_ms=ASK_TIMEOUT_MS)
            self._committed |= moved

    def places(self) -> tuple[PartitionStatus, ...]:
        """Where it stands in each partition; nowhere while it is not connected."""
        if not self._client.is_open:
            return ()
        return tuple(
            PartitionStatus(tp.partition, position, self._committed[tp], max(end, position), self._lows[tp])
            for tp, end in sorted(self._ends.items())
            for position in [self._client.position(tp)]
        )

    def close(self) -> None:
        """End the client; never takes longer than about half a second."""
        self._client.close()

    def _look_at_intervals(self, *, is_due: bool) -> None:
        """A few times a second: where the log ends now, and whether that is still the log we read."""
        if not is_due and time.monotonic() - self._looked_at < LOOK_INTERVAL_S:
            return
        self._looked_at = time.monotonic()
        ends = self._client.end_offsets(self._ends)
        for tp, end in ends.items():
            self._client.check_position(tp, end)
        self._ends = ends

    def _ask_committed(self, tp: TopicPartition) -> int | None:
        """What the group has saved; nothing where the log has lost that place."""
        committed: int | None = self._client.kafka.committed(tp, timeout_ms=ASK_TIMEOUT_MS)
        return None if committed is None or committed > self._ends[tp] else committed
