"""The client's side of the supervisor: find it, talk to it, hold a lease, wait for its end."""

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

import psutil

from nbmomentum.errors import BrokerError, BrokerStartFailed
from nbmomentum.stream.broker import supervise, supervisor
from nbmomentum.stream.broker.child import SAVING_S_PER_MB, NodePlan
from nbmomentum.stream.broker.folders import saved_in
from nbmomentum.stream.broker.questions import LOOPBACK

SPARE_S = 10.0
STOP_TIMEOUT_S = 40.0
ANSWER_TIMEOUT_S = 2.0
POLL_INTERVAL_S = 0.01

# Supervisors started by this process, by folder: kept to be reaped when they end.
_started: dict[Path, subprocess.Popen[bytes]] = {}


class SupervisorLink:
    """An open connection to the supervisor of one folder; after `lease` the connection is a lease."""

    def __init__(self, folder: Path, connection: socket.socket, token: str) -> None:
        self.folder = folder
        self._connection = connection
        self._answers = connection.makefile("rb")
        self._token = token
        self._one_at_a_time = threading.Lock()

    @classmethod
    def open(cls, folder: Path) -> Self | None:
        """Connect to the folder's supervisor; None when none runs."""
        state = _read_state(folder)
        if state is None or state["control_port"] is None:
            return None
        address = (LOOPBACK, state["control_port"])
        try:
            link = cls(folder, socket.create_connection(address, ANSWER_TIMEOUT_S), state["token"])
        except OSError:
            return None
        if link.is_alive:
            return link
        link.close()
        return None

    @property
    def is_alive(self) -> bool:
        """Whether the supervisor still answers."""
        return self.status() is not None

    def status(self) -> dict[str, Any] | None:
        """What the broker and its leases are doing (see `Supervisor.status`); None when the supervisor has gone."""
        try:
            return self.ask("status")
        except BrokerError:
            return None

    def ask(self, command: str, **fields: str) -> dict[str, Any]:
        """Send one command; every answer is the status (see `Supervisor.status`).

        Raises:
            BrokerError: The supervisor has gone away.
        """
        request = {"token": self._token, "do": command, **fields}
        try:
            with self._one_at_a_time:
                self._connection.sendall(json.dumps(request).encode())
                return dict(json.loads(self._answers.readline()))
        except TimeoutError as error:
            raise BrokerError(
                f"The broker's supervisor did not answer within {ANSWER_TIMEOUT_S:g} s: it stands still, or the "
                "computer is very busy. Wait, and call start_broker() again."
            ) from error
        except (OSError, ValueError) as error:
            raise BrokerError("The broker's supervisor has gone away; call start_broker() again.") from error

    def close(self) -> None:
        """Close the connection, and with it the lease."""
        self._answers.close()
        self._connection.close()


def launch(folder: Path, nodes: Sequence[NodePlan]) -> SupervisorLink:
    """Start a supervisor for these nodes and connect to it.

    Raises:
        BrokerStartFailed: A node was not ready in time, or its process ended.
    """
    process = _spawn(folder, {"folder": str(folder), "nodes": [asdict(node) for node in nodes]})
    timeout_s = max(node.ready_timeout_s for node in nodes) + SPARE_S
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline and process.poll() is None:
        if link := SupervisorLink.open(folder):
            _started[folder] = process
            return link
        time.sleep(POLL_INTERVAL_S)
    _end_supervisor(process)
    raise BrokerStartFailed(_explain_failure(folder, timeout_s))


def status_of(folder: Path) -> dict[str, Any] | None:
    """What a running broker and its leases are doing; None when none runs, or its supervisor does not answer."""
    connection = SupervisorLink.open(folder)
    if connection is None:
        return None
    with contextlib.closing(connection):
        return connection.status()


def wait_until_gone(folder: Path) -> None:
    """Wait until the supervisor has stopped its broker and ended.

    Raises:
        BrokerError: It still runs after the time-out.
    """
    patience_s = _stop_patience_s(folder)
    deadline = time.monotonic() + patience_s
    while (state := _read_state(folder)) and _is_process(state["pid"], folder):
        if time.monotonic() > deadline:
            raise BrokerError(
                f"The broker did not stop within {patience_s:.0f} s. End its supervisor, process {state['pid']}: "
                "the next start cleans up."
            )
        time.sleep(POLL_INTERVAL_S)
    if process := _started.pop(folder, None):
        process.wait(STOP_TIMEOUT_S)  # it has done its work; collect its exit code


def _stop_patience_s(folder: Path) -> float:
    """How long a stop may take: the embedded broker saves its whole log then."""
    return STOP_TIMEOUT_S + SAVING_S_PER_MB * saved_in(folder) / 1_000_000


def clear_leftovers(folder: Path) -> None:
    """Let a supervisor that is ending end; after one that was killed, end its broker and remove its file."""
    state = _read_state(folder)
    if state is None:
        return
    wait_until_gone(folder)
    for node in state.get("nodes", []):
        if node["pid"] and _is_process(node["pid"], folder):
            _end_process(node["pid"], folder)
    (folder / supervisor.STATE_FILE).unlink(missing_ok=True)


def _spawn(folder: Path, plan: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start the supervisor's script in a session of its own: a Ctrl-C meant for us does not reach it."""
    command = [sys.executable, "-I", supervise.__file__, _as_json(plan)]
    with (folder / "supervisor.log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 (our own script, by its path)
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


def _end_supervisor(process: subprocess.Popen[bytes]) -> None:
    """Let it stop what it has started; end it by force when it does not."""
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _end_process(pid: int, folder: Path) -> None:
    """Ask a process to save and end; end it by force when it does not."""
    deadline = time.monotonic() + _stop_patience_s(folder)
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.terminate()
        while _is_process(pid, folder) and time.monotonic() < deadline:
            time.sleep(POLL_INTERVAL_S)
        process.kill()


def _is_process(pid: int, folder: Path) -> bool:
    """Whether this pid is a live process of this folder, and not a stranger that got the same number."""
    try:
        process = psutil.Process(pid)
        command = " ".join(process.cmdline())
        is_alive = process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
    return is_alive and (str(folder) in command or _as_json(str(folder))[1:-1] in command)


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)  # a path is searched for in it


def _read_state(folder: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads((folder / supervisor.STATE_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _explain_failure(folder: Path, timeout_s: float) -> str:
    said = (folder / "supervisor.log").read_text(errors="replace").strip().splitlines()
    reason = said[-1] if said else f"it did not answer within {timeout_s:g} s"
    return f"The broker did not start: {reason}. {_advice(reason)}"


# What to do, by a word of the reason.
_ADVICE = {
    "already in use": "Choose another port, or none: then a free one is taken.",
    "snapshot": "What it had saved is damaged; `nbmomentum broker reset` begins with an empty log.",
    "No space left": "The disk is full: free some space, or set NBMOMENTUM_HOME to a folder on another disk.",
    "cluster.id": "Its folder holds another cluster's data; `nbmomentum broker reset` for this engine empties it.",
    "class file version": "This Java is too old for this Kafka; set JAVA_HOME to a newer one.",
    "reserve enough space": "There is not enough free memory; close other programs, or take one node.",
    "did not answer": "Try again when the computer is less busy; one node starts sooner than three.",
}


def _advice(reason: str) -> str:
    fitting = (advice for words, advice in _ADVICE.items() if words in reason)
    return next(fitting, "`nbmomentum doctor` looks for the cause.")
