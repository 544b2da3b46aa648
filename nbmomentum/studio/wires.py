"""The wire sheet of a broker: a diagram made from what lies and runs there.

```python
sheet = studio.wire_sheet(broker)
sheet  # as the last expression of a cell it is displayed
sheet.save()  # home/data/wire-sheet.svg
```
"""

from nbmomentum.stream import Broker, StoredRecord
from nbmomentum.stream.log_reader.wiring import WiredGroup, WiredTopic, read_wiring
from nbmomentum.studio.feeds import logged_record
from nbmomentum.views import SheetGroup, SheetTopic, WireSheet


def wire_sheet(broker: Broker, *, topic: str | None = None) -> WireSheet:
    """A topic and those that belong to it, the form of their records, and the groups that read them, as one diagram.

    Args:
        broker: Where the topic lies.
        topic: The topic to show; None is the one that the lessons write to.

    Raises:
        BrokerUnavailable: No broker answers.
        BrokerError: The broker answers, and refuses.
    """
    topic = topic or broker.topic
    wiring = read_wiring(broker.bootstrap_servers, topic)
    topics, groups = [_topic(each) for each in wiring.topics], [_group(each) for each in wiring.groups]
    return WireSheet(topic, broker=broker.engine, topics=topics, groups=groups)


def _topic(topic: WiredTopic) -> SheetTopic:
    report = topic.report
    partitions = tuple((each.partition, each.low, each.end) for each in report.partitions)
    settings = tuple(f"{name}={value}" for name, value in report.config.items())
    if topic.sample is None:
        return SheetTopic(report.name, partitions, settings, trouble=topic.trouble)
    return SheetTopic(report.name, partitions, settings, logged_record(topic.sample), *_written_by(topic.sample))


def _written_by(record: StoredRecord) -> tuple[str, str]:
    """Who wrote this record, and from which source, as far as its headers say so."""
    headers = {name: value.decode(errors="backslashreplace") for name, value in record.headers}
    if "dead_letter.topic" in headers:
        return "consumer", "could not read it"
    source = headers.get("source", "")
    return "producer", f"source: {source}" if source else ""


def _group(group: WiredGroup) -> SheetGroup:
    return SheetGroup(group.group_id, group.members, group.committed)
