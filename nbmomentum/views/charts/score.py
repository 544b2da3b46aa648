"""The score chart: both teams' points over game time, every lead change marked with its play.

```python
chart = ScoreChart()
chart.show(tracker.state)
```

Home is a solid line, away a dashed one, each labelled at its end, so that colour never carries meaning alone. The
figure is built once; a new state sets only arrays that changed, in one message a mark.

CSS class: `kit-chart`.
"""

from collections.abc import Sequence

import numpy as np
from bqplot import Axis, Figure, Label, LinearScale, Lines, Scatter

from nbmomentum.momentum import GameState, Play
from nbmomentum.views.charts.axes import TICK_STYLE, GameTimeAxis
from nbmomentum.views.charts.moments import Moments, spots
from nbmomentum.views.charts.parts import (
    HEIGHT_PX,
    LABEL_GAP_PX,
    Floats,
    Scales,
    build_figure,
    columns,
    names,
    origin,
    plot_px,
)
from nbmomentum.views.scoreboard import play_text
from nbmomentum.views.style import PAPER
from nbmomentum.views.teams import colours_for
from nbmomentum.views.view import OnMoment, View

FIRST_TOP = 120
TOP_STEP = 20
HEADROOM = 4
TICK_ROOM_PX = 18

_LINE_WIDTH_PX = 3


class ScoreChart(View[GameState]):
    """Two step lines of points over game time.

    The x scale covers four periods and grows by overtimes, the y scale reaches 120 points and grows by 20: fixed
    scales keep the picture still while the game runs.

    Args:
        height_px: Of the figure.
        on_moment: Called with the event id of the play whose marker is clicked; without it no marker can be.

    Attributes:
        home: The home team's line (solid).
        away: The away team's line (dashed).
        lead_changes: One marker a lead change; its tooltip names the play.
        labels: Team and points at the end of each line.
        figure: The bqplot figure.
    """

    def __init__(self, *, height_px: int = HEIGHT_PX, on_moment: OnMoment | None = None) -> None:
        self._height_px = height_px
        self._time = GameTimeAxis()
        self._points = LinearScale(min=0.0, max=float(FIRST_TOP), allow_padding=False)
        scales = {"x": self._time.scale, "y": self._points}
        self.home = _line(scales, "solid")
        self.away = _line(scales, "dashed")
        self.lead_changes = _markers(scales)
        self.labels = _labels(scales)
        self._points_axis = Axis(
            scale=self._points, side="left", label="Points", label_offset="34px", tick_style=TICK_STYLE
        )
        self.figure = self._build_figure()
        super().__init__(self.figure, css_class="kit-chart")
        self._grow(0)
        self._moments = Moments(self.lead_changes, on_moment, self.widget)

    def _build_figure(self) -> Figure:
        marks = [self.away, self.home, self.lead_changes, self.labels]
        return build_figure(marks, [*self._time.axes, self._points_axis], self._height_px)

    def _draw(self, state: GameState) -> None:
        plays = state.plays
        self._time.cover(period=max((play.event.period for play in plays), default=1))
        self._grow(max(state.home_score, state.away_score))
        colours = colours_for(state.home, state.away)
        self.home.colors = [colours.home]
        self.away.colors = [colours.away]
        self.home.x, self.home.y = _steps([(play.elapsed_s, play.home_score) for play in plays])
        self.away.x, self.away.y = _steps([(play.elapsed_s, play.away_score) for play in plays])
        self._mark_lead_changes([play for play in plays if play.is_lead_change], colours.home, colours.away)
        self._label_ends(state, [colours.home, colours.away])

    def _grow(self, points: int) -> None:
        """Fit the y scale: one of a few fixed heights."""
        over = max(0, points + HEADROOM - FIRST_TOP)
        top = FIRST_TOP + -(-over // TOP_STEP) * TOP_STEP
        if self._points_axis.tick_values is None or top != self._points.max:
            self._points.max = float(top)
            self._points_axis.tick_values = np.arange(0, top + 1, self._tick_step(top))

    def _tick_step(self, top: int) -> int:
        """As many points between two ticks as their numbers need room."""
        room_px = plot_px(self._height_px) * TOP_STEP / top
        return TOP_STEP * -(-TICK_ROOM_PX // int(room_px))

    def _mark_lead_changes(self, plays: Sequence[Play], home_colour: str, away_colour: str) -> None:
        self._moments.show(plays)
        self.lead_changes.visible = bool(plays)
        if not plays:
            return
        self.lead_changes.colors = [home_colour if play.event.is_home else away_colour for play in plays]
        self.lead_changes.names = np.array([_name_lead_change(play) + self._moments.hint for play in plays])
        self.lead_changes.x = np.array([play.elapsed_s for play in plays], dtype=np.float32)
        self.lead_changes.y = np.array([max(play.home_score, play.away_score) for play in plays], dtype=np.float32)

    def _label_ends(self, state: GameState, colours: list[str]) -> None:
        self.labels.colors = colours
        self.labels.text = np.array([f"{state.home} {state.home_score}", f"{state.away} {state.away_score}"])
        self.labels.x = np.full(2, state.elapsed_s, dtype=np.float32)
        self.labels.y = self._spread(state.home_score, state.away_score)

    def _spread(self, home: int, away: int) -> Floats:
        """Heights of the two labels, in points: at their lines, but never on top of each other."""
        gap = self._points.max * LABEL_GAP_PX / plot_px(self._height_px)
        low = max(min(home, away), gap / 2)
        high = max(home, away, low + gap)
        return np.array([low, high] if home < away else [high, low], dtype=np.float32)


def _line(scales: Scales, dash: str) -> Lines:
    return Lines(
        **origin(),
        scales=scales,
        interpolation="step-after",
        line_style=dash,
        stroke_width=_LINE_WIDTH_PX,
    )


def _markers(scales: Scales) -> Scatter:
    return spots(scales, marker="circle", default_size=60, stroke=PAPER, stroke_width=1.5)


def _labels(scales: Scales) -> Label:
    return names(scales, x_offset=9)


def _steps(scores: Sequence[tuple[float, int]]) -> tuple[Floats, Floats]:
    """The change points of one team's score, from 0 at tip-off to the last play."""
    points = [(0.0, 0)]
    for elapsed_s, score in scores:
        if score != points[-1][1]:
            points.append((elapsed_s, score))
    points.append((scores[-1][0], scores[-1][1]) if scores else points[-1])
    return columns(points)


def _name_lead_change(play: Play) -> str:
    high, low = max(play.home_score, play.away_score), min(play.home_score, play.away_score)
    return f"{play.event.team} take the lead {high}-{low}: {play_text(play.event)}"
