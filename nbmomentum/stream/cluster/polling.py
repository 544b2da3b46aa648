"""Polling a consumer without keeping a processor busy while there is nothing to read.

    poller = Poller()
    while True:
        batches = poller.poll(client)
        if not batches:
            stop_requested.wait(IDLE_S)

The embedded broker answers a fetch at once, also with nothing (it has no long polling), and kafka-python fetches
again until its time-out: an idle consumer would use a whole processor. So only a poll that follows records waits;
any other takes what has come in the background, and its caller rests before it asks again.

Apache Kafka does wait, and answers one request of a connection after the other: a question for the end offsets
stands behind a fetch that waits for records. Its fetches must wait for less time than a question may take.
"""

from typing import Any

from kafka import KafkaConsumer, TopicPartition

# How long the owner of a consumer rests after a poll that brought nothing.
IDLE_S = 0.03
POLL_TIMEOUT_MS = 5
# For how long a broker holds back a fetch that finds no record.
FETCH_MAX_WAIT_MS = 100


class Poller:
    """Polls one consumer; used by its one thread."""

    def __init__(self) -> None:
        self._expects_records = False

    def expect_records(self) -> None:
        """The consumer was sent to a place where there are records: let the next poll wait for them."""
        self._expects_records = True

    def poll(
        self, client: KafkaConsumer, *, wait_ms: int = 0, max_records: int | None = None
    ) -> dict[TopicPartition, list[Any]]:
        """The next records by partition; empty if none is there now.

        Args:
            client: The consumer.
            wait_ms: How long to wait at least, for what else a poll does, such as joining a group.
            max_records: No more than these; None for the client's own limit.
        """
        timeout_ms = max(wait_ms, POLL_TIMEOUT_MS if self._expects_records else 0)
        batches: dict[TopicPartition, list[Any]] = client.poll(timeout_ms=timeout_ms, max_records=max_records)
        self._expects_records = bool(batches)
        return batches
