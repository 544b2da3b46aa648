"""A partition read once, from a place in it to its present end.

client.assign([partition])
client.seek(partition, 17)
[record.offset for record in up_to_end(client, partition)]  # [17, 18, 19]
"""

import time
from collections.abc import Iterator
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from nbmomentum.errors import BrokerUnavailable

ASK_TIMEOUT_MS = 2000
POLL_TIMEOUT_MS = 100
PATIENCE_S = 5.0


def up_to_end(client: KafkaConsumer, partition: TopicPartition) -> Iterator[Any]:
    """The records from a client's position to the present end of the log.

    Raises:
        BrokerUnavailable: The broker has stopped sending before that.
    """
    end = client.end_offsets([partition], timeout_ms=ASK_TIMEOUT_MS).get(partition, 0)
    give_up_at = time.monotonic() + PATIENCE_S
    while client.position(partition, timeout_ms=ASK_TIMEOUT_MS) < end:
        if records := client.poll(timeout_ms=POLL_TIMEOUT_MS).get(partition):
            give_up_at = time.monotonic() + PATIENCE_S
            yield from records
        elif time.monotonic() > give_up_at:
            raise BrokerUnavailable("The broker has stopped sending records; try again when it answers.")
