"""The consumer's loop, with a group that does as the test says: rebalances at awkward moments, logs with holes."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError
from scoring import events_of
from support import random_name

from nbmomentum.reports import PartitionStatus
from nbmomentum.stream import BackgroundConsumer
from nbmomentum.stream.consumer.reader import Start
from nbmomentum.stream.consumer.rebalance_notes import Rebalance

PLAYS = events_of([("MIA", 2, second) for second in range(10, 120, 10)])


@dataclass
class Record:
    """A record of the scripted partition, as far as the consumer looks at it."""

    offset: int
    partition: int = 0
    key: bytes = b"0021500277"
    headers: tuple[tuple[str, bytes], ...] = (("replay_id", b"a"),)
    timestamp: int = 0

    @property
    def value(self) -> bytes:
        """The play of this offset."""
        return PLAYS[self.offset].to_json()


@dataclass
class ScriptedGroup:
    """Stands in for `GroupReader`: the group's decisions and the log are what the test puts in."""

    rebalances: deque[Rebalance] = field(default_factory=deque)
    log: list[int] = field(default_factory=lambda: list(range(10)))
    owned: set[int] = field(default_factory=set)
    committed: dict[int, tuple[int, int]] = field(default_factory=dict)
    starts: dict[int, Start] = field(default_factory=dict)
    refuses: str = ""
    fails: str = ""
    position: int = 0
    flowing: set[int] = field(default_factory=set)
    away_since: float | None = None
    away_reason: str = ""
    is_joining: bool = False
    is_stable: bool = True
    is_in_time: bool = True
    elsewhere: tuple[int, ...] = ()
    standing: None = None  # nothing to ask a broker about

    def ensure_connected(self) -> bool:
        """Always."""
        return True

    def take_rebalance(self) -> Rebalance | None:
        """The group's next decision."""
        return self.rebalances.popleft() if self.rebalances else None

    def assigned(self) -> set[int]:
        """What is ours."""
        return self.owned

    def still_ours(self, revoked: Rebalance) -> set[int]:
        """What is ours, and what was until now, if the test says so."""
        return (self.owned | set(revoked.partitions) if self.is_in_time else self.owned) if self.is_stable else set()

    def end_offsets(self, partitions: Iterable[int]) -> dict[int, int]:
        """The log's end."""
        return dict.fromkeys(partitions, self.log[-1] + 1)

    def find_start(self, partition: int, _: int) -> Start:
        """Where the test wants it to begin."""
        if self.refuses:
            raise KafkaTimeoutError(self.refuses)
        return self.starts.get(partition, Start(None, 0, 0))

    def begin(self, partition: int, offset: int) -> None:
        """As strict as the client library."""
        if partition not in self.owned:
            raise ValueError("Unassigned partition")
        self.position = offset

    def set_flowing(self, flowing: Iterable[int]) -> None:
        """Hold back all others."""
        self.flowing = set(flowing)

    def poll(self, max_records: int | None = None) -> dict[int, list[Any]]:
        """The records of partition 0 from the position on."""
        offsets = [offset for offset in self.log if offset >= self.position][:max_records]
        if not offsets or 0 not in self.flowing:
            return {}
        self.position = offsets[-1] + 1
        if self.fails:
            raise KafkaTimeoutError(self.fails)
        return {0: [Record(offset) for offset in offsets]}

    def positions(self) -> dict[int, int]:
        """The next offset to read."""
        return {0: self.position} if 0 in self.owned else {}

    def standing_still(self) -> dict[int, str]:
        """None does."""
        return {}

    def troubles(self, *, at_once: bool) -> str:  # noqa: ARG002
        """There are none."""
        return ""

    def look_for_topics(self) -> None:
        """They are there."""

    def commit(self, offsets: Mapping[int, tuple[int, int]]) -> str:
        """Never fails."""
        self.committed.update(offsets)
        return ""

    def close(self) -> None:
        """Leave the group."""
        self.owned = set()


@pytest.fixture
def group() -> ScriptedGroup:
    """A group that has given us partition 0."""
    return ScriptedGroup(rebalances=deque([Rebalance(True, (0,))]), owned={0})


@pytest.fixture
def make(group: ScriptedGroup, monkeypatch: pytest.MonkeyPatch) -> Callable[..., BackgroundConsumer]:
    """Make a consumer in this group; the test takes its turns itself."""
    monkeypatch.setattr("nbmomentum.stream.consumer.background_consumer.GroupReader", lambda *_, **__: group)
    return lambda **options: BackgroundConsumer(
        bootstrap_servers="nowhere:1", group_id="g", name=random_name("consumer"), **options
    )


def test_a_turn_takes_folds_and_commits(group: ScriptedGroup, make: Callable[..., BackgroundConsumer]) -> None:
    """Assignment, records, state, commit: all in one turn."""
    consumer = make()

    consumer._member.turn()

    assert (consumer.status.state, consumer.status.consumed, consumer.status.lag) == ("live", 10, 0)
    assert group.committed == {0: (10, 0)}
    assert len(consumer.states()["0021500277"].plays) == 10


def test_between_revoked_and_assigned_it_is_joining(
    group: ScriptedGroup, make: Callable[..., BackgroundConsumer]
) -> None:
    """Without partitions there is no lag, no game, and for a run without tail no end."""
    consumer = make(tail=False)
    consumer._member.turn()
    ended_with_all = consumer._is_finished()

    group.rebalances.append(Rebalance(False, (0,)))
    consumer._member.turn()

    assert ended_with_all
    assert (consumer.status.state, consumer.status.lag, consumer.states()) == ("joining", None, {})
    assert not consumer._is_finished()


def test_a_member_without_partitions_is_at_its_end(
    group: ScriptedGroup, make: Callable[..., BackgroundConsumer]
) -> None:
    """More members than partitions: there is nothing for it to read."""
    group.rebalances, group.owned = deque([Rebalance(True, ())]), set()
    consumer = make(tail=False)

    consumer._member.turn()

    assert (consumer.status.state, consumer.status.lag) == ("live", None)
    assert consumer._is_finished()


def test_partition_that_was_lost_before_it_was_taken_is_left_alone(
    group: ScriptedGroup, make: Callable[..., BackgroundConsumer]
) -> None:
    """Two decisions in one poll: the first is no longer true when it is handled."""
    group.rebalances, group.owned = deque([Rebalance(True, (0,)), Rebalance(False, (0,))]), set()
    consumer = make()

    consumer._member.turn()

    assert (consumer.status.state, consumer.status.partitions) == ("joining", ())
    assert consumer.status.last_error == ""


def test_assignment_that_fails_is_tried_again(group: ScriptedGroup, make: Callable[..., BackgroundConsumer]) -> None:
    """The broker did not say where to begin: nothing is read until it does."""
    group.refuses = "no answer"
    consumer = make()
    consumer._stop_requested.set()  # so that no turn waits
    consumer._member.turn()
    first = consumer.status
    group.refuses = ""

    consumer._member.turn()

    assert (first.state, first.consumed) == ("joining", 0)
    assert "no answer" in first.last_error
    assert (consumer.status.state, consumer.status.consumed, consumer.status.last_error) == ("live", 10, "")


def test_records_of_a_poll_that_fails_are_read_again(
    group: ScriptedGroup, make: Callable[..., BackgroundConsumer]
) -> None:
    """The client takes them for read, and hands them to nobody: without a look back they would be committed unread."""
    group.fails = "no room for the next fetch"
    consumer = make()
    consumer._stop_requested.set()  # so that no turn waits
    consumer._member.turn()
    group.fails = ""
    group.log.append(10)

    consumer._member.turn()

    assert (consumer.status.consumed, group.committed) == (11, {0: (11, 0)})
    assert len(consumer.states()["0021500277"].plays) == 11


def test_partition_given_up_with_unsaved_records_is_told(
    group: ScriptedGroup, make: Callable[..., BackgroundConsumer]
) -> None:
    """The group rebalances and takes no commit: the next owner begins where it last did."""
    consumer = make()
    group.log = group.log[:4]
    consumer._member.turn()
    group.is_stable = False
    group.log = [*range(10)]
    consumer._member.turn()
    told_before = consumer.status.duplicates

    group.rebalances.append(Rebalance(False, (0,)))
    consumer._member.turn()

    assert (told_before, consumer.status.consumed, consumer.status.duplicates) == (0, 10, 6)
    assert consumer.status.handovers[-1].uncommitted == 6
    assert group.committed == {0: (4, 0)}


def test_nothing_is_committed_of_what_has_a_new_owner(
    group: ScriptedGroup, make: Callable[..., BackgroundConsumer]
) -> None:
    """It has joined again before it looks: a commit would be taken, and would set back what the new owner has saved."""
    consumer = make()
    group.is_stable = False
    consumer._member.turn()

    group.rebalances.append(Rebalance(False, (0,)))
    group.is_stable, group.is_in_time, group.owned = True, False, set()
    consumer._member.turn()

    assert (group.committed, consumer.status.duplicates) == ({}, 10)


def test_partition_that_comes_back_at_once_is_committed(
    group: ScriptedGroup, make: Callable[..., BackgroundConsumer]
) -> None:
    """An eager rebalance takes it and gives it back: nobody else has it, so nothing is processed twice."""
    consumer = make()
    group.is_stable = False
    consumer._member.turn()

    group.rebalances.extend([Rebalance(False, (0,)), Rebalance(True, (0,))])
    group.is_stable, group.is_in_time, group.starts = True, False, {0: Start(10, 0, 0)}
    consumer._member.turn()

    assert (group.committed, consumer.status.duplicates) == ({0: (10, 0)}, 0)
    assert (consumer.status.consumed, consumer.status.recovered) == (10, 10)


def test_what_is_committed_has_been_told(
    group: ScriptedGroup, make: Callable[..., BackgroundConsumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sees the group's offsets, and then asks the member, never sees fewer records than that."""
    consumer = make()
    told = []

    def commit(_: Mapping[int, tuple[int, int]]) -> str:
        told.append(consumer.status.consumed)
        return ""

    monkeypatch.setattr(group, "commit", commit)
    consumer._member.turn()

    assert told == [10]


def test_paused_recovery_ends_where_the_log_has_a_hole(
    group: ScriptedGroup, make: Callable[..., BackgroundConsumer]
) -> None:
    """The last records of the past are gone from the log: what there is was rebuilt, the rest waits."""
    group.log, group.starts = [0, 1, 2, 7, 8, 9], {0: Start(5, 0, 0)}
    consumer = make()
    consumer.pause()

    for _ in range(3):
        consumer._member.turn()

    assert (consumer.status.state, consumer.status.recovered, consumer.status.consumed) == ("paused", 3, 0)
    assert len(consumer.states()["0021500277"].plays) == 3
    assert consumer.status.partitions == (PartitionStatus(0, 5, 5, 10),)


def test_steps_wait_for_the_recovery(group: ScriptedGroup, make: Callable[..., BackgroundConsumer]) -> None:
    """Records of the past are no steps."""
    group.starts = {0: Start(6, 0, 0)}
    consumer = make()
    consumer.step(2)

    for _ in range(3):
        consumer._member.turn()

    assert (consumer.status.state, consumer.status.recovered, consumer.status.consumed) == ("paused", 6, 2)
    assert group.committed == {0: (8, 0)}


def test_log_that_was_cut_is_read_from_its_new_beginning(
    group: ScriptedGroup, make: Callable[..., BackgroundConsumer]
) -> None:
    """Offsets below the position: the broker lost what was committed, so all that is there is new."""
    group.starts = {0: Start(10, 10, 0)}
    consumer = make()
    consumer._member.turn()

    group.log, group.position = [0, 1, 2], 0
    consumer._member.turn()

    assert (consumer.status.consumed, consumer.status.recovered) == (3, 0)
    assert group.committed == {0: (3, 0)}


def test_nothing_is_committed_while_the_broker_is_away(
    group: ScriptedGroup, make: Callable[..., BackgroundConsumer]
) -> None:
    """A stop need not wait for it; it is saved when the broker is back."""
    consumer = make()
    consumer._member.turn()
    group.committed.clear()
    group.log.append(9)

    group.away_since = 1.0
    consumer._member._progress[0].position = 9
    consumer._member.commit()
    away = dict(group.committed)
    group.away_since = None
    consumer._member.commit()

    assert away == {}
    assert group.committed == {0: (9, 0)}
