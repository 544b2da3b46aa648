"""From the log's reader and its consumers to the picture: partitions once converted, and every group's pointers."""

from dataclasses import replace
from typing import Any

from nbmomentum import studio
from nbmomentum.reports import PartitionStatus
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import ConsumerStatus, LogStatus, PartitionTail, StoredRecord
from nbmomentum.views import Pointer

PLAY = load_game("0021500277")[0]
STORED = StoredRecord(
    partition=2,
    offset=17,
    timestamp_ms=1_700_000_000_123,
    key=b"0021500277",
    headers=(("replay_id", b"a"),),
    value=PLAY.to_json(),
    value_size=len(PLAY.to_json()),
    event=PLAY,
    reason="",
    replay=2,
)


class Tail:
    """A tail that holds what it is told to."""

    def __init__(self, *tails: PartitionTail, state: str = "live", **status: Any) -> None:
        self.tails = tails
        self.status = LogStatus("log", "nba_momentum", state, **status)

    def partitions(self) -> tuple[PartitionTail, ...]:
        """What it holds."""
        return self.tails


class Consumer:
    """A consumer that stands where it is told to."""

    def __init__(self, *places: PartitionStatus) -> None:
        self.status = ConsumerStatus("consumer", "scores", "live", partitions=places)


class Commits:
    """What the broker tells."""

    def commits(self) -> dict[str, dict[int, int]]:
        """Of two groups."""
        return {"audit": {2: 5}, "scores": {1: 7, 2: 9}}


def test_a_partition_is_converted_with_its_replays_and_offsets() -> None:
    """Words, game in short, number of the replay."""
    picture = studio.picture_of(Tail(PartitionTail(2, 3, 18, (STORED,), 3)))()

    (partition,) = picture.partitions
    assert (partition.partition, partition.low, partition.end, partition.counted_from) == (2, 3, 18, 3)
    assert [(r.offset, r.replay, r.game, r.words) for r in partition.records] == [
        (17, 2, "OKC @ MIA", "Chris Bosh (MIA) scores 1, Q1 11:35, 1-0")
    ]
    assert (picture.topic, picture.trouble) == ("nba_momentum", "")


def test_what_was_converted_is_not_converted_again() -> None:
    """An unchanged partition is the same object; of a changed one the old records are."""
    tail = Tail(PartitionTail(0, 0, 0), PartitionTail(2, 0, 18, (STORED,)))
    source = studio.picture_of(tail)
    before = source()
    same = source()

    tail.tails = (tail.tails[0], PartitionTail(2, 0, 19, (STORED, replace(STORED, offset=18))))
    after = source()

    assert same == before
    assert same.partitions[1] is before.partitions[1]
    assert after.partitions[0] is before.partitions[0]
    assert after.partitions[1].records[0] is before.partitions[1].records[0]


def test_positions_are_ours_and_committed_offsets_are_anybodys() -> None:
    """What a consumer of ours says of its own commits is newer than what the broker was last asked."""
    consumer = Consumer(PartitionStatus(2, position=17, committed=12, end_offset=18))

    picture = studio.picture_of(Tail(), consumers=[consumer], commits=Commits())()

    assert picture.pointers == (
        Pointer(1, 7, "scores", True),
        Pointer(2, 5, "audit", True),
        Pointer(2, 12, "scores", True),
        Pointer(2, 17, "scores", False),
    )


def test_trouble_is_told_in_words() -> None:
    """A broker that is away, a topic that is not there, what ended the thread."""
    away = Tail(state="broker away", away_s=3.2, away_reason="No answer.")

    assert studio.picture_of(away)().trouble == "The broker has been away for 3 s. No answer."
    assert studio.picture_of(Tail(state="no topic"))().trouble == "There is no topic nba_momentum yet."
    assert studio.picture_of(Tail(state="failed", error="Why."))().trouble == "Why."
