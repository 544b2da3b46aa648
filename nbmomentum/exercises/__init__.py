"""The exercises of the lessons: `check`, `hint` and `solution`, one module per lesson."""

from nbmomentum.exercises import lesson_00, lesson_01, lesson_02, lesson_03, lesson_04, lesson_05, lesson_07, lesson_08
from nbmomentum.exercises.exercise import Exercise, Note, Outcome, Verdict

__all__ = [
    "Exercise",
    "Note",
    "Outcome",
    "Verdict",
    "lesson_00",
    "lesson_01",
    "lesson_02",
    "lesson_03",
    "lesson_04",
    "lesson_05",
    "lesson_07",
    "lesson_08",
]
