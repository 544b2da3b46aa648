"""The y axis of what has two sides: zero in the middle, the home team above, the away team below.

```python
margin = CentredAxis(label="Margin", side="left")
margin.fit(23, home="LAC", away="GSW")  # now from -30 to 30
```
"""

from bqplot import Axis, LinearScale

from nbmomentum.views.charts.axes import TICK_STYLE

LEVELS = (8, 12, 16, 20, 30, 40, 60, 80, 100)
FULL = 0.9  # of the level; the rest is room for names at the edges


class CentredAxis:
    """A scale of one of a few fixed heights, the same up and down, and its axis.

    Args:
        label: What it measures.
        side: "left" or "right".
        **options: More traits of the axis.

    Attributes:
        scale: The y scale of the marks.
        axis: The axis to give to the figure.
    """

    def __init__(self, *, label: str, side: str, **options: object) -> None:
        self.scale = LinearScale(min=-float(LEVELS[0]), max=float(LEVELS[0]), allow_padding=False)
        self.axis = Axis(scale=self.scale, side=side, label=label, tick_style=TICK_STYLE, **options)
        self._fitted: tuple[int, str, str] | None = None

    @property
    def level(self) -> int:
        """The upper end; the lower end is its negative."""
        return int(self.scale.max)

    def fit(self, largest: float, *, home: str = "", away: str = "") -> None:
        """Make room for values up to `largest` on both sides; nothing changes while they fit the same level.

        Args:
            largest: The largest absolute value.
            home: Stands at the upper end in place of its number.
            away: Stands at the lower end in place of its number.
        """
        level = level_for(largest)
        if self._fitted == (level, home, away):
            return
        self._fitted = level, home, away
        ticks = {level: home or f"+{level}", level // 2: f"+{level // 2}", 0: "0"}
        ticks |= {-(level // 2): f"−{level // 2}", -level: away or f"−{level}"}
        self.scale.min, self.scale.max = -float(level), float(level)
        self.axis.tick_labels = {str(value): name for value, name in ticks.items()}
        self.axis.tick_values = sorted(ticks)


def level_for(largest: float) -> int:
    """The first of the fixed levels that this value fits into."""
    needed = largest / FULL
    fixed = next((level for level in LEVELS if needed <= level), None)
    return fixed or -int(-needed // LEVELS[0]) * LEVELS[0]
