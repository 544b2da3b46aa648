"""A replay read back from the log, corrections and all, and saved to be replayed again.

    path = save_replay(consumer, name="my-replay")  # home/data/my-replay.jsonl
    producer.restart(load_any_game("saved:my-replay"))

The log is the source, not the state: a state has forgotten what was corrected, and in which sequence it came.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, OffsetOutOfRangeError

from nbmomentum.errors import BrokerError, InvalidEvent, UnknownGame
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.catalogue import find_any_game
from nbmomentum.sources.game_info import GameInfo
from nbmomentum.sources.stored import save_game
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.consumer.background_consumer import BackgroundConsumer
from nbmomentum.stream.consumer.game_states import GameSnapshot
from nbmomentum.stream.log_reader.up_to_end import up_to_end

CLOSE_TIMEOUT_MS = 500


def save_replay(consumer: BackgroundConsumer, *, name: str | None = None, game_id: str | None = None) -> Path:
    """Save the events of a replay to `home/data`, as many as the log holds now; a file of the same name is replaced.

    Args:
        consumer: It has read the replay, to its end or not.
        name: Of the file, without its suffix; by default the game's id. `load_any_game("saved:NAME")` reads it.
        game_id: The game, whose newest replay is taken; None is the one whose replay began last.

    Returns:
        Where the file lies.

    Raises:
        UnknownGame: No record of this game has been read.
        BrokerError: The log cannot be read, or no longer holds the beginning of the replay.
        SettingsError: The name cannot be one of a file, or the folder cannot be written.
    """
    events = replay_events(consumer, game_id=game_id)
    return save_game(events, game=_known(events[0].game_id), name=name)


def replay_events(consumer: BackgroundConsumer, *, game_id: str | None = None) -> list[ScoringEvent]:
    """The events of a replay in the sequence of the log, corrections included; bad records are left out.

    Args:
        consumer: It has read the replay, to its end or not.
        game_id: The game, whose newest replay is taken; None is the one whose replay began last.

    Raises:
        UnknownGame: No record of this game has been read.
        BrokerError: The log cannot be read, or no longer holds the beginning of the replay.
    """
    game = consumer.latest() if game_id is None else consumer.snapshots().get(game_id)
    if game is None:
        which = "any game" if game_id is None else f"the game {game_id!r:.110}"
        raise UnknownGame(f"No record of {which} has been read yet; start a producer and wait for its first play.")
    connector = Connector(consumer._bootstrap_servers, consumer._kafka_options)
    try:
        found = {record.offset: _event(record, game) for record in _records(connector, consumer._topic, game)}
    except OffsetOutOfRangeError as error:
        raise _lost(game) from error
    except KafkaError as error:
        raise BrokerError(f"The log of this replay cannot be read ({type(error).__name__}: {error}).") from error
    if found.get(game.first_offset) is None:
        raise _lost(game)
    return [event for event in found.values() if event is not None]


def _records(connector: Connector, topic: str, game: GameSnapshot) -> Iterator[Any]:
    """The records of its partition from the replay's first one to the present end of the log."""
    partition = TopicPartition(topic, game.partition)
    client = connector.connect(KafkaConsumer, enable_auto_commit=False, auto_offset_reset="none")
    try:
        client.assign([partition])
        client.seek(partition, game.first_offset)
        yield from up_to_end(client, partition)
    finally:
        client.close(autocommit=False, timeout_ms=CLOSE_TIMEOUT_MS)


def _event(record: Any, game: GameSnapshot) -> ScoringEvent | None:
    """The event of a record of this replay; None for another's, and for what became a dead letter."""
    if not game.has(record):
        return None
    try:
        event = ScoringEvent.from_json(record.value)
    except InvalidEvent:
        return None
    is_of_game = (event.game_id, event.home, event.away) == (game.game_id, game.state.home, game.state.away)
    return event if is_of_game else None


def _lost(game: GameSnapshot) -> BrokerError:
    return BrokerError(
        f"The log no longer holds this replay: its first record was at offset {game.first_offset} of partition "
        f"{game.partition}, and that was deleted or the topic made anew. Replay the game once more."
    )


def _known(game_id: str) -> GameInfo | None:
    """What is known of the game besides its events: its day, and the official figures."""
    try:
        return find_any_game(game_id)
    except UnknownGame:
        return None
