"""The stream: broker, topics, producer and background consumer. The only part of the kit that imports Kafka.

A room each: `broker` starts one, `cluster` is the way to it, `producer` writes a game, `consumer` reads it, `groups`
shows who shares the work, `log_reader` looks at the log itself, `tables` reads one as a table, `walk` goes with one
play. What they share lies beside them: the topics, the dead letters, and what producers and consumers say of
themselves. The rooms stand in layers; pyproject.toml has their contract.
"""

from nbmomentum.stream.broker import Broker, start_broker
from nbmomentum.stream.cluster import (
    PartitionInfo,
    close_kafka_client,
    close_kafka_clients,
    describe_partitions,
    open_kafka_consumer,
    open_kafka_producer,
)
from nbmomentum.stream.consumer import BackgroundConsumer, GameSnapshot, replay_events, save_replay
from nbmomentum.stream.dead_letters import DeadLetter, read_dead_letters
from nbmomentum.stream.groups import (
    STRATEGIES,
    CommitsWatch,
    GroupDescription,
    GroupMember,
    GroupOfConsumers,
    GroupOfConsumersStatus,
    GroupStatus,
    GroupWatch,
    RebalanceReport,
    committed_offsets,
    describe_group,
    list_groups,
)
from nbmomentum.stream.log_reader import LogStatus, LogTail, PartitionTail, StoredRecord
from nbmomentum.stream.producer import GameProducer, LiveProducer
from nbmomentum.stream.status import ConsumerStatus, LiveProducerStatus, ProducerStatus, Producing
from nbmomentum.stream.tables import (
    Row,
    SeasonProducer,
    StatsPoller,
    Table,
    TableConsumer,
    TableProducerStatus,
    TableStatus,
    standings_in,
)
from nbmomentum.stream.topics import TOPIC, compact_soon, dead_letter_topic, ensure_topics, new_topic, team_stats_topic
from nbmomentum.stream.walk import PipelineWalk, Stage, WalkStatus

__all__ = [
    "STRATEGIES",
    "TOPIC",
    "BackgroundConsumer",
    "Broker",
    "CommitsWatch",
    "ConsumerStatus",
    "DeadLetter",
    "GameProducer",
    "GameSnapshot",
    "GroupDescription",
    "GroupMember",
    "GroupOfConsumers",
    "GroupOfConsumersStatus",
    "GroupStatus",
    "GroupWatch",
    "LiveProducer",
    "LiveProducerStatus",
    "LogStatus",
    "LogTail",
    "PartitionInfo",
    "PartitionTail",
    "PipelineWalk",
    "ProducerStatus",
    "Producing",
    "RebalanceReport",
    "Row",
    "SeasonProducer",
    "Stage",
    "StatsPoller",
    "StoredRecord",
    "Table",
    "TableConsumer",
    "TableProducerStatus",
    "TableStatus",
    "WalkStatus",
    "close_kafka_client",
    "close_kafka_clients",
    "committed_offsets",
    "compact_soon",
    "dead_letter_topic",
    "describe_group",
    "describe_partitions",
    "ensure_topics",
    "list_groups",
    "new_topic",
    "open_kafka_consumer",
    "open_kafka_producer",
    "read_dead_letters",
    "replay_events",
    "save_replay",
    "standings_in",
    "start_broker",
    "team_stats_topic",
]
