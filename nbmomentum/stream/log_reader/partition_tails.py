"""The end of each partition, and which replay of its game a record belongs to.

```python
tail = LogTail(bootstrap_servers=broker.bootstrap_servers).start()
tail.partitions()[2].end  # 57
tail.partitions()[2].records[-1].replay  # 2: the second replay of this game
```

A replay has no number of its own: its id is a header on each record. Who reads a partition from its low watermark
on sees every replay begin, and may count them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nbmomentum.stream.log_reader.stored_records import StoredRecord, header

# Of each partition, what is kept: more than any page shows at once.
KEPT_RECORDS = 60
# Replays that are told apart; a season's worth, then the count begins anew.
MAX_REPLAYS = 5000

Tails = Mapping[int, tuple[StoredRecord, ...]]


@dataclass(frozen=True, slots=True)
class PartitionTail:
    """One partition: where it begins and ends, and its newest records.

    Attributes:
        partition: Its number.
        low: The low watermark: the offset of the oldest record that is still there.
        end: The end offset: of the next record to be written.
        records: The newest ones, oldest first; 60 at most.
        counted_from: The offset from which its replays were counted; where it is `low`, none is missing.
    """

    partition: int
    low: int
    end: int
    records: tuple[StoredRecord, ...] = ()
    counted_from: int = 0


class ReplayCount:
    """Numbers the replays of each key in the order in which they are met. Used by one thread."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, bytes | None, str], int] = {}
        self._seen: Counter[tuple[int, bytes | None]] = Counter()

    def number(self, record: Any) -> int:
        """The number of this `kafka.consumer` record's replay among those of its key, from 1; 0 where it names none."""
        replay_id = header(record, "replay_id")
        if not replay_id:
            return 0
        place = record.partition, record.key, replay_id
        if place not in self._numbers:
            if len(self._numbers) >= MAX_REPLAYS:
                self.clear()
            self._seen[place[:2]] += 1
            self._numbers[place] = self._seen[place[:2]]
        return self._numbers[place]

    def clear(self) -> None:
        """Begin anew: this is another log."""
        self._numbers.clear()
        self._seen.clear()


def joined(older: Tails, newer: Tails, size: int = KEPT_RECORDS) -> dict[int, tuple[StoredRecord, ...]]:
    """Of each partition the newest records of both, `size` at most."""
    return {
        partition: (*older.get(partition, ()), *newer.get(partition, ()))[-size:]
        for partition in sorted({*older, *newer})
    }


def changed_only(known: tuple[PartitionTail, ...], now: Iterable[PartitionTail]) -> tuple[PartitionTail, ...]:
    """The partitions now; those that have not changed, or all together, are the known objects."""
    by_number = {tail.partition: tail for tail in known}
    tails = tuple(_same(by_number.get(tail.partition), tail) for tail in now)
    is_same = len(tails) == len(known) and all(one is other for one, other in zip(tails, known, strict=True))
    return known if is_same else tails


def _same(known: PartitionTail | None, now: PartitionTail) -> PartitionTail:
    """The known one if nothing has changed. Records are never changed, so that the last one tells."""
    if known is None or _outline(known) != _outline(now) or known.records[-1:] != now.records[-1:]:
        return now
    return known


def _outline(tail: PartitionTail) -> tuple[int, ...]:
    return tail.low, tail.end, tail.counted_from, len(tail.records)
