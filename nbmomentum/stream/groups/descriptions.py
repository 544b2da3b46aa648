"""Consumer groups as the broker describes them: members and what they own, and the committed offsets of any group.

    describe_group("127.0.0.1:9092", "lesson-05").owners
    # {0: "nbmomentum-consumer-1", 1: "nbmomentum-consumer-1", 2: "nbmomentum-consumer-2"}
    committed_offsets("127.0.0.1:9092", "lesson-05", "nba_momentum")
    # {0: 117, 1: 93}

It is the admin client's view, the same that Kafka's own tools show: it works for any group, whoever its members
are and wherever they run. `GroupWatch` asks about once a second and publishes what it heard.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import KafkaError

from nbmomentum.errors import BrokerError
from nbmomentum.stream.cluster.admin_watch import NOT_YET, RETRY_S, AdminWatch
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.topics import TOPIC

Answer = TypeVar("Answer")

WATCH_INTERVAL_S = 0.5
ATTEMPTS = 10

STATES = {
    "Stable": "stable",
    "PreparingRebalance": "rebalancing",
    "CompletingRebalance": "rebalancing",
    "Assigning": "rebalancing",
    "Reconciling": "rebalancing",
    "Empty": "empty",
    "Dead": "unknown group",
}


@dataclass(frozen=True)
class GroupMember:
    """One member of a group.

    Attributes:
        member_id: The id that the broker gave it when it joined.
        client_id: The name that it gave itself; a `BackgroundConsumer` is `nbmomentum-` and its name.
        host: Where it runs.
        partitions: What it owns, as topic and partition; empty during a rebalance, and for a member that idles.
    """

    member_id: str
    client_id: str
    host: str
    partitions: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class GroupDescription:
    """A group as the broker describes it.

    Attributes:
        group_id: The group.
        state: stable, rebalancing, empty (offsets, and no member), unknown group, or another word of the broker's.
        strategy: The assignment strategy its members agreed on; empty without members.
        members: By client id.
    """

    group_id: str
    state: str
    strategy: str = ""
    members: tuple[GroupMember, ...] = ()

    @property
    def owners(self) -> dict[int, str]:
        """The client id of the owner of each partition, whichever topic; for groups that read one topic."""
        pairs = ((number, member.client_id) for member in self.members for _, number in member.partitions)
        return dict(sorted(pairs))


@dataclass(frozen=True)
class GroupPartition:
    """Where a group stands in one partition, as offsets.

    Attributes:
        partition: The partition's number.
        committed: What the group has saved; None if nothing.
        end_offset: The next record to be written.
    """

    partition: int
    committed: int | None
    end_offset: int

    @property
    def committed_lag(self) -> int:
        """Records written and not yet committed: end offset − committed."""
        return max(0, self.end_offset - (self.committed or 0))


@dataclass(frozen=True)
class GroupStatus:
    """What a `GroupWatch` heard last.

    Attributes:
        name: The watch's name.
        topic: The topic whose offsets are told.
        state: starting, watching, broker away, stopped or failed.
        group: The group as it was described last.
        partitions: Where it stands in each partition of the topic.
        away_s: For how long the broker has not answered, in seconds.
        away_reason: Why, in a sentence; empty if it does, or nobody can tell.
        error: What ended the thread, in words; empty if nothing did.
    """

    name: str
    topic: str
    state: str
    group: GroupDescription
    partitions: tuple[GroupPartition, ...] = ()
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
        return _when_ready(lambda: _described(admin, group_id))


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
        self._status = GroupStatus(self.name, self._topic, "starting", GroupDescription(self._group_id, STATES["Dead"]))

    def _run(self) -> None:
        super()._run()
        self._status = replace(self._status, state="stopped", away_s=0.0, away_reason="")

    def _ask(self, admin: KafkaAdminClient) -> None:
        group = _described(admin, self._group_id)
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


def _described(admin: KafkaAdminClient, group_id: str) -> GroupDescription:
    found = admin.describe_groups([group_id])[group_id]
    state = STATES.get(found["group_state"], found["group_state"] or STATES["Dead"])
    members = sorted(map(_member, found["members"]), key=lambda member: (member.client_id, member.member_id))
    return GroupDescription(group_id, state, found["protocol_data"] or "", tuple(members))


def _member(found: Mapping[str, Any]) -> GroupMember:
    assignment = found["member_assignment"] or {}
    owned = (
        (topic["topic"], number)
        for topic in assignment.get("assigned_partitions", ())
        for number in topic["partitions"]
    )
    return GroupMember(found["member_id"], found["client_id"], found["client_host"].lstrip("/"), tuple(sorted(owned)))


def _committed(admin: KafkaAdminClient, group_id: str, topic: str) -> dict[int, int]:
    found = admin.list_group_offsets({group_id: None}).get(group_id, {})
    pairs = ((tp.partition, saved.offset) for tp, saved in found.items() if tp.topic == topic and saved.offset >= 0)
    return dict(sorted(pairs))


def _places(admin: KafkaAdminClient, topic: str, committed: Mapping[int, int]) -> tuple[GroupPartition, ...]:
    (found,) = admin.describe_topics([topic])
    partitions = [TopicPartition(topic, partition["partition_index"]) for partition in found["partitions"]]
    ends = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST)) if partitions else {}
    places = (GroupPartition(tp.partition, committed.get(tp.partition), ends[tp].offset) for tp in sorted(ends))
    return tuple(places)


def _when_ready(ask: Callable[[], Answer]) -> Answer:
    """The answer to a question about a group, asked again while the broker makes ready for groups."""
    for _ in range(ATTEMPTS - 1):
        with contextlib.suppress(*NOT_YET):
            return ask()
        time.sleep(RETRY_S)
    return ask()
