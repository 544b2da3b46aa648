"""How every Kafka client of the kit is made: the same few options, bounded waits, nothing left after a failure."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from kafka import KafkaAdminClient, KafkaProducer
from kafka.errors import KafkaConfigurationError, KafkaConnectionError, KafkaError, KafkaTimeoutError
from kafka.net.compat import KafkaNetClient
from kafka.net.manager import KafkaConnectionManager

from nbmomentum.errors import BrokerUnavailable, SettingsError

BOOTSTRAP_TIMEOUT_MS = 2000
# A broker that comes back is found again within a second.
RECONNECT_BACKOFF_MAX_MS = 500
ADMIN_TIMEOUT_MS = 5000

REACH_TIMEOUT_S = 0.5

# Options about the way to the cluster are every client's, whichever client they were given to.
SHARED_OPTIONS = ("security_", "ssl_", "sasl_", "proxy_", "client_dns_")

Client = TypeVar("Client")


class Connector:
    """Makes the Kafka clients of one runner, and gives up at once when it is told to from another thread.

    Args:
        bootstrap_servers: Where a client starts: `host:port`, several separated by commas.
        options: Options of one of the clients, by kafka-python's names. Those about security and the network
            go to every client made here.
    """

    def __init__(self, bootstrap_servers: str, options: Mapping[str, Any] | None = None) -> None:
        self.bootstrap_servers = bootstrap_servers
        self._shared = {name: value for name, value in (options or {}).items() if name.startswith(SHARED_OPTIONS)}
        self._lock = threading.Lock()
        self._cancellable: set[KafkaNetClient] = set()
        self._is_cancelled = False

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called: no client will be made any more."""
        return self._is_cancelled

    @property
    def is_reachable(self) -> bool:
        """Whether anything listens at one of the addresses; answers within half a second for each."""
        return is_reachable(self.bootstrap_servers)

    def connect(self, make: Callable[..., Client], **options: Any) -> Client:
        """Make a kafka-python client (`KafkaProducer`, `KafkaConsumer`, `KafkaAdminClient`) that is connected.

        Args:
            make: The client's class.
            options: The class's own options, by kafka-python's names.

        Raises:
            BrokerUnavailable: No broker answered in time, or the attempt was cancelled.
            SettingsError: The client does not take these options.
        """
        if self._is_cancelled:
            raise BrokerUnavailable(f"The attempt to reach {self.bootstrap_servers} was cancelled.")
        if not self.is_reachable:
            raise self._unavailable("nobody listens there")
        net_clients: list[KafkaNetClient] = []

        def make_net_client(**config: Any) -> KafkaNetClient:
            net_client = KafkaNetClient(**config)
            # kafka-python 3.0 forgets to hand this option on; a topic that the broker makes has one partition.
            net_client.cluster.config["allow_auto_create_topics"] = False
            net_clients.append(self._watch(net_client))
            return net_client

        try:
            return make(**self._options(options), kafka_client=make_net_client)
        except (KafkaConfigurationError, ValueError, TypeError) as error:
            _close(net_clients)
            raise SettingsError(f"Kafka's client does not take these options: {error}") from error
        except KafkaError as error:
            _close(net_clients)
            raise self._unavailable(type(error).__name__) from error
        finally:
            self._forget(net_clients)

    @contextlib.contextmanager
    def admin(self) -> Iterator[KafkaAdminClient]:
        """An admin client for a few questions; `cancel` interrupts them.

        Raises:
            BrokerUnavailable: No broker answered in time.
        """
        client = self.connect(KafkaAdminClient, request_timeout_ms=ADMIN_TIMEOUT_MS)
        self._watch(client._client)
        try:
            yield client
        finally:
            self._forget([client._client])
            client.close()

    def cancel(self) -> None:
        """Make an attempt or a question that waits now fail; callable from any thread, and again for a later wait."""
        with self._lock:
            self._is_cancelled = True
            for net_client in self._cancellable:
                _hang_up(net_client)

    def _unavailable(self, reason: str) -> BrokerUnavailable:
        return BrokerUnavailable(
            f"No Kafka broker answers at {self.bootstrap_servers} ({reason}). "
            "Start one with start_broker() or `nbmomentum broker start`."
        )

    def _options(self, options: dict[str, Any]) -> dict[str, Any]:
        defaults = {
            "bootstrap_servers": self.bootstrap_servers.split(","),
            "bootstrap_timeout_ms": BOOTSTRAP_TIMEOUT_MS,
            "reconnect_backoff_max_ms": RECONNECT_BACKOFF_MAX_MS,
        }
        return defaults | self._shared | options

    def _watch(self, net_client: KafkaNetClient) -> KafkaNetClient:
        with self._lock:
            self._cancellable.add(net_client)
        return net_client

    def _forget(self, net_clients: list[KafkaNetClient]) -> None:
        with self._lock:
            self._cancellable.difference_update(net_clients)


def connect(make: Callable[..., Client], bootstrap_servers: str, **options: Any) -> Client:
    """Make a connected client, as `Connector.connect` does.

    Raises:
        BrokerUnavailable: No broker answered in time.
        SettingsError: The client does not take these options.
    """
    return Connector(bootstrap_servers).connect(make, **options)


def is_reachable(bootstrap_servers: str) -> bool:
    """Whether anything listens at one of the addresses; answers within half a second for each."""
    return any(_listens(server) for server in bootstrap_servers.split(","))


def close_producer(client: KafkaProducer, timeout_s: float) -> bool:
    """Close a producer, giving its last records up to `timeout_s`. False if it still held some: those have failed."""
    sender, has_delivered = client._sender, True
    try:
        client.close(timeout=timeout_s)
    except KafkaTimeoutError:
        # kafka-python 3.0 gives up here before it has ended its thread, and again when it is collected.
        has_delivered = False
        sender.force_close()
    if sender.is_alive():
        manager = sender._client._manager
        _run_in_loop(manager, manager.close)  # it may wait for a connection, which no flag can end
        sender.join(timeout_s)
    with contextlib.suppress(KafkaTimeoutError):
        client.close(timeout=0)
    return has_delivered


def _close(net_clients: list[KafkaNetClient]) -> None:
    """End the network thread that a constructor leaves running when it fails (kafka-python 3.0)."""
    for net_client in net_clients:
        net_client.close()


def _hang_up(net_client: KafkaNetClient) -> None:
    """Let whoever waits for an answer now get an error; the client itself stays as it is."""
    error = KafkaConnectionError("The wait was cancelled.")
    manager = net_client._manager
    manager._net._fail_pending_waiters(error)
    # A producer's constructor runs the client's loop itself, so its wait can only be ended inside the loop.
    bootstrap = manager._bootstrap_future
    if bootstrap is not None and not bootstrap.is_done:
        _run_in_loop(manager, lambda: bootstrap.is_done or bootstrap.failure(error))


def _run_in_loop(manager: KafkaConnectionManager, work: Callable[[], Any]) -> None:
    """Do this on the client's own thread, soon; unless it was closed at this moment."""
    with contextlib.suppress(RuntimeError):
        manager.call_soon(work)


def _listens(server: str) -> bool:
    host, _, port = server.strip().rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), REACH_TIMEOUT_S).close()
    except OSError:
        return False
    return True
