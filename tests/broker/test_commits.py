"""What any group has committed, as the broker tells it: the same as a plain client hears."""

import contextlib
import signal
from collections.abc import Callable
from typing import Any

import pytest
from brokers import BOTH_ENGINES_PATIENCE_S, on_both_engines
from independent import committed, plain_producer
from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata
from support import random_name, wait_until

from nbmomentum.runners import Runner
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import BackgroundConsumer, Broker, CommitsWatch, GameProducer, ensure_topics
from nbmomentum.stream.groups import commits


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask more often than a class needs."""
    monkeypatch.setattr(commits, "ASK_INTERVAL_S", 0.05)


@pytest.fixture
def make_watch(broker: Broker, topic: str, stopping: Callable[[Runner], Any]) -> Callable[..., CommitsWatch]:
    """Start a watch of this test's topic."""

    def make(**options: Any) -> CommitsWatch:
        settings = {"bootstrap_servers": broker.bootstrap_servers, "topic": topic, "name": random_name("commits")}
        watch: CommitsWatch = stopping(CommitsWatch(**settings | options)).start()
        return watch

    return make


def commit(broker: Broker, group: str, topic: str, offsets: dict[int, int]) -> None:
    """Commit as a program of somebody else's does."""
    with contextlib.closing(KafkaConsumer(bootstrap_servers=broker.bootstrap_servers, group_id=group)) as client:
        client.commit({TopicPartition(topic, n): OffsetAndMetadata(offset, "", -1) for n, offset in offsets.items()})


@on_both_engines
def test_every_group_of_the_topic_is_heard_of(
    broker: Broker, topic: str, make_watch: Callable[..., CommitsWatch]
) -> None:
    """Whoever its members are, and nobody who reads another topic."""
    audit, elsewhere, other = random_name("audit"), random_name("elsewhere"), random_name("topic")
    ensure_topics(broker.bootstrap_servers, other)
    commit(broker, audit, topic, {0: 3, 2: 8})
    commit(broker, elsewhere, other, {0: 1})

    watch = make_watch()

    wait_until(lambda: watch.commits() == {audit: {0: 3, 2: 8}}, what="the group's offsets")
    seen = watch.commits()
    commit(broker, audit, topic, {2: 9})
    wait_until(lambda: watch.commits() == {audit: {0: 3, 2: 9}}, what="the next commit")
    assert seen == {audit: {0: 3, 2: 8}}


@on_both_engines
def test_a_consumer_of_ours_is_heard_like_any_other(
    broker: Broker,
    make_watch: Callable[..., CommitsWatch],
    make_producer: Callable[..., GameProducer],
    make_consumer: Callable[..., BackgroundConsumer],
) -> None:
    """What the consumer says, what the watch hears and what a plain client is told are one number."""
    group, plays = random_name("group"), load_game("0021500277")
    consumer = make_consumer(group_id=group).start()
    make_producer(plays).start().join(15)
    watch = make_watch(groups=(group,))

    wait_until(
        lambda: watch.commits().get(group, {}).get(2) == len(plays),
        what="the last commit",
        timeout_s=BOTH_ENGINES_PATIENCE_S,
    )

    plain = {number: saved.offset for number, saved in committed(broker.bootstrap_servers, group).items()}
    assert watch.commits()[group] == plain
    wait_until(lambda: consumer.status.committed_lag == 0, what="the consumer to say so")


def test_own_groups_are_heard_however_many_there_are(
    broker: Broker, topic: str, make_watch: Callable[..., CommitsWatch], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A class has more groups than a watch asks for; what is last by its name is asked for all the same."""
    monkeypatch.setattr(commits, "MAX_GROUPS", 2)
    own, others = random_name("zoe"), [random_name("anna") for _ in range(2)]
    for group in (own, *others):
        commit(broker, group, topic, {0: 3})

    watch = make_watch(first=(own, random_name("zoe-never-committed")))

    wait_until(lambda: own in watch.commits(), what="the own group")
    assert watch.commits()[own] == {0: 3}


def test_nothing_new_is_the_same_object(broker: Broker, topic: str, make_watch: Callable[..., CommitsWatch]) -> None:
    """Ten looks a second at what changes once a second."""
    group = random_name("group")
    commit(broker, group, topic, {0: 3})
    watch = make_watch(groups=(group,))
    wait_until(watch.commits, what="the offsets")
    asked: list[object] = []
    ask = watch._ask
    watch._ask = lambda admin: (asked.append(admin), ask(admin))[1]  # type: ignore[method-assign]

    seen = watch.commits()
    wait_until(lambda: len(asked) >= 3, what="three more questions")

    assert watch.commits() is seen


def test_a_broker_that_does_not_answer_is_a_state(
    fragile: Broker, make_watch: Callable[..., CommitsWatch], signal_broker: Callable[[int], None]
) -> None:
    """The last offsets stay, a stop does not wait, and it goes on by itself."""
    servers = fragile.bootstrap_servers
    ensure_topics(servers, "x")
    with plain_producer(servers) as send:
        send("x", b"a play", partition=0)
    commit(fragile, "group", "x", {0: 1})
    watch = make_watch(bootstrap_servers=servers, topic="x")
    wait_until(lambda: watch.commits() == {"group": {0: 1}}, what="the offsets")

    signal_broker(signal.SIGSTOP)
    wait_until(lambda: watch.away_s > 0, what="the watch to notice")
    kept = watch.commits()
    signal_broker(signal.SIGCONT)
    wait_until(lambda: watch.away_s == 0, what="the broker to come back")
    commit(fragile, "group", "x", {0: 0})

    wait_until(lambda: watch.commits() == {"group": {0: 0}}, what="the next commit")
    assert kept == {"group": {0: 1}}
