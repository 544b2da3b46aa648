"""The exercises of 01_a_game_is_a_log."""

from collections.abc import Callable
from numbers import Integral
from typing import Any

from nbmomentum.exercises.exercise import Exercise, call, expect
from nbmomentum.sources.bundled import DEFAULT_GAME_ID
from nbmomentum.stream.producer.partitioning import NO_SIGN, partition_for
from nbmomentum.stream.topics import PARTITIONS

THREE_GAMES = ("0021500051", "0021500177", DEFAULT_GAME_ID)


def _judge_partition(partition: Callable[[int, int], int]) -> str:
    """Ask the learner's function for numbers with and without the sign bit, and for topics of several sizes."""
    if not callable(partition):
        return "partition should be a function of a number and of how many partitions there are."
    for partitions in (PARTITIONS, 1, 4, 7):
        for number in (0, 1, 5, NO_SIGN, NO_SIGN + 1, 2**32 - 1):
            right = (number & NO_SIGN) % partitions
            answer = call(partition, number, partitions)
            if answer != right:
                return _slip(number, partitions, answer)
    return ""


def _slip(number: int, partitions: int, answer: Any) -> str:
    """What is wrong, named where it is one of the usual slips."""
    asked = f"partition({number}, {partitions})"
    if not isinstance(answer, Integral):
        return f"{asked} should be a whole number from 0 to {partitions - 1}, not {answer!r}."
    if answer == number % partitions:
        return f"{asked} still has the sign bit: take it away before you divide."
    if not 0 <= int(answer) < partitions:
        return f"{asked} is {answer}, but the partitions are numbered from 0 to {partitions - 1}."
    return f"{asked} is {answer}: another partition than Kafka's."


same_play_twice = Exercise(
    question="The same play is sent a second time. What holds the log then: 'a' one record, for the broker drops the "
    "second; 'b' one record, for the second replaces the first; 'c' two records?",
    judge=expect("c", wrong="Would the broker have to understand basketball to see that it is the same play?"),
    explanation="Two records, each at its own offset. The broker neither reads nor compares values: it appends.",
    hints=(
        "The broker keeps bytes. Does it know what a play is?",
        "A log is only ever written at its end.",
    ),
    answer="prediction = 'c'",
)

partition_of_a_number = Exercise(
    question="Which partition follows from a key's number?",
    judge=_judge_partition,
    explanation="Same key, same number, same partition, in every Kafka client of every language. "
    "That is how all records of a game come to lie in one line.",
    hints=(
        "Two steps: take the sign bit away with & 0x7fffffff, then take the remainder of a division.",
        "The remainder of 7 divided by 3 is 7 % 3.",
    ),
    answer="def partition(number, partitions):\n    return (number & 0x7fffffff) % partitions",
)

three_games = Exercise(
    question="In which partitions do the three games lie?",
    judge=expect(
        [partition_for(game_id.encode(), PARTITIONS) for game_id in THREE_GAMES], wrong="Let your function find them."
    ),
    explanation="Three keys, three partitions: we have chosen the games so. "
    "Among the kit's eight games some must share one.",
    hints=(
        "Your function answers it: partition(murmur2(key), 3) for each key, in the order of the games.",
        "[partition(murmur2(game.encode()), 3) for game in games]",
    ),
    answer="prediction = [partition(murmur2(game.encode()), 3) for game in games]",
)

what_is_in_order = Exercise(
    question="Whose order does Kafka keep for every reader: 'a' of all records of the topic, "
    "'b' of the records inside one partition, 'c' of no records?",
    judge=expect("b", wrong="Where did the offsets grow one by one, and where did each count for itself?"),
    explanation="Offsets order a partition and nothing beyond it. One key a game keeps each game in its order; "
    "two games need no order between them.",
    hints=("Is offset 5 of partition 0 before or after offset 5 of partition 1? Nothing says so.",),
    answer="prediction = 'b'",
)
