"""What keeps a member's group from going on: whom it waits for, and which partitions nobody reads. One thread only.

    care = GroupCare(connector, group_id="lesson-05", topic="nba_momentum", name="consumer-1")
    care.look(reader.standing)  # at each turn; it asks the broker beside the member's work, and never waits
    care.trouble  # "Partition 2 is read by nobody: consumer-2 of process 4711 was killed; the kit removes it ..."

The broker describes the members, and each tells its process in its client id. Apache Kafka removes a member that is
silent for longer than its session time-out. The embedded broker never does; there the kit removes a member whose
process, on this computer, has ended, and one that this process has left behind. It never removes one that lives.
"""

import time
from collections.abc import Callable, Iterable
from functools import partial

from kafka.admin import MemberToRemove
from kafka.errors import KafkaError

from nbmomentum import logs
from nbmomentum.errors import BrokerError
from nbmomentum.runners import Errand
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.cluster.group_members import GroupDescription, GroupMember, described, unread_partitions
from nbmomentum.stream.consumer.standing import Standing, held_member_ids
from nbmomentum.stream.status import Death, listed, partitions_text

# A join takes half a second: only what takes longer is looked into, and what lasts is told.
LOOK_AFTER_S = 1.0
SAY_AFTER_S = 2.0
# Between two questions: while something is wrong, and while all is well.
LOOK_INTERVAL_S = 1.0
CALM_INTERVAL_S = 10.0
# Between two looks whether the processes of the other members live.
WATCH_INTERVAL_S = 0.25
# A process that ends in good order, and a consumer that is stopped, leave their group meanwhile.
LEAVE_S = 1.0
GRACE_S = 3.0
KEPT_DEATHS = 20

KIT_REMOVES = "the kit removes it in a moment, since the embedded broker never does"
BROKER_REMOVES = "the broker removes it when its session time-out is over"
KIT_REMOVED = "removed by the kit, since the embedded broker never does; what it had not committed is processed again"
BROKER_REMOVED = "removed by the broker after its session time-out; what it had not committed is processed again"
STOPPED = "was stopped, and lives; let it go on, or end it"


class GroupCare:
    """Looks after the group of one member.

    Args:
        connector: Makes the clients that ask.
        group_id: The group.
        topic: The topic that it reads.
        name: The member's name.
        now: A clock, in seconds.

    Attributes:
        trouble: What is wrong, in words; empty if nothing is.
        deaths: The members that ended without leaving, as far as this one has seen it, newest last.
    """

    def __init__(
        self,
        connector: Connector,
        *,
        group_id: str,
        topic: str,
        name: str,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connector, self._now = connector, now
        self._group_id, self._topic, self._name = group_id, topic, name
        self._log = f"consumer.{name}"
        self._errand = Errand[GroupDescription](f"{name} group")
        self._group = GroupDescription(group_id, "")
        self._asked_at = self._heard_of = self._watched_at = 0.0
        self._asked_in: int | None = None
        self._heard_in: int | None = None
        self._joining_since: float | None = None
        self._gone_since: dict[str, float] = {}
        self._unread_since: dict[int, float] = {}
        self._to_remove: list[GroupMember] = []
        self.trouble = ""
        self.deaths: tuple[Death, ...] = ()

    def look(self, standing: Standing | None) -> None:
        """Look at the group once more.

        Args:
            standing: Where the member stands; None while there is no broker to ask.
        """
        now = self._now()
        self._take_answer()
        if standing is None:
            self._joining_since, self.trouble = None, ""
            return
        self._joining_since = (self._joining_since or now) if standing.is_joining else None
        if now - self._watched_at > WATCH_INTERVAL_S:
            self._watched_at = now
            self._watch(standing, now)
            self._ask_if_due(standing, now)
            self.trouble = self._describe(standing, now)

    def owners_of(self, partitions: Iterable[int], generation: int | None) -> dict[int, str]:
        """Who has each of these partitions, in words; empty until the broker has described this generation."""
        heard = self._group.members if generation == self._heard_in else ()
        owners = {at: member.describe() for member in heard for topic, at in member.partitions if topic == self._topic}
        return {at: owners.get(at, "") for at in partitions}

    def _take_answer(self) -> None:
        if not self._errand.is_done:
            return
        try:
            self._group, self._heard_of, self._heard_in = self._errand.take(), self._asked_at, self._asked_in
        except (KafkaError, BrokerError) as error:  # asked again soon
            logs.log_event(self._log, "group_not_heard", reason=f"{type(error).__name__}: {error}")

    def _watch(self, standing: Standing, now: float) -> None:
        """See whose process has ended, and what nobody reads; tell each death, and then have its member removed."""
        held = held_member_ids()
        gone = [member.member_id for member in self._group.members if _is_gone(member, held)]
        self._gone_since = {member_id: self._gone_since.get(member_id, now) for member_id in gone}
        is_old = standing.is_joining or self._heard_in != standing.generation
        unread = () if is_old else unread_partitions(self._group, self._topic, standing.partitions)
        self._unread_since = {number: self._unread_since.get(number, now) for number in unread}
        lost = self._gone(now - (GRACE_S if standing.is_embedded else LEAVE_S))
        told = {death.member_id for death in self.deaths}
        # Told first, and removed at the next look: then everybody knows why the rebalance comes.
        self._to_remove = [member for member in lost if member.member_id in told] if standing.is_embedded else []
        for member in lost:
            if member.member_id not in told:
                self._tell(member, standing)

    def _gone(self, before: float) -> list[GroupMember]:
        """The members that were gone before this moment, and are in the group by an answer of later."""
        before, since = min(before, self._heard_of), self._gone_since
        return [m for m in self._group.members if m.member_id in since and since[m.member_id] < before]

    def _tell(self, member: GroupMember, standing: Standing) -> None:
        text = f"{member.describe()} {_how_it_ended(member)}; {KIT_REMOVED if standing.is_embedded else BROKER_REMOVED}"
        numbers = tuple(number for topic, number in member.partitions if topic == self._topic)
        death = Death(member.member_id, self._gone_since[member.member_id], text, numbers)
        self.deaths = (*self.deaths, death)[-KEPT_DEATHS:]
        logs.log_event(self._log, "member_lost", reason=text, partitions=numbers)

    def _ask_if_due(self, standing: Standing, now: float) -> None:
        if self._errand.is_under_way or not self._is_due(standing, now):
            return
        self._asked_at, self._asked_in = now, standing.generation
        work = partial(_remove, members=self._to_remove) if self._to_remove else _ask
        self._errand.begin(partial(work, self._connector, self._group_id))

    def _is_due(self, standing: Standing, now: float) -> bool:
        if self._to_remove:
            return True
        if self._joining_since is not None and now - self._joining_since < LOOK_AFTER_S:
            return False
        is_calm = self._group.state == "stable" and not (standing.is_joining or self._gone_since or self._unread_since)
        is_news = standing.generation != self._asked_in and not standing.is_joining
        return is_news or now - self._asked_at > (CALM_INTERVAL_S if is_calm else LOOK_INTERVAL_S)

    def _describe(self, standing: Standing, now: float) -> str:
        if self._joining_since is None:
            return self._unread_text(standing, now)
        waited_s = now - self._joining_since
        if waited_s < SAY_AFTER_S:
            return ""
        return f"It has been joining its group for {waited_s:.0f} s, and waits for {self._awaited_text(standing)}."

    def _awaited_text(self, standing: Standing) -> str:
        if gone := [member for member in self._group.members if member.member_id in self._gone_since]:
            who = listed([member.describe() for member in gone])
            return f"{who}, which {_how_it_ended(gone[0])}; {KIT_REMOVES if standing.is_embedded else BROKER_REMOVES}"
        others = [member for member in self._group.members if member.name != self._name]
        if stopped := [member for member in others if member.is_stopped]:
            return f"{listed([member.describe() for member in stopped])}, which {STOPPED}"
        return f"{listed([member.name for member in others])} to join, too" if others else "the broker's answer"

    def _unread_text(self, standing: Standing, now: float) -> str:
        unread = unread_partitions(self._group, self._topic, self._unread_since)
        is_certain = {member.member_id for member in self._gone(now - LEAVE_S)}
        told = {
            number: owner
            for number, owner in unread.items()
            if now - self._unread_since[number] > SAY_AFTER_S or (owner and owner.member_id in is_certain)
        }
        if not told:
            return ""
        owner = next(iter(told.values()))
        numbers = [number for number, its_owner in told.items() if its_owner == owner]
        is_or_are = "are" if len(numbers) > 1 else "is"
        why = "no member of its group has it" if owner is None else _why_unread(owner, standing)
        return f"{partitions_text(numbers).capitalize()} {is_or_are} read by nobody: {why}."


def _why_unread(owner: GroupMember, standing: Standing) -> str:
    if not owner.is_dead:
        return f"{owner.describe()} {STOPPED}"
    return f"{owner.describe()} was killed; {KIT_REMOVES if standing.is_embedded else BROKER_REMOVES}"


def _is_gone(member: GroupMember, held: set[str]) -> bool:
    """Whether its process has ended, or is this one, which has no such member any more."""
    process = member.process
    return process is not None and (member.is_dead or (process.is_own and member.member_id not in held))


def _how_it_ended(member: GroupMember) -> str:
    return "was killed" if member.is_dead else "was stopped before it had joined"


def _ask(connector: Connector, group_id: str) -> GroupDescription:
    with connector.admin() as admin:
        return described(admin, group_id)


def _remove(connector: Connector, group_id: str, *, members: Iterable[GroupMember]) -> GroupDescription:
    """Remove those of these members that are gone still; returns the group as it is then."""
    wanted = {member.member_id for member in members}
    with connector.admin() as admin:
        held = held_member_ids()
        found = [m for m in described(admin, group_id).members if m.member_id in wanted and _is_gone(m, held)]
        if found:
            admin.remove_group_members(group_id, [MemberToRemove(member_id=m.member_id) for m in found])
        return described(admin, group_id)
