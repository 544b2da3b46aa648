"""How a group shares partitions among its members: Kafka's four assignment strategies.

    BackgroundConsumer(..., kafka_options=strategy_options("cooperative-sticky"))

| strategy | shares out | in a rebalance |
|---|---|---|
| range | neighbouring partitions to one member | everybody gives up everything, then takes anew |
| roundrobin | one partition to each member in turn | the same |
| sticky | evenly, and as far as it can as before | the same, but few partitions change their owner |
| cooperative-sticky | as sticky does | only what changes its owner stops; needs two rounds when somebody joins |

All members of a group must have a strategy in common, and the first three never go together with the last.
"""

from typing import Any

from kafka.coordinator.assignors.abstract import AbstractPartitionAssignor
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from nbmomentum.errors import SettingsError

_ASSIGNORS: dict[str, type[AbstractPartitionAssignor]] = {
    "range": RangePartitionAssignor,
    "roundrobin": RoundRobinPartitionAssignor,
    "sticky": StickyPartitionAssignor,
    "cooperative-sticky": CooperativeStickyAssignor,
}
STRATEGIES = tuple(_ASSIGNORS)


def strategy_options(strategy: str) -> dict[str, Any]:
    """The consumer options for a strategy by its name in Kafka.

    Raises:
        SettingsError: There is no such strategy.
    """
    if strategy not in _ASSIGNORS:
        raise SettingsError(f"There is no assignment strategy {strategy!r:.40}; there are {', '.join(STRATEGIES)}.")
    return {"partition_assignment_strategy": [_ASSIGNORS[strategy]]}
