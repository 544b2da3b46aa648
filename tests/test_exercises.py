"""Each exercise answers a right, a wrong, an untouched and a crashing answer differently."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kafka.partitioner.default import murmur2

from nbmomentum import exercises
from nbmomentum.exercises import (
    Exercise,
    Outcome,
    lesson_00,
    lesson_01,
    lesson_02,
    lesson_03,
    lesson_04,
    lesson_05,
    lesson_07,
    lesson_08,
)

MODULES = [getattr(exercises, name) for name in exercises.__all__ if name.startswith("lesson_")]


def _add(score: dict[str, int], event: Any) -> dict[str, int]:
    return {**score, event.team: score[event.team] + event.points}


def _add_in_place(score: dict[str, int], event: Any) -> dict[str, int]:
    score[event.team] += event.points
    return score


def _add_two_always(score: dict[str, int], event: Any) -> dict[str, int]:
    return {**score, event.team: score[event.team] + 2}


def _points_that_stand(events: Any) -> int:
    newest = {event.event_id: event for event in sorted(events, key=lambda event: event.revision)}
    return sum(event.points for event in newest.values() if not event.retracted)


def _points_of_the_last_records(events: Any) -> int:
    newest = {event.event_id: event for event in events}
    return sum(event.points for event in newest.values() if not event.retracted)


def _apply(table: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    others = {other: table[other] for other in table if other != key}
    return others if value is None else {**others, key: value}


def _apply_in_place(table: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    table[key] = value
    return table


class _Crashing:
    def __eq__(self, other: object) -> bool:
        raise ZeroDivisionError("division by zero")

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, *_: object) -> object:
        raise ZeroDivisionError("division by zero")


# One line an exercise: a right answer and a wrong one. A test below asks for a line for each exercise there is.
RIGHT_AND_WRONG: list[tuple[Exercise, Any, Any]] = [
    (lesson_00.what_a_reader_needs, "b", "a"),
    (lesson_01.same_play_twice, "c", "a"),
    (lesson_01.partition_of_a_number, lambda n, of: (n & 0x7FFFFFFF) % of, lambda n, of: (n & 0x7FFFFFFF) % 3),
    (lesson_01.three_games, [0, 1, 2], [0, 1, 1]),
    (lesson_01.what_is_in_order, "b", "a"),
    (lesson_02.two_lags, [105, 107], [107, 105]),
    (lesson_02.lags, lambda end, at, saved: (end - at, end - (saved or 0)), lambda end, at, saved: (end - at, end)),
    (lesson_02.resumes_at, 3, 5),
    (lesson_02.another_group, 0, 3),
    (lesson_02.naive_score, [0, 1], [67, 68]),
    (lesson_03.add_points, _add, _add_two_always),
    (lesson_03.lead_changes, 1, 2),
    (lesson_03.half_life, -1, 0),
    (lesson_03.win_probability, "the same", "one"),
    (lesson_04.record_time_station, "b", "a"),
    (lesson_04.two_gaps, [0.1, 60], [60, 0.1]),
    (
        lesson_04.event_time,
        lambda tip_off, elapsed_s: tip_off + timedelta(seconds=elapsed_s),
        lambda tip_off, _: tip_off,
    ),
    (lesson_04.known_before, 57, 56),
    (lesson_05.shared_out, [2, 1, 0], [2, 1, 1]),
    (lesson_05.changed_hands, "c", "a"),
    (lesson_05.cooperative, "b", "c"),
    (lesson_05.without_a_key, 0, 1),
    (lesson_05.key_of, lambda event: event.game_id.encode(), lambda event: event.event_id.encode()),
    (lesson_07.same_day_again, 0, 30),
    (lesson_07.rows_of_the_table, 30, 90),
    (lesson_07.apply_record, _apply, lambda table, key, value: {**table, key: value}),
    (lesson_07.after_the_tombstone, [92, 30], [91, 31]),
    (lesson_07.after_compaction, "b", "a"),
    (lesson_07.trend, -7, 3),
    (lesson_08.a_repeated_look, 0, 3),
    (lesson_08.a_withdrawn_basket, 2, 1),
    (lesson_08.points_of, _points_that_stand, lambda events: sum(event.points for event in events)),
    (lesson_08.after_a_restart, "c", "a"),
]
EXERCISES = [exercise for exercise, _, _ in RIGHT_AND_WRONG]
FUNCTIONS = [exercise for exercise, right, _ in RIGHT_AND_WRONG if callable(right)]


def test_every_exercise_of_every_lesson_is_tested() -> None:
    """None is without a right and a wrong answer here, and no lesson's module is missing from the package."""
    there_are = [value for module in MODULES for value in vars(module).values() if isinstance(value, Exercise)]
    files = {path.stem for path in Path(exercises.__path__[0]).glob("lesson_*.py")}

    assert {exercise.question for exercise in there_are} == {exercise.question for exercise in EXERCISES}
    assert {module.__name__.rpartition(".")[2] for module in MODULES} == files


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


VALUES = [(exercise, right) for exercise, right, _ in RIGHT_AND_WRONG if not callable(right)]


def forms_of(right: Any) -> list[Any]:
    """Five ways to say it."""
    if isinstance(right, str):
        return [right.upper(), f"  {right} ", f"({right})", f"{right}.", f"'{right.title()}'"]
    if isinstance(right, list):
        return [tuple(right), list(map(float, right)), list(map(str, right)), f"{right}", np.array(right)]
    return [float(right), f" {right} ", str(float(right)), np.int64(right), f"{right}".replace("-", "−")]


@pytest.mark.parametrize(("exercise", "right"), VALUES)
def test_a_right_answer_is_right_in_every_form(exercise: Exercise, right: Any) -> None:
    """Capitals, spaces, brackets, quotes; whole numbers with a point, texts, tuples and arrays."""
    verdicts = {exercise.check(form).outcome for form in forms_of(right)}

    assert verdicts == {Outcome.CORRECT}


@pytest.mark.parametrize("answer", [None, True, {}, [], "somehow", [None, "x"], object()])
@pytest.mark.parametrize(("exercise", "right"), VALUES)
def test_a_form_that_says_nothing_is_told_which_form_is_asked_for(exercise: Exercise, right: Any, answer: Any) -> None:
    """And nothing about what the learner has understood."""
    verdict = exercise.check(answer)

    assert verdict.outcome is Outcome.NOT_YET
    assert verdict.message.startswith("Give ")


def test_a_fold_that_copies_the_stated_score_is_no_fold() -> None:
    """It is right for the whole game, and for no play alone."""
    verdict = lesson_03.add_points.check(lambda _, event: {"MIA": event.home_score, "OKC": event.away_score})

    assert verdict.outcome is Outcome.NOT_YET
    assert "on 0-0" in verdict.message
    assert "Add the play's points" in verdict.message


@pytest.mark.parametrize(
    ("exercise", "answer", "form"),
    [
        (lesson_00.what_a_reader_needs, "d", 'Give one of these, with its quotes: "a", "b" or "c".'),
        (lesson_03.win_probability, "both", 'Give one of these, with its quotes: "one", "two" or "the same".'),
        (lesson_02.resumes_at, "three", "Give a whole number, such as 12."),
        (lesson_03.lead_changes, 1.5, "Give a whole number, such as 12."),
        (lesson_03.lead_changes, float("inf"), "Give a whole number, such as 12."),
        (lesson_07.trend, [-7], "Give a number, such as 12."),
        (lesson_02.two_lags, {105, 107}, "Give two numbers in square brackets: [lag, committed lag]."),
    ],
)
def test_the_form_that_is_asked_for_is_named(exercise: Exercise, answer: Any, form: str) -> None:
    """Each kind of answer has its words, and none of them is the answer."""
    assert exercise.check(answer).message == form


@pytest.mark.parametrize(("exercise", "wrong"), [(exercise, wrong) for exercise, _, wrong in RIGHT_AND_WRONG])
def test_a_wrong_thought_has_the_same_remark_in_every_form(exercise: Exercise, wrong: Any) -> None:
    """It is about the thought, never about the form."""
    answers = [wrong] if callable(wrong) else [wrong, *forms_of(wrong)]

    [message] = {exercise.check(answer).message for answer in answers}

    assert not message.startswith("Give ")


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (lesson_03.win_probability, "Same"),
        (lesson_02.naive_score, "0-1"),
        (lesson_07.same_day_again, "0 records"),
        (lesson_07.trend, "−7,0"),
        (lesson_04.two_gaps, ["0.1 s", "60 s"]),
        (lesson_01.three_games, range(3)),
        (lesson_01.three_games, "0 1 2"),
    ],
)
def test_right_as_only_this_question_invites_it(exercise: Exercise, answer: Any) -> None:
    """A score as scores are written, a number with its unit or with a comma."""
    assert exercise.check(answer).is_correct


@pytest.mark.parametrize(
    ("exercise", "function"),
    [
        (lesson_01.partition_of_a_number, lambda n, of: float((n & 0x7FFFFFFF) % of)),
        (lesson_01.partition_of_a_number, lambda n, of: np.int64((n & 0x7FFFFFFF) % of)),
        (lesson_02.lags, lambda end, at, saved: [end - at, end - (saved or 0)]),
        (lesson_02.lags, lambda end, at, saved: (float(end - at), float(end - (saved or 0)))),
        (lesson_08.points_of, lambda events: float(_points_that_stand(events))),
        (lesson_03.add_points, lambda score, event: score | {event.team: score[event.team] + event.points}),
        (
            lesson_07.apply_record,
            lambda table, key, value: {k: v for k, v in {**table, key: value}.items() if v is not None},
        ),
        (lesson_05.key_of, lambda event: bytes(f"nba {event.game_id}", "utf-8")),
        (lesson_04.event_time, lambda tip_off, elapsed_s: tip_off + elapsed_s * timedelta(seconds=1)),
    ],
)
def test_a_function_is_right_by_what_it_returns(exercise: Exercise, function: Callable[..., Any]) -> None:
    """Other ways lead to the same result, and a whole number may be a float."""
    assert exercise.check(function).is_correct


@pytest.mark.parametrize("result", [None, "nothing", object()])
@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_a_result_of_another_kind_is_told_as_one(exercise: Exercise, result: Any) -> None:
    """A function without return, or with a text: the remark says what came instead of what is asked for."""
    verdict = exercise.check(lambda *_: result)

    assert verdict.outcome is Outcome.NOT_YET
    assert repr(result)[:20] in verdict.message


def _always(result: Any) -> Callable[..., Any]:
    return lambda *_: result


@pytest.mark.parametrize(
    ("exercise", "cheat", "remark"),
    [
        (
            lesson_03.add_points,
            lambda score, event: {event.home: event.home_score, event.away: event.away_score},
            "The last play alone, on 0-0",
        ),
        (
            lesson_03.add_points,
            lambda score, event: {**score, event.home: event.home_score, event.away: event.away_score},
            "The last play alone, on 0-0",
        ),
        (lesson_03.add_points, _always({"MIA": 97, "OKC": 95}), "The last play alone, on 0-0"),
        (lesson_08.points_of, lambda events: events[-1].home_score + events[-1].away_score, "copies the score"),
        (lesson_08.points_of, lambda events: max(e.home_score + e.away_score for e in events), "copies the score"),
        (lesson_08.points_of, _always(5), "the points are"),
        (lesson_01.partition_of_a_number, _always(0), "another partition than Kafka's"),
        (lesson_02.lags, _always((105, 107)), "lags(110, 110, 110) is (105, 107)"),
        (lesson_04.event_time, lambda tip_off, _: tip_off + timedelta(seconds=25), "another moment"),
        (lesson_05.key_of, _always(b"0021500277"), "Every game gets the same key"),
        (lesson_07.apply_record, _always({"OKC": 1}), "your table is {'OKC': 1}"),
    ],
)
def test_a_cheat_is_not_correct(exercise: Exercise, cheat: Callable[..., Any], remark: str) -> None:
    """Neither the feed's own score nor the one case that the lesson shows is an answer."""
    verdict = exercise.check(cheat)

    assert verdict.outcome is Outcome.NOT_YET
    assert remark in verdict.message


@pytest.mark.parametrize(("exercise", "right", "wrong"), RIGHT_AND_WRONG)
def test_an_exercise_shows_its_question_and_where_it_stands(exercise: Exercise, right: Any, wrong: Any) -> None:
    """Its name alone in a cell gives no answer and no hint away."""
    for answer, mark in ((..., "○ Not attempted."), (wrong, "△ Not yet."), (right, "✓ Correct.")):
        exercise.check(answer)

        assert repr(exercise) == f"{mark} {exercise.question}"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_untouched_is_not_attempted(exercise: Exercise) -> None:
    """The three dots are no mistake."""
    assert exercise.check(...).outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_a_function_that_returns_the_dots_is_not_attempted(exercise: Exercise) -> None:
    """A function whose body is untouched is no mistake either."""
    assert exercise.check(lambda *arguments: ...).outcome is Outcome.NOT_ATTEMPTED


def test_numbers_of_an_untouched_function_are_not_attempted() -> None:
    """Three dots inside the answer come from an earlier exercise that is still open."""
    assert lesson_01.three_games.check([..., ..., ...]).outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_a_crashing_function_is_reported_as_the_learners_own(exercise: Exercise) -> None:
    """What the answer raises is shown by type and message."""
    verdict = exercise.check(_Crashing())

    assert verdict.outcome is Outcome.RAISED
    assert verdict.message == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_an_answer_that_is_no_function_is_told_so(exercise: Exercise) -> None:
    """A number in a function's place is not yet right, and the remark says what is asked for."""
    verdict = exercise.check(1)

    assert verdict.outcome is Outcome.NOT_YET
    assert "should be a function" in verdict.message


@pytest.mark.parametrize("answer", [_Crashing(), None, [], "x", 10**400, float("nan"), [_Crashing()] * 3])
@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_answer_makes_check_raise(exercise: Exercise, answer: Any) -> None:
    """Whatever is answered, also what crashes when it is compared, the notebook goes on."""
    assert exercise.check(answer).outcome in (Outcome.NOT_YET, Outcome.RAISED)


@pytest.mark.parametrize(
    ("function", "remark"),
    [
        (lambda number, partitions: number % partitions, "still has the sign bit"),
        (lambda number, partitions: number & 0x7FFFFFFF, "numbered from 0 to 2"),
        (lambda number, partitions: (number & 0x7FFFFFFF) % partitions + 1, "another partition than Kafka's"),
        (lambda number, partitions: (number & 0x7FFFFFFF) / partitions, "should be a whole number from 0 to 2"),
        (lambda number, partitions: None, "should be a whole number from 0 to 2, not None"),
    ],
)
def test_the_usual_slips_of_a_partition_are_named(function: Callable[[int, int], Any], remark: str) -> None:
    """The sign bit, the division, the count from 0 and the kind of number each have a remark."""
    verdict = lesson_01.partition_of_a_number.check(function)

    assert verdict.outcome is Outcome.NOT_YET
    assert remark in verdict.message


def test_three_games_count_what_fits() -> None:
    """A list of the wrong length is told so; else the remark says how many fit."""
    assert "Give three numbers" in lesson_01.three_games.check([0, 1]).message
    assert "2 of 3 fit" in lesson_01.three_games.check((0, 1, 1)).message


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        ([107, 105], "in each other's place"),
        ([105, 110], "1 of 2 fit"),
        (["x", 107], "two numbers in square brackets"),
        (105, "two numbers in square brackets: [lag, committed lag]"),
    ],
)
def test_the_usual_slips_of_the_lags_are_named(answer: Any, remark: str) -> None:
    """Exchanged, half right, a word among them, only one of them: each has its remark."""
    verdict = lesson_02.two_lags.check(answer)

    assert verdict.outcome is Outcome.NOT_YET
    assert remark in verdict.message


@pytest.mark.parametrize(
    ("function", "remark"),
    [
        (lambda end, position, committed: end - position, "should be two numbers"),
        (lambda end, position, committed: (end - position, end), "lags(110, 5, 3) is (105, 110)"),
    ],
)
def test_lags_name_the_call_that_is_not_right(function: Callable[[int, int, int | None], Any], remark: str) -> None:
    """One number instead of two, and a committed offset that was forgotten."""
    verdict = lesson_02.lags.check(function)

    assert verdict.outcome is Outcome.NOT_YET
    assert remark in verdict.message


def test_lags_of_a_group_that_never_committed_may_not_crash() -> None:
    """None is an answer of the broker's, so it is asked for."""
    verdict = lesson_02.lags.check(lambda end, position, committed: (end - position, end - committed))

    assert verdict.outcome is Outcome.RAISED
    assert "NoneType" in verdict.message


@pytest.mark.parametrize(
    ("function", "remark"),
    [
        (_apply_in_place, "The old table was changed"),
        (lambda table, key, value: {**table, key: value}, "After the record (MIA, None)"),
        (lambda table, key, value: {**table, key: value} if value else table, "After the record (MIA, None)"),
    ],
)
def test_the_usual_slips_of_a_table_are_named(function: Callable[..., Any], remark: str) -> None:
    """Changed in place, a tombstone kept as a value, a tombstone ignored."""
    verdict = lesson_07.apply_record.check(function)

    assert verdict.outcome is Outcome.NOT_YET
    assert remark in verdict.message


@pytest.mark.parametrize(
    ("answer", "remark"),
    [(92, "two numbers in square brackets"), ([92, 31], "1 of 2 fit"), ([True, 30], "two numbers")],
)
def test_the_usual_slips_of_the_tombstone_are_named(answer: Any, remark: str) -> None:
    """One number, half right, no number at all."""
    verdict = lesson_07.after_the_tombstone.check(answer)

    assert verdict.outcome is Outcome.NOT_YET
    assert remark in verdict.message


@pytest.mark.parametrize(
    ("function", "remark"),
    [
        (lambda event: event.game_id, "A key is bytes, not '0021500277'"),
        (lambda event: event.event_id.encode(), "different keys"),
        (lambda event: b"nba", "Every game gets the same key"),
        ("game_id", "should be a function"),
    ],
)
def test_the_usual_slips_of_a_key_are_named(function: Any, remark: str) -> None:
    """A text, a key of the play, a key of the league."""
    verdict = lesson_05.key_of.check(function)

    assert verdict.outcome is Outcome.NOT_YET
    assert remark in verdict.message


@pytest.mark.parametrize("exercise", [lesson_02.two_lags, lesson_02.naive_score, lesson_07.after_the_tombstone])
def test_two_open_numbers_are_not_attempted(exercise: Exercise) -> None:
    """Three dots in place of either number are no mistake."""
    assert exercise.check([..., ...]).outcome is Outcome.NOT_ATTEMPTED


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


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_solution_is_right(exercise: Exercise) -> None:
    """Pasted into the notebook's cell, the answer shown is called correct."""
    before = {
        "timedelta": timedelta,
        "games": lesson_01.THREE_GAMES,
        "murmur2": murmur2,
        "partition": lambda n, of: (n & 0x7FFFFFFF) % of,
    }
    names: dict[str, Any] = dict(before)

    exec(exercise.answer, names)  # noqa: S102 (our own text)

    [answer] = [value for name, value in names.items() if name != "__builtins__" and value is not before.get(name)]
    assert exercise.check(answer).outcome is Outcome.CORRECT


@pytest.mark.parametrize(
    ("function", "remark"),
    [
        (lambda events: sum(event.points for event in events), "a play that is corrected to three points"),
        (_points_of_the_last_records, "a correction that arrives before the play"),
        (lambda events: None, "your function says None"),
    ],
)
def test_points_name_the_log_that_is_not_right(function: Callable[[Any], Any], remark: str) -> None:
    """Adding everything, and trusting the sequence of the records, are the usual slips."""
    verdict = lesson_08.points_of.check(function)

    assert verdict.outcome is Outcome.NOT_YET
    assert remark in verdict.message


def test_verdicts_escape_what_the_learner_wrote() -> None:
    """An error message with markup is shown as text."""

    def add(score: Any, event: Any) -> Any:
        raise ValueError("<script>alert(1)</script>")

    shown = lesson_03.add_points.check(add)._repr_html_()

    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown
