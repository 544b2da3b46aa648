"""The axis all charts of a game share: game time with its periods, growing by whole overtimes.

game_time = GameTimeAxis()
figure = Figure(axes=game_time.axes, ...)
game_time.cover(period=5)
"""

import numpy as np
from bqplot import Axis, LinearScale

from nbmomentum.clock import REGULATION_PERIODS, period_length_s, period_name, period_start_s
from nbmomentum.views.style import SMALL_PX

TICK_STYLE = {"font-size": f"{SMALL_PX}px"}
_PERIOD_LINE = "var(--jp-border-color1)"  # a fixed grey would glare in one of the themes


class GameTimeAxis:
    """Seconds of play from left to right: a line at each period's start, its name below its middle.

    Attributes:
        scale: The x scale of every mark.
        axes: The two axes to give to the figure.
        periods: How many periods are in view, at least four.
    """

    def __init__(self) -> None:
        self.scale = LinearScale(min=0.0, max=float(period_start_s(REGULATION_PERIODS + 1)), allow_padding=False)
        self._borders = Axis(scale=self.scale, grid_lines="solid", grid_color=_PERIOD_LINE)
        self._names = Axis(scale=self.scale, grid_lines="none", tick_style=TICK_STYLE)
        self.axes = [self._borders, self._names]
        self.periods = 0
        self.cover(period=REGULATION_PERIODS)

    @property
    def end_s(self) -> float:
        """The right end, in seconds of play since tip-off."""
        end_s: float = self.scale.max
        return end_s

    def cover(self, *, period: int) -> None:
        """Show all periods up to this one, four at least; nothing changes while they are in view."""
        wanted = max(REGULATION_PERIODS, period)
        if wanted == self.periods:
            return
        self.periods = wanted
        starts = [period_start_s(number) for number in range(1, wanted + 1)]
        end_s = starts[-1] + period_length_s(wanted)
        middles = [start + period_length_s(number) / 2 for number, start in enumerate(starts, start=1)]
        self._borders.tick_labels = {str(value): "" for value in [*starts, end_s]}
        self._borders.tick_values = np.array([*starts, end_s])
        self._names.tick_labels = {f"{middle:g}": period_name(n) for n, middle in enumerate(middles, start=1)}
        self._names.tick_values = np.array(middles)
        self.scale.max = float(end_s)
