"""Apache Kafka's files: from `KAFKA_HOME`, the kit's cache, Maven, or the official release archive.

    kafka = find_kafka()          # looks, and fetches into the cache if need be
    kafka.libs                    # the folder with the jars
    kafka.origin                  # "KAFKA_HOME", "the cache", "Maven" or "the release archive"

What is fetched goes into a folder of its own and is moved into the cache in one step: half of it is never taken
for the whole. The cache is `data/kafka/<version>` in the kit's home.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from nbmomentum import settings
from nbmomentum.errors import BrokerStartFailed
from nbmomentum.stream.broker import archive
from nbmomentum.stream.broker.archive import Progress
from nbmomentum.stream.broker.folders import check_room

VERSION = "4.1.2"
SCALA = "2.13"
OLDEST = (4, 0)
MAVEN_TIMEOUT_S = 600.0
FETCH_ROOM_MB = 300  # the archive and what is unpacked from it
KAFKA_HOME_VARIABLE = "KAFKA_HOME"

# The server's own dependencies have no log writer; the release archive has this one.
LOG4J_BINDING = "2.25.3"
POM = f"""\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>nbmomentum</groupId>
  <artifactId>kafka-files</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_{SCALA}</artifactId>
      <version>{VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>{LOG4J_BINDING}</version>
    </dependency>
  </dependencies>
</project>
"""

_SERVER_JAR = re.compile(r"kafka_\d+\.\d+-(\d+(?:\.\d+)+)\.jar")


@dataclass(frozen=True)
class KafkaFiles:
    """Kafka's jars: their folder, their version, and where they came from."""

    libs: Path
    version: str
    origin: str


def find_kafka(progress: Callable[[Progress], None] | None = None) -> KafkaFiles:
    """Kafka's files; those that are not on this computer yet are fetched.

    Args:
        progress: Called while the release archive is downloaded.

    Raises:
        BrokerStartFailed: They are nowhere and cannot be fetched, or what `KAFKA_HOME` names is no Kafka to use.
    """
    return present_kafka() or _fetch(progress)


def present_kafka() -> KafkaFiles | None:
    """Kafka's files, if they are on this computer.

    Raises:
        BrokerStartFailed: What `KAFKA_HOME` names is no Kafka to use.
    """
    if configured := os.environ.get(KAFKA_HOME_VARIABLE, "").strip():
        return _in_kafka_home(Path(configured).expanduser().absolute())
    libs = cache_folder() / "libs"
    return KafkaFiles(libs, VERSION, "the cache") if server_version(libs) == VERSION else None


def cache_folder() -> Path:
    """Where this version is kept."""
    return settings.home() / "data" / "kafka" / VERSION


def server_version(libs: Path) -> str | None:
    """The version of the Kafka server whose jars lie in this folder; None if none does."""
    versions = [found[1] for jar in libs.glob("kafka_*.jar") if (found := _SERVER_JAR.fullmatch(jar.name))]
    return versions[0] if versions else None


def _in_kafka_home(home: Path) -> KafkaFiles:
    version = server_version(home / "libs")
    if version is None:
        raise BrokerStartFailed(
            f"{KAFKA_HOME_VARIABLE} names {home}, and no Kafka server is in its libs folder. "
            "Correct it, or unset it: then the kit fetches Kafka."
        )
    if tuple(map(int, version.split(".")[:2])) < OLDEST:
        raise BrokerStartFailed(
            f"{KAFKA_HOME_VARIABLE} names Kafka {version}; the kit needs {'.'.join(map(str, OLDEST))} or newer. "
            "Unset it: then the kit fetches one."
        )
    return KafkaFiles(home / "libs", version, KAFKA_HOME_VARIABLE)


def _fetch(progress: Callable[[Progress], None] | None) -> KafkaFiles:
    """Fill the cache, one process at a time, whole or not at all."""
    cache = cache_folder()
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        check_room(cache.parent, FETCH_ROOM_MB, "fetching Apache Kafka")
        with FileLock(cache.parent / "fetch.lock"):
            return present_kafka() or _fetch_into(cache, progress)
    except OSError as error:
        raise BrokerStartFailed(
            f"Kafka's files cannot be written to {cache} ({error.strerror or error}). "
            f"Free some space, or set {settings.HOME_VARIABLE} to a folder on another disk."
        ) from error


def _fetch_into(cache: Path, progress: Callable[[Progress], None] | None) -> KafkaFiles:
    with tempfile.TemporaryDirectory(prefix="fetching-", dir=cache.parent, ignore_cleanup_errors=True) as draft:
        libs = Path(draft) / "libs"
        from_maven = _from_maven(libs)
        if from_maven:
            archive.fetch_libs(libs, cache.parent, progress, why_not_maven=from_maven)
        shutil.rmtree(cache, ignore_errors=True)
        cache.mkdir()
        libs.rename(cache / "libs")
    return KafkaFiles(cache / "libs", VERSION, "the release archive" if from_maven else "Maven")


def _from_maven(libs: Path) -> str:
    """Let Maven bring the jars. Empty if it did; else why it did not."""
    maven = shutil.which("mvn")
    if maven is None:
        return "mvn is not on the PATH"
    with tempfile.TemporaryDirectory(prefix="nbmomentum-maven-") as folder:
        (Path(folder) / "pom.xml").write_text(POM, encoding="ascii")
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={libs}"]
        try:
            answer = subprocess.run(  # noqa: S603 (the user's own Maven)
                [maven, "-q", "-B", *goal],
                cwd=folder,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=MAVEN_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"mvn did not end well ({type(error).__name__})"
    if answer.returncode == 0 and server_version(libs) == VERSION:
        return ""
    shutil.rmtree(libs, ignore_errors=True)
    return f"mvn could not bring it: {_maven_reason(answer.stdout)}"


def _maven_reason(said: str) -> str:
    """The first thing that Maven calls an error, cut to a sentence's length."""
    found = re.search(r"\[ERROR\] +(\S.{,200})", said)
    return found[1].strip() if found else "it gave no reason"
