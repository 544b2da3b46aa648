"""A letter and a colour for each key, the same as long as it is in view.

```python
marks = KeyMarks()
marks.of("0021500277")  # KeyMark(letter='A', colour='#0072b2', place=0)
```

Six colours that differ in lightness as much as in hue, so that red-green blind eyes tell them apart, too; a letter in
each mark, so that nobody has to.
"""

import string
from collections.abc import Iterable
from dataclasses import dataclass

from nbmomentum.views.colours import text_on
from nbmomentum.views.teams import NEUTRAL

COLOURS = ("#0072b2", "#e69f00", "#00866a", "#7cc7f2", "#9a3412", "#f7d9c4")
NO_KEY = "–"
MAX_KEYS = 200


@dataclass(frozen=True)
class KeyMark:
    """How the records of a key are drawn: a letter, a colour, and which key of all it was, from 0."""

    letter: str
    colour: str
    place: int = -1

    @property
    def ink(self) -> str:
        """The colour of text on it."""
        return text_on(self.colour)


class KeyMarks:
    """Gives each key its mark in the order in which keys are met."""

    def __init__(self) -> None:
        self._marks: dict[str, KeyMark] = {}
        self._count = 0

    def of(self, key: str | None) -> KeyMark:
        """The mark of this key; a record without one has a dash."""
        if key is None:
            return KeyMark(NO_KEY, NEUTRAL)
        if key not in self._marks:
            number = self._count
            self._count += 1
            self._marks[key] = KeyMark(_letter(number), COLOURS[number % len(COLOURS)], number)
        return self._marks[key]

    def forget_all_but(self, keys: Iterable[str]) -> None:
        """Keep room: with more than 200 keys known, only these keep their marks."""
        if len(self._marks) > MAX_KEYS:
            self._marks = {key: mark for key in dict.fromkeys(keys) if (mark := self._marks.get(key)) is not None}


def _letter(number: int) -> str:
    """A, B, ... Z, then A2, B2, ..."""
    turn, place = divmod(number, len(string.ascii_uppercase))
    return string.ascii_uppercase[place] + (str(turn + 1) if turn else "")
