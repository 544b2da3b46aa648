"""Kafka's official release archive: downloaded, resumed where it broke off, checked, and unpacked safely.

    fetch_libs(Path("libs"), Path("cache"), progress=print)     # Progress(done_bytes=1048576, total_bytes=133586323)

`NBMOMENTUM_KAFKA_MIRROR` names another address to download from, e.g. a computer in the classroom; the archive is
checked against the same SHA-512 wherever it came from.
"""

import hashlib
import http.client
import os
import shutil
import tarfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from nbmomentum.errors import BrokerStartFailed, SettingsError

MIRROR_VARIABLE = "NBMOMENTUM_KAFKA_MIRROR"
MIRROR = "https://archive.apache.org/dist/kafka/4.1.2"
NAME = "kafka_2.13-4.1.2.tgz"
SHA512 = (
    "78ac6e488b1071122f9608dfdb363f6fe50e1dbbc492347002c0398dfbf77e0d"
    "8caa5bf794c5937379721004dfe92025937d238b0faf4eb715529417fd43b491"
)
ANSWER_TIMEOUT_S = 30.0
PIECE_BYTES = 1024 * 1024
ATTEMPTS = 5
OTHER_WAYS = (
    "Or set KAFKA_HOME to a Kafka that you have unpacked yourself, or put `mvn` on the PATH, "
    f"or set {MIRROR_VARIABLE} to an address that has {NAME}."
)


@dataclass(frozen=True)
class Progress:
    """How far a download is; the total is None where the server does not say."""

    done_bytes: int
    total_bytes: int | None


class _BrokeOffError(Exception):
    """The connection ended before the whole was there; the reason is its text."""


def fetch_libs(
    libs: Path, cache: Path, progress: Callable[[Progress], None] | None = None, *, why_not_maven: str = ""
) -> None:
    """Download the archive and unpack its jars.

    Args:
        libs: The folder to make.
        cache: Where a download that broke off waits to be continued.
        progress: Called after each piece.
        why_not_maven: What was tried before, for the message.

    Raises:
        BrokerStartFailed: It cannot be downloaded, or is not the release.
        OSError: It cannot be written.
    """
    part = cache / f"{NAME}.part"
    try:
        _download(f"{_mirror()}/{NAME}", part, progress)
    except _BrokeOffError as error:
        tried = f" ({why_not_maven})" if why_not_maven else ""
        raise BrokerStartFailed(
            f"Kafka could not be downloaded from {_mirror()}: {error}{tried}. Try again: it goes on where it broke "
            f"off. {OTHER_WAYS}"
        ) from error
    _check(part)
    _unpack(part, libs)
    part.unlink()


def _mirror() -> str:
    """Where to download from, without a slash at the end."""
    mirror = os.environ.get(MIRROR_VARIABLE, "").strip() or MIRROR
    if not mirror.startswith(("https://", "http://")):
        raise SettingsError(
            f"{MIRROR_VARIABLE} is {mirror!r}; it takes an address that begins with https:// or http://."
        )
    return mirror.rstrip("/")


def _download(url: str, part: Path, progress: Callable[[Progress], None] | None) -> None:
    """Bring the whole file, going on after a break; a break that brings nothing new is the last one."""
    for _ in range(ATTEMPTS):
        before = _size(part)
        try:
            return _continue(url, part, progress)
        except _BrokeOffError:
            if _size(part) == before:
                raise
    raise _BrokeOffError(f"the connection broke off {ATTEMPTS} times")


def _continue(url: str, part: Path, progress: Callable[[Progress], None] | None) -> None:
    """Bring what is missing of the file.

    Raises:
        _BrokeOffError: The server does not answer, refuses, or ends too early.
    """
    request = urllib.request.Request(url, headers={"Range": f"bytes={_size(part)}-"})  # noqa: S310 (https, or asked for)
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_TIMEOUT_S) as answer:  # noqa: S310
            _write(answer, part, progress)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:  # then nothing is missing
            raise _BrokeOffError(f"the server answers {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise _BrokeOffError(str(error.reason)) from error
    except (http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise _BrokeOffError(str(error) or type(error).__name__) from error


def _write(answer: http.client.HTTPResponse, part: Path, progress: Callable[[Progress], None] | None) -> None:
    """Append the rest; begin anew where the server sends the whole."""
    is_rest = answer.status == http.HTTPStatus.PARTIAL_CONTENT
    done = _size(part) if is_rest else 0
    total = None if answer.length is None else done + answer.length
    with part.open("ab" if is_rest else "wb") as file:
        for piece in _pieces(answer):
            file.write(piece)
            done += len(piece)
            if progress is not None:
                progress(Progress(done, total))
    if total is not None and done < total:
        raise _BrokeOffError(f"the connection ended after {done:,} of {total:,} bytes")


def _pieces(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    while piece := answer.read(PIECE_BYTES):
        yield piece


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _check(part: Path) -> None:
    """Delete what is not the release, so that the next attempt begins anew."""
    with part.open("rb") as file:
        found = hashlib.file_digest(file, "sha512").hexdigest()
    if found != SHA512:
        part.unlink()
        raise BrokerStartFailed(
            f"What {_mirror()} sent is not Kafka's release: its SHA-512 is {found[:16]}…, not {SHA512[:16]}…. It was "
            f"deleted; try again. {OTHER_WAYS}"
        )


def _unpack(part: Path, libs: Path) -> None:
    """Take the jars out of the archive, and nothing else: no folders, no links, no other place to write to.

    Raises:
        BrokerStartFailed: It cannot be read, or has no jars.
    """
    libs.mkdir()
    try:
        with tarfile.open(part, "r:gz") as archive:
            for member in archive:
                if member.isfile() and _is_jar(PurePosixPath(member.name)):
                    checked = tarfile.data_filter(member, str(libs))
                    _copy(archive, checked, libs / PurePosixPath(member.name).name)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise BrokerStartFailed(f"Kafka's release archive cannot be unpacked: {error}.") from error
    if not any(libs.iterdir()):
        raise BrokerStartFailed("Kafka's release archive has no jars in its libs folder.")


def _is_jar(path: PurePosixPath) -> bool:
    """Whether this is `kafka_…/libs/….jar`, by exactly that way."""
    return path.suffix == ".jar" and len(path.parts) == 3 and path.parts[1] == "libs" and not path.is_absolute()


def _copy(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    source = archive.extractfile(member)
    if source is None:
        raise ValueError(f"{member.name} has no content")
    with source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
