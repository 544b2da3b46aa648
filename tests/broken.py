"""Batches of records that nobody can read, or that a reader without some package cannot."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kafka import KafkaProducer


@contextlib.contextmanager
def batches_of(servers: str, codec: str | None = None) -> Iterator[Callable[..., int]]:
    """Send some values as one batch of this codec; returns its first offset."""
    options = {"bootstrap_servers": servers, "compression_type": codec, "linger_ms": 200}
    with contextlib.closing(KafkaProducer(**options)) as producer:

        def send(topic: str, values: list[bytes], **more: Any) -> int:
            futures = [producer.send(topic, value, **more) for value in values]
            producer.flush(timeout=10)
            return int(futures[0].get(timeout=10).offset)

        yield send


def send_garbage(servers: str, topic: str, records: int, monkeypatch: pytest.MonkeyPatch, **more: Any) -> int:
    """Send a batch whose checksum is right, and whose payload is no gzip at all; returns its first offset."""
    with monkeypatch.context() as patch, batches_of(servers, "gzip") as send:
        patch.setattr("kafka.record.default_records.gzip_encode", lambda _: b"no gzip")
        return send(topic, [b"a value that does not become any longer"] * records, **more)
