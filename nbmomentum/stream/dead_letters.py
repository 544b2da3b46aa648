"""Records that cannot be read go to the dead-letter topic, with the reason: nothing is lost, nothing stops."""

import contextlib
import time
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError

from nbmomentum.stream.cluster.client import Connector, close_producer
from nbmomentum.stream.topics import DEAD_LETTER_MAX_BYTES, dead_letter_topic, restore_topics

ACKNOWLEDGE_TIMEOUT_S = 5.0
LOOK_INTERVAL_S = 0.05
CLOSE_TIMEOUT_S = 0.3
MAX_BLOCK_MS = 500
MAX_REASON_CHARS = 500


class DeadLetters:
    """Sends bad records on, and waits for the acknowledgement before they may be committed. Used by one thread.

    The record's key, value and headers stay as they were; `dead_letter.topic`, `.partition`, `.offset` and
    `.reason` are added as headers. (Two things kafka-python cannot send: a header of no value becomes an empty one,
    and a record with neither key nor value gets an empty value.)
    """

    def __init__(self, connector: Connector, topic: str, *, source: str) -> None:
        self._connector = connector
        self._events_topic = topic
        self._topic = dead_letter_topic(topic)
        self._source = source
        self._client: KafkaProducer | None = None
        self._pending: list[Any] = []

    def put(self, record: Any, reason: str) -> None:
        """Queue one consumer record with its reason.

        Raises:
            BrokerUnavailable: No broker answers.
            KafkaError: It cannot be queued.
        """
        if self._client is None:
            self._client = self._connect()
        headers = [(name, value or b"") for name, value in record.headers]
        value = b"" if record.key is None and record.value is None else record.value
        sent = self._client.send(self._topic, key=record.key, value=value, headers=headers + _origin(record, reason))
        self._pending.append(sent)

    def settle(self) -> None:
        """Wait until everything queued is acknowledged; gives up after a time-out, or when it is cancelled.

        Raises:
            KafkaError: A record was not acknowledged: do not commit it.
        """
        pending, self._pending = self._pending, []
        deadline = time.monotonic() + ACKNOWLEDGE_TIMEOUT_S
        for future in pending:
            while not (future.is_done or self._connector.is_cancelled or time.monotonic() > deadline):
                with contextlib.suppress(KafkaTimeoutError):
                    future.get(timeout=LOOK_INTERVAL_S)
            future.get(timeout=0)

    def close(self) -> None:
        """Close the client; safe to call twice. After an error, the next `put` makes a new one."""
        client, self._client = self._client, None
        self._pending = []
        if client is not None:
            # What it still held was never committed, so it is read and sent again.
            close_producer(client, CLOSE_TIMEOUT_S)

    def _connect(self) -> KafkaProducer:
        restore_topics(self._connector, self._events_topic, source=self._source)
        return self._connector.connect(
            KafkaProducer,
            max_request_size=DEAD_LETTER_MAX_BYTES,
            max_block_ms=MAX_BLOCK_MS,
        )


def _origin(record: Any, reason: str) -> list[tuple[str, bytes]]:
    return [
        ("dead_letter.topic", record.topic.encode()),
        ("dead_letter.partition", str(record.partition).encode()),
        ("dead_letter.offset", str(record.offset).encode()),
        ("dead_letter.reason", reason[:MAX_REASON_CHARS].encode(errors="replace")),
    ]
