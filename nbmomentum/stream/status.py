"""What a producer and a consumer say of themselves: immutable, made anew at each change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nbmomentum.reports import PartitionStatus, total
from nbmomentum.sources.live_watch import FeedStatus

BEFORE_THE_FIRST_LOOK = FeedStatus()


@dataclass(frozen=True)
class ProducerStatus:
    """What a producer is doing, at one moment.

    Attributes:
        name: The producer's name.
        state: starting, playing, paused, broker away, finished, stopped or failed.
        game_id: The game of the next play (of the last one at the end).
        replay_id: The id of the current replay; empty before the first.
        sent: Records handed to the client, over all replays of this producer.
        acknowledged: Records the broker has confirmed.
        failed: Records that will not arrive; `failures` says why.
        queued: Sent records that are neither acknowledged nor failed.
        position: Plays sent in this replay.
        total: Plays in this replay.
        speed: Game seconds per second; infinite for as fast as possible.
        position_s: The replay clock, in game seconds since tip-off.
        away_s: For how long the broker has not answered, in seconds.
        away_reason: Why, in a sentence; empty if it does, or nobody can tell.
        last_partition: Partition of the last acknowledged record.
        last_offset: Offset of the last acknowledged record.
        failures: The last reasons why records failed.
        lost: Records of this replay that the broker acknowledged, and lost when it was ended by force.
        error: What ended the thread, in words; empty if nothing did.
    """

    name: str
    state: str
    game_id: str
    replay_id: str
    sent: int
    acknowledged: int
    failed: int
    queued: int
    position: int
    total: int
    speed: float
    position_s: float
    away_s: float = 0.0
    away_reason: str = ""
    last_partition: int | None = None
    last_offset: int | None = None
    failures: tuple[str, ...] = ()
    lost: int = 0
    error: str = ""

    @property
    def is_over(self) -> bool:
        """Whether this replay is sent whole, and all of it arrived."""
        return self.state == "finished" and not (self.failed or self.lost)

    @property
    def sent_of_replay(self) -> int:
        """Records of this replay that were handed to the client."""
        return self.position


@dataclass(frozen=True)
class LiveProducerStatus:
    """What the producer of a live game is doing, at one moment.

    Attributes:
        name: The producer's name.
        state: starting, before tip-off, live, final, feed away, broker away, finished, stopped or failed.
        game_id: The game.
        replay_id: The game's one replay in the log; empty until the log was looked at.
        resumed: Records of it that lay in the log at the start; the work went on after them.
        sent: Records handed to the client.
        acknowledged: Records the broker has confirmed.
        failed: Records that will not arrive; `failures` says why.
        queued: Sent records that are neither acknowledged nor failed.
        feed: How it goes with the feed: looks, corrections, troubles.
        away_s: For how long the broker has not answered, in seconds.
        away_reason: Why, in a sentence; empty if it does, or nobody can tell.
        last_partition: Partition of the last acknowledged record.
        last_offset: Offset of the last acknowledged record.
        failures: The last reasons why records failed.
        error: What ended the thread, in words; empty if nothing did.
    """

    name: str
    state: str
    game_id: str
    replay_id: str = ""
    resumed: int = 0
    sent: int = 0
    acknowledged: int = 0
    failed: int = 0
    queued: int = 0
    feed: FeedStatus = BEFORE_THE_FIRST_LOOK
    away_s: float = 0.0
    away_reason: str = ""
    last_partition: int | None = None
    last_offset: int | None = None
    failures: tuple[str, ...] = ()
    error: str = ""

    @property
    def is_over(self) -> bool:
        """Whether the game has ended, and all of it arrived; a last correction may still come."""
        return self.state in ("final", "finished") and not (self.failed or self.queued)

    @property
    def sent_of_replay(self) -> int:
        """Records of the game's one replay: those that lay in the log, and those handed to the client."""
        return self.resumed + self.sent


# What every producer says of itself, whether it replays a game or follows a live one.
SendingStatus = ProducerStatus | LiveProducerStatus


class Producing(Protocol):
    """Any producer, of one game at a time."""

    @property
    def status(self) -> SendingStatus:
        """What it is doing now."""

    @property
    def teams(self) -> tuple[str, str]:
        """The home team and the visitors of its game."""


@dataclass(frozen=True)
class Handover:
    """A consumer took partitions, and reads them from then on, or gave them up.

    Attributes:
        at_s: When, in seconds of the monotonic clock.
        is_taken: Whether they were taken.
        partitions: By number; at least one.
        uncommitted: Records of them that were processed and not committed when they were given up.
    """

    at_s: float
    is_taken: bool
    partitions: tuple[int, ...]
    uncommitted: int = 0


@dataclass(frozen=True)
class Death:
    """A member of the group ended without leaving it.

    Attributes:
        member_id: The id that the broker had given it.
        at_s: When that was seen, in seconds of the monotonic clock.
        text: Who it was, and who removes it from the group, in words.
        partitions: What it owned, by number.
    """

    member_id: str
    at_s: float
    text: str
    partitions: tuple[int, ...] = ()


@dataclass(frozen=True)
class ConsumerStatus:
    """What a consumer is doing, at one moment.

    Attributes:
        name: The consumer's name.
        group_id: Its consumer group.
        state: starting, joining, recovering, seeking, live, paused, broker away, finished, stopped or failed.
        consumed: Records processed, without those read again to recover.
        recovered: Records read again, to rebuild the games or for a seek.
        invalid: Records sent to the dead-letter topic.
        superseded: Records before its position, of a replay that did not count: a newer one had replaced it, or it is
            somebody else's; a seek back takes away those beyond it.
        overtaken: The games of which somebody else has begun a newer replay than the reader's own, which counts.
        duplicates: Records processed here and not committed before their partition was given up: whoever has it next
            processes them once more.
        rebalances: Assignments received so far.
        generation: The group's own count of its rebalances when this consumer last joined; None before.
        handovers: The last partitions taken and given up, newest last.
        record_delay_s: For how long each record keeps it busy, in seconds.
        seeks: Seeks that have come to their moment.
        partitions: Where it stands in each assigned partition.
        elsewhere: The topic's partitions that its group has given to other members, by number, and to whom, in words,
            as far as the broker has told; none while it joins.
        away_s: For how long the broker has not answered, in seconds.
        away_reason: Why, in a sentence; empty if it does, or nobody can tell.
        last_invalid: The reason of the last dead letter; empty if there was none.
        lost: Records that it has read, and that are not in the log any more; 0 again with the next replay.
        group_trouble: Whom its group waits for, or which partitions nobody reads, and why, in words; else empty.
        deaths: The members of its group that it has seen end without leaving, newest last.
        last_error: What is wrong now and survived: a callback that raised, a commit that is tried again, records that
            cannot be read, or that an open transaction holds back; else empty.
        error: What ended the thread, in words; empty if nothing did.
    """

    name: str
    group_id: str
    state: str
    consumed: int = 0
    recovered: int = 0
    invalid: int = 0
    superseded: int = 0
    overtaken: tuple[str, ...] = ()
    duplicates: int = 0
    rebalances: int = 0
    generation: int | None = None
    handovers: tuple[Handover, ...] = ()
    record_delay_s: float = 0.0
    seeks: int = 0
    partitions: tuple[PartitionStatus, ...] = ()
    elsewhere: Mapping[int, str] = field(default_factory=dict)
    away_s: float = 0.0
    away_reason: str = ""
    last_invalid: str = ""
    lost: int = 0
    group_trouble: str = ""
    deaths: tuple[Death, ...] = ()
    last_error: str = ""
    error: str = ""

    @property
    def lag(self) -> int | None:
        """Records written and not yet read, over the assigned partitions; None while none is assigned."""
        return total(place.lag for place in self.partitions)

    @property
    def committed_lag(self) -> int | None:
        """Records written and not yet committed, over the assigned partitions; None while none is assigned."""
        return total(place.committed_lag for place in self.partitions)


def listed(words: Sequence[object]) -> str:
    """Numbers or names in a sentence: "0, 1 and 2"."""
    *most, last = map(str, words)
    return f"{', '.join(most)} and {last}" if most else last


def partitions_text(numbers: Sequence[int]) -> str:
    """Partitions in a sentence: "partitions 0 and 2"."""
    return f"partition{'s' if len(numbers) > 1 else ''} {listed(numbers)}"
