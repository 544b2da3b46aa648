"""Each partition's end in one reader: low watermark, end offset, newest records, and the number of each replay."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from brokers import on_both_engines
from independent import end_offsets, plain_producer, read_topic
from kafka import KafkaAdminClient, TopicPartition
from support import random_name, wait_until

from nbmomentum.runners import Runner
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import Broker, GameProducer, LogTail, PartitionTail
from nbmomentum.stream.log_reader import log_end
from nbmomentum.stream.log_reader.partition_tails import KEPT_RECORDS

GAMES = ("0021500051", "0021500177", "0021500277")  # partitions 0, 1 and 2


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the broker more often than a class needs."""
    monkeypatch.setattr(log_end, "LOOK_INTERVAL_S", 0.1)


@pytest.fixture
def make_tail(broker: Broker, topic: str, stopping: Callable[[Runner], Any]) -> Callable[..., LogTail]:
    """Start a tail of this test's topic, and wait until it is live."""

    def make(**options: Any) -> LogTail:
        settings = {"bootstrap_servers": broker.bootstrap_servers, "topic": topic, "name": random_name("log")} | options
        tail: LogTail = stopping(LogTail(**settings)).start()
        wait_until(lambda: tail.status.state == "live", what=f"{tail} to be live")
        return tail

    return make


@pytest.fixture
def send(broker: Broker, topic: str) -> Iterator[Callable[..., Any]]:
    """Write one record into this test's topic, and wait for its acknowledgement."""
    with plain_producer(broker.bootstrap_servers) as send_anywhere:
        yield lambda value=b"a play", **more: send_anywhere(topic, value, **more)


def offsets(tail: PartitionTail) -> list[int]:
    """Of its records."""
    return [record.offset for record in tail.records]


@on_both_engines
def test_each_partition_keeps_its_own_newest_records(
    broker: Broker, topic: str, make_tail: Callable[..., LogTail], make_producer: Callable[..., GameProducer]
) -> None:
    """A game of one partition does not push the records of another one out; ends are those of a plain client."""
    for game in GAMES:
        make_producer(load_game(game)).start().join(15)

    tail = make_tail()

    ends = end_offsets(broker.bootstrap_servers, topic)
    assert {each.partition: each.end for each in tail.partitions()} == ends
    for each in tail.partitions():
        assert offsets(each) == list(range(each.end - KEPT_RECORDS, each.end))
        assert (each.low, {record.replay for record in each.records}) == (0, {1})


def test_an_empty_topic_has_partitions_without_records(make_tail: Callable[..., LogTail]) -> None:
    """There are rows before there are records, and nothing new is the same tuple."""
    tail = make_tail()
    wait_until(tail.partitions, what="the partitions")

    seen = tail.partitions()

    assert [(each.partition, each.low, each.end, each.records) for each in seen] == [(n, 0, 0, ()) for n in range(3)]
    assert tail.partitions() is seen


def test_one_new_record_changes_its_partition_alone(
    make_tail: Callable[..., LogTail], send: Callable[..., Any]
) -> None:
    """The others stay the same objects."""
    tail = make_tail()
    send(partition=0)
    wait_until(lambda: tail.partitions() and tail.partitions()[0].end == 1, what="the first record")
    before = tail.partitions()

    send(partition=1)
    wait_until(lambda: tail.partitions()[1].end == 1, what="the second record")

    after = tail.partitions()
    assert [one is other for one, other in zip(before, after, strict=True)] == [True, False, True]


@on_both_engines
def test_replays_of_a_game_are_numbered_in_the_order_of_the_log(
    make_tail: Callable[..., LogTail], make_producer: Callable[..., GameProducer]
) -> None:
    """The third start of a producer is replay 3, also for who comes late; another game counts for itself."""
    plays = load_game("0021500277")[:5]
    early = make_tail()
    for _ in range(3):
        make_producer(plays).start().join(15)
    make_producer(load_game("0021500177")[:2]).start().join(15)
    wait_until(lambda: sum(each.end for each in early.partitions()) == 17, what="all records")

    late = make_tail()

    for tail in (early, late):
        numbers = {each.partition: [record.replay for record in each.records] for each in tail.partitions()}
        assert numbers == {0: [], 1: [1, 1], 2: [1] * 5 + [2] * 5 + [3] * 5}
        assert all(each.counted_from == each.low for each in tail.partitions())


def test_replays_before_the_part_that_is_read_are_not_counted_and_that_is_said(
    make_tail: Callable[..., LogTail], make_producer: Callable[..., GameProducer]
) -> None:
    """The number is then one of what was read, from this offset on."""
    plays = load_game("0021500277")
    for _ in range(3):
        make_producer(plays).start().join(15)

    tail = make_tail(size=20)

    partition = tail.partitions()[2]
    assert partition.counted_from == partition.end - 20
    assert {record.replay for record in partition.records} == {1}


def test_a_record_of_no_replay_has_number_0(make_tail: Callable[..., LogTail], send: Callable[..., Any]) -> None:
    """Sent by hand, without the header."""
    send(key=b"0021500277", partition=2)

    tail = make_tail()

    assert [record.replay for record in tail.partitions()[2].records] == [0]


@on_both_engines
def test_the_low_watermark_moves_and_deleted_records_go(
    broker: Broker, topic: str, make_tail: Callable[..., LogTail], send: Callable[..., Any]
) -> None:
    """What lies there now is shown, whatever was read before."""
    for number in range(3):
        send(b"%d" % number, partition=0)
    tail = make_tail()
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)

    admin.delete_records({TopicPartition(topic, 0): 3})
    admin.close()
    send(b"next", partition=0)

    left = read_topic(broker.bootstrap_servers, topic)
    wait_until(lambda: tail.partitions()[0].low == left[0].offset, what="the low watermark to move")
    wait_until(lambda: offsets(tail.partitions()[0]) == [record.offset for record in left], what="the records to go")
    assert tail.partitions()[0].end == 4
