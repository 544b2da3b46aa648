"""Several learners on one broker: each has a topic and a group of their own, and all may read the class's topic."""

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from brokers import BOTH_ENGINES_PATIENCE_S
from support import random_name, wait_until
from typer.testing import CliRunner

from nbmomentum import load_game, studio
from nbmomentum.cli import app
from nbmomentum.runners import Runner
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer, ensure_topics
from nbmomentum.stream.broker import EXTERNAL

ENGINES = ("embedded", "apache")
GAME_ID = "0021500277"
FINAL = (95, 97)
# Two that Kafka would take for one, one that it does not allow, one that is too long.
LEARNERS = ("anna", "anna.b", "anna_b", "ünal@school.example", "wilhelmina" * 9, "7")


@pytest.fixture
def as_learner(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Broker]:
    """The broker as a learner has it who was told its address; names are of this test alone."""
    test = random_name("t")

    def attach(name: str) -> Broker:
        monkeypatch.setenv("NBMOMENTUM_LEARNER", f"{test}{name}")
        return Broker(broker.bootstrap_servers, EXTERNAL)

    return attach


def scores_in(consumers: list[BackgroundConsumer]) -> list[tuple[int, int] | None]:
    """The score of the game as each of them knows it."""
    states = [consumer.states().get(GAME_ID) for consumer in consumers]
    return [(state.away_score, state.home_score) if state else None for state in states]


def test_six_learners_in_one_lesson_see_their_own_game(
    as_learner: Callable[[str], Broker], stopping: Callable[[Runner], Any]
) -> None:
    """Lesson 03 six times at once: every one ends in the official final, with nothing left to read."""
    producers, consumers = [], []
    for name in LEARNERS:
        mine = as_learner(name)
        place: dict[str, Any] = {"bootstrap_servers": mine.bootstrap_servers, "topic": mine.topic}
        ensure_topics(*place.values())
        group = mine.named("lesson-03")
        consumers.append(stopping(BackgroundConsumer(group_id=group, name=random_name("consumer"), **place)).start())
        producers.append(stopping(GameProducer(load_game(), speed=600, name=random_name("producer"), **place)).start())

    wait_until(lambda: scores_in(consumers) == [FINAL] * 6, what="six finals", timeout_s=BOTH_ENGINES_PATIENCE_S)
    wait_until(lambda: {consumer.status.lag for consumer in consumers} == {0}, what="nothing left to read")

    assert [consumer.status.consumed for consumer in consumers] == [110] * 6
    assert [producer.status.acknowledged for producer in producers] == [110] * 6


def test_commands_take_the_learners_topic_unless_told_the_classs(
    as_learner: Callable[[str], Broker], topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each says whose topic it is; what one learner wrote another one does not read, what the teacher wrote all do."""
    monkeypatch.setattr("nbmomentum.cli.broker.TOPIC", topic)  # the class's, here

    def told(learner: str, *words: str) -> str:
        monkeypatch.setenv("NBMOMENTUM_BOOTSTRAP_SERVERS", as_learner(learner).bootstrap_servers)
        result = CliRunner().invoke(app.app, words, prog_name="nbmomentum")
        assert result.exit_code == 0, result.output
        return str(result.output)

    sent = told("anna", "produce", "--speed", "max")
    told("teacher", "produce", "--speed", "max", "--topic", topic)

    mine = as_learner("anna").topic
    assert f"into {mine} at " in sent
    assert f"; the topic is yours, `--topic {topic}` takes the class's)" in sent
    assert "95-97" in told("anna", "consume", "--once")
    assert "holds no game yet" in told("ben", "consume", "--once")
    for learner in ("anna", "ben"):
        read = told(learner, "consume", "--once", "--topic", topic)
        assert f"Reading {topic} at " in read
        assert "the topic is the class's" in read
        assert "95-97" in read
    listed = told("anna", "topics")
    assert mine in listed
    assert f"Yours begin with {as_learner('anna').learner}." in listed


def test_two_kernels_in_one_group_are_told_on_both_pages(
    make_producer: Callable[..., GameProducer], make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """The game's partition is with one of them: the other page says why it shows nothing, and that one that it shares.

    When one of the two stops, the one that stays has all, and nothing more to say.
    """
    group = random_name("lesson-03")
    producer = make_producer(load_game()).start()
    first, second = (make_consumer(group_id=group).start() for _ in range(2))

    def troubles() -> list[str]:
        return sorted(studio.trouble_of(producer, consumer, drawing_error="") for consumer in (first, second))

    def are_told() -> bool:
        return all(re.fullmatch(told, trouble) for told, trouble in zip(both, troubles(), strict=True))

    other = rf"Another member of your group {group}, consumer-\w+ of process {os.getpid()}, has"
    both = (rf"{other} partitions? .* of the topic; this game's is here\. .*", rf"{other} this game's partition, 2: .*")
    wait_until(are_told, what=f"both pages to tell: {troubles()}", timeout_s=BOTH_ENGINES_PATIENCE_S)

    first.stop()
    wait_until(lambda: second.status.elsewhere == {}, what="all partitions", timeout_s=BOTH_ENGINES_PATIENCE_S)
    wait_until(lambda: scores_in([second]) == [FINAL], what="the final")
    assert studio.trouble_of(producer, second, drawing_error="") == ""
