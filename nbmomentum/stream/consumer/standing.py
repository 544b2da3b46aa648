"""Where a member stands in its group, and which members this process has."""

import threading
import weakref
from dataclasses import dataclass

from kafka import KafkaConsumer

from nbmomentum.stream.consumer.cooperation import is_embedded

_clients: weakref.WeakSet[KafkaConsumer] = weakref.WeakSet()
_clients_lock = threading.Lock()


@dataclass(frozen=True)
class Standing:
    """Where a member stands in its group.

    Attributes:
        is_joining: Whether it joins, or was asked to join again.
        is_embedded: Whether the broker is the embedded one, which never evicts a member.
        generation: The group's count of its rebalances that this member has joined; None while it joins.
        partitions: Those of the topic, by number.
    """

    is_joining: bool
    is_embedded: bool
    generation: int | None
    partitions: frozenset[int]


def standing_of(client: KafkaConsumer, topic: str) -> Standing:
    """Where the member with this client stands in its group."""
    generation = client._coordinator.generation_if_stable()
    return Standing(
        bool(client._coordinator.need_rejoin()),
        is_embedded(client),
        None if generation is None else generation.generation_id,
        frozenset(client._cluster.partitions_for_topic(topic) or ()),
    )


def hold(client: KafkaConsumer) -> None:
    """Count this client's member among those that this process has, until it has left."""
    with _clients_lock:
        _clients.add(client)


def held_member_ids() -> set[str]:
    """The ids of the members that this process has now; what else it has with a broker is left over."""
    with _clients_lock:
        clients = list(_clients)
    return {client.group_metadata().member_id for client in clients}
