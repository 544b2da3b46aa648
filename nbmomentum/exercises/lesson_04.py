"""The exercises of 04_time_travel.

lesson_04.record_time_station.check("b")
lesson_04.event_time.hint()
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from nbmomentum.exercises.answers import FormError
from nbmomentum.exercises.exercise import Exercise, call, expect

SPEED = 600
GAP_S = 60.0
ANSWERED_OFFSET = 57

_TIP_OFFS = (datetime(2015, 12, 4, 0, 0, tzinfo=UTC), datetime(2026, 1, 31, 23, 30, tzinfo=UTC))
_ELAPSED_S = (0.0, 25.0, 1908.5, 2880.0)


def _judge_event_time(event_time: Callable[[datetime, float], datetime]) -> str:
    if not callable(event_time):
        return "event_time should be a function of the tip-off and the seconds of play."
    for tip_off in _TIP_OFFS:
        for elapsed_s in _ELAPSED_S:
            answer = call(event_time, tip_off, elapsed_s)
            if not isinstance(answer, datetime):
                raise FormError(f"event_time should return a datetime, as tip_off is, not {answer!r:.60}.")
            if answer != tip_off + timedelta(seconds=elapsed_s):
                return f"event_time({tip_off:%H:%M:%S}, {elapsed_s:g}) is {answer!r:.60}, which is another moment."
    return ""


record_time_station = Exercise(
    question="The play is of 2015, its record of today. At which station does it get today's time: 'a' Producer, "
    "'b' Partition, 'c' Poll, 'd' Fold?",
    judge=expect(
        "b",
        choices="a b c d",
        wrong="Step once more, and look for the time in each form: where must it have come from?",
    ),
    explanation="When the record is sent, the client stamps it. The reader finds the record time beside the value; "
    "nothing in the value has changed.",
    hints=(
        "The form at Producer has no time of today yet. The form at Poll has one.",
        "The record time is a part of the record as it lies in the log.",
    ),
    answer="prediction = 'b'",
)

two_gaps = Exercise(
    question=f"Two plays are {GAP_S:g} s of play apart, and the replay runs at {SPEED}×. "
    "How many seconds lie between their record times, and how many between their event times?",
    judge=expect(
        [GAP_S / SPEED, GAP_S],
        form="[between the record times, between the event times]",
        wrong="The replay's speed moves one of the two clocks only: which of them is read when the record is sent?",
    ),
    explanation=f"{GAP_S:g} / {SPEED} = {GAP_S / SPEED:g} s in the log, for the producer waited no longer. In the "
    "arena it was a minute, and the value still says so.",
    hints=(
        "The record time is the time of sending. How long does the producer wait between the two?",
        "The event time belongs to the play: no replay changes it.",
    ),
    answer=f"prediction = [{GAP_S:g} / {SPEED}, {GAP_S:g}]",
)

event_time = Exercise(
    question="When did a play happen, if the game began at tip_off?",
    judge=_judge_event_time,
    explanation="Tip-off plus the seconds of play. It knows nothing of breaks and time-outs: for a recorded game it "
    "stands in for a time that the feed does not give.",
    hints=(
        "A datetime plus a timedelta is a datetime.",
        "timedelta(seconds=elapsed_s) is so many seconds as a span of time.",
    ),
    answer="def event_time(tip_off, elapsed_s):\n    return tip_off + timedelta(seconds=elapsed_s)",
)

known_before = Exercise(
    question=f"For a moment, offsets_for_times answers offset {ANSWERED_OFFSET}. How many records of the partition "
    "were in the log before that moment?",
    judge=expect(
        ANSWERED_OFFSET,
        wrong="The answer is the first record that came at that moment or later; count those before it, from offset 0.",
    ),
    explanation=f"Offsets 0 to {ANSWERED_OFFSET - 1}: {ANSWERED_OFFSET} records. The state at that moment is the fold "
    "of these, and of no others.",
    hints=(
        "Does the record at the answered offset belong to what was known before?",
        "Offsets are counted from 0.",
    ),
    answer=f"prediction = {ANSWERED_OFFSET}",
)
