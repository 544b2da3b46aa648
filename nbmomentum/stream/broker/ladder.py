"""The broker ladder: one call, `start_broker()`, whatever stands below it.

    broker = start_broker()                      # embedded: no Docker, no Java, no account
    broker = start_broker("apache", nodes=3)     # Apache Kafka itself, three nodes
    broker.bootstrap_servers                     # "127.0.0.1:41234"
    broker.stop()                                # ends our lease; the broker stops when the last lease ends

A `Broker` always says which rung of the ladder it stands on and what that rung cannot show.
"""

import contextlib
import html
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout

from nbmomentum import settings
from nbmomentum.errors import BrokerError, BrokerStartFailed, SettingsError
from nbmomentum.stream.broker import apache, embedded, link
from nbmomentum.stream.broker.archive import Progress
from nbmomentum.stream.broker.folders import delete_data, rung_folder, saved_in
from nbmomentum.stream.broker.kafka_files import KafkaFiles, find_kafka
from nbmomentum.stream.broker.link import SupervisorLink
from nbmomentum.stream.broker.nodes import NodeTable, node_table, wait_until_registered
from nbmomentum.stream.broker.ports import free_ports
from nbmomentum.stream.broker.rungs import EMBEDDED, EXTERNAL, RUNGS, Rung, is_rung_named, wanted_rung
from nbmomentum.stream.broker.supervisor import STATE_FILE, NodePlan

# Another process may be fetching Kafka's jars and starting three nodes on a slow computer.
TURN_TIMEOUT_S = 300.0
JOIN_TIMEOUT_S = 120.0


class Broker:
    """A broker to talk to, and our lease on it.

    Attributes:
        bootstrap_servers: Where a client starts: `host:port`, several separated by commas.
        rung: Which step of the ladder this is.
    """

    def __init__(self, bootstrap_servers: str, rung: Rung, lease: SupervisorLink | None = None) -> None:
        self.bootstrap_servers = bootstrap_servers
        self.rung = rung
        self._lease = lease

    @property
    def engine(self) -> str:
        """The rung's name: "embedded", "apache" or "external"."""
        return self.rung.engine

    @property
    def is_ours(self) -> bool:
        """Whether our lease stands; a cluster of your own has none."""
        return self._lease is not None and self._lease.is_alive

    @property
    def nodes(self) -> NodeTable:
        """The broker's nodes as they are now; in a notebook, a table.

        Raises:
            BrokerError: The broker is not ours, or has been stopped.
        """
        return node_table(self._ask("status"))

    def stop_node(self, node: int) -> None:
        """Stop one node cleanly, and keep it down until `start_node`.

        Raises:
            BrokerError: There is no such node, or the broker is not ours.
        """
        self._ask("stop_node", node)
        self._wait_until_down(node)

    def kill_node(self, node: int) -> None:
        """End one node as a power cut would, and keep it down until `start_node`.

        Raises:
            BrokerError: There is no such node, or the broker is not ours.
        """
        self._ask("kill_node", node)
        self._wait_until_down(node)

    def start_node(self, node: int) -> None:
        """Start a node that was stopped or killed. Waits until it has joined, if enough others run to let it join.

        Raises:
            BrokerError: There is no such node, the broker is not ours, or the node did not join.
        """
        running = sum(other["is_wanted"] for other in self._ask("start_node", node)["nodes"])
        if 2 * running > self.rung.nodes:
            wait_until_registered(self.nodes[node - 1].address, [node], JOIN_TIMEOUT_S)

    def stop(self) -> None:
        """End our lease; the broker stops, and saves, when the last lease ends. Safe to call twice.

        Raises:
            BrokerError: Ours was the last lease and the broker did not stop in time.
        """
        lease, self._lease = self._lease, None
        if lease is None:
            return
        with _brokers_lock:
            if _brokers.get(lease.folder) is self:
                del _brokers[lease.folder]
        status = lease.status()
        lease.close()
        if status is not None and _is_last(status):
            link.wait_until_gone(lease.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Broker {self.engine} at {self.bootstrap_servers}>"

    def _repr_html_(self) -> str:
        """The banner of every notebook: the rung, its address, and what it cannot show."""
        title, limits, servers = map(html.escape, (self.rung.title, self.rung.limits, self.bootstrap_servers))
        return (
            "<div class='nbm-banner' style='border-left:4px solid #2f80ed;padding:6px 12px;line-height:1.5'>"
            f"<b>{title}</b> · <code>{servers}</code><br>{limits}</div>"
        )

    def _ask(self, command: str, node: int | None = None) -> dict[str, Any]:
        if self._lease is None:
            raise BrokerError("This broker is not ours to look into: it was stopped, or is a cluster of your own.")
        if node is None:
            return self._lease.ask(command)
        if node not in range(1, self.rung.nodes + 1):
            raise BrokerError(f"There is no node {node!r}; this broker has {self.rung.nodes}, numbered from 1.")
        return self._lease.ask(command, node=str(node))

    def _wait_until_down(self, node: int) -> None:
        deadline = time.monotonic() + JOIN_TIMEOUT_S
        while self.nodes[node - 1].is_alive:
            if time.monotonic() > deadline:
                raise BrokerError(f"Node {node} did not end within {JOIN_TIMEOUT_S:g} s.")
            time.sleep(link.POLL_INTERVAL_S)


# The broker of each folder that this process has a lease on.
_brokers: dict[Path, Broker] = {}
_brokers_lock = threading.RLock()


def start_broker(
    engine: str | None = None,
    *,
    nodes: int | None = None,
    port: int = 0,
    home: Path | str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Broker:
    """Start a broker, or join the one that runs, and take a lease on it.

    A second call in the same process returns the same broker. Without an engine it is, in this order: the cluster
    that `NBMOMENTUM_BOOTSTRAP_SERVERS` names, the rung that `NBMOMENTUM_BROKER` names, a broker that
    `nbmomentum broker start` keeps running, else the embedded broker. An engine that is asked for is what you get.

    Args:
        engine: The rung of the ladder: "embedded" or "apache".
        nodes: How many nodes: 1, with "apache" also 3.
        port: The first node's port on 127.0.0.1; 0 takes free ones. A broker that already runs keeps its ports.
        home: The folder for the broker's files; by default `broker/` in the kit's home.
        progress: Called while Kafka's files are downloaded, the first time.

    Raises:
        BrokerStartFailed: The broker did not start; the message says why and what to do.
        SettingsError: The engine is unknown, or a setting cannot be used.
    """
    if engine is None and (servers := settings.bootstrap_servers()):
        return Broker(servers, EXTERNAL)
    rung = _meant_rung(engine, nodes, home)
    folder = rung_folder(rung, home)
    with _brokers_lock:
        known = _brokers.get(folder)
        if known is not None and known.is_ours:
            return known
        if known is not None:
            known.stop()  # its supervisor was killed: nothing but our end of the connection is left
        _brokers[folder] = _lease(rung, folder, port, progress)
        return _brokers[folder]


def broker_status(home: Path | str | None = None, rung: Rung = EMBEDDED) -> dict[str, Any] | None:
    """What a running broker and its leases are doing (`Supervisor.status`), or None when none runs on this rung."""
    return _command(rung_folder(rung, home), "status")


def running_rungs(home: Path | str | None = None) -> list[Rung]:
    """The rungs on which a broker runs."""
    return [rung for rung in RUNGS if _has_state(rung, home) and broker_status(home, rung) is not None]


def hold_broker(
    engine: str | None = None,
    *,
    nodes: int | None = None,
    port: int = 0,
    home: Path | str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Broker:
    """Start a broker with a lease that outlives this process; only `release_broker` ends it. Options as there."""
    broker = start_broker(engine, nodes=nodes, port=port, home=home, progress=progress)
    if broker.rung is EXTERNAL:
        raise SettingsError(
            f"{settings.BOOTSTRAP_SERVERS_VARIABLE} names a cluster of your own; unset it to start a broker here."
        )
    _command(rung_folder(broker.rung, home), "hold")
    broker.stop()
    return broker


def release_broker(home: Path | str | None = None, rung: Rung = EMBEDDED, *, force: bool = False) -> list[str]:
    """End the lasting lease; with `force`, stop the broker whoever uses it. Returns the leases that keep it up."""
    folder = rung_folder(rung, home)
    status = _command(folder, "stop" if force else "release")
    remaining: list[str] = [] if status is None or force else status["leases"]
    if not remaining:
        link.wait_until_gone(folder)
    return remaining


def reset_broker(home: Path | str | None = None, rung: Rung = EMBEDDED) -> None:
    """Delete everything that a broker has saved.

    Raises:
        BrokerError: The broker runs; stop it first.
    """
    folder = rung_folder(rung, home)
    with _one_at_a_time(folder):
        if _command(folder, "status") is not None:
            raise BrokerError("The broker is running. Close its notebooks or run `nbmomentum broker stop`, then reset.")
        delete_data(folder)


def settle_broker(home: Path | str | None = None) -> None:
    """Wait until the brokers that nobody uses any more have saved and ended; those in use are left alone.

    Raises:
        BrokerError: One did not stop in time.
    """
    for rung in (rung for rung in RUNGS if _has_state(rung, home)):
        status = broker_status(home, rung)
        if status is None or not (status["leases"] or status["is_held"]):
            link.wait_until_gone(rung_folder(rung, home))


def saved_bytes(home: Path | str | None = None, rung: Rung = EMBEDDED) -> int:
    """The size of what a broker has saved, in bytes."""
    return saved_in(rung_folder(rung, home))


def _meant_rung(engine: str | None, nodes: int | None, home: Path | str | None) -> Rung:
    """The rung asked for, else the one that is held, else the default."""
    if engine is None and nodes is None and not is_rung_named():
        for rung in running_rungs(home):
            status = broker_status(home, rung)
            if status is not None and status["is_held"]:
                return rung
    return wanted_rung(engine, nodes)


def _has_state(rung: Rung, home: Path | str | None) -> bool:
    """Whether a supervisor has been here; without making the folder."""
    base = Path(home) if home else settings.home() / "broker"
    return (base.expanduser() / rung.folder_name / STATE_FILE).exists()


def _lease(rung: Rung, folder: Path, port: int, progress: Callable[[Progress], None] | None) -> Broker:
    with _one_at_a_time(folder):
        if broker := _join(folder, rung):
            return broker
        kafka = find_kafka(progress) if rung.engine == "apache" else None
        link.clear_leftovers(folder)
        connection = link.launch(folder, _plan(rung, folder, port, kafka))
        try:
            broker = _take_lease(connection, rung)
            if kafka is not None:
                wait_until_registered(broker.bootstrap_servers, range(1, rung.nodes + 1), JOIN_TIMEOUT_S)
        except BrokerError:
            connection.close()
            raise
        return broker


def _plan(rung: Rung, folder: Path, port: int, kafka: KafkaFiles | None) -> list[NodePlan]:
    if kafka is not None:
        return apache.plan_nodes(folder, rung.nodes, port, kafka)
    return embedded.plan_nodes(folder, port or free_ports(1)[0])


def _join(folder: Path, rung: Rung) -> Broker | None:
    """A lease on the broker that runs; None when there is none, or its last lease ended just now."""
    connection = SupervisorLink.open(folder)
    if connection is None:
        return None
    try:
        return _take_lease(connection, rung)
    except BrokerError:
        connection.close()
        return None


def _take_lease(connection: SupervisorLink, rung: Rung) -> Broker:
    status = connection.ask("lease", name=f"{Path(sys.argv[0]).name or 'python'} {os.getpid()}")
    return Broker(status["bootstrap_servers"], rung, connection)


def _is_last(status: dict[str, Any]) -> bool:
    return len(status["leases"]) == 1 and not status["is_held"]


def _command(folder: Path, command: str) -> dict[str, Any] | None:
    connection = SupervisorLink.open(folder)
    if connection is None:
        return None
    with contextlib.closing(connection):
        return connection.ask(command)


@contextlib.contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold the folder's start lock, across threads and processes."""
    try:
        with FileLock(folder / "start.lock", timeout=TURN_TIMEOUT_S):
            yield
    except Timeout as error:
        raise BrokerStartFailed(
            f"Another process has been starting the broker for {TURN_TIMEOUT_S:g} s; try again."
        ) from error
