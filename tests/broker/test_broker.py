"""The embedded broker: one for all, leases, hold and release, reset."""

import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from brokers import Client, is_gone, status_of, supervisor_state
from support import wait_until

from nbmomentum.errors import BrokerError, BrokerWarning, SettingsError
from nbmomentum.stream import Broker, close_kafka_client, ensure_topics, open_kafka_producer, start_broker
from nbmomentum.stream.broker import (
    broker_status,
    hold_broker,
    release_broker,
    reset_broker,
    saved_bytes,
)
from nbmomentum.stream.broker.ports import free_ports
from nbmomentum.stream.broker.questions import end_offsets
from nbmomentum.stream.cluster.client import is_reachable

LARGE_RECORDS = 15  # of 900 kB: about 50 MB as the embedded broker saves them


def test_start_is_idempotent_in_a_process(home: Path) -> None:
    """A cell that is run again gets the broker it has, with one lease."""
    broker = start_broker(home=home)

    assert start_broker(home=home) is broker
    assert broker.is_ours
    assert len(status_of(home)["leases"]) == 1


def test_threads_of_a_process_share_one_broker(home: Path) -> None:
    """Also when they start it at the same moment."""
    brokers: list[Broker] = []
    threads = [threading.Thread(target=lambda: brokers.append(start_broker(home=home))) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(brokers) == 4
    assert len(set(map(id, brokers))) == 1
    assert len(status_of(home)["leases"]) == 1


def test_broker_listens_on_this_machine_only(home: Path) -> None:
    """A laptop in a lecture hall serves nobody else; the supervisor neither."""
    broker = start_broker(home=home)
    pids = status_of(home)["broker_pid"], supervisor_state(home)["pid"]

    listening = [c for pid in pids for c in psutil.Process(pid).net_connections() if c.status == psutil.CONN_LISTEN]

    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}
    assert int(broker.bootstrap_servers.split(":")[1]) in {connection.laddr.port for connection in listening}


def test_broker_takes_the_port_it_is_given(home: Path) -> None:
    """For those who point another tool at it; joining it later keeps the port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    broker = start_broker(port=port, home=home)

    assert broker.bootstrap_servers == f"127.0.0.1:{port}"
    assert start_broker(port=1, home=home) is broker


def test_stop_leaves_no_process_and_no_port(home: Path) -> None:
    """And may be called twice."""
    broker = start_broker(home=home)
    pids = status_of(home)["broker_pid"], supervisor_state(home)["pid"]

    broker.stop()
    broker.stop()

    assert not broker.is_ours
    assert all(map(is_gone, pids))
    assert not is_reachable(broker.bootstrap_servers)
    assert broker_status(home) is None
    assert not (home / "embedded" / "supervisor.json").exists()


def test_broker_starts_again_after_its_end(home: Path) -> None:
    """Stop and start are the restart button of a lesson."""
    start_broker(home=home).stop()

    broker = start_broker(home=home)

    assert broker.is_ours
    assert is_reachable(broker.bootstrap_servers)


def test_second_process_joins_and_its_death_ends_only_its_lease(
    home: Path, second_client: Callable[[], Client]
) -> None:
    """Two notebooks, one broker; a killed kernel does not pull it from under the other."""
    broker = start_broker(home=home)
    client = second_client()

    assert client.servers() == broker.bootstrap_servers
    assert len(status_of(home)["leases"]) == 2

    client.end(signal.SIGKILL)
    wait_until(lambda: len(status_of(home)["leases"]) == 1, what="the lease of the dead to end")
    assert is_reachable(broker.bootstrap_servers)


def test_broker_outlives_its_starter_while_another_holds_a_lease(
    home: Path, second_client: Callable[[], Client]
) -> None:
    """Who started it does not matter; the last one turns off the light."""
    starter = second_client()
    servers = starter.servers()
    broker = start_broker(home=home)

    starter.end()
    wait_until(lambda: len(status_of(home)["leases"]) == 1, what="the starter's lease to end")
    assert is_reachable(servers)

    broker.stop()
    assert not is_reachable(servers)


def test_two_processes_that_start_at_once_end_up_on_one_broker(home: Path, second_client: Callable[[], Client]) -> None:
    """Whoever comes first starts it, the other joins."""
    clients = [second_client() for _ in range(2)]

    servers = {client.servers() for client in clients}

    assert len(servers) == 1
    assert len(status_of(home)["leases"]) == 2


def test_held_broker_outlives_its_process(home: Path) -> None:
    """`nbmomentum broker start` takes a lease that only `broker stop` ends."""
    broker = hold_broker(home=home)

    assert not broker.is_ours
    assert is_reachable(broker.bootstrap_servers)
    assert status_of(home)["is_held"]
    assert status_of(home)["leases"] == []

    assert release_broker(home) == []
    assert not is_reachable(broker.bootstrap_servers)


def test_release_waits_for_those_who_use_it(home: Path) -> None:
    """The lasting lease ends, the notebook's one keeps the broker."""
    hold_broker(home=home)
    broker = start_broker(home=home)

    [remaining] = release_broker(home)

    assert str(os.getpid()) in remaining
    assert is_reachable(broker.bootstrap_servers)
    broker.stop()
    assert not is_reachable(broker.bootstrap_servers)


def test_stop_of_a_notebook_leaves_a_held_broker(home: Path) -> None:
    """The class server goes on when one lesson ends."""
    hold_broker(home=home)
    broker = start_broker(home=home)

    broker.stop()

    assert is_reachable(broker.bootstrap_servers)


def test_release_without_a_broker_is_harmless(home: Path) -> None:
    """There is nothing to stop."""
    assert release_broker(home) == []
    assert broker_status(home) is None


def test_forced_release_stops_it_whoever_uses_it(home: Path) -> None:
    """The teacher's last resort."""
    broker = start_broker(home=home)

    release_broker(home, force=True)

    assert not is_reachable(broker.bootstrap_servers)
    assert not broker.is_ours


def test_reset_refuses_while_the_broker_runs(home: Path) -> None:
    """It says what to do first; nothing is lost."""
    start_broker(home=home)

    with pytest.raises(BrokerError, match="broker stop"):
        reset_broker(home)

    assert status_of(home)["is_alive"]


def test_reset_empties_a_stopped_broker(home: Path) -> None:
    """The next start begins with an empty log."""
    with start_broker(home=home) as broker:
        ensure_topics(broker.bootstrap_servers, "keep-me")
    assert saved_bytes(home) > 0

    reset_broker(home)

    assert saved_bytes(home) == 0
    with start_broker(home=home) as broker:
        assert "keep-me" in ensure_topics(broker.bootstrap_servers, "keep-me")


def test_folder_may_be_spelled_differently(home: Path) -> None:
    """Relative, through a link, with umlauts: one folder, one broker."""
    folder = home / "Jörgs Kurs"
    folder.mkdir()
    (home / "link").symlink_to(folder)

    broker = start_broker(home=folder)

    assert start_broker(home=home / "link") is broker
    assert start_broker(home=home / "x" / ".." / "link") is broker
    pid = supervisor_state(folder)["pid"]
    broker.stop()
    assert is_gone(pid)


def test_own_cluster_is_used_when_the_variable_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is started, nothing is stopped, and holding it is refused."""
    monkeypatch.setenv("NBMOMENTUM_BOOTSTRAP_SERVERS", "kafka.example:9092")

    with start_broker() as broker:
        assert (broker.bootstrap_servers, broker.engine, broker.is_ours) == ("kafka.example:9092", "external", False)
    with pytest.raises(SettingsError, match="cluster of your own"):
        hold_broker()


def test_unknown_engine_is_a_settings_error() -> None:
    """The message says what there is."""
    with pytest.raises(SettingsError, match="embedded"):
        start_broker("apache-on-the-moon")


def test_banner_says_where_it_stands_and_what_it_cannot_show(broker: Broker) -> None:
    """Its address is text, not markup."""
    banner = Broker("<b>x</b>:1", broker.rung)._repr_html_()

    assert "&lt;b&gt;x&lt;/b&gt;:1" in banner
    assert "It cannot show replication" in banner
    assert repr(broker) == f"<Broker embedded at {broker.bootstrap_servers}>"


def test_large_log_is_loaded_before_the_broker_counts_as_started(home: Path) -> None:
    """The first question is answered, and meanwhile it is told what takes so long."""
    with start_broker(home=home) as broker:
        ensure_topics(broker.bootstrap_servers)
        producer = open_kafka_producer(broker.bootstrap_servers)
        for _ in range(LARGE_RECORDS):
            producer.send("nba_momentum", os.urandom(900_000), partition=0).get(timeout=30)
        close_kafka_client(producer)
    port = free_ports(1)[0]

    with pytest.warns(BrokerWarning, match=r"loads the \d+ MB that it has saved"):
        broker = start_broker(home=home, port=port)

    assert end_offsets(port)["nba_momentum", 0] == LARGE_RECORDS
    broker.stop()
