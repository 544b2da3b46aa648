"""The momentum chart: the margin as an area around zero, the momentum index as a line, long runs shaded and named.

```python
chart = MomentumChart(alert_feed=alert_feed)  # runs from the alerts' threshold on
chart.show(tracker.state)
```

The home team is up and the away team down, whatever the colours. Margin and momentum have an axis each, left and
right, with zero in common. The slider re-derives the momentum of the plays shown with another half-life; its
callback only marks the view, the render thread draws it.

CSS classes: `kit-momentum` around all, `kit-half-life` on the slider, `kit-legend` on the line above the chart.
"""

from collections.abc import Sequence

import numpy as np
from bqplot import Lines
from ipywidgets import HTML, HBox, IntSlider, Label, Layout

from nbmomentum.momentum import HALF_LIFE_S, GameState, LongRun, Play, long_runs, momentum_curve
from nbmomentum.momentum.alerts import RUN_THRESHOLD_POINTS
from nbmomentum.views.accessibility import slider_names
from nbmomentum.views.alerts import AlertFeed
from nbmomentum.views.charts.axes import GameTimeAxis
from nbmomentum.views.charts.centred import CentredAxis
from nbmomentum.views.charts.moments import Moments, spots
from nbmomentum.views.charts.parts import (
    HEIGHT_PX,
    LABEL_GAP_PX,
    Floats,
    area,
    build_figure,
    columns,
    fill,
    names,
    origin,
    plot_px,
)
from nbmomentum.views.scoreboard import lead_text
from nbmomentum.views.style import BODY_PX, INK, text
from nbmomentum.views.teams import GameColours, colours_for
from nbmomentum.views.view import OnMoment
from nbmomentum.views.words import UNKNOWN, Readable, Words, period_ends, period_names

MIN_HALF_LIFE_S = 30
MAX_HALF_LIFE_S = 600
HALF_LIFE_STEP_S = 10
NAME_WIDTH_PX = 38
NARROWEST_PLOT_PX = 560
MAX_NAME_ROWS = 3
SPOT_PX = 28  # large enough for a finger

_AREA_OPACITY = 0.75
_RUN_OPACITY = 0.32
_LINE_WIDTH_PX = 2
_TAG_OFFSET_PX = 30  # right of the numbers on the axis


class MomentumChart(Readable):
    """Margin and momentum over game time.

    Args:
        half_life_s: Of the momentum index, 30 to 600 game seconds.
        threshold: From how many unanswered points on a run is shaded.
        alert_feed: Its slider sets the threshold instead.
        height_px: Of the figure.
        on_moment: Called with the event id of a run's last play when its name is clicked; without it nothing can be.

    Attributes:
        slider: The half-life.
        home_area: The margin while the home team leads.
        away_area: The margin while the away team leads.
        line: The momentum index.
        home_runs: The spans of the home team's long runs, in the upper half.
        away_runs: The same of the away team, in the lower half.
        run_names: "11-0" at each of them.
        run_spots: What is clicked around each name, unseen: text of bqplot takes no click.
        tag: The momentum index of now, at its axis.
        figure: The bqplot figure.
    """

    def __init__(
        self,
        *,
        half_life_s: int = int(HALF_LIFE_S),
        threshold: int = RUN_THRESHOLD_POINTS,
        alert_feed: AlertFeed | None = None,
        height_px: int = HEIGHT_PX,
        on_moment: OnMoment | None = None,
    ) -> None:
        self._threshold = threshold
        self._alert_feed = alert_feed
        self._plot_px = plot_px(height_px)
        self._time = GameTimeAxis()
        self._margin = CentredAxis(label="Margin", side="left", label_offset="34px")
        self._momentum = CentredAxis(label="Momentum", side="right", label_offset="93px", grid_lines="none")
        self._build_marks()
        marks = [self.home_runs, self.away_runs, self.home_area, self.away_area, self.line, self.run_names, self.tag]
        marks.append(self.run_spots)
        self.figure = build_figure(marks, [*self._time.axes, self._margin.axis, self._momentum.axis], height_px)
        self.slider = _half_life_slider(half_life_s)
        self._legend = HTML(layout=Layout(flex="1 1 0"))
        self._legend.add_class("kit-legend")
        head = HBox([self._legend, self.slider, Label("s", layout=Layout(flex="0 0 auto"))])
        head.add_class("kit-row")
        super().__init__(head, self.figure, slider_names(), css_class="kit-momentum")
        self._fit(0, 0.0, "", "")
        self._moments = Moments(self.run_spots, on_moment, self.widget)
        self._listen()

    def _build_marks(self) -> None:
        margin = {"x": self._time.scale, "y": self._margin.scale}
        momentum = {"x": self._time.scale, "y": self._momentum.scale}
        self.home_runs = area(margin, opacity=_RUN_OPACITY, interpolation="linear")
        self.away_runs = area(margin, opacity=_RUN_OPACITY, interpolation="linear")
        self.home_area = area(margin, opacity=_AREA_OPACITY, interpolation="step-after")
        self.away_area = area(margin, opacity=_AREA_OPACITY, interpolation="step-after")
        self.line = Lines(**origin(), scales=momentum, colors=[INK], stroke_width=_LINE_WIDTH_PX)
        self.run_names = names(margin, default_size=BODY_PX, align="middle", visible=False)
        self.run_spots = spots(margin, marker="square", default_size=SPOT_PX**2, opacities=[0.0], colors=[INK])
        self.tag = names(momentum, default_size=BODY_PX, x_offset=_TAG_OFFSET_PX)

    def _listen(self) -> None:
        self.slider.observe(lambda _: self.invalidate(), names="value")
        if self._alert_feed is not None:
            self._alert_feed.slider.observe(lambda _: self.invalidate(), names="value")

    @property
    def threshold(self) -> int:
        """From how many unanswered points on a run is shaded."""
        return self._threshold if self._alert_feed is None else self._alert_feed.threshold

    @property
    def half_life_s(self) -> int:
        """The half-life of the momentum index shown, in game seconds."""
        seconds: int = self.slider.value
        return seconds

    def words(self, state: GameState) -> Words:
        """Margin and momentum at the end of each period, and the runs."""
        state = state.with_half_life(self.half_life_s)
        ends = period_ends(state)
        rows = (
            (
                f"Margin ({state.home} minus {state.away})",
                *(_signed(play.margin, 0) if play else UNKNOWN for play in ends),
            ),
            (f"Momentum ({state.home} positive)", *(_signed(play.momentum, 1) if play else UNKNOWN for play in ends)),
        )
        runs = _runs_text(long_runs(state.plays, threshold=self.threshold), self.threshold)
        sentence = f"Margin {lead_text(state)}; momentum {_side_text(state)}; {runs}."
        return Words("Margin and momentum", sentence, ("At the end of", *period_names(state)), rows)

    def _draw(self, state: GameState) -> None:
        state = state.with_half_life(self.half_life_s)
        plays, colours = state.plays, colours_for(state.home, state.away)
        curve = momentum_curve(state)
        self._time.cover(period=max((play.event.period for play in plays), default=1))
        largest_momentum = max(abs(momentum) for _, momentum in curve)
        self._fit(max(state.largest_lead.home, state.largest_lead.away), largest_momentum, state.home, state.away)
        self._draw_margin(plays, colours)
        self.line.x, self.line.y = columns(curve)
        self._draw_runs(long_runs(plays, threshold=self.threshold), colours)
        self._draw_tag(state.momentum)
        self._legend.value = _legend_html(state, colours)

    def _fit(self, margin: int, momentum: float, home: str, away: str) -> None:
        self._margin.fit(margin, home=home, away=away)
        self._momentum.fit(momentum)

    def _draw_margin(self, plays: Sequence[Play], colours: GameColours) -> None:
        x, y = columns([(0.0, 0), *((play.elapsed_s, play.margin) for play in plays)])
        fill(self.home_area, x, np.maximum(y, 0), 0.0, colours.home)
        fill(self.away_area, x, np.minimum(y, 0), 0.0, colours.away)

    def _draw_runs(self, runs: Sequence[LongRun], colours: GameColours) -> None:
        level = self._margin.level
        home, away = [run for run in runs if run.is_home], [run for run in runs if not run.is_home]
        fill(self.home_runs, *_pulses(home, level), 0.0, colours.home)
        fill(self.away_runs, *_pulses(away, -level), 0.0, colours.away)
        named = [*home, *away]
        self._moments.show([run.last for run in named])
        self.run_names.visible = bool(runs)
        self.run_spots.visible = bool(runs) and self._moments.are_clickable
        if not runs:
            return
        px = 2 * level / self._plot_px
        heights = [level - depth * px for depth in self._depths(home)]
        heights += [depth * px - level for depth in self._depths(away)]
        self.run_names.text = np.array([f"{run.points}-0" for run in named])
        self.run_names.x = self.run_spots.x = np.array([(run.start_s + run.end_s) / 2 for run in named], np.float32)
        self.run_names.y = self.run_spots.y = np.array(heights, dtype=np.float32)
        self.run_spots.names = np.array([_name_run(run) + self._moments.hint for run in named])

    def _depths(self, runs: Sequence[LongRun]) -> list[int]:
        """How far from the edge each name stands, in pixels: names that would touch stand below each other."""
        gap_s = NAME_WIDTH_PX * self._time.end_s / NARROWEST_PLOT_PX
        depths: list[int] = []
        row, last_s = 0, -gap_s
        for run in runs:
            middle_s = (run.start_s + run.end_s) / 2
            row = (row + 1) % MAX_NAME_ROWS if middle_s - last_s < gap_s else 0
            depths.append(LABEL_GAP_PX // 2 + 2 + row * LABEL_GAP_PX)
            last_s = middle_s
        return depths

    def _draw_tag(self, momentum: float) -> None:
        self.tag.text = np.array([f"◂ {_signed(momentum, 1)}"])
        self.tag.x = np.array([self._time.end_s], dtype=np.float32)
        self.tag.y = np.array([momentum], dtype=np.float32)


def _name_run(run: LongRun) -> str:
    return f"{run.text}, until {run.last.event.game_clock}"


def _pulses(runs: Sequence[LongRun], height: float) -> tuple[Floats, Floats]:
    """From zero up to `height` over the span of each run, and back."""
    points = [(0.0, 0.0)]
    for run in runs:
        points += [(run.start_s, 0.0), (run.start_s, height), (run.end_s, height), (run.end_s, 0.0)]
    return columns(points)


def _half_life_slider(half_life_s: int) -> IntSlider:
    slider = IntSlider(
        value=half_life_s,
        min=MIN_HALF_LIFE_S,
        max=MAX_HALF_LIFE_S,
        step=HALF_LIFE_STEP_S,
        description="Half-life",
        readout_format="d",
        style={"description_width": "auto"},
        layout=Layout(width="auto", flex="0 0 266px"),  # its place is the same whatever the legend says
    )
    slider.add_class("kit-half-life").add_class("kit-short-readout")
    return slider


def _legend_html(state: GameState, colours: GameColours) -> str:
    swatch = f'<i class="kit-swatch" style="background:linear-gradient({colours.home} 50%,{colours.away} 50%)"></i>'
    return (
        f'<span class="kit-key">{swatch}Margin <b>{text(lead_text(state))}</b></span>'
        f'<span class="kit-key"><i class="kit-stroke"></i>Momentum <b>{text(_side_text(state))}</b></span>'
    )


def _side_text(state: GameState) -> str:
    """How much momentum for whom, "3.4 for MIA"."""
    size = f"{abs(state.momentum):.1f}"
    if float(size) == 0:
        return size
    return f"{size} for {state.home if state.momentum > 0 else state.away}"


def _runs_text(runs: Sequence[LongRun], threshold: int) -> str:
    if not runs:
        return f"no run of {threshold} or more"
    last = runs[-1]
    count = "one run" if len(runs) == 1 else f"{len(runs)} runs"
    return f"{count} of {threshold} or more, the latest {last.text} until {last.last.event.game_clock}"


def _signed(value: float, digits: int) -> str:
    """A number with its sign, "+3.4", "−2.0" or "0.0"."""
    size = f"{abs(value):.{digits}f}"
    if float(size) == 0:
        return size
    return f"{'+' if value > 0 else '−'}{size}"
