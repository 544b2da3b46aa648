"""The supervisor: a small process that owns one broker and counts its leases.

It runs as a script of its own, on the standard library alone, so that it starts in a few milliseconds and keeps
nothing of its starter alive. Each client holds a *lease*: an open connection to the supervisor's control port.
When a client's process ends, however it ends, the connection closes and the lease is over; the broker stops when
the last lease ends. `hold` is a lease that only `release` ends (`nbmomentum broker start` and `stop`).

The control protocol is one JSON object per line, each with the token from the 0600 file `supervisor.json`:

    {"token": "...", "do": "lease", "name": "kernel 4711"}   the connection is the lease
    {"token": "...", "do": "status" | "hold" | "release" | "stop"}
"""

import ctypes
import json
import os
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
MAX_REQUEST_BYTES = 10_000
PR_SET_PDEATHSIG = 1


class NotReadyError(Exception):
    """The broker's process ended, or did not listen in time."""


@dataclass
class Child:
    """The broker's process, started by its command line and watched through its port.

    Attributes:
        argv: The command; `{port}` in it stands for the port.
        port: Where it listens on 127.0.0.1.
        log: The file that takes its output.
    """

    argv: list[str]
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    restarts: int = 0

    def start(self) -> None:
        """Start it and wait until it listens.

        Raises:
            NotReadyError: It ended, or did not listen in time.
        """
        if _listens(self.port):
            raise NotReadyError(f"port {self.port} is already in use by another program")
        said_before = self.log.stat().st_size if self.log.exists() else 0
        self._spawn()
        self._wait_until_ready(said_before)

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def revive(self) -> bool:
        """Start it again on the same port after a crash, at most once a second, without waiting. True if it did."""
        if self.is_alive or time.monotonic() - self.started < MIN_RESTART_INTERVAL_S:
            return False
        self.restarts += 1
        self._spawn()
        return True

    def stop(self) -> None:
        """Ask it to save and end; end it by force when it does not."""
        if self.process is None or not self.is_alive:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _spawn(self) -> None:
        argv = [word.replace("{port}", str(self.port)) for word in self.argv]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 (the command is the kit's own)
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=_end_with_parent()
            )
        self.started = time.monotonic()

    def _wait_until_ready(self, said_before: int) -> None:
        deadline = time.monotonic() + READY_TIMEOUT_S
        while time.monotonic() < deadline:
            if not self.is_alive:
                raise NotReadyError(f"its process ended at once: {self._last_words(said_before)}")
            if _listens(self.port):
                return
            time.sleep(0.01)
        self.stop()
        raise NotReadyError(f"it did not listen within {READY_TIMEOUT_S:g} s; see {self.log}")

    def _last_words(self, said_before: int) -> str:
        """The error that the process wrote, else where to look."""
        said = self.log.read_bytes()[said_before:].decode(errors="replace").splitlines()
        errors = [line.removeprefix("error: ") for line in said if line.startswith("error: ")]
        return errors[-1] if errors else f"see {self.log}"


@dataclass
class Supervisor:
    """One broker, its leases, and the control port."""

    child: Child
    folder: Path
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    leases: dict[socket.socket, str] = field(default_factory=dict, init=False)
    is_held: bool = False
    is_stopping: bool = False
    had_lease: bool = False
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector, init=False)

    def run(self) -> None:
        """Serve until the last lease ends, then stop the broker and leave nothing behind."""
        self.child.start()
        try:
            # Closed before the broker stops: who comes then is refused, and waits for our end.
            with socket.create_server((LOOPBACK, 0)) as control:
                self._serve(control)
        finally:
            self.child.stop()
            (self.folder / STATE_FILE).unlink(missing_ok=True)

    def stop_soon(self, *_: object) -> None:
        """End at the next tick (also the handler of SIGTERM)."""
        self.is_stopping = True

    def _serve(self, control: socket.socket) -> None:
        self._selector.register(control, selectors.EVENT_READ)
        self._write_state(control.getsockname()[1])
        first_lease_deadline = time.monotonic() + FIRST_LEASE_TIMEOUT_S
        while not self.is_stopping and self._is_wanted(first_lease_deadline):
            for key, _ in self._selector.select(TICK_S):
                if key.fileobj is control:
                    self._accept(control)
                elif isinstance(key.fileobj, socket.socket):
                    self._read(key.fileobj)
            if self.child.revive():
                self._write_state(control.getsockname()[1])

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
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
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
        return self.status()

    def status(self) -> dict[str, Any]:
        """What the broker and its leases are doing now, as plain values."""
        process = self.child.process
        return {
            "bootstrap_servers": f"{LOOPBACK}:{self.child.port}",
            "is_alive": self.child.is_alive,
            "broker_pid": process.pid if process else None,
            "restarts": self.child.restarts,
            "leases": sorted(self.leases.values()),
            "is_held": self.is_held,
        }

    def _drop(self, connection: socket.socket) -> None:
        self._selector.unregister(connection)
        self.leases.pop(connection, None)
        connection.close()

    def _write_state(self, control_port: int) -> None:
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


def _end_with_parent() -> Any:
    """On Linux: make the child end when the supervisor is killed; elsewhere the next start cleans up."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def main() -> int:
    """Read the plan (JSON: folder, argv, port) from the command line and serve it."""
    plan = json.loads(sys.argv[1])
    folder = Path(plan["folder"])
    supervisor = Supervisor(Child(plan["argv"], plan["port"], folder / "broker.log"), folder)
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
