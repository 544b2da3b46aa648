"""Sending records one after another and keeping the result of each, whatever the broker does meanwhile."""

import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import Any

from kafka import KafkaProducer
from kafka.errors import (
    InvalidProducerEpochError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumberError,
    ProducerFencedError,
    UnknownProducerIdError,
)

from nbmomentum import logs
from nbmomentum.errors import BrokerUnavailable
from nbmomentum.stream.cluster.client import Connector, close_producer
from nbmomentum.stream.topics import restore_topics

Headers = Sequence[tuple[str, bytes]]

# An outage up to this long is survived without losing what is queued.
DELIVERY_TIMEOUT_MS = 600_000
MAX_BLOCK_MS = 300
CLOSE_TIMEOUT_S = 0.4
# Without an acknowledgement for this long the broker counts as away.
AWAY_AFTER_S = 2.0
LOOK_INTERVAL_S = 1.0
RETRY_S = 0.2
CANCEL_INTERVAL_S = 0.05
KEPT_FAILURES = 20

# After these an idempotent producer is of no more use: a new one sends what was not acknowledged.
POISONED = (
    OutOfOrderSequenceNumberError,
    UnknownProducerIdError,
    InvalidProducerEpochError,
    ProducerFencedError,
)


@dataclass(frozen=True)
class Record:
    """One record to send, without a value a tombstone.

    `what` names it in the log; `queued_at` is in seconds of the monotonic clock.
    """

    key: bytes | None
    value: bytes | None
    headers: Headers
    what: dict[str, Any] = field(default_factory=dict)
    queued_at: float = 0.0


@dataclass(frozen=True)
class Delivery:
    """How sending went so far: counts of records, and where the last acknowledged one lies."""

    sent: int = 0
    acknowledged: int = 0
    failed: int = 0
    lost: int = 0
    last_partition: int | None = None
    last_offset: int | None = None

    @property
    def queued(self) -> int:
        """Records handed to the client that are neither acknowledged nor failed."""
        return self.sent - self.acknowledged - self.failed

    def __add__(self, later: "Delivery") -> "Delivery":
        """Both together; the place is that of the later one."""
        return replace(
            later,
            sent=self.sent + later.sent,
            acknowledged=self.acknowledged + later.acknowledged,
            failed=self.failed + later.failed,
            lost=self.lost + later.lost,
        )


class RecordSender:
    """Owns one `KafkaProducer`, makes it anew when it is of no more use, and counts what became of each record.

    One thread calls it, and never waits long: connecting, which may take seconds, happens in a thread beside it, and
    results arrive on the client's own thread.

    Args:
        bootstrap_servers: Where the client starts.
        topic: The topic to write to.
        name: Of the producer.
        options: More options for `kafka.KafkaProducer`, by its names.
        belongs_to: The event topic that `topic` was made with, where it is another one.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        topic: str,
        *,
        name: str,
        options: dict[str, Any] | None = None,
        belongs_to: str | None = None,
    ) -> None:
        self._connector = Connector(bootstrap_servers, options)
        self._topic = topic
        self._belongs_to = belongs_to or topic
        self._log = f"producer.{name}"
        self._options = options or {}
        self._client: KafkaProducer | None = None
        self._lock = threading.Lock()
        self._unacknowledged: dict[int, Record] = {}
        self._next_number = 0
        self._is_poisoned = False
        self._beside = ThreadPoolExecutor(1, thread_name_prefix=f"nbmomentum-{name}-connect")
        self._attempt: Future[KafkaProducer | None] | None = None
        self._next_attempt_at = 0.0
        self._delivery = Delivery()
        self._ends: dict[int, int] = {}
        self._failures: tuple[str, ...] = ()
        self._lines = logs.RecordLines(self._log, "sent")

    @property
    def delivery(self) -> Delivery:
        """The counts at this moment."""
        return self._delivery

    @property
    def is_connected(self) -> bool:
        """Whether there is a client to hand records to."""
        return self._client is not None

    @property
    def failures(self) -> tuple[str, ...]:
        """The last reasons why records failed."""
        return self._failures

    @property
    def away_reason(self) -> str:
        """Why the broker is away, in a sentence; empty if it is not, or we cannot tell."""
        return self._connector.trouble if self._client is None or self.away_s() else ""

    def away_s(self) -> float:
        """For how long the broker has owed us an acknowledgement, in seconds; 0 while all is well."""
        with self._lock:
            oldest = next(iter(self._unacknowledged.values()), None)
        waited_s = time.monotonic() - oldest.queued_at if oldest else 0.0
        return waited_s if waited_s > AWAY_AFTER_S else 0.0

    def send(self, record: Record) -> None:
        """Queue one record; it is sent as soon as there is a broker. Never waits longer than `MAX_BLOCK_MS`."""
        with self._lock:
            number, self._next_number = self._next_number, self._next_number + 1
            self._unacknowledged[number] = replace(record, queued_at=time.monotonic())
            self._delivery = replace(self._delivery, sent=self._delivery.sent + 1)
        if self._client is not None and not self._is_poisoned:
            self._hand_over(number)

    def cancel(self) -> None:
        """End an attempt to connect at once; callable from any thread. After it, only `close` is left to do."""
        self._connector.cancel()

    def maintain(self) -> None:
        """Do what the state of the broker asks for; call it often, also while waiting.

        Raises:
            SettingsError: The client does not take the options it was given.
        """
        if self._attempt is not None:
            if self._attempt.done():
                self._take_client(self._attempt.result())
        elif self._is_poisoned:
            # A new client sends all that the old one did not see acknowledged, in order.
            self._disconnect()
            self._is_poisoned = False
        elif self._client is None and time.monotonic() > self._next_attempt_at:
            self._attempt = self._beside.submit(self._connect)
        elif self.away_s() and time.monotonic() > self._next_attempt_at:
            self._attempt = self._beside.submit(self._look)

    def close(self) -> None:
        """Give the last records a moment; what is not acknowledged then counts as failed."""
        self._end_attempt()
        self._disconnect()
        with self._lock:
            left, self._unacknowledged = len(self._unacknowledged), {}
            self._delivery = replace(self._delivery, failed=self._delivery.failed + left)
            self._lines.flush()
        if left:
            self._keep_failure(f"{left} records were not delivered before the producer stopped")

    def _connect(self) -> KafkaProducer | None:
        """A connected client, or None when there is no broker; runs beside the owner's thread."""
        if not restore_topics(self._connector, self._belongs_to, source=self._log):
            return None
        options = {"delivery_timeout_ms": DELIVERY_TIMEOUT_MS, "max_block_ms": MAX_BLOCK_MS}
        try:
            return self._connector.connect(KafkaProducer, **(options | self._options))
        except BrokerUnavailable as error:
            logs.log_event(self._log, "not_connected", level=logging.WARNING, reason=str(error))
            return None

    def _look(self) -> None:
        """See whether a broker that came back has our topics; runs beside the owner's thread."""
        restore_topics(self._connector, self._belongs_to, source=self._log)

    def _take_client(self, client: KafkaProducer | None) -> None:
        """End the attempt; hand everything that waits to the client it brought."""
        self._attempt = None
        self._next_attempt_at = time.monotonic() + (RETRY_S if self._client is None else LOOK_INTERVAL_S)
        if client is None:
            return
        self._client = client
        with self._lock:
            waiting = list(self._unacknowledged)
        for number in waiting:
            if not self._is_poisoned:
                self._hand_over(number)

    def _end_attempt(self) -> None:
        """End an attempt that is under way, and what it may still bring."""
        attempt, self._attempt = self._attempt, None
        while attempt is not None and not attempt.done():
            self._connector.cancel()
            wait([attempt], timeout=CANCEL_INTERVAL_S)
        self._beside.shutdown()
        if attempt is not None and attempt.exception() is None and (client := attempt.result()) is not None:
            close_producer(client, CLOSE_TIMEOUT_S)

    def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None and not close_producer(client, CLOSE_TIMEOUT_S):
            logs.log_event(self._log, "closed_with_undelivered", level=logging.WARNING)

    def _hand_over(self, number: int) -> None:
        with self._lock:
            record = self._unacknowledged.get(number)
        if record is None or self._client is None:
            return
        try:
            future = self._client.send(self._topic, key=record.key, value=record.value, headers=list(record.headers))
        except KafkaTimeoutError:
            self._is_poisoned = True  # no room or no metadata: maintain() makes a new client
        except KafkaError as error:
            self._failed(number, error)
        else:
            client = self._client
            future.add_callback(lambda metadata: self._acknowledged(number, metadata))
            future.add_errback(lambda error: self._not_acknowledged(client, number, error))

    def _acknowledged(self, number: int, metadata: Any) -> None:
        with self._lock:
            record = self._unacknowledged.pop(number, None)
            if record is None:
                return  # the old client's late answer to a record that the new client has delivered
            self._delivery = replace(
                self._delivery,
                acknowledged=self._delivery.acknowledged + 1,
                lost=self._delivery.lost + self._lost_before(metadata.partition, metadata.offset),
                last_partition=metadata.partition,
                last_offset=metadata.offset,
            )
            if self._lines.allows():
                self._lines.line(metadata.partition, metadata.offset, **record.what)
            else:
                self._lines.add_range(metadata.partition, metadata.offset, metadata.offset, 1)

    def _lost_before(self, partition: int, offset: int) -> int:
        """How many records this acknowledgement shows to be lost: their offsets are given out once more."""
        end = self._ends.get(partition, 0)
        if offset < 0:
            return 0  # the broker knows the record from an earlier attempt, and does not say where it lies
        self._ends[partition] = offset + 1
        lost = max(0, end - offset)
        if lost:
            place = {"partition": partition, "offset": offset}
            logs.log_event(self._log, "lost", level=logging.WARNING, records=lost, **place)
        return lost

    def _not_acknowledged(self, client: KafkaProducer, number: int, error: BaseException) -> None:
        if client is not self._client:
            return  # closed meanwhile: its successor sends this record
        was_poisoned = self._is_poisoned
        self._is_poisoned = was_poisoned or isinstance(error, (*POISONED, MessageSizeTooLargeError))
        # The first record over the broker's limit has failed; all that follow are refused with it, and sent anew.
        is_too_large = isinstance(error, MessageSizeTooLargeError) and not was_poisoned
        if is_too_large or not self._is_poisoned:
            self._failed(number, error)

    def _failed(self, number: int, error: BaseException) -> None:
        with self._lock:
            record = self._unacknowledged.pop(number, None)
            if record is None:
                return
            self._delivery = replace(self._delivery, failed=self._delivery.failed + 1)
        reason = f"{type(error).__name__}: {error}"
        self._keep_failure(reason, **record.what)

    def _keep_failure(self, reason: str, **what: Any) -> None:
        with self._lock:
            self._failures = (*self._failures, reason)[-KEPT_FAILURES:]
        logs.log_event(self._log, "not_delivered", level=logging.ERROR, reason=reason, **what)
