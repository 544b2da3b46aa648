"""The Apache rung: Kafka itself in KRaft mode on 127.0.0.1, one node or three, data in `home/broker/apache-1` or `-3`.

Every node is broker and controller at once. Each has a folder: its configuration, its log file and its data.
`extra.properties` beside these folders, if there is one, is added to the configuration of every node.
"""

import base64
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path

from nbmomentum.errors import BrokerStartFailed
from nbmomentum.stream.broker.child import NodePlan
from nbmomentum.stream.broker.folders import check_room
from nbmomentum.stream.broker.java import Java, find_java
from nbmomentum.stream.broker.kafka_files import KafkaFiles
from nbmomentum.stream.broker.ports import fixed_ports, free_ports
from nbmomentum.stream.broker.questions import LOOPBACK

READY_TIMEOUT_S = 180.0
STOP_TIMEOUT_S = 20.0
FORMAT_TIMEOUT_S = 120.0
HEAP_MB = 256
ROOM_MB = 50  # for one node: its log file, the segments and indexes it begins with
EXTRA_FILE = "extra.properties"

# Serial collector and first compiler only: a small node starts sooner and needs less memory.
JVM = (f"-Xmx{HEAP_MB}m", "-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData")

LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss.SSS} %p %m (%c{1})%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
logger.config.name = org.apache.kafka.common.config
logger.config.level = warn
logger.kafkaConfig.name = kafka.server.KafkaConfig
logger.kafkaConfig.level = warn
"""


def plan_nodes(folder: Path, count: int, port: int, kafka: KafkaFiles) -> list[NodePlan]:
    """Make the folders of the nodes ready, and say how to run each.

    Args:
        folder: The rung's folder.
        count: How many nodes.
        port: The first node's port, the next ones have the following; 0 takes free ones.
        kafka: Kafka's files.

    Raises:
        BrokerStartFailed: No Java, no room, a port that is taken, or data that is not this cluster's.
    """
    java = find_java()
    check_room(folder, count * ROOM_MB, "a start of Apache Kafka")
    ports = fixed_ports(port, count) if port else free_ports(count)
    controllers = free_ports(count, besides=ports)
    numbers = range(1, count + 1)
    check_data(folder, count)
    for number in numbers:
        node = node_folder(folder, number)
        node.mkdir(exist_ok=True)
        (node / "log4j2.properties").write_text(LOGGING, encoding="ascii")
        configuration = _configuration(number, ports, controllers)
        (node / "server.properties").write_text(_as_properties(configuration) + _extra(folder), encoding="ascii")
    _format(folder, count, java, kafka)
    return [_plan(node_folder(folder, number), number, ports[number - 1], java, kafka) for number in numbers]


def node_folder(folder: Path, number: int) -> Path:
    """The folder of one node."""
    return folder / f"node-{number}"


def check_data(folder: Path, count: int) -> None:
    """See to it that what the nodes have saved belongs together.

    Raises:
        BrokerStartFailed: A node's data is another cluster's, another node's, or half made.
    """
    known = {number: _read_meta(node_folder(folder, number) / "data") for number in range(1, count + 1)}
    present = {number: meta for number, meta in known.items() if meta is not None}
    for number, meta in present.items():
        if not meta.get("cluster.id") or meta.get("node.id") != str(number):
            raise BrokerStartFailed(f"The data of node {number} in {folder} is not complete. {_reset(count)}")
    if 0 < len(present) < count:
        raise BrokerStartFailed(
            f"Not every node in {folder} has its data: a first start was interrupted. {_reset(count)}"
        )
    if len({meta["cluster.id"] for meta in present.values()}) > 1:
        raise BrokerStartFailed(f"The nodes in {folder} hold data of different clusters. {_reset(count)}")


def _reset(count: int) -> str:
    return f"`nbmomentum broker reset --engine apache --nodes {count}` begins with an empty log."


def _configuration(number: int, ports: list[int], controllers: list[int]) -> dict[str, object]:
    """One node's configuration: small, on this computer only, topics made by the kit alone."""
    count = len(ports)
    in_sync = 2 if count > 2 else 1
    client = f"PLAINTEXT://{LOOPBACK}:{ports[number - 1]}"
    voters = ",".join(f"{voter}@{LOOPBACK}:{port}" for voter, port in enumerate(controllers, 1))
    return {
        "process.roles": "broker,controller",
        "node.id": number,
        "controller.quorum.voters": voters,
        "listeners": f"{client},CONTROLLER://{LOOPBACK}:{controllers[number - 1]}",
        "advertised.listeners": client,
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": "data",  # in the node's folder, where it runs: a path could hold what a list cannot
        "auto.create.topics.enable": "false",
        "default.replication.factor": count,
        "min.insync.replicas": in_sync,
        **_internal_topics(count, in_sync),
        # A node that was killed is given up after this time without a heartbeat, a controller after the other one.
        # With much less, a busy laptop gives up nodes that are only slow, again and again.
        "broker.session.timeout.ms": 6000,
        "broker.heartbeat.interval.ms": 1000,
        "controller.quorum.fetch.timeout.ms": 5000,
        "controller.quorum.election.timeout.ms": 2000,
        "controller.quorum.request.timeout.ms": 5000,
        "metadata.max.idle.interval.ms": 2000,
        # A node that came back leads its partitions again while the class still looks.
        "leader.imbalance.check.interval.seconds": 30,
        "group.initial.rebalance.delay.ms": 0,
        "group.min.session.timeout.ms": 1000,
        # Sizes for a class, not for a data centre.
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 4,
        "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
    }


def _internal_topics(count: int, in_sync: int) -> dict[str, object]:
    """Kafka's own topics: on all nodes, with few partitions, so that the first consumer does not wait for fifty."""
    return {
        "offsets.topic.num.partitions": 6,
        "offsets.topic.replication.factor": count,
        "transaction.state.log.num.partitions": 3,
        "transaction.state.log.replication.factor": count,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.num.partitions": 3,
        "share.coordinator.state.topic.replication.factor": count,
        "share.coordinator.state.topic.min.isr": in_sync,
    }


def _as_properties(configuration: Mapping[str, object]) -> str:
    return "".join(f"{key}={value}\n" for key, value in configuration.items())


def _extra(folder: Path) -> str:
    """What the user adds; a key that is there twice has its last value."""
    file = folder / EXTRA_FILE
    return file.read_text(encoding="ascii", errors="backslashreplace") if file.is_file() else ""


def _format(folder: Path, count: int, java: Java, kafka: KafkaFiles) -> None:
    """Give the nodes that have no data an empty log of one new cluster; all or none.

    Raises:
        BrokerStartFailed: Kafka's own tool could not.
    """
    if any(folder.glob("node-*/data")):
        return
    cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    drafts = [_draft(node_folder(folder, number)) for number in range(1, count + 1)]
    argv = [*_java(java, kafka, folder), "kafka.tools.StorageTool", "format", f"--cluster-id={cluster_id}"]
    tools = [_run(draft, [*argv, "-c", "../server.properties"]) for draft in drafts]
    said = [_ended(tool) for tool in tools]
    if any(tool.returncode for tool in tools):
        raise BrokerStartFailed(f"Kafka could not make its data folder: {_last_line(said)}")
    for draft in drafts:
        (draft / "data").rename(draft.parent / "data")
        draft.rmdir()


def _draft(node: Path) -> Path:
    draft = node / "draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    return draft


def _run(folder: Path, argv: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 (the command is the kit's own)
        argv, cwd=folder, env=os.environ | _environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def _ended(tool: subprocess.Popen[str]) -> str:
    """Wait for its end; what it said."""
    try:
        return tool.communicate(timeout=FORMAT_TIMEOUT_S)[0]
    except subprocess.TimeoutExpired:
        tool.kill()
        return tool.communicate()[0] + f"\nit took longer than {FORMAT_TIMEOUT_S:g} s"


def _last_line(said: list[str]) -> str:
    lines = [line.strip() for text in said for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def _plan(folder: Path, number: int, port: int, java: Java, kafka: KafkaFiles) -> NodePlan:
    logging = "-Dlog4j2.configurationFile=log4j2.properties"
    argv = [*_java(java, kafka, folder), logging, "kafka.Kafka", "server.properties"]
    return NodePlan(
        number,
        argv,
        port,
        folder=str(folder),
        log=str(folder / "broker.log"),
        environment=_environment(),
        ready_timeout_s=READY_TIMEOUT_S,
        stop_timeout_s=STOP_TIMEOUT_S,
    )


def _java(java: Java, kafka: KafkaFiles, folder: Path) -> list[str]:
    """The start of a command line; the folder is named in it, so that its processes can be told from others."""
    return [str(java.path), *JVM, f"-Dnbmomentum.folder={folder}", "-cp", str(kafka.libs / "*")]


def _environment() -> dict[str, str]:
    """Paths with umlauts work in any locale."""
    return {"LC_ALL": "C.UTF-8"} if sys.platform == "linux" else {}


def _read_meta(data: Path) -> dict[str, str] | None:
    """What Kafka wrote about a data folder; None when there is no folder, empty when it is not complete."""
    if not data.exists():
        return None
    try:
        lines = (data / "meta.properties").read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.partition("=") for line in lines if not line.startswith("#"))
    return {key.strip(): value.strip() for key, _, value in pairs}
