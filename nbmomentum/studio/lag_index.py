"""How far behind a place in the log is on the game clock: an index of offset and game clock, built while reading.

```python
index = LagIndex(tail)
index.update()
index.seconds_behind(2, position=57)  # 204.0: the game goes on 3:24 after the last record before offset 57
```

A partition's lag in records says little of a game: thirty records are a quarter of an hour of one game, and a minute
of fifteen games.
"""

from bisect import bisect_left
from typing import NamedTuple

from nbmomentum.stream import LogTail, PartitionTail, StoredRecord

KEPT_ENTRIES = 2000


class _Entry(NamedTuple):
    offset: int
    game_id: str
    replay_id: bytes
    elapsed_s: float


class LagIndex:
    """Remembers offset and game clock of the records that a log's tail has shown. Used by one thread.

    Args:
        tail: Reads the log.
    """

    def __init__(self, tail: LogTail) -> None:
        self._tail = tail
        self._entries: dict[int, list[_Entry]] = {}

    def update(self) -> None:
        """Take in what the tail has read since."""
        for partition in self._tail.partitions():
            self._take(partition)

    def seconds_behind(self, partition: int, position: int) -> float | None:
        """From the last record before `position` to the partition's last: of the game that is furthest behind.

        Args:
            partition: The partition's number.
            position: An offset: the next record to read.

        Returns:
            Seconds of the game clock, 0 at the end of the log; None where none of the records is known.
        """
        entries = self._entries.get(partition, [])
        if not entries:
            return None
        first = bisect_left(entries, position, key=lambda entry: entry.offset)
        newest = {entry.game_id: entry for entry in entries}
        unread = {entry.game_id for entry in entries[first:]}
        return max((_gap(entries[:first], newest[game_id]) for game_id in unread), default=0.0)

    def _take(self, tail: PartitionTail) -> None:
        entries = self._entries.setdefault(tail.partition, [])
        if entries and entries[-1].offset >= tail.end:
            entries.clear()  # the log lost its end, or was made anew
        known = entries[-1].offset if entries else -1
        entries.extend(filter(None, map(_entry, (r for r in tail.records if r.offset > known))))
        del entries[:-KEPT_ENTRIES]


def _entry(record: StoredRecord) -> _Entry | None:
    if record.event is None:
        return None
    return _Entry(
        record.offset, record.event.game_id, dict(record.headers).get("replay_id", b""), record.event.elapsed_s
    )


def _gap(read: list[_Entry], newest: _Entry) -> float:
    """From the last record that was read of this replay to its newest one; all of it when none was read."""
    own = (e.elapsed_s for e in reversed(read) if (e.game_id, e.replay_id) == (newest.game_id, newest.replay_id))
    return max(0.0, newest.elapsed_s - next(own, 0.0))
