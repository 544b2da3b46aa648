"""How far a consumer has come in each partition that is assigned to it, and what the broker has lost of that."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from nbmomentum.reports import PartitionStatus
from nbmomentum.stream.status import Handover

KEPT_HANDOVERS = 40


@dataclass
class Progress:
    """Where we stand in one assigned partition, as offsets.

    Records before `live_from` were processed earlier; from there on they are new to the group. After an assignment
    those up to `shown_from` rebuild the games, and nothing is shown of them; a seek reads earlier ones once more.

    Attributes:
        partition: The partition's number.
        position: The next record to process.
        committed: What the group has saved; None if nothing.
        live_from: The first record that the group has not processed yet.
        end_offset: The next record to be written, as far as we know.
        end_at_start: The end offset when the partition was assigned.
        shown_from: The games are complete from here on.
        low: The oldest record that was there at the assignment.
    """

    partition: int
    position: int
    committed: int | None
    live_from: int
    end_offset: int
    end_at_start: int
    shown_from: int = 0
    low: int = 0

    @property
    def is_recovering(self) -> bool:
        """Whether the games of this partition are still being rebuilt after its assignment."""
        return self.position < self.shown_from

    @property
    def is_behind(self) -> bool:
        """Whether the next record was processed before."""
        return self.position < self.live_from

    @property
    def is_committed(self) -> bool:
        """Whether there is nothing to save: while we are behind, the group has more than we."""
        return self.is_behind or self.position == self.status().resumes_at

    @property
    def uncommitted(self) -> int:
        """How many offsets were processed and are not saved: who has the partition next processes them once more."""
        saved = self.live_from if self.committed is None else self.committed
        return max(0, max(self.position, self.live_from) - saved)

    @property
    def is_at_end(self) -> bool:
        """Whether everything that was there at the assignment is processed and saved."""
        return self.position >= self.end_at_start and self.is_committed

    def restart_from(self, offset: int) -> None:
        """The broker lost the end of its log, and what was committed with it: all that is there now is new."""
        self.position = self.live_from = self.low = offset
        self.committed, self.shown_from = None, 0

    def go_back_to(self, offset: int) -> None:
        """Read on from an earlier record; what was processed stays processed, and what was rebuilt is."""
        self.live_from = max(self.live_from, self.position)
        self.position, self.shown_from = offset, 0

    def advance_to(self, position: int) -> None:
        """The next record to process is this one."""
        self.position = position
        self.end_offset = max(self.end_offset, position)

    def status(self) -> PartitionStatus:
        """The same for others, who cannot change it."""
        return PartitionStatus(self.partition, self.position, self.committed, self.end_offset, self.low)


@dataclass
class Handovers:
    """What a consumer took and gave up.

    Attributes:
        latest: The last partitions taken and given up, newest last.
        duplicates: Records that were processed and not committed when their partition was given up.
    """

    latest: tuple[Handover, ...] = ()
    duplicates: int = 0

    def note(self, partitions: tuple[int, ...], *, is_taken: bool, at_s: float, uncommitted: int = 0) -> None:
        """These partitions changed hands; none at all is no handover."""
        if partitions:
            self.duplicates += uncommitted
            self.latest = (*self.latest, Handover(at_s, is_taken, partitions, uncommitted))[-KEPT_HANDOVERS:]


@dataclass
class Reached:
    """How far this consumer has ever read in one partition: a log that ends before that has lost records.

    Attributes:
        end: The offset after the last record that was read, as far as it is still there.
        replays: The replays that were read.
        lost: How many records are gone since; none of a replay that began later.
    """

    end: int = 0
    replays: frozenset[str] = frozenset()
    lost: int = 0

    def read(self, end: int, replays: Set[str]) -> None:
        """Records of these replays were read up to this offset."""
        self.end = max(self.end, end)
        if not replays <= self.replays:
            self.replays, self.lost = self.replays | replays, 0

    def compare(self, end: int) -> int:
        """The log ends at this offset. Returns how many records it has lost since the last look."""
        lost = max(0, self.end - end)
        self.lost, self.end = self.lost + lost, min(self.end, end)
        return lost


def past_of(
    batches: Mapping[int, list[Any]], progress: Mapping[int, Progress], *, begin: Callable[[int, int], None]
) -> dict[int, list[Any]]:
    """The records that the group had processed before; what follows them is read again when it is its turn.

    Args:
        batches: What a poll brought, by partition.
        progress: Where the member stands in these partitions.
        begin: Lets a partition be read on from an offset.
    """
    past = {}
    for partition, records in batches.items():
        shown_from = progress[partition].shown_from
        past[partition] = [record for record in records if record.offset < shown_from]
        if len(past[partition]) < len(records):
            begin(partition, shown_from)
        if not past[partition]:
            progress[partition].advance_to(shown_from)  # none is left of them in the log
    return {partition: records for partition, records in past.items() if records}
