"""aiokafka: a Python client of its own, on asyncio."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from support import random_name

from other_clients import PATIENCE_S, Read, Written

aiokafka = pytest.importorskip("aiokafka", reason="`uv sync --group interop` installs aiokafka")

T = TypeVar("T")


class Aiokafka:
    """Writes and reads by aiokafka; each call has a loop of its own."""

    def write(self, servers: str, topic: str, records: list[Written], *, codec: str) -> None:
        """One batch after the other; each record's delivery is seen."""
        _run(self._write(servers, topic, records, codec))

    def transact(self, servers: str, topic: str, parts: list[tuple[list[Written], bool]]) -> None:
        """Each part as one transaction."""
        _run(self._transact(servers, topic, parts))

    def read(self, servers: str, topic: str, *, group: str, records: int) -> list[Read]:
        """Poll until so many have come, and commit what is behind them."""
        return _run(self._read(servers, topic, group, records))

    def committed(self, servers: str, topic: str, group: str) -> dict[int, tuple[int, int]]:
        """Asked of the group's coordinator, and of the partitions' leaders."""
        return _run(self._committed(servers, topic, group))

    async def _write(self, servers: str, topic: str, records: list[Written], codec: str) -> None:
        options = {"bootstrap_servers": servers, "compression_type": None if codec == "none" else codec}
        async with aiokafka.AIOKafkaProducer(linger_ms=50, **options) as producer:
            await _send(producer, topic, records)

    async def _transact(self, servers: str, topic: str, parts: list[tuple[list[Written], bool]]) -> None:
        name = random_name("transactions")
        async with aiokafka.AIOKafkaProducer(bootstrap_servers=servers, transactional_id=name) as producer:
            for records, is_committed in parts:
                await producer.begin_transaction()
                await _send(producer, topic, records)
                await (producer.commit_transaction if is_committed else producer.abort_transaction)()

    async def _read(self, servers: str, topic: str, group: str, records: int) -> list[Read]:
        async with _consumer(servers, group, topic) as consumer:
            found: list[Any] = []
            while len(found) < records:
                batches = await consumer.getmany(timeout_ms=200, max_records=records - len(found))
                found += [record for batch in batches.values() for record in batch]
            await consumer.commit()
        return sorted(Read(r.partition, r.offset, r.key, r.value, tuple(r.headers)) for r in found)

    async def _committed(self, servers: str, topic: str, group: str) -> dict[int, tuple[int, int]]:
        async with _consumer(servers, group) as consumer:
            places = [aiokafka.TopicPartition(topic, partition) for partition in range(3)]
            ends = await consumer.end_offsets(places)
            consumer.assign(places)
            saved = {place: await consumer.committed(place) for place in places}
        return {tp.partition: (offset, ends[tp] - offset) for tp, offset in saved.items() if offset is not None}


def _consumer(servers: str, group: str, *topics: str) -> Any:
    options = {"bootstrap_servers": servers, "group_id": group, "session_timeout_ms": 6000}
    options |= {"auto_offset_reset": "earliest", "enable_auto_commit": False, "isolation_level": "read_committed"}
    return aiokafka.AIOKafkaConsumer(*topics, **options)


async def _send(producer: Any, topic: str, records: list[Written]) -> None:
    """In this order: each send puts its record into the batch before it returns."""
    sent = [await producer.send(topic, value, key, headers=list(headers)) for key, value, headers in records]
    await asyncio.gather(*sent)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """On a thread of its own: a browser test may have left a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asyncio.wait_for(work, PATIENCE_S)).result()
