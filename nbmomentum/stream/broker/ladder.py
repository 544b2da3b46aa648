"""The broker ladder: one call, `start_broker()`, whatever stands below it.

    broker = start_broker()              # embedded: no Docker, no Java, no account
    broker.bootstrap_servers             # "127.0.0.1:41234"
    broker.stop()                        # ends our lease; the broker stops when the last lease ends

A `Broker` always says which rung of the ladder it stands on and what that rung cannot show.
"""

import contextlib
import html
import os
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout

from nbmomentum import settings
from nbmomentum.errors import BrokerError, BrokerStartFailed, SettingsError
from nbmomentum.stream.broker import embedded, link, supervisor
from nbmomentum.stream.broker.link import SupervisorLink


@dataclass(frozen=True)
class Rung:
    """One step of the broker ladder: its engine, what it is, and what it cannot show."""

    engine: str
    title: str
    limits: str


EMBEDDED = Rung(
    embedded.ENGINE,
    "Embedded broker: one node in memory, speaking the Kafka protocol",
    "It cannot show replication or a change of leader, and a hard kill can lose its last two seconds.",
)
EXTERNAL = Rung("external", "Your own cluster", "The kit neither starts nor stops it.")


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
        """The rung's name: "embedded" or "external"."""
        return self.rung.engine

    @property
    def is_ours(self) -> bool:
        """Whether our lease stands; a cluster of your own has none."""
        return self._lease is not None and self._lease.is_alive

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


# The broker of each folder that this process has a lease on.
_brokers: dict[Path, Broker] = {}
_brokers_lock = threading.RLock()


def start_broker(engine: str = "embedded", *, port: int = 0, home: Path | str | None = None) -> Broker:
    """Start a broker, or join the one that runs, and take a lease on it.

    A second call in the same process returns the same broker. When `NBMOMENTUM_BOOTSTRAP_SERVERS` is set, that
    cluster is used instead of the embedded broker.

    Args:
        engine: The rung of the ladder: "embedded".
        port: The port on 127.0.0.1; 0 takes a free one. A broker that already runs keeps its port.
        home: The folder for the broker's files; by default `broker/` in the kit's home.

    Raises:
        BrokerStartFailed: The broker did not start; the message says why and what to do.
        SettingsError: The engine is unknown, or a setting cannot be used.
    """
    if engine != EMBEDDED.engine:
        raise SettingsError(f"There is no broker engine {engine!r}; this version has {EMBEDDED.engine!r}.")
    if servers := settings.bootstrap_servers():
        return Broker(servers, EXTERNAL)
    folder = embedded.folder(home)
    with _brokers_lock:
        known = _brokers.get(folder)
        if known is not None and known.is_ours:
            return known
        if known is not None:
            known.stop()  # its supervisor was killed: nothing but our end of the connection is left
        _brokers[folder] = _lease_embedded(folder, port)
        return _brokers[folder]


def broker_status(home: Path | str | None = None) -> dict[str, Any] | None:
    """What the running embedded broker and its leases are doing (`Supervisor.status`), or None when none runs."""
    return _command(embedded.folder(home), "status")


def hold_broker(*, port: int = 0, home: Path | str | None = None) -> Broker:
    """Start the embedded broker with a lease that outlives this process; only `release_broker` ends it."""
    broker = start_broker(port=port, home=home)
    if broker.rung is EXTERNAL:
        raise SettingsError(
            f"{settings.BOOTSTRAP_SERVERS_VARIABLE} names a cluster of your own; unset it to start a broker here."
        )
    _command(embedded.folder(home), "hold")
    broker.stop()
    return broker


def release_broker(home: Path | str | None = None, *, force: bool = False) -> list[str]:
    """End the lasting lease; with `force`, stop the broker whoever uses it. Returns the leases that keep it up."""
    folder = embedded.folder(home)
    status = _command(folder, "stop" if force else "release")
    remaining: list[str] = [] if status is None or force else status["leases"]
    if not remaining:
        link.wait_until_gone(folder)
    return remaining


def reset_broker(home: Path | str | None = None) -> None:
    """Delete everything the embedded broker has saved.

    Raises:
        BrokerError: The broker runs; stop it first.
    """
    folder = embedded.folder(home)
    with _one_at_a_time(folder):
        if _command(folder, "status") is not None:
            raise BrokerError("The broker is running. Close its notebooks or run `nbmomentum broker stop`, then reset.")
        shutil.rmtree(embedded.data_folder(folder), ignore_errors=True)


def settle_broker(home: Path | str | None = None) -> None:
    """Wait until a broker that nobody uses any more has saved and ended; return at once while somebody does.

    Raises:
        BrokerError: It did not stop in time.
    """
    folder = embedded.folder(home)
    status = _command(folder, "status")
    if status is None or not (status["leases"] or status["is_held"]):
        link.wait_until_gone(folder)


def saved_bytes(home: Path | str | None = None) -> int:
    """The size of what the embedded broker has saved, in bytes."""
    data = embedded.data_folder(embedded.folder(home))
    return sum(file.stat().st_size for file in data.rglob("*") if file.is_file())


def _lease_embedded(folder: Path, port: int) -> Broker:
    with _one_at_a_time(folder):
        if broker := _join(folder):
            return broker
        link.clear_leftovers(folder)
        return _take_lease(link.launch(folder, embedded.command(folder), port or _free_port()))


def _join(folder: Path) -> Broker | None:
    """A lease on the broker that runs; None when there is none, or its last lease ended just now."""
    connection = SupervisorLink.open(folder)
    if connection is None:
        return None
    try:
        return _take_lease(connection)
    except BrokerError:
        connection.close()
        return None


def _take_lease(connection: SupervisorLink) -> Broker:
    status = connection.ask("lease", name=f"{Path(sys.argv[0]).name or 'python'} {os.getpid()}")
    return Broker(status["bootstrap_servers"], EMBEDDED, connection)


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
        with FileLock(folder / "start.lock", timeout=link.START_TIMEOUT_S):
            yield
    except Timeout as error:
        raise BrokerStartFailed(
            f"Another process has been starting the broker for {link.START_TIMEOUT_S:g} s; try again."
        ) from error


def _free_port() -> int:
    with socket.create_server((supervisor.LOOPBACK, 0)) as probe:
        return int(probe.getsockname()[1])
