"""The text twin: the state of the live figures in sentences and small tables, for whoever does not see them.

```python
twin = TextTwin(momentum_chart, win_chart)  # or TextTwin(), for the game alone
twin.show(tracker.state)
twin.sentence
```

Screen readers, graders and CI read the same figures that the charts draw. It is not a live region: at sixty
times real time it would never stop talking.

CSS class: `kit-twin`.
"""

from ipywidgets import HTML

from nbmomentum.momentum import GameState
from nbmomentum.views.view import View
from nbmomentum.views.words import UNKNOWN, Readable, Words, period_names, words_html

_SUMS = ("Points", "Largest lead", "Largest run")
_NO_GAME = Words("In words", "No game yet.", (), ())


class TextTwin(View[GameState]):
    """One sentence and a line score: points by period, total, largest lead and largest run of each team.

    Args:
        *figures: Views whose words follow, each under its own title; with their sliders moves their text.
    """

    def __init__(self, *figures: Readable) -> None:
        self._figures = figures
        self._html = HTML(words_html(_NO_GAME))
        self._sentence = ""
        super().__init__(self._html, css_class="kit-twin")
        for figure in figures:
            figure.followed_by(self)

    @property
    def sentence(self) -> str:
        """The sentences shown, as plain text; empty before the first state."""
        return self._sentence

    def _draw(self, state: GameState) -> None:
        sections = [_game_words(state), *(figure.words(state) for figure in self._figures)]
        self._sentence = " ".join(words.sentence for words in sections)
        self._html.value = "".join(map(words_html, sections))


def _game_words(state: GameState) -> Words:
    periods = period_names(state)
    rows = (_row(state, len(periods), is_home=False), _row(state, len(periods), is_home=True))
    return Words("In words", state.describe(), ("Team", *periods, *_SUMS), rows)


def _row(state: GameState, periods: int, *, is_home: bool) -> tuple[str, ...]:
    side, team = ("home", state.home) if is_home else ("away", state.away)
    by_period = [str(getattr(points, side)) for points in state.points_by_period]
    by_period += [UNKNOWN] * (periods - len(by_period))
    sums = (
        state.home_score if is_home else state.away_score,
        getattr(state.largest_lead, side),
        getattr(state.largest_run, side),
    )
    return (f"{team} ({side})", *by_period, *map(str, sums))
