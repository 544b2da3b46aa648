"""The end of the log: the last records as they lie on the broker, whatever happens to it meanwhile."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from independent import plain_producer, read_topic
from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import NewPartitions, NewTopic
from support import random_name, wait_until

from nbmomentum.errors import SettingsError
from nbmomentum.runners import Runner, running
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import Broker, GameProducer, LogTail, StoredRecord, ensure_topics
from nbmomentum.stream.log_reader import log_end
from nbmomentum.stream.log_reader.log_tail import MAX_SIZE
from nbmomentum.stream.log_reader.stored_records import KEPT_VALUE_BYTES

PLAYS = load_game("0021500277")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the broker and its topics more often than a class needs."""
    monkeypatch.setattr(log_end, "LOOK_INTERVAL_S", 0.1)
    monkeypatch.setattr(log_end, "METADATA_MAX_AGE_MS", 200)


@pytest.fixture
def make_tail(broker: Broker, topic: str, stopping: Callable[[Runner], Any]) -> Callable[..., LogTail]:
    """Start a tail of this test's topic."""

    def make(**options: Any) -> LogTail:
        settings = {"bootstrap_servers": broker.bootstrap_servers, "topic": topic, "name": random_name("log")} | options
        tail: LogTail = stopping(LogTail(**settings)).start()
        return tail

    return make


@pytest.fixture
def send(broker: Broker, topic: str) -> Iterator[Callable[..., Any]]:
    """Write one record into this test's topic, and wait for its acknowledgement."""
    with plain_producer(broker.bootstrap_servers) as send_anywhere:
        yield lambda value=b"a play", **more: send_anywhere(topic, value, **more)


@contextlib.contextmanager
def admin_of(broker: Broker) -> Iterator[KafkaAdminClient]:
    """A plain admin client."""
    with contextlib.closing(KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)) as admin:
        yield admin


def values(tail: LogTail) -> list[bytes | None]:
    """The values it holds, oldest first."""
    return [record.value for record in tail.records()]


def places(records: list[Any] | tuple[StoredRecord, ...]) -> list[tuple[int, int]]:
    """Where they lie."""
    return [(record.partition, record.offset) for record in records]


def live(tail: LogTail) -> LogTail:
    """The tail, once it has read what there is."""
    wait_until(lambda: tail.status.state == "live", what=f"{tail} to be live")
    return tail


def test_a_game_is_seen_as_it_lies_in_the_log(
    broker: Broker, topic: str, make_tail: Callable[..., LogTail], make_producer: Callable[..., GameProducer]
) -> None:
    """Byte by byte what a plain client reads, in the log's order, and what each record says."""
    tail = make_tail()
    make_producer(PLAYS).start().join(15)

    wait_until(lambda: len(tail.records()) == len(PLAYS), what="all plays")

    stored, plain = tail.records(), read_topic(broker.bootstrap_servers, topic)
    assert [(r.partition, r.offset, r.key, r.value, list(r.headers), r.timestamp_ms) for r in stored] == [
        (r.partition, r.offset, r.key, r.value, list(r.headers), r.timestamp) for r in plain
    ]
    assert [record.event for record in stored] == PLAYS
    assert (tail.status.state, tail.status.read, tail.status.note) == ("live", len(PLAYS), "")


def test_only_the_newest_records_of_a_long_log_are_read(
    make_tail: Callable[..., LogTail], send: Callable[..., Any]
) -> None:
    """Of three partitions no more than their last ones, and of these the newest by record time."""
    for number in range(60):
        send(b"%d" % number, partition=number % 3, timestamp_ms=1_000 + number)

    tail = live(make_tail(size=10))

    assert values(tail) == [b"%d" % number for number in range(50, 60)]
    assert tail.status.read == 30


def test_records_are_followed_and_the_oldest_give_way(
    make_tail: Callable[..., LogTail], send: Callable[..., Any]
) -> None:
    """Never more than the size; nothing new is the same tuple."""
    tail = live(make_tail(size=3))
    for number in range(5):
        send(b"%d" % number, partition=number % 3)
        wait_until(lambda sent=b"%d" % number: values(tail)[-1:] == [sent], what="the record")

    seen = tail.records()

    assert values(tail) == [b"2", b"3", b"4"]
    assert tail.records() is seen


def test_order_inside_a_partition_is_the_logs_own(make_tail: Callable[..., LogTail], send: Callable[..., Any]) -> None:
    """Record times may go back, for a producer may claim any: offsets do not."""
    for timestamp_ms in (5_000, 1_000, 9_000):
        send(b"%d" % timestamp_ms, partition=0, timestamp_ms=timestamp_ms)
    send(b"6000", partition=1, timestamp_ms=6_000)

    tail = live(make_tail())
    send(b"100", partition=0, timestamp_ms=100)

    wait_until(lambda: len(tail.records()) == 5, what="the last record")
    assert values(tail) == [b"5000", b"1000", b"6000", b"9000", b"100"]


def test_whatever_lies_in_a_log_can_be_looked_at(make_tail: Callable[..., LogTail], send: Callable[..., Any]) -> None:
    """No key, no value, noise of a megabyte: each with its reason, and none too large to keep."""
    send(None, key=b"k", partition=0)
    send(b"\xff" * 900_000, partition=0)
    send(PLAYS[0].to_json(), partition=0)

    tail = live(make_tail())

    no_value, noise, play = tail.records()
    assert (no_value.key, no_value.value, no_value.event) == (b"k", None, None)
    assert (noise.key, len(noise.value or b""), noise.value_size) == (None, KEPT_VALUE_BYTES, 900_000)
    assert "UTF-8" in noise.describe()
    assert (play.event, play.describe()) == (PLAYS[0], PLAYS[0].describe())


@pytest.mark.parametrize("partitions", [1, 5])
def test_any_number_of_partitions(broker: Broker, make_tail: Callable[..., LogTail], partitions: int) -> None:
    """A dead-letter topic has one, a league's may have many; more may come."""
    topic = random_name("topic")
    with admin_of(broker) as admin, plain_producer(broker.bootstrap_servers) as send:
        admin.create_topics([NewTopic(topic, partitions, 1)])
        for partition in range(partitions):
            send(topic, b"%d" % partition, partition=partition)
        tail = live(make_tail(topic=topic))
        at_first = values(tail)
        admin.create_partitions({topic: NewPartitions(partitions + 1)})
        wait_until(lambda: "partitions now" in tail.status.note, what="the new partition to be seen")
    with plain_producer(broker.bootstrap_servers) as send:
        send(topic, b"last", partition=partitions)

    wait_until(lambda: values(tail)[-1:] == [b"last"], what="a record of the new partition")
    assert sorted(filter(None, at_first)) == [b"%d" % partition for partition in range(partitions)]
    assert len(tail.records()) == partitions + 1


def test_topic_may_come_later(broker: Broker, make_tail: Callable[..., LogTail]) -> None:
    """It is waited for, and never made by somebody who only reads."""
    topic = random_name("topic")
    tail = make_tail(topic=topic)
    wait_until(lambda: tail.status.state == "no topic", what="the tail to look for it")
    with admin_of(broker) as admin:
        listed = admin.list_topics()

    ensure_topics(broker.bootstrap_servers, topic)
    live(tail)

    assert topic not in listed
    assert (tail.records(), tail.status.note) == ((), "")


@pytest.mark.parametrize("is_seen_missing", [True, False])
def test_topic_made_anew_is_a_new_log(
    broker: Broker, topic: str, make_tail: Callable[..., LogTail], is_seen_missing: bool
) -> None:
    """What is no longer in the log is no longer shown, and the reader says what happened."""
    with plain_producer(broker.bootstrap_servers) as send:
        for number in range(5):
            send(topic, b"old %d" % number, partition=0)
    tail = live(make_tail())

    with admin_of(broker) as admin:
        admin.delete_topics([topic])
    if is_seen_missing:
        wait_until(lambda: tail.status.state == "no topic", what="the tail to miss it")
    ensure_topics(broker.bootstrap_servers, topic)
    with plain_producer(broker.bootstrap_servers) as send:
        send(topic, b"new", partition=0)

    wait_until(lambda: values(tail) == [b"new"], what="the new log")
    live(tail)
    assert tail.status.note
    assert tail.error is None


def test_log_that_lost_its_beginning_is_followed(
    broker: Broker, topic: str, make_tail: Callable[..., LogTail], send: Callable[..., Any]
) -> None:
    """Deleting old records leaves a tail that had read them where it was."""
    for number in range(3):
        send(b"%d" % number, partition=0)
    tail = live(make_tail())
    with admin_of(broker) as admin:
        admin.delete_records({TopicPartition(topic, 0): 3})

    send(b"next", partition=0)

    wait_until(lambda: values(tail)[-1:] == [b"next"], what="the next record")
    assert tail.error is None


def test_broker_that_does_not_answer_is_a_state(
    fragile: Broker, make_tail: Callable[..., LogTail], signal_broker: Callable[[int], None]
) -> None:
    """For how long is said, the records stay in view, and it goes on by itself."""
    ensure_topics(fragile.bootstrap_servers, "x")
    with plain_producer(fragile.bootstrap_servers) as send:
        send("x", b"before", partition=0)
    tail = live(make_tail(bootstrap_servers=fragile.bootstrap_servers, topic="x"))
    signal_broker(signal.SIGSTOP)

    wait_until(lambda: tail.status.state == "broker away" and tail.status.away_s > 0.3, what="the tail to notice")
    seen = values(tail)
    signal_broker(signal.SIGCONT)
    live(tail)
    with plain_producer(fragile.bootstrap_servers) as send:
        send("x", b"after", partition=0)

    wait_until(lambda: values(tail) == [b"before", b"after"], what="the next record")
    assert seen == [b"before"]
    assert "away" in tail.status.note
    assert tail.status.away_s == 0.0


def test_killed_broker_comes_back_with_another_log(
    fragile: Broker, make_tail: Callable[..., LogTail], signal_broker: Callable[[int], None]
) -> None:
    """The embedded broker may lose its last seconds, topics included: what lies there now is shown."""
    ensure_topics(fragile.bootstrap_servers, "x")
    with plain_producer(fragile.bootstrap_servers) as send:
        for number in range(20):
            send("x", b"old %d" % number, partition=0)
    tail = live(make_tail(bootstrap_servers=fragile.bootstrap_servers, topic="x"))
    signal_broker(signal.SIGKILL)
    wait_until(lambda: tail.status.state in ("broker away", "no topic"), what="the tail to notice")
    wait_until(lambda: tail.status.state in ("live", "no topic"), what="the broker to come back")

    ensure_topics(fragile.bootstrap_servers, "x")
    with plain_producer(fragile.bootstrap_servers) as send:
        send("x", b"new", partition=0)

    wait_until(lambda: values(tail)[-1:] == [b"new"], what="the new record")
    assert places(tail.records()) == places(read_topic(fragile.bootstrap_servers, "x"))
    assert tail.error is None


@pytest.mark.parametrize("sig", [signal.SIGSTOP, signal.SIGKILL])
def test_stop_does_not_wait_for_a_broker(
    fragile: Broker, home: Any, make_tail: Callable[..., LogTail], signal_broker: Callable[[int], None], sig: int
) -> None:
    """Whatever it is asking at the moment."""
    ensure_topics(fragile.bootstrap_servers, "x")
    tail = live(make_tail(bootstrap_servers=fragile.bootstrap_servers, topic="x"))
    signal_broker(sig)
    wait_until(lambda: tail.status.state != "live", what="the tail to notice")

    began = time.monotonic()
    tail.stop()

    assert time.monotonic() - began < 1.5
    assert tail.status.state == "stopped"


def test_cell_run_again_leaves_one_tail(make_tail: Callable[..., LogTail], send: Callable[..., Any]) -> None:
    """The new one of the name reads the end of the log; a stopped one may be started again."""
    send(b"a play", partition=0)
    name = random_name("log")
    tails = [make_tail(name=name) for _ in range(5)]

    live(tails[-1])
    names = [runner.name for runner in running()]
    tails[-1].stop()
    live(tails[0].start())

    assert names == [name]
    assert values(tails[0]) == values(tails[-1]) == [b"a play"]


def test_idle_tail_leaves_the_processor_alone(make_tail: Callable[..., LogTail], monkeypatch: Any) -> None:
    """Nothing to read is a rest, not a loop: the embedded broker answers an empty fetch at once."""
    tail = live(make_tail())
    rests: list[float] = []
    wait = tail._stop_requested.wait
    monkeypatch.setattr(tail._stop_requested, "wait", lambda s=None: (rests.append(s or 0.0), wait(s))[1])

    before = os.times()
    began = time.monotonic()
    wait_until(lambda: len(rests) >= 20, what="twenty rests")

    assert min(rests) >= 0.01
    assert time.monotonic() - began >= 20 * min(rests) * 0.9
    assert sum(os.times()[:2]) - sum(before[:2]) < 0.5 * (time.monotonic() - began)


@pytest.mark.parametrize("size", [0, MAX_SIZE + 1, 2.0, True, "ten"])
def test_size_is_a_number_of_rows(size: Any) -> None:
    """A page, not a log: anything else is told in a sentence."""
    with pytest.raises(SettingsError, match="whole number from 1 to 200"):
        LogTail(bootstrap_servers="127.0.0.1:1", size=size)


def test_options_that_cannot_be_used_end_the_thread_with_a_sentence(make_tail: Callable[..., LogTail]) -> None:
    """Waiting would not help."""
    tail = make_tail(kafka_options={"typo": 1})

    assert tail.join(10)
    assert tail.status.state == "failed"
    assert "typo" in tail.status.error
