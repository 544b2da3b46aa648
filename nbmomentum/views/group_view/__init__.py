"""A consumer group, drawn: its members, what they own, how far behind they are, and what each rebalance did."""

from nbmomentum.views.group_view.picture import GroupPicture, MemberColumn, PartitionLag, ToldRebalance
from nbmomentum.views.group_view.view import GroupControls, GroupView, Regroupable

__all__ = [
    "GroupControls",
    "GroupPicture",
    "GroupView",
    "MemberColumn",
    "PartitionLag",
    "Regroupable",
    "ToldRebalance",
]
