"""One node of a broker as the supervisor sees it: how to run it, and the process that does.

child = Child(NodePlan(1, ["noida-db", "start"], 41234, folder="home/broker", log="broker.log"))
child.start()
child.check_ready()      # False, and True from its first answer on
"""

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbmomentum.stream.broker.questions import LOOPBACK, FirstAnswer, listens

READY_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 10.0
# A broker that saves its whole log at the end may take this much longer: a busy laptop writes 20 MB in a second, or 2.
SAVING_S_PER_MB = 0.5
MIN_RESTART_INTERVAL_S = 1.0
MAX_RESTART_INTERVAL_S = 30.0
HEALTHY_AFTER_S = 60.0
MAX_LOG_BYTES = 5_000_000
PR_SET_PDEATHSIG = 1

# What a broker says when it gives up: the embedded one in a line of its own, a Java one by an exception's name.
_REASON = re.compile(r"(?:error|Error|(?:Caused by: )?[\w.$]+(?:Exception|Error)): +(\S.*)")


class NotReadyError(Exception):
    """A node's process ended, or did not answer in time."""


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
        ready_timeout_s: How long it may take to answer.
        stop_timeout_s: How long it may take to end, beside the time to save a log as large as the last one saved.
        saves_to: The file that its whole log is saved to, after the acknowledgements; empty where it is written before.
    """

    node: int
    argv: list[str]
    port: int
    folder: str
    log: str
    environment: dict[str, str] = field(default_factory=dict)
    ready_timeout_s: float = READY_TIMEOUT_S
    stop_timeout_s: float = STOP_TIMEOUT_S
    saves_to: str = ""


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

    def __post_init__(self) -> None:
        self._first_answer = FirstAnswer(self.plan.port)

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it, if its port is free.

        Raises:
            NotReadyError: The port is taken.
        """
        if listens(self.plan.port):
            raise NotReadyError(f"port {self.plan.port} is already in use by another program")
        _put_aside(Path(self.plan.log))
        self._spawn()

    def check_ready(self) -> bool:
        """Whether it has answered: one that listens may still be loading its log, and keep all clients waiting.

        Raises:
            NotReadyError: It ended, or did not answer in time.
        """
        if not self.is_alive:
            raise NotReadyError(f"its process ended at once: {self._last_words()}")
        if time.monotonic() - self._started > self.plan.ready_timeout_s:
            raise NotReadyError(f"it did not answer within {self.plan.ready_timeout_s:g} s; see {self.plan.log}")
        return self._first_answer.has_come()

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
        self._force_at = time.monotonic() + self.plan.stop_timeout_s + SAVING_S_PER_MB * self._saved_mb()
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

    def _saved_mb(self) -> float:
        log_file = Path(self.plan.saves_to)
        return log_file.stat().st_size / 1_000_000 if log_file.is_file() else 0.0

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
