"""What a member of a group calls itself: its name and its process, so that others can see whether it still lives.

    client_id("consumer-1")  # "nbmomentum-consumer-1.laptop-effffffc.4711.8640"
    name_of("nbmomentum-consumer-1.laptop-effffffc.4711.8640")  # "consumer-1"
    process_of("nbmomentum-consumer-1.laptop-effffffc.4711.8640").state  # "running", "stopped", "dead" or "unknown"

The four parts after `nbmomentum-` are the name, the computer, the process's number, and when it began: numbers of
processes are used again. Where containers have numbers of their own, these count as computers of their own.
"""

import contextlib
import os
import re
import socket
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

PREFIX = "nbmomentum-"
# When a process began is told in whole seconds, and one of them may lie between two looks at the clock.
START_TOLERANCE_S = 2

_MEMBER = re.compile(re.escape(PREFIX) + r"(?P<name>.+)\.(?P<host>[\w-]+)\.(?P<pid>\d+)\.(?P<began_s>\d+)", re.ASCII)


@dataclass(frozen=True)
class MemberProcess:
    """The process that a member of a group lives in.

    Attributes:
        host: Its computer; another one for each space of process numbers.
        pid: Its number there.
        began_s: When it began, in seconds since that computer started; 0 where nobody can tell.
    """

    host: str
    pid: int
    began_s: int

    @property
    def is_own(self) -> bool:
        """Whether it is this process."""
        return self == own_process()

    @property
    def state(self) -> str:
        """Whether it is running, stopped or dead; unknown on another computer.

        A process that has the number of a dead one, and began later, is not it.
        """
        if self.host != own_process().host:
            return "unknown"
        try:
            process = psutil.Process(self.pid)
            status, began_s = process.status(), _began_s(process)
        except psutil.NoSuchProcess:
            return "dead"
        except psutil.AccessDenied:
            return "running"
        if status == psutil.STATUS_ZOMBIE or abs(began_s - self.began_s) > START_TOLERANCE_S:
            return "dead"
        return "stopped" if status == psutil.STATUS_STOPPED else "running"


def client_id(name: str) -> str:
    """The client id of a member of this name in this process."""
    own = own_process()
    return f"{PREFIX}{name}.{own.host}.{own.pid}.{own.began_s}"


def name_of(client_id: str) -> str:
    """The name of the member that calls itself so; what another client calls itself is its name."""
    found = _MEMBER.fullmatch(client_id)
    return found["name"] if found else client_id.removeprefix(PREFIX)


def process_of(client_id: str) -> MemberProcess | None:
    """The process of the member that calls itself so; None of what is no member of the kit's."""
    found = _MEMBER.fullmatch(client_id)
    return MemberProcess(found["host"], int(found["pid"]), int(found["began_s"])) if found else None


def own_process() -> MemberProcess:
    """This process; another one after a fork."""
    return _process(os.getpid())


@cache
def _process(pid: int) -> MemberProcess:
    return MemberProcess(_host(), pid, _began_s(psutil.Process(pid)))


def _host() -> str:
    """The computer's name, and which space of process numbers: containers may share the former only."""
    name = re.sub(r"[^A-Za-z0-9_-]", "-", socket.gethostname())[:40] or "computer"
    with contextlib.suppress(OSError, AttributeError, ValueError):
        return f"{name}-{int(str(Path('/proc/self/ns/pid').readlink()).strip('pid:[]')):x}"
    return name


def _began_s(process: psutil.Process) -> int:
    """When a process began, in seconds since the computer started.

    Linux counts from there, so that a clock that is set makes no difference. Elsewhere it might, and a living
    process must never be taken for a dead one: there all have begun at 0, and a number used again looks alive.
    """
    return round(process.create_time() - psutil.boot_time()) if psutil.LINUX else 0
