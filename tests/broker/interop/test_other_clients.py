"""Console tools, librdkafka and aiokafka write and read beside the kit: the same records, offsets, lags and figures."""

from collections.abc import Callable

import pytest
from brokers import BOTH_ENGINES, BOTH_ENGINES_PATIENCE_S
from independent import committed, end_offsets, figures_of, official_figures_of, read_topic
from other_clients import CODECS, OtherClient, Read, TransactionalClient, Written
from other_clients.aio import Aiokafka
from other_clients.console import ConsoleTools
from other_clients.librdkafka import Librdkafka
from support import random_name, wait_until

from nbmomentum.events import ScoringEvent
from nbmomentum.sources.bundled import load_game
from nbmomentum.sources.catalogue import find_any_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer
from nbmomentum.stream.broker import KafkaFiles

ENGINES = BOTH_ENGINES
CLIENTS = ("librdkafka", "aiokafka", "console")

GAME = "0021500277"
PLAYS = load_game(GAME)
OFFICIAL = official_figures_of(find_any_game(GAME))


@pytest.fixture(scope="session")
def client(request: pytest.FixtureRequest) -> OtherClient:
    """The client of this name; made before a test has a home of its own, where no Kafka is."""
    if request.param == "console":
        return ConsoleTools(request.getfixturevalue("kafka_files"))
    return Librdkafka() if request.param == "librdkafka" else Aiokafka()


every_client = pytest.mark.parametrize("client", CLIENTS, indirect=True, scope="session")
with_transactions = pytest.mark.parametrize("client", CLIENTS[:2], indirect=True, scope="session")


def written(plays: list[ScoringEvent], replay_id: str = "a") -> list[Written]:
    """Records as the kit's own producer would write them."""
    headers = (("replay_id", replay_id.encode()), ("source", b"another client"))
    return [Written(play.game_id.encode(), play.to_json(), headers) for play in plays]


def in_slices(plays: list[ScoringEvent]) -> dict[str, list[ScoringEvent]]:
    """The game in five parts, one for each codec."""
    size = -(-len(plays) // len(CODECS))
    return {codec: plays[at * size : (at + 1) * size] for at, codec in enumerate(CODECS)}


def read_by_us(servers: str, topic: str) -> list[Read]:
    """What lies in the log, as kafka-python reads it."""
    return [Read(r.partition, r.offset, r.key, r.value, tuple(r.headers)) for r in read_topic(servers, topic)]


def offsets_of(servers: str, group: str) -> dict[int, int]:
    """What the group has committed."""
    return {partition: saved.offset for partition, saved in committed(servers, group).items()}


@every_client
def test_game_that_another_client_writes(
    broker: Broker, topic: str, client: OtherClient, make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """In every codec, to the key's own partition; the kit ends in the official figures, and its lag is everybody's."""
    servers, group = broker.bootstrap_servers, random_name("group")
    for codec, plays in in_slices(PLAYS).items():
        client.write(servers, topic, written(plays), codec=codec)

    consumer = make_consumer(group_id=group, tail=False).start()
    assert consumer.join(BOTH_ENGINES_PATIENCE_S)

    assert figures_of(consumer.states()[GAME]) == OFFICIAL
    assert (consumer.status.consumed, consumer.status.invalid, consumer.status.last_error) == (len(PLAYS), 0, "")
    assert end_offsets(servers, topic) == {2: len(PLAYS)}
    saved = client.committed(servers, topic, group)
    assert saved[2] == (len(PLAYS), 0)
    assert {partition: offset for partition, (offset, _) in saved.items()} == offsets_of(servers, group)


@every_client
def test_game_that_the_kit_writes(
    broker: Broker, topic: str, client: OtherClient, make_producer: Callable[..., GameProducer]
) -> None:
    """In every codec, too: offset for offset what lies in the log, and all of it."""
    servers, group = broker.bootstrap_servers, random_name("group")
    for codec, plays in in_slices(PLAYS).items():
        options = {} if codec == "none" else {"compression_type": codec, "linger_ms": 50}
        make_producer(plays, kafka_options=options).start().join(BOTH_ENGINES_PATIENCE_S)

    found = client.read(servers, topic, group=group, records=len(PLAYS))

    assert found == read_by_us(servers, topic)
    assert [ScoringEvent.from_json(record.value) for record in found] == PLAYS
    assert {(record.partition, record.key) for record in found} == {(2, GAME.encode())}
    assert offsets_of(servers, group)[2] == len(PLAYS)


@every_client
def test_kit_goes_on_where_another_client_left_the_group(
    broker: Broker, topic: str, client: OtherClient, make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """Its commits say nothing of where the games began: they are rebuilt from the beginning."""
    servers, group = broker.bootstrap_servers, random_name("group")
    client.write(servers, topic, written(PLAYS), codec="lz4")
    assert len(client.read(servers, topic, group=group, records=40)) == 40
    assert client.committed(servers, topic, group)[2] == (40, len(PLAYS) - 40)

    consumer = make_consumer(group_id=group).start()
    wait_until(
        lambda: consumer.status.consumed and consumer.status.committed_lag == 0,
        what="the others",
        timeout_s=BOTH_ENGINES_PATIENCE_S,
    )

    assert (consumer.status.recovered, consumer.status.consumed) == (40, len(PLAYS) - 40)
    assert figures_of(consumer.states()[GAME]) == OFFICIAL


@with_transactions
def test_transactions_of_another_client(
    broker: Broker,
    topic: str,
    client: TransactionalClient,
    kafka_files: KafkaFiles,
    make_consumer: Callable[..., BackgroundConsumer],
) -> None:
    """What it committed counts, what it aborted does not: for the kit, and for each of the others."""
    servers, group = broker.bootstrap_servers, random_name("group")
    made_up = written(
        [ScoringEvent.from_json(p.to_json().replace(b'"event_id":"', b'"event_id":"9')) for p in PLAYS[:9]]
    )
    client.transact(servers, topic, [(written(PLAYS[:50]), True), (made_up, False), (written(PLAYS[50:]), True)])

    consumer = make_consumer(group_id=group, tail=False).start()
    assert consumer.join(BOTH_ENGINES_PATIENCE_S)

    assert figures_of(consumer.states()[GAME]) == OFFICIAL
    end = len(PLAYS) + len(made_up) + 3  # and a marker for each transaction
    assert (consumer.status.consumed, consumer.status.lag, offsets_of(servers, group)[2]) == (len(PLAYS), 0, end)
    for other in (Librdkafka(), Aiokafka(), ConsoleTools(kafka_files)):
        assert other.committed(servers, topic, group)[2] == (end, 0)
        found = other.read(servers, topic, group=random_name("group"), records=len(PLAYS))
        assert [ScoringEvent.from_json(record.value) for record in found] == PLAYS


def test_key_in_a_partition_that_only_librdkafka_gives_it(
    broker: Broker, topic: str, make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """Its default partitioner is another than everybody else's: the game lies elsewhere, and is right all the same."""
    Librdkafka(partitioner="consistent_random").write(broker.bootstrap_servers, topic, written(PLAYS), codec="none")
    assert end_offsets(broker.bootstrap_servers, topic) != {2: len(PLAYS)}

    consumer = make_consumer(tail=False).start()
    assert consumer.join(BOTH_ENGINES_PATIENCE_S)

    assert figures_of(consumer.states()[GAME]) == OFFICIAL


def test_game_over_two_partitions_is_right_or_told(
    broker: Broker, topic: str, make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """One replay by both partitioners: whoever shows only a part of it says that its score is not the feed's."""
    servers, group = broker.bootstrap_servers, random_name("group")
    Librdkafka().write(servers, topic, written(PLAYS[::2]), codec="none")
    Librdkafka(partitioner="consistent_random").write(servers, topic, written(PLAYS[1::2]), codec="none")
    assert len(end_offsets(servers, topic)) == 2

    for _ in range(2):  # the second one has only commits to begin from
        consumer = make_consumer(group_id=group, tail=False).start()
        assert consumer.join(BOTH_ENGINES_PATIENCE_S)
        state = consumer.states()[GAME]
        assert figures_of(state) == OFFICIAL or state.mismatches > 0
