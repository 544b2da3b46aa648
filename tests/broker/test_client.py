"""Kafka clients: made, cancelled and closed with nothing left of them."""

import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError
from support import wait_until

from nbmomentum.errors import BrokerUnavailable, SettingsError
from nbmomentum.stream import Broker, ensure_topics
from nbmomentum.stream.cluster.client import Connector, close_producer, connect


class Attempt:
    """Something that waits, in a thread of its own."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.error: Exception | None = None
        self._work = work
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 (the test looks at it)
            self.error = error

    def ends_when(self, told: Callable[[], None]) -> bool:
        """Whether it ends within a second when it is told again and again, as a runner does."""
        wait_until(lambda: (told(), not self._thread.is_alive())[1], what="the end of the attempt", timeout_s=1.0)
        self._thread.join()
        return True


@pytest.mark.parametrize("make", [KafkaProducer, KafkaConsumer, KafkaAdminClient])
@pytest.mark.parametrize("problem", ["nobody listens", "it does not answer", "an unknown option"])
def test_client_that_cannot_be_made_leaves_no_thread(
    fragile: Broker, signal_broker: Callable[[int], None], make: Any, problem: str
) -> None:
    """A constructor that fails is an error of ours, and nothing is left of it."""
    threads = set(threading.enumerate())
    servers = "127.0.0.1:1" if problem == "nobody listens" else fragile.bootstrap_servers
    options: dict[str, Any] = {"typo": 1} if problem == "an unknown option" else {"bootstrap_timeout_ms": 300}
    if problem == "it does not answer":
        signal_broker(signal.SIGSTOP)

    with pytest.raises(SettingsError if problem == "an unknown option" else BrokerUnavailable) as caught:
        connect(make, servers, **options)

    told = {
        "nobody listens": ("127.0.0.1:1 (nobody listens there)", "start_broker()"),
        "it does not answer": (f"Something listens at {servers}", "within 0.3 s", "`nbmomentum broker stop --force`"),
        "an unknown option": ("typo",),
    }
    assert [words for words in told[problem] if words not in str(caught.value)] == []
    assert ("start_broker()" in str(caught.value)) == (problem == "nobody listens")
    wait_until(lambda: set(threading.enumerate()) <= threads, what="the client's thread to end")


@pytest.mark.parametrize("make", [KafkaProducer, KafkaConsumer])
def test_cancel_ends_an_attempt_at_once(fragile: Broker, signal_broker: Callable[[int], None], make: Any) -> None:
    """Stop does not wait for a time-out, whatever stage the attempt is in; later attempts fail too."""
    connector = Connector(fragile.bootstrap_servers)
    signal_broker(signal.SIGSTOP)
    attempt = Attempt(lambda: connector.connect(make, bootstrap_timeout_ms=60_000))
    wait_until(lambda: connector._cancellable, what="the attempt")

    assert attempt.ends_when(connector.cancel)
    assert isinstance(attempt.error, BrokerUnavailable)
    with pytest.raises(BrokerUnavailable, match="cancelled"):
        connector.connect(make, bootstrap_timeout_ms=60_000)


def test_cancel_ends_a_question_at_once(fragile: Broker, signal_broker: Callable[[int], None]) -> None:
    """Also one that was asked of a broker that froze."""
    connector, is_frozen = Connector(fragile.bootstrap_servers), threading.Event()

    def ask() -> None:
        with connector.admin() as admin:
            signal_broker(signal.SIGSTOP)
            is_frozen.set()
            admin.list_topics()

    attempt = Attempt(ask)
    is_frozen.wait(5)

    assert attempt.ends_when(connector.cancel)
    assert isinstance(attempt.error, KafkaError)


def test_producer_with_records_left_is_closed_all_the_same(
    fragile: Broker, signal_broker: Callable[[int], None], capfd: pytest.CaptureFixture[str]
) -> None:
    """No thread stays, and nothing is printed when the object goes."""
    threads = set(threading.enumerate())
    ensure_topics(fragile.bootstrap_servers)
    client = connect(KafkaProducer, fragile.bootstrap_servers)
    client.send("nba_momentum", b"first").get(timeout=5)
    signal_broker(signal.SIGSTOP)
    future = client.send("nba_momentum", b"second")

    delivered_all = close_producer(client, 0.1)
    del client

    assert not delivered_all
    assert future.failed()
    wait_until(lambda: set(threading.enumerate()) <= threads, what="the client's thread to end")
    assert capfd.readouterr().err == ""
