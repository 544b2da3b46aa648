"""Kafka's own clients for a lesson: real ones, one a name, and none left behind."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError
from support import interrupted, random_name, wait_until

from nbmomentum.errors import BrokerUnavailable, SettingsError
from nbmomentum.stream import (
    Broker,
    close_kafka_client,
    close_kafka_clients,
    ensure_topics,
    open_kafka_consumer,
    open_kafka_producer,
)

LEAVES_THEM_OPEN = """
import sys
from nbmomentum.stream import open_kafka_consumer, open_kafka_producer
consumer = open_kafka_consumer(sys.argv[1], group_id=sys.argv[2])
consumer.subscribe([sys.argv[3]])
while not consumer.assignment():
    consumer.poll(timeout_ms=200)
open_kafka_producer(sys.argv[1]).send(sys.argv[3], b"a play")
"""


@pytest.fixture(autouse=True)
def all_closed() -> Iterator[None]:
    """Close what a test that failed left open."""
    yield
    close_kafka_clients()


def kafka_threads() -> list[str]:
    """The threads of Kafka's clients, one each, as the lessons' tests know them."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(("nbmomentum-", "kafka-"))]


def joined(consumer: KafkaConsumer, topic: str) -> KafkaConsumer:
    """The consumer, as a member of its group with partitions of its own."""
    consumer.subscribe([topic])
    wait_until(lambda: (consumer.poll(timeout_ms=100, max_records=1), consumer.assignment())[1], what="an assignment")
    consumer.seek_to_beginning()
    return consumer


def test_clients_are_kafkas_own_and_do_what_a_lesson_asks(broker: Broker, topic: str) -> None:
    """Send one record, read it back by hand, commit it: metadata, position, committed and end offset are Kafka's."""
    producer = open_kafka_producer(broker.bootstrap_servers)
    consumer = open_kafka_consumer(broker.bootstrap_servers, group_id=random_name("group"))
    sent = producer.send(topic, b"a play", key=b"0021500277").get(timeout=5)
    tp = TopicPartition(topic, sent.partition)

    consumer.assign([tp])
    wait_until(lambda: consumer.poll(timeout_ms=200, max_records=1), what="the record")
    before = consumer.committed(tp)
    consumer.commit()

    assert (type(producer), type(consumer)) == (KafkaProducer, KafkaConsumer)
    assert (before, consumer.committed(tp), consumer.position(tp)) == (None, 1, 1)
    assert consumer.end_offsets([tp]) == {tp: 1}


def test_ctrl_c_in_the_close_of_a_producer_leaves_no_thread(
    fragile: Broker, signal_broker: Callable[[int], None]
) -> None:
    """Whoever interrupts the wait for a broker that does not answer gets the cell back, and the client still ends."""
    ensure_topics(fragile.bootstrap_servers, topic := random_name("topic"))
    producer = open_kafka_producer(fragile.bootstrap_servers)
    producer.send(topic, b"a play").get(timeout=5)
    sender = producer._sender.ident
    signal_broker(signal.SIGSTOP)
    producer.send(topic, b"another")

    with interrupted():
        close_kafka_client(producer)

    # Not threading.enumerate(): an interrupted join takes the thread from it.
    wait_until(lambda: sender not in sys._current_frames(), what="the client's thread to end")


def test_delivery_may_take_kafkas_own_two_minutes(broker: Broker) -> None:
    """A broker that stood still for ten seconds failed records that lay in the log."""
    producer = open_kafka_producer(broker.bootstrap_servers)

    assert (producer.config["request_timeout_ms"], producer.config["delivery_timeout_ms"]) == (30_000, 120_000)
    assert producer.config["max_block_ms"] == 5_000


def test_opening_a_name_again_closes_the_old_client(broker: Broker, topic: str) -> None:
    """A cell that is run again leaves one client a name; the new member need not wait for the old one's session."""
    group_id = random_name("group")
    old_producer = open_kafka_producer(broker.bootstrap_servers)
    old = joined(open_kafka_consumer(broker.bootstrap_servers, group_id=group_id), topic)
    threads = len(kafka_threads())

    new = joined(open_kafka_consumer(broker.bootstrap_servers, group_id=group_id), topic)
    open_kafka_producer(broker.bootstrap_servers)

    assert len(new.assignment()) == 3
    assert len(kafka_threads()) == threads
    with pytest.raises(KafkaError, match="closed"):
        old.poll()
    with pytest.raises((AssertionError, KafkaError)):
        old_producer.send(topic, b"late")


def test_clients_of_other_names_stay_open(broker: Broker, topic: str) -> None:
    """A second reader beside the first one is another name."""
    first = open_kafka_consumer(broker.bootstrap_servers, name="first")
    open_kafka_consumer(broker.bootstrap_servers, name="second")

    assert len(first.partitions_for_topic(topic)) == 3


def test_committed_offset_is_where_the_next_of_the_name_goes_on(broker: Broker, topic: str) -> None:
    """Closing commits nothing: what was read and not committed is read again."""
    group_id, tp = random_name("group"), TopicPartition(topic, 0)
    producer = open_kafka_producer(broker.bootstrap_servers)
    for number in range(3):
        producer.send(topic, b"%d" % number, partition=0).get(timeout=5)

    def read_one() -> bytes:
        consumer = open_kafka_consumer(broker.bootstrap_servers, group_id=group_id)
        consumer.assign([tp])
        polled: list[Any] = []
        wait_until(lambda: polled.extend(consumer.poll(timeout_ms=200, max_records=1).get(tp, [])) or polled)
        if polled[0].value == b"0":
            consumer.commit()
        return bytes(polled[0].value)

    assert [read_one(), read_one(), read_one()] == [b"0", b"1", b"1"]


def test_closing_all_leaves_no_thread(broker: Broker, topic: str) -> None:
    """While they are open their threads are seen, also by the check that nothing outlives a test."""
    before = len(kafka_threads())
    joined(open_kafka_consumer(broker.bootstrap_servers, group_id=random_name("group")), topic)
    open_kafka_producer(broker.bootstrap_servers)
    during = len(kafka_threads())

    close_kafka_clients()
    close_kafka_clients()

    assert during - before == 2
    assert len(kafka_threads()) == before


def test_end_of_the_kernel_closes_them_in_time(broker: Broker, topic: str) -> None:
    """A program that never closes its clients ends at once, and leaves its group."""
    arguments = [broker.bootstrap_servers, random_name("group"), topic]

    ended = subprocess.run(
        [sys.executable, "-c", LEAVES_THEM_OPEN, *arguments], capture_output=True, text=True, timeout=20, check=False
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    successor = open_kafka_consumer(broker.bootstrap_servers, group_id=arguments[1])
    assert len(joined(successor, topic).assignment()) == 3


def test_close_does_not_wait_for_a_broker_that_is_gone(fragile: Broker, home: Any) -> None:
    """Nor does a send: it says in a few seconds that nobody answers."""
    producer = open_kafka_producer(fragile.bootstrap_servers, max_block_ms=300)
    consumer = open_kafka_consumer(fragile.bootstrap_servers, group_id="g")
    consumer.subscribe(["nba_momentum"])
    fragile.stop()

    with pytest.raises(KafkaTimeoutError):
        producer.send("nba_momentum", b"a play")
    close_kafka_clients()

    assert kafka_threads() == []


@pytest.mark.parametrize("open_client", [open_kafka_consumer, open_kafka_producer])
def test_client_that_cannot_be_opened_is_told_in_a_sentence(broker: Broker, open_client: Callable[..., Any]) -> None:
    """No broker, or an option that does not exist; the next attempt under this name is free to succeed."""
    with pytest.raises(BrokerUnavailable, match=r"127\.0\.0\.1:1"):
        open_client("127.0.0.1:1")
    with pytest.raises(SettingsError, match="typo"):
        open_client(broker.bootstrap_servers, typo=1)

    assert open_client(broker.bootstrap_servers).bootstrap_connected() is not None


def test_own_options_win_over_the_lessons(broker: Broker) -> None:
    """What a table in the module says is a default."""
    consumer = open_kafka_consumer(broker.bootstrap_servers, auto_offset_reset="latest", client_id="mine")

    options = consumer.config

    assert (options["auto_offset_reset"], options["client_id"]) == ("latest", "mine")
    assert (options["enable_auto_commit"], options["session_timeout_ms"]) == (False, 10_000)
