"""The supervisor: a small process that owns the nodes of one broker and counts its leases.

It runs as a script of its own (`supervise`), on the standard library alone, so that it starts in a few milliseconds
and keeps nothing of its starter alive. Each client holds a *lease*: an open connection to the supervisor's control
port. When a client's process ends, however it ends, the connection closes and the lease is over; the broker stops
when the last lease ends. `hold` is a lease that only `release` ends (`nbmomentum broker start` and `stop`).

A node that crashes is started again on the same port; one that was stopped or killed on purpose stays down.

The control protocol is one JSON object per line, each with the token from the 0600 file `supervisor.json`:

    {"token": "...", "do": "lease", "name": "kernel 4711"}   the connection is the lease
    {"token": "...", "do": "status" | "hold" | "release" | "stop"}
    {"token": "...", "do": "stop_node" | "kill_node" | "start_node", "node": "2"}
"""

import json
import os
import secrets
import selectors
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbmomentum.stream.broker.child import Child, NodePlan, NotReadyError
from nbmomentum.stream.broker.questions import LOOPBACK
from nbmomentum.stream.broker.saving import SaveWatch

STATE_FILE = "supervisor.json"
FIRST_LEASE_TIMEOUT_S = 20.0
TICK_S = 0.2
MAX_REQUEST_BYTES = 10_000


@dataclass
class Supervisor:
    """The nodes of one broker, its leases, and the control port."""

    children: list[Child]
    folder: Path
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    leases: dict[socket.socket, str] = field(default_factory=dict, init=False)
    is_held: bool = False
    is_stopping: bool = False
    had_lease: bool = False
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector, init=False)

    def __post_init__(self) -> None:
        first = self.children[0]
        log_file = Path(first.plan.saves_to) if first.plan.saves_to else None
        self._watch = SaveWatch(self.folder, first.plan.port, log_file, is_alive=lambda: first.is_alive)

    def run(self) -> None:
        """Serve until the last lease ends, then stop the broker and leave nothing behind."""
        try:
            self._write_state(None)  # nobody can join before all nodes answer; who cleans up can find us
            self._start_all()
            self._watch.begin()
            # Closed before the broker stops: who comes then is refused, and waits for our end.
            with socket.create_server((LOOPBACK, 0)) as control:
                self._serve(control)
        finally:
            self._stop_all()
            (self.folder / STATE_FILE).unlink(missing_ok=True)

    def stop_soon(self, *_: object) -> None:
        """End at the next tick (also the handler of SIGTERM)."""
        self.is_stopping = True

    def _start_all(self) -> None:
        """Start all nodes at once and wait until each answers.

        Raises:
            NotReadyError: A node cannot be started, or nobody waits for it any more.
        """
        starter = os.getppid()
        for child in self.children:
            child.start()
        self._write_state(None)
        waiting = self.children
        while waiting := [child for child in waiting if not child.check_ready()]:
            if self.is_stopping or os.getppid() != starter:
                raise NotReadyError("whoever started it has ended")
            time.sleep(0.01)

    def _stop_all(self) -> None:
        self._watch.end()
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.wait_until_ended()

    def _serve(self, control: socket.socket) -> None:
        self._selector.register(control, selectors.EVENT_READ)
        control_port = control.getsockname()[1]
        first_lease_deadline = time.monotonic() + FIRST_LEASE_TIMEOUT_S
        written: list[int | None] = []
        while not self.is_stopping and self._is_wanted(first_lease_deadline):
            if written != self._pids():
                written = self._pids()
                self._write_state(control_port)
            for key, _ in self._selector.select(TICK_S):
                if key.fileobj is control:
                    self._accept(control)
                elif isinstance(key.fileobj, socket.socket):
                    self._read(key.fileobj)
            for child in self.children:
                child.tend()

    def _is_wanted(self, first_lease_deadline: float) -> bool:
        if self.leases or self.is_held:
            return True
        return not self.had_lease and time.monotonic() < first_lease_deadline

    def _accept(self, control: socket.socket) -> None:
        try:
            connection, _ = control.accept()
        except OSError:
            return  # gone before we came to it
        connection.settimeout(1.0)
        self._selector.register(connection, selectors.EVENT_READ)

    def _read(self, connection: socket.socket) -> None:
        """Answer one request, or drop the connection (and its lease) when it closed or spoke nonsense."""
        try:
            request = json.loads(connection.recv(MAX_REQUEST_BYTES))
            if not secrets.compare_digest(str(request["token"]), self.token):
                raise ValueError("wrong token")
            answer = self._obey(connection, request)
            connection.sendall(json.dumps(answer).encode() + b"\n")
        except (OSError, ValueError, KeyError, TypeError, StopIteration, RecursionError):
            self._drop(connection)

    def _obey(self, connection: socket.socket, request: dict[str, Any]) -> dict[str, Any]:
        match request["do"]:
            case "lease":
                self.leases[connection] = str(request["name"])
                self.had_lease = True
            case "hold":
                self.is_held = self.had_lease = True
            case "release":
                self.is_held = False
                self.had_lease = True
            case "stop":
                self.is_stopping = True
            case "stop_node":
                self._child(request["node"]).ask_to_stop()
            case "kill_node":
                self._child(request["node"]).kill()
            case "start_node":
                self._child(request["node"]).want()
        return self.status()

    def status(self) -> dict[str, Any]:
        """What the broker and its leases are doing now, as plain values."""
        nodes = [child.status() for child in self.children]
        return {
            "bootstrap_servers": ",".join(node["address"] for node in nodes),
            "is_alive": any(node["is_alive"] for node in nodes),
            "broker_pid": nodes[0]["pid"],
            "restarts": sum(node["restarts"] for node in nodes),
            "nodes": nodes,
            "leases": sorted(self.leases.values()),
            "is_held": self.is_held,
            "trouble": self._watch.trouble,
            "missing": self._watch.missing,
        }

    def _child(self, node: str) -> Child:
        return next(child for child in self.children if child.plan.node == int(node))

    def _pids(self) -> list[int | None]:
        return [child.process.pid if child.process else None for child in self.children]

    def _drop(self, connection: socket.socket) -> None:
        self._selector.unregister(connection)
        self.leases.pop(connection, None)
        connection.close()

    def _write_state(self, control_port: int | None) -> None:
        """Say where we are, readable by this user only, in one step."""
        state = {"pid": os.getpid(), "control_port": control_port, "token": self.token, **self.status()}
        draft = self.folder / f"{STATE_FILE}.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(state, file)
        draft.replace(self.folder / STATE_FILE)


def main() -> int:
    """Read the plan (JSON: folder, nodes) from the command line and serve it."""
    plan = json.loads(sys.argv[1])
    supervisor = Supervisor([Child(NodePlan(**node)) for node in plan["nodes"]], Path(plan["folder"]))
    signal.signal(signal.SIGTERM, supervisor.stop_soon)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        supervisor.run()
    except NotReadyError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
