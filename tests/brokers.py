"""Another client of a broker, and what a broker's own files say of it."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from nbmomentum.stream.broker import EMBEDDED, Rung, broker_status

# What a module of the contract names as its `ENGINES`: the embedded broker, and Apache Kafka itself.
BOTH_ENGINES = ("embedded", "apache")
# Runs a test on each engine in turn: the fixture `broker` is then the one or the other.
on_both_engines = pytest.mark.parametrize("broker", BOTH_ENGINES, indirect=True)
# Apache Kafka makes its topic of offsets for the first group; a busy machine takes its time for everything.
BOTH_ENGINES_PATIENCE_S = 60.0

CLIENT = """
import sys
from nbmomentum.stream import start_broker
print(start_broker(sys.argv[2], home=sys.argv[1]).bootstrap_servers, flush=True)
sys.stdin.read()
"""


class Client:
    """Another process with a lease, like the kernel of a second notebook."""

    def __init__(self, home: Path, engine: str = "embedded") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CLIENT, str(home), engine], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def servers(self) -> str:
        """Where its broker is; waits until it has it."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self, sig: int = signal.SIGKILL) -> None:
        """End it, however roughly, and what it started stays."""
        self.process.send_signal(sig)
        self.process.wait()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()


def supervisor_state(home: Path) -> dict[str, Any]:
    """What the supervisor's file says."""
    return dict(json.loads((home / "embedded" / "supervisor.json").read_text()))


def status_of(home: Path, rung: Rung = EMBEDDED) -> dict[str, Any]:
    """The status of the broker, which runs."""
    status = broker_status(home, rung)
    assert status is not None
    return status


def servers_of(home: Path, rung: Rung = EMBEDDED) -> str:
    """Where it listens, for a client of the test's own."""
    return str(status_of(home, rung)["bootstrap_servers"])


def is_gone(pid: int) -> bool:
    """Whether no process of this id does anything any more."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def stands_still(pid: int) -> bool:
    """Whether every thread of a process that was told to stop has done so: a busy machine takes its time."""
    tasks = [task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/stat")]
    if not tasks:  # not Linux
        return psutil.Process(pid).status() == psutil.STATUS_STOPPED
    return all(task.rpartition(")")[2].split()[0] == "T" for task in tasks)
