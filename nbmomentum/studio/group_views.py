"""The group view with all that runs behind it, and its source for a feed of your own.

```python
group = GroupOfConsumers(bootstrap_servers=broker.bootstrap_servers, group_id="lesson-05", members=2).start()
panel = studio.group_view(broker, group)
panel  # as the last expression of a cell it is displayed
panel.stop()
```
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Any, Self

from nbmomentum import views
from nbmomentum.reports import PartitionStatus
from nbmomentum.stream import (
    Broker,
    ConsumerStatus,
    GroupDescription,
    GroupOfConsumers,
    GroupOfConsumersStatus,
    GroupStatus,
    GroupWatch,
    LogTail,
)
from nbmomentum.studio.ending import stop_in_order
from nbmomentum.studio.lag_index import LagIndex
from nbmomentum.views import GroupPicture, MemberColumn, PartitionLag, ToldRebalance

TREND_S = 4.0
TREND_RECORDS = 0.75
WATCH_INTERVAL_S = 0.5

EMBEDDED_NOTE = (
    "The embedded broker takes no commit while a group rebalances: what is read meanwhile is committed after."
)


class Trends:
    """Whether the lag of each partition grows or shrinks, over the last seconds. Used by one thread.

    Args:
        now: A clock, in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._seen: dict[int, deque[tuple[float, int]]] = {}

    def trend(self, partition: int, lag: int) -> str:
        """Take in the lag as it is now, and say where it goes: growing, shrinking or steady."""
        now = self._now()
        seen = self._seen.setdefault(partition, deque())
        seen.append((now, lag))
        while seen[0][0] < now - TREND_S:
            seen.popleft()
        older = [value for at, value in seen if at < now - TREND_S / 2]
        newer = [value for at, value in seen if at >= now - TREND_S / 2]
        change = sum(newer) / len(newer) - sum(older) / len(older) if older else 0.0
        if abs(change) < TREND_RECORDS:
            return "steady"
        if change < 0:
            return "shrinking"
        return "growing" if lag else "steady"  # it grew, and is caught up by now


def group_of(
    group: GroupOfConsumers, watch: GroupWatch, *, tail: LogTail | None = None, note: Callable[[], str] = lambda: ""
) -> Callable[[], GroupPicture]:
    """A source for a group view: members and partitions as the broker has them, lags as the members know them.

    Args:
        group: The members in this kernel.
        watch: Asks the broker about the same group.
        tail: Reads the log, for the lags on the game clock; without it they stay unknown.
        note: What this broker does differently, in a sentence.
    """
    index, trends = LagIndex(tail) if tail else None, Trends()

    def picture() -> GroupPicture:
        own, heard = group.status, watch.status
        if index is not None:
            index.update()
        members = members_of(own, heard.group)
        lags = tuple(_lag(place, members, index, trends) for place in places_of(own, heard))
        told = tuple(ToldRebalance(f"{each.at:%H:%M:%S}", each.describe()) for each in own.rebalances)
        state = "rebalancing" if own.state == "changing" else heard.group.state
        return GroupPicture(
            own.group_id, state, own.strategy, members, lags, told, note(), trouble_of_group(own, heard)
        )

    return picture


def members_of(own: GroupOfConsumersStatus, heard: GroupDescription) -> tuple[MemberColumn, ...]:
    """The members by name: those of this kernel, and those that the broker knows elsewhere.

    What they own is the broker's word while the group is stable. In a rebalance it names no owners: then it is what
    the members themselves still read.
    """
    described = {m.name: tuple(p for _, p in m.partitions) for m in heard.members}
    is_stable = heard.state == "stable"
    columns = {name: MemberColumn(name, "elsewhere", partitions) for name, partitions in described.items()}
    for status in own.members:
        known = described.get(status.name) if is_stable else None
        owned = tuple(place.partition for place in status.partitions) if known is None else known
        columns[status.name] = MemberColumn(status.name, status.state, owned, status.consumed, status.record_delay_s)
    return tuple(columns[name] for name in sorted(columns))


def places_of(own: GroupOfConsumersStatus, heard: GroupStatus) -> tuple[PartitionStatus, ...]:
    """Where the group stands in each partition; of one that a member of ours reads its own word: it is the newer."""
    ours = {place.partition: place for member in own.members for place in member.partitions if _reads(member)}
    theirs = {place.partition: place for place in heard.partitions}
    return tuple(place for _, place in sorted((theirs | ours).items()))


def trouble_of_group(own: GroupOfConsumersStatus, heard: GroupStatus) -> str:
    """What is wrong with the group, in words; empty if nothing is."""
    if own.error or own.last_error:
        return own.error or own.last_error
    if heard.state == "broker away":
        return f"The broker has been away for {heard.away_s:.0f} s. {heard.away_reason}".strip()
    troubles = (f"{member.name}: {member.group_trouble}" for member in own.members if member.group_trouble)
    return next(troubles, heard.error)


class GroupPanel:
    """A group view with its controls, what asks the broker and reads the log behind it, and a feed of its own.

    Args:
        broker: Where the group is.
        group: The members.
        name: Of what runs.

    Attributes:
        group: The members.
        view, controls: What is drawn.
        watch: Asks the broker about the group.
        tail: Reads the log, for the lags on the game clock.
        feed: Draws ten times a second, while somebody can see it.
        widget: To be put into a layout.
    """

    def __init__(self, broker: Broker, group: GroupOfConsumers, *, name: str) -> None:
        servers = broker.bootstrap_servers
        self.group = group
        self.view, self.controls = views.GroupView(), views.GroupControls(group)
        self.watch = GroupWatch(
            bootstrap_servers=servers,
            group_id=group.group_id,
            topic=group.topic,
            name=f"{name} watch",
            interval_s=WATCH_INTERVAL_S,
        )
        self.tail = LogTail(bootstrap_servers=servers, topic=group.topic, name=f"{name} tail")
        page = views.PageWatch()
        self.feed = views.LiveFeed(name=f"{name} feed", page=page)
        self.feed.connect(
            group_of(group, self.watch, tail=self.tail, note=lambda: _note(broker, group)), self.view, self.controls
        )
        self.widget = views.live_panel(self.controls, self.view, page)

    def start(self) -> Self:
        """Start all that runs, after stopping what ran under the same names. Returns self."""
        for part in (self.watch, self.tail, self.feed):
            part.start()
        return self

    def stop(self) -> None:
        """Stop all that runs but the members; the picture stays."""
        stop_in_order((self.watch, self.tail, self.feed))

    def __repr__(self) -> str:
        return f"<GroupPanel: {self.group}>"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = self.widget._repr_mimebundle_(**options)
        return bundle


def group_view(broker: Broker, group: GroupOfConsumers, *, name: str = "group view") -> GroupPanel:
    """Build a group view, start all that runs behind it, and return it to be displayed.

    Args:
        broker: Where the group is.
        group: The members in this kernel, started; the buttons let them come and go.
        name: Of what runs; a cell that is run again replaces what it had started under this name.
    """
    return GroupPanel(broker, group, name=name).start()


def _lag(
    place: PartitionStatus,
    members: tuple[MemberColumn, ...],
    index: LagIndex | None,
    trends: Trends,
) -> PartitionLag:
    number = place.partition

    def seconds(position: int, records: int) -> float | None:
        if index is None:
            return None
        # The tail of the log may know a record that the lag in records does not count yet.
        return index.seconds_behind(number, position) if records else 0.0

    return PartitionLag(
        partition=number,
        owner=next((member.name for member in members if number in member.partitions), ""),
        lag=place.lag,
        committed_lag=place.committed_lag,
        lag_s=None if place.position is None else seconds(place.position, place.lag or 0),
        committed_lag_s=seconds(place.resumes_at, place.committed_lag),
        trend=trends.trend(number, place.committed_lag),
    )


def _reads(member: ConsumerStatus) -> bool:
    return member.state not in ("stopped", "failed", "finished")


def _note(broker: Broker, group: GroupOfConsumers) -> str:
    is_concerned = broker.engine == "embedded" and group.status.strategy == "cooperative-sticky"
    return EMBEDDED_NOTE if is_concerned else ""
