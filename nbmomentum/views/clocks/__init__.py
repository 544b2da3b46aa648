"""Three clocks side by side: game clock, event time and record time of each play."""

from nbmomentum.views.clocks.clocks import ClockSeekable, ThreeClocks
from nbmomentum.views.clocks.moments import Clock, Clocks, TimedPlay

__all__ = ["Clock", "ClockSeekable", "Clocks", "ThreeClocks", "TimedPlay"]
