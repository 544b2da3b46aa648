"""Connections that come to nothing: none is left open, neither where a handshake fails nor where it is given up."""

import gc
import socketserver
import threading
from collections.abc import Iterator

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from support import PATIENCE_S, wait_until

from nbmomentum.errors import BrokerError
from nbmomentum.stream.cluster.client import Connector

NOT_TLS = b"This is no TLS.\n"


class Listener(socketserver.ThreadingTCPServer):
    """Listens on a port of its own, says one thing to whoever connects, and knows who spoke to it and who hung up."""

    def __init__(self, says: bytes) -> None:
        self.says = says
        self.spoke: list[object] = []
        self.hung_up: list[object] = []
        super().__init__(("127.0.0.1", 0), Listening)

    @property
    def servers(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.server_address[1]}"


class Listening(socketserver.BaseRequestHandler):
    """One connection."""

    server: Listener

    def handle(self) -> None:
        """Say it, and listen until the other side hangs up."""
        self.request.settimeout(2 * PATIENCE_S)
        try:
            self.request.sendall(self.server.says)
            if not self.request.recv(1024):
                return
            self.server.spoke.append(self.request)
            while self.request.recv(1024):
                continue
        except ConnectionError:
            pass
        self.server.hung_up.append(self.request)


@pytest.fixture
def listener(request: pytest.FixtureRequest) -> Iterator[Listener]:
    """One that says what the test wants."""
    with Listener(request.param) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield listening
        gc.collect()  # kafka-python itself leaves a socket open that was out of time before it was connected
        listening.shutdown()
        thread.join()


@pytest.fixture
def uncollected() -> Iterator[None]:
    """No garbage is collected: what closes a socket in this test is a call, not luck."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("listener", [NOT_TLS, b""], indirect=True, ids=["it fails", "it is given up"])
@pytest.mark.parametrize("make", [KafkaAdminClient, KafkaProducer, KafkaConsumer])
@pytest.mark.usefixtures("uncollected")
def test_handshake_that_comes_to_nothing_leaves_no_connection_open(make: type, listener: Listener) -> None:
    """Whoever answers with something else than TLS, or with nothing, is hung up on."""
    connector = Connector(listener.servers, {"security_protocol": "SSL"})

    with pytest.raises(BrokerError):
        connector.connect(make, bootstrap_timeout_ms=500)

    assert listener.spoke
    wait_until(lambda: set(listener.spoke) <= set(listener.hung_up), what="the end of every connection")
