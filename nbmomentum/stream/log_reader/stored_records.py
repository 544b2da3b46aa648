"""Records as they lie in the log, for whoever looks at the log itself: raw bytes, and what they say.

```python
record = stored_record(consumer_record)
record.partition, record.offset, record.describe()  # 2, 17, "Chris Bosh (MIA) scores 1, Q1 11:35, 1-0"
record.value  # b'{"game_id":"0021500277",...'
```
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from nbmomentum.errors import InvalidEvent
from nbmomentum.events import ScoringEvent

# What is kept of a record, so that a page of the largest ones fits into memory: 200 of them into about 8 MB.
KEPT_VALUE_BYTES: Final = 16 * 1024
KEPT_KEY_BYTES: Final = 1024
KEPT_HEADER_BYTES: Final = 512
KEPT_HEADERS: Final = 32
KEPT_NAME_CHARS: Final = 128
KEPT_REASON_CHARS: Final = 500


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as it lies in the log.

    Attributes:
        partition: Of its topic.
        offset: Its place in the partition.
        timestamp_ms: The record time, in milliseconds since 1970; None where the record has none.
        key: The raw bytes; None where it has none.
        headers: Names and raw values, in their order.
        value: The raw bytes, of a long value the first 16 KiB; None where it has none.
        value_size: The whole value's size in bytes.
        event: What the whole value says; None if it is no scoring event.
        reason: Why it is none, in one sentence; empty if it is one.
        replay: Which replay of its key it belongs to, as its reader counts them from 1; 0 where it names none.
    """

    partition: int
    offset: int
    timestamp_ms: int | None
    key: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    value: bytes | None
    value_size: int
    event: ScoringEvent | None
    reason: str
    replay: int = 0

    @property
    def time(self) -> datetime | None:
        """The record time in UTC; None where it has none."""
        if self.timestamp_ms is None:
            return None
        try:
            return datetime.fromtimestamp(self.timestamp_ms / 1000, UTC)
        except (OverflowError, ValueError, OSError):  # a producer may claim any time, also of the year 300,000
            return None

    def describe(self) -> str:
        """What it says in one line: the play, or why it is none."""
        return self.reason if self.event is None else self.event.describe()

    def brief(self) -> str:
        """The same for a narrow column, points first: "MIA +1 Q1 11:35 1-0 C. Bosh"."""
        return self.reason if self.event is None else self.event.brief()


def stored_record(record: Any, *, replay: int = 0) -> StoredRecord:
    """A `kafka.consumer` record as it is kept: decoded once, and what is very long of it cut."""
    event, reason = _read(record.value)
    value: bytes | None = record.value
    return StoredRecord(
        partition=record.partition,
        offset=record.offset,
        timestamp_ms=None if record.timestamp is None or record.timestamp < 0 else record.timestamp,
        key=None if record.key is None else bytes(record.key[:KEPT_KEY_BYTES]),
        headers=_kept_headers(record.headers),
        value=None if value is None else bytes(value[:KEPT_VALUE_BYTES]),
        value_size=0 if value is None else len(value),
        event=event,
        reason=reason,
        replay=replay,
    )


def header(record: Any, name: str) -> str:
    """A header's value as text; empty if the record has none of this name."""
    for key, value in record.headers:
        if key == name and value is not None:
            return str(value, "utf-8", "replace")
    return ""


def _read(value: bytes | None) -> tuple[ScoringEvent | None, str]:
    try:
        return ScoringEvent.from_json(value), ""
    except InvalidEvent as error:
        return None, str(error)[:KEPT_REASON_CHARS]


def _kept_headers(headers: Iterable[tuple[str, bytes | None]]) -> tuple[tuple[str, bytes], ...]:
    return tuple(
        (name[:KEPT_NAME_CHARS], bytes((value or b"")[:KEPT_HEADER_BYTES]))
        for name, value in list(headers)[:KEPT_HEADERS]
    )
