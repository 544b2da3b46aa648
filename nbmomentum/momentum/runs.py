"""Long runs: the stretches of a game in which one team alone scored, and much.

```python
[run.text for run in long_runs(state.plays, threshold=8)]  # ["GSW 11-0", "LAC 10-0"]
```
"""

from collections.abc import Iterable

import msgspec

from nbmomentum.momentum.alerts import RUN_THRESHOLD_POINTS
from nbmomentum.momentum.plays import Play


class LongRun(msgspec.Struct, frozen=True):
    """A run from its first basket to its last one, or to the newest while it goes on.

    Attributes:
        first: The play that began it.
        last: The play that ended it, so far.
    """

    first: Play
    last: Play

    @property
    def team(self) -> str:
        """Who scored."""
        return self.last.event.team

    @property
    def is_home(self) -> bool:
        """Whether it is the home team's."""
        return self.last.event.is_home

    @property
    def points(self) -> int:
        """How many, unanswered."""
        return self.last.run.points

    @property
    def start_s(self) -> float:
        """When it began, in seconds of play since the tip-off."""
        return min(self.first.elapsed_s, self.last.elapsed_s)  # within a feed's order time can go back

    @property
    def end_s(self) -> float:
        """When it ended, in seconds of play since the tip-off."""
        return max(self.first.elapsed_s, self.last.elapsed_s)

    @property
    def text(self) -> str:
        """A name such as "MIA 11-0"."""
        return f"{self.team} {self.points}-0"


def long_runs(plays: Iterable[Play], *, threshold: int = RUN_THRESHOLD_POINTS) -> list[LongRun]:
    """The runs of at least `threshold` points in order, the one that still goes on included.

    Args:
        plays: Of one game, from its first.
        threshold: Unanswered points that make a run a long one.
    """
    runs: list[LongRun] = []
    for play in plays:
        if runs and runs[-1].team == play.event.team:
            runs[-1] = LongRun(runs[-1].first, play)
        else:
            runs.append(LongRun(play, play))
    return [run for run in runs if run.points >= threshold]
