"""The way to a cluster: how every client of the kit is made, what it may and may not do there, and why it was refused.

    with contextlib.closing(Connector("127.0.0.1:41234").connect(KafkaAdminClient)) as admin:
        admin.list_topics()

All else in the stream stands on this: whoever talks to a broker goes through a `Connector`. `client` makes them,
`security` says with which options, `refusals` why it did not work. Around them: `bare_clients` for a lesson's cells,
`polling` for whoever reads and `fetches` for what cannot be read, `admin_watch` for whoever asks again and again,
`replicas` and `round_trip` to look at a cluster.
"""

from nbmomentum.stream.cluster.bare_clients import (
    close_kafka_client,
    close_kafka_clients,
    open_kafka_consumer,
    open_kafka_producer,
)
from nbmomentum.stream.cluster.client import Connector, is_reachable
from nbmomentum.stream.cluster.replicas import PartitionInfo, describe_partitions
from nbmomentum.stream.cluster.round_trip import round_trip

__all__ = [
    "Connector",
    "PartitionInfo",
    "close_kafka_client",
    "close_kafka_clients",
    "describe_partitions",
    "is_reachable",
    "open_kafka_consumer",
    "open_kafka_producer",
    "round_trip",
]
