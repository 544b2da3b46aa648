"""What a notebook shows of a game: scoreboard, chart, alerts, controls, health, a text twin, and the live feed.

```python
board, chart, alert_feed = Scoreboard(), ScoreChart(), AlertFeed()
feed = LiveFeed().connect(lambda: consumer.states().get(game_id), board, chart, alert_feed).start()
live_panel(board, chart, alert_feed)
```

Each view has a `.widget` for layouts, is displayed as the last expression of a cell, and draws the newest value
with `.show(value)`.
"""

from nbmomentum.views.alerts import AlertFeed
from nbmomentum.views.charts import ScoreChart
from nbmomentum.views.controls import Replayable, ReplayControls, ReplayStatus
from nbmomentum.views.ending import StopButton
from nbmomentum.views.health import Health, HealthLine
from nbmomentum.views.live import LiveFeed, LiveStatus
from nbmomentum.views.panel import live_panel
from nbmomentum.views.scoreboard import Scoreboard
from nbmomentum.views.teams import GameColours, colours_for
from nbmomentum.views.twin import TextTwin
from nbmomentum.views.view import View

__all__ = [
    "AlertFeed",
    "GameColours",
    "Health",
    "HealthLine",
    "LiveFeed",
    "LiveStatus",
    "ReplayControls",
    "ReplayStatus",
    "Replayable",
    "ScoreChart",
    "Scoreboard",
    "StopButton",
    "TextTwin",
    "View",
    "colours_for",
    "live_panel",
]
