"""The exercises of 02_follow_the_log.

lesson_02.two_lags.check([105, 107])
lesson_02.lags.hint()
"""

from collections.abc import Callable

from nbmomentum.exercises.answers import finished
from nbmomentum.exercises.exercise import Exercise, call, expect
from nbmomentum.momentum import GameTracker
from nbmomentum.reports import PartitionStatus
from nbmomentum.sources.bundled import DEFAULT_GAME_ID, load_game

# Where the lesson's reader stands when the lags are asked for, as offsets.
END_OFFSET, POSITION, COMMITTED = 110, 5, 3
# The last play of the default game before Q3 4:12.
NAIVE_OFFSET = 80

Lags = tuple[int, int]

# End offset, position, committed: on the way, caught up, an empty log, a group that never committed.
_STANDS = ((END_OFFSET, POSITION, COMMITTED), (110, 110, 110), (0, 0, None), (110, 5, None), (7, 7, 0))


def _right_lags(end: int, position: int, committed: int | None) -> tuple[int | None, int]:
    """Both lags as the kit itself counts them."""
    status = PartitionStatus(partition=0, position=position, committed=committed, end_offset=end)
    return status.lag, status.committed_lag


def _judge_lags(lags: Callable[[int, int, int | None], Lags]) -> str:
    """Ask the learner's function for readers that are behind, caught up, and new."""
    if not callable(lags):
        return "lags should be a function of an end offset, a position and a committed offset."
    for stand in _STANDS:
        answer = call(lags, *stand)
        if not isinstance(answer, list | tuple) or len(answer) != 2:
            return f"lags{stand} should be two numbers, lag and committed lag, not {answer!r:.60}."
        if tuple(map(finished, answer)) != _right_lags(*stand):
            return f"lags{stand} is {answer!r:.60}: one of the two is not right yet."
    return ""


def _naive_score() -> list[float]:
    """Home and away after the one record that the naive seek reads."""
    play = load_game(DEFAULT_GAME_ID)[NAIVE_OFFSET]
    tracker = GameTracker(home=play.home, away=play.away)
    tracker.apply(play)
    return [tracker.state.home_score, tracker.state.away_score]


two_lags = Exercise(
    question=f"The log ends at {END_OFFSET}, the position is {POSITION}, committed is {COMMITTED}. "
    "What are lag and committed lag?",
    judge=expect(
        [END_OFFSET - POSITION, END_OFFSET - COMMITTED],
        form="[lag, committed lag]",
        wrong="Count what lies between the end offset and each of the other two. Which lag does a commit change?",
    ),
    explanation=f"{END_OFFSET} − {POSITION} records are not read yet; {END_OFFSET} − {COMMITTED} would be read by "
    "whoever takes over now. The records in between are read, but not saved as read.",
    hints=(
        "Lag is end offset − position. Committed lag is end offset − committed.",
        f"{END_OFFSET} − {POSITION}, and {END_OFFSET} − {COMMITTED}.",
    ),
    answer=f"prediction = [{END_OFFSET} - {POSITION}, {END_OFFSET} - {COMMITTED}]",
)

lags = Exercise(
    question="Which lag and which committed lag follow from the three offsets?",
    judge=_judge_lags,
    explanation="Two subtractions, as in every Kafka tool. A group that has never committed has None: the tools show "
    "a dash there, and the kit counts what a first reader would find, all records that are still in the log.",
    hints=(
        "Two values come back from one function as: return first, second.",
        "The first is end - position. For the second, committed may be None: what would the group have read then?",
        "committed or 0 is 0 when committed is None.",
    ),
    answer="def lags(end, position, committed):\n    return end - position, end - (committed or 0)",
)

resumes_at = Exercise(
    question=f"The reader is closed at position {POSITION}, with {COMMITTED} committed. "
    "At which offset does the next reader of this group begin?",
    judge=expect(COMMITTED, wrong="Only one of the numbers was saved at the broker. The others went with the reader."),
    explanation="The position went with the reader; the committed offset is all that the group has. "
    f"So the records from {COMMITTED} to {POSITION - 1} are read a second time: better twice than never.",
    hints=(
        "Where does the position live: in the reader or in the broker?",
        "A group goes on where it has committed.",
    ),
    answer=f"prediction = {COMMITTED}",
)

another_group = Exercise(
    question="A group that has never read this topic opens a reader. At which offset does it begin?",
    judge=expect(0, wrong="What has the first group taken away from the log by reading it?"),
    explanation="Reading removes nothing. Each group has its own committed offset, and a new one begins at the start.",
    hints=(
        "Does a newspaper lose its first page when somebody has read it?",
        "The setting auto_offset_reset='earliest' is for groups that have committed nothing.",
    ),
    answer="prediction = 0",
)

naive_score = Exercise(
    question="A jump into the middle of the log, an empty tracker, one free throw by OKC read. "
    "Which score does the tracker show, MIA first?",
    judge=expect(
        _naive_score(),
        form="[Miami's points, Oklahoma City's points]",
        wrong="The tracker is empty, and gets this one play. It adds points; it does not look up the stated score.",
    ),
    explanation="One point for OKC, and nothing else: the 80 plays before are not in this record. "
    "A state is the fold of all records before, so it cannot be found in the middle of a log.",
    hints=(
        "Every tracker starts at 0-0.",
        "A free throw is one point, for the team of the record.",
    ),
    answer="prediction = [0, 1]",
)
