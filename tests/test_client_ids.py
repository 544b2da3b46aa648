"""What members call themselves: who they are, and whether their process still lives."""

import dataclasses
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from support import wait_until

from nbmomentum.stream.cluster.client_ids import MemberProcess, client_id, name_of, own_process, process_of

PRINT_CLIENT_ID = """
import sys
from nbmomentum.stream.cluster.client_ids import client_id
print(client_id("consumer-2"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other() -> Iterator[subprocess.Popen[str]]:
    """Another process, which says what a member of its calls itself; it is ended and reaped at the end."""
    command = [sys.executable, "-c", PRINT_CLIENT_ID]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def process_in(other: subprocess.Popen[str]) -> MemberProcess:
    """The process that the client id of its member names."""
    assert other.stdout is not None
    process = process_of(other.stdout.readline().strip())
    assert process is not None
    return process


@pytest.mark.parametrize("name", ["consumer-1", "my consumer", "a.b.1.2", "dashboard"])
def test_name_comes_back_from_the_client_id(name: str) -> None:
    """Whatever the member is called."""
    assert name_of(client_id(name)) == name


@pytest.mark.parametrize("foreign", ["rdkafka", "nbmomentum-log", "kafka-python-3.0.12", ""])
def test_what_is_no_member_of_ours_has_no_process(foreign: str) -> None:
    """It is shown as it calls itself, without our own prefix."""
    assert process_of(foreign) is None
    assert name_of(foreign) == foreign.removeprefix("nbmomentum-")


def test_characters_that_we_add_are_those_that_kafka_takes_everywhere() -> None:
    """Client ids are names of metrics, too."""
    added = client_id("x").removeprefix("nbmomentum-x")

    assert not set(added) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


def test_this_process_is_its_own_and_runs() -> None:
    """No member of it is ever taken for dead."""
    own = process_of(client_id("consumer-1"))

    assert own == own_process()
    assert (own.is_own, own.pid, own.state) == (True, os.getpid(), "running")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that stop a process")
def test_stopped_process_lives_and_a_killed_one_is_dead(other: subprocess.Popen[str]) -> None:
    """A process that does not answer is not dead before it has ended; one that waits for its parent has."""
    process = process_in(other)
    running = process.state

    other.send_signal(signal.SIGSTOP)
    wait_until(lambda: process.state == "stopped", what="the stop")
    other.send_signal(signal.SIGKILL)
    wait_until(lambda: process.state == "dead", what="the end, before its parent has asked for it")
    other.wait()

    assert running == "running"
    assert process.state == "dead"
    assert not process.is_own


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a number that is used again looks alive")
def test_process_with_the_number_of_a_dead_one_is_another() -> None:
    """Numbers are used again: it began later."""
    earlier = dataclasses.replace(own_process(), began_s=own_process().began_s - 60)

    assert (earlier.state, earlier.is_own) == ("dead", False)


def test_nobody_knows_of_a_process_on_another_computer() -> None:
    """Its number may be nobody's here: that says nothing."""
    elsewhere = dataclasses.replace(own_process(), host="elsewhere", pid=2**22)

    assert elsewhere.state == "unknown"
