"""Sources for a live feed of a season: the ranking out of a table, its health, and the changes as they lie in the log.

```python
feed.connect(studio.standings_of(table), ranking, chart, twin)
feed.connect(studio.season_health_of(broker, season, table, feed), health_line)
feed.connect(studio.log_of(tail, words=studio.stats_words), log_table)
```
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nbmomentum.errors import InvalidTeamStats
from nbmomentum.sources.standings import Standings
from nbmomentum.sources.team_stats import TeamStats
from nbmomentum.stream import Broker, SeasonProducer, StatsPoller, StoredRecord, Table, TableConsumer, standings_in
from nbmomentum.studio.health import end_or_absence, figures_of
from nbmomentum.views import Health, LiveFeed


def standings_of(table: TableConsumer) -> Callable[[], Standings]:
    """A source for a feed: the ranking as the table knows it; the same object until the table has changed."""
    told: tuple[Table[TeamStats] | None, Standings] = (None, Standings())

    def newest() -> Standings:
        nonlocal told
        now = table.table()
        if now is not told[0]:
            told = now, standings_in(now)
        return told[1]

    return newest


def season_health_of(
    broker: Broker, producer: SeasonProducer | StatsPoller, table: TableConsumer, feed: LiveFeed
) -> Callable[[], Health]:
    """A source for the health line: every figure of the way of a team's stats."""

    def health() -> Health:
        sending, reading = producer.status, table.status
        trouble = _trouble(sending, reading, broker.trouble, feed.status.last_error)
        return replace(figures_of(broker, sending, reading, feed), error=trouble)

    return health


def stats_words(record: StoredRecord) -> str:
    """What a record of the topic of team stats says: the stats, a deletion, or why it is neither."""
    if record.value is None:
        key = "no key" if record.key is None else record.key.decode(errors="backslashreplace")
        return f"Tombstone: {key} is deleted"
    try:
        return TeamStats.from_json(record.value).brief()
    except InvalidTeamStats as error:
        return str(error)


def _trouble(sending: Any, reading: Any, broker_trouble: str, drawing_error: str) -> str:
    """The most telling trouble in words: what ended a thread, who is away or cannot save, then what was survived."""
    if trouble := end_or_absence(sending, reading) or broker_trouble:
        return trouble
    dead_letter = f"Dead letter: {reading.last_invalid}" if reading.last_invalid else ""
    troubles = (*sending.failures[-1:], sending.source_trouble, drawing_error, reading.last_error, dead_letter)
    return next(filter(None, troubles), "")
