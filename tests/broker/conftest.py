"""One broker of each rung for the tier, and clients with names of their own for each test."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from brokers import Client, stands_still
from support import random_name, wait_until

from nbmomentum.errors import BrokerStartFailed
from nbmomentum.runners import Runner
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer, ensure_topics, start_broker
from nbmomentum.stream.broker import KafkaFiles, broker_status, find_java, present_kafka, release_broker, running_rungs


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of a module that names `ENGINES` on each of them."""
    engines: tuple[str, ...] = getattr(metafunc.module, "ENGINES", ())
    if engines and "broker" in metafunc.fixturenames:
        metafunc.parametrize("broker", engines, indirect=True, scope="session")


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """The embedded broker, in a folder of the test run."""
    with start_broker(home=tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.fixture(scope="session")
def broker(request: pytest.FixtureRequest) -> Broker:
    """The embedded broker; each engine in its turn in a module of the contract, and where a test asks for both."""
    broker: Broker = request.getfixturevalue(getattr(request, "param", "embedded"))
    return broker


@pytest.fixture(scope="session")
def kafka_files() -> KafkaFiles:
    """Apache Kafka on this computer, with a Java for it; without them its tests are skipped, with the reason."""
    try:
        find_java()
    except BrokerStartFailed as error:
        pytest.skip(str(error))
    files = present_kafka()
    if files is None:
        pytest.skip("Apache Kafka's files are not on this computer; `nbmomentum broker fetch` brings them.")
    return files


@pytest.fixture
def kafka_home(kafka_files: KafkaFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test with a home of its own use these files."""
    monkeypatch.setenv("KAFKA_HOME", str(kafka_files.libs.parent))


@pytest.fixture(scope="session")
def apache(kafka_files: KafkaFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One node of Apache Kafka, for all tests that leave it running."""
    with start_broker("apache", home=tmp_path_factory.mktemp("apache")) as broker:
        yield broker


@pytest.fixture(scope="session")
def cluster(kafka_files: KafkaFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Three nodes of Apache Kafka; a test that takes one down starts it again."""
    with start_broker("apache", nodes=3, home=tmp_path_factory.mktemp("cluster")) as broker:
        yield broker


@pytest.fixture
def new_topic() -> Callable[[Broker], str]:
    """Make a fresh event topic on a broker."""

    def make(broker: Broker) -> str:
        name = random_name("topic")
        ensure_topics(broker.bootstrap_servers, name)
        return name

    return make


@pytest.fixture
def three_up(cluster: Broker) -> Iterator[Broker]:
    """The three nodes; those that the test took down are started again."""
    yield cluster
    for node in cluster.nodes:
        if node.state == "stopped":
            cluster.start_node(node.node)


@pytest.fixture
def topic(broker: Broker) -> str:
    """A fresh event topic with its dead-letter topic."""
    name = random_name("topic")
    ensure_topics(broker.bootstrap_servers, name)
    return name


@pytest.fixture
def stopping() -> Iterator[Callable[[Runner], Any]]:
    """Register a runner to be stopped at the end of the test, however it ends."""
    with contextlib.ExitStack() as stack:
        yield lambda runner: (stack.callback(runner._halt, 5.0), runner)[1]


@pytest.fixture
def make_producer(broker: Broker, topic: str, stopping: Callable[[Runner], Any]) -> Callable[..., GameProducer]:
    """Make a producer for this test's topic (not started)."""

    def make(events: list[Any], **options: Any) -> GameProducer:
        settings = {"speed": float("inf"), "name": random_name("producer"), "topic": topic} | options
        producer: GameProducer = stopping(GameProducer(events, bootstrap_servers=broker.bootstrap_servers, **settings))
        return producer

    return make


@pytest.fixture
def make_consumer(broker: Broker, topic: str, stopping: Callable[[Runner], Any]) -> Callable[..., BackgroundConsumer]:
    """Make a consumer of this test's topic (not started)."""

    def make(**options: Any) -> BackgroundConsumer:
        settings = {"group_id": random_name("group"), "name": random_name("consumer"), "topic": topic} | options
        consumer: BackgroundConsumer = stopping(
            BackgroundConsumer(bootstrap_servers=broker.bootstrap_servers, **settings)
        )
        return consumer

    return make


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder for a broker of this test's own, which is stopped at the end."""
    yield tmp_path
    for rung in running_rungs(tmp_path):
        release_broker(tmp_path, rung, force=True)


@pytest.fixture
def second_client(home: Path) -> Iterator[Callable[[], Client]]:
    """Start a client process; it is killed at the end."""
    clients: list[Client] = []

    def start() -> Client:
        clients.append(Client(home))
        return clients[-1]

    yield start
    for client in clients:
        client.end()


@pytest.fixture
def fragile(home: Path) -> Broker:
    """A broker of this test's own."""
    return start_broker(home=home)


@pytest.fixture
def signal_broker(home: Path) -> Iterator[Callable[[int], None]]:
    """Send a signal to the broker's process; a frozen one is thawed at the end."""
    frozen: list[int] = []

    def send(sig: int) -> None:
        status = broker_status(home)
        assert status is not None
        os.kill(status["broker_pid"], sig)
        if sig == signal.SIGSTOP:
            frozen.append(status["broker_pid"])
            wait_until(lambda: stands_still(status["broker_pid"]), what="every thread of the broker to stop")

    yield send
    for pid in frozen:
        with contextlib.suppress(ProcessLookupError):  # the test has ended it
            os.kill(pid, signal.SIGCONT)
