"""What a member says of its group, and whom it removes, by what a scripted broker says: no broker needed."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support import wait_until

from nbmomentum.errors import BrokerUnavailable
from nbmomentum.stream.cluster.client_ids import client_id, own_process
from nbmomentum.stream.consumer import group_care
from nbmomentum.stream.consumer.group_care import GroupCare
from nbmomentum.stream.consumer.standing import Standing

JOINED = Standing(is_joining=False, is_embedded=True, generation=1, partitions=frozenset({0, 1, 2}))
JOINING = dataclasses.replace(JOINED, is_joining=True, generation=None)
ON_APACHE = dataclasses.replace(JOINED, is_embedded=False)


class ScriptedBroker:
    """Stands in for `Connector`: describes the group as the test says, and notes whom it is to remove."""

    def __init__(self) -> None:
        self.members: dict[str, tuple[str, list[int]]] = {}
        self.state = "Stable"
        self.removed: list[str] = []
        self.is_away = False
        self.asked = 0

    @contextlib.contextmanager
    def admin(self) -> Iterator[Any]:
        """An admin client, as far as it is used here."""
        self.asked += 1
        if self.is_away:
            raise BrokerUnavailable("No Kafka broker answers.")
        yield self

    def describe_groups(self, group_ids: list[str]) -> dict[str, Any]:
        """The group."""
        members = [
            {
                "member_id": member_id,
                "client_id": client,
                "client_host": "/127.0.0.1",
                "member_assignment": {"assigned_partitions": [{"topic": "t", "partitions": numbers}]},
            }
            for member_id, (client, numbers) in self.members.items()
        ]
        return {group_ids[0]: {"group_state": self.state, "protocol_data": "range", "members": members}}

    def remove_group_members(self, _: str, members: list[Any]) -> None:
        """Forget these."""
        self.removed += [member.member_id for member in members]
        self.members = {known: it for known, it in self.members.items() if known not in self.removed}


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> ScriptedBroker:
    """A group in which our member, "own", has partition 0."""
    monkeypatch.setattr(group_care, "held_member_ids", lambda: {"own"})
    broker = ScriptedBroker()
    broker.members = {"own": (client_id("consumer-1"), [0])}
    return broker


@pytest.fixture
def look(broker: ScriptedBroker) -> Callable[..., GroupCare]:
    """Look at the group for so many seconds of the test's own clock, four times in each."""
    clock = [100.0]
    care = GroupCare(broker, group_id="g", topic="t", name="consumer-1", now=lambda: clock[0])  # type: ignore[arg-type]

    def look_on(standing: Standing, seconds: float = 10.0) -> GroupCare:
        for _ in range(round(seconds * 3)):
            clock[0] += 1 / 3
            care.look(standing)
            wait_until(lambda: care._errand.is_done or not care._errand.is_under_way)
        return care

    return look_on


def client_of(name: str, **changed: Any) -> str:
    """The client id of a member in a process that differs from this one."""
    other = dataclasses.replace(own_process(), **changed)
    return f"nbmomentum-{name}.{other.host}.{other.pid}.{other.began_s}"


# The number of no process: beyond what any system gives.
DEAD = client_of("consumer-2", pid=2**22 + 1)
ELSEWHERE = client_of("consumer-2", host="elsewhere", pid=2**22 + 1)


def test_nothing_is_said_of_a_group_that_reads_everything(
    broker: ScriptedBroker, look: Callable[..., GroupCare]
) -> None:
    """And the broker is not asked again and again."""
    broker.members["other"] = ("rdkafka", [1, 2])

    care = look(JOINED, 9.0)

    assert (care.trouble, care.deaths, broker.removed, broker.asked) == ("", (), [], 1)


def test_partition_that_no_member_has_is_told(broker: ScriptedBroker, look: Callable[..., GroupCare]) -> None:
    """On every broker; nobody need have died."""
    broker.members["other"] = ("rdkafka", [1])

    care = look(ON_APACHE)
    told = care.trouble
    broker.members["other"] = ("rdkafka", [1, 2])
    look(ON_APACHE)

    assert told == "Partition 2 is read by nobody: no member of its group has it."
    assert care.trouble == ""


def test_dead_member_is_told_at_once_and_removed_on_the_embedded_broker(
    broker: ScriptedBroker, look: Callable[..., GroupCare]
) -> None:
    """Its partitions are named, and its death is told before it is removed."""
    broker.members["dead"] = (DEAD, [1, 2])

    care = look(JOINED, 2.5)
    told = care.trouble
    look(JOINED, 4.0)

    assert told == (
        f"Partitions 1 and 2 are read by nobody: consumer-2 of process {2**22 + 1} was killed; "
        "the kit removes it in a moment, since the embedded broker never does."
    )
    assert broker.removed == ["dead"]
    [death] = care.deaths
    assert (death.member_id, death.partitions) == ("dead", (1, 2))
    assert death.text.startswith(
        f"consumer-2 of process {2**22 + 1} was killed; removed by the kit, since the embedded"
    )


def test_dead_member_is_left_to_any_other_broker(broker: ScriptedBroker, look: Callable[..., GroupCare]) -> None:
    """It is told all the same."""
    broker.members["dead"] = (DEAD, [1, 2])

    care = look(ON_APACHE)

    assert care.trouble.endswith("was killed; the broker removes it when its session time-out is over.")
    assert (broker.removed, len(care.deaths)) == ([], 1)


@pytest.mark.parametrize("client", [ELSEWHERE, client_id("consumer-2"), "rdkafka"])
def test_member_that_may_live_is_never_removed(
    broker: ScriptedBroker, look: Callable[..., GroupCare], monkeypatch: pytest.MonkeyPatch, client: str
) -> None:
    """On another computer, in this process, or of another library: it may be slow, and the group waits for it."""
    monkeypatch.setattr(group_care, "held_member_ids", lambda: {"own", "slow"})
    broker.members["slow"] = (client, [])
    broker.state = "PreparingRebalance"

    care = look(JOINING, 20.0)

    name = "rdkafka" if client == "rdkafka" else "consumer-2"
    assert care.trouble == f"It has been joining its group for 20 s, and waits for {name} to join, too."
    assert (broker.removed, care.deaths) == ([], ())


def test_member_that_this_process_left_behind_is_removed(
    broker: ScriptedBroker, look: Callable[..., GroupCare]
) -> None:
    """It was stopped while it joined, and its goodbye did not arrive."""
    broker.members["left over"] = (client_id("consumer-2"), [])
    broker.state = "PreparingRebalance"

    care = look(JOINING, 8.0)

    assert broker.removed == ["left over"]
    assert "was stopped before it had joined; removed by the kit" in care.deaths[0].text


def test_member_that_has_left_meanwhile_is_no_death(broker: ScriptedBroker, look: Callable[..., GroupCare]) -> None:
    """Its process left its group in good order, and ended."""
    broker.members["dead"] = (DEAD, [1, 2])
    look(JOINED, 1.0)
    broker.members = {"own": (client_id("consumer-1"), [0, 1, 2])}

    care = look(JOINED)

    assert (care.trouble, care.deaths, broker.removed) == ("", (), [])


def test_broker_that_does_not_answer_is_asked_again(broker: ScriptedBroker, look: Callable[..., GroupCare]) -> None:
    """Whom the group waits for is told once it does."""
    broker.members["dead"] = (DEAD, [])
    broker.is_away = True
    unheard = look(JOINING, 4.0).trouble
    broker.is_away = False

    care = look(JOINING, 3.0)

    assert unheard == "It has been joining its group for 4 s, and waits for the broker's answer."
    assert "which was killed" in care.trouble
