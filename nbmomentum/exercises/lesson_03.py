"""The exercises of 03_from_points_to_momentum."""

from collections.abc import Callable
from typing import Any

from nbmomentum.exercises.answers import FormError
from nbmomentum.exercises.exercise import Exercise, call, expect
from nbmomentum.sources.bundled import DEFAULT_GAME_ID, list_games, load_game

Score = dict[str, int]


def _judge_add(add: Callable[[Score, Any], Score]) -> str:
    """Fold the real game with the learner's function, and look for the two usual slips on the way."""
    if not callable(add):
        return "add should be a function of a score and an event."
    plays = load_game(DEFAULT_GAME_ID)
    before = {"MIA": 0, "OKC": 0}
    score = _score_after(add, before, plays[0])
    if before != {"MIA": 0, "OKC": 0}:
        return "The old score was changed. Make a new one: {**score, ...}; snapshots of the past must stay true."
    for event in plays[1:]:
        score = _score_after(add, score, event)
    return _compare(score) or _judge_copied(add)


def _score_after(add: Callable[[Score, Any], Score], score: Score, event: Any) -> Score:
    after = call(add, score, event)
    if not isinstance(after, dict):
        raise FormError(f"add should return a score, a dict such as {{'MIA': 2, 'OKC': 0}}, not {after!r:.60}.")
    return after


def _judge_copied(add: Callable[[Score, Any], Score]) -> str:
    """A fold that copies the score which the feed states is right for the whole game, and is no fold."""
    last = load_game(DEFAULT_GAME_ID)[-1]
    right = {"MIA": 0, "OKC": 0} | {last.team: last.points}
    if (alone := call(add, {"MIA": 0, "OKC": 0}, last)) == right:
        return ""
    return f"The last play alone, on 0-0, makes {alone}; it should be {right}. Add the play's points to the old score."


def _compare(score: Any) -> str:
    official = next(game for game in list_games() if game.game_id == DEFAULT_GAME_ID)
    right = {"MIA": official.home_score, "OKC": official.away_score}
    if score == right:
        return ""
    return f"After the whole game your score is {score}; the league's is {right}."


add_points = Exercise(
    question="Which score follows from a score and one more play?",
    judge=_judge_add,
    explanation="A fold: new state = f(old state, event). The consumer below does this for every record.",
    hints=(
        "Only one team's points change: event.team has scored event.points.",
        "A copy of a dict with one entry changed is {**score, key: value}.",
    ),
    answer="def add(score, event):\n    return {**score, event.team: score[event.team] + event.points}",
)

lead_changes = Exercise(
    question="The score goes 2-0, 2-2, 4-2, 4-5. How many lead changes are these?",
    judge=expect(1, wrong="Follow who led last: home, (level), home, away. A tie neither counts nor resets."),
    explanation="Only 4-2 to 4-5 passes the lead on. The first lead is no change, and the tie in between is none.",
    hints=("Who led before the tie, and who after it?", "The leader differs from the last team that led just once."),
    answer="prediction = 1",
)

half_life = Exercise(
    question="Home scores 2; exactly one half-life later away scores 2. What is the momentum index then?",
    judge=expect(-1.0, wrong="The old basket has lost half its weight; the new one has its full weight."),
    explanation="2 · ½ − 2 = −1: it points to the away team, whose basket is fresher.",
    hints=("Home points count up, away points count down.", "2 halved is 1."),
    answer="prediction = -1",
)

win_probability = Exercise(
    question="Which home team has the higher win probability: 'one' (after a 10-0 run), 'two' (no run), or 'the same'?",
    judge=expect("the same", choices="one two the_same", wrong="Which letter of the formula would know about a run?"),
    explanation="Margin and time left are equal, and the model knows nothing else. It is a choice, and a humble one.",
    hints=("Only m and r stand in the formula.", "Level is m = 0 in both games, a minute left is the same r."),
    answer="prediction = 'the same'",
)
