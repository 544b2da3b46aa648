"""What lies in the topic of a game that is to be followed further: its newest replay, from its first record on.

    found = newest_replay(connector, "nba_momentum", "0022500001")
    found.replay_id, found.source, len(found.events)

The log is what was really sent: a producer that goes on from there repeats nothing and leaves nothing out, whatever
ended the one before it.
"""

from dataclasses import dataclass, replace
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from nbmomentum.errors import BrokerError, InvalidEvent
from nbmomentum.events import ScoringEvent
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.cluster.fetches import UnreadableRecords
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
    """The replay of a game that begins last in the log; None where the topic or the game is not there.

    Records that name no replay, such as those typed into a console producer, are one too, of an empty id.

    Raises:
        BrokerUnavailable: No broker answers, or it has stopped sending.
        BrokerRefused: A broker is there, but not for us.
        BrokerError: Some of its partition cannot be read: what was sent is not known.
        KafkaError: It gave no answer that helps.
    """
    found: dict[str, FoundReplay] = {}
    newest = None
    try:
        records = _records_of(connector, topic, game_id.encode())
    except UnreadableRecords as unreadable:
        raise BrokerError(str(unreadable)) from unreadable
    for record in records:
        replay_id = header(record, "replay_id")
        if replay_id not in found or not (replay_id or newest == ""):
            found[replay_id] = FoundReplay(replay_id, header(record, "source"), ())
            newest = replay_id
        if (event := _event(record, game_id)) is not None:
            known = found[replay_id]
            found[replay_id] = replace(known, events=(*known.events, event))
    return None if newest is None else found[newest]


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
