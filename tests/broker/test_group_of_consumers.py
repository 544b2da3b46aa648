"""A group of members in one kernel, on both engines: they come and go, one is slow, and each strategy differs."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from brokers import BOTH_ENGINES_PATIENCE_S as PATIENCE_S
from brokers import on_both_engines
from independent import committed, described
from support import random_name, wait_until

from nbmomentum.errors import SettingsError
from nbmomentum.runners import Runner, running
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import Broker, GameProducer
from nbmomentum.stream.groups.group_of_consumers import GroupOfConsumers
from nbmomentum.stream.groups.rebalances import RebalanceReport

MakeGroup = Callable[..., GroupOfConsumers]

# One game in each of the three partitions.
GAMES = {game_id: load_game(game_id) for game_id in ("0021500051", "0021500177", "0021500277")}
IN_PARTITION = dict(enumerate(map(len, GAMES.values())))
RECORDS = sum(IN_PARTITION.values())


@pytest.fixture
def make_group(broker: Broker, topic: str, stopping: Callable[[Runner], Any]) -> MakeGroup:
    """Make a group that reads this test's topic, and start it."""

    def make(**options: Any) -> GroupOfConsumers:
        name = random_name("group")
        settings = {"group_id": name, "name": name, "topic": topic, "member_name": random_name("consumer")} | options
        group: GroupOfConsumers = stopping(GroupOfConsumers(bootstrap_servers=broker.bootstrap_servers, **settings))
        return group.start()

    return make


def owned(group: GroupOfConsumers) -> dict[str, tuple[int, ...]]:
    """The partitions that each member says it has, by name."""
    return {m.name: tuple(place.partition for place in m.partitions) for m in group.status.members}


def wait_for_members(group: GroupOfConsumers, count: int) -> RebalanceReport:
    """Wait until so many members share all partitions and the rebalance is reported; returns the report."""
    wait_until(
        lambda: (
            len(owned(group)) == count
            and group.status.rebalances
            and sorted(sum(owned(group).values(), ())) == [0, 1, 2]
            and all(member.state == "live" for member in group.status.members)
            and group.status.rebalances[-1].last == max(member.generation or 0 for member in group.status.members)
        ),
        what=f"{count} members",
        timeout_s=PATIENCE_S,
    )
    return group.status.rebalances[-1]


def wait_for_commits(broker: Broker, group: GroupOfConsumers) -> None:
    """Wait until the group has committed every record, as the broker says."""
    wait_until(
        lambda: sum(saved.offset for saved in committed(broker.bootstrap_servers, group.name).values()) == RECORDS,
        what="all commits",
        timeout_s=PATIENCE_S,
    )


def whole_games(group: GroupOfConsumers) -> int:
    """Wait until the members have all three games, each of them whole; how many plays that are."""
    wait_until(lambda: len(group.snapshots()) == 3, what="the games", timeout_s=PATIENCE_S)
    plays = {game_id: len(snapshot.state.plays) for game_id, snapshot in group.snapshots().items()}
    assert plays == {game_id: len(events) for game_id, events in GAMES.items()}
    return sum(plays.values())


def duplicates(group: GroupOfConsumers) -> int:
    """The records that the members say are processed twice."""
    return sum(member.duplicates for member in group.status.members)


@on_both_engines
def test_members_come_and_go_as_the_broker_says(broker: Broker, make_group: MakeGroup) -> None:
    """Each add and remove is a rebalance with its reason; the broker's own description agrees with the members."""
    group = make_group()
    wait_for_members(group, 1)
    group_id = group.status.group_id

    second = group.add()
    joined = wait_for_members(group, 2)
    both, both_described = owned(group), described(broker.bootstrap_servers, group_id)
    group.remove(second)
    left = wait_for_members(group, 1)

    assert both == both_described
    assert all(both.values())
    assert (joined.reason, left.reason) == (f"{second} joined", f"{second} left")
    assert owned(group) == described(broker.bootstrap_servers, group_id)
    assert joined.moved == left.moved == both[second]


@pytest.mark.parametrize("strategy", ["range", "roundrobin", "sticky", "cooperative-sticky"])
@on_both_engines
def test_each_strategy_shares_out_and_stops_what_it_must(
    broker: Broker, make_group: MakeGroup, make_producer: Callable[..., GameProducer], strategy: str
) -> None:
    """The eager ones stop every partition, the cooperative one only those that move; all read everything once."""
    group = make_group(strategy=strategy)
    wait_for_members(group, 1)
    for plays in GAMES.values():
        assert make_producer(plays).start().join(PATIENCE_S)
    wait_until(lambda: group.status.members[0].committed_lag == 0, what="the records", timeout_s=PATIENCE_S)

    group.add()
    report = wait_for_members(group, 2)

    stopped = tuple(partition for partition, _ in report.stopped)
    assert stopped == (report.moved if strategy == "cooperative-sticky" else (0, 1, 2))
    # Giving up is a round, taking over another.
    assert report.last - report.first == (1 if strategy == "cooperative-sticky" else 0)
    assert len(report.moved) == 1
    assert whole_games(group) == RECORDS
    assert sum(member.consumed for member in group.status.members) == RECORDS


def play_while_others_join(broker: Broker, group: GroupOfConsumers, make_producer: Callable[..., GameProducer]) -> None:
    """Play the games, let two members join meanwhile, and wait until everything is committed."""
    producers = [make_producer(plays, speed=600.0).start() for plays in GAMES.values()]

    for count in (2, 3):
        group.add()
        wait_for_members(group, count)
    assert all(producer.join(PATIENCE_S) for producer in producers)
    wait_for_commits(broker, group)


@on_both_engines
def test_cooperative_member_reads_on_while_it_joins(
    broker: Broker, make_group: MakeGroup, make_producer: Callable[..., GameProducer]
) -> None:
    """What it keeps is read on through the rebalance, and all is committed after it; every game is whole."""
    group = make_group(strategy="cooperative-sticky")
    wait_for_members(group, 1)

    play_while_others_join(broker, group, make_producer)

    assert whole_games(group) == RECORDS
    assert [member.last_error for member in group.status.members] == [""] * 3
    assert sum(member.consumed for member in group.status.members) == RECORDS + duplicates(group)


@on_both_engines
def test_eager_members_tell_what_is_processed_twice(
    broker: Broker, make_group: MakeGroup, make_producer: Callable[..., GameProducer]
) -> None:
    """Everything changes hands while games are played: none is lost, and each duplicate was told by who gave it up."""
    group = make_group(strategy="range")
    wait_for_members(group, 1)

    play_while_others_join(broker, group, make_producer)

    assert whole_games(group) == RECORDS
    assert sum(member.consumed for member in group.status.members) == RECORDS + duplicates(group)


@on_both_engines
def test_slow_member_loses_nothing_when_its_partitions_move(
    broker: Broker, make_group: MakeGroup, make_producer: Callable[..., GameProducer]
) -> None:
    """It is in the midst of the records when others join: each is processed by somebody, those twice are told."""
    group = make_group(strategy="cooperative-sticky")
    wait_for_members(group, 1)
    [slow] = group.members()
    group.set_record_delay(slow, 0.05)
    for plays in GAMES.values():
        assert make_producer(plays).start().join(PATIENCE_S)

    for count in (2, 3):
        group.add()
        wait_for_members(group, count)
    behind = group.members()[slow].status
    group.set_record_delay(slow, 0.0)
    wait_for_commits(broker, group)

    assert 0 < behind.consumed < RECORDS
    assert whole_games(group) == RECORDS
    assert sum(member.consumed for member in group.status.members) == RECORDS + duplicates(group)


@pytest.mark.parametrize("strategy", ["range", "cooperative-sticky"])
@on_both_engines
def test_records_that_could_not_be_committed_are_processed_twice_and_told(
    broker: Broker,
    make_group: MakeGroup,
    make_producer: Callable[..., GameProducer],
    monkeypatch: pytest.MonkeyPatch,
    strategy: str,
) -> None:
    """At least once: no game counts a play twice, and there are no more duplicates than what was given up unsaved."""
    group = make_group(strategy=strategy)
    wait_for_members(group, 1)
    [first] = group.members().values()
    monkeypatch.setattr(first._reader, "commit", lambda _: "the commit was not confirmed")
    for plays in GAMES.values():
        assert make_producer(plays).start().join(PATIENCE_S)
    wait_until(lambda: first.status.consumed == RECORDS, what="the records", timeout_s=PATIENCE_S)

    group.add()
    report = wait_for_members(group, 2)
    monkeypatch.undo()
    wait_for_commits(broker, group)

    moved = IN_PARTITION[report.moved[0]]
    assert report.duplicates == duplicates(group) == (moved if strategy == "cooperative-sticky" else RECORDS)
    assert f"{report.duplicates} records are processed twice" in report.describe()
    assert whole_games(group) == RECORDS
    assert sum(member.consumed for member in group.status.members) == RECORDS + report.duplicates


@on_both_engines
def test_slow_member_falls_behind_and_stays_in_the_group(
    make_group: MakeGroup, make_producer: Callable[..., GameProducer]
) -> None:
    """Its lag grows, that of the others does not; it polls on, catches up when it is quick again, stops at once."""
    group = make_group(members=3)
    wait_for_members(group, 3)
    slow = next(name for name, places in owned(group).items() if places == (2,))

    group.set_record_delay(slow, 30.0)
    for plays in GAMES.values():
        assert make_producer(plays).start().join(PATIENCE_S)
    others = [member for name, member in group.members().items() if name != slow]
    wait_until(lambda: all(m.status.committed_lag == 0 for m in others), what="the others", timeout_s=PATIENCE_S)
    plays = len(GAMES["0021500277"])
    wait_until(lambda: group.members()[slow].status.lag == plays - 1, what="its lag", timeout_s=PATIENCE_S)
    behind = group.members()[slow].status
    group.set_record_delay(slow, 0.0)
    wait_until(lambda: group.members()[slow].status.committed_lag == 0, what="the rest", timeout_s=PATIENCE_S)
    rebalances = len(group.status.rebalances)
    group.set_record_delay(slow, 30.0)
    stopped_at = time.monotonic()
    group.members()[slow].stop()

    assert (behind.consumed, behind.record_delay_s, behind.state) == (1, 30.0, "live")
    assert group.members()[slow].status.consumed == plays
    assert rebalances == len(group.status.rebalances)
    assert time.monotonic() < stopped_at + 1


def test_another_strategy_is_another_group_of_the_same_members(broker: Broker, make_group: MakeGroup) -> None:
    """All leave and join anew; names and delays stay, and the broker names the strategy."""
    group = make_group(members=2)
    wait_for_members(group, 2)
    names = list(owned(group))
    group.set_record_delay(names[0], 0.5)

    group.set_strategy("sticky")
    wait_until(lambda: group.status.strategy == "sticky", what="the strategy")
    report = wait_for_members(group, 2)

    assert list(owned(group)) == names
    assert group.status.members[0].record_delay_s == 0.5
    assert report.reason == "all left and joined anew with sticky"
    assert [partition for partition, _ in report.stopped] == [0, 1, 2]


def test_group_has_the_size_asked_for(make_group: MakeGroup) -> None:
    """Up and down, and twice the same is no change; it is settled when all have joined."""
    group = make_group()
    sizes = []

    for count in (3, 3, 1):
        group.resize(count)
        wait_until(lambda: group.is_settled, what=f"{count} members")
        sizes.append((len(group.members()), sorted(sum(owned(group).values(), ()))))

    assert sizes == [(3, [0, 1, 2]), (3, [0, 1, 2]), (1, [0, 1, 2])]
    with pytest.raises(SettingsError, match="0 to 6"):
        group.resize(7)


def test_group_may_be_empty_and_is_told_so(broker: Broker, make_group: MakeGroup) -> None:
    """The last one leaves: nothing is read until the next one comes, and then from where it was committed."""
    group = make_group()
    wait_for_members(group, 1)

    group.remove()
    wait_until(lambda: group.status.rebalances[-1].is_empty, what="the empty group")
    empty = group.status
    group.add()
    wait_for_members(group, 1)

    assert empty.members == ()
    assert committed(broker.bootstrap_servers, empty.group_id) == {}


def test_seventh_member_and_unknown_ones_are_refused(make_group: MakeGroup) -> None:
    """In words; the group stays as it is."""
    group = make_group(members=6)
    wait_until(lambda: len(group.members()) == 6, what="the members")

    with pytest.raises(SettingsError, match="6 members already"):
        group.add()
    with pytest.raises(SettingsError, match="no member 'nobody'"):
        group.remove("nobody")
    with pytest.raises(SettingsError, match="no member 'nobody'"):
        group.set_record_delay("nobody", 1.0)
    with pytest.raises(SettingsError, match="0 to 60"):
        group.set_record_delay(next(iter(group.members())), -1.0)
    with pytest.raises(SettingsError, match="no assignment strategy 'best'"):
        group.set_strategy("best")
    assert len(group.members()) == 6


def test_end_of_the_group_is_the_end_of_its_members(make_group: MakeGroup) -> None:
    """All six within a second or two, and no thread is left."""
    group = make_group(members=6)
    wait_until(lambda: sum(m.state == "live" for m in group.status.members) == 6, what="six members")
    stopped_at = time.monotonic()

    group.stop()

    assert time.monotonic() < stopped_at + 3
    assert [member.state for member in group.status.members] == ["stopped"] * 6
    assert not {runner.name for runner in running()} & {group.name, *group.members()}


@on_both_engines
def test_steps_of_lesson_05_settle_each_time(
    broker: Broker, topic: str, stopping: Callable[[Runner], Any], make_producer: Callable[..., GameProducer]
) -> None:
    """One member, then two, then four, in a new group each time: no round leaves them all joining for ever."""
    for plays in GAMES.values():
        assert make_producer(plays).start().join(PATIENCE_S)

    for _ in range(5):
        name = random_name("group")
        settings = {"topic": topic, "group_id": name, "name": name, "member_name": random_name("consumer")}
        group: GroupOfConsumers = stopping(GroupOfConsumers(bootstrap_servers=broker.bootstrap_servers, **settings))
        group.start()
        for count in (1, 2, 4):
            group.resize(count)
            wait_until(lambda: group.is_settled, what=f"{count} members", timeout_s=PATIENCE_S)  # noqa: B023
            assert sorted(sum(owned(group).values(), ())) == [0, 1, 2]
        assert whole_games(group) == RECORDS
        group.stop()
