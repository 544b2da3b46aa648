"""The supervisor: a small process that owns the nodes of one broker and counts its leases.

It runs as a script of its own, on the standard library alone, so that it starts in a few milliseconds and keeps
nothing of its starter alive. Each client holds a *lease*: an open connection to the supervisor's control port.
When a client's process ends, however it ends, the connection closes and the lease is over; the broker stops when
the last lease ends. `hold` is a lease that only `release` ends (`nbmomentum broker start` and `stop`).

A node that crashes is started again on the same port; one that was stopped or killed on purpose stays down.

The control protocol is one JSON object per line, each with the token from the 0600 file `supervisor.json`:

    {"token": "...", "do": "lease", "name": "kernel 4711"}   the connection is the lease
    {"token": "...", "do": "status" | "hold" | "release" | "stop"}
    {"token": "...", "do": "stop_node" | "kill_node" | "start_node", "node": "2"}
"""

import ctypes
import json
import os
import re
import secrets
import selectors
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
STATE_FILE = "supervisor.json"
FIRST_LEASE_TIMEOUT_S = 20.0
READY_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 10.0
TICK_S = 0.2
MIN_RESTART_INTERVAL_S = 1.0
MAX_RESTART_INTERVAL_S = 30.0
HEALTHY_AFTER_S = 60.0
MAX_REQUEST_BYTES = 10_000
MAX_LOG_BYTES = 5_000_000
PR_SET_PDEATHSIG = 1

# What a broker says when it gives up: the embedded one in a line of its own, a Java one by an exception's name.
_REASON = re.compile(r"(?:error|Error|(?:Caused by: )?[\w.$]+(?:Exception|Error)): +(\S.*)")


class NotReadyError(Exception):
    """A node's process ended, or did not listen in time."""


@dataclass(frozen=True)
class NodePlan:
    """How to run one node of a broker.

    Attributes:
        node: Its number, from 1.
        argv: The command.
        port: Where it listens on 127.0.0.1.
        folder: Its working folder.
        log: The file that takes its output; one that has grown large is put aside at the start.
        environment: Variables that it gets beside ours.
        ready_timeout_s: How long it may take to listen.
        stop_timeout_s: How long it may take to save and end.
    """

    node: int
    argv: list[str]
    port: int
    folder: str
    log: str
    environment: dict[str, str] = field(default_factory=dict)
    ready_timeout_s: float = READY_TIMEOUT_S
    stop_timeout_s: float = STOP_TIMEOUT_S


@dataclass
class Child:
    """One node's process, started by its plan and watched through its port.

    Attributes:
        is_wanted: Whether it is to run; False after it was stopped or killed on purpose.
        restarts: How often it was started again after a crash.
    """

    plan: NodePlan
    process: subprocess.Popen[bytes] | None = None
    is_wanted: bool = True
    restarts: int = 0
    _started: float = 0.0
    _said_before: int = 0
    _restart_interval_s: float = MIN_RESTART_INTERVAL_S
    _force_at: float | None = None

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it, if its port is free.

        Raises:
            NotReadyError: The port is taken.
        """
        if _listens(self.plan.port):
            raise NotReadyError(f"port {self.plan.port} is already in use by another program")
        _put_aside(Path(self.plan.log))
        self._spawn()

    def check_ready(self) -> bool:
        """Whether it listens now.

        Raises:
            NotReadyError: It ended, or did not listen in time.
        """
        if not self.is_alive:
            raise NotReadyError(f"its process ended at once: {self._last_words()}")
        if time.monotonic() - self._started > self.plan.ready_timeout_s:
            raise NotReadyError(f"it did not listen within {self.plan.ready_timeout_s:g} s; see {self.plan.log}")
        return _listens(self.plan.port)

    def tend(self) -> None:
        """Start it again on the same port after a crash, after longer and longer waits; force what does not end."""
        now = time.monotonic()
        if self.process is not None and self.is_alive:
            if self._force_at is not None and now > self._force_at:
                self.process.kill()
        elif self.is_wanted and now - self._started >= self._restart_interval_s:
            self._restart_interval_s = self._next_interval_s(now)
            self.restarts += self._force_at is None
            self._spawn()

    def want(self) -> None:
        """Have it run again after it was stopped or killed on purpose; it starts as soon as the old process ended."""
        if not self.is_wanted:
            self.is_wanted = True
            self._started, self._restart_interval_s = 0.0, MIN_RESTART_INTERVAL_S

    def ask_to_stop(self) -> None:
        """Ask it to save and end, and keep it down."""
        self.is_wanted = False
        self._force_at = time.monotonic() + self.plan.stop_timeout_s
        if self.process is not None and self.is_alive:
            self.process.terminate()

    def kill(self) -> None:
        """End it by force, and keep it down."""
        self.is_wanted, self._force_at = False, time.monotonic()
        if self.process is not None and self.is_alive:
            self.process.kill()

    def wait_until_ended(self) -> None:
        """Wait until it has ended; end it by force when it does not in time."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, (self._force_at or 0.0) - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def status(self) -> dict[str, Any]:
        """What it is doing now, as plain values."""
        return {
            "node": self.plan.node,
            "address": f"{LOOPBACK}:{self.plan.port}",
            "pid": self.process.pid if self.process else None,
            "is_alive": self.is_alive,
            "is_wanted": self.is_wanted,
            "restarts": self.restarts,
        }

    def _spawn(self) -> None:
        log_path = Path(self.plan.log)
        self._said_before = log_path.stat().st_size if log_path.exists() else 0
        with log_path.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 (the command is the kit's own)
                self.plan.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.plan.folder,
                env=os.environ | self.plan.environment,
                preexec_fn=_end_with_parent(),
            )
        self._started, self._force_at = time.monotonic(), None

    def _next_interval_s(self, now: float) -> float:
        """One second again after a long life, else twice as long as before."""
        if now - self._started > HEALTHY_AFTER_S:
            return MIN_RESTART_INTERVAL_S
        return min(2 * self._restart_interval_s, MAX_RESTART_INTERVAL_S)

    def _last_words(self) -> str:
        """The reason that the process wrote, else where to look."""
        said = Path(self.plan.log).read_bytes()[self._said_before :].decode(errors="replace").splitlines()
        reasons = [found[1] for line in said if (found := _REASON.match(line))]
        return reasons[-1] if reasons else f"see {self.plan.log}"


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

    def run(self) -> None:
        """Serve until the last lease ends, then stop the broker and leave nothing behind."""
        try:
            self._write_state(None)  # nobody can join before all nodes listen; who cleans up can find us
            self._start_all()
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
        """Start all nodes at once and wait until each listens.

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


def _listens(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=0.2).close()
    except OSError:
        return False
    return True


def _put_aside(log: Path) -> None:
    """Begin a new log when the old one is large; the one before is kept."""
    if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
        log.replace(log.with_name(f"{log.name}.1"))


def _end_with_parent() -> Any:
    """On Linux: make the child end when the supervisor is killed; elsewhere the next start cleans up."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


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


if __name__ == "__main__":
    sys.exit(main())
