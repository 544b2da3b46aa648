"""Groups as the broker describes them, on the embedded broker and on Apache Kafka: who owns what, and what is saved."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from brokers import BOTH_ENGINES_PATIENCE_S as PATIENCE_S
from brokers import on_both_engines
from independent import committed, described, end_offsets
from support import processed, random_name, wait_until

from nbmomentum.errors import BrokerUnavailable
from nbmomentum.runners import Runner
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer
from nbmomentum.stream.groups.descriptions import (
    GroupDescription,
    GroupWatch,
    committed_offsets,
    describe_group,
    list_groups,
)

PLAYS = load_game("0021500277")


@pytest.fixture
def group_id() -> str:
    """A group of this test's own."""
    return random_name("group")


@pytest.fixture
def watch(broker: Broker, topic: str, group_id: str, stopping: Callable[[Runner], Any]) -> GroupWatch:
    """A watch of this group, started."""
    watch: GroupWatch = stopping(
        GroupWatch(
            bootstrap_servers=broker.bootstrap_servers,
            group_id=group_id,
            topic=topic,
            name=random_name("watch"),
            interval_s=0.05,
        )
    )
    return watch.start()


def owned(member: BackgroundConsumer) -> tuple[int, ...]:
    """The partitions that this member says it has."""
    return tuple(partition.partition for partition in member.status.partitions)


@on_both_engines
def test_an_idle_consumer_is_live(make_consumer: Callable[..., BackgroundConsumer]) -> None:
    """No record comes for longer than a question may take: the broker is not taken for one that is away."""
    consumer = make_consumer().start()
    wait_until(lambda: consumer.status.state == "live", what="the assignment", timeout_s=PATIENCE_S)
    live_since, states = time.monotonic(), set[str]()

    wait_until(lambda: states.add(consumer.status.state) or time.monotonic() > live_since + 2, what="two quiet seconds")

    assert states == {"live"}


@on_both_engines
def test_a_group_that_nobody_knows_is_described_as_such(broker: Broker, group_id: str) -> None:
    """No error: a picture may ask before the first member joins."""
    description = describe_group(broker.bootstrap_servers, group_id)

    assert description == GroupDescription(group_id, "unknown group")
    assert committed_offsets(broker.bootstrap_servers, group_id) == {}
    assert group_id not in list_groups(broker.bootstrap_servers)


@on_both_engines
def test_members_and_what_they_own_are_described(
    broker: Broker, topic: str, group_id: str, make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """Two members by name, each with the partitions that it has itself; a stopped one is gone."""
    servers = broker.bootstrap_servers
    members = [make_consumer(group_id=group_id).start() for _ in range(2)]
    wait_until(
        lambda: all(map(owned, members)) and describe_group(servers, group_id).state == "stable",
        what="both members",
        timeout_s=PATIENCE_S,
    )

    description = describe_group(servers, group_id)

    assert described(servers, group_id) == {member.name: owned(member) for member in members}
    assert sorted(description.owners) == [0, 1, 2]
    assert {topic} == {name for member in description.members for name, _ in member.partitions}
    assert group_id in list_groups(servers)
    assert description.strategy == "range"
    members[0].stop()
    wait_until(
        lambda: described(servers, group_id) == {members[1].name: (0, 1, 2)}, what="the other", timeout_s=PATIENCE_S
    )


@on_both_engines
def test_committed_offsets_are_those_of_an_independent_client(
    broker: Broker,
    topic: str,
    group_id: str,
    make_producer: Callable[..., GameProducer],
    make_consumer: Callable[..., BackgroundConsumer],
) -> None:
    """Of the partitions in which the group has committed, and of this topic only."""
    consumer = make_consumer(group_id=group_id).start()
    assert make_producer(PLAYS).start().join(PATIENCE_S)
    wait_until(
        lambda: consumer.status.consumed == len(PLAYS) and consumer.status.committed_lag == 0, timeout_s=PATIENCE_S
    )

    saved = committed_offsets(broker.bootstrap_servers, group_id, topic)

    assert saved == {p: offset.offset for p, offset in committed(broker.bootstrap_servers, group_id).items()}
    assert sum(saved.values()) == len(PLAYS)
    assert committed_offsets(broker.bootstrap_servers, group_id, f"{topic}.dead_letter") == {}


@on_both_engines
def test_a_watch_follows_members_and_lags(
    broker: Broker,
    topic: str,
    group_id: str,
    watch: GroupWatch,
    make_producer: Callable[..., GameProducer],
    make_consumer: Callable[..., BackgroundConsumer],
) -> None:
    """From a group without members to one that has read all, and back; its lag is that of an independent client."""
    wait_until(lambda: watch.status.state == "watching", what="the watch", timeout_s=PATIENCE_S)
    before = watch.status
    consumer = make_consumer(group_id=group_id).start()
    wait_until(lambda: watch.status.group.owners, what="the member", timeout_s=PATIENCE_S)
    assert make_producer(PLAYS).start().join(PATIENCE_S)
    wait_until(lambda: processed(consumer) == len(PLAYS), what="its records", timeout_s=PATIENCE_S)
    wait_until(lambda: sum(p.committed or 0 for p in watch.status.partitions) == len(PLAYS), timeout_s=PATIENCE_S)

    status = watch.status
    consumer.stop()

    assert (before.group.members, [p.committed for p in before.partitions]) == ((), [None] * 3)
    assert status.group.owners == dict.fromkeys(range(3), consumer.name)
    ends = {p.partition: p.end_offset for p in status.partitions if p.end_offset}
    assert ends == end_offsets(broker.bootstrap_servers, topic)
    assert [p.committed_lag for p in status.partitions] == [0, 0, 0]
    wait_until(lambda: watch.status.group.state in ("empty", "unknown group"), timeout_s=PATIENCE_S)


def test_a_watch_says_that_the_broker_is_away(fragile: Broker, stopping: Callable[[Runner], Any]) -> None:
    """It keeps what it heard last, goes on by itself, and stops within a second in between."""
    servers = fragile.bootstrap_servers
    watch: GroupWatch = stopping(GroupWatch(bootstrap_servers=servers, group_id="g", name=random_name("watch")))
    watch.start()
    wait_until(lambda: watch.status.state == "watching", what="the watch")
    heard = watch.status.group

    fragile.stop()
    wait_until(lambda: watch.status.state == "broker away", what="the outage")
    away = watch.status
    stopped_at = time.monotonic()
    watch.stop()

    assert (away.group, away.error) == (heard, "")
    assert time.monotonic() < stopped_at + 1
    assert watch.status.state == "stopped"


def test_no_broker_is_a_clear_error() -> None:
    """It says where it looked and how to start one."""
    with pytest.raises(BrokerUnavailable, match=r"127\.0\.0\.1:1 .*start_broker"):
        describe_group("127.0.0.1:1", "g")
