"""How every Kafka client of the kit is made: the same few options, bounded waits, nothing left after a failure.

    connector = Connector("127.0.0.1:41234")
    consumer = connector.connect(KafkaConsumer, group_id="lesson-02")

The security settings of the cluster reach every client here. What keeps one from connecting is told in one sentence:
`BrokerUnavailable` while it may still come, `BrokerRefused` where trying again would bring the same.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaConfigurationError, KafkaConnectionError, KafkaError, KafkaTimeoutError
from kafka.net.compat import KafkaNetClient
from kafka.net.manager import KafkaConnectionManager

from nbmomentum import settings
from nbmomentum.errors import BrokerError, BrokerUnavailable, SettingsError
from nbmomentum.stream.cluster.fetches import tell_fetches
from nbmomentum.stream.cluster.refusals import explain, is_final
from nbmomentum.stream.cluster.security import secured, uses_tls
from nbmomentum.stream.cluster.transports import mend_transports

BOOTSTRAP_TIMEOUT_MS = 2000
# A broker that comes back is found again within a second.
RECONNECT_BACKOFF_MAX_MS = 500
ADMIN_TIMEOUT_MS = 5000

REACH_TIMEOUT_S = 0.5

# What to do where nobody listens, where somebody listens and does not answer, and about a cluster of the user's own.
START = "Start one with start_broker() or `nbmomentum broker start`."
LOOK = (
    "Wait, and try again; `nbmomentum broker status` says how it is, and `nbmomentum broker stop --force` ends one "
    "that stands still."
)
CHECK_CLUSTER = f"Check {settings.BOOTSTRAP_SERVERS_VARIABLE}, and that this cluster runs."

# Of every consumer: records of an aborted transaction were never written, for whoever reads.
CONSUMER_OPTIONS = {"isolation_level": "read_committed"}

# Options about the way to the cluster are every client's, whichever client they were given to.
SHARED_OPTIONS = ("security_", "ssl_", "sasl_", "proxy_", "client_dns_")

Client = TypeVar("Client")


class Connector:
    """Makes the Kafka clients of one runner, and gives up at once when it is told to from another thread.

    Args:
        bootstrap_servers: Where a client starts: `host:port`, several separated by commas.
        options: Options of one of the clients, by kafka-python's names. Those about security and the network
            go to every client made here.

    Attributes:
        trouble: Why the last attempt to reach the broker failed, in a sentence; empty if it did not.

    Raises:
        SettingsError: The security settings cannot be used.
    """

    def __init__(self, bootstrap_servers: str, options: Mapping[str, Any] | None = None) -> None:
        self.bootstrap_servers = bootstrap_servers
        self._shared = {name: value for name, value in (options or {}).items() if name.startswith(SHARED_OPTIONS)}
        self.trouble = ""
        self._options({})  # a setting that cannot be used is told here, not in a thread
        self._lock = threading.Lock()
        self._cancellable: set[KafkaNetClient] = set()
        self._is_cancelled = False

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called: no client will be made any more."""
        return self._is_cancelled

    @property
    def is_reachable(self) -> bool:
        """Whether anything listens at one of the addresses (else `trouble`); answers within half a second for each."""
        if is_reachable(self.bootstrap_servers):
            return True
        self.trouble = str(_unheard(self.bootstrap_servers))
        return False

    def connect(self, make: Callable[..., Client], **options: Any) -> Client:
        """Make a kafka-python client (`KafkaProducer`, `KafkaConsumer`, `KafkaAdminClient`) that is connected.

        A consumer reads committed records only, unless `options` name another `isolation_level`.

        Args:
            make: The client's class.
            options: The class's own options, by kafka-python's names.

        Raises:
            BrokerUnavailable: No broker answered in time, or the attempt was cancelled.
            BrokerRefused: A broker answered, and the security settings do not fit.
            SettingsError: The client does not take these options.
        """
        if self._is_cancelled:
            raise self._cancelled()
        if not self.is_reachable:
            raise BrokerUnavailable(self.trouble)
        defaults = CONSUMER_OPTIONS if make is KafkaConsumer else {}
        attempt = _Attempt(self._options(defaults | options))
        try:
            client = make(**attempt.options, kafka_client=lambda **config: self._watch(attempt.new_net_client(config)))
        except (KafkaConfigurationError, ValueError, TypeError) as error:
            attempt.close()
            raise SettingsError(f"Kafka's client does not take these options: {error}") from error
        except KafkaError as error:
            attempt.close()
            failure = self._failure(attempt, error)
            self.trouble = str(failure)
            raise failure from error
        finally:
            self._forget(attempt.net_clients)
        self.trouble = ""
        return tell_fetches(client) if isinstance(client, KafkaConsumer) else client

    @contextlib.contextmanager
    def admin(self) -> Iterator[KafkaAdminClient]:
        """An admin client for a few questions; `cancel` interrupts them.

        Raises:
            BrokerUnavailable: No broker answered in time.
            BrokerRefused: A broker answered, and the security settings do not fit.
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

    def _failure(self, attempt: "_Attempt", error: KafkaError) -> BrokerError:
        """What to raise: the broker's refusal if there was one."""
        failed: dict[str, BaseException] = dict(attempt.failed_at)
        if uses_tls(attempt.options):  # a broker that speaks something else may wait for more, and say nothing
            failed = failed or dict.fromkeys(self.bootstrap_servers.split(","), error)
        for server, reason in failed.items():
            if not self._is_cancelled and (refusal := explain(server, attempt.options, reason)):
                return refusal
        if self._is_cancelled:
            return self._cancelled()
        if not self.is_reachable:
            return BrokerUnavailable(self.trouble)
        return _unanswered(self.bootstrap_servers, attempt.options["bootstrap_timeout_ms"] / 1000)

    def _cancelled(self) -> BrokerUnavailable:
        return BrokerUnavailable(f"The attempt to reach {self.bootstrap_servers} was cancelled.")

    def _options(self, options: dict[str, Any]) -> dict[str, Any]:
        defaults = {
            "bootstrap_servers": self.bootstrap_servers.split(","),
            "bootstrap_timeout_ms": BOOTSTRAP_TIMEOUT_MS,
            "reconnect_backoff_max_ms": RECONNECT_BACKOFF_MAX_MS,
        }
        return secured(self.bootstrap_servers, defaults | self._shared | options)

    def _watch(self, net_client: KafkaNetClient) -> KafkaNetClient:
        with self._lock:
            self._cancellable.add(net_client)
        return net_client

    def _forget(self, net_clients: list[KafkaNetClient]) -> None:
        with self._lock:
            self._cancellable.difference_update(net_clients)


class _Attempt:
    """One attempt to make a client: its options, its network clients, and what each server's connection ended with."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        self.net_clients: list[KafkaNetClient] = []
        self.failed_at: dict[str, BaseException] = {}

    def new_net_client(self, config: dict[str, Any]) -> KafkaNetClient:
        """The network client of a kafka-python client; it gives up early where trying again would bring the same."""
        net_client = KafkaNetClient(**config)
        # kafka-python 3.0 forgets to hand this option on; a topic that the broker makes has one partition.
        net_client.cluster.config["allow_auto_create_topics"] = False
        mend_transports(net_client._manager)
        self._note_failures(net_client._manager)
        self.net_clients.append(net_client)
        return net_client

    def close(self) -> None:
        """End the network thread that a constructor leaves running when it fails (kafka-python 3.0)."""
        for net_client in self.net_clients:
            net_client.close()

    def _note_failures(self, manager: KafkaConnectionManager) -> None:
        """kafka-python 3.0 only logs why a connection failed, and then waits for its time-out."""
        connect = manager._connect

        def note(node: Any, error: BaseException) -> None:
            server = f"{node.host}:{node.port}"
            if server not in self.failed_at or not is_final(
                self.failed_at[server]
            ):  # a time-out that follows says less
                self.failed_at[server] = error
            if is_final(error):
                _end_bootstrap(manager, error)

        async def noting_connect(node: Any, connection: Any, **options: Any) -> None:
            connection.close_future.add_errback(lambda error: note(node, error))
            await connect(node, connection, **options)

        manager._connect = noting_connect


def connect(make: Callable[..., Client], bootstrap_servers: str, **options: Any) -> Client:
    """Make a connected client, as `Connector.connect` does.

    Raises:
        BrokerUnavailable: No broker answered in time.
        SettingsError: The client does not take these options.
    """
    return Connector(bootstrap_servers).connect(make, **options)


def check_cluster(bootstrap_servers: str) -> None:
    """See whether the kit gets into this cluster with the settings it has.

    Raises:
        BrokerUnavailable: No broker answered in time.
        BrokerRefused: A broker answered, and the security settings do not fit.
        SettingsError: A setting cannot be used.
    """
    with Connector(bootstrap_servers).admin():
        pass


def is_reachable(bootstrap_servers: str) -> bool:
    """Whether anything listens at one of the addresses; answers within half a second for each."""
    return any(not why_silent(server) for server in bootstrap_servers.split(","))


def why_silent(bootstrap_servers: str) -> str:
    """Why nothing can be reached at the last of these addresses; empty if something listens there."""
    host, _, port = bootstrap_servers.rpartition(",")[2].strip().rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), REACH_TIMEOUT_S).close()
    except socket.gaierror:
        return f"no computer is known by the name {host}"
    except TimeoutError:
        return "no answer"
    except OSError:
        return "nobody listens there"
    return ""


def _unheard(bootstrap_servers: str) -> BrokerUnavailable:
    """Nobody listens there: why, and what to do."""
    what = f"No Kafka broker answers at {bootstrap_servers} ({why_silent(bootstrap_servers)})."
    return BrokerUnavailable(f"{what} {CHECK_CLUSTER if _is_set(bootstrap_servers) else START}")


def _unanswered(bootstrap_servers: str, waited_s: float) -> BrokerUnavailable:
    """Somebody listens there and does not answer: starting another broker would mend nothing."""
    what = (
        f"Something listens at {bootstrap_servers}, but no Kafka broker answered within {waited_s:g} s: "
        "it is busy or loading, stands still, or is another program."
    )
    return BrokerUnavailable(f"{what} {CHECK_CLUSTER if _is_set(bootstrap_servers) else LOOK}")


def _is_set(bootstrap_servers: str) -> bool:
    return bootstrap_servers == settings.bootstrap_servers()


def close_producer(client: KafkaProducer, timeout_s: float) -> bool:
    """Close a producer, giving its last records up to `timeout_s`. False if it still held some: those have failed."""
    sender, has_delivered = client._sender, True
    try:
        client.close(timeout=timeout_s)
    except KafkaTimeoutError:
        # kafka-python 3.0 gives up here before it has ended its thread, and again when it is collected.
        has_delivered = False
        sender.force_close()
    except KeyboardInterrupt:
        # Its join was interrupted, so that on CPython 3.11 nobody can tell any more whether the thread lives.
        _end_sender(sender)
        raise
    if sender.is_alive():
        _end_sender(sender)
        sender.join(timeout_s)
    with contextlib.suppress(KafkaTimeoutError):
        client.close(timeout=0)
    return has_delivered


def _end_sender(sender: Any) -> None:
    """Let a producer's thread end, whatever it waits for."""
    sender.force_close()
    manager = sender._client._manager
    _run_in_loop(manager, manager.close)  # it may wait for a connection, which no flag can end


def _hang_up(net_client: KafkaNetClient) -> None:
    """Let whoever waits for an answer now get an error; the client itself stays as it is."""
    error = KafkaConnectionError("The wait was cancelled.")
    manager = net_client._manager
    manager._net._fail_pending_waiters(error)
    _end_bootstrap(manager, error)


def _end_bootstrap(manager: KafkaConnectionManager, error: BaseException) -> None:
    """Let a constructor that waits for the cluster get this error now."""
    # A producer's constructor runs the client's loop itself, so its wait can only be ended inside the loop.
    bootstrap = manager._bootstrap_future
    if bootstrap is not None and not bootstrap.is_done:
        _run_in_loop(manager, lambda: bootstrap.is_done or bootstrap.failure(error))


def _run_in_loop(manager: KafkaConnectionManager, work: Callable[[], Any]) -> None:
    """Do this on the client's own thread, soon; unless it was closed at this moment."""
    with contextlib.suppress(RuntimeError):
        manager.call_soon(work)
