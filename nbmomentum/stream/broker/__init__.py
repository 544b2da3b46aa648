"""The broker ladder: start, join, hold, reset; see `ladder`."""

from nbmomentum.stream.broker.archive import Progress
from nbmomentum.stream.broker.embedded import ROOM_MB
from nbmomentum.stream.broker.java import find_java
from nbmomentum.stream.broker.kafka_files import KafkaFiles, find_kafka, present_kafka
from nbmomentum.stream.broker.ladder import (
    broker_status,
    hold_broker,
    release_broker,
    reset_broker,
    running_rungs,
    saved_bytes,
    settle_broker,
    start_broker,
)
from nbmomentum.stream.broker.lease import MISSING, Broker
from nbmomentum.stream.broker.nodes import BrokerNode, NodeTable
from nbmomentum.stream.broker.rungs import APACHE, APACHE_CLUSTER, EMBEDDED, EXTERNAL, RUNGS, Rung, wanted_rung

__all__ = [
    "APACHE",
    "APACHE_CLUSTER",
    "EMBEDDED",
    "EXTERNAL",
    "MISSING",
    "ROOM_MB",
    "RUNGS",
    "Broker",
    "BrokerNode",
    "KafkaFiles",
    "NodeTable",
    "Progress",
    "Rung",
    "broker_status",
    "find_java",
    "find_kafka",
    "hold_broker",
    "present_kafka",
    "release_broker",
    "reset_broker",
    "running_rungs",
    "saved_bytes",
    "settle_broker",
    "start_broker",
    "wanted_rung",
]
