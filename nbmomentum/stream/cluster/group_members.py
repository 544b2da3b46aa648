"""The members of a group as the broker describes them, and what of it nobody reads.

with connector.admin() as admin:
    group = described(admin, "lesson-05")
group.owners  # {0: "consumer-1", 1: "consumer-1", 2: "consumer-2"}
unread_partitions(group, "nba_momentum", {0, 1, 2})  # {2: a member whose process is dead, or None}
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient

from nbmomentum.stream.cluster.client_ids import MemberProcess, name_of, process_of

UNKNOWN_GROUP = "unknown group"
STATES = {
    "Stable": "stable",
    "PreparingRebalance": "rebalancing",
    "CompletingRebalance": "rebalancing",
    "Assigning": "rebalancing",
    "Reconciling": "rebalancing",
    "Empty": "empty",
    "Dead": UNKNOWN_GROUP,
}


@dataclass(frozen=True)
class GroupMember:
    """One member of a group.

    Attributes:
        member_id: The id that the broker gave it when it joined.
        client_id: The name that it gave itself; a `BackgroundConsumer` tells its name and its process in it.
        host: Where it runs.
        partitions: What it owns, as topic and partition; empty during a rebalance, and for a member that idles.
    """

    member_id: str
    client_id: str
    host: str
    partitions: tuple[tuple[str, int], ...] = ()

    @property
    def name(self) -> str:
        """The name of a `BackgroundConsumer`, else the client id."""
        return name_of(self.client_id)

    @property
    def process(self) -> MemberProcess | None:
        """The process of a `BackgroundConsumer`; None of another client's."""
        return process_of(self.client_id)

    @property
    def is_dead(self) -> bool:
        """Whether its process, on this computer, has ended."""
        return self.process is not None and self.process.state == "dead"

    @property
    def is_stopped(self) -> bool:
        """Whether its process, on this computer, lives and was stopped."""
        return self.process is not None and self.process.state == "stopped"

    def describe(self) -> str:
        """Who it is, in words: "consumer-2 of process 4711"."""
        return f"{self.name} of process {self.process.pid}" if self.process else self.name


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
        """The name of the owner of each partition, whichever topic; for groups that read one topic."""
        pairs = ((number, member.name) for member in self.members for _, number in member.partitions)
        return dict(sorted(pairs))


def described(admin: KafkaAdminClient, group_id: str) -> GroupDescription:
    """A group as the broker describes it now."""
    found = admin.describe_groups([group_id])[group_id]
    state = STATES.get(found["group_state"], found["group_state"] or UNKNOWN_GROUP)
    members = sorted(map(_member, found["members"]), key=lambda member: (member.client_id, member.member_id))
    return GroupDescription(group_id, state, found["protocol_data"] or "", tuple(members))


def unread_partitions(group: GroupDescription, topic: str, partitions: Iterable[int]) -> dict[int, GroupMember | None]:
    """What nobody reads of these partitions, as long as the group is stable, and whose it is.

    A partition that is nobody's has None; else its owner's process is dead, or was stopped, and lives.
    """
    if group.state != "stable":
        return {}
    owners = {number: member for member in group.members for name, number in member.partitions if name == topic}
    found = {number: owners.get(number) for number in sorted(partitions)}
    return {number: owner for number, owner in found.items() if owner is None or owner.is_dead or owner.is_stopped}


def _member(found: Mapping[str, Any]) -> GroupMember:
    assignment = found["member_assignment"] or {}
    owned = (
        (topic["topic"], number)
        for topic in assignment.get("assigned_partitions", ())
        for number in topic["partitions"]
    )
    return GroupMember(found["member_id"], found["client_id"], found["client_host"].lstrip("/"), tuple(sorted(owned)))
