"""The end of a lesson closes Kafka's own clients too, and waits for none of them."""

import threading

import pytest
from kafka import TopicPartition
from kafka.errors import KafkaConnectionError, KafkaError
from support import wait_until

from nbmomentum import studio
from nbmomentum.stream import Broker, open_kafka_consumer, open_kafka_producer


def test_end_of_a_lesson_closes_its_clients(broker: Broker, topic: str) -> None:
    """The Stop button takes them as they are; also the one that a cell, run again, has opened since."""
    consumer, producer = open_kafka_consumer(broker.bootstrap_servers), open_kafka_producer(broker.bootstrap_servers)
    end = studio.end_of_lesson(consumer, producer)
    reopened = open_kafka_consumer(broker.bootstrap_servers)

    end.stop()

    assert end.error == ""
    with pytest.raises(KafkaError, match="closed"):
        reopened.poll()
    with pytest.raises((AssertionError, KafkaError)):
        producer.send(topic, b"late")


def test_stop_ends_a_poll_that_waits(broker: Broker, topic: str) -> None:
    """The button works while a cell waits for records that never come: the cell ends, at the worst by Kafka's error.

    A client that is closed at that very moment says so by an error of its own, which need not be a `KafkaError`.
    """
    consumer = open_kafka_consumer(broker.bootstrap_servers)
    consumer.assign([TopicPartition(topic, 0)])
    ended: list[object] = []

    def poll() -> None:
        try:
            ended.append(consumer.poll(timeout_ms=600_000))
        except (KafkaError, RuntimeError) as error:
            ended.append(error)

    cell = threading.Thread(target=poll, name="cell")
    cell.start()

    studio.end_of_lesson(consumer).stop()

    wait_until(lambda: ended, what="the poll to end", timeout_s=5.0)
    cell.join()
    assert not ended[0] or isinstance(ended[0], KafkaConnectionError) or "closed" in str(ended[0])
