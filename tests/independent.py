"""What a plain Kafka client sees of the broker: the independent witness of the stream tests."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition

from nbmomentum.momentum import GameState
from nbmomentum.sources.bundled import GameInfo
from nbmomentum.stream.cluster.client_ids import name_of


def read_topic(servers: str, topic: str) -> list[Any]:
    """Every record of the topic, by partition and offset."""
    with contextlib.closing(KafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False)) as consumer:
        partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic))]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        left = sum(consumer.end_offsets(partitions).values()) - sum(consumer.beginning_offsets(partitions).values())
        records: list[Any] = []
        while len(records) < left:
            records += [record for batch in consumer.poll(timeout_ms=200).values() for record in batch]
    return sorted(records, key=lambda record: (record.partition, record.offset))


def end_offsets(servers: str, topic: str) -> dict[int, int]:
    """The end offset of each partition that holds a record."""
    with contextlib.closing(KafkaConsumer(bootstrap_servers=servers)) as consumer:
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
        return {tp.partition: offset for tp, offset in consumer.end_offsets(partitions).items() if offset}


def committed(servers: str, group_id: str) -> dict[int, Any]:
    """What the group has committed in each partition: offset and metadata."""
    with contextlib.closing(KafkaAdminClient(bootstrap_servers=servers)) as admin:
        offsets = admin.list_group_offsets([group_id])[group_id]
        return {tp.partition: committed for tp, committed in offsets.items() if committed.offset >= 0}


def described(servers: str, group_id: str) -> dict[str, tuple[int, ...]]:
    """The partitions that the broker says each member of the group has, by the name that the kit gave it."""
    with contextlib.closing(KafkaAdminClient(bootstrap_servers=servers)) as admin:
        members = admin.describe_groups([group_id])[group_id]["members"]
    return {name_of(m["client_id"]): _partitions(m["member_assignment"] or {}) for m in members}


def _partitions(assignment: dict[str, Any]) -> tuple[int, ...]:
    return tuple(sorted(n for topic in assignment.get("assigned_partitions", ()) for n in topic["partitions"]))


@contextlib.contextmanager
def plain_producer(servers: str) -> Iterator[Callable[..., Any]]:
    """Send anything at all, and wait for its acknowledgement."""
    with contextlib.closing(KafkaProducer(bootstrap_servers=servers, max_request_size=4_000_000)) as producer:
        yield lambda topic, value=None, **more: producer.send(topic, value, **more).get(timeout=5)


def headers_of(record: Any) -> dict[str, bytes]:
    """A record's headers by name."""
    return dict(record.headers)


def figures_of(state: GameState) -> dict[str, Any]:
    """The figures that the league publishes."""
    return {
        "score": (state.home_score, state.away_score),
        "periods": [(period.home, period.away) for period in state.points_by_period],
        "lead changes": state.lead_changes,
        "times tied": state.times_tied,
        "largest lead": (state.largest_lead.home, state.largest_lead.away),
        "mismatches": state.mismatches,
    }


def official_figures_of(game: GameInfo) -> dict[str, Any]:
    """The same, from the official box score."""
    home, away = game.official["home"], game.official["away"]
    return {
        "score": (home["points"], away["points"]),
        "periods": list(zip(home["periods"], away["periods"], strict=True)),
        "lead changes": game.official["lead_changes"],
        "times tied": game.official["times_tied"],
        "largest lead": (home["largest_lead"], away["largest_lead"]),
        "mismatches": 0,
    }
