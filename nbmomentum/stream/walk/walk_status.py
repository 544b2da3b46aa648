"""What a walk through the pipeline says of itself: the stages a play goes through, and where it stands.

```python
status = walk.status
status.stage is Stage.POLL
status.received.offset, status.place.committed_lag
```
"""

from dataclasses import dataclass
from enum import StrEnum

from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState, Update
from nbmomentum.reports import PartitionStatus
from nbmomentum.stream.log_reader.stored_records import StoredRecord
from nbmomentum.stream.producer.sender import Record


class Stage(StrEnum):
    """What happens to a play on its way, in this order."""

    PRODUCER = "producer"
    """The play becomes a record: key, value, headers."""
    PARTITION = "partition"
    """The record is sent: its key chooses a partition, the acknowledgement says which offset it got."""
    POLL = "poll"
    """A member of the group asks for the next record, and gets it."""
    DECODE = "decode"
    """The value's bytes are read and checked: an event again."""
    FOLD = "fold"
    """The event changes the state of its game."""
    COMMIT = "commit"
    """The group saves that this record is done."""
    FIGURE = "figure"
    """The new state is handed out to be drawn."""


STAGES = tuple(Stage)


@dataclass(frozen=True)
class WalkStatus:
    """Where the walk stands; what a stage has made of the play is there from that stage on.

    Attributes:
        name: The walk's name.
        topic: Where the record is written.
        group_id: Who reads it.
        total: Plays to walk through.
        state: starting, joining, broker away, waiting, playing, finished, stopped or failed.
        number: The play on its way, from 1; 0 before the first.
        stage: The last stage done of this play; None before the first.
        pace_s: From one stage to the next while it plays, in seconds.
        partitions: How many the member has, which is all of the topic's.
        replay_id: Of the replay this play belongs to.
        event: The play.
        record: What the producer made of it.
        received: The record as the member got it.
        decoded: The event read from that.
        update: What it changed in the game.
        shown: The game as the figure shows it; from the last stage on that includes this play.
        acknowledged: Partition and offset of the record, as the broker has confirmed them.
        places: Position, committed and end offset in the partition of the game, before this play and after each
            stage of it; None until the partition is known.
        group_trouble: Whom its group waits for, or which partitions nobody reads, and why, in words; else empty.
        trouble: What keeps the stage from being done, in words; else empty.
        error: What ended the thread, in words; empty if nothing did.
    """

    name: str
    topic: str
    group_id: str
    total: int
    state: str = "starting"
    number: int = 0
    stage: Stage | None = None
    pace_s: float = 1.5
    partitions: int = 0
    replay_id: str = ""
    event: ScoringEvent | None = None
    record: Record | None = None
    received: StoredRecord | None = None
    decoded: ScoringEvent | None = None
    update: Update | None = None
    shown: GameState | None = None
    acknowledged: tuple[int, int] | None = None
    places: tuple[PartitionStatus | None, ...] = (None,)
    group_trouble: str = ""
    trouble: str = ""
    error: str = ""

    @property
    def place(self) -> PartitionStatus | None:
        """The three offsets now."""
        return self.places[-1]

    @property
    def is_between_plays(self) -> bool:
        """Whether no play is on its way: none has begun, or the last one has arrived."""
        return self.stage in (None, STAGES[-1])
