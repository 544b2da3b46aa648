"""What a group view shows, as plain values, and the same in words.

```python
picture = GroupPicture("lesson-05", "stable", "range", (MemberColumn("consumer-1", "live", (0, 1, 2)),))
picture.sentence  # "consumer-1 owns partitions 0, 1 and 2."
```
"""

from collections.abc import Sequence
from dataclasses import dataclass

UNKNOWN = "–"
GROWING, SHRINKING, STEADY = "growing", "shrinking", "steady"


@dataclass(frozen=True)
class MemberColumn:
    """One member of the group.

    Attributes:
        name: The member's name.
        state: What it does, in its own word; of a member elsewhere what the broker knows.
        partitions: What it owns, by number.
        consumed: Records it has processed; None where that is unknown.
        record_delay_s: For how long each record keeps it busy, in seconds.
    """

    name: str
    state: str
    partitions: tuple[int, ...] = ()
    consumed: int | None = None
    record_delay_s: float = 0.0


@dataclass(frozen=True)
class PartitionLag:
    """How far behind the group is in one partition.

    Attributes:
        partition: Its number.
        owner: The member that owns it; empty if nobody does.
        lag: End offset − position, in records; None while nobody reads it.
        committed_lag: End offset − committed, in records.
        lag_s: The lag in seconds of the game clock: of the game that is furthest behind; None where unknown.
        committed_lag_s: The committed lag in seconds of the game clock.
        trend: growing, shrinking or steady: the committed lag, over the last seconds.
    """

    partition: int
    owner: str = ""
    lag: int | None = None
    committed_lag: int = 0
    lag_s: float | None = None
    committed_lag_s: float | None = None
    trend: str = STEADY


@dataclass(frozen=True)
class ToldRebalance:
    """A rebalance: the time of day when it began, and what it was, in words."""

    time: str
    words: str


@dataclass(frozen=True)
class GroupPicture:
    """A group, filled in by whoever knows it.

    Attributes:
        group_id: The group.
        state: The broker's word for it: stable, rebalancing, empty or unknown group.
        strategy: The assignment strategy, by Kafka's name.
        members: By name.
        lags: By partition.
        rebalances: Newest last.
        note: What this broker does differently, in a sentence; empty for nothing.
        trouble: What is wrong, in words; empty if nothing is.
    """

    group_id: str
    state: str
    strategy: str
    members: tuple[MemberColumn, ...] = ()
    lags: tuple[PartitionLag, ...] = ()
    rebalances: tuple[ToldRebalance, ...] = ()
    note: str = ""
    trouble: str = ""

    @property
    def sentence(self) -> str:
        """The picture in words: who owns what, and who falls behind."""
        owners = [_owns(member) for member in self.members]
        behind = [_behind(lag) for lag in self.lags if lag.committed_lag or not lag.owner]
        return " ".join([*(owners or ["The group has no members."]), *behind])


def listed(words: Sequence[object]) -> str:
    """Words in a sentence: "0, 1 and 2"."""
    *most, last = map(str, words)
    return f"{', '.join(most)} and {last}" if most else last


def records_text(count: int | None) -> str:
    """A lag in records."""
    return UNKNOWN if count is None else f"{count:,}"


def clock_text(seconds: float | None) -> str:
    """A lag on the game clock: "3:24"."""
    return UNKNOWN if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _owns(member: MemberColumn) -> str:
    if not member.partitions:
        return f"{member.name} owns no partition."
    return f"{member.name} owns partition{'s' if len(member.partitions) > 1 else ''} {listed(member.partitions)}."


def _behind(lag: PartitionLag) -> str:
    if not lag.owner and not lag.committed_lag:
        return f"Nobody reads partition {lag.partition}."
    records = f"{lag.committed_lag:,} record{'' if lag.committed_lag == 1 else 's'}"
    clock = "" if lag.committed_lag_s is None else f", {clock_text(lag.committed_lag_s)} of play"
    nobody = "" if lag.owner else ", and nobody reads it"
    return f"Partition {lag.partition} is {records}{clock} behind, {lag.trend}{nobody}."
