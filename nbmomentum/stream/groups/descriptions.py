"""Consumer groups as the broker describes them: members and what they own, and the committed offsets of any group.

    describe_group("127.0.0.1:9092", "lesson-05").owners
    # {0: "consumer-1", 1: "consumer-1", 2: "consumer-2"}
    committed_offsets("127.0.0.1:9092", "lesson-05", "nba_momentum")
    # {0: 117, 1: 93}

It is the admin client's view, the same that Kafka's own tools show: it works for any group, whoever its members
are and wherever they run. `GroupWatch` asks about once a second and publishes what it heard.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from nbmomentum.errors import BrokerError
from nbmomentum.reports import PartitionStatus
from nbmomentum.stream.cluster.admin_watch import NOT_YET, RETRY_S, AdminWatch
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.cluster.group_members import UNKNOWN_GROUP, GroupDescription, described
from nbmomentum.stream.topics import TOPIC, partition_ranges

Answer = TypeVar("Answer")

WATCH_INTERVAL_S = 0.5
ATTEMPTS = 10


@dataclass(frozen=True)
class GroupStatus:
    """What a `GroupWatch` heard last.

    Attributes:
        name: The watch's name.
        topic: The topic whose offsets are told.
        state: starting, watching, broker away, stopped or failed.
        group: The group as it was described last.
        partitions: Where it stands in each partition of the topic; the positions are its members' own.
        away_s: For how long the broker has not answered, in seconds.
        away_reason: Why, in a sentence; empty if it does, or nobody can tell.
        error: What ended the thread, in words; empty if nothing did.
    """

    name: str
    topic: str
    state: str
    group: GroupDescription
    partitions: tuple[PartitionStatus, ...] = ()
    away_s: float = 0.0
    away_reason: str = ""
    error: str = ""


def list_groups(bootstrap_servers: str) -> list[str]:
    """The ids of the groups that the broker knows, in order.

    Raises:
        BrokerUnavailable: No broker answers.
        BrokerError: The broker answers, and refuses.
    """
    with _asking(bootstrap_servers) as admin:
        return sorted({group["group_id"] for group in admin.list_groups()})


def describe_group(bootstrap_servers: str, group_id: str) -> GroupDescription:
    """A group with its members and what they own; a group that nobody knows has the state "unknown group".

    Raises:
        BrokerUnavailable: No broker answers.
        BrokerError: The broker answers, and refuses.
    """
    with _asking(bootstrap_servers) as admin:
        return _when_ready(lambda: described(admin, group_id))


def committed_offsets(bootstrap_servers: str, group_id: str, topic: str = TOPIC) -> dict[int, int]:
    """What a group has committed, by partition of the topic; without those in which it never committed.

    Raises:
        BrokerUnavailable: No broker answers.
        BrokerError: The broker answers, and refuses.
    """
    with _asking(bootstrap_servers) as admin:
        return _when_ready(lambda: _committed(admin, group_id, topic))


class GroupWatch(AdminWatch):
    """Asks the broker about one group, about once a second.

    Args:
        bootstrap_servers: Where the client starts.
        group_id: The group; it need not exist yet.
        topic: The topic whose offsets are told. It need not exist yet.
        name: The watch's name: starting another of this name stops this one.
        interval_s: The rest between two questions, in seconds.
    """

    def __init__(
        self,
        *,
        bootstrap_servers: str,
        group_id: str,
        topic: str = TOPIC,
        name: str = "group watch",
        interval_s: float = WATCH_INTERVAL_S,
    ) -> None:
        self._group_id = group_id
        self._topic = topic
        super().__init__(bootstrap_servers, name=name, interval_s=interval_s)

    @property
    def status(self) -> GroupStatus:
        """What was heard last."""
        if self.error is not None:
            return replace(self._status, state="failed", error=str(self.error))
        return self._status

    def __repr__(self) -> str:
        group = self.status.group
        return f"<GroupWatch {self.name}: {group.group_id} is {group.state}, {len(group.members)} members>"

    def _prepare(self) -> None:
        super()._prepare()
        self._status = GroupStatus(self.name, self._topic, "starting", GroupDescription(self._group_id, UNKNOWN_GROUP))

    def _run(self) -> None:
        super()._run()
        self._status = replace(self._status, state="stopped", away_s=0.0, away_reason="")

    def _ask(self, admin: KafkaAdminClient) -> None:
        group = described(admin, self._group_id)
        places = _places(admin, self._topic, _committed(admin, self._group_id, self._topic))
        self._status = GroupStatus(self.name, self._topic, "watching", group, places)

    def _note_away(self) -> None:
        self._status = replace(self._status, state="broker away", away_s=self.away_s, away_reason=self.away_reason)


@contextlib.contextmanager
def _asking(bootstrap_servers: str) -> Iterator[KafkaAdminClient]:
    """An admin client for a question; what Kafka answers instead of a result is an error of ours."""
    try:
        with Connector(bootstrap_servers).admin() as admin:
            yield admin
    except KafkaError as error:
        raise BrokerError(f"The broker at {bootstrap_servers} did not do as asked: {error}.") from error


def _committed(admin: KafkaAdminClient, group_id: str, topic: str) -> dict[int, int]:
    found = admin.list_group_offsets({group_id: None}).get(group_id, {})
    pairs = ((tp.partition, saved.offset) for tp, saved in found.items() if tp.topic == topic and saved.offset >= 0)
    return dict(sorted(pairs))


def _places(admin: KafkaAdminClient, topic: str, committed: Mapping[int, int]) -> tuple[PartitionStatus, ...]:
    (found,) = admin.describe_topics([topic])
    numbers = sorted(partition["partition_index"] for partition in found["partitions"])
    ranges = partition_ranges(admin, {topic: numbers})[topic]
    return tuple(PartitionStatus(at.partition, None, committed.get(at.partition), at.end, at.low) for at in ranges)


def _when_ready(ask: Callable[[], Answer]) -> Answer:
    """The answer to a question about a group, asked again while the broker makes ready for groups."""
    for _ in range(ATTEMPTS - 1):
        with contextlib.suppress(*NOT_YET):
            return ask()
        time.sleep(RETRY_S)
    return ask()
