"""Kafka's own clients for a lesson's cells, one a name: a cell that is run again replaces its client.

    consumer = open_kafka_consumer(broker.bootstrap_servers, group_id="lesson-02")
    consumer.subscribe(["nba_momentum"])
    consumer.poll(timeout_ms=200, max_records=1)

What you get is a `kafka.KafkaConsumer` or a `kafka.KafkaProducer`, with all its methods and nothing added. The kit
only chooses options that suit cells run by hand, and closes what was opened: when the name is opened again, by
`close_kafka_clients()`, by the Stop button of `studio.end_of_lesson`, and at the end of the kernel. Whatever you
pass as an option wins over these:

| option | here | because |
|---|---|---|
| `auto_offset_reset` | earliest | a new group begins with the first record; Kafka's own default is the end |
| `enable_auto_commit` | False | you see what a commit does; else it happens behind your back |
| `session_timeout_ms` | 10 s | a kernel that was killed is soon out of its group |
| `heartbeat_interval_ms` | 0.5 s | members hear of a rebalance within half a second |
| `max_poll_interval_ms` | 30 min | a reader may think longer between two cells than Kafka's 5 minutes |
| `max_block_ms` | 5 s | without a broker `send` gives up soon |

A record whose future failed by a time-out may lie in the log all the same: the broker had it, and its answer came too
late. So Kafka's own two minutes for a delivery stay as they are: a laptop that is busy for ten seconds fails nothing.
Wait for one with `future.get(timeout=5)`.

A client belongs to the thread of the cells; give another thread a client of its own, under another name.
"""

import atexit
import contextlib
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError

from nbmomentum.stream.cluster.client import Client, close_producer, connect

CLOSE_TIMEOUT_S = 0.5

CONSUMER_OPTIONS = {
    "auto_offset_reset": "earliest",
    "enable_auto_commit": False,
    "session_timeout_ms": 10_000,
    "heartbeat_interval_ms": 500,
    "max_poll_interval_ms": 30 * 60_000,
}
PRODUCER_OPTIONS = {"max_block_ms": 5_000}

_lock = threading.RLock()
_open: dict[str, KafkaConsumer | KafkaProducer] = {}
_names: WeakKeyDictionary[KafkaConsumer | KafkaProducer, str] = WeakKeyDictionary()


def open_kafka_consumer(bootstrap_servers: str, *, name: str = "bare consumer", **kafka_options: Any) -> KafkaConsumer:
    """A connected `kafka.KafkaConsumer` that has neither subscribed nor been assigned anything yet.

    Args:
        bootstrap_servers: Where the client starts: `host:port`, several separated by commas.
        name: The client's name: opening another of this name closes this one.
        kafka_options: Options of `kafka.KafkaConsumer`, by its names, such as `group_id`.

    Raises:
        BrokerUnavailable: No broker answers.
        SettingsError: The client does not take these options.
    """
    return _replace(name, KafkaConsumer, bootstrap_servers, CONSUMER_OPTIONS | kafka_options)


def open_kafka_producer(bootstrap_servers: str, *, name: str = "bare producer", **kafka_options: Any) -> KafkaProducer:
    """A connected `kafka.KafkaProducer`; its keys and values are bytes.

    Args:
        bootstrap_servers: Where the client starts: `host:port`, several separated by commas.
        name: The client's name: opening another of this name closes this one.
        kafka_options: Options of `kafka.KafkaProducer`, by its names.

    Raises:
        BrokerUnavailable: No broker answers.
        SettingsError: The client does not take these options.
    """
    return _replace(name, KafkaProducer, bootstrap_servers, PRODUCER_OPTIONS | kafka_options)


def close_kafka_client(client: KafkaConsumer | KafkaProducer) -> None:
    """Close this client within about a second, and whichever was opened under its name since; safe to call twice."""
    with _lock:
        name = _names.get(client)
        successor = None if name is None else _open.pop(name, None)
    _close(client)
    if successor is not None and successor is not client:
        _close(successor)


def close_kafka_clients() -> None:
    """Close every client that was opened here and is still open."""
    with _lock:
        clients = [_open.pop(name) for name in list(_open)]
    for client in clients:
        _close(client)


def _replace(name: str, make: Callable[..., Client], bootstrap_servers: str, options: dict[str, Any]) -> Client:
    with _lock:
        if (old := _open.pop(name, None)) is not None:
            _close(old)  # first, so that it is out of its group when the new one joins
        client = connect(make, bootstrap_servers, **{"client_id": f"nbmomentum-{name.replace(' ', '-')}"} | options)
        _open[name] = client
        _names[client] = name
        return client


def _close(client: KafkaConsumer | KafkaProducer) -> None:
    if isinstance(client, KafkaProducer):
        close_producer(client, CLOSE_TIMEOUT_S)
        return
    with contextlib.suppress(KafkaError):
        client.close(timeout_ms=int(CLOSE_TIMEOUT_S * 1000))
    client._client.close()  # its network thread, which an error on the way leaves running


atexit.register(close_kafka_clients)
