"""Records that cannot be read go to the dead-letter topic, with the reason: nothing is lost, nothing stops.

    found = read_dead_letters(broker.bootstrap_servers)
    len(found)  # 5: each bad record once
    found[0].groups  # ("lesson-02", "lesson-03"): who has met it

Every group that meets a bad record writes one letter about it, and only one, whatever becomes of the member.
"""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError

from nbmomentum.errors import BrokerError, BrokerUnavailable
from nbmomentum.stream.cluster.client import Connector, close_producer
from nbmomentum.stream.log_reader.stored_records import header
from nbmomentum.stream.log_reader.up_to_end import up_to_end
from nbmomentum.stream.topics import DEAD_LETTER_MAX_BYTES, TOPIC, dead_letter_topic, restore_topics

ACKNOWLEDGE_TIMEOUT_S = 5.0
LOOK_INTERVAL_S = 0.05
CLOSE_TIMEOUT_S = 0.3
CLOSE_TIMEOUT_MS = 500
MAX_BLOCK_MS = 500
MAX_REASON_CHARS = 500
HEADERS = ("topic", "partition", "offset", "reason", "group")


# Which record it is: its topic, partition and offset, and its value's hash, since after the loss of a log's end another
# record may lie in its place.
Buried = tuple[str, int, int, int]


@dataclass(frozen=True)
class DeadLetter:
    """A record that could not be read.

    Attributes:
        topic: Where it lies.
        partition: Where it lies.
        offset: Where it lies.
        value: Its raw bytes, empty where it had none.
        reason: Why it could not be read, in a sentence.
        groups: The consumer groups that have met it, in the order of their letters.
    """

    topic: str
    partition: int
    offset: int
    value: bytes = field(repr=False)
    reason: str
    groups: tuple[str, ...]


def read_dead_letters(bootstrap_servers: str, topic: str = TOPIC) -> list[DeadLetter]:
    """The records that could not be read, each once, however many groups have met it; by their place.

    Args:
        bootstrap_servers: Where the client starts.
        topic: The event topic; records of the team stats beside it are told, too.

    Raises:
        BrokerUnavailable: No broker answers, or it has stopped sending.
        BrokerError: The broker answers, and refuses.
    """
    found: dict[Buried, DeadLetter] = {}
    reader = _LetterReader(Connector(bootstrap_servers), topic)
    try:
        for letter in reader.read():
            known = found.setdefault(_buried(letter), letter)
            groups = dict.fromkeys(known.groups + letter.groups)
            found[_buried(letter)] = replace(known, groups=tuple(groups))
    except KafkaError as error:
        raise BrokerError(f"The dead letters cannot be read ({type(error).__name__}: {error}).") from error
    finally:
        reader.close()
    return [found[record] for record in sorted(found)]


class _LetterReader:
    """Reads the dead letters beside an event topic, on from where it has come to. Used by one thread."""

    def __init__(self, connector: Connector, topic: str) -> None:
        self._connector = connector
        self._topic = dead_letter_topic(topic)
        self._client: KafkaConsumer | None = None

    def read(self) -> Iterator[DeadLetter]:
        """The letters since the last time, to the present end.

        Raises:
            BrokerUnavailable: No broker answers, it has stopped sending, or the wait was cancelled.
            KafkaError: The broker did not answer as it should.
        """
        if self._client is None:
            self._client = self._connector.connect(
                KafkaConsumer, enable_auto_commit=False, auto_offset_reset="earliest"
            )
            numbers = sorted(self._client.partitions_for_topic(self._topic) or ())
            self._client.assign([TopicPartition(self._topic, number) for number in numbers])
        for tp in sorted(self._client.assignment()):
            yield from filter(None, map(self._letter, up_to_end(self._client, tp)))

    def close(self) -> None:
        """End the client; the next `read` begins at the beginning."""
        client, self._client = self._client, None
        if client is not None:
            client.close(autocommit=False, timeout_ms=CLOSE_TIMEOUT_MS)

    def _letter(self, record: Any) -> DeadLetter | None:
        """What a record of the dead-letter topic says; None if it is no letter of the kit."""
        if self._connector.is_cancelled:
            raise BrokerUnavailable("The wait for the dead letters was cancelled.")
        topic, partition, offset, reason, group = (header(record, f"dead_letter.{name}") for name in HEADERS)
        if not (partition.isdecimal() and offset.isdecimal()):
            return None
        return DeadLetter(topic, int(partition), int(offset), record.value or b"", reason, (group,))


class DeadLetters:
    """Sends bad records on, and waits for the acknowledgement before they may be committed. Used by one thread.

    The record's key, value and headers stay as they were; `dead_letter.topic`, `.partition`, `.offset`, `.reason` and
    `.group` are added as headers. (Two things kafka-python cannot send: a header of no value becomes an empty one,
    and a record with neither key nor value gets an empty value.)

    Another member of the group may have sent the letter before it died, and so before it committed: the letters that
    are there are read first, and none is written twice.
    """

    def __init__(self, connector: Connector, topic: str, *, group_id: str, source: str) -> None:
        self._connector = connector
        self._events_topic = topic
        self._topic = dead_letter_topic(topic)
        self._group_id = group_id
        self._source = source
        self._client: KafkaProducer | None = None
        self._pending: list[Any] = []
        self._reader = _LetterReader(connector, topic)
        self._sent: set[Buried] = set()
        self._is_caught_up = False

    def put(self, record: Any, reason: str) -> None:
        """Queue one consumer record with its reason, unless this group has done so before.

        Raises:
            BrokerUnavailable: No broker answers.
            KafkaError: It cannot be queued.
        """
        if self._client is None:
            self._client = self._connect()
        buried = _buried(record)
        if buried in self._sent or buried in self._catch_up():
            return
        headers = [(name, value or b"") for name, value in record.headers]
        headers += _origin(record, reason, self._group_id)
        value = b"" if record.key is None and record.value is None else record.value
        self._pending.append(self._client.send(self._topic, key=record.key, value=value, headers=headers))
        self._sent.add(buried)

    def settle(self) -> None:
        """Wait until everything queued is acknowledged; gives up after a time-out, or when it is cancelled.

        Raises:
            KafkaError: A record was not acknowledged: do not commit it.
        """
        pending, self._pending = self._pending, []
        self._is_caught_up = False
        deadline = time.monotonic() + ACKNOWLEDGE_TIMEOUT_S
        for future in pending:
            while not (future.is_done or self._connector.is_cancelled or time.monotonic() > deadline):
                with contextlib.suppress(KafkaTimeoutError):
                    future.get(timeout=LOOK_INTERVAL_S)
            future.get(timeout=0)

    def close(self) -> None:
        """Close the clients; safe to call twice. After an error, the next `put` begins with what lies in the log."""
        client, self._client = self._client, None
        self._pending, self._sent, self._is_caught_up = [], set(), False
        with contextlib.suppress(KafkaError):
            self._reader.close()
        if client is not None:
            # What it still held was never committed, so it is read and sent again.
            close_producer(client, CLOSE_TIMEOUT_S)

    def _catch_up(self) -> set[Buried]:
        """The records that this group has buried, read from the log once for all that is settled together."""
        if not self._is_caught_up:
            self._sent |= {_buried(letter) for letter in self._reader.read() if letter.groups == (self._group_id,)}
            self._is_caught_up = True
        return self._sent

    def _connect(self) -> KafkaProducer:
        restore_topics(self._connector, self._events_topic, source=self._source)
        return self._connector.connect(
            KafkaProducer,
            max_request_size=DEAD_LETTER_MAX_BYTES,
            max_block_ms=MAX_BLOCK_MS,
        )


def _buried(of: Any) -> Buried:
    """Which record this is, or which one this letter is about."""
    return of.topic, of.partition, of.offset, hash(of.value or b"")


def _origin(record: Any, reason: str, group_id: str) -> list[tuple[str, bytes]]:
    values = record.topic, str(record.partition), str(record.offset), reason[:MAX_REASON_CHARS], group_id
    return [
        (f"dead_letter.{name}", value.encode(errors="replace")) for name, value in zip(HEADERS, values, strict=True)
    ]
