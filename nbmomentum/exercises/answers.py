"""What a learner means by an answer, whatever its form: "B", " b " and "(b)" are one letter, 3, 3.0 and "3" one number.

read_choice(" B ", ("a", "b", "c"))  # "b"
read_numbers("[105, 107]", 2)  # [105, 107]
read_number("three")  # raises FormError: Give a number, such as 12.
"""

import math
import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

NOT_ATTEMPTED = ...
_COUNTS = {1: "one", 2: "two", 3: "three"}
_NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+))\s*[a-z]*", re.IGNORECASE)  # "105", "0.1 s", "2 records"
_BETWEEN_NUMBERS = re.compile(r"\s*[,;]\s*|(?<=\d)\s*[-–:]\s*(?=\d)|\s+")  # "0, 1", "0 1" and the score "0-1"


class FormError(Exception):
    """An answer of a form that says nothing; the message says which form is asked for."""


class UnfinishedError(Exception):
    """Three dots in a part of the answer, or as what the learner's function returns."""


def finished(result: Any) -> Any:
    """A part of the answer, inside a judge; three dots in its place are not attempted."""
    if result is NOT_ATTEMPTED:
        raise UnfinishedError
    return result


def read_choice(answer: Any, choices: Sequence[str]) -> str:
    """One of these words, in quotes, whatever its case, spaces and brackets, and what follows in "b: the second".

    Raises:
        FormError: It is none of them.
    """
    words = " ".join(answer.casefold().split()) if isinstance(answer, str) else ""
    for choice in choices:
        if re.fullmatch(rf"\W*(the )?{choice.removeprefix('the ')}(\W*|\s*[):.–-].*)", words):
            return choice
    *most, last = (f'"{choice}"' for choice in choices)
    raise FormError(f"Give one of these, with its quotes: {', '.join(most)} or {last}.")


def read_number(answer: Any, form: str = "Give a number, such as 12.", *, whole: bool = False) -> float:
    """A number, also as a text with its unit, or with the comma of half the world's decimals.

    Raises:
        FormError: It is none, or has a fraction where a `whole` one is asked for; the message is `form`.
    """
    number = finished(answer)
    if isinstance(number, str):
        text = _NUMBER.fullmatch(number.strip().translate(str.maketrans("−–,", "--.")))
        number = float(text[1]) if text else None
    if isinstance(number, bool) or not isinstance(number, Real | Decimal) or not _is_of_form(number, whole):
        raise FormError(form)
    return number if isinstance(number, int) else float(number)


def _is_of_form(number: Any, whole: bool) -> bool:
    return isinstance(number, int) or (math.isfinite(number) and not (whole and number % 1))


def read_numbers(answer: Any, count: int, form: str = "") -> list[float]:
    """So many numbers: a list, a tuple or an array of them, or a text such as "0, 1".

    Raises:
        FormError: It is none of these, or has another length; the message ends in `form`.
    """
    asked = f"Give {_COUNTS[count]} numbers in square brackets{f': {form}' if form else ''}."
    parts = _BETWEEN_NUMBERS.split(answer.strip(" ()[]")) if isinstance(answer, str) else answer
    if isinstance(parts, dict | set) or not isinstance(parts, Collection):
        raise FormError(asked)
    given = list(parts)
    if len(given) != count:
        raise FormError(asked)
    return [read_number(part, asked) for part in given]


def is_number(given: float, right: float) -> bool:
    """Whether these are one number: a whole one exactly, another one as it is rounded to hundredths."""
    return given == right if isinstance(right, int) else math.isclose(given, right, abs_tol=0.005)
