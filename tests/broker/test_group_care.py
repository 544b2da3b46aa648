"""A group whose members are killed, stopped or forgotten: on both engines it goes on, and says what it waits for."""

import contextlib
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from brokers import BOTH_ENGINES_PATIENCE_S as PATIENCE_S
from brokers import on_both_engines
from independent import committed, described
from kafka import KafkaConsumer
from members import MemberElsewhere, ScriptedMember
from support import random_name, wait_until

from nbmomentum.runners import Runner
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import (
    BackgroundConsumer,
    Broker,
    GameProducer,
    GroupMember,
    GroupOfConsumers,
    PipelineWalk,
    describe_group,
)
from nbmomentum.stream.cluster.client import connect
from nbmomentum.stream.consumer.cooperation import is_embedded

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that stop a process")

GAMES = {game_id: load_game(game_id) for game_id in ("0021500051", "0021500177", "0021500277")}
RECORDS = sum(map(len, GAMES.values()))
# What the kit promises on the embedded broker; Apache Kafka's own time-out and rebalance take longer on a busy machine.
TAKEN_OVER_WITHIN_S = {"embedded": 8.0, "apache": PATIENCE_S}


@pytest.fixture
def group_id() -> str:
    """A group of this test's own."""
    return random_name("group")


@pytest.fixture
def victim(broker: Broker, topic: str, group_id: str) -> Iterator[MemberElsewhere]:
    """A member of the group in another process, which reads all partitions."""
    member = MemberElsewhere(broker.bootstrap_servers, topic, group_id)
    member.told(lambda said: said["state"] == "live" and len(said["positions"]) == 3)
    yield member
    member.end()


@pytest.fixture
def make_group(broker: Broker, topic: str, group_id: str, stopping: Callable[[Runner], Any]) -> Callable[..., Any]:
    """Make the group's members in this process, and start them."""

    def make(members: int = 1) -> GroupOfConsumers:
        settings = {"topic": topic, "group_id": group_id, "name": group_id, "member_name": random_name("consumer")}
        group = GroupOfConsumers(bootstrap_servers=broker.bootstrap_servers, members=members, **settings)  # type: ignore[arg-type]
        stopping(group)
        return group.start()

    return make


@pytest.fixture
def scripted(broker: Broker, topic: str, group_id: str) -> Iterator[Callable[[], ScriptedMember]]:
    """Make a member that the broker knows by its id, and that does only what the test says."""
    members: list[ScriptedMember] = []

    def make() -> ScriptedMember:
        members.append(ScriptedMember(broker.bootstrap_servers, topic, group_id))
        members[-1].introduce()
        return members[-1]

    yield make
    for member in members:
        member.close()


def owned(group: GroupOfConsumers) -> list[int]:
    """What the members in this process read."""
    return sorted(place.partition for member in group.status.members for place in member.partitions)


def members_of(broker: Broker, group_id: str) -> tuple[GroupMember, ...]:
    """The members that the broker knows."""
    return describe_group(broker.bootstrap_servers, group_id).members


def troubles(group: GroupOfConsumers) -> list[str]:
    """What they say is wrong with their group."""
    return [member.group_trouble for member in group.status.members if member.group_trouble]


def wait_for_share(group: GroupOfConsumers) -> list[int]:
    """Wait until the members in this process have a part of the partitions, and the group rests."""
    wait_until(lambda: group.is_settled and 0 < len(owned(group)) < 3, what="a share", timeout_s=PATIENCE_S)
    return owned(group)


@on_both_engines
def test_only_the_embedded_broker_is_taken_for_it(broker: Broker) -> None:
    """By what it calls its cluster: nobody else's members are removed."""
    with contextlib.closing(connect(KafkaConsumer, broker.bootstrap_servers)) as client:
        assert is_embedded(client) == (broker.engine == "embedded")


@on_both_engines
def test_partitions_of_a_killed_member_are_read_on_by_the_survivor(
    broker: Broker,
    topic: str,
    group_id: str,
    victim: MemberElsewhere,
    make_group: Callable[[], GroupOfConsumers],
    make_producer: Callable[..., GameProducer],
) -> None:
    """No play is lost, what was processed twice is counted, and until then it says which partitions nobody reads."""
    group = make_group()
    kept = wait_for_share(group)
    lost = [number for number in range(3) if number not in kept]
    producers = [make_producer(plays, speed=600).start() for plays in GAMES.values()]
    victim.told(lambda said: said["consumed"] >= 20)

    victim.process.kill()
    killed_at = time.monotonic()
    positions = victim.last_words()["positions"]
    wait_until(lambda: troubles(group), what="a word of it", timeout_s=TAKEN_OVER_WITHIN_S[broker.engine])
    trouble = troubles(group)[0]
    saved = committed(broker.bootstrap_servers, group_id)
    wait_until(lambda: owned(group) == [0, 1, 2], what="the partitions", timeout_s=PATIENCE_S)
    taken_over_s = time.monotonic() - killed_at

    assert taken_over_s < TAKEN_OVER_WITHIN_S[broker.engine]
    assert re.match(r"Partitions? .* read by nobody: victim of process \d+ was killed; the (kit|broker)", trouble)
    assert all(producer.join(PATIENCE_S) for producer in producers)
    already = sum(saved[number].offset for number in lost if number in saved)
    [survivor] = group.members().values()
    wait_until(lambda: survivor.status.committed_lag == 0, what="its commits", timeout_s=PATIENCE_S)
    wait_until(lambda: group.status.rebalances[-1].last == survivor.status.generation, what="the report")
    assert survivor.status.consumed == RECORDS - already
    assert sum(positions[str(number)] for number in lost) - already >= 0  # what was processed twice
    assert {k: len(s.state.plays) for k, s in group.snapshots().items()} == {k: len(g) for k, g in GAMES.items()}
    report = group.status.rebalances[-1].describe()
    remover = "the kit, since the embedded broker never does" if broker.engine == "embedded" else "the broker"
    assert f"victim of process {victim.process.pid} was killed; removed by {remover}" in report
    assert "stopped for up to" in report
    wait_until(lambda: not troubles(group), what="the all-clear")


@on_both_engines
def test_successor_of_a_killed_member_says_whom_it_waits_for(
    broker: Broker, topic: str, group_id: str, victim: MemberElsewhere, make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """It joins a group whose only member is dead, and gets the partitions all the same."""
    victim.end()
    consumer = make_consumer(group_id=group_id).start()

    wait_until(lambda: consumer.status.group_trouble, what="a word of it", timeout_s=PATIENCE_S)
    trouble = consumer.status.group_trouble
    wait_until(lambda: consumer.status.state == "live", what="the partitions", timeout_s=PATIENCE_S)

    assert re.match(
        rf"It has been joining its group for \d+ s, and waits for victim of process {victim.process.pid}, "
        r"which was killed; the (kit|broker) removes it",
        trouble,
    )
    assert len(consumer.status.partitions) == 3
    assert described(broker.bootstrap_servers, group_id).keys() == {consumer.name}
    wait_until(lambda: not consumer.status.group_trouble, what="the all-clear")


def test_member_whose_process_is_stopped_is_never_removed(
    broker: Broker, topic: str, group_id: str, victim: MemberElsewhere, make_group: Callable[..., GroupOfConsumers]
) -> None:
    """It lives: the others say what they wait for, and go on once it does."""
    group = make_group()
    kept = wait_for_share(group)

    victim.process.send_signal(signal.SIGSTOP)
    wait_until(lambda: troubles(group), what="a word of it", timeout_s=PATIENCE_S)
    trouble = troubles(group)[0]
    seen_at = time.monotonic()
    wait_until(lambda: time.monotonic() > seen_at + 8, what="more than a session's time-out", timeout_s=PATIENCE_S)

    assert "read by nobody: victim of process" in trouble
    assert trouble.endswith("was stopped, and lives; let it go on, or end it.")
    assert owned(group) == kept
    assert described(broker.bootstrap_servers, group_id).keys() >= {"victim"}
    victim.process.send_signal(signal.SIGCONT)
    wait_until(lambda: not troubles(group) and group.is_settled, what="the all-clear", timeout_s=PATIENCE_S)
    assert len(owned(group)) < 3


def test_member_that_the_embedded_broker_forgot_asks_once_more(
    broker: Broker,
    group_id: str,
    make_group: Callable[..., GroupOfConsumers],
    scripted: Callable[[], ScriptedMember],
) -> None:
    """A round is complete, and before the broker has told the one that waits, the next one begins without it."""
    group = make_group()
    wait_until(lambda: group.is_settled and len(owned(group)) == 3, what="the first round")
    [member] = group.members().values()
    second, third, fourth = scripted(), scripted(), scripted()
    joined = second.join()
    wait_until(lambda: joined.is_done and group.is_settled, what="the second member")

    third.join()
    wait_until(lambda: member.status.state == "joining", what="our member to wait for the second")
    second.join().add_callback(lambda _: fourth.join())
    wait_until(
        lambda: len(describe_group(broker.bootstrap_servers, group_id).members) == 4, what="the next round to begin"
    )
    answers = [second.join(anew=True), third.join(anew=True)]

    wait_until(lambda: all(answer.is_done for answer in answers), what="a round with all four")
    wait_until(lambda: member.status.state == "live", what="our member")


@on_both_engines
def test_member_that_is_stopped_while_it_joins_has_left(
    broker: Broker,
    group_id: str,
    make_consumer: Callable[..., BackgroundConsumer],
    scripted: Callable[[], ScriptedMember],
) -> None:
    """Nobody waits for it: its goodbye does not stand behind the join that waits for an answer."""
    consumer = make_consumer(group_id=group_id).start()
    wait_until(lambda: consumer.status.state == "live", what="the first round", timeout_s=PATIENCE_S)
    second = scripted()
    joined = second.join()
    wait_until(lambda: joined.is_done and consumer.status.state == "live", what="the second member")
    scripted().join()
    wait_until(lambda: consumer.status.state == "joining", what="it to wait for the second")

    consumer.stop()

    assert [member.name for member in members_of(broker, group_id) if member.name == consumer.name] == []


def test_walk_gets_the_partitions_of_a_killed_one(
    broker: Broker, topic: str, group_id: str, victim: MemberElsewhere, stopping: Callable[[Runner], Any]
) -> None:
    """As after a kernel that was killed; meanwhile the strip says whom it waits for."""
    victim.end()
    walk: PipelineWalk = stopping(
        PipelineWalk(GAMES["0021500277"], bootstrap_servers=broker.bootstrap_servers, topic=topic, group_id=group_id)
    )

    walk.start()

    wait_until(lambda: "victim of process" in walk.status.group_trouble, what="a word of it", timeout_s=PATIENCE_S)
    wait_until(lambda: walk.status.state == "waiting", what="the partitions", timeout_s=PATIENCE_S)
    wait_until(lambda: not walk.status.group_trouble, what="the all-clear")
