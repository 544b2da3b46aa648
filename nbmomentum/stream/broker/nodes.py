"""The nodes of a broker as a table, and what a client of the cluster knows of them.

broker.nodes                  # a table in a notebook
broker.nodes[1].is_alive      # the second node
"""

import html
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka.errors import KafkaError

from nbmomentum.errors import BrokerError, BrokerUnavailable
from nbmomentum.stream.cluster.client import Connector

POLL_INTERVAL_S = 0.1


@dataclass(frozen=True)
class BrokerNode:
    """One node of a broker.

    Attributes:
        node: Its number, from 1.
        address: Where it listens: `host:port`.
        state: "up", "stopped" (on purpose) or "restarting" (after a crash).
        pid: The process that runs it; None when it is down.
        restarts: How often it was started again after a crash.
    """

    node: int
    address: str
    state: str
    pid: int | None
    restarts: int

    @property
    def is_alive(self) -> bool:
        """Whether its process runs."""
        return self.pid is not None


class NodeTable(tuple[BrokerNode, ...]):
    """The nodes in their order; in a notebook, a table."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(f"node {n.node}  {n.address}  {n.state}" for n in self)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in ("Node", "Address", "State", "Process", "Starts after a crash"))
        rows = "".join(f"<tr>{_cells(n.node, n.address, n.state, n.pid or '–', n.restarts)}</tr>" for n in self)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def node_table(status: dict[str, Any]) -> NodeTable:
    """The nodes in a supervisor's status."""
    return NodeTable(_node(node) for node in status["nodes"])


def wait_until_registered(bootstrap_servers: str, numbers: Sequence[int], timeout_s: float) -> None:
    """Wait until the cluster itself counts these nodes as its own: a port that listens is not enough.

    Raises:
        BrokerError: It does not in time.
    """
    deadline = time.monotonic() + timeout_s
    missing = set(numbers)
    while missing := missing - _registered(bootstrap_servers):
        if time.monotonic() > deadline:
            raise BrokerError(f"Node {', '.join(map(str, sorted(missing)))} did not join within {timeout_s:g} s.")
        time.sleep(POLL_INTERVAL_S)


def _registered(bootstrap_servers: str) -> set[int]:
    """The nodes that clients are told of; none while no broker answers."""
    try:
        with Connector(bootstrap_servers).admin() as admin:
            return {broker["broker_id"] for broker in admin.describe_cluster()["brokers"]}
    except (BrokerUnavailable, KafkaError):
        return set()


def _node(node: dict[str, Any]) -> BrokerNode:
    is_alive, is_wanted = node["is_alive"], node["is_wanted"]
    state = ("up" if is_wanted else "stopping") if is_alive else ("restarting" if is_wanted else "stopped")
    return BrokerNode(node["node"], node["address"], state, node["pid"] if is_alive else None, node["restarts"])


def _cells(*values: object) -> str:
    return "".join(f"<td>{html.escape(str(value))}</td>" for value in values)
