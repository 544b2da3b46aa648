"""nbmomentum: a real NBA game flows through a real Kafka log into live charts.

```python
from nbmomentum import GameTracker, load_game

tracker = GameTracker(home="MIA", away="OKC")
for event in load_game("0021500277"):
    tracker.apply(event)
print(tracker.state.describe())
```

This front door is cheap to import: no widgets, no pandas, no Kafka client. The other parts are
`nbmomentum.stream` (broker, producer, consumer), `nbmomentum.views` (charts and controls) and
`nbmomentum.studio` (where the two meet).
"""

from nbmomentum.clock import GameClock
from nbmomentum.errors import InvalidEvent, NbmomentumError
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.replay import AS_FAST_AS_POSSIBLE, ReplayClock
from nbmomentum.sources.bundled import GameInfo, list_games, load_game

__all__ = [
    "AS_FAST_AS_POSSIBLE",
    "GameClock",
    "GameInfo",
    "GameState",
    "GameTracker",
    "InvalidEvent",
    "NbmomentumError",
    "ReplayClock",
    "ScoringEvent",
    "list_games",
    "load_game",
]
