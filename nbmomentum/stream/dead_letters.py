"""Records that cannot be read go to the dead-letter topic, with the reason: nothing is lost, nothing stops."""

from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError

from nbmomentum.stream.client import connect
from nbmomentum.stream.topics import DEAD_LETTER_MAX_BYTES, dead_letter_topic

ACKNOWLEDGE_TIMEOUT_S = 5.0
MAX_REASON_CHARS = 500


class DeadLetters:
    """Sends bad records on, and waits for the acknowledgement before they may be committed. Used by one thread.

    The record's key, value and headers stay as they were; `dead_letter.topic`, `.partition`, `.offset` and
    `.reason` are added as headers.
    """

    def __init__(self, bootstrap_servers: str, topic: str) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._topic = dead_letter_topic(topic)
        self._client: KafkaProducer | None = None
        self._pending: list[Any] = []

    def put(self, record: Any, reason: str) -> None:
        """Queue one consumer record with its reason.

        Raises:
            BrokerUnavailable: No broker answers.
            KafkaError: It cannot be queued.
        """
        if self._client is None:
            self._client = connect(
                KafkaProducer,
                self._bootstrap_servers,
                max_request_size=DEAD_LETTER_MAX_BYTES,
                allow_auto_create_topics=False,
                max_block_ms=int(ACKNOWLEDGE_TIMEOUT_S * 1000),
            )
        self._pending.append(
            self._client.send(
                self._topic, key=record.key, value=record.value, headers=[*record.headers, *_origin(record, reason)]
            )
        )

    def settle(self) -> None:
        """Wait until everything queued is acknowledged.

        Raises:
            KafkaError: A record was not acknowledged: do not commit it.
        """
        pending, self._pending = self._pending, []
        for future in pending:
            future.get(timeout=ACKNOWLEDGE_TIMEOUT_S)

    def close(self) -> None:
        """Close the client; safe to call twice. After an error, the next `put` makes a new one."""
        client, self._client = self._client, None
        self._pending = []
        if client is None:
            return
        try:
            client.close(timeout=0.5)
        except KafkaError:
            return  # what it still held was never committed, so it is read and sent again


def _origin(record: Any, reason: str) -> list[tuple[str, bytes]]:
    return [
        ("dead_letter.topic", record.topic.encode()),
        ("dead_letter.partition", str(record.partition).encode()),
        ("dead_letter.offset", str(record.offset).encode()),
        ("dead_letter.reason", reason[:MAX_REASON_CHARS].encode(errors="replace")),
    ]
