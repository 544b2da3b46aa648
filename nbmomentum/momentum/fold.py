"""The fold of a game: a list of plays that takes the next event in at constant cost."""

from nbmomentum.events import ScoringEvent
from nbmomentum.momentum.figures import decay
from nbmomentum.momentum.plays import TIP_OFF, Figures, Play, next_play


class Fold:
    """The plays of a game so far, in order, growing at their end.

    The figures after a play depend on the events up to it and nothing else, to the last bit.

    Args:
        half_life_s: Of the momentum index, in game seconds.
        plays: Where to go on from; the list becomes the fold's own.
    """

    def __init__(self, half_life_s: float, plays: list[Play] | None = None) -> None:
        self.plays = [] if plays is None else plays
        self._half_life_s = half_life_s
        self._points_by_time: dict[float, int] = {}
        self._plays_counted = 0

    def append(self, event: ScoringEvent) -> Play:
        """Fold in the event that follows all others."""
        last = self.plays[-1] if self.plays else TIP_OFF
        play = next_play(last, event, self._momentum(last, event.elapsed_s) + event.signed_points)
        self.plays.append(play)
        return play

    def _momentum(self, last: Figures, elapsed_s: float) -> float:
        """The momentum index of the plays so far, seen from a moment."""
        if last.latest_s == last.elapsed_s <= elapsed_s:
            return last.momentum * decay(elapsed_s - last.elapsed_s, self._half_life_s)
        # Game time went back somewhere: a weight cut off at 1 cannot be decayed, so all are summed anew. By
        # time, not by play: a clock has only so many readings, however long a strange feed goes on.
        self._count_points()
        parts = self._points_by_time.items()
        return sum(points * decay(elapsed_s - time_s, self._half_life_s) for time_s, points in parts)

    def _count_points(self) -> None:
        for play in self.plays[self._plays_counted :]:
            signed_points = self._points_by_time.get(play.elapsed_s, 0) + play.event.signed_points
            self._points_by_time[play.elapsed_s] = signed_points
        self._plays_counted = len(self.plays)
