"""Transactions of any producer: what was aborted never counts, and the log ends where the client says it ends."""

import contextlib
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from brokers import BOTH_ENGINES, BOTH_ENGINES_PATIENCE_S
from independent import committed, end_offsets
from kafka import KafkaProducer
from support import processed, random_name, wait_until
from typer.testing import CliRunner

from nbmomentum.cli.app import app
from nbmomentum.events import ScoringEvent
from nbmomentum.runners import Runner
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer, LogTail, TableConsumer, replay_events

ENGINES = BOTH_ENGINES

GAME = "0021500277"
PLAYS = load_game(GAME)
# A play that was never made: 15 points for the home team.
WRONG = [
    ScoringEvent.from_json(PLAYS[-1].to_json().replace(b'"event_id":"', b'"event_id":"9%d' % number))
    for number in range(5)
]


@pytest.fixture
def transactional(broker: Broker) -> Iterator[KafkaProducer]:
    """A producer of transactions."""
    options = {"transactional_id": random_name("transactions"), "max_block_ms": 20_000}
    with contextlib.closing(KafkaProducer(bootstrap_servers=broker.bootstrap_servers, **options)) as producer:
        producer.init_transactions()
        yield producer


@pytest.fixture
def send(transactional: KafkaProducer, topic: str) -> Callable[..., None]:
    """Send some plays as one transaction, and end it, or leave it open."""
    replay_id = secrets.token_hex(4).encode()

    def send(plays: list[ScoringEvent], *, end: str) -> None:
        transactional.begin_transaction()
        for play in plays:
            transactional.send(topic, play.to_json(), key=GAME.encode(), headers=[("replay_id", replay_id)])
        transactional.flush(timeout=10)
        if end != "open":
            getattr(transactional, f"{end}_transaction")()

    return send


def until(condition: Callable[[], object], what: str) -> None:
    """Wait as long as either engine may take."""
    wait_until(condition, what=what, timeout_s=BOTH_ENGINES_PATIENCE_S)


def test_aborted_plays_are_not_counted(
    topic: str, send: Callable[..., None], make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """Whoever reads records that were not committed shows 97 and some to 95."""
    send(PLAYS[:60], end="commit")
    send(WRONG, end="abort")
    send(PLAYS[60:], end="commit")

    consumer = make_consumer().start()
    until(lambda: consumer.status.committed_lag == 0 and consumer.status.consumed, "all to be committed")

    state = consumer.states()[GAME]
    assert (state.home_score, state.away_score, state.mismatches) == (97, 95, 0)
    assert (consumer.status.consumed, consumer.status.lag) == (len(PLAYS), 0)


def test_option_reads_what_was_aborted(
    topic: str, send: Callable[..., None], make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """The default can be overridden, as Kafka's own can."""
    send(PLAYS, end="commit")
    send(WRONG, end="abort")

    consumer = make_consumer(kafka_options={"isolation_level": "read_uncommitted"}).start()
    until(lambda: consumer.status.committed_lag == 0 and consumer.status.consumed, "all to be committed")

    assert consumer.status.consumed == len(PLAYS) + len(WRONG)
    assert consumer.states()[GAME].home_score + consumer.states()[GAME].away_score > 97 + 95


@pytest.mark.parametrize("end", ["commit", "abort"])
def test_topic_that_ends_with_a_marker_has_no_lag(
    broker: Broker,
    topic: str,
    send: Callable[..., None],
    make_consumer: Callable[..., BackgroundConsumer],
    end: str,
) -> None:
    """Position and commit are behind the marker, as every Kafka tool expects it; reading up to the end ends."""
    send(PLAYS[:10], end="commit")
    send(PLAYS[10:12], end=end)
    group = random_name("group")

    consumer = make_consumer(group_id=group, tail=False).start()
    assert consumer.join(BOTH_ENGINES_PATIENCE_S)

    assert (consumer.status.state, consumer.status.lag, consumer.status.committed_lag) == ("finished", 0, 0)
    ends = {partition: saved.offset for partition, saved in committed(broker.bootstrap_servers, group).items()}
    assert {partition: end for partition, end in ends.items() if end} == end_offsets(broker.bootstrap_servers, topic)
    again = make_consumer(group_id=group, tail=False).start()
    assert again.join(BOTH_ENGINES_PATIENCE_S)
    assert (again.status.consumed, again.status.lag) == (0, 0)


def test_command_reads_to_the_end_once(broker: Broker, topic: str, send: Callable[..., None]) -> None:
    """`nbmomentum consume --once` ends, with the score."""
    send(PLAYS, end="commit")
    send(WRONG, end="abort")

    options = ["--once", "--topic", topic, "--bootstrap-servers", broker.bootstrap_servers]
    result = CliRunner().invoke(app, ["consume", *options])

    assert result.exit_code == 0, result.output
    assert "97" in result.output
    assert "Lag 0, committed lag 0" in result.output


def test_seek_to_the_end_and_steps(
    topic: str, send: Callable[..., None], make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """A seek beyond the end comes to its end; a step brings as many records as asked, over the markers between."""
    for start in range(0, 12, 3):
        send(PLAYS[start : start + 3], end="commit")
        send(WRONG[:1], end="abort")
    consumer = make_consumer().start()
    until(lambda: processed(consumer) == 12, "all plays")

    consumer.seek_game("Q4 0:00")
    until(lambda: consumer.status.seeks == 1 and consumer.status.state == "paused", "the end of the seek")
    assert consumer.status.lag == 0
    consumer.seek_play(PLAYS[0].event_id)
    until(lambda: consumer.status.seeks == 2, "the second seek")
    assert len(consumer.states()[GAME].plays) == 1
    consumer.step(5)
    until(lambda: len(consumer.states()[GAME].plays) == 6, "five steps")
    consumer.step(6)
    until(lambda: len(consumer.states()[GAME].plays) == 12, "the other six")
    assert (consumer.status.state, consumer.status.consumed, consumer.status.committed_lag) == ("paused", 12, 0)


def test_games_are_rebuilt_behind_what_was_aborted(
    topic: str, send: Callable[..., None], make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """A successor that begins where the last records were aborted shows the game, and reads on."""
    send(PLAYS[:50], end="commit")
    send(WRONG, end="abort")
    group = random_name("group")
    with make_consumer(group_id=group) as first:
        until(lambda: first.status.committed_lag == 0 and processed(first) == 50, "the first ones")

    consumer = make_consumer(group_id=group).start()
    until(lambda: consumer.status.state == "live" and GAME in consumer.states(), "the game to be rebuilt")
    assert (consumer.status.recovered, consumer.status.consumed, consumer.status.lag) == (50, 0, 0)
    send(PLAYS[50:], end="commit")
    until(lambda: processed(consumer) == len(PLAYS) - 50, "the others")
    assert consumer.states()[GAME].home_score == 97


def test_open_transaction_is_told(
    topic: str,
    send: Callable[..., None],
    transactional: KafkaProducer,
    make_consumer: Callable[..., BackgroundConsumer],
    make_producer: Callable[..., GameProducer],
) -> None:
    """Nothing behind its beginning is read before it ends; the words say how much that is."""
    send(PLAYS[:10], end="commit")
    send(WRONG[:2], end="open")
    make_producer(PLAYS[:5]).start().join(15)

    consumer = make_consumer().start()
    until(lambda: consumer.status.last_error, "a word of it")
    assert "An open transaction holds back the last 7 offsets of partition 2." in consumer.status.last_error
    assert (consumer.status.consumed, consumer.status.lag) == (10, 0)
    once = make_consumer(tail=False).start()
    assert once.join(BOTH_ENGINES_PATIENCE_S)
    assert (once.status.state, once.status.consumed) == ("finished", 10)
    assert "open transaction" in once.status.last_error

    transactional.abort_transaction()
    until(lambda: processed(consumer) == 15 and not consumer.status.last_error, "the rest")
    assert consumer.status.lag == 0


def test_readers_of_the_log(
    broker: Broker,
    topic: str,
    send: Callable[..., None],
    transactional: KafkaProducer,
    make_consumer: Callable[..., BackgroundConsumer],
    stopping: Callable[[Runner], Any],
) -> None:
    """The tail, a saved replay and a table know nothing of what was aborted, and come to their ends."""
    send(PLAYS[:10], end="commit")
    send(WRONG, end="abort")
    transactional.begin_transaction()
    transactional.send(f"{topic}.team_stats", b"no stats", key=b"MIA")
    transactional.flush(timeout=10)
    transactional.abort_transaction()
    options = {"bootstrap_servers": broker.bootstrap_servers, "topic": topic}

    tail = stopping(LogTail(name=random_name("log"), **options)).start()
    until(lambda: tail.status.state == "live", "the tail")
    table = stopping(TableConsumer(group_id=random_name("group"), name=random_name("table"), tail=False, **options))
    assert table.start().join(BOTH_ENGINES_PATIENCE_S)
    consumer = make_consumer().start()
    until(lambda: processed(consumer) == 10, "the plays")

    assert [record.event for record in tail.records()] == PLAYS[:10]
    assert replay_events(consumer) == PLAYS[:10]
    assert (table.status.consumed, table.status.lag, table.status.committed_lag) == (0, 0, 0)
