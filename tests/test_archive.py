"""Kafka's release archive over a real HTTP server on this computer: whole, broken off, wrong, hostile."""

import errno
import hashlib
import io
import re
import tarfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from nbmomentum.errors import BrokerStartFailed, SettingsError
from nbmomentum.stream.broker import archive
from nbmomentum.stream.broker.archive import Progress, fetch_libs

JAR = b"a jar" * 50_000


class Mirror(ThreadingHTTPServer):
    """A server that has one file, keeps what it was asked for, and can hang up in the middle.

    Attributes:
        content: The file.
        hang_up_after: After so many bytes it hangs up, as often as there are numbers.
        knows_ranges: Whether it sends a part when asked for one.
        ranges: The ranges it was asked for.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.content = content
        self.hang_up_after: list[int] = []
        self.knows_ranges = True
        self.ranges: list[str] = []

    @property
    def address(self) -> str:
        """What `NBMOMENTUM_KAFKA_MIRROR` is set to."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answer(BaseHTTPRequestHandler):
    """One answer of the mirror."""

    server: Mirror

    def do_GET(self) -> None:
        """Send the file, or the part that was asked for."""
        self.server.ranges.append(self.headers["Range"])
        start = int(re.fullmatch(r"bytes=(\d+)-", self.headers["Range"])[1]) if self.server.knows_ranges else 0
        rest = self.server.content[start:]
        if self.path != f"/{archive.NAME}":
            self.send_error(404)
        elif not rest:
            self.send_error(416)
        else:
            self.send_response(206 if self.server.knows_ranges else 200)
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            self.wfile.write(rest[: self.server.hang_up_after.pop(0)] if self.server.hang_up_after else rest)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def packed(**files: bytes) -> bytes:
    """An archive with these files, by path."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


RELEASE = packed(**{"kafka/libs/server.jar": JAR, "kafka/libs/log.jar": b"log", "kafka/bin/start.sh": b"#!"})


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """A mirror that has a small release, which is the one to be checked against."""
    with Mirror(RELEASE) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("NBMOMENTUM_KAFKA_MIRROR", server.address)
        monkeypatch.setattr(archive, "SHA512", hashlib.sha512(RELEASE).hexdigest())
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def fetch(tmp_path: Path) -> Callable[..., dict[str, bytes]]:
    """Fetch the jars; what then lies in the folder, by name."""

    def fetch(progress: Callable[[Progress], None] | None = None) -> dict[str, bytes]:
        fetch_libs(tmp_path / "libs", tmp_path, progress)
        return {file.name: file.read_bytes() for file in (tmp_path / "libs").iterdir()}

    return fetch


def accept(monkeypatch: pytest.MonkeyPatch, mirror: Mirror, content: bytes) -> None:
    """Have the mirror send this, and take it for the release."""
    mirror.content = content
    monkeypatch.setattr(archive, "SHA512", hashlib.sha512(content).hexdigest())


def test_jars_are_fetched_and_nothing_else(mirror: Mirror, fetch: Callable[..., dict[str, bytes]]) -> None:
    """The scripts and manuals stay in the archive, and the archive is not kept."""
    assert fetch() == {"server.jar": JAR, "log.jar": b"log"}


def test_progress_says_how_far_it_is(
    mirror: Mirror, fetch: Callable[..., dict[str, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first piece to the last, out of the whole; and nothing but the jars is left."""
    monkeypatch.setattr(archive, "PIECE_BYTES", 100)
    heard: list[Progress] = []

    fetch(heard.append)

    assert len(heard) > 2
    assert heard == sorted(heard, key=lambda progress: progress.done_bytes)
    assert heard[-1] == Progress(len(RELEASE), len(RELEASE))
    assert [path.name for path in tmp_path.iterdir()] == ["libs"]


def test_broken_download_goes_on_where_it_broke_off(mirror: Mirror, fetch: Callable[..., dict[str, bytes]]) -> None:
    """Twice in one call: the bytes that came are not asked for again."""
    mirror.hang_up_after = [100, 50]

    assert fetch() == {"server.jar": JAR, "log.jar": b"log"}
    assert mirror.ranges == ["bytes=0-", "bytes=100-", "bytes=150-"]


def test_download_goes_on_in_another_attempt(
    mirror: Mirror, fetch: Callable[..., dict[str, bytes]], tmp_path: Path
) -> None:
    """A connection that brings nothing ends the first attempt; what it has is kept, and is not taken for the whole."""
    mirror.hang_up_after = [100, 0]

    with pytest.raises(BrokerStartFailed, match=r"ended after 100 of .* bytes.*Try again"):
        fetch()

    assert not (tmp_path / "libs").exists()
    assert fetch()["server.jar"] == JAR
    assert mirror.ranges[-1] == "bytes=100-"


def test_download_that_was_whole_is_not_repeated(
    mirror: Mirror, fetch: Callable[..., dict[str, bytes]], tmp_path: Path
) -> None:
    """Killed after the last byte, before it was unpacked."""
    (tmp_path / f"{archive.NAME}.part").write_bytes(RELEASE)

    assert fetch()["server.jar"] == JAR


def test_server_without_ranges_sends_all_of_it_again(
    mirror: Mirror, fetch: Callable[..., dict[str, bytes]], tmp_path: Path
) -> None:
    """It is not appended to what was there."""
    mirror.knows_ranges = False
    (tmp_path / f"{archive.NAME}.part").write_bytes(RELEASE[:100])

    assert fetch()["server.jar"] == JAR


def test_wrong_checksum_is_refused_and_deleted(
    mirror: Mirror, fetch: Callable[..., dict[str, bytes]], tmp_path: Path
) -> None:
    """A single byte is enough; the next attempt begins anew and works."""
    mirror.content = RELEASE[:-1] + b"?"

    with pytest.raises(BrokerStartFailed, match="not Kafka's release: its SHA-512 is"):
        fetch()

    assert list(tmp_path.iterdir()) == []
    mirror.content = RELEASE
    assert fetch()["server.jar"] == JAR


def test_corrupted_archive_is_a_clear_failure(
    mirror: Mirror, fetch: Callable[..., dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should it ever pass the checksum."""
    accept(monkeypatch, mirror, RELEASE[: len(RELEASE) // 2])

    with pytest.raises(BrokerStartFailed, match="cannot be unpacked"):
        fetch()


def test_archive_without_jars_is_a_clear_failure(
    mirror: Mirror, fetch: Callable[..., dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mirror's error page, packed."""
    accept(monkeypatch, mirror, packed(**{"kafka/README": b"hello"}))

    with pytest.raises(BrokerStartFailed, match="no jars"):
        fetch()


def test_archive_writes_nowhere_else(
    mirror: Mirror, fetch: Callable[..., dict[str, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by a path that climbs, nor by an absolute one, nor through a link."""
    hostile = io.BytesIO()
    with tarfile.open(fileobj=hostile, mode="w:gz") as tar:
        for path in (
            "kafka/libs/../../evil.jar",
            "/libs/evil.jar",
            f"{tmp_path}/libs/evil.jar",
            "kafka/libs/../evil.jar",
        ):
            tar.addfile(member(path, size=4), io.BytesIO(b"evil"))
        tar.addfile(member("kafka/libs/link.jar", type=tarfile.SYMTYPE, linkname="/etc/passwd"))
        tar.addfile(member("kafka/libs/hard.jar", type=tarfile.LNKTYPE, linkname="../../../etc/passwd"))
        tar.addfile(member("kafka/libs/good.jar", size=4), io.BytesIO(b"good"))
    accept(monkeypatch, mirror, hostile.getvalue())

    assert fetch() == {"good.jar": b"good"}
    assert [path.name for path in tmp_path.iterdir()] == ["libs"]


def member(path: str, **attributes: Any) -> tarfile.TarInfo:
    """A file of an archive, with these attributes."""
    info = tarfile.TarInfo(path)
    for name, value in attributes.items():
        setattr(info, name, value)
    return info


def test_missing_file_names_the_address_and_the_other_ways(
    mirror: Mirror, fetch: Callable[..., dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's own answer, and what to do."""
    monkeypatch.setenv("NBMOMENTUM_KAFKA_MIRROR", f"{mirror.address}/nowhere/")

    with pytest.raises(BrokerStartFailed, match=r"/nowhere: the server answers 404.*KAFKA_HOME.*mvn"):
        fetch()


def test_no_network_is_a_clear_failure(fetch: Callable[..., dict[str, bytes]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens there."""
    monkeypatch.setenv("NBMOMENTUM_KAFKA_MIRROR", "http://127.0.0.1:1")

    with pytest.raises(BrokerStartFailed, match=r"could not be downloaded from http://127\.0\.0\.1:1: .*refused"):
        fetch()


def test_mirror_is_an_address_of_the_web(
    fetch: Callable[..., dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No local file is read by mistake."""
    monkeypatch.setenv("NBMOMENTUM_KAFKA_MIRROR", "file:///etc")

    with pytest.raises(SettingsError, match="https://"):
        fetch()


def test_full_disk_leaves_what_came_and_says_so(
    mirror: Mirror, fetch: Callable[..., dict[str, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fake: writing fails as it does on a full disk (a real one is tried in the broker tier)."""
    real_open = Path.open

    def full(self: Path, mode: str = "r", *args: Any, **options: Any) -> Any:
        if mode == "ab":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_open(self, mode, *args, **options)

    monkeypatch.setattr(Path, "open", full)

    with pytest.raises(OSError, match="No space left"):
        fetch()

    assert not (tmp_path / "libs").exists()


def test_official_release_is_pinned() -> None:
    """Version, address and checksum belong together."""
    from nbmomentum.stream.broker.kafka_files import SCALA, VERSION

    assert f"kafka_{SCALA}-{VERSION}.tgz" == archive.NAME
    assert archive.MIRROR.endswith(f"/{VERSION}")
    assert re.fullmatch(r"[0-9a-f]{128}", archive.SHA512)
