"""Figures in words: what a chart draws as one sentence and a small table, the same way for all of them.

```python
chart = MomentumChart()
twin = TextTwin(chart)  # shows the words of the chart below the game's own
chart.sentence  # of the state shown last
```
"""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from nbmomentum.clock import REGULATION_PERIODS, period_name
from nbmomentum.momentum import GameState, Play
from nbmomentum.views.style import text
from nbmomentum.views.view import View

UNKNOWN = "–"
DIFFERENT = "≠"


@dataclass(frozen=True)
class Words:
    """A figure in words.

    Attributes:
        title: What it is of, e.g. "Win probability".
        sentence: What it shows, in one sentence.
        head: The names of the table's columns.
        rows: The table's rows; the first cell of each names the row.
    """

    title: str
    sentence: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Readable(View[GameState]):
    """A view of a game that can also be read."""

    _shown: GameState | None = None

    def show(self, value: GameState) -> None:
        """Draw this state."""
        self._shown = value
        super().show(value)

    @property
    def sentence(self) -> str:
        """The state shown last in one sentence, as plain text; empty before the first."""
        return "" if self._shown is None else self.words(self._shown).sentence

    @abstractmethod
    def words(self, state: GameState) -> Words:
        """What this view shows of a state, in words."""


def words_html(words: Words) -> str:
    """Sentence and table as a section of a page; all text is escaped."""
    return (
        f'<section aria-label="{text(words.title)}"><h4 class="kit-heading">{text(words.title)}</h4>'
        f"<p>{text(words.sentence)}</p>{table_html(words.head, words.rows)}</section>"
    )


def table_html(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A small table of text; without rows nothing."""
    lines = "".join(_row_html(*row) for row in rows)
    if not lines:
        return ""
    names = "".join(f'<th scope="col">{text(name)}</th>' for name in head)
    return f'<table class="kit-table"><thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table>'


def _row_html(name: str, *cells: str) -> str:
    return f'<tr><th scope="row">{text(name)}</th>' + "".join(f"<td>{text(cell)}</td>" for cell in cells) + "</tr>"


def period_names(state: GameState) -> tuple[str, ...]:
    """The names of all periods up to the last one played, four at least."""
    played = max((play.event.period for play in state.plays), default=0)
    return tuple(period_name(period) for period in range(1, max(REGULATION_PERIODS, played) + 1))


def period_ends(state: GameState) -> tuple[Play | None, ...]:
    """The last play of each of these periods so far, None where there is none."""
    last = {play.event.period: play for play in state.plays}
    return tuple(last.get(number) for number in range(1, len(period_names(state)) + 1))
