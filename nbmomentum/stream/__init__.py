"""The stream: broker, topics, producer and background consumer. The only part of the kit that imports Kafka."""

from nbmomentum.stream.bare_clients import (
    close_kafka_client,
    close_kafka_clients,
    open_kafka_consumer,
    open_kafka_producer,
)
from nbmomentum.stream.broker import Broker, start_broker
from nbmomentum.stream.commits import CommitsWatch
from nbmomentum.stream.consumer import BackgroundConsumer
from nbmomentum.stream.game_states import GameSnapshot
from nbmomentum.stream.group_of_consumers import GroupOfConsumers, GroupOfConsumersStatus
from nbmomentum.stream.groups import (
    GroupDescription,
    GroupMember,
    GroupPartition,
    GroupStatus,
    GroupWatch,
    committed_offsets,
    describe_group,
    list_groups,
)
from nbmomentum.stream.live_producer import LiveProducer
from nbmomentum.stream.log_reader import LogStatus, LogTail
from nbmomentum.stream.partition_tails import PartitionTail
from nbmomentum.stream.producer import GameProducer
from nbmomentum.stream.rebalances import RebalanceReport
from nbmomentum.stream.replay_log import replay_events, save_replay
from nbmomentum.stream.replicas import PartitionInfo, describe_partitions
from nbmomentum.stream.status import ConsumerStatus, LiveProducerStatus, PartitionStatus, ProducerStatus, Producing
from nbmomentum.stream.stored_records import StoredRecord
from nbmomentum.stream.strategies import STRATEGIES
from nbmomentum.stream.table_producers import SeasonProducer, StatsPoller, TableProducerStatus
from nbmomentum.stream.tables import Row, Table, TableConsumer, TableStatus, standings_in
from nbmomentum.stream.topics import (
    TOPIC,
    compact_soon,
    dead_letter_topic,
    ensure_topics,
    new_topic,
    team_stats_topic,
)
from nbmomentum.stream.walk import PipelineWalk
from nbmomentum.stream.walk_status import Stage, WalkStatus

__all__ = [
    "STRATEGIES",
    "TOPIC",
    "BackgroundConsumer",
    "Broker",
    "CommitsWatch",
    "ConsumerStatus",
    "GameProducer",
    "GameSnapshot",
    "GroupDescription",
    "GroupMember",
    "GroupOfConsumers",
    "GroupOfConsumersStatus",
    "GroupPartition",
    "GroupStatus",
    "GroupWatch",
    "LiveProducer",
    "LiveProducerStatus",
    "LogStatus",
    "LogTail",
    "PartitionInfo",
    "PartitionStatus",
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
    "replay_events",
    "save_replay",
    "standings_in",
    "start_broker",
    "team_stats_topic",
]
