"""Consumer groups: members share partitions, and hand them over with the games in them."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from brokers import BOTH_ENGINES
from independent import committed
from support import random_name, wait_until

from nbmomentum.momentum import Alert, AlertWatch
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer

ENGINES = BOTH_ENGINES

MakeProducer = Callable[..., GameProducer]
MakeConsumer = Callable[..., BackgroundConsumer]

# One game in each of the three partitions.
GAMES = {game_id: load_game(game_id) for game_id in ("0021500051", "0021500177", "0021500277")}
PLAYS = GAMES["0021500277"]
RECORDS = sum(map(len, GAMES.values()))


@pytest.fixture
def full_topic(make_producer: MakeProducer) -> None:
    """A topic with three games, one in each partition."""
    producers = [make_producer(plays).start() for plays in GAMES.values()]
    assert all(producer.join(15) for producer in producers)


def partitions_of(*members: BackgroundConsumer) -> list[int]:
    """The partitions of these members together."""
    return sorted(partition.partition for member in members for partition in member.status.partitions)


def settled(*members: BackgroundConsumer) -> bool:
    """Whether these members share all partitions, and have read and committed everything."""
    return partitions_of(*members) == [0, 1, 2] and all(m.status.committed_lag in (0, None) for m in members)


def snapshots_of(*members: BackgroundConsumer) -> dict[str, Any]:
    """The games of these members together."""
    return {game_id: snapshot for member in members for game_id, snapshot in member.snapshots().items()}


@pytest.mark.usefixtures("full_topic")
def test_members_share_partitions_and_games(make_consumer: MakeConsumer) -> None:
    """A second member takes over some partitions, and the games in them, in every figure."""
    group_id = random_name("group")
    first = make_consumer(group_id=group_id).start()
    wait_until(lambda: settled(first), what="the first member")
    alone = first.snapshots()

    second = make_consumer(group_id=group_id).start()
    wait_until(lambda: second.status.partitions and settled(first, second), what="both members")
    wait_until(lambda: len(snapshots_of(first, second)) == 3, what="the games")

    assert snapshots_of(first, second) == alone
    assert set(first.snapshots()).isdisjoint(second.snapshots())
    assert first.status.consumed + second.status.consumed == RECORDS


@pytest.mark.usefixtures("full_topic")
def test_leaving_member_hands_over_its_games(broker: Broker, make_consumer: MakeConsumer) -> None:
    """Who stays has all of them, rebuilt and equal; nothing is consumed twice, and no alert is called twice."""
    group_id, heard = random_name("group"), list[Alert]()
    first, second = (make_consumer(group_id=group_id, alerts=AlertWatch(on_alert=heard.append)) for _ in range(2))
    first.start()
    second.start()
    wait_until(lambda: second.status.partitions and settled(first, second), what="both members")
    wait_until(lambda: len(snapshots_of(first, second)) == 3, what="the games")
    shared, alerts = snapshots_of(first, second), len(heard)
    consumed = first.status.consumed + second.status.consumed

    first.stop()
    wait_until(lambda: settled(second), what="the one that stays")
    wait_until(lambda: len(second.snapshots()) == 3, what="its games")

    assert second.snapshots() == shared
    assert first.status.consumed + second.status.consumed == consumed
    assert len(heard) == alerts
    offsets = committed(broker.bootstrap_servers, group_id)
    assert sum(offset.offset for offset in offsets.values()) == RECORDS


def test_members_come_and_go_while_games_are_played(
    broker: Broker, make_producer: MakeProducer, make_consumer: MakeConsumer
) -> None:
    """Three join one after another, two leave: every record is processed by the group, and every game ends whole."""
    group_id = random_name("group")
    producers = [make_producer(plays, speed=600).start() for plays in GAMES.values()]
    members = []
    for _ in range(3):
        members.append(make_consumer(group_id=group_id).start())
        wait_until(lambda: all(member.status.partitions for member in members), what=f"member {len(members)}")
    for leaver in members[:2]:
        records = sum(member.status.consumed for member in members)
        wait_until(lambda: sum(m.status.consumed for m in members) > records + 10, what="more records")  # noqa: B023
        leaver.stop()

    for producer in producers:
        producer.set_speed(float("inf"))
    assert all(producer.join(30) for producer in producers)

    wait_until(lambda: settled(members[2]), what="the last member")
    assert sum(member.status.consumed for member in members) >= RECORDS
    assert sum(offset.offset for offset in committed(broker.bootstrap_servers, group_id).values()) == RECORDS
    wait_until(lambda: set(members[2].states()) == set(GAMES), what="the games")
    assert {game_id: len(state.plays) for game_id, state in members[2].states().items()} == {
        game_id: len(plays) for game_id, plays in GAMES.items()
    }


@pytest.mark.usefixtures("full_topic")
def test_fourth_member_of_three_partitions_waits(make_consumer: MakeConsumer) -> None:
    """It has no partition, so it has no lag; when another leaves, it steps in."""
    group_id = random_name("group")
    members = [make_consumer(group_id=group_id).start() for _ in range(4)]
    wait_until(lambda: settled(*members) and all(m.status.state == "live" for m in members), what="four members")
    [idle] = [member for member in members if not member.status.partitions]
    [leaver, *others] = [member for member in members if member is not idle]
    idle_lag = idle.status.lag

    leaver.stop()
    wait_until(lambda: settled(idle, *others) and idle.status.partitions, what="the one that waited")

    assert idle_lag is None
    wait_until(lambda: len(snapshots_of(idle, *others)) == 3, what="the games")


@pytest.mark.usefixtures("full_topic")
def test_members_without_tail_end_together(make_consumer: MakeConsumer) -> None:
    """A rebalance in between is no end: between them they read everything."""
    group_id = random_name("group")
    members = [make_consumer(group_id=group_id, tail=False, kafka_options={"max_poll_records": 5}) for _ in range(2)]

    for member in members:
        member.start()

    assert all(member.join(20) for member in members)
    assert [member.error for member in members] == [None, None]
    assert sum(member.status.consumed for member in members) >= RECORDS
    assert set(snapshots_of(*members)) <= set(GAMES)


@pytest.mark.parametrize("limit", ["max_poll_interval_ms", "session_timeout_ms"])
def test_paused_member_stays_in_its_group(
    broker: Broker, make_producer: MakeProducer, make_consumer: MakeConsumer, limit: str
) -> None:
    """It polls on: a pause longer than its session, or the longest time between two polls, is no rebalance."""
    # The embedded broker takes no session shorter than six seconds.
    longest_s = 6.0 if (limit, broker.engine) == ("session_timeout_ms", "embedded") else 1.1
    member = make_consumer(kafka_options={limit: int(longest_s * 1000), "heartbeat_interval_ms": 300})
    member.pause()
    member.start()
    wait_until(lambda: member.status.state == "paused", what="the pause")
    paused_at = time.monotonic()

    assert make_producer(PLAYS).start().join(15)
    wait_until(lambda: time.monotonic() > paused_at + 1.3 * longest_s, what="a long pause")
    wait_until(lambda: member.status.lag == len(PLAYS), what="the lag")

    assert (member.status.state, member.status.rebalances, member.status.consumed) == ("paused", 1, 0)
    member.resume()
    wait_until(lambda: member.status.committed_lag == 0, what="the records")
    assert (member.status.rebalances, member.status.consumed) == (1, len(PLAYS))


def test_pause_outlives_a_rebalance(make_producer: MakeProducer, make_consumer: MakeConsumer) -> None:
    """A new member changes the assignment, not what the learner asked for."""
    group_id = random_name("group")
    first = make_consumer(group_id=group_id)
    first.pause()
    first.start()
    wait_until(lambda: first.status.state == "paused", what="the pause")

    second = make_consumer(group_id=group_id)
    second.pause()
    second.start()
    wait_until(lambda: partitions_of(first, second) == [0, 1, 2] and second.status.partitions, what="both members")
    for plays in GAMES.values():
        assert make_producer(plays).start().join(15)
    wait_until(lambda: (first.status.lag or 0) + (second.status.lag or 0) == RECORDS, what="the lag of both")

    assert (first.status.consumed, second.status.consumed) == (0, 0)
    assert (first.status.state, second.status.state) == ("paused", "paused")
