"""The embedded broker when something is killed, occupied, damaged or not allowed."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from brokers import Client, is_gone, status_of, supervisor_state
from support import wait_until

from nbmomentum.errors import BrokerStartFailed, SettingsError
from nbmomentum.stream import ensure_topics, start_broker
from nbmomentum.stream.broker import (
    broker_status,
    release_broker,
    reset_broker,
)
from nbmomentum.stream.cluster.client import is_reachable

# A broker whose supervisor is gone: it saves when it is asked to end.
STRAY = """
import pathlib, signal, sys
def save(*_):
    pathlib.Path(sys.argv[1], "saved").touch()
    sys.exit()
signal.signal(signal.SIGTERM, save)
print("ready", flush=True)
signal.pause()
"""


def test_killed_last_client_leaves_no_broker_supervisor_or_port(
    home: Path, second_client: Callable[[], Client]
) -> None:
    """Restarting the kernel in the middle of a game leaves nothing behind."""
    client = second_client()
    servers = client.servers()
    pids = status_of(home)["broker_pid"], supervisor_state(home)["pid"]

    client.end(signal.SIGKILL)

    wait_until(lambda: all(map(is_gone, pids)), what="broker and supervisor to end")
    assert not is_reachable(servers)
    assert not (home / "embedded" / "supervisor.json").exists()


def test_killed_broker_comes_back_on_the_same_port(home: Path) -> None:
    """The supervisor restarts it, and its file tells the new process."""
    broker = start_broker(home=home)
    pid = status_of(home)["broker_pid"]

    os.kill(pid, signal.SIGKILL)

    wait_until(lambda: status_of(home)["restarts"] == 1, what="the supervisor to restart it")
    wait_until(lambda: is_reachable(broker.bootstrap_servers), what="the broker to listen again")
    assert status_of(home)["broker_pid"] != pid
    assert supervisor_state(home)["broker_pid"] == status_of(home)["broker_pid"]
    assert broker.is_ours


def test_start_after_the_supervisor_was_killed_cleans_up(home: Path) -> None:
    """Its broker ends with it, and the next start works as the first one did."""
    broker = start_broker(home=home)
    pids = status_of(home)["broker_pid"], supervisor_state(home)["pid"]

    os.kill(pids[1], signal.SIGKILL)
    wait_until(lambda: not broker.is_ours, what="the lease to be noticed as lost")
    successor = start_broker(home=home)

    assert all(map(is_gone, pids))
    assert successor is not broker
    assert is_reachable(successor.bootstrap_servers)
    assert len(status_of(home)["leases"]) == 1
    broker.stop()
    assert successor.is_ours


def test_start_ends_a_broker_whose_supervisor_is_gone(home: Path) -> None:
    """Where a broker can outlive its supervisor, the next start ends it first."""
    folder = home / "embedded"
    folder.mkdir()
    stray = subprocess.Popen([sys.executable, "-c", STRAY, str(folder)], stdout=subprocess.PIPE)
    assert stray.stdout is not None
    stray.stdout.readline()
    state = {"pid": 2**22 + 1, "control_port": 1, "token": "", "nodes": [{"pid": stray.pid}]}
    (folder / "supervisor.json").write_text(json.dumps(state))

    with stray, start_broker(home=home) as broker:
        assert is_gone(stray.pid)
        assert (folder / "saved").exists()
        assert is_reachable(broker.bootstrap_servers)


def test_leftover_file_never_ends_a_stranger(home: Path) -> None:
    """A process id is given again; who does not belong to the folder is left alone."""
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as stranger:
        folder = home / "embedded"
        folder.mkdir()
        state = {"pid": stranger.pid, "control_port": 1, "token": "", "nodes": [{"pid": stranger.pid}]}
        (folder / "supervisor.json").write_text(json.dumps(state))

        start_broker(home=home).stop()

        assert stranger.poll() is None


def test_occupied_port_is_a_clear_failure(home: Path) -> None:
    """It names the port and what to do, and leaves nothing behind."""
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        port = occupant.getsockname()[1]

        with pytest.raises(BrokerStartFailed, match=rf"port {port} is already in use.*Choose another port"):
            start_broker(port=port, home=home)

    assert broker_status(home) is None
    assert start_broker(home=home).is_ours


def test_damaged_data_is_a_clear_failure(home: Path) -> None:
    """The broker's own words, and the command that mends it."""
    with start_broker(home=home) as broker:
        ensure_topics(broker.bootstrap_servers)
    for file in (home / "embedded" / "data").iterdir():
        file.write_text("not what it was")

    with pytest.raises(BrokerStartFailed, match=r"snapshot.*nbmomentum broker reset"):
        start_broker(home=home)

    reset_broker(home)
    assert start_broker(home=home).is_ours


def test_folder_that_cannot_be_made_is_a_clear_failure(tmp_path: Path) -> None:
    """Before any process is started."""
    (tmp_path / "file").write_text("a file, where a folder should be")

    with pytest.raises(SettingsError, match="cannot be written"):
        start_broker(home=tmp_path / "file")


def test_supervisor_file_is_for_this_user_only(home: Path) -> None:
    """It holds the token that stops the broker."""
    start_broker(home=home)

    assert stat.S_IMODE((home / "embedded" / "supervisor.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "request_bytes",
    [
        b'{"token": "wrong", "do": "stop"}',
        b'{"do": "stop"}',
        b'["stop"]',
        b"\xff\xfe",
        b"[" * 9000,
        b'{"token": 7, "do": "stop"}',
        "{}",
    ],
)
def test_supervisor_refuses_who_has_no_token(home: Path, request_bytes: bytes | str) -> None:
    """Another user of the machine can reach the port, and do nothing with it."""
    broker = start_broker(home=home)
    port = supervisor_state(home)["control_port"]

    with socket.create_connection(("127.0.0.1", port), 5.0) as connection:
        connection.sendall(request_bytes if isinstance(request_bytes, bytes) else request_bytes.encode())
        answer = connection.recv(100)

    assert answer == b""
    assert broker.is_ours
    assert len(status_of(home)["leases"]) == 1


def test_broker_that_stands_still_is_told_in_its_status(home: Path, signal_broker: Callable[[int], None]) -> None:
    """It runs, and listens; forced to stop, it ends all the same."""
    broker = start_broker(home=home)
    pid = status_of(home)["broker_pid"]
    before = broker.trouble

    signal_broker(signal.SIGSTOP)
    wait_until(lambda: broker.trouble, what="the trouble")
    told = broker.trouble
    release_broker(home, force=True)

    assert before == ""
    assert "has not answered for" in told
    assert "`nbmomentum broker stop --force`" in told
    assert is_gone(pid)
