"""Topics: made once, as declared, and by the kit only."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from brokers import BOTH_ENGINES
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic
from kafka.errors import KafkaTimeoutError
from support import random_name, wait_until

from nbmomentum.errors import BrokerUnavailable
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer, ensure_topics, new_topic
from nbmomentum.stream.cluster.client import close_producer, connect
from nbmomentum.stream.topics import describe_topics, topic_specs

ENGINES = BOTH_ENGINES


@pytest.fixture
def missing(broker: Broker) -> str:
    """The name of a topic that is not there."""
    return random_name("missing")


def reports(broker: Broker, topic: str) -> dict[str, Any]:
    """What the broker says of the topics that belong to an event topic, by name."""
    found = {report.name: report for report in describe_topics(broker.bootstrap_servers)}
    return {spec.name: found[spec.name] for spec in topic_specs(topic) if spec.name in found}


def test_topics_are_made_as_declared(broker: Broker, missing: str) -> None:
    """Three partitions for the games, room in the dead letters, the newest of each team; all kept for ever."""
    created = ensure_topics(broker.bootstrap_servers, missing)

    found = reports(broker, missing)
    assert created == [missing, f"{missing}.dead_letter", f"{missing}.team_stats"]
    assert [len(report.partitions) for report in found.values()] == [3, 1, 1]
    assert {name: report.config for name, report in found.items()} == {
        missing: {"retention.ms": "-1"},
        f"{missing}.dead_letter": {"retention.ms": "-1", "max.message.bytes": "2097152"},
        f"{missing}.team_stats": {"retention.ms": "-1", "cleanup.policy": "compact"},
    }


def test_ensuring_twice_changes_nothing(broker: Broker, missing: str) -> None:
    """Every start of every client may ask for them."""
    ensure_topics(broker.bootstrap_servers, missing)

    assert ensure_topics(broker.bootstrap_servers, missing) == []


def test_a_new_topic_is_empty_and_nobody_elses(broker: Broker) -> None:
    """Asked twice there are two, each with its companions and without a record."""
    names = [new_topic(broker.bootstrap_servers, "lesson") for _ in range(2)]

    assert len(set(names)) == 2
    for name in names:
        found = reports(broker, name)
        assert name.startswith("lesson_")
        assert list(found) == [name, f"{name}.dead_letter", f"{name}.team_stats"]
        assert sum(partition.records for partition in found[name].partitions) == 0


def test_topic_of_somebody_else_is_left_as_it_is(broker: Broker, missing: str) -> None:
    """A teacher's topic with five partitions keeps them; only what is missing is made."""
    with contextlib.closing(KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)) as admin:
        admin.create_topics([NewTopic(missing, 5, 1)])

    created = ensure_topics(broker.bootstrap_servers, missing)

    assert created == [f"{missing}.dead_letter", f"{missing}.team_stats"]
    assert len(reports(broker, missing)[missing].partitions) == 5


def test_producing_into_a_missing_topic_makes_all_three_as_declared(
    broker: Broker, missing: str, make_producer: Callable[..., GameProducer]
) -> None:
    """Not the broker's one partition with its default retention."""
    assert make_producer(load_game()[:3], topic=missing).start().join(15)

    assert [len(report.partitions) for report in reports(broker, missing).values()] == [3, 1, 1]
    assert reports(broker, missing)[missing].config == {"retention.ms": "-1"}


def test_consuming_a_missing_topic_makes_all_three_as_declared(
    broker: Broker, missing: str, make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """A notebook may start its consumer first."""
    consumer = make_consumer(topic=missing).start()
    wait_until(lambda: consumer.status.state == "live", what="the assignment")

    assert len(consumer.status.partitions) == 3
    assert [len(report.partitions) for report in reports(broker, missing).values()] == [3, 1, 1]


def test_clients_of_the_kit_make_no_topic_by_asking_for_it(broker: Broker, missing: str) -> None:
    """Else a broker that lost its topics would get them back with one partition."""
    consumer = connect(KafkaConsumer, broker.bootstrap_servers, group_id=random_name("group"))
    producer = connect(KafkaProducer, broker.bootstrap_servers, max_block_ms=200)

    consumer.subscribe([missing])
    consumer.poll(timeout_ms=300)
    with pytest.raises(KafkaTimeoutError):
        producer.send(missing, b"into the void")

    consumer.close()
    close_producer(producer, 1.0)
    assert reports(broker, missing) == {}


def test_no_broker_is_a_clear_error() -> None:
    """It says where it looked and how to start one."""
    with pytest.raises(BrokerUnavailable, match=r"127\.0\.0\.1:1 .*start_broker"):
        ensure_topics("127.0.0.1:1")
