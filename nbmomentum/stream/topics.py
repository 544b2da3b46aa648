"""The kit's topics, made with the configuration the lessons rely on.

| topic | partitions | configuration |
|---|---|---|
| `nba_momentum` | 3 | kept for ever |
| `nba_momentum.dead_letter` | 1 | kept for ever; up to 2 MiB: room for any record of the first and its headers |
| `nba_momentum.team_stats` | 1 | compacted: the newest record of each team stays |
"""

import contextlib
import logging
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic, OffsetSpec
from kafka.errors import KafkaError, TopicAlreadyExistsError

from nbmomentum import logs
from nbmomentum.errors import BrokerError, BrokerUnavailable
from nbmomentum.stream.cluster.client import Connector

TOPIC = "nba_momentum"
PARTITIONS = 3
DEAD_LETTER_SUFFIX = ".dead_letter"
DEAD_LETTER_MAX_BYTES = 2 * 1024 * 1024
KEEP_FOR_EVER = {"retention.ms": "-1"}
EAGER_COMPACTION = {
    "segment.ms": "500",
    "min.cleanable.dirty.ratio": "0.01",
    "max.compaction.lag.ms": "1000",
    "delete.retention.ms": "1000",
}


@dataclass(frozen=True)
class TopicSpec:
    """A topic as the kit makes it: its name, partitions and Kafka configuration."""

    name: str
    partitions: int
    config: dict[str, str]


@dataclass(frozen=True)
class PartitionRange:
    """The offsets of one partition: `low` is its oldest record, `end` the next to be written."""

    partition: int
    low: int
    end: int

    @property
    def records(self) -> int:
        """How many offsets lie between low and end; a compacted topic keeps fewer records."""
        return self.end - self.low


@dataclass(frozen=True)
class TopicReport:
    """A topic as the broker has it: its partitions by number, and the settings that differ from the broker's own."""

    name: str
    partitions: tuple[PartitionRange, ...]
    config: dict[str, str]


def dead_letter_topic(topic: str) -> str:
    """Where the records of `topic` go that cannot be read."""
    return f"{topic}{DEAD_LETTER_SUFFIX}"


def events_topic(topic: str) -> str:
    """Whose dead letters lie in this topic; empty if it holds none."""
    return topic.removesuffix(DEAD_LETTER_SUFFIX) if topic.endswith(DEAD_LETTER_SUFFIX) else ""


def team_stats_topic(topic: str = TOPIC) -> str:
    """The compacted topic of team stats beside `topic`, key = team."""
    return f"{topic}.team_stats"


def topic_specs(topic: str = TOPIC) -> list[TopicSpec]:
    """The three topics that belong to an event topic."""
    return [
        TopicSpec(topic, PARTITIONS, KEEP_FOR_EVER),
        TopicSpec(dead_letter_topic(topic), 1, KEEP_FOR_EVER | {"max.message.bytes": str(DEAD_LETTER_MAX_BYTES)}),
        TopicSpec(team_stats_topic(topic), 1, KEEP_FOR_EVER | {"cleanup.policy": "compact"}),
    ]


def ensure_topics(bootstrap_servers: str, topic: str = TOPIC) -> list[str]:
    """Create the topics that are missing; existing ones are left as they are. Returns the names created.

    Raises:
        BrokerUnavailable: No broker answers.
        BrokerRefused: A broker answers, and the security settings do not fit.
        BrokerError: The broker answers, and refuses.
    """
    with _refusals_told(bootstrap_servers):
        return _ensure(Connector(bootstrap_servers), topic)


def new_topic(bootstrap_servers: str, prefix: str = "lesson") -> str:
    """Create an event topic that nobody else reads or writes, and the topics that belong to it. Returns its name.

    In a topic of its own a lesson's offsets begin at 0, whatever other notebooks on this broker are doing.

    Args:
        bootstrap_servers: Where the client starts.
        prefix: How the name begins.

    Raises:
        BrokerUnavailable: No broker answers.
        BrokerError: The broker answers, and refuses.
    """
    name = f"{prefix}_{secrets.token_hex(3)}"
    ensure_topics(bootstrap_servers, name)
    return name


def compact_soon(bootstrap_servers: str, topic: str) -> None:
    """Ask the broker to compact a topic early and often; by default it waits for days, or for a gigabyte.

    When it does so, and how many of the older records then go, is still its own affair. Kafka never compacts the
    segment that is being written; a new one begins with a record that comes half a second after the last.

    Args:
        bootstrap_servers: Where the client starts.
        topic: A compacted topic.

    Raises:
        BrokerUnavailable: No broker answers.
        BrokerError: The broker answers, and refuses.
    """
    resource = ConfigResource(ConfigResourceType.TOPIC, topic, configs=EAGER_COMPACTION)
    with _refusals_told(bootstrap_servers), Connector(bootstrap_servers).admin() as admin:
        admin.alter_configs([resource])


def describe_topics(bootstrap_servers: str) -> list[TopicReport]:
    """The topics on the broker by name, without Kafka's internal ones.

    Raises:
        BrokerUnavailable: No broker answers.
        BrokerError: The broker answers, and refuses.
    """
    with _refusals_told(bootstrap_servers), Connector(bootstrap_servers).admin() as admin:
        found = [topic for topic in admin.describe_topics(admin.list_topics()) if not topic["is_internal"]]
        partitions = {topic["name"]: _partition_numbers(topic) for topic in found}
        ranges = partition_ranges(admin, partitions)
        configs = _changed_settings(admin, partitions)
    return [TopicReport(name, ranges[name], configs[name]) for name in sorted(partitions)]


def restore_topics(connector: Connector, topic: str, *, source: str) -> bool:
    """Give a broker that came back without its topics these topics again. True if it answered.

    Args:
        connector: The way to the broker.
        topic: The event topic.
        source: Who asks, for the log.

    Raises:
        SettingsError: The options of the connection cannot be used.
        BrokerRefused: The security settings do not fit.
    """
    if not connector.is_reachable:
        return False
    try:
        created = _ensure(connector, topic)
    except (BrokerUnavailable, KafkaError) as error:
        connector.trouble = str(error)
        logs.log_event(source, "broker_not_ready", level=logging.WARNING, reason=str(error))
        return False
    if created:
        logs.log_event(source, "topics_created", topics=created)
    return True


@contextlib.contextmanager
def _refusals_told(bootstrap_servers: str) -> Iterator[None]:
    """Turn what Kafka answers instead of a result into an error of ours."""
    try:
        yield
    except KafkaError as error:
        raise BrokerError(f"The broker at {bootstrap_servers} did not do as asked: {error}.") from error


def _ensure(connector: Connector, topic: str) -> list[str]:
    created = []
    with connector.admin() as admin:
        existing = set(admin.list_topics())
        for spec in topic_specs(topic):
            if spec.name not in existing and _create(admin, spec):
                created.append(spec.name)
        admin.wait_for_topics(created)
    return created


def _create(admin: KafkaAdminClient, spec: TopicSpec) -> bool:
    """Create one topic; False if somebody else was faster."""
    new = NewTopic(spec.name, spec.partitions, replication_factor=-1, topic_configs=spec.config)
    try:
        admin.create_topics([new])
    except TopicAlreadyExistsError:
        return False
    return True


def _partition_numbers(topic: dict[str, Any]) -> list[int]:
    return sorted(partition["partition_index"] for partition in topic["partitions"])


def partition_ranges(
    admin: KafkaAdminClient, partitions: dict[str, list[int]]
) -> dict[str, tuple[PartitionRange, ...]]:
    """Low and end offset of every partition, by topic."""
    wanted = [TopicPartition(name, number) for name, numbers in partitions.items() for number in numbers]
    low = admin.list_partition_offsets(dict.fromkeys(wanted, OffsetSpec.EARLIEST)) if wanted else {}
    end = admin.list_partition_offsets(dict.fromkeys(wanted, OffsetSpec.LATEST)) if wanted else {}
    ranges = {tp: PartitionRange(tp.partition, low[tp].offset, end[tp].offset) for tp in wanted}
    return {
        name: tuple(ranges[TopicPartition(name, number)] for number in numbers) for name, numbers in partitions.items()
    }


def _changed_settings(admin: KafkaAdminClient, names: Iterable[str]) -> dict[str, dict[str, str]]:
    """By topic, the settings that differ from the broker's defaults."""
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    answer = admin.describe_configs(resources).get("topic", {}) if resources else {}
    return {
        name: {key: str(setting["value"]) for key, setting in sorted(answer.get(name, {}).items())} for name in names
    }
