"""What producers and consumers say of themselves: sums and lags that cannot mislead."""

import pytest

from nbmomentum.reports import PartitionStatus
from nbmomentum.stream import ConsumerStatus
from nbmomentum.stream.consumer.progress import Progress
from nbmomentum.stream.producer.sender import Delivery


def progress(**changes: int | None) -> Progress:
    """Partition 2 with 100 records, 40 of them processed and committed."""
    offsets = {"position": 40, "committed": 40, "live_from": 40, "end_offset": 100, "end_at_start": 100}
    fields = offsets | {"shown_from": 40} | changes
    return Progress(partition=2, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("position", "committed", "end_offset", "lag", "committed_lag"),
    [
        (0, None, 0, 0, 0),
        (0, None, 110, 110, 110),
        (60, 40, 110, 50, 70),
        (110, 110, 110, 0, 0),
        (30, 40, 110, 80, 70),  # rebuilding: it reads again what the group has committed
        (115, 110, 110, 0, 0),  # the end offset is a moment old
    ],
)
def test_lags_of_a_partition(
    position: int, committed: int | None, end_offset: int, lag: int, committed_lag: int
) -> None:
    """End offset minus position, end offset minus committed, and never less than nothing."""
    status = PartitionStatus(2, position, committed, end_offset)

    assert (status.lag, status.committed_lag) == (lag, committed_lag)


def test_lags_of_a_consumer_are_sums_over_its_partitions() -> None:
    """As every Kafka tool adds them up."""
    partitions = PartitionStatus(0, 5, 4, 10), PartitionStatus(2, 0, None, 7)
    status = ConsumerStatus("consumer", "group", "live", partitions=partitions, rebalances=1)

    assert (status.lag, status.committed_lag) == (12, 13)


@pytest.mark.parametrize("rebalances", [0, 3])
def test_lags_are_unknown_without_a_partition(rebalances: int) -> None:
    """Before the first assignment and in the middle of a rebalance: 0 would say caught up."""
    status = ConsumerStatus("consumer", "group", "joining", rebalances=rebalances)

    assert (status.lag, status.committed_lag) == (None, None)


def test_queued_is_what_is_neither_acknowledged_nor_failed() -> None:
    """Three fates of a record, and the sum fits."""
    assert Delivery(sent=10, acknowledged=6, failed=1).queued == 3


def test_progress_recovers_up_to_what_was_committed() -> None:
    """From there on, records are new; while rebuilding there is nothing to commit."""
    rebuilding = progress(position=10)
    assert (rebuilding.is_recovering, rebuilding.is_committed, rebuilding.is_at_end) == (True, True, False)

    rebuilding.advance_to(40)
    assert (rebuilding.is_recovering, rebuilding.is_committed, rebuilding.is_at_end) == (False, True, False)


def test_progress_is_committed_when_the_group_has_its_position() -> None:
    """A position that moved is to be saved; nothing at all needs no commit."""
    assert progress(position=41).is_committed is False
    assert progress(position=0, committed=None, live_from=0).is_committed is True


def test_progress_knows_what_would_be_processed_twice() -> None:
    """Processed and not saved; neither what is only rebuilt, nor what was read before a seek back and is saved."""
    assert progress(position=43).uncommitted == 3
    assert progress(position=10).uncommitted == 0
    assert progress(position=7, committed=None, live_from=0, shown_from=0).uncommitted == 7
    sought = progress(position=45)
    sought.go_back_to(5)
    assert sought.uncommitted == 5


def test_progress_is_at_its_end_when_all_that_was_there_is_saved() -> None:
    """Reading it is not enough; what came later does not count."""
    assert progress(position=100).is_at_end is False
    assert progress(position=100, committed=100, end_offset=500).is_at_end is True


def test_progress_moves_the_end_with_it() -> None:
    """What was read was written."""
    moved = progress()

    moved.advance_to(130)

    assert moved.status() == PartitionStatus(2, 130, 40, 130)


def test_progress_in_a_log_that_was_cut_begins_anew() -> None:
    """What the group had committed is no longer there: everything is new."""
    cut = progress(position=90, committed=90, live_from=90)

    cut.restart_from(0)

    assert (cut.position, cut.committed, cut.is_recovering) == (0, None, False)
