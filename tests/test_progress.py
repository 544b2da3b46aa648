"""How far a consumer has ever read: what a log that ends sooner has lost, and when that is made up for."""

from nbmomentum.stream.consumer.progress import Reached


def test_log_that_ends_sooner_has_lost_records() -> None:
    """They are counted once, however often one looks; what is written again in their place is not theirs."""
    reached = Reached()
    reached.read(60, {"replay 1"})

    assert [reached.compare(60), reached.compare(40), reached.compare(40)] == [0, 20, 0]
    reached.read(50, {"replay 1"})
    assert reached.compare(45) == 5
    assert reached.lost == 25


def test_next_replay_makes_up_for_the_loss() -> None:
    """An older one that is read again does not."""
    reached = Reached()
    reached.read(60, {"replay 1", "replay 2"})
    reached.compare(0)

    reached.read(10, {"replay 1"})
    before = reached.lost
    reached.read(20, {"replay 3"})

    assert (before, reached.lost) == (60, 0)
