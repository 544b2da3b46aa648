"""The log view with all that runs behind it, and its source for a feed of your own.

```python
log = studio.log_view(broker, consumers=[consumer])
log  # as the last expression of a cell it is displayed
log.stop()
```
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

from nbmomentum import views
from nbmomentum.stream import BackgroundConsumer, Broker, CommitsWatch, LogTail, PartitionTail
from nbmomentum.studio.ending import stop_in_order
from nbmomentum.studio.feeds import logged_record
from nbmomentum.views import LoggedPartition, LogPicture, Pointer


def picture_of(
    tail: LogTail, *, consumers: Iterable[BackgroundConsumer] = (), commits: CommitsWatch | None = None
) -> Callable[[], LogPicture]:
    """A source for a log view: the partitions as they lie in the log, and where the groups stand.

    Args:
        tail: Reads the log.
        consumers: Consumers of ours, of the same topic: their positions are shown.
        commits: Knows what any group has committed.
    """
    known: dict[int, tuple[PartitionTail, LoggedPartition]] = {}
    readers = tuple(consumers)

    def picture() -> LogPicture:
        tails = tail.partitions()
        for each in tails:
            before = known.get(each.partition)
            if before is None or before[0] is not each:
                known[each.partition] = each, _logged(each, before)
        partitions = tuple(known[each.partition][1] for each in tails)
        return LogPicture(tail.status.topic, partitions, _pointers(readers, commits), trouble_of_log(tail))

    return picture


def trouble_of_log(tail: LogTail) -> str:
    """What keeps the picture of the log from being up to date, in words; empty if nothing does."""
    status = tail.status
    if status.error:
        return status.error
    if status.state == "broker away":
        return f"The broker has been away for {status.away_s:.0f} s. {status.away_reason}".strip()
    return f"There is no topic {status.topic} yet." if status.state == "no topic" else status.trouble


class LogPanel:
    """A log view, the reader of the log behind it, and a feed of its own.

    Args:
        broker: Where the topic lies.
        topic: The topic to show.
        consumers: Consumers of ours whose positions are shown.
        name: Of what runs.

    Attributes:
        view: What is drawn.
        tail: Reads the log.
        commits: Asks what the groups have committed.
        feed: Draws ten times a second, while somebody can see it.
        widget: To be put into a layout.
    """

    def __init__(self, broker: Broker, *, topic: str, consumers: Sequence[BackgroundConsumer], name: str) -> None:
        servers = broker.bootstrap_servers
        self.view = views.LogView()
        self.tail = LogTail(bootstrap_servers=servers, topic=topic, name=f"{name} tail")
        own = [consumer.status.group_id for consumer in consumers]
        self.commits = CommitsWatch(bootstrap_servers=servers, topic=topic, first=own, name=f"{name} commits")
        page = views.PageWatch()
        self.feed = views.LiveFeed(name=f"{name} feed", page=page)
        self.feed.connect(picture_of(self.tail, consumers=consumers, commits=self.commits), self.view)
        self.widget = views.live_panel(self.view, page)

    def start(self) -> Self:
        """Start all that runs, after stopping what ran under the same names. Returns self."""
        for part in (self.tail, self.commits, self.feed):
            part.start()
        return self

    def stop(self) -> None:
        """Stop all that runs; the picture stays."""
        stop_in_order((self.tail, self.commits, self.feed))

    def __repr__(self) -> str:
        return f"<LogPanel: {self.tail}>"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = self.widget._repr_mimebundle_(**options)
        return bundle


def log_view(
    broker: Broker,
    *,
    topic: str | None = None,
    consumers: Sequence[BackgroundConsumer] = (),
    name: str = "log view",
) -> LogPanel:
    """Build a log view, start all that runs behind it, and return it to be displayed.

    Args:
        broker: Where the topic lies.
        topic: The topic to show; it need not exist yet. None is the one that the lessons write to.
        consumers: Consumers of ours whose positions are shown; committed offsets are shown of any group.
        name: Of what runs; a cell that is run again replaces what it had started under this name.
    """
    return LogPanel(broker, topic=topic or broker.topic, consumers=consumers, name=name).start()


def _logged(tail: PartitionTail, before: tuple[PartitionTail, LoggedPartition] | None) -> LoggedPartition:
    """A partition as the view shows it; what was converted before is not converted again."""
    done = dict(zip(map(id, before[0].records), before[1].records, strict=True)) if before else {}
    records = tuple(done.get(id(record)) or logged_record(record) for record in tail.records)
    return LoggedPartition(tail.partition, tail.low, tail.end, records, tail.counted_from)


def _pointers(consumers: Sequence[BackgroundConsumer], commits: CommitsWatch | None) -> tuple[Pointer, ...]:
    """Positions of our consumers, and committed offsets: the members' own word where they have one, it is newer."""
    positions: dict[tuple[str, int], int] = {}
    saved = {
        (group, partition): offset
        for group, offsets in (commits.commits() if commits else {}).items()
        for partition, offset in offsets.items()
    }
    for status in (consumer.status for consumer in consumers):
        for place in status.partitions:
            if place.position is not None:
                positions[status.group_id, place.partition] = place.position
            if place.committed is not None:
                saved[status.group_id, place.partition] = place.committed
    found = [Pointer(partition, offset, group, False) for (group, partition), offset in positions.items()]
    found += [Pointer(partition, offset, group, True) for (group, partition), offset in saved.items()]
    return tuple(sorted(found))
