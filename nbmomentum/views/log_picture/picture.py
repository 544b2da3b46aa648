"""What the log view draws: partitions with their newest records, and pointers into them.

```python
LogPicture(
    topic="nba_momentum",
    partitions=(LoggedPartition(partition=0, low=0, end=57, records=records),),
    pointers=(Pointer(group="lesson-05", partition=0, offset=55, is_committed=True),),
)
```
"""

from dataclasses import dataclass

from nbmomentum.views.log_view import LoggedRecord


@dataclass(frozen=True)
class LoggedPartition:
    """One partition and its newest records.

    Attributes:
        partition: Its number.
        low: The low watermark: the offset of the oldest record that is still there.
        end: The end offset: of the next record to be written.
        records: The newest ones, oldest first.
        counted_from: The offset from which its replays were counted.
    """

    partition: int
    low: int
    end: int
    records: tuple[LoggedRecord, ...] = ()
    counted_from: int = 0


@dataclass(frozen=True, order=True)
class Pointer:
    """Where a consumer group stands in a partition.

    Attributes:
        partition: The partition's number.
        offset: The next record to read, or to be read by a successor.
        group: The group's id.
        is_committed: Whether it is the committed offset, else the position of a consumer of ours.
    """

    partition: int
    offset: int
    group: str
    is_committed: bool


@dataclass(frozen=True)
class LogPicture:
    """A topic at one moment.

    Attributes:
        topic: Its name.
        partitions: By number.
        pointers: Where the groups stand.
        trouble: What keeps the picture from being up to date, in words; empty if nothing does.
    """

    topic: str
    partitions: tuple[LoggedPartition, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    trouble: str = ""
