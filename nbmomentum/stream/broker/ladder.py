"""The broker ladder: one call, `start_broker()`, whatever stands below it.

    broker = start_broker()                      # embedded: no Docker, no Java, no account
    broker = start_broker("apache", nodes=3)     # Apache Kafka itself, three nodes
    broker.bootstrap_servers                     # "127.0.0.1:41234"
    broker.stop()                                # ends our lease; the broker stops when the last lease ends

A `Broker` always says which rung of the ladder it stands on and what that rung cannot show.
"""

import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from nbmomentum import settings
from nbmomentum.errors import BrokerError, BrokerStartFailed, BrokerWarning, SettingsError
from nbmomentum.stream.broker import apache, embedded, link
from nbmomentum.stream.broker.archive import Progress
from nbmomentum.stream.broker.child import NodePlan
from nbmomentum.stream.broker.folders import delete_data, rung_folder, saved_in
from nbmomentum.stream.broker.kafka_files import KafkaFiles, find_kafka
from nbmomentum.stream.broker.lease import JOIN_TIMEOUT_S, MISSING, Broker, brokers, brokers_lock, wait_until_saved
from nbmomentum.stream.broker.link import SupervisorLink
from nbmomentum.stream.broker.nodes import wait_until_registered
from nbmomentum.stream.broker.ports import free_ports
from nbmomentum.stream.broker.rungs import EMBEDDED, EXTERNAL, RUNGS, Rung, is_rung_named, wanted_rung
from nbmomentum.stream.broker.supervisor import STATE_FILE

# Another process may be fetching Kafka's jars and starting three nodes on a slow computer.
TURN_TIMEOUT_S = 300.0
# With this much saved, the embedded broker takes a second or more until it answers.
LARGE_MB = 30


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
    with brokers_lock:
        known = brokers.get(folder)
        if known is not None and known.is_ours:
            return known
        if known is not None:
            known.stop()  # its supervisor was killed: nothing but our end of the connection is left
        brokers[folder] = _lease(rung, folder, port, progress)
        return brokers[folder]


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
    """End the lasting lease; with `force`, stop the broker whoever uses it. Returns the leases that keep it up.

    Raises:
        BrokerError: The broker did not stop in time, or has not saved all that it had acknowledged.
    """
    folder = rung_folder(rung, home)
    status = _command(folder, "stop" if force else "release")
    remaining: list[str] = [] if status is None or force else status["leases"]
    if not remaining:
        wait_until_saved(folder)
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
        _tell_of_loading(rung, folder)
        connection = link.launch(folder, _plan(rung, folder, port, kafka))
        try:
            broker = _take_lease(connection, rung)
            _tell_of_missing(connection)
            if kafka is not None:
                wait_until_registered(broker.bootstrap_servers, range(1, rung.nodes + 1), JOIN_TIMEOUT_S)
        except BrokerError:
            connection.close()
            raise
        return broker


def _tell_of_loading(rung: Rung, folder: Path) -> None:
    """Say why a start takes its time: the embedded broker answers when it has loaded its log."""
    saved_mb = saved_in(folder) // 1_000_000
    if rung is EMBEDDED and saved_mb >= LARGE_MB:
        what = f"The embedded broker loads the {saved_mb} MB that it has saved, and answers when it has: some seconds."
        warnings.warn(f"{what} `nbmomentum broker reset` would empty it.", BrokerWarning, stacklevel=4)


def _tell_of_missing(connection: SupervisorLink) -> None:
    status = connection.status()
    if status is not None and status["missing"]:
        warnings.warn(MISSING.format(missing=status["missing"]), BrokerWarning, stacklevel=4)


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
