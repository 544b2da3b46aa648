"""The rungs of the broker ladder: what each one is, what it cannot show, and which one is meant.

    wanted_rung("apache", nodes=3).folder_name      # "apache-3"
    wanted_rung()                                   # what NBMOMENTUM_BROKER names, else the embedded broker

| variable | meaning |
|---|---|
| `NBMOMENTUM_BROKER` | the rung of every `start_broker()` without an argument: `embedded`, `apache` or `apache-3` |
"""

import os
from dataclasses import dataclass

from nbmomentum.errors import SettingsError

BROKER_VARIABLE = "NBMOMENTUM_BROKER"


@dataclass(frozen=True)
class Rung:
    """One step of the broker ladder: its engine, what it is, what it cannot show, and how many nodes it has."""

    engine: str
    title: str
    limits: str
    nodes: int = 1

    @property
    def folder_name(self) -> str:
        """Its folder below `broker/` in the kit's home."""
        return f"{self.engine}-{self.nodes}" if self.engine == "apache" else self.engine


EMBEDDED = Rung(
    "embedded",
    "Embedded broker: one node in memory, speaking the Kafka protocol",
    "It cannot show replication or a change of leader, and a hard kill or a full disk can lose what it has not saved.",
)
APACHE = Rung(
    "apache",
    "Apache Kafka on this computer: one node, its log on disk",
    "It cannot show replication or a change of leader; three nodes can.",
)
APACHE_CLUSTER = Rung(
    "apache",
    "Apache Kafka on this computer: three nodes, each partition on all of them",
    "It cannot show a slow network or the loss of a machine: all its nodes run on this one.",
    nodes=3,
)
EXTERNAL = Rung("external", "Your own cluster", "The kit neither starts nor stops it.")

# What the kit can start.
RUNGS = (EMBEDDED, APACHE, APACHE_CLUSTER)


def wanted_rung(engine: str | None = None, nodes: int | None = None) -> Rung:
    """The rung that these arguments name; without an engine the one that `NBMOMENTUM_BROKER` names.

    Args:
        engine: "embedded" or "apache"; "apache-3" also says how many nodes.
        nodes: The number of nodes: 1, with "apache" also 3.

    Raises:
        SettingsError: There is no such rung; the message says which there are.
    """
    origin = "start_broker" if engine else BROKER_VARIABLE
    name = engine or os.environ.get(BROKER_VARIABLE, "").strip() or EMBEDDED.engine
    named = next((rung for rung in RUNGS if name in (rung.engine, rung.folder_name)), None)
    if named is None:
        raise SettingsError(f"There is no broker engine {name!r} ({origin}); take {_names()}.")
    count = nodes or _nodes_in(name)
    for rung in RUNGS:
        if (rung.engine, rung.nodes) == (named.engine, count):
            return rung
    raise SettingsError(f"The engine {named.engine!r} does not run on {count!r} nodes; take {_names()}.")


def is_rung_named() -> bool:
    """Whether `NBMOMENTUM_BROKER` names one."""
    return bool(os.environ.get(BROKER_VARIABLE, "").strip())


def _nodes_in(name: str) -> int:
    """The number of nodes in a folder's name, 1 if it has none."""
    return next((rung.nodes for rung in RUNGS if rung.folder_name == name), 1)


def _names() -> str:
    return "'embedded', 'apache' (1 node) or 'apache' with nodes=3"
