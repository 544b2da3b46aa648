"""What lies and runs on a broker, for a diagram: topics, a sample record of each, and the groups that read them.

    wiring = read_wiring(broker.bootstrap_servers)
    wiring.topics[0].sample.describe()
    wiring.groups[0].committed  # {"nba_momentum": {0: 117, 1: 93}}

Everything is asked of the broker at this moment; nothing is known beforehand but the topic's name.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from nbmomentum.errors import BrokerError
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.cluster.fetches import UnreadableRecords
from nbmomentum.stream.log_reader.stored_records import StoredRecord, stored_record
from nbmomentum.stream.log_reader.up_to_end import up_to_end
from nbmomentum.stream.topics import TOPIC, TopicReport, describe_topics

MAX_TOPICS = 6
MAX_GROUPS = 8
# The last offsets of a partition may hold no record: markers of transactions, what was aborted, what is compacted.
SAMPLE_OFFSETS = 20
CLOSE_TIMEOUT_MS = 500


@dataclass(frozen=True)
class WiredTopic:
    """A topic and the newest record of it; None where it holds none, or one that cannot be read: `trouble` says why."""

    report: TopicReport
    sample: StoredRecord | None
    trouble: str = ""


@dataclass(frozen=True)
class WiredGroup:
    """A group that has committed in one of the topics.

    Attributes:
        group_id: Its id.
        members: How many members it has now.
        committed: The committed offset by topic and partition.
    """

    group_id: str
    members: int
    committed: Mapping[str, Mapping[int, int]]


@dataclass(frozen=True)
class Wiring:
    """Topics and groups, both by name."""

    topics: tuple[WiredTopic, ...]
    groups: tuple[WiredGroup, ...]


def read_wiring(bootstrap_servers: str, topic: str = TOPIC) -> Wiring:
    """A topic, those that belong to it, and the groups that have committed in them.

    Args:
        bootstrap_servers: Where the client starts.
        topic: The event topic; `nba_momentum.dead_letter` belongs to `nba_momentum`.

    Raises:
        BrokerUnavailable: No broker answers.
        BrokerError: The broker answers, and refuses.
    """
    connector = Connector(bootstrap_servers)
    try:
        with connector.admin() as admin:
            # Before the ends of the logs: what is read and written meanwhile is then committed beyond none of them.
            saved = _saved(admin)
            reports = _reports(bootstrap_servers, topic)
            groups = _groups(admin, saved, [report.name for report in reports])
        samples = _samples(connector, reports)
    except KafkaError as error:
        raise BrokerError(f"The broker at {bootstrap_servers} did not do as asked: {error}.") from error
    return Wiring(samples, groups)


def _reports(bootstrap_servers: str, topic: str) -> list[TopicReport]:
    found = [each for each in describe_topics(bootstrap_servers) if f"{each.name}.".startswith(f"{topic}.")]
    return found[:MAX_TOPICS]


def _samples(connector: Connector, reports: Sequence[TopicReport]) -> tuple[WiredTopic, ...]:
    """Each topic with its newest record, of its partition that holds the most."""
    client = connector.connect(KafkaConsumer, enable_auto_commit=False)
    try:
        return tuple(_sample(client, report) for report in reports)
    finally:
        client.close(autocommit=False, timeout_ms=CLOSE_TIMEOUT_MS)


def _sample(client: KafkaConsumer, report: TopicReport) -> WiredTopic:
    fullest = max(report.partitions, key=lambda each: each.records)
    if not fullest.records:
        return WiredTopic(report, None)
    place = TopicPartition(report.name, fullest.partition)
    client.assign([place])
    client.seek(place, max(fullest.low, fullest.end - SAMPLE_OFFSETS))
    try:
        newest = deque(up_to_end(client, place), maxlen=1)
    except UnreadableRecords as unreadable:
        return WiredTopic(report, None, str(unreadable))
    return WiredTopic(report, stored_record(newest[0]) if newest else None)


def _saved(admin: KafkaAdminClient) -> dict[str, Mapping[TopicPartition, Any]]:
    """What each group has committed, by group."""
    listed = sorted({group["group_id"] for group in admin.list_groups()})
    offsets = admin.list_group_offsets(listed) if listed else {}
    return {group: offsets.get(group, {}) for group in listed}


def _groups(
    admin: KafkaAdminClient, saved: Mapping[str, Mapping[TopicPartition, Any]], topics: Sequence[str]
) -> tuple[WiredGroup, ...]:
    committed = {group: _by_topic(offsets, topics) for group, offsets in saved.items()}
    readers = [group for group in saved if committed[group]][:MAX_GROUPS]
    described = admin.describe_groups(readers) if readers else {}
    return tuple(WiredGroup(group, len(described[group]["members"]), committed[group]) for group in readers)


def _by_topic(offsets: Mapping[TopicPartition, Any], topics: Sequence[str]) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for tp, saved in sorted(offsets.items()):
        if tp.topic in topics and saved.offset >= 0:
            found.setdefault(tp.topic, {})[tp.partition] = saved.offset
    return found
