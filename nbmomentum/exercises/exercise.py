"""An exercise: check an answer, ask for a hint, see the solution. An untouched answer is `...`.

lesson_03.lead_changes.check(...)      # not attempted
lesson_03.lead_changes.check(1)        # correct
lesson_03.lead_changes.hint()
lesson_03.lead_changes.solution()
"""

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from nbmomentum.exercises.answers import (
    NOT_ATTEMPTED,
    FormError,
    UnfinishedError,
    finished,
    is_number,
    read_choice,
    read_number,
    read_numbers,
)

# Takes an answer; returns what is not right about it yet, or "".
Judge = Callable[[Any], str]


class Outcome(StrEnum):
    """The four answers to an answer."""

    NOT_ATTEMPTED = "not attempted"
    NOT_YET = "not yet"
    RAISED = "your code raised"
    CORRECT = "correct"


_MARKS = {
    Outcome.NOT_ATTEMPTED: ("○", "#757575"),
    Outcome.NOT_YET: ("△", "#c77700"),
    Outcome.RAISED: ("✕", "#d64545"),
    Outcome.CORRECT: ("✓", "#2f9e44"),
}


@dataclass(frozen=True)
class Note:
    """A hint or a solution: text that a notebook shows as a quiet box."""

    title: str
    text: str

    def __repr__(self) -> str:
        return f"{self.title}: {self.text}"

    def _repr_html_(self) -> str:
        return _box_html("#2f80ed", self.title, self.text)


@dataclass(frozen=True)
class Verdict:
    """What the kit says of an answer."""

    outcome: Outcome
    message: str

    @property
    def is_correct(self) -> bool:
        """Whether the answer was right."""
        return self.outcome is Outcome.CORRECT

    def __repr__(self) -> str:
        mark, _ = _MARKS[self.outcome]
        return f"{mark} {self.outcome.capitalize()}. {self.message}"

    def _repr_html_(self) -> str:
        mark, colour = _MARKS[self.outcome]
        return _box_html(colour, f"{mark} {self.outcome.capitalize()}", self.message)


@dataclass(eq=False, repr=False)
class Exercise:
    """One question of a lesson. It shows itself as the question and what the last answer was, no more.

    Attributes:
        question: What is asked, as one sentence.
        judge: Takes the answer; returns what is not right about it yet, or "" if it is right. It may call the
            answer; what the answer raises then is the learner's.
        explanation: Why the right answer is right; shown with it.
        hints: From gentle to plain.
        answer: The solution, as the learner would write it.
        stands: What the last answer was.
    """

    question: str
    judge: Judge
    explanation: str
    hints: tuple[str, ...]
    answer: str
    stands: Outcome = field(default=Outcome.NOT_ATTEMPTED, init=False)

    def __repr__(self) -> str:
        return repr(Verdict(self.stands, self.question))

    def check(self, answer: Any) -> Verdict:
        """Say which of the four this answer is; never raises."""
        verdict = self._verdict(answer)
        self.stands = verdict.outcome
        return verdict

    def _verdict(self, answer: Any) -> Verdict:
        if answer is NOT_ATTEMPTED:
            return Verdict(Outcome.NOT_ATTEMPTED, f"{self.question} Put your answer in the place of the three dots.")
        try:
            trouble = self.judge(answer)
        except FormError as error:
            return Verdict(Outcome.NOT_YET, str(error))
        except UnfinishedError:
            return Verdict(Outcome.NOT_ATTEMPTED, f"{self.question} Your function still returns the three dots.")
        except Exception as error:  # noqa: BLE001 (the learner's code may raise anything; it is the answer)
            return Verdict(Outcome.RAISED, f"{type(error).__name__}: {error}")
        return Verdict(Outcome.NOT_YET, trouble) if trouble else Verdict(Outcome.CORRECT, self.explanation)

    def hint(self, n: int = 1) -> Note:
        """The n-th hint, from 1; after the last one, the last one again."""
        number = max(1, min(n, len(self.hints)))
        return Note(f"Hint {number} of {len(self.hints)}", self.hints[number - 1])

    def solution(self) -> Note:
        """The answer, and why."""
        return Note("Solution", f"{self.answer}\n\n{self.explanation}")


def expect(right: str | float | list[float], *, wrong: str, form: str = "", choices: str = "a b c") -> Judge:
    """A judge for a value, in any form that says it.

    Args:
        right: A word of `choices`, a number or a list of numbers.
        wrong: What is said of another value.
        form: What each of several numbers is, as "[lag, committed lag]".
        choices: The words that may be answered; several words in one are joined by an underscore.
    """

    def judge(answer: Any) -> str:
        if isinstance(right, str):
            words = tuple(word.replace("_", " ") for word in choices.split())
            return "" if read_choice(answer, words) == right else wrong
        if isinstance(right, list):
            return _compare_numbers(read_numbers(answer, len(right), form), right, wrong)
        whole = isinstance(right, int)
        asked = f"Give a {'whole ' if whole else ''}number, such as 12."
        return "" if is_number(read_number(answer, asked, whole=whole), right) else wrong

    return judge


def _compare_numbers(given: list[float], right: list[float], wrong: str) -> str:
    fitting = [is_number(part, wanted) for part, wanted in zip(given, right, strict=True)]
    if all(fitting):
        return ""
    if len(right) == 2 and all(map(is_number, given[::-1], right)):
        return f"The two numbers are right, and in each other's place. {wrong}"
    return f"{sum(fitting)} of {len(right)} fit. {wrong}"


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call the learner's function inside a judge; one that returns the three dots is not attempted."""
    return finished(function(*arguments))


def _box_html(colour: str, title: str, body: str) -> str:
    lines = "<br>".join(html.escape(line).replace("  ", "&nbsp; ") for line in body.split("\n"))
    return (
        f"<div class='nbm-note' style='border-left:4px solid {colour};padding:6px 12px;line-height:1.5'>"
        f"<b>{html.escape(title)}</b><br>{lines}</div>"
    )
