"""Tables in a log: who writes the stats of the teams into a compacted topic, and who reads a topic as a table.

    season = SeasonProducer(simulate_season(seed=7), bootstrap_servers=servers, days_per_s=2).start()
    table = TableConsumer(bootstrap_servers=servers, group_id="lesson-07").start()
    table.values()["OKC"].net_rating

One record a team, key = team, and only what has changed. `SeasonProducer` replays days one after another;
`StatsPoller` asks a source on a schedule. Both compare each team's figures with those they sent last: a team that did
not play costs no record.
"""

from nbmomentum.stream.tables.season_producer import SeasonProducer
from nbmomentum.stream.tables.stats_poller import StatsPoller
from nbmomentum.stream.tables.table_consumer import Row, Table, TableConsumer, TableStatus, standings_in
from nbmomentum.stream.tables.table_producer import Day, TableProducer, TableProducerStatus

__all__ = [
    "Day",
    "Row",
    "SeasonProducer",
    "StatsPoller",
    "Table",
    "TableConsumer",
    "TableProducer",
    "TableProducerStatus",
    "TableStatus",
    "standings_in",
]
