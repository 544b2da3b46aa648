"""Live charts of a game: `ScoreChart`, `MomentumChart` and `WinProbabilityChart`."""

from nbmomentum.views.charts.momentum import MomentumChart
from nbmomentum.views.charts.score import ScoreChart
from nbmomentum.views.charts.win_probability import WinProbabilityChart

__all__ = ["MomentumChart", "ScoreChart", "WinProbabilityChart"]
