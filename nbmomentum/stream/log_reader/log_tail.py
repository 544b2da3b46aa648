"""The end of a log as it lies on the broker: the last records of a topic, read without a group.

    tail = LogTail(bootstrap_servers=broker.bootstrap_servers).start()
    tail.records()[-1].offset
    tail.partitions()[2].end
    tail.status.state
    tail.stop()

It commits nothing and changes nobody's position. At its start it reads the newest records of each partition, then
it follows. When the log itself changes under it (a broker was away, a topic was made anew or lost its end) it reads
the newest records once more, so that it shows what lies there now, and `status.note` says what happened.
"""

import contextlib
import logging
import time
from dataclasses import dataclass, replace
from typing import Any

from kafka.errors import KafkaError, KafkaTimeoutError

from nbmomentum import logs
from nbmomentum.errors import BrokerUnavailable, SettingsError
from nbmomentum.runners import Runner
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.cluster.polling import IDLE_S
from nbmomentum.stream.log_reader.log_client import LogChanged
from nbmomentum.stream.log_reader.log_end import Batch, EndReader
from nbmomentum.stream.log_reader.partition_tails import KEPT_RECORDS, PartitionTail, Tails, changed_only, joined
from nbmomentum.stream.log_reader.stored_records import StoredRecord
from nbmomentum.stream.topics import TOPIC

MAX_SIZE = 200
RETRY_S = 0.2


@dataclass(frozen=True)
class LogStatus:
    """What the reader of a log's end is doing, at one moment.

    Attributes:
        name: The reader's name.
        topic: The topic it reads.
        state: starting, reading, live, no topic, broker away, stopped or failed.
        read: Records read so far, those that were read once more included.
        away_s: For how long the broker has not answered, in seconds.
        away_reason: Why, in a sentence; empty if it does, or nobody can tell.
        note: What last happened to the log itself, in words; empty if nothing did.
        trouble: What of the log is not read now, in words: records that cannot be, or that an open transaction holds
            back; empty if nothing is amiss.
        error: What ended the thread, in words; empty if nothing did.
    """

    name: str
    topic: str
    state: str
    read: int = 0
    away_s: float = 0.0
    away_reason: str = ""
    note: str = ""
    trouble: str = ""
    error: str = ""


class LogTail(Runner):
    """Keeps the last records of a topic, newest last.

    Args:
        bootstrap_servers: Where the client starts.
        topic: The topic to read, with any number of partitions. It need not exist yet.
        size: How many records to keep, 1 to 200.
        name: The reader's name: starting another of this name stops this one.
        kafka_options: More options for `kafka.KafkaConsumer`, by its names.

    Raises:
        SettingsError: The size is no whole number from 1 to 200.
    """

    def __init__(
        self,
        *,
        bootstrap_servers: str,
        topic: str = TOPIC,
        size: int = MAX_SIZE,
        name: str = "log",
        kafka_options: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(name)
        if type(size) is not int or not 1 <= size <= MAX_SIZE:
            raise SettingsError(f"The size of a log's tail is a whole number from 1 to {MAX_SIZE}, not {size!r:.40}.")
        self._connection = (bootstrap_servers, topic, kafka_options)
        self._size = size
        self._prepare()

    @property
    def status(self) -> LogStatus:
        """What this reader is doing now."""
        if self.error is not None:
            return replace(self._status, state="failed", error=str(self.error))
        return self._status

    def records(self) -> tuple[StoredRecord, ...]:
        """The last records, newest last; the same tuple until there is another record.

        What was read together is in the order of its record times; inside a partition the order is the log's own.
        What is read later comes later: between partitions a log has no other order.
        """
        return self._records

    def partitions(self) -> tuple[PartitionTail, ...]:
        """Each partition by its number: low watermark, end offset, its newest records.

        The same tuple until one changes; empty until the newest records have been read for the first time.
        """
        return self._partitions

    def __repr__(self) -> str:
        status = self.status
        return f"<LogTail {self.name}: {status.state}, {len(self._records)} records of {status.topic}>"

    def _prepare(self) -> None:
        servers, topic, options = self._connection
        self._connector = Connector(servers, options)
        self._reader = EndReader(self._connector, topic=topic, size=self._size, name=self.name, options=options)
        self._is_placed = False
        self._has_read = False
        self._away_since: float | None = None
        self._status = LogStatus(self.name, topic, "starting")
        self._records: tuple[StoredRecord, ...] = ()
        self._tails: Tails = {}
        self._partitions: tuple[PartitionTail, ...] = ()

    def _run(self) -> None:
        with logs.writing(), contextlib.closing(self._reader):
            while not self._stop_requested.is_set():
                self._turn()
        self._away_since = None
        self._publish("stopped")

    def _turn(self) -> None:
        """Read what is new; find the end of the log first, where that is not done or of no more use."""
        if not self._is_placed:
            self._place()
            return
        try:
            self._keep(self._reader.read())
        except LogChanged as change:
            self._is_placed = False
            self._note(f"{change}; the newest records were read once more.")
        except (KafkaError, BrokerUnavailable) as error:
            self._is_placed = False
            if isinstance(error, KafkaTimeoutError):
                self._away_since = time.monotonic()
                self._publish("broker away")
            else:
                self._note(f"The log could not be read ({type(error).__name__}: {error}).")
                self._status = replace(self._status, trouble=self._status.note)
                self._stop_requested.wait(RETRY_S)

    def _place(self) -> None:
        try:
            self._is_placed = self._reader.find_end()
        except (KafkaError, BrokerUnavailable) as error:
            self._log("not_found", reason=f"{type(error).__name__}: {error}")
            self._away_since = self._away_since or time.monotonic()
            self._rest("broker away")
            return
        away_since, self._away_since = self._away_since, None
        if not self._is_placed:
            self._rest("no topic")
        elif self._has_read and away_since is not None:
            away_s = time.monotonic() - away_since
            self._note(f"The broker was away for {away_s:.0f} s; the newest records were read once more.")
        elif self._has_read and self._status.state == "no topic":
            self._note("The topic was deleted and made anew.")

    def _keep(self, batch: Batch) -> None:
        if batch.is_first:
            self._has_read, self._records, self._tails = True, batch.records, batch.tails
        elif batch.records:
            self._records = (*self._records, *batch.records)[-self._size :]
            self._tails = joined(self._tails, batch.tails, min(self._size, KEPT_RECORDS))
        if batch.is_complete:
            self._partitions = changed_only(self._partitions, self._reader.partitions(self._tails))
        read, trouble = self._status.read + batch.read, self._reader.troubles()
        self._publish("live" if batch.is_complete else "reading", read=read, trouble=trouble)
        if not batch.read:
            self._stop_requested.wait(IDLE_S)

    def _rest(self, state: str) -> None:
        self._publish(state)
        self._stop_requested.wait(RETRY_S)

    def _publish(self, state: str, **changes: Any) -> None:
        away_s = 0.0 if self._away_since is None else time.monotonic() - self._away_since
        reason = "" if self._away_since is None else self._connector.trouble
        self._status = replace(self._status, state=state, away_s=away_s, away_reason=reason, **changes)

    def _note(self, text: str) -> None:
        self._status = replace(self._status, note=text)
        self._log("changed", reason=text)

    def _log(self, what: str, **fields: Any) -> None:
        logs.log_event(f"log.{self.name}", what, level=logging.WARNING, **fields)

    def _wake(self) -> None:
        self._connector.cancel()
