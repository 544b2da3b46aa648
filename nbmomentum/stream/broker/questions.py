"""The few questions that the supervisor asks a node, in Kafka's own protocol and on the standard library alone.

first = FirstAnswer(41234)
first.has_come()         # False while the node loads its log, True once it answers
end_offsets(41234)       # {("nba_momentum", 0): 110}
"""

import select
import socket
import struct
from collections.abc import Iterator

LOOPBACK = "127.0.0.1"
CONNECT_TIMEOUT_S = 0.2
ANSWER_TIMEOUT_S = 2.0

METADATA, LIST_OFFSETS, API_VERSIONS = (3, 1), (2, 1), (18, 0)  # key and version
CLIENT_ID = b"nbmomentum-supervisor"
EVERY_TOPIC = struct.pack(">i", -1)
NO_REPLICA = LATEST = -1


class FirstAnswer:
    """The first answer of a node that starts: asked for once, and looked for without waiting.

    Args:
        port: Where it will listen on 127.0.0.1.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: socket.socket | None = None

    def has_come(self) -> bool:
        """Whether the node deals with requests now."""
        if self._connection is None:
            self._connection = _ask_versions(self._port)
        if self._connection is None or not select.select([self._connection], [], [], 0)[0]:
            return False
        # Also one that hangs up has read the question: it wants to be spoken to otherwise, e.g. encrypted.
        self._connection.close()
        self._connection = None
        return True


def listens(port: int) -> bool:
    """Whether anybody listens on this port."""
    try:
        _connect(port).close()
    except OSError:
        return False
    return True


def end_offsets(port: int, timeout_s: float = ANSWER_TIMEOUT_S) -> dict[tuple[str, int], int]:
    """The end offset of every partition of every topic, without Kafka's own topics.

    Raises:
        OSError: No answer, or none in time.
        ValueError: An answer that is not Kafka's.
    """
    with _connect(port) as connection:
        connection.settimeout(timeout_s)
        try:
            partitions = _partitions(_Answer(_ask(connection, METADATA, EVERY_TOPIC)))
            return _offsets(_Answer(_ask(connection, LIST_OFFSETS, _offsets_of(partitions))))
        except (struct.error, UnicodeDecodeError) as error:
            raise ValueError(f"no answer of a Kafka broker: {error}") from error


class _Answer:
    """Reads the values of an answer one after another."""

    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 4  # after the number of the question

    def take(self, form: str) -> int:
        """One number."""
        (value,) = struct.unpack_from(f">{form}", self._body, self._at)
        self._at += struct.calcsize(f">{form}")
        return int(value)

    def text(self) -> str:
        """A text, empty where there is none."""
        length = max(0, self.take("h"))
        self._at += length
        return self._body[self._at - length : self._at].decode()

    def each(self) -> Iterator[int]:
        """Once for each element of an array that follows."""
        yield from range(self.take("i"))


def _partitions(answer: _Answer) -> dict[str, list[int]]:
    """The partitions of each topic, of an answer about metadata."""
    for _ in answer.each():
        _ = answer.take("i"), answer.text(), answer.take("i"), answer.text()  # a node: number, host, port, rack
    answer.take("i")  # the controller
    found: dict[str, list[int]] = {}
    for _ in answer.each():
        answer.take("h")
        name, is_internal = answer.text(), answer.take("b")
        numbers = [_partition(answer) for _ in answer.each()]
        if not is_internal:
            found[name] = numbers
    return found


def _partition(answer: _Answer) -> int:
    answer.take("h")
    number = answer.take("i")
    answer.take("i")  # its leader
    for _ in range(2):  # its replicas, and those in sync
        for _ in answer.each():
            answer.take("i")
    return number


def _offsets_of(partitions: dict[str, list[int]]) -> bytes:
    """The question for the latest offsets of these."""
    body = struct.pack(">ii", NO_REPLICA, len(partitions))
    for name, numbers in partitions.items():
        wanted = b"".join(struct.pack(">iq", number, LATEST) for number in numbers)
        body += _text(name.encode()) + struct.pack(">i", len(numbers)) + wanted
    return body


def _offsets(answer: _Answer) -> dict[tuple[str, int], int]:
    found = {}
    for _ in answer.each():
        name = answer.text()
        for _ in answer.each():
            number, error, _, offset = answer.take("i"), answer.take("h"), answer.take("q"), answer.take("q")
            if not error:
                found[name, number] = offset
    return found


def _connect(port: int) -> socket.socket:
    return socket.create_connection((LOOPBACK, port), timeout=CONNECT_TIMEOUT_S)


def _ask_versions(port: int) -> socket.socket | None:
    """A connection on which the smallest question was asked; None while nobody listens."""
    try:
        connection = _connect(port)
        connection.sendall(_request(API_VERSIONS))
    except OSError:
        return None
    return connection


def _ask(connection: socket.socket, kind: tuple[int, int], body: bytes) -> bytes:
    connection.sendall(_request(kind, body))
    (length,) = struct.unpack(">i", _read(connection, 4))
    return _read(connection, length)


def _read(connection: socket.socket, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = connection.recv(length - len(parts))
        if not part:
            raise ConnectionError("the node hung up")
        parts += part
    return bytes(parts)


def _request(kind: tuple[int, int], body: bytes = b"") -> bytes:
    message = struct.pack(">hhi", *kind, 0) + _text(CLIENT_ID) + body
    return struct.pack(">i", len(message)) + message


def _text(value: bytes) -> bytes:
    return struct.pack(">h", len(value)) + value
