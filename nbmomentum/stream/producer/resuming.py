"""What lies in the topic of a game that is to be followed further: its newest replay, from its first record on.

    found = newest_replay(connector, "nba_momentum", "0022500001")
    found.replay_id, found.source, len(found.events)

The log is what was really sent: a producer that goes on from there repeats nothing and leaves nothing out, whatever
ended the one before it.
"""

from dataclasses import dataclass
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from nbmomentum.errors import InvalidEvent
from nbmomentum.events import ScoringEvent
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.log_reader.stored_records import header
from nbmomentum.stream.log_reader.up_to_end import up_to_end
from nbmomentum.stream.producer.partitioning import partition_for

CLOSE_TIMEOUT_MS = 500


@dataclass(frozen=True)
class FoundReplay:
    """A replay as it lies in the log.

    Attributes:
        replay_id: Of the replay.
        source: Where its plays came from, as the header of its records says.
        events: Its events in the sequence of the log, corrections included.
    """

    replay_id: str
    source: str
    events: tuple[ScoringEvent, ...]


def newest_replay(connector: Connector, topic: str, game_id: str) -> FoundReplay | None:
    """The newest replay of a game in the log; None where the topic or the game is not there.

    Raises:
        BrokerUnavailable: No broker answers, or it has stopped sending.
        BrokerRefused: A broker is there, but not for us.
        KafkaError: It gave no answer that helps.
    """
    newest: tuple[str, str] | None = None
    events: list[ScoringEvent] = []
    for record in _records_of(connector, topic, game_id.encode()):
        replay = header(record, "replay_id"), header(record, "source")
        if newest is None or replay[0] > newest[0]:
            newest, events = replay, []
        if replay[0] == newest[0] and (event := _event(record, game_id)) is not None:
            events.append(event)
    return None if newest is None else FoundReplay(*newest, tuple(events))


def _records_of(connector: Connector, topic: str, key: bytes) -> list[Any]:
    """All records with this key, from the beginning of its partition to the present end."""
    client = connector.connect(KafkaConsumer, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest")
    try:
        if not (partitions := client.partitions_for_topic(topic)):
            return []
        partition = TopicPartition(topic, partition_for(key, len(partitions)))
        client.assign([partition])
        client.seek_to_beginning(partition)
        return [record for record in up_to_end(client, partition) if record.key == key]
    finally:
        client.close(autocommit=False, timeout_ms=CLOSE_TIMEOUT_MS)


def _event(record: Any, game_id: str) -> ScoringEvent | None:
    try:
        event = ScoringEvent.from_json(record.value)
    except InvalidEvent:
        return None
    return event if event.game_id == game_id else None
