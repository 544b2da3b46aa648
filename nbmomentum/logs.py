"""What happened, as JSON lines in `home/logs`: one file per process, written by one thread of its own.

Loggers below `nbmomentum` never print: records go through a queue to a file. The first `acquire()` starts the
writer, the last `release()` stops it, so that no thread outlives its users.

    logs.acquire()
    logs.log_event("producer", "sent", game_id="0021500277", partition=2, offset=0)
    logs.release()
"""

import contextlib
import json
import logging
import logging.handlers
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from nbmomentum.settings import home_folder, unusable_home

ROOT = "nbmomentum"
MAX_FILE_BYTES = 20_000_000
KEPT_FILES = 3
# Above this rate a runner writes a line per batch instead of a line per record.
LINES_PER_S = 1000
# The client library's warnings belong in the file too, not under the last executed cell.
CAPTURED = (ROOT, "kafka")

_encoder = msgspec.json.Encoder(enc_hook=str)
_lock = threading.Lock()
_users = 0
_writer: tuple[Path, logging.handlers.QueueListener] | None = None

# Python prints a warning that finds no handler to stderr, in a notebook under the last executed cell.
logging.getLogger(ROOT).addHandler(logging.NullHandler())


class _JsonLines(logging.Formatter):
    """A log record as one JSON object: time (UTC), logger, level, what, and the fields given."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "from": record.name.removeprefix(f"{ROOT}."),
            "level": record.levelname.lower(),
            "what": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        try:
            return _encoder.encode(line).decode()
        except UnicodeEncodeError:
            return json.dumps(line, default=str)  # half a surrogate pair: no UTF-8, but it can be escaped


class _File(logging.handlers.RotatingFileHandler):
    """Rotates; a line that cannot be written is dropped, as a log has nobody to complain to."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 (logging's own)
        return


class _QueueHandler(logging.handlers.QueueHandler):
    """Hands a record over as it is: formatting is the writer's work, not the stream's."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record


def acquire() -> Path:
    """Start writing, or join the others who do; returns the file of this process.

    Raises:
        SettingsError: The file cannot be written.
    """
    global _users, _writer
    with _lock:
        if _writer is None:
            _writer = _start_writer(_new_path())
        _users += 1
        return _writer[0]


def release() -> None:
    """Leave; the last one flushes what is queued and stops the writer."""
    global _users, _writer
    with _lock:
        _users = max(0, _users - 1)
        if _users == 0 and _writer is not None:
            _stop_writer(_writer[1])
            _writer = None


@contextlib.contextmanager
def writing() -> Iterator[Path]:
    """`acquire` for the length of a block.

    Raises:
        SettingsError: The file cannot be written.
    """
    path = acquire()
    try:
        yield path
    finally:
        release()


def log_event(source: str, what: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Write one line: who (`producer.okc-mia`), what (`sent`), and any fields."""
    logging.getLogger(f"{ROOT}.{source}").log(level, what, extra={"fields": fields})


def _new_path() -> Path:
    return home_folder("logs") / f"nbmomentum-{datetime.now(UTC):%Y%m%d}-{os.getpid()}.jsonl"


def _start_writer(path: Path) -> tuple[Path, logging.handlers.QueueListener]:
    try:
        file = _File(path, maxBytes=MAX_FILE_BYTES, backupCount=KEPT_FILES, encoding="utf-8", errors="replace")
    except OSError as error:
        raise unusable_home(path, error) from error
    file.setFormatter(_JsonLines())
    lines: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    for name in CAPTURED:
        logging.getLogger(name).addHandler(_QueueHandler(lines))
    logging.getLogger(ROOT).setLevel(logging.INFO)
    logging.getLogger(ROOT).propagate = False
    listener = logging.handlers.QueueListener(lines, file)
    listener.start()
    return path, listener


def _stop_writer(listener: logging.handlers.QueueListener) -> None:
    for logger in map(logging.getLogger, CAPTURED):
        for handler in [h for h in logger.handlers if isinstance(h, _QueueHandler)]:
            logger.removeHandler(handler)
    listener.stop()
    for file in listener.handlers:
        file.close()


class RecordLines:
    """A line per record while fewer than `LINES_PER_S` come within a second, else a line per range of offsets.

    Not thread-safe: one user at a time.
    """

    def __init__(self, source: str, what: str, now: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._what = what
        self._now = now
        self._second = 0
        self._count = 0
        self._ranges: dict[int, tuple[int, int, int]] = {}

    def allows(self, records: int = 1) -> bool:
        """Count these records; True if they may have a line each (what came before them is written then)."""
        self.tick()
        self._count += records
        return self._count <= LINES_PER_S

    def tick(self) -> None:
        """Write what was gathered in a second that is over; called now and then while no records come."""
        second = int(self._now())
        if second != self._second:
            self.flush()
            self._second, self._count = second, 0

    def line(self, partition: int, offset: int, **fields: Any) -> None:
        """One record, with a line of its own."""
        log_event(self._source, self._what, partition=partition, offset=offset, **fields)

    def add_range(self, partition: int, first: int, last: int, records: int) -> None:
        """Several records of one partition, written with their neighbours as one line at the next `flush`."""
        known_first, _, known_records = self._ranges.get(partition, (first, last, 0))
        self._ranges[partition] = (known_first, last, known_records + records)

    def flush(self) -> None:
        """Write the ranges gathered so far."""
        ranges, self._ranges = self._ranges, {}
        for partition, (first, last, records) in ranges.items():
            log_event(
                self._source,
                f"{self._what}_batch",
                partition=partition,
                first_offset=first,
                last_offset=last,
                records=records,
            )
