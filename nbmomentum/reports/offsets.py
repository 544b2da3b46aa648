"""Where a reader or its group stands in a partition, and the two lags that follow from it.

place = PartitionStatus(partition=2, position=60, committed=40, end_offset=110)
place.lag, place.committed_lag  # (50, 70)
total(place.committed_lag for place in status.partitions)
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class PartitionStatus:
    """Where a group stands in one partition, as offsets.

    Attributes:
        partition: The partition's number.
        position: The next record to read; None if that is not known: it is the reader's own.
        committed: What the group has saved; None if it never committed.
        end_offset: The next record to be written.
        low: The oldest record that is still there.
    """

    partition: int
    position: int | None
    committed: int | None
    end_offset: int
    low: int = 0

    @property
    def lag(self) -> int | None:
        """Records written and not yet read: end offset − position; None while the position is not known."""
        return None if self.position is None else max(0, self.end_offset - self.position)

    @property
    def committed_lag(self) -> int:
        """Records written and not yet committed: end offset − committed, as every Kafka tool shows it.

        All that are there, end offset − low, where the group never committed: a successor reads them all. Kafka's
        tools show a dash there.
        """
        return max(0, self.end_offset - self.resumes_at)

    @property
    def resumes_at(self) -> int:
        """The first record that a successor in the group reads: the committed offset, else the oldest there is."""
        return self.low if self.committed is None else self.committed


def total(lags: Iterable[int | None]) -> int | None:
    """The sum over the partitions; None if there is none, or one of them is not known: 0 would say caught up."""
    known = list(lags)
    return sum(lag for lag in known if lag is not None) if known and None not in known else None
