"""Where the names of pointers stand: as flags at their places, in lanes, so that none lies on another.

```python
flags = laid_out([(316.0, "lesson-05 57"), (353.0, "audit 58")], lanes=2, left=92.0, right=1010.0)
```

Groups at one place share a flag. Where the lanes are full, the last flag says how many more there are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

CHAR_PX = 7.9  # of 13 px semibold, on the wide side
PADDING_PX = 6.0
GAP_PX = 4.0
MAX_CHARS = 34
MAX_LANES = 3


@dataclass(frozen=True)
class Flag:
    """The name of one or more pointers.

    Attributes:
        x: Where they point.
        text: Their names.
        left: The flag's left end.
        width: Of the flag.
        lane: 0 is the one next to the records; −1 is a pointer whose name found no room.
    """

    x: float
    text: str
    left: float
    width: float
    lane: int

    @property
    def right(self) -> float:
        """The flag's right end."""
        return self.left + self.width


def laid_out(pointers: Iterable[tuple[float, str]], *, lanes: int, left: float, right: float) -> tuple[Flag, ...]:
    """The flags of these pointers, from left to right.

    Args:
        pointers: Where each points, and its name.
        lanes: How many flags may stand above each other.
        left: No flag begins before.
        right: No flag ends after.
    """
    placed: list[Flag] = []
    for x, names in _by_place(pointers):
        flag = _flag(x, joined(names), left, right)
        lane = next((lane for lane in range(lanes) if _is_free(placed, flag, lane)), -1)
        placed.append(replace(flag, lane=lane))
    return tuple(placed)


def joined(names: Sequence[str]) -> str:
    """Names in one line: all of them if they fit, else the first ones and how many more."""
    shown: list[str] = []
    for name in names:
        if shown and len(", ".join([*shown, name])) > MAX_CHARS:
            break
        shown.append(name if len(name) <= MAX_CHARS else f"{name[: MAX_CHARS - 1]}…")
    more = len(names) - len(shown)
    return ", ".join(shown) + (f", +{more}" if more else "")


def _by_place(pointers: Iterable[tuple[float, str]]) -> list[tuple[float, list[str]]]:
    by_x: dict[float, list[str]] = {}
    for x, name in sorted(pointers):
        by_x.setdefault(x, []).append(name)
    return list(by_x.items())


def _flag(x: float, text: str, left: float, right: float) -> Flag:
    """A flag that flies to the right of its staff, or to the left where there is no room."""
    width = len(text) * CHAR_PX + 2 * PADDING_PX
    start = x if x + width <= right else max(left, x - width)
    return Flag(x, text, start, width, 0)


def _is_free(placed: Sequence[Flag], flag: Flag, lane: int) -> bool:
    return all(
        other.lane != lane or flag.left >= other.right + GAP_PX or other.left >= flag.right + GAP_PX for other in placed
    )
