"""confluent-kafka, which is librdkafka: the client of most languages but Java and Python."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import pytest
from support import random_name

from other_clients import PATIENCE_S, Read, Written

confluent_kafka = pytest.importorskip("confluent_kafka", reason="`uv sync --group interop` installs confluent-kafka")

# Its own default hashes keys with CRC32: a key would lie in another partition than any other client writes it to.
PARTITIONER = "murmur2_random"
PARTITIONS = range(3)


class Librdkafka:
    """Writes and reads by librdkafka."""

    def __init__(self, partitioner: str = PARTITIONER) -> None:
        self._partitioner = partitioner

    def write(self, servers: str, topic: str, records: list[Written], *, codec: str) -> None:
        """One batch after the other; each record's delivery is seen."""
        self._send(self._producer(servers, codec), topic, records)

    def transact(self, servers: str, topic: str, parts: list[tuple[list[Written], bool]]) -> None:
        """Each part as one transaction."""
        producer = self._producer(servers, "lz4", {"transactional.id": random_name("transactions")})
        producer.init_transactions(PATIENCE_S)
        for records, is_committed in parts:
            producer.begin_transaction()
            self._send(producer, topic, records)
            (producer.commit_transaction if is_committed else producer.abort_transaction)(PATIENCE_S)

    def read(self, servers: str, topic: str, *, group: str, records: int) -> list[Read]:
        """Poll until so many have come, and commit what is behind them."""
        with self._consumer(servers, group) as consumer:
            consumer.subscribe([topic])
            found = self._poll(consumer, records)
            consumer.commit(asynchronous=False)
        return sorted(map(_read, found))

    def committed(self, servers: str, topic: str, group: str) -> dict[int, tuple[int, int]]:
        """Asked of the group's coordinator, and of the partitions' leaders."""
        places = [confluent_kafka.TopicPartition(topic, partition) for partition in PARTITIONS]
        with self._consumer(servers, group) as consumer:
            saved = {place.partition: place.offset for place in consumer.committed(places, PATIENCE_S)}
            ends = {place.partition: consumer.get_watermark_offsets(place, PATIENCE_S)[1] for place in places}
        return {partition: (offset, ends[partition] - offset) for partition, offset in saved.items() if offset >= 0}

    def _producer(self, servers: str, codec: str, more: dict[str, str] | None = None) -> Any:
        options = {"bootstrap.servers": servers, "compression.codec": codec, "partitioner": self._partitioner}
        return confluent_kafka.Producer(options | {"linger.ms": 50} | (more or {}))

    def _send(self, producer: Any, topic: str, records: list[Written]) -> None:
        failures: list[str] = []

        def note(error: Any, _: Any) -> None:
            failures.extend([str(error)] if error else [])

        for key, value, headers in records:
            producer.produce(topic, value, key, headers=list(headers), on_delivery=note)
        assert producer.flush(PATIENCE_S) == 0
        assert failures == []

    @contextlib.contextmanager
    def _consumer(self, servers: str, group: str) -> Iterator[Any]:
        options = {"bootstrap.servers": servers, "group.id": group, "session.timeout.ms": 6000}
        options |= {"auto.offset.reset": "earliest", "enable.auto.commit": False}
        with contextlib.closing(confluent_kafka.Consumer(options)) as consumer:
            yield consumer

    def _poll(self, consumer: Any, records: int) -> list[Any]:
        deadline, found = time.monotonic() + PATIENCE_S, []
        while len(found) < records and time.monotonic() < deadline:
            if (message := consumer.poll(0.2)) is not None:
                assert message.error() is None
                found.append(message)
        return found


def _read(message: Any) -> Read:
    headers = tuple((name, value) for name, value in message.headers() or ())
    return Read(message.partition(), message.offset(), message.key(), message.value(), headers)
