"""One record there and back: the shortest proof that a broker works.

    round_trip("127.0.0.1:41234")   # 0.024

It leaves nothing behind and logs nothing: `nbmomentum doctor` may run anywhere.
"""

import contextlib
import secrets
import time

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic
from kafka.errors import KafkaError

from nbmomentum.errors import BrokerError
from nbmomentum.stream.cluster.client import close_producer, connect

ANSWER_TIMEOUT_S = 5.0
CLOSE_TIMEOUT_S = 0.5


def round_trip(bootstrap_servers: str) -> float:
    """Make a topic, write one record, read it back, delete the topic. Returns how long that took, in seconds.

    Raises:
        BrokerUnavailable: No broker answers.
        BrokerError: The broker answers, but the record did not come back unchanged.
    """
    topic = f"nbmomentum.doctor-{secrets.token_hex(4)}"
    with contextlib.closing(connect(KafkaAdminClient, bootstrap_servers)) as admin:
        try:
            admin.create_topics([NewTopic(topic, 1, replication_factor=-1)])
            admin.wait_for_topics([topic])
            return _there_and_back(bootstrap_servers, topic, secrets.token_bytes(32))
        except KafkaError as error:
            raise BrokerError(f"The broker at {bootstrap_servers} did not do its work: {error!r}.") from error
        finally:
            with contextlib.suppress(KafkaError):
                admin.delete_topics([topic])


def _there_and_back(bootstrap_servers: str, topic: str, value: bytes) -> float:
    started = time.monotonic()
    producer = connect(KafkaProducer, bootstrap_servers)
    try:
        producer.send(topic, value).get(timeout=ANSWER_TIMEOUT_S)
    finally:
        close_producer(producer, CLOSE_TIMEOUT_S)
    read = _first_value(bootstrap_servers, topic)
    if read != value:
        raise BrokerError(f"The broker at {bootstrap_servers} gave back another record than it was given.")
    return time.monotonic() - started


def _first_value(bootstrap_servers: str, topic: str) -> bytes | None:
    """The value of the topic's first record; None if there is none in time."""
    consumer = connect(KafkaConsumer, bootstrap_servers, enable_auto_commit=False)
    partition = TopicPartition(topic, 0)
    try:
        consumer.assign([partition])
        consumer.seek_to_beginning(partition)
        records = consumer.poll(timeout_ms=int(ANSWER_TIMEOUT_S * 1000)).get(partition, [])
        return records[0].value if records else None
    finally:
        consumer.close(autocommit=False, timeout_ms=int(CLOSE_TIMEOUT_S * 1000))
