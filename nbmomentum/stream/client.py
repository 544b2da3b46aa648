"""How every Kafka client of the kit is made: the same few options, bounded waits, nothing left after a failure."""

import socket
from collections.abc import Callable
from typing import Any, TypeVar

from kafka.errors import KafkaError
from kafka.net.compat import KafkaNetClient

from nbmomentum.errors import BrokerUnavailable

BOOTSTRAP_TIMEOUT_MS = 2000
# A broker that comes back is found again within a second.
RECONNECT_BACKOFF_MAX_MS = 500

REACH_TIMEOUT_S = 0.5

Client = TypeVar("Client")


def is_reachable(bootstrap_servers: str) -> bool:
    """Whether anything listens at one of the addresses; answers within half a second for each."""
    return any(_listens(server) for server in bootstrap_servers.split(","))


def connect(make: Callable[..., Client], bootstrap_servers: str, **options: Any) -> Client:
    """Make a kafka-python client (`KafkaProducer`, `KafkaConsumer`, `KafkaAdminClient`) that is connected.

    Args:
        make: The client's class.
        bootstrap_servers: Where it starts, `host:port`.
        options: The class's own options, by kafka-python's names.

    Raises:
        BrokerUnavailable: No broker answered in time.
    """
    net_clients: list[Any] = []

    def keep_net_client(**config: Any) -> Any:
        net_clients.append(KafkaNetClient(**config))
        return net_clients[-1]

    defaults = {
        "bootstrap_timeout_ms": BOOTSTRAP_TIMEOUT_MS,
        "reconnect_backoff_max_ms": RECONNECT_BACKOFF_MAX_MS,
        "kafka_client": keep_net_client,
    }
    try:
        return make(bootstrap_servers=bootstrap_servers.split(","), **(defaults | options))
    except KafkaError as error:
        # A constructor that fails leaves its network thread running (kafka-python 3.0).
        for net_client in net_clients:
            net_client.close()
        raise BrokerUnavailable(
            f"No Kafka broker answers at {bootstrap_servers}. "
            "Start one with start_broker() or `nbmomentum broker start`."
        ) from error


def _listens(server: str) -> bool:
    host, _, port = server.strip().rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), REACH_TIMEOUT_S).close()
    except OSError:
        return False
    return True
