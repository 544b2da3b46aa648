"""The broker goes away and comes back: states instead of tracebacks, and the game ends as it was played."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from independent import figures_of, official_figures_of, read_topic
from support import processed, random_name, wait_until

from nbmomentum.events import ScoringEvent
from nbmomentum.runners import Runner
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.stream import TOPIC, BackgroundConsumer, Broker, GameProducer, start_broker
from nbmomentum.stream.producer import sender
from nbmomentum.studio import trouble_of

GAME = list_games()[0]
PLAYS = load_game(GAME.game_id)
OFFICIAL = {GAME.game_id: official_figures_of(GAME)}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count a broker as away sooner than a class would."""
    monkeypatch.setattr(sender, "AWAY_AFTER_S", 0.5)


@pytest.fixture
def clients(fragile: Broker, stopping: Callable[[Runner], Any]) -> tuple[GameProducer, BackgroundConsumer]:
    """A slow producer and a live consumer, both at work."""
    producer = GameProducer(PLAYS, bootstrap_servers=fragile.bootstrap_servers, speed=600, name=random_name("producer"))
    consumer = BackgroundConsumer(
        bootstrap_servers=fragile.bootstrap_servers, group_id=random_name("group"), name=random_name("consumer")
    )
    stopping(producer).start()
    stopping(consumer).start()
    wait_until(lambda: consumer.status.consumed > 3, what="the first plays")
    return producer, consumer


def supervisor_pid(home: Path) -> int:
    """The supervisor's process."""
    return int(json.loads((home / "embedded" / "supervisor.json").read_text())["pid"])


def figures(consumer: BackgroundConsumer) -> dict[str, Any]:
    """The figures of each game, as the consumer has them."""
    return {game_id: figures_of(state) for game_id, state in consumer.states().items()}


def away(runner: GameProducer | BackgroundConsumer) -> bool:
    """Whether it says that the broker is away."""
    return runner.status.state == "broker away"


def test_frozen_broker_is_a_state_and_nothing_is_lost(
    clients: tuple[GameProducer, BackgroundConsumer], signal_broker: Callable[[int], None]
) -> None:
    """Both say for how long, the producer what it has queued; when it answers again the game ends officially."""
    producer, consumer = clients
    signal_broker(signal.SIGSTOP)

    wait_until(lambda: away(producer) and away(consumer), what="both to notice")
    said = producer.status
    producer.set_speed(float("inf"))
    wait_until(lambda: producer.status.position == len(PLAYS), what="the rest to be queued")
    queued = producer.status
    signal_broker(signal.SIGCONT)

    assert said.away_s > 0.5
    assert 0 < said.queued == said.sent - said.acknowledged
    assert (queued.state, queued.sent, queued.failed) == ("broker away", len(PLAYS), 0)
    assert consumer.status.away_s > 0.0
    assert producer.join(15)
    wait_until(lambda: figures(consumer) == OFFICIAL, what="the official figures")
    wait_until(lambda: consumer.status.committed_lag == 0, what="the commit")
    assert (producer.status.state, producer.status.acknowledged, producer.status.failed) == ("finished", len(PLAYS), 0)
    assert (producer.error, consumer.error, consumer.status.last_error) == (None, None, "")


def test_killed_broker_says_what_it_lost_and_the_replay_can_be_started_again(
    clients: tuple[GameProducer, BackgroundConsumer], fragile: Broker, signal_broker: Callable[[int], None]
) -> None:
    """Its last seconds, topics included: counted and told until a restart; clients go on by themselves."""
    producer, consumer = clients
    signal_broker(signal.SIGKILL)

    producer.set_speed(float("inf"))
    assert producer.join(15)
    kept = {ScoringEvent.from_json(record.value).event_id for record in read_topic(fragile.bootstrap_servers, TOPIC)}
    missing, said = len(PLAYS) - len(kept), producer.status.lost
    told = trouble_of(producer, consumer, drawing_error="")
    producer.restart()

    assert said == missing
    assert bool(missing) == ("Press Restart" in told)
    assert producer.join(15)
    replay_id = producer.status.replay_id
    wait_until(lambda: (latest := consumer.latest()) and latest.replay_id == replay_id, what="the new replay")
    wait_until(lambda: figures(consumer) == OFFICIAL, what="the official figures")
    wait_until(lambda: (producer.status.lost, consumer.status.lost) == (0, 0), what="the loss to be made up for")
    assert (producer.error, consumer.error) == (None, None)


def test_consumer_follows_a_log_that_was_cut(
    fragile: Broker, home: Path, stopping: Callable[[Runner], Any], signal_broker: Callable[[int], None]
) -> None:
    """The broker comes back with nothing: offsets begin at 0 again, and what is written then is consumed."""
    consumer = stopping(
        BackgroundConsumer(bootstrap_servers=fragile.bootstrap_servers, group_id="g", name=random_name("consumer"))
    ).start()
    producer = stopping(
        GameProducer(PLAYS, bootstrap_servers=fragile.bootstrap_servers, speed=float("inf"), name=random_name("p"))
    ).start()
    wait_until(lambda: processed(consumer) == len(PLAYS), what="the first replay")

    signal_broker(signal.SIGKILL)
    wait_until(lambda: consumer.status.lost, what="the consumer to see that the log ends sooner")
    told = trouble_of(producer, consumer, drawing_error="")
    producer.restart(PLAYS[:20])
    assert producer.join(15)
    replay_id = producer.status.replay_id
    wait_until(lambda: consumer.error is not None or ((latest := consumer.latest()) and latest.replay_id == replay_id))
    assert consumer.error is None, consumer.explain_error()

    wait_until(lambda: (latest := consumer.latest()) and latest.replay_id == replay_id, what="the new replay")
    wait_until(lambda: consumer.status.state == "live" and consumer.status.committed_lag == 0, what="its end")
    assert len(consumer.states()[GAME.game_id].plays) == 20
    assert f"Records lost: {len(PLAYS)}." in told
    wait_until(lambda: consumer.status.lost == 0, what="the loss to be made up for")
    assert consumer.error is None


def test_lost_partition_is_a_broker_that_is_away(
    clients: tuple[GameProducer, BackgroundConsumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client library answers with a KeyError; the consumer waits for the partition to come back."""
    _, consumer = clients

    def lost(*_: Any, **__: Any) -> None:
        raise KeyError("partition 1")

    with monkeypatch.context() as patch:
        patch.setattr(consumer._reader._client, "end_offsets", lost)
        wait_until(lambda: away(consumer), what="the consumer to notice")

    wait_until(lambda: consumer.status.state == "live", what="the consumer to go on")
    assert consumer.error is None


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
def test_clients_stop_within_a_second_while_the_broker_is_away(
    clients: tuple[GameProducer, BackgroundConsumer],
    home: Path,
    signal_broker: Callable[[int], None],
    how: int,
) -> None:
    """Nobody waits for a broker that does not answer; what was not delivered is counted and said."""
    producer, consumer = clients
    if how == signal.SIGSTOP:
        signal_broker(how)
    else:
        os.kill(supervisor_pid(home), how)  # and with it the broker: nobody brings it back
    wait_until(lambda: away(producer) and away(consumer), what="both to notice")

    began = time.monotonic()
    producer.stop()
    producer_s = time.monotonic() - began
    consumer.stop()
    consumer_s = time.monotonic() - began - producer_s

    assert producer_s < 1.2
    assert consumer_s < 1.5
    assert producer.status.failed > 0
    assert producer.status.queued == 0
    assert "not delivered" in producer.status.failures[-1]


def test_clients_started_before_the_broker_wait_for_it(
    home: Path, fragile: Broker, stopping: Callable[[Runner], Any]
) -> None:
    """The cells may be run in the wrong order."""
    port = int(fragile.bootstrap_servers.split(":")[1])
    fragile.stop()
    producer = GameProducer(
        PLAYS, bootstrap_servers=fragile.bootstrap_servers, speed=float("inf"), name=random_name("producer")
    )
    consumer = BackgroundConsumer(
        bootstrap_servers=fragile.bootstrap_servers, group_id="g", name=random_name("consumer")
    )
    stopping(producer).start()
    stopping(consumer).start()
    wait_until(lambda: away(consumer), what="the consumer to notice")

    start_broker(port=port, home=home)

    assert producer.join(15)
    wait_until(lambda: processed(consumer) == len(PLAYS), what="all plays")
    assert figures(consumer) == OFFICIAL
