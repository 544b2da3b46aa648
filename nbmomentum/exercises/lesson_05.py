"""The exercises of 05_many_games_many_consumers."""

from collections.abc import Callable

from nbmomentum.events import ScoringEvent
from nbmomentum.exercises.exercise import Exercise, call, expect
from nbmomentum.sources.bundled import load_game

ONE_GAME, ANOTHER_GAME = "0021500277", "0021500177"


def _judge_key_of(key_of: Callable[[ScoringEvent], bytes]) -> str:
    """Ask for the keys of plays of two games: one key a game, and another one for another game."""
    if not callable(key_of):
        return "key_of should be a function of a play."
    keys = {game_id: [call(key_of, play) for play in load_game(game_id)] for game_id in (ONE_GAME, ANOTHER_GAME)}
    if wrong := [key for of_game in keys.values() for key in of_game if not isinstance(key, bytes)]:
        return f"A key is bytes, not {wrong[0]!r:.60}: a text has .encode()."
    if any(len(set(of_game)) > 1 for of_game in keys.values()):
        return "Two plays of one game get different keys, so they may lie in different partitions."
    if keys[ONE_GAME][0] == keys[ANOTHER_GAME][0]:
        return "Every game gets the same key: all would lie in one partition, and one member would do all the work."
    return ""


shared_out = Exercise(
    question="Three partitions: how many does each of two members get, the larger number first, and how many the one "
    "of four members that gets the fewest?",
    judge=expect(
        [2, 1, 0],
        form="[larger of two, smaller of two, fewest of four]",
        wrong="Every partition has one owner, and nobody owns a part of one.",
    ),
    explanation="Two and one: whole partitions are shared out. Of four members one gets none. It waits, and steps in "
    "when another one leaves.",
    hints=("A partition is never cut in two.", "Three apples, then two children and then four, and no knife."),
    answer="prediction = [2, 1, 0]",
)

changed_hands = Exercise(
    question="What does a new owner show of a game that another member has read so far: 'a' 0-0, 'b' only the plays "
    "from now on, 'c' the whole game?",
    judge=expect("c", wrong="The member is gone, and so is its state. Where are the records that it came from?"),
    explanation="The whole game: it reads the replay again from its first record up to the committed offset. "
    "A consumer that keeps its state nowhere and does not read again would show 'b', and call it the score.",
    hints=("Reading removes nothing from a log.", "Lesson 02: a state is the fold of everything before."),
    answer="prediction = 'c'",
)

cooperative = Exercise(
    question="A second member joins a cooperative-sticky group. Which partitions does nobody read for a moment: "
    "'a' all three, 'b' only the one that moves, 'c' none?",
    judge=expect("b", wrong="Who keeps a partition reads on. But one owner must let go before another one may take."),
    explanation="Only the one that moves: between letting go and taking nobody has it. The others are read on.",
    hints=("Two members must never read one partition at once.",),
    answer="prediction = 'b'",
)

without_a_key = Exercise(
    question="One game is sent without a key, and three members read it. How many of them show the right final?",
    judge=expect(0, wrong="Where do the plays of the game lie, and who reads each of these places?"),
    explanation="None: its plays lie in all three partitions, and each member adds up its own third of them.",
    hints=("Each member reads one partition, and knows nothing of the other two.",),
    answer="prediction = 0",
)

key_of = Exercise(
    question="Which key keeps a game's plays in order?",
    judge=_judge_key_of,
    explanation="The game's id: all its plays in one partition, in their order, and other games may lie elsewhere.",
    hints=(
        "What do all plays of a game have in common, and no play of another game?",
        "A play has game_id, a text; a key is bytes.",
    ),
    answer="def key_of(event):\n    return event.game_id.encode()",
)
