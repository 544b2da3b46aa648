"""The kit's topics, made with the configuration the lessons rely on.

| topic | partitions | configuration |
|---|---|---|
| `nba_momentum` | 3 | kept for ever |
| `nba_momentum.dead_letter` | 1 | kept for ever; up to 2 MiB: room for any record of the first and its headers |
| `nba_momentum.team_stats` | 1 | compacted: the newest record of each team stays |
"""

import contextlib
import logging
from dataclasses import dataclass

from kafka import KafkaAdminClient
from kafka.admin import NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from nbmomentum import logs
from nbmomentum.errors import BrokerUnavailable
from nbmomentum.stream.client import connect, is_reachable

TOPIC = "nba_momentum"
PARTITIONS = 3
DEAD_LETTER_MAX_BYTES = 2 * 1024 * 1024
KEEP_FOR_EVER = {"retention.ms": "-1"}


@dataclass(frozen=True)
class TopicSpec:
    """A topic as the kit makes it: its name, partitions and Kafka configuration."""

    name: str
    partitions: int
    config: dict[str, str]


def dead_letter_topic(topic: str) -> str:
    """Where the records of `topic` go that cannot be read."""
    return f"{topic}.dead_letter"


def topic_specs(topic: str = TOPIC) -> list[TopicSpec]:
    """The three topics that belong to an event topic."""
    return [
        TopicSpec(topic, PARTITIONS, KEEP_FOR_EVER),
        TopicSpec(dead_letter_topic(topic), 1, KEEP_FOR_EVER | {"max.message.bytes": str(DEAD_LETTER_MAX_BYTES)}),
        TopicSpec(f"{topic}.team_stats", 1, KEEP_FOR_EVER | {"cleanup.policy": "compact"}),
    ]


def ensure_topics(bootstrap_servers: str, topic: str = TOPIC) -> list[str]:
    """Create the topics that are missing; existing ones are left as they are. Returns the names created.

    Raises:
        BrokerUnavailable: No broker answers.
    """
    created = []
    with contextlib.closing(connect(KafkaAdminClient, bootstrap_servers)) as admin:
        existing = set(admin.list_topics())
        for spec in topic_specs(topic):
            if spec.name not in existing and _create(admin, spec):
                created.append(spec.name)
        admin.wait_for_topics([spec.name for spec in topic_specs(topic)])
    return created


def restore_topics(bootstrap_servers: str, topic: str, *, source: str) -> bool:
    """Give a broker that came back without its topics these topics again. True if it answered.

    Args:
        bootstrap_servers: Where the client starts.
        topic: The event topic.
        source: Who asks, for the log.
    """
    if not is_reachable(bootstrap_servers):
        return False
    try:
        created = ensure_topics(bootstrap_servers, topic)
    except (BrokerUnavailable, KafkaError) as error:
        logs.log_event(source, "broker_not_ready", level=logging.WARNING, reason=str(error))
        return False
    if created:
        logs.log_event(source, "topics_created", topics=created)
    return True


def _create(admin: KafkaAdminClient, spec: TopicSpec) -> bool:
    """Create one topic; False if somebody else was faster."""
    new = NewTopic(spec.name, spec.partitions, replication_factor=-1, topic_configs=spec.config)
    try:
        admin.create_topics([new])
    except TopicAlreadyExistsError:
        return False
    return True
