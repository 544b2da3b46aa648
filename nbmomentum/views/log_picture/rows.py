"""Which records of each partition are in view, while the end is followed and while the view is held.

```python
rows = rows_of(picture, None)  # the newest records
hold = Hold.of(picture)
rows = rows_of(newer_picture, hold)  # the same records; the offsets beside them are the newest
hold = hold.moved(2, -1)  # select the record before, in partition 2
```
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, replace

from nbmomentum.views.log_picture.picture import LoggedPartition, LogPicture
from nbmomentum.views.log_view import LoggedRecord

COLUMNS = 20
# The rows move by so many records at once: in between a record keeps its place, and can be clicked.
STEP = 5
MAX_ROWS = 8

Place = tuple[int, int]


@dataclass(frozen=True)
class Row:
    """A partition as it is drawn.

    Attributes:
        partition: Its number.
        low: Low watermark, the newest that is known.
        end: End offset, the newest that is known.
        records: In view, from the left.
        older: Offsets before them.
        newer: Offsets after them; more than 0 only while the view is held.
        starts: The offsets of the records with which a replay begins.
    """

    partition: int
    low: int
    end: int
    records: tuple[LoggedRecord, ...]
    older: int
    newer: int
    starts: frozenset[int]

    @property
    def has_end(self) -> bool:
        """Whether the place of the next record is in view."""
        return self.newer == 0

    def column(self, offset: int) -> int:
        """Where this offset is: −1 before the records in view, their number or more after them."""
        if self.records and offset < self.records[0].offset and self.older:
            return -1
        return bisect_left(self.records, offset, key=lambda record: record.offset)


@dataclass(frozen=True)
class Hold:
    """The partitions as they were when the view was held.

    Attributes:
        partitions: As they were.
        firsts: By partition, the number of the first record in view.
        selected: Partition and offset of the record that is read; None if none is.
    """

    partitions: tuple[LoggedPartition, ...]
    firsts: Mapping[int, int]
    selected: Place | None = None

    @staticmethod
    def of(picture: LogPicture) -> "Hold":
        """Hold the view as it stands."""
        firsts = {each.partition: len(each.records) - in_view(each) for each in picture.partitions}
        return Hold(picture.partitions, firsts)

    @property
    def record(self) -> LoggedRecord | None:
        """The record that is read."""
        if self.selected is None:
            return None
        partition, offset = self.selected
        return next(
            (r for p in self.partitions if p.partition == partition for r in p.records if r.offset == offset), None
        )

    @property
    def counted_from(self) -> int:
        """From which offset on the replays of the selected record's partition were counted; 0 from the first."""
        found = (p for p in self.partitions if self.selected and p.partition == self.selected[0])
        return next((0 if p.counted_from <= p.low else p.counted_from for p in found), 0)

    def choose(self, place: Place) -> "Hold":
        """Select this record; the same one again gives it up."""
        return replace(self, selected=None if place == self.selected else place)

    def moved(self, columns: int, rows: int) -> "Hold":
        """Select a neighbour of the selected record; without one the newest of the first partition that has any."""
        filled = [each for each in self.partitions[:MAX_ROWS] if each.records]
        if not filled:
            return self
        numbers = [each.partition for each in filled]
        if self.record is None or self.selected is None or self.selected[0] not in numbers:
            return replace(self, selected=(filled[0].partition, filled[0].records[-1].offset))
        at = numbers.index(self.selected[0])
        target = filled[max(0, min(len(filled) - 1, at + rows))]
        here = _index(filled[at], self.selected[1])
        index = here + columns
        if target is not filled[at]:  # the same column of another row
            index = here - self.firsts[filled[at].partition] + self.firsts[target.partition]
        return self._at(target, max(0, min(len(target.records) - 1, index)))

    def _at(self, partition: LoggedPartition, index: int) -> "Hold":
        """Select this record, and bring it into view."""
        first = self.firsts[partition.partition]
        if index < first:
            first = max(0, index - STEP + 1)
        elif index >= first + COLUMNS:
            first = min(len(partition.records) - COLUMNS, index + STEP - COLUMNS)
        firsts = {**self.firsts, partition.partition: first}
        return replace(self, firsts=firsts, selected=(partition.partition, partition.records[index].offset))


def rows_of(picture: LogPicture, hold: Hold | None) -> tuple[Row, ...]:
    """The rows to draw: the newest records, or those that were held with the newest offsets beside them."""
    partitions = hold.partitions if hold else picture.partitions
    newest = {each.partition: each for each in picture.partitions}
    rows = []
    for each in partitions[:MAX_ROWS]:
        first = hold.firsts[each.partition] if hold else len(each.records) - in_view(each)
        rows.append(_row(each, first, newest.get(each.partition, each)))
    return tuple(rows)


def in_view(partition: LoggedPartition) -> int:
    """How many of its newest records are in view: a full row gives way by `STEP` at once."""
    if len(partition.records) <= COLUMNS and partition.records and partition.records[0].offset <= partition.low:
        return len(partition.records)
    return min(len(partition.records), COLUMNS - STEP + 1 + (partition.end - 1) % STEP)


def _row(partition: LoggedPartition, first: int, newest: LoggedPartition) -> Row:
    records = partition.records[first : first + COLUMNS]
    low = newest.low
    older = max(0, records[0].offset - low) if records else max(0, partition.end - low)
    newer = max(0, newest.end - records[-1].offset - 1) if records else max(0, newest.end - partition.end)
    # Offsets without a record, as a compaction leaves them, are no newer records of a row that shows the last one.
    is_last = partition is newest and first + COLUMNS >= len(partition.records)
    return Row(partition.partition, low, newest.end, records, older, 0 if is_last else newer, _starts(partition))


def _starts(partition: LoggedPartition) -> frozenset[int]:
    """The offsets with which a replay begins, as far as the record of the same key before is known."""
    latest: dict[str | None, int] = {}
    starts = set()
    before = 0 if partition.records and partition.records[0].offset <= partition.low else None
    for record in partition.records:
        if record.replay and latest.get(record.key, before) not in (record.replay, None):
            starts.add(record.offset)
        latest[record.key] = record.replay
    return frozenset(starts)


def _index(partition: LoggedPartition, offset: int) -> int:
    return bisect_left(partition.records, offset, key=lambda record: record.offset)
