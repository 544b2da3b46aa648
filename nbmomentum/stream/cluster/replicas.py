"""Where the copies of each partition lie: leader, replicas and in-sync replicas.

    describe_partitions("127.0.0.1:9092", "nba_momentum")[0]
    # PartitionInfo(partition=0, leader=2, replicas=(2, 3, 1), in_sync=(2, 3, 1))

A partition's *replicas* are the nodes that keep a copy of it, its *leader* is the one that clients write to and read
from, and the *in-sync replicas* are those that have every acknowledged record: only one of them may lead.
"""

from dataclasses import dataclass
from typing import Any

from kafka.errors import KafkaConnectionError, KafkaError, UnknownTopicOrPartitionError, for_code

from nbmomentum.errors import BrokerError
from nbmomentum.stream.cluster.client import Connector

NO_LEADER = -1
ATTEMPTS = 8


@dataclass(frozen=True)
class PartitionInfo:
    """The copies of one partition.

    Attributes:
        partition: Its number.
        leader: The node that clients talk to; None while there is none.
        replicas: The nodes that keep a copy, the preferred leader first.
        in_sync: Those of them that have every acknowledged record.
    """

    partition: int
    leader: int | None
    replicas: tuple[int, ...]
    in_sync: tuple[int, ...]


def describe_partitions(bootstrap_servers: str, topic: str) -> list[PartitionInfo]:
    """The partitions of a topic in their order, with leader, replicas and in-sync replicas.

    Raises:
        BrokerUnavailable: No broker answers.
        BrokerRefused: A broker answers, and the security settings do not fit.
        BrokerError: There is no such topic, or the broker refuses.
    """
    try:
        found = _found_topic(Connector(bootstrap_servers), topic)
    except KafkaError as error:
        raise BrokerError(f"The broker at {bootstrap_servers} did not do as asked: {error}.") from error
    if found["error_code"]:
        raise BrokerError(_why_not(found["error_code"], topic))
    return sorted(map(_partition, found["partitions"]), key=lambda info: info.partition)


def _found_topic(connector: Connector, topic: str) -> dict[str, Any]:
    """What the broker says of the topic; asked again when the question went to a node that died just now."""
    for attempt in range(ATTEMPTS):
        try:
            with connector.admin() as admin:
                return dict(admin.describe_topics([topic])[0])
        except KafkaConnectionError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def _why_not(code: int, topic: str) -> str:
    reason = for_code(code)
    if reason is UnknownTopicOrPartitionError:
        return f"There is no topic {topic!r}; ensure_topics() makes the kit's."
    return f"The broker cannot describe {topic!r}: {reason.__name__}."


def _partition(found: dict[str, Any]) -> PartitionInfo:
    leader = found["leader_id"]
    return PartitionInfo(
        found["partition_index"],
        None if leader == NO_LEADER else leader,
        tuple(found["replica_nodes"]),
        tuple(found["isr_nodes"]),
    )
