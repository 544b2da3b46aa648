"""Each exercise answers a right, a wrong, an untouched and a crashing answer differently."""

from typing import Any

import pytest

from nbmomentum.exercises import Exercise, Outcome, lesson_00, lesson_03


def _add(score: dict[str, int], event: Any) -> dict[str, int]:
    return {**score, event.team: score[event.team] + event.points}


def _add_in_place(score: dict[str, int], event: Any) -> dict[str, int]:
    score[event.team] += event.points
    return score


def _add_two_always(score: dict[str, int], event: Any) -> dict[str, int]:
    return {**score, event.team: score[event.team] + 2}


class _Crashing:
    def __eq__(self, other: object) -> bool:
        raise ZeroDivisionError("division by zero")

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, *_: object) -> object:
        raise ZeroDivisionError("division by zero")


RIGHT_AND_WRONG = [
    (lesson_00.what_a_reader_needs, "b", "a"),
    (lesson_03.add_points, _add, _add_two_always),
    (lesson_03.lead_changes, 1, 2),
    (lesson_03.half_life, -1, 0),
]
EXERCISES = [exercise for exercise, _, _ in RIGHT_AND_WRONG]


@pytest.mark.parametrize(("exercise", "right", "wrong"), RIGHT_AND_WRONG)
def test_right_is_correct_and_explained(exercise: Exercise, right: Any, wrong: Any) -> None:
    """The right answer is called correct, and the verdict says why."""
    verdict = exercise.check(right)

    assert verdict.outcome is Outcome.CORRECT
    assert verdict.message == exercise.explanation


@pytest.mark.parametrize(("exercise", "right", "wrong"), RIGHT_AND_WRONG)
def test_wrong_is_not_yet(exercise: Exercise, right: Any, wrong: Any) -> None:
    """A wrong answer is not yet right, and gets a remark that does not give the answer away."""
    verdict = exercise.check(wrong)

    assert verdict.outcome is Outcome.NOT_YET
    assert verdict.message not in ("", exercise.answer)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_untouched_is_not_attempted(exercise: Exercise) -> None:
    """The three dots are no mistake."""
    assert exercise.check(...).outcome is Outcome.NOT_ATTEMPTED


def test_a_function_that_returns_the_dots_is_not_attempted() -> None:
    """A function whose body is untouched is no mistake either."""
    assert lesson_03.add_points.check(lambda score, event: ...).outcome is Outcome.NOT_ATTEMPTED


def test_a_crashing_answer_is_reported_as_the_learners_own() -> None:
    """What the answer raises is shown by type and message."""
    verdict = lesson_03.add_points.check(_Crashing())

    assert verdict.outcome is Outcome.RAISED
    assert verdict.message == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize("answer", [_Crashing(), None, [], "x", 10**400, float("nan")])
@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_answer_makes_check_raise(exercise: Exercise, answer: Any) -> None:
    """Whatever is answered, the notebook goes on."""
    assert exercise.check(answer).outcome in (Outcome.NOT_YET, Outcome.RAISED)


def test_changing_the_old_score_is_pointed_out() -> None:
    """A fold that changes its input gets the right sum, and is told why that is not enough."""
    verdict = lesson_03.add_points.check(_add_in_place)

    assert verdict.outcome is Outcome.NOT_YET
    assert "old score was changed" in verdict.message


@pytest.mark.parametrize("exercise", EXERCISES)
def test_hints_and_solution_are_there(exercise: Exercise) -> None:
    """Each exercise has a hint and a solution; asking past the last hint repeats it."""
    assert exercise.hint().text == exercise.hints[0]
    assert exercise.hint(99).text == exercise.hints[-1]
    assert exercise.answer in exercise.solution().text


def test_verdicts_escape_what_the_learner_wrote() -> None:
    """An error message with markup is shown as text."""

    def add(score: Any, event: Any) -> Any:
        raise ValueError("<script>alert(1)</script>")

    shown = lesson_03.add_points.check(add)._repr_html_()

    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown
