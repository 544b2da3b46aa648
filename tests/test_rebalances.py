"""What a rebalance did, told from what its members say: no broker needed."""

import time

import pytest

from nbmomentum.reports import PartitionStatus
from nbmomentum.stream import ConsumerStatus
from nbmomentum.stream.groups.rebalances import RebalanceLog
from nbmomentum.stream.status import Death, Handover, listed

# Later than the end of any test run: a log tells only what came after its own beginning.
BEGIN_S = time.monotonic() + 100_000


def member(
    name: str, generation: int, partitions: tuple[int, ...], *handovers: Handover, state: str = "live"
) -> ConsumerStatus:
    """A member that has joined this generation and owns these partitions."""
    places = tuple(PartitionStatus(partition, 0, None, 0) for partition in partitions)
    return ConsumerStatus(name, "g", state, generation=generation, partitions=places, handovers=handovers)


def took(at_s: float, *partitions: int) -> Handover:
    """Partitions taken so many seconds after the begin."""
    return Handover(BEGIN_S + at_s, True, partitions)


def gave_up(at_s: float, *partitions: int, uncommitted: int = 0) -> Handover:
    """Partitions given up so many seconds after the begin."""
    return Handover(BEGIN_S + at_s, False, partitions, uncommitted)


@pytest.fixture
def log() -> RebalanceLog:
    """A log of a group whose first member has joined and has everything."""
    log = RebalanceLog()
    log.note_cause("consumer-1 joined", BEGIN_S)
    assert log.update([member("consumer-1", 1, (0, 1, 2), took(0.3, 0, 1, 2))])
    return log


def test_first_member_stops_nothing(log: RebalanceLog) -> None:
    """Nobody read before it came."""
    [report] = log.rebalances

    assert (report.first, report.last, report.reason) == (1, 1, "consumer-1 joined")
    assert report.duration_s == pytest.approx(0.3)
    assert (report.stopped, report.moved) == ((), ())
    assert report.describe() == "rebalance 1: consumer-1 joined; 0.3 s; nothing stopped"


def test_eager_rebalance_stops_everything(log: RebalanceLog) -> None:
    """All partitions are given up, also those that come back to the same member."""
    log.note_cause("consumer-2 joined", BEGIN_S + 10)

    log.update(
        [
            member("consumer-1", 2, (0, 1), gave_up(10.4, 0, 1, 2), took(10.6, 0, 1)),
            member("consumer-2", 2, (2,), took(10.9, 2)),
        ]
    )

    report = log.rebalances[-1]
    assert dict(report.stopped) == pytest.approx({0: 0.2, 1: 0.2, 2: 0.5})
    assert report.moved == (2,)
    assert report.describe() == (
        "rebalance 2: consumer-2 joined; 0.9 s; partitions 0, 1 and 2 stopped for up to 0.5 s; partition 2 moved"
    )


def test_cooperative_rebalance_is_one_of_two_rounds_and_stops_what_moves(log: RebalanceLog) -> None:
    """Nothing is told between the rounds; both numbers are named."""
    log.note_cause("consumer-2 joined", BEGIN_S + 10)
    first, second = member("consumer-1", 2, (0, 1), gave_up(10.4, 2), state="joining"), member("consumer-2", 2, ())
    was_told = log.update([first, second])

    is_told = log.update(
        [member("consumer-1", 3, (0, 1), gave_up(10.4, 2)), member("consumer-2", 3, (2,), took(10.9, 2))]
    )

    assert (was_told, is_told) == (False, True)
    assert log.rebalances[-1].describe() == (
        "rebalances 2 to 3: consumer-2 joined; 0.9 s; partition 2 stopped for up to 0.5 s; partition 2 moved"
    )


def test_records_that_were_not_committed_in_time_are_told(log: RebalanceLog) -> None:
    """Whoever has the partition next processes them once more: at least once is not exactly once."""
    log.note_cause("consumer-2 joined", BEGIN_S + 10)

    log.update(
        [
            member("consumer-1", 2, (0, 1), gave_up(10.4, 0, 1, 2, uncommitted=3), took(10.6, 0, 1)),
            member("consumer-2", 2, (2,), took(10.9, 2)),
        ]
    )

    assert log.rebalances[-1].duplicates == 3
    assert log.rebalances[-1].describe().endswith("partition 2 moved; 3 records are processed twice")


def test_leaver_tells_what_it_gave_up(log: RebalanceLog) -> None:
    """Its partitions stand still until another member has taken them."""
    log.note_cause("consumer-2 joined", BEGIN_S + 10)
    log.update([member("consumer-1", 2, (0, 1)), member("consumer-2", 2, (2,))])
    log.note_cause("consumer-1 left", BEGIN_S + 20)

    log.update(
        [member("consumer-2", 3, (0, 1, 2), gave_up(20.5, 2), took(20.6, 0, 1, 2))],
        [member("consumer-1", 2, (0, 1), gave_up(20.1, 0, 1), state="stopped")],
    )

    assert dict(log.rebalances[-1].stopped) == pytest.approx({0: 0.5, 1: 0.5, 2: 0.1})
    assert log.rebalances[-1].moved == (0, 1)


def test_leave_is_told_once_the_others_have_heard_of_it(log: RebalanceLog) -> None:
    """They have all joined the rebalance before it, in which the leaver was still one of them."""
    log.note_cause("consumer-2 joined", BEGIN_S + 10)
    log.note_cause("consumer-2 left", BEGIN_S + 11, beyond=2)

    told = [log.update([member("consumer-1", generation, (0, 1, 2))]) for generation in (2, 3)]

    assert told == [False, True]
    assert log.rebalances[-1].reason == "consumer-2 joined and consumer-2 left"


def test_nothing_is_told_while_members_disagree(log: RebalanceLog) -> None:
    """One has heard of the rebalance, the other not yet; or one still rebuilds its games."""
    log.note_cause("consumer-2 joined", BEGIN_S + 10)

    told = [
        log.update([member("consumer-1", 1, (0, 1, 2)), member("consumer-2", 2, ())]),
        log.update([member("consumer-1", 2, (0, 1)), member("consumer-2", 2, (2,), state="recovering")]),
        log.update([member("consumer-1", 1, (0, 1, 2))]),
    ]

    assert told == [False] * 3
    assert len(log.rebalances) == 1


def test_change_that_nobody_announced_is_told_all_the_same(log: RebalanceLog) -> None:
    """A member in another kernel, or one whose session has run out."""
    log.update([member("consumer-1", 2, (0, 1), gave_up(10.0, 0, 1, 2), took(10.1, 0, 1))])

    assert log.rebalances[-1].reason == "a change outside this kernel"


def test_end_of_the_last_member_leaves_the_group_empty(log: RebalanceLog) -> None:
    """It is told once, and the next member's group may count from 1 again."""
    log.note_cause("consumer-1 left", BEGIN_S + 10)

    told = [log.update([]), log.update([])]
    log.note_cause("consumer-1 joined", BEGIN_S + 20)
    log.update([member("consumer-1", 1, (0, 1, 2), took(20.3, 0, 1, 2))])

    assert told == [True, False]
    assert log.rebalances[1].describe() == "rebalance 2: consumer-1 left; 0.0 s; nobody is left, and nothing is read"
    assert (log.rebalances[2].first, log.rebalances[2].last) == (1, 1)


def test_cause_without_a_rebalance_is_forgotten(log: RebalanceLog) -> None:
    """A member that left before it had joined changes nothing, and nobody waits for it for ever."""
    log.note_cause("consumer-2 left", time.monotonic() - 16)
    was_waiting = log.is_waiting

    told = log.update([member("consumer-1", 1, (0, 1, 2))])

    assert was_waiting
    assert not told
    assert not log.is_waiting


def test_old_reports_make_room() -> None:
    """A class that plays with the buttons for an hour does not fill the memory."""
    log = RebalanceLog()

    for generation in range(1, 60):
        log.update([member("consumer-1", generation, (0,), took(generation, 0))])

    assert [report.last for report in log.rebalances] == list(range(40, 60))


@pytest.mark.parametrize(("numbers", "text"), [((1,), "1"), ((0, 2), "0 and 2"), ((0, 1, 2), "0, 1 and 2")])
def test_numbers_are_listed_as_people_write_them(numbers: tuple[int, ...], text: str) -> None:
    """With one "and"."""
    assert listed(numbers) == text


def test_member_that_was_killed_is_a_cause_once_and_its_partitions_stood_still(log: RebalanceLog) -> None:
    """Two survivors have seen it; nobody gave its partition up, and from its death on nobody read it."""
    log.update([member("consumer-1", 2, (0,)), member("consumer-3", 2, (1,))])
    death = Death("id", BEGIN_S + 20, "consumer-2 of process 4711 was killed; removed by the kit", (2,))

    log.note_deaths([death, death])
    log.update([member("consumer-1", 3, (0, 2), took(23.5, 2)), member("consumer-3", 3, (1,))])

    assert log.rebalances[-1].describe() == (
        "rebalance 3: consumer-2 of process 4711 was killed; removed by the kit; 3.5 s; "
        "partition 2 stopped for up to 3.5 s"
    )
