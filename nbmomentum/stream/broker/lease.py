"""A broker to talk to, and our lease on it: what `start_broker()` returns.

broker = start_broker()
broker.bootstrap_servers     # "127.0.0.1:41234"
broker.trouble               # "" while all is well
broker.stop()
"""

import html
import threading
import time
from pathlib import Path
from typing import Any, Self

from nbmomentum import settings
from nbmomentum.errors import BrokerError
from nbmomentum.stream.broker import embedded, link
from nbmomentum.stream.broker.link import SupervisorLink
from nbmomentum.stream.broker.nodes import NodeTable, node_table, wait_until_registered
from nbmomentum.stream.broker.rungs import EXTERNAL, Rung
from nbmomentum.stream.broker.saving import unsaved_records
from nbmomentum.stream.topics import TOPIC

JOIN_TIMEOUT_S = 120.0
# A page asks ten times a second; a supervisor that does not answer holds it up once in a while only.
TROUBLE_INTERVAL_S = 1.0
TROUBLE_RETRY_S = 15.0
MISSING = (
    "{missing} records that the broker had acknowledged are not there any more: it had not saved them when it last "
    "ended (by force, or on a full disk). Send them again."
)


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
        self._trouble = ""
        self._next_look_at = 0.0

    @property
    def engine(self) -> str:
        """The rung's name: "embedded", "apache" or "external"."""
        return self.rung.engine

    @property
    def is_ours(self) -> bool:
        """Whether our lease stands; a cluster of your own has none."""
        return self._lease is not None and self._lease.is_alive

    @property
    def learner(self) -> str:
        """Whose names stand before those of others; empty on the kit's own broker, which nobody shares."""
        return settings.learner() if self.rung is EXTERNAL else ""

    @property
    def topic(self) -> str:
        """The topic of the scoring events: `nba_momentum`, on a broker that others use, too, the learner's own."""
        return self.named(TOPIC)

    def named(self, name: str) -> str:
        """A topic or group of this name: as it stands, on a broker that others use, too, the learner's own.

        broker.named("lesson-03")  # "lesson-03", or "anna.lesson-03"
        """
        return f"{self.learner}.{name}" if self.learner else name

    @property
    def trouble(self) -> str:
        """What threatens the log, in a sentence: a disk that fills, records that are not saved; empty if all is well.

        Known for the brokers that the kit runs, and asked at most once a second.
        """
        if self._lease is None:
            return ""
        if time.monotonic() >= self._next_look_at:
            status = link.status_of(self._lease.folder)
            self._trouble = status["trouble"] if status else ""
            self._next_look_at = time.monotonic() + (TROUBLE_INTERVAL_S if status else TROUBLE_RETRY_S)
        return self._trouble

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
            BrokerError: Ours was the last lease, and the broker did not stop in time, or has not saved all that it had
                acknowledged.
        """
        lease, self._lease = self._lease, None
        if lease is None:
            return
        with brokers_lock:
            if brokers.get(lease.folder) is self:
                del brokers[lease.folder]
        status = lease.status()
        lease.close()
        if status is not None and _is_last(status):
            wait_until_saved(lease.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Broker {self.engine} at {self.bootstrap_servers}>"

    def _repr_html_(self) -> str:
        """The banner of every notebook: the rung, its address, and what it cannot show."""
        title, limits, servers = map(html.escape, (self.rung.title, self._limits(), self.bootstrap_servers))
        told = "".join(f"<br><b>{html.escape(words)}</b>" for words in self._warnings())
        return (
            "<div class='nbm-banner' style='border-left:4px solid #2f80ed;padding:6px 12px;line-height:1.5'>"
            f"<b>{title}</b> · <code>{servers}</code><br>{limits}{told}</div>"
        )

    def _limits(self) -> str:
        """What this rung cannot show; on a broker that others use, too, also what is the learner's own."""
        own = f" Your topics and groups begin with {self.learner}, so that others' stay apart." if self.learner else ""
        return self.rung.limits + own

    def _warnings(self) -> list[str]:
        status = self._lease.status() if self._lease is not None else None
        missing = status["missing"] if status else 0
        return [words for words in (MISSING.format(missing=missing) if missing else "", self.trouble) if words]

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
brokers: dict[Path, Broker] = {}
brokers_lock = threading.RLock()


def wait_until_saved(folder: Path) -> None:
    """Wait until the supervisor has stopped its broker and ended, and see what the broker has saved.

    Raises:
        BrokerError: It still runs after the time-out, or has not saved all that it had acknowledged.
    """
    link.wait_until_gone(folder)
    if unsaved := unsaved_records(folder, embedded.log_file(folder)):
        raise BrokerError(
            f"The broker has stopped, and {unsaved} records that it had acknowledged are not saved: they are lost. "
            f"It was ended by force, or the disk of {folder} was full. Free some space, and send them again."
        )


def _is_last(status: dict[str, Any]) -> bool:
    return len(status["leases"]) == 1 and not status["is_held"]
