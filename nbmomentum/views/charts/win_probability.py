"""The win probability chart: how likely the home team wins, after each play, and how exciting the game has been.

```python
chart = WinProbabilityChart()
chart.show(tracker.state)
```

Each step of the line is a play; what the line went up and down altogether is the excitement figure. The area
reaches from the 50 % line to the favourite's side, up for the home team.

CSS classes: `kit-win` around all, `kit-legend` on the line above the chart, `kit-caption` on the source below it.
"""

from collections.abc import Sequence

import numpy as np
from bqplot import Axis, LinearScale, Lines
from ipywidgets import HTML

from nbmomentum.clock import REGULATION_LENGTH_S, REGULATION_PERIODS
from nbmomentum.momentum import PREGAME_WIN_PROBABILITY, GameState, Play
from nbmomentum.momentum.figures import HOME_EDGE_POINTS, MARGIN_SPREAD_POINTS
from nbmomentum.views.charts.axes import TICK_STYLE, GameTimeAxis
from nbmomentum.views.charts.parts import HEIGHT_PX, area, build_figure, columns, fill, names, origin
from nbmomentum.views.style import INK, SMALL_PX, text
from nbmomentum.views.teams import NEUTRAL, GameColours, colours_for
from nbmomentum.views.words import UNKNOWN, Readable, Words, period_ends, period_names

SOURCE = (
    f"Stern (1994): a random walk with drift, μ = {HOME_EDGE_POINTS:g} and σ = {MARGIN_SPREAD_POINTS:g} points. "
    "It knows margin and time left, nothing else."
)
OVERTIME = "Overtime: our own extension."

_AREA_OPACITY = 0.55
_OVERTIME_OPACITY = 0.16
_LINE_WIDTH_PX = 2.5
_EVEN = 50.0
_OVERTIME_NAME_DISTANCE = 6.0  # from the edge of the plot, in per cent


class WinProbabilityChart(Readable):
    """The home team's win probability over game time, 0 to 100 %.

    Args:
        height_px: Of the figure.

    Attributes:
        line: The probability in per cent, a step a play.
        home_area: From the 50 % line up to it.
        away_area: From the 50 % line down to it.
        even: The 50 % line.
        overtime: The span in which the model is our extension.
        overtime_name: Says so inside the plot.
        label: Team and probability at the end of the line.
        figure: The bqplot figure.
    """

    def __init__(self, *, height_px: int = HEIGHT_PX) -> None:
        self._time = GameTimeAxis()
        self._percent = LinearScale(min=0.0, max=100.0, allow_padding=False)
        self._axis = Axis(
            scale=self._percent,
            side="left",
            label="Win %",
            label_offset="34px",
            tick_values=[0, 25, 50, 75, 100],
            tick_style=TICK_STYLE,
        )
        self._build_marks()
        marks = [self.overtime, self.home_area, self.away_area, self.even, self.line, self.overtime_name, self.label]
        self.figure = build_figure(marks, [*self._time.axes, self._axis], height_px)
        self._legend = HTML()
        self._legend.add_class("kit-legend")
        self._caption = HTML(_caption_html(has_overtime=False))
        super().__init__(self._legend, self.figure, self._caption, css_class="kit-win")

    def _build_marks(self) -> None:
        scales = {"x": self._time.scale, "y": self._percent}
        self.home_area = area(scales, opacity=_AREA_OPACITY, interpolation="step-after")
        self.away_area = area(scales, opacity=_AREA_OPACITY, interpolation="step-after")
        self.line = Lines(
            **origin(), scales=scales, colors=[INK], interpolation="step-after", stroke_width=_LINE_WIDTH_PX
        )
        self.even = Lines(
            x=[0.0, self._time.end_s],
            y=[_EVEN, _EVEN],
            scales=scales,
            colors=[NEUTRAL],
            line_style="dashed",
            stroke_width=1.5,
        )
        self.overtime = area(scales, opacity=_OVERTIME_OPACITY, interpolation="linear")
        self.overtime_name = names(scales, default_size=SMALL_PX, align="end", x_offset=-4, visible=False)
        self.label = names(scales, x_offset=6)

    def words(self, state: GameState) -> Words:
        """The win probability at the end of each period, and the excitement figure."""
        chance, other = percent_text(state.win_probability), percent_text(1 - state.win_probability)
        sentence = (
            f"Win probability {chance} for {state.home}, {other} for {state.away}; excitement {state.excitement:.2f}."
        )
        if state.period > REGULATION_PERIODS:
            sentence += f" {OVERTIME}"
        chances = (percent_text(play.win_probability) if play else UNKNOWN for play in period_ends(state))
        row = (f"{state.home} win probability", *chances)
        return Words("Win probability", sentence, ("At the end of", *period_names(state)), (row,))

    def _draw(self, state: GameState) -> None:
        plays, colours = state.plays, colours_for(state.home, state.away)
        self._time.cover(period=max((play.event.period for play in plays), default=1))
        has_overtime = self._time.periods > REGULATION_PERIODS
        # The ends carry the teams: up is a win of the home team, whatever the colours.
        self._axis.tick_labels = {"100": state.home, "75": "75", "50": "50", "25": "25", "0": state.away}
        self._draw_line(plays, colours)
        self._draw_overtime(has_overtime=has_overtime, is_high=state.win_probability > 0.5)
        self._draw_label(state, colours)
        self._legend.value = _legend_html(state)
        self._caption.value = _caption_html(has_overtime=has_overtime)

    def _draw_line(self, plays: Sequence[Play], colours: GameColours) -> None:
        points = [(0.0, PREGAME_WIN_PROBABILITY), *((play.elapsed_s, play.win_probability) for play in plays)]
        x, chance = columns(points)
        y = 100 * chance
        self.line.x, self.line.y = x, y
        fill(self.home_area, x, np.maximum(y, _EVEN), _EVEN, colours.home)
        fill(self.away_area, x, np.minimum(y, _EVEN), _EVEN, colours.away)

    def _draw_overtime(self, *, has_overtime: bool, is_high: bool) -> None:
        """The span after regulation; its name stands on the side of the plot where the line is not."""
        end_s = self._time.end_s
        self.even.x = np.array([0.0, end_s])
        self.overtime.visible = self.overtime_name.visible = has_overtime
        if not has_overtime:
            return
        span_s = np.array([REGULATION_LENGTH_S, end_s], dtype=np.float32)
        fill(self.overtime, span_s, np.full_like(span_s, 100.0), 0.0, NEUTRAL)
        self.overtime_name.text = np.array(["overtime: our extension"])
        self.overtime_name.x = np.array([end_s], dtype=np.float32)
        height = _OVERTIME_NAME_DISTANCE if is_high else 100 - _OVERTIME_NAME_DISTANCE
        self.overtime_name.y = np.array([height], dtype=np.float32)

    def _draw_label(self, state: GameState, colours: GameColours) -> None:
        self.label.colors = [colours.home]
        self.label.text = np.array([f"{state.home} {percent_text(state.win_probability)}"])
        self.label.x = np.array([state.elapsed_s], dtype=np.float32)
        self.label.y = np.array([100 * state.win_probability], dtype=np.float32)


def percent_text(probability: float) -> str:
    """A probability in whole per cent; "<1%" and ">99%" are not yet decided, "0%" and "100%" are."""
    if 0 < probability < 0.01:
        return "<1%"
    if 0.99 < probability < 1:
        return ">99%"
    return f"{probability:.0%}"


def _legend_html(state: GameState) -> str:
    return (
        '<span class="kit-key"><i class="kit-stroke"></i>'
        f"{text(state.home)} win probability <b>{text(percent_text(state.win_probability))}</b></span>"
        f'<span class="kit-key" title="All the ups and downs of the line, added up: 1 is from 0 to 100 % once">'
        f"Excitement <b>{state.excitement:.2f}</b></span>"
    )


def _caption_html(*, has_overtime: bool) -> str:
    overtime = f" {OVERTIME}" if has_overtime else ""
    return f'<p class="kit-caption">{text(SOURCE)}<b>{text(overtime)}</b></p>'
