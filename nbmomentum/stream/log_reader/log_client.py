"""The client of whoever reads a log by itself: all partitions of a topic, with no group that assigns them.

    client = LogClient(Connector(servers), topic="nba_momentum", name="log")
    for tp in (partitions := client.open()):
        client.kafka.seek(tp, client.low_offsets(partitions)[tp])
    records = client.poll()

What it finds changed in the log itself it tells as `LogChanged`; whoever owns it then opens and places it once more.
"""

from collections.abc import Collection, Mapping
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, OffsetOutOfRangeError, UnknownTopicOrPartitionError

from nbmomentum.errors import BrokerUnavailable
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.cluster.polling import FETCH_MAX_WAIT_MS, Poller

ASK_TIMEOUT_MS = 500
CLOSE_TIMEOUT_MS = 500
# After as many polls in a row without a record nothing more is coming: a compaction has left a gap before the end.
PATIENCE_POLLS = 20

Offsets = Mapping[TopicPartition, int]


class LogChanged(Exception):
    """The log is no longer the one that was read: find one's place again. The message says why, without a dot."""


class LogClient:
    """A `KafkaConsumer` that is assigned all of a topic. Used by one thread.

    Args:
        connector: The way to the broker.
        topic: The topic; any number of partitions.
        name: Of the client.
        group_id: Under which it may commit; it is a member of no group.
        options: More options for `kafka.KafkaConsumer`, by its names.
    """

    def __init__(
        self,
        connector: Connector,
        *,
        topic: str,
        name: str,
        group_id: str | None = None,
        options: dict[str, Any] | None = None,
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
        self._kafka: KafkaConsumer | None = None
        self._log = f"log.{name}"
        self._poller = Poller(self._log)
        self._empty_polls = 0

    @property
    def is_open(self) -> bool:
        """Whether it was opened, and not closed since."""
        return self._kafka is not None

    @property
    def kafka(self) -> KafkaConsumer:
        """Kafka's own consumer.

        Raises:
            BrokerUnavailable: It is not open.
        """
        if self._kafka is None:
            raise BrokerUnavailable("This reader is not connected yet; open it first.")
        return self._kafka

    def open(self) -> list[TopicPartition]:
        """Connect where that is to be done, and take all partitions; none if the broker has no such topic.

        Raises:
            BrokerUnavailable: No broker answers.
            KafkaError: It gave no answer that helps.
        """
        if self._kafka is None:
            self._kafka = self._connector.connect(KafkaConsumer, **self._options)
        if partitions := self._partitions():
            self._kafka.assign(partitions)
            self._poller = Poller(self._log)
            self._poller.expect_records()
            self._empty_polls = 0
        return partitions

    def poll(self) -> dict[TopicPartition, list[Any]]:
        """The next records by partition.

        Raises:
            LogChanged: The log lost its beginning or its end.
            KafkaError: The broker does not answer, or the topic is gone.
        """
        try:
            batches = self._poller.poll(self.kafka)
        except OffsetOutOfRangeError as error:
            raise LogChanged("What was to be read next is not in the log any more") from error
        self._empty_polls = 0 if batches else self._empty_polls + 1
        return batches

    def standing_still(self) -> str:
        """Why some partition cannot be read on, in words; empty if all can."""
        return " ".join(self._poller.standing_still().values())

    def troubles(self) -> str:
        """What is not read, in words: records that cannot be, or wait for the end of a transaction; else empty."""
        return "" if self._kafka is None else self._poller.troubles(self._kafka, self._kafka.assignment())

    def has_reached(self, ends: Offsets) -> bool:
        """Whether all before these offsets is read, as far as compaction has left it."""
        has_all = all(self.position(tp) >= end for tp, end in ends.items())
        return has_all or self._empty_polls >= PATIENCE_POLLS

    def check_position(self, tp: TopicPartition, end: int) -> None:
        """See that a partition that ends here was not read up to a later offset.

        Raises:
            LogChanged: It was.
        """
        if end < (position := self.position(tp)):
            raise LogChanged(f"Partition {tp.partition} ends at offset {end}, but was read up to {position}")

    def position(self, tp: TopicPartition) -> int:
        """The next offset to read."""
        position: int | None = self.kafka.position(tp, timeout_ms=ASK_TIMEOUT_MS)
        return 0 if position is None else position

    def low_offsets(self, partitions: Collection[TopicPartition]) -> Offsets:
        """Where these partitions begin now."""
        return _all_of(partitions, self.kafka.beginning_offsets(list(partitions), timeout_ms=ASK_TIMEOUT_MS))

    def end_offsets(self, partitions: Collection[TopicPartition]) -> Offsets:
        """Where these partitions end now."""
        return _all_of(partitions, self.kafka.end_offsets(list(partitions), timeout_ms=ASK_TIMEOUT_MS))

    def close(self) -> None:
        """End the client; never takes longer than about half a second."""
        kafka, self._kafka = self._kafka, None
        if kafka is not None:
            try:
                kafka.close(autocommit=False, timeout_ms=CLOSE_TIMEOUT_MS)
            except KafkaError:
                kafka._client.close()

    def _partitions(self) -> list[TopicPartition]:
        with self._connector.admin() as admin:
            (topic,) = admin.describe_topics([self._topic])
        return [TopicPartition(self._topic, partition["partition_index"]) for partition in topic["partitions"]]


def _all_of(partitions: Collection[TopicPartition], offsets: Offsets) -> Offsets:
    """The offsets of these partitions, all of them: kafka-python leaves out what the broker has lost."""
    for tp in partitions:
        if tp not in offsets:
            raise UnknownTopicOrPartitionError(f"The broker has lost partition {tp.partition}.")
    return offsets
