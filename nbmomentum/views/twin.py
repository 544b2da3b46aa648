"""The text twin: the state of the live figures in one sentence and a small table, for whoever does not see them.

```python
twin = TextTwin()
twin.show(tracker.state)
twin.sentence
```

Screen readers, graders and CI read the same figures that the chart draws. It is not a live region: at sixty
times real time it would never stop talking.

CSS class: `kit-twin`.
"""

from ipywidgets import HTML

from nbmomentum.clock import REGULATION_PERIODS, period_name
from nbmomentum.momentum import GameState
from nbmomentum.views.style import text
from nbmomentum.views.view import View


class TextTwin(View[GameState]):
    """One sentence and a line score: points by period, total, largest lead and largest run of each team."""

    def __init__(self) -> None:
        self._html = HTML(_section_html("No game yet.", ""))
        self._sentence = ""
        super().__init__(self._html, css_class="kit-twin")

    @property
    def sentence(self) -> str:
        """The sentence shown, as plain text; empty before the first state."""
        return self._sentence

    def _draw(self, state: GameState) -> None:
        self._sentence = state.describe()
        self._html.value = _section_html(self._sentence, _table_html(state))


def _section_html(sentence: str, table: str) -> str:
    return (
        f'<section aria-label="In words"><h4 class="kit-heading">In words</h4><p>{text(sentence)}</p>{table}</section>'
    )


def _table_html(state: GameState) -> str:
    played = len(state.points_by_period)
    periods = [period_name(period) for period in range(1, max(REGULATION_PERIODS, played) + 1)]
    head = "".join(f'<th scope="col">{name}</th>' for name in ["Team", *periods, *_SUMS])
    return (
        f"<table><thead><tr>{head}</tr></thead><tbody>"
        f"{_row_html(state, len(periods), is_home=False)}{_row_html(state, len(periods), is_home=True)}</tbody></table>"
    )


_SUMS = ("Points", "Largest lead", "Largest run")


def _row_html(state: GameState, periods: int, *, is_home: bool) -> str:
    side = "home" if is_home else "away"
    team = state.home if is_home else state.away
    by_period = [str(getattr(points, side)) for points in state.points_by_period]
    by_period += ["–"] * (periods - len(by_period))
    sums = (
        state.home_score if is_home else state.away_score,
        getattr(state.largest_lead, side),
        getattr(state.largest_run, side),
    )
    cells = "".join(f"<td>{cell}</td>" for cell in [*by_period, *sums])
    return f'<tr><th scope="row">{text(team)} ({side})</th>{cells}</tr>'
