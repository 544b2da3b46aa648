"""From points to momentum: a pure fold over the scoring events of one game.

```python
tracker = GameTracker(home="MIA", away="OKC")
for event in load_game("0021500277"):
    tracker.apply(event)
tracker.state.lead_changes  # 38
tracker.state.describe()
```
"""

from nbmomentum.momentum.alerts import Alert, AlertKind, AlertWatch, alerts
from nbmomentum.momentum.curve import momentum_curve
from nbmomentum.momentum.figures import (
    HALF_LIFE_S,
    PREGAME_WIN_PROBABILITY,
    HomeAway,
    Run,
    decay,
    win_probability,
)
from nbmomentum.momentum.plays import Play, Plays
from nbmomentum.momentum.runs import LongRun, long_runs
from nbmomentum.momentum.state import GameState
from nbmomentum.momentum.tracker import GameTracker, Update, UpdateKind

__all__ = [
    "HALF_LIFE_S",
    "PREGAME_WIN_PROBABILITY",
    "Alert",
    "AlertKind",
    "AlertWatch",
    "GameState",
    "GameTracker",
    "HomeAway",
    "LongRun",
    "Play",
    "Plays",
    "Run",
    "Update",
    "UpdateKind",
    "alerts",
    "decay",
    "long_runs",
    "momentum_curve",
    "win_probability",
]
