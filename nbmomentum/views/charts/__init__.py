"""Live charts of a game: `ScoreChart`."""

from nbmomentum.views.charts.score import ScoreChart

__all__ = ["ScoreChart"]
