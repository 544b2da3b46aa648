"""Consumer groups: who owns which partition, what they commit, and what a rebalance does.

    group = GroupOfConsumers(bootstrap_servers=broker.bootstrap_servers, group_id="lesson-05", members=2).start()
    describe_group(broker.bootstrap_servers, "lesson-05").owners
    group.stop()

`descriptions` and `commits` ask the broker, and work for any group; `group_of_consumers` is a real one in this kernel,
`rebalances` tells what happened in it, and `strategies` how it may share its partitions.
"""

from nbmomentum.stream.cluster.group_members import GroupDescription, GroupMember
from nbmomentum.stream.groups.commits import CommitsWatch
from nbmomentum.stream.groups.descriptions import (
    GroupStatus,
    GroupWatch,
    committed_offsets,
    describe_group,
    list_groups,
)
from nbmomentum.stream.groups.group_of_consumers import GroupOfConsumers, GroupOfConsumersStatus
from nbmomentum.stream.groups.rebalances import RebalanceReport
from nbmomentum.stream.groups.strategies import STRATEGIES

__all__ = [
    "STRATEGIES",
    "CommitsWatch",
    "GroupDescription",
    "GroupMember",
    "GroupOfConsumers",
    "GroupOfConsumersStatus",
    "GroupStatus",
    "GroupWatch",
    "RebalanceReport",
    "committed_offsets",
    "describe_group",
    "list_groups",
]
