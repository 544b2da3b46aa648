"""Kafka's own console tools: each call is a Java program of its own, which takes its time to start."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from nbmomentum.stream.broker import KafkaFiles, find_java
from other_clients import PATIENCE_S, Read, Written

# A line of the console consumer, with all that it can print.
LINE = re.compile(r"Partition:(\d+)\tOffset:(\d+)\t(.*)\t(\S+)\t(.*)")
PRINT = ("partition", "offset", "headers", "key", "value")


def tools_of(files: KafkaFiles) -> Path:
    """The jar of the tools, which the broker does not need: of the release, or brought by Maven."""
    for folder in (files.libs, kept := files.libs.parent / "tools"):
        if found := sorted(folder.glob("kafka-tools-[0-9]*.jar")):
            return found[0]
    maven = shutil.which("mvn")
    if maven is None:
        pytest.skip("Kafka's console tools are not on this computer, and no mvn to bring them.")
    artifact = f"-Dartifact=org.apache.kafka:kafka-tools:{files.version}"
    goal = ["dependency:copy", artifact, f"-DoutputDirectory={kept}"]
    subprocess.run([maven, "-q", "-B", *goal], check=True, capture_output=True, timeout=300, cwd=files.libs)
    return tools_of(files)


class ConsoleTools:
    """Writes by the console producer, reads by the console consumer, asks by the tool of the groups."""

    def __init__(self, files: KafkaFiles) -> None:
        self._command = [str(find_java().path), "-Xmx128m", "-XX:TieredStopAtLevel=1"]
        self._command += ["-cp", f"{tools_of(files)}:{files.libs}/*"]

    def write(self, servers: str, topic: str, records: list[Written], *, codec: str) -> None:
        """Line by line; it ends when all are acknowledged."""
        lines = [f"{_line(headers)}\t{key.decode()}\t{value.decode()}\n" for key, value, headers in records]
        asked = ["--topic", topic, "--compression-codec", codec]
        for name in ("parse.key", "parse.headers"):
            asked += ["--property", f"{name}=true"]
        self._run("ConsoleProducer", servers, asked, "".join(lines))

    def read(self, servers: str, topic: str, *, group: str, records: int) -> list[Read]:
        """It commits at its end what it has read, no more."""
        asked = ["--topic", topic, "--group", group, "--from-beginning", "--isolation-level", "read_committed"]
        asked += ["--max-messages", str(records), "--timeout-ms", "30000"]
        for what in PRINT:
            asked += ["--property", f"print.{what}=true"]
        said = self._run("consumer.ConsoleConsumer", servers, asked)
        return sorted(_read(*found.groups()) for line in said.splitlines() if (found := LINE.fullmatch(line)))

    def committed(self, servers: str, topic: str, group: str) -> dict[int, tuple[int, int]]:
        """The table that `kafka-consumer-groups --describe` prints."""
        said = self._run("consumer.group.ConsumerGroupCommand", servers, ["--describe", "--group", group])
        rows = [line.split() for line in said.splitlines() if line.startswith(f"{group} ")]
        return {int(row[2]): (int(row[3]), int(row[5])) for row in rows if row[1] == topic and row[3] != "-"}

    def _run(self, tool: str, servers: str, asked: list[str], lines: str = "") -> str:
        command = [*self._command, f"org.apache.kafka.tools.{tool}", "--bootstrap-server", servers, *asked]
        ended = subprocess.run(
            command, input=lines, capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE_S, check=False
        )
        assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
        return ended.stdout


def _line(headers: tuple[tuple[str, bytes], ...]) -> str:
    return ",".join(f"{name}:{content.decode()}" for name, content in headers)


def _read(partition: str, offset: str, headers: str, key: str, value: str) -> Read:
    pairs = [] if headers == "NO_HEADERS" else [pair.split(":", 1) for pair in headers.split(",")]
    named = tuple((name, content.encode()) for name, content in pairs)
    return Read(int(partition), int(offset), key.encode(), value.encode(), named)
