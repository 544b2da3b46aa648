"""Apache Kafka itself: one node and three, under the same supervisor and leases as the embedded broker."""

import os
import shutil
import signal
import socket
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from brokers import Client, is_gone
from support import processed, random_name, wait_until

from nbmomentum.cli.tables import topics_table
from nbmomentum.cli.terminal import out
from nbmomentum.errors import BrokerError, BrokerStartFailed
from nbmomentum.runners import Runner
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer, describe_partitions, ensure_topics, start_broker
from nbmomentum.stream.broker import APACHE, broker_status, hold_broker, release_broker, reset_broker
from nbmomentum.stream.cluster.client import is_reachable
from nbmomentum.stream.topics import describe_topics

# A node is given up six seconds after its last heartbeat; a busy machine needs longer for everything.
PATIENCE_S = 120.0


@pytest.fixture
def full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk of three megabytes in memory; where none can be mounted, a fake: a folder said to have as much."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], check=False)
    if mount.returncode != 0:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=3_000_000, used=0, free=3_000_000))
    yield folder
    if mount.returncode == 0:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def play(broker: Broker, topic: str, stopping: Callable[[Runner], object]) -> BackgroundConsumer:
    """Send a game and read it."""
    producer = GameProducer(
        load_game(), bootstrap_servers=broker.bootstrap_servers, topic=topic, speed=float("inf"), name=random_name("p")
    )
    consumer = BackgroundConsumer(
        bootstrap_servers=broker.bootstrap_servers, topic=topic, group_id=random_name("g"), name=random_name("c")
    )
    stopping(producer)
    stopping(consumer)
    consumer.start()
    producer.start().join(PATIENCE_S)
    wait_until(lambda: processed(consumer) == producer.status.sent, what="all events", timeout_s=PATIENCE_S)
    return consumer


def test_one_node_is_the_rung_it_says(apache: Broker) -> None:
    """The banner names the rung and its limits; the table has one node, up."""
    banner = apache._repr_html_()

    assert (apache.engine, apache.rung) == ("apache", APACHE)
    assert "Apache Kafka on this computer: one node" in banner
    assert "cannot show replication" in banner
    assert [(node.node, node.state, node.address) for node in apache.nodes] == [(1, "up", apache.bootstrap_servers)]
    assert "<td>up</td>" in apache.nodes._repr_html_()


def test_game_plays_on_apache(
    apache: Broker, new_topic: Callable[[Broker], str], stopping: Callable[[Runner], object]
) -> None:
    """The same clients, the same score."""
    events = load_game()

    states = play(apache, new_topic(apache), stopping).states()

    final = states[events[0].game_id]
    assert (final.home_score, final.away_score) == (events[-1].home_score, events[-1].away_score)


def test_apache_listens_on_this_machine_only(apache: Broker) -> None:
    """Clients' port and controllers' port."""
    [node] = apache.nodes
    connections = psutil.Process(node.pid).net_connections()

    assert {c.laddr.ip.removeprefix("::ffff:") for c in connections if c.status == psutil.CONN_LISTEN} == {"127.0.0.1"}


def test_crashed_node_comes_back_with_its_topics(apache: Broker, new_topic: Callable[[Broker], str]) -> None:
    """Killed from outside, not on purpose: same port, nothing lost."""
    topic, node = new_topic(apache), apache.nodes[0]
    assert node.pid is not None

    os.kill(node.pid, signal.SIGKILL)

    wait_until(lambda: apache.nodes[0].restarts == node.restarts + 1, what="the supervisor to restart it")
    wait_until(lambda: is_reachable(apache.bootstrap_servers), what="it to listen", timeout_s=PATIENCE_S)
    assert ensure_topics(apache.bootstrap_servers, topic) == []


def test_three_nodes_each_have_a_copy(cluster: Broker, new_topic: Callable[[Broker], str]) -> None:
    """Replication three, two in sync are enough to write; the banner says three nodes."""
    topic = new_topic(cluster)

    partitions = describe_partitions(cluster.bootstrap_servers, topic)

    assert [info.partition for info in partitions] == [0, 1, 2]
    assert all(sorted(info.replicas) == [1, 2, 3] for info in partitions)
    assert all(info.leader == info.replicas[0] for info in partitions)
    wait_until(lambda: in_sync(cluster, topic) == {1, 2, 3}, what="all copies", timeout_s=PATIENCE_S)
    assert "three nodes" in cluster._repr_html_()
    assert [node.state for node in cluster.nodes] == ["up"] * 3


def test_topics_table_shows_the_copies(cluster: Broker, new_topic: Callable[[Broker], str]) -> None:
    """Leader, replicas, in sync: only where there is more than one node."""
    topic = new_topic(cluster)
    reports = [report for report in describe_topics(cluster.bootstrap_servers) if report.name == topic]

    with out.capture() as shown:
        out.print(topics_table(reports, {topic: describe_partitions(cluster.bootstrap_servers, topic)}))

    assert "Leader" in shown.get()
    assert "In sync" in shown.get()


def test_killed_node_loses_the_lead_and_comes_back(three_up: Broker, new_topic: Callable[[Broker], str]) -> None:
    """It stays down until it is started again; then it catches up and is in sync."""
    topic, servers = new_topic(three_up), three_up.bootstrap_servers
    victim = describe_partitions(servers, topic)[0].leader
    assert victim is not None

    three_up.kill_node(victim)

    assert three_up.nodes[victim - 1].state == "stopped"
    wait_until(lambda: victim not in leaders(three_up, topic), what="a new leader", timeout_s=PATIENCE_S)
    assert victim not in in_sync(three_up, topic)
    three_up.start_node(victim)
    wait_until(lambda: victim in in_sync(three_up, topic), what="it to catch up", timeout_s=PATIENCE_S)
    assert three_up.nodes[victim - 1].restarts == 0


def test_stopped_node_hands_over_at_once(three_up: Broker, new_topic: Callable[[Broker], str]) -> None:
    """A clean stop moves the lead before the node ends."""
    topic = new_topic(three_up)

    three_up.stop_node(2)

    assert 2 not in leaders(three_up, topic)
    assert three_up.nodes[1].pid is None
    assert is_reachable(three_up.bootstrap_servers)


def test_node_that_is_not_there_is_a_clear_error(apache: Broker) -> None:
    """Nodes are numbered from 1."""
    with pytest.raises(BrokerError, match="no node 2; this broker has 1"):
        apache.stop_node(2)


def test_killed_kernel_leaves_no_java(kafka_home: None, home: Path) -> None:
    """Nor a supervisor; what it has saved is there at the next start, of another kernel too."""
    client = Client(home, "apache")
    servers = client.servers()
    status = broker_status(home, APACHE)
    assert status is not None

    client.end(signal.SIGKILL)

    wait_until(lambda: is_gone(status["broker_pid"]), what="Java to end", timeout_s=PATIENCE_S)
    wait_until(lambda: broker_status(home, APACHE) is None, what="the supervisor to end")
    assert not is_reachable(servers)
    assert (home / "apache-1" / "node-1" / "data" / "meta.properties").exists()


def test_held_apache_is_joined_by_every_notebook(kafka_home: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`broker start --engine apache`, and `start_broker()` as it stands in the lessons; a named engine is that one."""
    held = hold_broker("apache", home=home)

    with start_broker(home=home) as joined, start_broker("embedded", home=home) as embedded:
        assert (joined.engine, joined.bootstrap_servers) == ("apache", held.bootstrap_servers)
        assert embedded.engine == "embedded"

    assert is_reachable(held.bootstrap_servers)
    assert release_broker(home, APACHE) == []
    assert not is_reachable(held.bootstrap_servers)


def test_named_engine_wins_over_the_variable_of_a_cluster(
    kafka_home: None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks for a rung in code gets that one, or an error: never silently another."""
    monkeypatch.setenv("NBMOMENTUM_BOOTSTRAP_SERVERS", "kafka.example:9092")
    monkeypatch.setenv("KAFKA_HOME", str(home))

    assert start_broker(home=home).engine == "external"
    with pytest.raises(BrokerStartFailed, match="KAFKA_HOME"):
        start_broker("apache", home=home)


@pytest.mark.parametrize("nodes", [1, 3])
def test_full_disk_is_one_sentence_before_anything_starts(kafka_home: None, full_disk: Path, nodes: int) -> None:
    """It names the disk and what to do; no Java runs, and no data folder is half made."""
    children = set(psutil.Process().children(recursive=True))

    with pytest.raises(BrokerStartFailed, match=r"is full: \d MB are free.*Free some space"):
        start_broker("apache", nodes=nodes, home=full_disk)

    assert set(psutil.Process().children(recursive=True)) <= children
    assert not list(full_disk.rglob("data"))


def test_stale_data_is_one_sentence_and_stays_as_it_is(kafka_home: None, home: Path) -> None:
    """What another cluster wrote is not touched, until the user says reset."""
    data = home / "apache-1" / "node-1" / "data"
    data.mkdir(parents=True)
    (data / "meta.properties").write_text("version=1\nnode.id=7\ncluster.id=other\n")

    with pytest.raises(BrokerStartFailed, match=r"broker reset --engine apache --nodes 1"):
        start_broker("apache", home=home)

    assert (data / "meta.properties").exists()
    reset_broker(home, APACHE)
    assert not data.exists()


def test_busy_port_is_one_sentence(kafka_home: None, home: Path) -> None:
    """Before any Java is started."""
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        port = occupant.getsockname()[1]

        with pytest.raises(BrokerStartFailed, match=f"port {port} is already in use"):
            start_broker("apache", port=port, home=home)

    assert broker_status(home, APACHE) is None


@pytest.mark.usefixtures("kafka_home")
def test_cluster_id_may_begin_with_a_hyphen(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One in 64 does: Kafka's tool takes it for an id, not for an option."""
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=0xF8 << 120))

    with start_broker("apache", home=home) as broker:
        assert describe_topics(broker.bootstrap_servers) == []


def leaders(broker: Broker, topic: str) -> set[int | None]:
    """The nodes that lead a partition of the topic; that a partition has none counts too."""
    return {info.leader for info in describe_partitions(broker.bootstrap_servers, topic)}


def in_sync(broker: Broker, topic: str) -> set[int]:
    """The nodes that are in sync with every partition of the topic."""
    partitions = describe_partitions(broker.bootstrap_servers, topic)
    return set.intersection(*(set(info.in_sync) for info in partitions))
