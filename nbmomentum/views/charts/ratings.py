"""Offence against defence: a dot a team, the best at the top right; diagonals of equal net rating.

```python
chart = RatingsChart()
chart.show(standings)
```

To the right a team scores more, upwards it allows less (the defensive axis runs backwards). Dashed lines are the
average of all teams, and name four quadrants. Thirty names would lie on top of each other, so each is set beside its
dot, on the side where there is room for it, and keeps its side while that stays free.

CSS class: `kit-ratings`.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from bqplot import Axis, Label, LinearScale, Lines, Scatter
from ipywidgets import HTML

from nbmomentum.sources.game_info import day_text
from nbmomentum.sources.standings import Standings
from nbmomentum.sources.team_stats import TeamStats, signed
from nbmomentum.views.charts.axes import TICK_STYLE
from nbmomentum.views.charts.parts import Floats, build_figure, names, origin, plot_px
from nbmomentum.views.standings import average_ratings
from nbmomentum.views.style import INK, PAPER, SMALL_PX, text
from nbmomentum.views.teams import team_colours
from nbmomentum.views.view import View

HEIGHT_PX: Final = 400
NARROWEST_PLOT_PX: Final = 620
LEVELS: Final = (4, 6, 8, 10, 12, 16, 20, 30, 50, 80)
DOT_PX: Final = 11
NAME_PX: Final = (32, 15)
"""A name's width and height."""
QUIET: Final = "var(--jp-ui-font-color2)"
GRID: Final = "var(--jp-border-color1)"


class Side(NamedTuple):
    """Where a name stands beside its dot: the offset of its anchor in pixels, and which end of it that is."""

    x_px: int
    y_px: int
    align: str


# The first ones read best. bqplot sets a label's middle line at its point.
SIDES: Final = (
    Side(9, 0, "start"),
    Side(-9, 0, "end"),
    Side(0, -14, "middle"),
    Side(0, 14, "middle"),
    Side(7, -11, "start"),
    Side(-7, -11, "end"),
    Side(7, 11, "start"),
    Side(-7, 11, "end"),
    Side(14, -20, "start"),
    Side(-14, 20, "end"),
)
_QUADRANTS: Final = (
    ("better defence only", -1, 1),
    ("better at both ends", 1, 1),
    ("weaker at both ends", -1, -1),
    ("better offence only", 1, -1),
)

_Box = tuple[float, float, float, float]


class RatingsChart(View[Standings]):
    """Offensive rating against defensive rating, all teams.

    Args:
        height_px: Of the figure.

    Attributes:
        dots: A dot a team, in its colour.
        labels: The names of those teams whose name stands on one side, a mark a side.
        averages: The two dashed lines.
        diagonals: Lines of equal net rating.
        diagonal_names: Their net rating, at the left edge and at the right one.
        quadrants: The names of the four corners.
        figure: The bqplot figure.
    """

    def __init__(self, *, height_px: int = HEIGHT_PX) -> None:
        self._height_px = plot_px(height_px)
        self._sides: dict[str, int] = {}
        self._fitted: tuple[int, int, int] | None = None
        self._x = LinearScale(min=100.0, max=124.0, allow_padding=False)
        self._y = LinearScale(min=100.0, max=124.0, allow_padding=False, reverse=True)
        self._build_marks()
        axes = [
            Axis(scale=self._x, label="Offence: points scored per 100 possessions", tick_style=TICK_STYLE),
            Axis(scale=self._y, label="Defence: points allowed", side="left", tick_style=TICK_STYLE),
        ]
        axes[0].label_offset, axes[1].label_offset = "36px", "46px"
        for axis in axes:
            axis.grid_lines, axis.num_ticks = "none", 5  # whole numbers at every level
        marks = [self.diagonals, self.averages, *self.quadrants, *self.diagonal_names, self.dots, *self.labels]
        self.figure = build_figure(marks, axes, height_px)
        self.figure.fig_margin = {"top": 8, "bottom": 50, "left": 58, "right": 20}
        self._legend = HTML()
        self._legend.add_class("kit-legend")
        super().__init__(self._legend, self.figure, css_class="kit-ratings")

    def _build_marks(self) -> None:
        scales = {"x": self._x, "y": self._y}
        quiet = {"default_size": SMALL_PX, "font_weight": "normal", "colors": [QUIET]}
        self.dots = Scatter(**origin(), scales=scales, default_size=DOT_PX**2, colors=["#80868b"], stroke=PAPER)
        self.labels = tuple(
            names(scales, default_size=SMALL_PX, x_offset=side.x_px, y_offset=side.y_px, align=side.align)
            for side in SIDES
        )
        self.averages = Lines(**_no_lines(), scales=scales, colors=[INK], stroke_width=1, line_style="dashed")
        self.diagonals = Lines(**_no_lines(), scales=scales, colors=[GRID], stroke_width=1)
        self.diagonal_names = (
            names(scales, **(quiet | {"align": "start", "x_offset": 5, "y_offset": 14})),
            names(scales, **(quiet | {"align": "end", "x_offset": -5, "y_offset": 14})),
        )
        self.quadrants = tuple(names(scales, **(quiet | {"align": align})) for align in ("start", "end"))

    def _draw(self, standings: Standings) -> None:
        teams = sorted(standings.teams, key=lambda stats: stats.team)
        self.dots.visible = bool(teams)
        if not teams:
            return
        self._fit(teams)
        x = np.array([stats.offensive_rating for stats in teams], dtype=np.float32)
        y = np.array([stats.defensive_rating for stats in teams], dtype=np.float32)
        self._sides = place_names(self._pixels(teams), self._sides, (NARROWEST_PLOT_PX, self._height_px))
        self.dots.x, self.dots.y = x, y
        self.dots.colors = [team_colours(stats.team)[0] for stats in teams]
        self._draw_averages(teams)
        for number, label in enumerate(self.labels):
            _draw_names(label, [stats for stats in teams if self._sides[stats.team] == number])
        self._legend.value = text(_legend_text(standings))

    def _pixels(self, teams: Sequence[TeamStats]) -> dict[str, tuple[float, float]]:
        """Where the dots are in a plot as narrow as it gets, from its top left."""
        x_px = NARROWEST_PLOT_PX / (self._x.max - self._x.min)
        y_px = self._height_px / (self._y.max - self._y.min)
        return {
            stats.team: ((stats.offensive_rating - self._x.min) * x_px, (stats.defensive_rating - self._y.min) * y_px)
            for stats in teams
        }

    def _fit(self, teams: Sequence[TeamStats]) -> None:
        """Scales around the average, of one of a few sizes; nothing changes while these fit."""
        offence, defence = average_ratings(teams)
        middle_x, middle_y = round(offence), round(defence)
        largest = max(
            max(abs(stats.offensive_rating - middle_x), abs(stats.defensive_rating - middle_y)) for stats in teams
        )
        level = next((level for level in LEVELS if largest <= 0.88 * level), int(largest * 1.2))
        if self._fitted == (middle_x, middle_y, level):
            return
        self._fitted = middle_x, middle_y, level
        self._x.min, self._x.max = float(middle_x - level), float(middle_x + level)
        self._y.min, self._y.max = float(middle_y - level), float(middle_y + level)
        self._draw_diagonals(level)
        self._draw_quadrants()

    def _draw_averages(self, teams: Sequence[TeamStats]) -> None:
        offence, defence = average_ratings(teams)
        self.averages.x = _rows([offence, offence], [self._x.min, self._x.max])
        self.averages.y = _rows([self._y.min, self._y.max], [defence, defence])

    def _draw_diagonals(self, level: int) -> None:
        """Offence minus defence is the same along each; above zero they are named at the right, below it at the left.

        So the corners, where the quadrants have their names, stay free.
        """
        step = 5 if level <= 20 else 20
        low, high, top, bottom = self._x.min, self._x.max, self._y.min, self._y.max
        nets = [net for net in range(-40, 41, step) if low - net < bottom and high - net > top]
        self.diagonals.x = _rows(*([low, high] for _ in nets))
        self.diagonals.y = _rows(*([low - net, high - net] for net in nets))
        room = (bottom - top) / 12
        for mark, edge, sign in zip(self.diagonal_names, (low, high), (-1, 1), strict=True):
            named = [net for net in nets if net * sign > 0 and top + room < edge - net < bottom - room]
            mark.visible = bool(named)
            mark.x = np.full(max(1, len(named)), edge, dtype=np.float32)
            mark.y = np.array([edge - net for net in named] or [edge], dtype=np.float32)
            mark.text = np.array([f"net {signed(net).removesuffix('.0')}" for net in named] or [""])

    def _draw_quadrants(self) -> None:
        inset_x = (self._x.max - self._x.min) / 80
        inset_y = (self._y.max - self._y.min) / 28
        for mark, is_right in zip(self.quadrants, (-1, 1), strict=True):
            corners = [(name, up) for name, right, up in _QUADRANTS if right == is_right]
            x = self._x.min + inset_x if is_right < 0 else self._x.max - inset_x
            mark.x = np.full(len(corners), x, dtype=np.float32)
            mark.y = np.array(
                [self._y.min + inset_y if up > 0 else self._y.max - inset_y for _, up in corners], dtype=np.float32
            )
            mark.text = np.array([name for name, _ in corners])


def place_names(
    dots: Mapping[str, tuple[float, float]], before: Mapping[str, int], plot: tuple[float, float]
) -> dict[str, int]:
    """For each name the side of its dot where it covers least; crowded names choose first.

    Args:
        dots: Where they are, in pixels from the plot's top left.
        before: The sides chosen last time: a name keeps its own unless another is clearly better.
        plot: Width and height of the plot in pixels.

    Returns:
        By name, a place in `SIDES`.
    """
    taken: list[_Box] = [_dot_box(dot) for dot in dots.values()]
    chosen: dict[str, int] = {}
    for name in sorted(dots, key=lambda name: (-_crowd(name, dots), name)):
        costs = [_cost(_name_box(dots[name], side), taken, plot) + number for number, side in enumerate(SIDES)]
        if name in before:
            costs[before[name]] -= KEEPING_BONUS
        chosen[name] = min(range(len(SIDES)), key=costs.__getitem__)
        taken.append(_name_box(dots[name], SIDES[chosen[name]]))
    return chosen


# In square pixels of what a name would cover.
KEEPING_BONUS: Final = 25.0
OUTSIDE_COST: Final = 400.0
CROWD_PX: Final = 45.0


def _crowd(name: str, dots: Mapping[str, tuple[float, float]]) -> int:
    x, y = dots[name]
    return sum(abs(x - other_x) < CROWD_PX and abs(y - other_y) < CROWD_PX for other_x, other_y in dots.values())


def _cost(box: _Box, taken: Sequence[_Box], plot: tuple[float, float]) -> float:
    left, top, right, bottom = box
    is_outside = left < 0 or top < 0 or right > plot[0] or bottom > plot[1]
    return sum(_overlap(box, other) for other in taken) + OUTSIDE_COST * is_outside


def _overlap(one: _Box, other: _Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)


def _dot_box(dot: tuple[float, float]) -> _Box:
    half = DOT_PX / 2
    return dot[0] - half, dot[1] - half, dot[0] + half, dot[1] + half


def _name_box(dot: tuple[float, float], side: Side) -> _Box:
    width, height = NAME_PX
    left = dot[0] + side.x_px - {"start": 0.0, "middle": width / 2, "end": width}[side.align]
    middle = dot[1] + side.y_px
    return left, middle - height / 2, left + width, middle + height / 2


def _draw_names(label: Label, teams: Sequence[TeamStats]) -> None:
    label.visible = bool(teams)
    if teams:
        label.text = np.array([stats.team for stats in teams])
        label.x = np.array([stats.offensive_rating for stats in teams], dtype=np.float32)
        label.y = np.array([stats.defensive_rating for stats in teams], dtype=np.float32)


def _no_lines() -> dict[str, Floats]:
    return {"x": np.zeros((2, 2), dtype=np.float32), "y": np.zeros((2, 2), dtype=np.float32)}


def _rows(*rows: Sequence[float]) -> Floats:
    return np.array(rows, dtype=np.float32)


def _legend_text(standings: Standings) -> str:
    as_of = standings.as_of
    kind = "simulated" if standings.is_simulated else "Data: NBA.com"
    day = "" if as_of is None else f" {day_text(as_of)}, {kind}."
    return f"Right: scores more. Up: allows less. Dashed: the average of all.{day}"
