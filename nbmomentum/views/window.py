"""The windowed run: the points of both teams in the last minutes, "MIA 12-2 in the last 3:00".

```python
window = WindowedRun(window_s=180)
window.show(tracker.state)
```

CSS classes: `kit-window` around all, `kit-window-length` on the slider, `kit-window-name` on its length in words.
"""

from ipywidgets import HTML, HBox, IntSlider, Label, Layout

from nbmomentum.momentum import GameState, HomeAway
from nbmomentum.views.accessibility import MINUTES, slider_names
from nbmomentum.views.colours import text_on
from nbmomentum.views.style import text
from nbmomentum.views.teams import colours_for
from nbmomentum.views.words import Readable, Words

MIN_WINDOW_S = 60
MAX_WINDOW_S = 720
WINDOW_STEP_S = 30
DEFAULT_WINDOW_S = 180


class WindowedRun(Readable):
    """Who has scored how much in the last minutes of play, up to the last play.

    Args:
        window_s: How far back to look, 60 to 720 game seconds.

    Attributes:
        slider: The same, in steps of half a minute.
    """

    def __init__(self, *, window_s: int = DEFAULT_WINDOW_S) -> None:
        self.slider = IntSlider(
            value=window_s,
            min=MIN_WINDOW_S,
            max=MAX_WINDOW_S,
            step=WINDOW_STEP_S,
            description="In the last",
            readout=False,
            style={"description_width": "auto"},
            layout=Layout(width="auto", flex="1 1 auto"),
        )
        self.slider.add_class("kit-window-length").add_class(MINUTES)
        self.slider.observe(lambda _: self.invalidate(), names="value")
        self._length = Label(minutes_text(window_s))
        self._length.add_class("kit-window-name")
        self._html = HTML()
        head = HBox([self.slider, self._length])
        head.add_class("kit-row")
        super().__init__(self._html, head, slider_names(), css_class="kit-window")

    @property
    def window_s(self) -> int:
        """How far back to look, in game seconds."""
        seconds: int = self.slider.value
        return seconds

    def words(self, state: GameState) -> Words:
        """The points of both teams in the window."""
        points, length = state.windowed_run(self.window_s), minutes_text(self.window_s)
        rows = ((state.away, str(points.away)), (state.home, str(points.home)))
        sentence = f"{_headline(state, points)} in the last {length}."
        return Words("Windowed run", sentence, ("Team", f"Points in the last {length}"), rows)

    def _draw(self, state: GameState) -> None:
        window_s = self.window_s
        self._length.value = minutes_text(window_s)
        self._html.value = _window_html(state, state.windowed_run(window_s), minutes_text(window_s))


def minutes_text(seconds: int) -> str:
    """A length of time as a game clock shows it: "3:00"."""
    return f"{seconds // 60}:{seconds % 60:02}"


def _headline(state: GameState, points: HomeAway) -> str:
    """Who outscored whom: "MIA 12-2", "Level 5-5" or "No points"."""
    if points == HomeAway(0, 0):
        return "No points"
    if points.home == points.away:
        return f"Level {points.home}-{points.away}"
    team = state.home if points.home > points.away else state.away
    return f"{team} {max(points.home, points.away)}-{min(points.home, points.away)}"


def _window_html(state: GameState, points: HomeAway, length: str) -> str:
    colours = colours_for(state.home, state.away)
    bars = (
        _bar_html(state.away, points.away, colours.away) + _bar_html(state.home, points.home, colours.home)
        if points != HomeAway(0, 0)
        else '<span class="kit-bar" style="flex:1 1 0"></span>'
    )
    return (
        f'<p class="kit-window-line"><b>{text(_headline(state, points))}</b> in the last {length}</p>'
        f'<div class="kit-bars" aria-hidden="true">{bars}</div>'
    )


def _bar_html(team: str, points: int, colour: str) -> str:
    """As long as its share of the points."""
    if not points:
        return ""
    look = f"flex:{points} 1 0;background:{colour};color:{text_on(colour)}"
    return f'<span class="kit-bar" style="{look}">{text(team)} {points}</span>'
