"""What all charts share: size, margins, arrays that are never empty, and one message a mark.

The margins are the same for all, so that charts below each other share one time axis.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from bqplot import Axis, Figure, Label, LinearScale, Lines
from ipywidgets import Layout
from numpy.typing import NDArray

from nbmomentum.views.style import INK, LABEL_PX

HEIGHT_PX = 320
MARGIN_PX = {"top": 10, "bottom": 30, "left": 46, "right": 112}  # right: "MEM >99%" in any font
MAX_POINTS = 1000  # measured: a browser keeps up with this many points a line at 20 frames a second
LABEL_GAP_PX = 20

Floats = NDArray[np.float32]
Scales = dict[str, LinearScale]


def build_figure(marks: Sequence[Any], axes: Sequence[Axis], height_px: int = HEIGHT_PX) -> Figure:
    """A figure of full width by the measured rules: no animation, no toolbar, a height."""
    return Figure(
        marks=list(marks),
        axes=list(axes),
        fig_margin=MARGIN_PX,
        padding_y=0.0,
        animation_duration=0,
        display_toolbar=False,
        layout=Layout(width="100%", height=f"{height_px}px", min_width="400px"),
    )


def plot_px(height_px: int) -> int:
    """How high the plot inside a figure of this height is."""
    return height_px - MARGIN_PX["top"] - MARGIN_PX["bottom"]


def origin() -> dict[str, Floats]:
    """Tip-off: an empty array breaks bqplot's first drawing, and it puts NaN into the corner."""
    return {"x": np.zeros(1, dtype=np.float32), "y": np.zeros(1, dtype=np.float32)}


def columns(points: Sequence[tuple[float, float]]) -> tuple[Floats, Floats]:
    """The x and the y of these points, at most `MAX_POINTS` of them, the last one included."""
    stride = -(-len(points) // (MAX_POINTS - 1))
    kept = list(points[::stride])
    if (len(points) - 1) % stride:
        kept.append(points[-1])
    x, y = np.array(kept, dtype=np.float32).T
    return np.ascontiguousarray(x), np.ascontiguousarray(y)


def area(scales: Scales, *, opacity: float, interpolation: str) -> Lines:
    """The area between two curves, the rows of y; no line around it."""
    return Lines(
        x=np.zeros(2, dtype=np.float32),
        y=np.zeros((2, 2), dtype=np.float32),
        scales=scales,
        interpolation=interpolation,
        fill="between",
        opacities=[0.0, 0.0],
        fill_opacities=[opacity, 0.0],
    )


def fill(mark: Lines, x: Floats, edge: Floats, base: float, colour: str) -> None:
    """Let an area reach from the height `base` to this edge."""
    if len(x) == 1:  # bqplot takes two rows of one point each for one row of two
        x, edge = np.repeat(x, 2), np.repeat(edge, 2)
    mark.colors = mark.fill_colors = [colour]
    mark.x, mark.y = x, np.stack([edge, np.full_like(edge, base)])


def names(scales: Scales, **options: Any) -> Label:
    """Bold text at points of the plot, in ink; one point and no text at first."""
    look = {"default_size": LABEL_PX, "font_weight": "bold", "colors": [INK], "apply_clip": False}
    return Label(**origin(), text=np.array([""]), scales=scales, **(look | options))
