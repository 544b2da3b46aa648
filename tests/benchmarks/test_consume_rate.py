"""How fast the background consumer is, beside a bare kafka-python poll loop on the same topic in the same run."""

import statistics
import time

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from support import random_name

from nbmomentum.events import ScoringEvent
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import BackgroundConsumer, Broker, ensure_topics

RECORDS = 33_000
ROUNDS = 3


@pytest.fixture(scope="module")
def full_topic(broker: Broker) -> str:
    """A topic that holds a season's slice: 300 games of 110 plays over three partitions."""
    topic = random_name("benchmark")
    ensure_topics(broker.bootstrap_servers, topic)
    plays = [play.to_json() for play in load_game("0021500277")]
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap_servers, linger_ms=20)
    for game in range(RECORDS // len(plays)):
        game_id = f"{game:010d}".encode()
        for play in plays:
            producer.send(topic, key=game_id, value=play.replace(b"0021500277", game_id))
    producer.flush()
    producer.close()
    return topic


def _bare_loop_s(broker: Broker, topic: str) -> float:
    """Seconds to poll every record and look at none."""
    consumer = KafkaConsumer(bootstrap_servers=broker.bootstrap_servers, auto_offset_reset="earliest")
    consumer.assign([TopicPartition(topic, partition) for partition in range(3)])
    started, seen = time.perf_counter(), 0
    while seen < RECORDS:
        seen += sum(map(len, consumer.poll(timeout_ms=100).values()))
    elapsed_s = time.perf_counter() - started
    consumer.close()
    return elapsed_s


def _background_s(broker: Broker, topic: str) -> float:
    """Seconds from the assignment to the end, polling, decoding, folding, publishing, committing and logging."""
    group_id = random_name("benchmark")
    consumer = BackgroundConsumer(
        bootstrap_servers=broker.bootstrap_servers, group_id=group_id, topic=topic, tail=False
    ).start()
    while not consumer.status.rebalances:
        consumer.join(0.001)
    started = time.perf_counter()
    assert consumer.join(120)
    elapsed_s = time.perf_counter() - started
    assert consumer.status.consumed == RECORDS
    return elapsed_s


def test_consumer_rate_beside_a_bare_poll_loop(broker: Broker, full_topic: str) -> None:
    """Prints the ratio of the two rates; a ratio of 1 would mean that folding costs nothing."""
    pairs = [(_bare_loop_s(broker, full_topic), _background_s(broker, full_topic)) for _ in range(ROUNDS)]

    ratios = [bare_s / ours_s for bare_s, ours_s in pairs]
    rate = RECORDS / statistics.median(ours_s for _, ours_s in pairs)
    print(
        f"\npoll-decode-fold-publish: {rate:,.0f} records/s, {statistics.median(ratios):.2f} of a bare poll() loop "
        f"({min(ratios):.2f} to {max(ratios):.2f}, {RECORDS:,} records, {ROUNDS} rounds, log level INFO)"
    )
    assert all(ratio > 0 for ratio in ratios)


def test_decode_and_fold_beside_decoding_alone() -> None:
    """Prints what the fold adds to the decoding of a record, without a broker."""
    values = [play.to_json() for play in load_game("0021500277")] * 100

    started = time.perf_counter()
    for value in values:
        ScoringEvent.from_json(value)
    decode_s = time.perf_counter() - started

    print(f"\nScoringEvent.from_json: {decode_s / len(values) * 1e6:.1f} µs a record")
    assert decode_s > 0
