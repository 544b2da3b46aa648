"""Nodes of Apache Kafka are killed in the middle of a game: nothing acknowledged is lost, and nobody has to help."""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from independent import figures_of, official_figures_of, read_topic
from support import random_name, wait_until

from nbmomentum.events import ScoringEvent
from nbmomentum.runners import Runner
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer, describe_partitions
from nbmomentum.stream.producer import sender
from nbmomentum.studio import trouble_of

GAME = list_games()[0]
PLAYS = load_game(GAME.game_id)
OFFICIAL = {GAME.game_id: official_figures_of(GAME)}
PATIENCE_S = 120.0

Play = Callable[[Broker], tuple[str, GameProducer, BackgroundConsumer]]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count a broker as away sooner than a class would."""
    monkeypatch.setattr(sender, "AWAY_AFTER_S", 0.5)


@pytest.fixture
def play(new_topic: Callable[[Broker], str], stopping: Callable[[Runner], Any]) -> Play:
    """Begin a game on a broker: its topic, a producer in the first quarter, a consumer beside it."""

    def begin(broker: Broker) -> tuple[str, GameProducer, BackgroundConsumer]:
        topic, servers = new_topic(broker), broker.bootstrap_servers
        producer = GameProducer(PLAYS, bootstrap_servers=servers, topic=topic, speed=60, name=random_name("producer"))
        consumer = BackgroundConsumer(
            bootstrap_servers=servers, topic=topic, group_id=random_name("group"), name=random_name("consumer")
        )
        stopping(consumer).start()
        stopping(producer).start()
        wait_until(lambda: consumer.status.consumed > 3, what="the first plays", timeout_s=PATIENCE_S)
        return topic, producer, consumer

    return begin


def leader(broker: Broker, topic: str, partition: int | None) -> int | None:
    """The node that leads this partition now."""
    return next(p.leader for p in describe_partitions(broker.bootstrap_servers, topic) if p.partition == partition)


def assert_whole(broker: Broker, topic: str, producer: GameProducer, consumer: BackgroundConsumer) -> None:
    """Every play once and in its order, official figures, and nobody has to be started again."""
    assert producer.join(PATIENCE_S)
    wait_until(lambda: consumer.status.consumed >= len(PLAYS), what="all plays", timeout_s=PATIENCE_S)
    wait_until(lambda: consumer.status.committed_lag == 0, what="the commit", timeout_s=PATIENCE_S)
    assert {game_id: figures_of(state) for game_id, state in consumer.states().items()} == OFFICIAL
    assert [ScoringEvent.from_json(record.value) for record in read_topic(broker.bootstrap_servers, topic)] == PLAYS
    assert (producer.status.acknowledged, producer.status.failed, producer.status.lost) == (len(PLAYS), 0, 0)
    assert (producer.error, consumer.error, consumer.status.lost) == (None, None, 0)


def test_killed_node_loses_nothing(apache: Broker, play: Play) -> None:
    """Both say that the broker is away and what is queued; when it is back, the queued ones arrive once."""
    topic, producer, consumer = play(apache)
    node = apache.nodes[0]
    assert node.pid is not None

    os.kill(node.pid, signal.SIGKILL)
    producer.set_speed(float("inf"))
    wait_until(lambda: producer.status.state == "broker away", what="the producer to notice")
    wait_until(lambda: consumer.status.state == "broker away", what="the consumer to notice")
    queued, told = producer.status.queued, trouble_of(producer, consumer, drawing_error="")

    assert queued > 0
    assert "The broker has been away for" in told
    assert_whole(apache, topic, producer, consumer)
    assert apache.nodes[0].restarts == node.restarts + 1


def test_killed_leader_is_replaced_in_the_middle_of_a_game(three_up: Broker, play: Play) -> None:
    """Another node with every acknowledged record leads on; it stays down, and the game ends without it."""
    topic, producer, consumer = play(three_up)
    partition = producer.status.last_partition
    victim = leader(three_up, topic, partition)
    assert victim is not None

    three_up.kill_node(victim)
    wait_until(lambda: leader(three_up, topic, partition) not in (victim, None), what="a leader", timeout_s=PATIENCE_S)
    producer.set_speed(float("inf"))

    assert_whole(three_up, topic, producer, consumer)
    assert three_up.nodes[victim - 1].state == "stopped"


def test_producing_stops_when_two_of_three_nodes_are_down(three_up: Broker, play: Play) -> None:
    """One node alone acknowledges nothing: that is a state with its queue, and ends when a second one is back."""
    topic, producer, consumer = play(three_up)
    stays = leader(three_up, topic, producer.status.last_partition)
    first, second = {1, 2, 3} - {stays}

    three_up.kill_node(first)
    three_up.kill_node(second)
    wait_until(lambda: producer.status.state == "broker away", what="producing to stop", timeout_s=PATIENCE_S)
    producer.set_speed(float("inf"))
    wait_until(lambda: producer.status.position == len(PLAYS), what="the rest to be queued")
    alone = producer.status
    three_up.start_node(first)

    assert (alone.state, alone.failed) == ("broker away", 0)
    assert alone.queued == len(PLAYS) - alone.acknowledged > 0
    assert_whole(three_up, topic, producer, consumer)
