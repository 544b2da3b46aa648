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
from nbmomentum.views.charts import MomentumChart, RatingsChart, ScoreChart, WinProbabilityChart
from nbmomentum.views.clocks import Clock, Clocks, ClockSeekable, ThreeClocks, TimedPlay
from nbmomentum.views.controls import Replayable, ReplayControls, ReplayStatus
from nbmomentum.views.dashboard import DASHBOARD_CHART_PX, TabsWithBadge, dashboard_panel
from nbmomentum.views.ending import StopButton
from nbmomentum.views.feed_line import FeedLine
from nbmomentum.views.game_search import GameSearch, GamesFound, Searchable
from nbmomentum.views.group_view import (
    GroupControls,
    GroupPicture,
    GroupView,
    MemberColumn,
    PartitionLag,
    Regroupable,
    ToldRebalance,
)
from nbmomentum.views.health import Health, HealthLine
from nbmomentum.views.highlights import Highlights, Skippable
from nbmomentum.views.key_view import KeyView
from nbmomentum.views.live import LiveFeed, LiveStatus
from nbmomentum.views.log_picture import LoggedPartition, LogPicture, LogView, Pointer
from nbmomentum.views.log_view import LoggedRecord, LogTable
from nbmomentum.views.official import OfficialFigures, OfficialVerdict
from nbmomentum.views.page import PageWatch
from nbmomentum.views.panel import Tabbed, live_panel, tabbed
from nbmomentum.views.save import SaveChart, save_in_corners
from nbmomentum.views.scoreboard import Scoreboard
from nbmomentum.views.season_controls import ReplayableSeason, SeasonControls, SeasonStatus
from nbmomentum.views.seek import Place, Seekable, SeekControls
from nbmomentum.views.standings import StandingsTable, StandingsTextTwin
from nbmomentum.views.strip import STATIONS, Excerpt, Form, PipelineStrip, Walk, Walkable
from nbmomentum.views.teams import GameColours, colours_for
from nbmomentum.views.tonight import GamePicker, GamesToPick, Pickable
from nbmomentum.views.twin import TextTwin
from nbmomentum.views.view import View
from nbmomentum.views.window import WindowedRun
from nbmomentum.views.wire_sheet import SheetGroup, SheetTopic, WireSheet
from nbmomentum.views.words import Readable, Words

__all__ = [
    "DASHBOARD_CHART_PX",
    "STATIONS",
    "AlertFeed",
    "Clock",
    "ClockSeekable",
    "Clocks",
    "Excerpt",
    "FeedLine",
    "Form",
    "GameColours",
    "GamePicker",
    "GameSearch",
    "GamesFound",
    "GamesToPick",
    "GroupControls",
    "GroupPicture",
    "GroupView",
    "Health",
    "HealthLine",
    "Highlights",
    "KeyView",
    "LiveFeed",
    "LiveStatus",
    "LogPicture",
    "LogTable",
    "LogView",
    "LoggedPartition",
    "LoggedRecord",
    "MemberColumn",
    "MomentumChart",
    "OfficialFigures",
    "OfficialVerdict",
    "PageWatch",
    "PartitionLag",
    "Pickable",
    "PipelineStrip",
    "Place",
    "Pointer",
    "RatingsChart",
    "Readable",
    "Regroupable",
    "ReplayControls",
    "ReplayStatus",
    "Replayable",
    "ReplayableSeason",
    "SaveChart",
    "ScoreChart",
    "Scoreboard",
    "Searchable",
    "SeasonControls",
    "SeasonStatus",
    "SeekControls",
    "Seekable",
    "SheetGroup",
    "SheetTopic",
    "Skippable",
    "StandingsTable",
    "StandingsTextTwin",
    "StopButton",
    "Tabbed",
    "TabsWithBadge",
    "TextTwin",
    "ThreeClocks",
    "TimedPlay",
    "ToldRebalance",
    "View",
    "Walk",
    "Walkable",
    "WinProbabilityChart",
    "WindowedRun",
    "WireSheet",
    "Words",
    "colours_for",
    "dashboard_panel",
    "live_panel",
    "save_in_corners",
    "tabbed",
]
