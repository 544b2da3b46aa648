"""Where the stream and the views meet: sources for a live feed, the dashboard, and the orderly end of a lesson.

```python
feed = LiveFeed()
feed.connect(studio.game_of(producer, consumer), scoreboard, chart)
feed.connect(studio.place_of(producer, consumer), seek_controls)
feed.connect(studio.log_of(tail), log_table)
feed.connect(studio.health_of(broker, producer, consumer, feed), health_line)
studio.end_of_lesson(producer, consumer, feed, broker)
```

`studio.dashboard(broker)` is all of it at once, `studio.pipeline_walk(broker)` one play stage by stage,
`studio.log_view(broker)` the log itself, `studio.group_view(broker, group)` a group at work;
`studio.save_replay(consumer, name="mine")` keeps what was replayed.
"""

from nbmomentum.sources.game_info import event_time
from nbmomentum.stream import save_replay
from nbmomentum.studio.clocks import at_time, clock_seeking, clocks_of, tip_off_of
from nbmomentum.studio.dashboard import Dashboard, dashboard
from nbmomentum.studio.ending import Closable, Stoppable, end_of_lesson
from nbmomentum.studio.feeds import game_of, log_of
from nbmomentum.studio.game_search import GameFinder
from nbmomentum.studio.group_views import GroupPanel, group_of, group_view
from nbmomentum.studio.health import health_of, trouble_of
from nbmomentum.studio.keys import key_to_partition
from nbmomentum.studio.log_views import LogPanel, log_view, picture_of
from nbmomentum.studio.places import place_of, seeking
from nbmomentum.studio.season import season_health_of, standings_of, stats_words
from nbmomentum.studio.skipping import crunch_time, skipping
from nbmomentum.studio.tonight import following, tonight_of
from nbmomentum.studio.waiting import until
from nbmomentum.studio.walking import PipelineScreen, pipeline_walk, shown_by, walk_of
from nbmomentum.studio.wires import wire_sheet

__all__ = [
    "Closable",
    "Dashboard",
    "GameFinder",
    "GroupPanel",
    "LogPanel",
    "PipelineScreen",
    "Stoppable",
    "at_time",
    "clock_seeking",
    "clocks_of",
    "crunch_time",
    "dashboard",
    "end_of_lesson",
    "event_time",
    "following",
    "game_of",
    "group_of",
    "group_view",
    "health_of",
    "key_to_partition",
    "log_of",
    "log_view",
    "picture_of",
    "pipeline_walk",
    "place_of",
    "save_replay",
    "season_health_of",
    "seeking",
    "shown_by",
    "skipping",
    "standings_of",
    "stats_words",
    "tip_off_of",
    "tonight_of",
    "trouble_of",
    "until",
    "walk_of",
    "wire_sheet",
]
