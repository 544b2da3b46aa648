"""The contract: what the kit relies on holds on the embedded broker as it does on Apache Kafka, or is named here.

| what holds on both | where it is tested |
|---|---|
| topics are made once, as declared | `test_topics` |
| key, headers and value there and back; a key in one partition, its order kept | `test_games`, here |
| end offsets, position, committed and both lags after each step; stop, start, resume | `test_consumer` |
| members join, leave, share; a pause longer than the session | `test_groups` |
| thirty groups at once | `test_games` |
| what cannot be read goes to the dead letters | `test_dead_letters` |
| an oversized record is refused alone | `test_producer` |
| `offsets_for_times`, gzip, a 900 kB record, a clean stop and start | here |

A module that names `ENGINES` runs on each of them.
"""

import contextlib
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from brokers import BOTH_ENGINES
from independent import committed, figures_of, headers_of, official_figures_of, plain_producer, read_topic
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NotCoordinatorError
from kafka.structs import OffsetAndTimestamp
from support import random_name, wait_until

from nbmomentum.runners import Runner
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer, dead_letter_topic, ensure_topics, start_broker

ENGINES = BOTH_ENGINES

GAME = list_games()[0]
PLAYS = load_game(GAME.game_id)
TIP_OFF_MS = 1_449_187_200_000
BIG = bytes(range(256)) * 3516  # 900 kB


@pytest.fixture
def own_broker(request: pytest.FixtureRequest, broker: Broker, home: Path) -> Callable[[], Broker]:
    """Start a broker of this test's own, again and again in one folder."""
    if broker.engine == "apache":
        request.getfixturevalue("kafka_home")
    return lambda: start_broker(broker.engine, home=home)


def as_they_lie(servers: str, topic: str) -> list[tuple[Any, ...]]:
    """The records of a topic with all that the log says of them."""
    return [(r.partition, r.offset, r.key, r.value, r.headers, r.timestamp) for r in read_topic(servers, topic)]


def test_records_come_back_as_they_were_sent(broker: Broker, topic: str) -> None:
    """No key is not an empty one, a tombstone is not an empty value, and headers keep their order."""
    keys, values = (None, b"", b"0021500277", "Dončić".encode()), (None, b"", b"\x00\xff", b"{}")
    headers = ([], [("source", b"bundled"), ("source", b""), ("reason", "später".encode())])
    sent = [
        (key, value, list(pairs))
        for key, value, pairs in itertools.product(keys, values, headers)
        if key is not None or value is not None
    ]
    with plain_producer(broker.bootstrap_servers) as send:
        for key, value, pairs in sent:
            send(topic, value, key=key, headers=pairs, partition=1, timestamp_ms=TIP_OFF_MS)

    assert as_they_lie(broker.bootstrap_servers, topic) == [
        (1, n, *record, TIP_OFF_MS) for n, record in enumerate(sent)
    ]


def test_offsets_for_times_finds_the_first_record_from_then_on(broker: Broker, topic: str) -> None:
    """At a record, between two, before the first; after the last there is none."""
    with plain_producer(broker.bootstrap_servers) as send:
        for timestamp_ms in (1000, 2000, 3000):
            send(topic, b"{}", partition=0, timestamp_ms=timestamp_ms)
    tp = TopicPartition(topic, 0)

    with contextlib.closing(KafkaConsumer(bootstrap_servers=broker.bootstrap_servers)) as client:
        found = [client.offsets_for_times({tp: time_ms})[tp] for time_ms in (0, 2000, 2001, 3001)]

    assert [(place.offset, place.timestamp) for place in found[:3]] == [(0, 1000), (1, 2000), (2, 3000)]
    assert isinstance(found[0], OffsetAndTimestamp)
    assert found[3] is None


def test_gzip_is_unpacked_by_every_reader(
    broker: Broker,
    topic: str,
    make_producer: Callable[..., GameProducer],
    make_consumer: Callable[..., BackgroundConsumer],
) -> None:
    """A batch travels and lies compressed; a reader sees the records that were sent."""
    producer = make_producer(PLAYS, kafka_options={"compression_type": "gzip", "linger_ms": 20}).start()
    assert producer.join(15)
    consumer = make_consumer(tail=False).start()

    assert consumer.join(15)
    assert figures_of(consumer.states()[GAME.game_id]) == official_figures_of(GAME)
    assert [record.value for record in read_topic(broker.bootstrap_servers, topic)] == [p.to_json() for p in PLAYS]


def test_record_of_900_kb_goes_all_the_way(
    broker: Broker, topic: str, make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """Into the log, to the consumer, and as a dead letter with its headers: not a byte is lost."""
    with plain_producer(broker.bootstrap_servers) as send:
        send(topic, BIG, key=b"big", headers=[("source", b"test")])
    consumer = make_consumer(tail=False).start()

    assert consumer.join(15)
    [original] = read_topic(broker.bootstrap_servers, topic)
    [dead] = read_topic(broker.bootstrap_servers, dead_letter_topic(topic))
    assert original.value == dead.value == BIG
    assert len(BIG) > 900_000
    assert headers_of(dead)["source"] == b"test"
    assert (consumer.status.invalid, consumer.status.committed_lag) == (1, 0)


def test_clean_stop_keeps_every_record_and_every_commit(
    own_broker: Callable[[], Broker], stopping: Callable[[Runner], Any]
) -> None:
    """The next class goes on where this one stopped; topics keep their configuration."""
    first = own_broker()
    servers = first.bootstrap_servers
    producer = GameProducer(PLAYS, bootstrap_servers=servers, speed=float("inf"), name=random_name("producer"))
    consumer = BackgroundConsumer(bootstrap_servers=servers, group_id="g", tail=False, name=random_name("consumer"))
    assert stopping(producer).start().join(30)
    assert stopping(consumer).start().join(30)
    before, offsets = as_they_lie(servers, "nba_momentum"), committed(servers, "g")

    first.stop()
    servers = own_broker().bootstrap_servers

    assert as_they_lie(servers, "nba_momentum") == before
    wait_until(lambda: commits(servers, "g") == offsets, what="the group's coordinator to know its commits")
    assert ensure_topics(servers) == []
    assert len(before) == len(PLAYS)


def test_embedded_broker_has_no_long_polling(broker: Broker, topic: str) -> None:
    """It differs: Apache Kafka holds the question of an idle reader for half a second, the embedded one answers."""
    with contextlib.closing(KafkaConsumer(topic, bootstrap_servers=broker.bootstrap_servers)) as client:
        wait_until(lambda: client.poll(timeout_ms=700) == {} and waited_ms(client) > 0, what="an answer")
        answered_ms = waited_ms(client)

    assert (answered_ms > 250) == (broker.engine == "apache"), answered_ms


def test_embedded_broker_cannot_describe_itself(broker: Broker) -> None:
    """It differs: who leads what is a question for Apache Kafka; the kit's own table of nodes is on both."""
    with contextlib.closing(KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)) as admin:
        if broker.engine == "apache":
            assert [node["broker_id"] for node in admin.describe_cluster()["brokers"]] == [1]
        else:
            with pytest.raises(KeyError):
                admin.describe_cluster()

    assert [node.state for node in broker.nodes] == ["up"]


def commits(servers: str, group_id: str) -> dict[int, Any] | None:
    """What the group has committed; None while its coordinator is not ready after a start."""
    with contextlib.suppress(NotCoordinatorError, CoordinatorNotAvailableError, CoordinatorLoadInProgressError):
        return committed(servers, group_id)
    return None


def waited_ms(client: KafkaConsumer) -> float:
    """How long a question for records is answered after, in milliseconds; 0 before the first answer."""
    figures = [group for name, group in client.metrics().items() if name.endswith("fetch-manager-metrics")]
    return float(figures[0]["fetch-latency-avg"]) if figures else 0.0
