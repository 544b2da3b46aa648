"""Producers of team stats: one record a team, key = team, and only what has changed.

    season = SeasonProducer(simulate_season(seed=7), bootstrap_servers=servers, days_per_s=2).start()
    season.step()
    season.stop()

`SeasonProducer` replays days one after another; `StatsPoller` asks a source on a schedule. Both compare each team's
figures with those they sent last: a team that did not play costs no record.
"""

from nbmomentum.stream.table_producers.poller import StatsPoller
from nbmomentum.stream.table_producers.producer import Day, TableProducer, TableProducerStatus
from nbmomentum.stream.table_producers.season import SeasonProducer

__all__ = ["Day", "SeasonProducer", "StatsPoller", "TableProducer", "TableProducerStatus"]
