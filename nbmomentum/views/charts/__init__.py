"""Live charts of a game: `ScoreChart`, `MomentumChart` and `WinProbabilityChart`; of a season `RatingsChart`."""

from nbmomentum.views.charts.momentum import MomentumChart
from nbmomentum.views.charts.ratings import RatingsChart
from nbmomentum.views.charts.score import ScoreChart
from nbmomentum.views.charts.win_probability import WinProbabilityChart

__all__ = ["MomentumChart", "RatingsChart", "ScoreChart", "WinProbabilityChart"]
