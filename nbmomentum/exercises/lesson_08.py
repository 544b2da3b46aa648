"""The exercises of 08_follow_a_live_game.

lesson_08.a_withdrawn_basket.check(2)
lesson_08.points_of.hint()
"""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from nbmomentum.events import ScoringEvent
from nbmomentum.exercises.exercise import Exercise, call, expect
from nbmomentum.momentum import GameTracker
from nbmomentum.sources.bundled import DEFAULT_GAME_ID, load_game

# The score that these plays state is wrong, so that one who copies it is found.
_STATED = 45
_ONE, _TWO, _THREE = (replace(play, home_score=_STATED, away_score=_STATED) for play in load_game(DEFAULT_GAME_ID)[:3])
_WITHDRAWN = replace(_TWO, revision=1, retracted=True)

# What lies in a log, and what a wrong answer to it usually forgets.
_LOGS: tuple[tuple[str, tuple[ScoringEvent, ...]], ...] = (
    ("three plays, none of them corrected", (_ONE, _TWO, _THREE)),
    ("a play that is corrected to three points", (_ONE, _TWO, replace(_TWO, revision=1, points=3))),
    ("a play that is withdrawn", (_ONE, _TWO, _WITHDRAWN, _THREE)),
    ("a play that is withdrawn and comes back", (_ONE, _TWO, _WITHDRAWN, replace(_TWO, revision=2))),
    ("a correction that arrives before the play it corrects", (_ONE, _WITHDRAWN, _TWO)),
    ("no record at all", ()),
)


def _right_points(events: Sequence[ScoringEvent]) -> int:
    """The points as the kit itself counts them."""
    tracker = GameTracker(home=_ONE.home, away=_ONE.away)
    for event in events:
        tracker.apply(event)
    return tracker.state.home_score + tracker.state.away_score


def _judge_points(points_of: Callable[[list[ScoringEvent]], Any]) -> str:
    """Ask the learner's function for logs with every kind of correction."""
    if not callable(points_of):
        return "points_of should be a function of a list of events."
    for words, events in _LOGS:
        points = call(points_of, list(events))
        if points == 2 * _STATED:
            return "This copies the score that an event states, and it may be wrong. Add up the points of each play."
        if points != _right_points(events):
            return f"For {words} the points are {_right_points(events)}; your function says {points!r:.40}."
    return ""


a_repeated_look = Exercise(
    question="The next look at the feed brings the same three plays. How many records are sent?",
    judge=expect(0, wrong="What would a reader of the log learn from them?"),
    explanation="Every look brings the whole game. It is compared with all that was sent, and nothing is new.",
    hints=(
        "The feed says everything again each time. Should the log?",
        "A record says that something happened. Nothing did.",
    ),
    answer="prediction = 0",
)

a_withdrawn_basket = Exercise(
    question="The second of three plays is gone, and the third has another running score. How many records are sent?",
    judge=expect(2, wrong="One play is withdrawn. Look at the running score of the play after it, too."),
    explanation="One withdraws the basket; one says the later play again, with the score that follows. Both have "
    "revision 1. The records of the first look stay where they are.",
    hints=(
        "Which of the three plays are told otherwise than before?",
        "A play that is gone needs a record that says so; a play that changed is sent again.",
    ),
    answer="prediction = 2",
)

points_of = Exercise(
    question="How many points stand in a log in which corrections lie beside what they correct?",
    judge=_judge_points,
    explanation="Of each event_id the highest revision counts, wherever it lies; what is retracted counts nothing.",
    hints=(
        "A dictionary with event_id as its key keeps one event of each play.",
        "Before you replace an event in it, compare the two revisions.",
        "At the end, leave out the events whose retracted is True, and add up points.",
    ),
    answer="def points_of(events):\n"
    "    newest = {}\n"
    "    for event in sorted(events, key=lambda event: event.revision):\n"
    "        newest[event.event_id] = event\n"
    "    return sum(event.points for event in newest.values() if not event.retracted)",
)

after_a_restart = Exercise(
    question="The producer stops and another one starts. How does that one know what was sent?",
    judge=expect("c", wrong="Think of a laptop that lost its power: what is still there, and what is the truth?"),
    explanation="The log is what was really sent. A file may be behind it, and the feed does not know us at all. So "
    "the new producer reads the replay first: no gap, and no double.",
    hints=(
        "A file is written before or after the record. What if the power fails between the two?",
        "Which of the three cannot differ from what readers have seen?",
    ),
    answer='prediction = "c"',
)
