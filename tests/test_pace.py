"""How fast a member reads: what was asked of it, and what of that is still to be done."""

from nbmomentum.stream.consumer.pace import Pace


def test_member_reads_on_until_it_is_told_otherwise() -> None:
    """As many records as come, with no rest."""
    pace = Pace()

    assert (pace.is_resting, pace.is_one_by_one, pace.at_once) == (False, False, None)


def test_steps_add_up_and_are_used_up() -> None:
    """A paused member rests once it has read what it was asked for."""
    pace = Pace()
    pace.step(2)
    pace.step(1)
    assert (pace.is_resting, pace.at_once) == (False, 3)

    pace.note_read(3)

    assert (pace.is_resting, pace.steps) == (True, 0)


def test_pause_and_resume_forget_steps() -> None:
    """What was asked for before is no longer wanted."""
    pace = Pace()
    for forget in (pace.pause, pace.resume):
        pace.step(2)

        forget()

        assert pace.steps == 0
    assert not pace.is_resting


def test_busy_member_reads_one_record_and_rests() -> None:
    """A new delay holds from the next record on."""
    pace = Pace()
    pace.set_record_delay(60.0)
    assert (pace.is_resting, pace.at_once) == (False, 1)

    pace.note_read(1)
    assert pace.is_resting

    pace.set_record_delay(0.0)
    assert not pace.is_resting
