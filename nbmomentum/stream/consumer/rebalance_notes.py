"""What happened to a member's partitions, as notes that wait for its owner's thread.

kafka-python runs rebalance listeners on its own network thread. They only leave a note here and pause the new
partitions.
"""

import queue
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition

from nbmomentum.stream.consumer.cooperation import forget_owned


@dataclass(frozen=True)
class Rebalance:
    """A change of assignment: these partitions were `assigned` to this member, or `revoked` from it.

    Attributes:
        is_assigned: Whether they were assigned.
        partitions: By number.
        generation: The group's count of its rebalances that this member had joined; None outside the group.
        at_s: When, in seconds of the monotonic clock.
    """

    is_assigned: bool
    partitions: tuple[int, ...]
    generation: int | None = None
    at_s: float = field(default_factory=time.monotonic, compare=False)


@dataclass(frozen=True)
class Joined:
    """A join came to its end, whether or not it changed the assignment; `generation` counts the group's rebalances."""

    generation: int


Note = Rebalance | Joined


class NoteTaker(ConsumerRebalanceListener):  # type: ignore[misc]
    """Notes each rebalance for the owner's thread; runs on the client's network thread, so it only takes notes."""

    def __init__(self, client: KafkaConsumer, rebalances: "queue.SimpleQueue[Note]") -> None:
        self._client = client
        self._rebalances = rebalances

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """They belong to others from now on; nobody has begun to read them yet."""
        self._note(False, revoked)

    def on_partitions_lost(self, lost: Iterable[TopicPartition]) -> None:
        """They belong to others already."""
        forget_owned(self._client)
        self._note(False, lost)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """They are ours: held back until the owner has decided where to start."""
        if assigned:
            self._client.pause(*assigned)
        self._note(True, assigned)

    def _note(self, is_assigned: bool, partitions: Iterable[TopicPartition]) -> None:
        generation = self._client._coordinator.generation_if_stable()
        joined = None if generation is None else generation.generation_id
        self._rebalances.put(Rebalance(is_assigned, tuple(sorted(tp.partition for tp in partitions)), joined))
