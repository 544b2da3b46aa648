"""Where the stream and the views meet: sources for a live feed, and the orderly end of a lesson.

```python
feed = LiveFeed()
feed.connect(studio.game_of(producer, consumer), scoreboard, chart)
feed.connect(studio.place_of(producer, consumer), seek_controls)
feed.connect(studio.log_of(tail), log_table)
feed.connect(studio.health_of(broker, producer, consumer, feed), health_line)
studio.end_of_lesson(producer, consumer, feed, broker)
```
"""

from nbmomentum.studio.ending import Closable, Stoppable, end_of_lesson
from nbmomentum.studio.feeds import game_of, log_of
from nbmomentum.studio.health import health_of, trouble_of
from nbmomentum.studio.places import place_of, seeking
from nbmomentum.studio.waiting import until

__all__ = [
    "Closable",
    "Stoppable",
    "end_of_lesson",
    "game_of",
    "health_of",
    "log_of",
    "place_of",
    "seeking",
    "trouble_of",
    "until",
]
