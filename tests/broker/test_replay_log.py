"""A replay saved from the log and replayed from there: the same events, the same game."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from independent import plain_producer
from kafka import KafkaAdminClient, TopicPartition
from msgspec.structs import replace
from pandas import read_csv, read_json, read_parquet
from support import needs_pyarrow, wait_until

from nbmomentum.errors import BrokerError, SettingsError, UnknownGame
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.bundled import load_game
from nbmomentum.sources.catalogue import find_any_game, load_any_game
from nbmomentum.sources.simulated import load_simulated_game
from nbmomentum.sources.stored import list_saved_games
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer, ensure_topics, replay_events, save_replay
from nbmomentum.tables import events_frame, export, figures_frame, plays_frame

PLAYS = load_game("0021500277")
GAME_ID = PLAYS[0].game_id
# A play that is sent twice, one that comes late, one that is corrected, one that is withdrawn.
AS_IT_CAME = [
    *PLAYS[:10],
    PLAYS[3],
    *PLAYS[11:20],
    PLAYS[10],
    replace(PLAYS[5], revision=1, player="Somebody Else"),
    replace(PLAYS[7], revision=1, retracted=True),
]

Consume = Callable[[Sequence[ScoringEvent]], BackgroundConsumer]


@pytest.fixture
def replayed(make_producer: Callable[..., GameProducer], make_consumer: Callable[..., BackgroundConsumer]) -> Consume:
    """Replay these events to their end, and read them."""
    consumer = make_consumer().start()

    def replay(events: Sequence[ScoringEvent]) -> BackgroundConsumer:
        producer = make_producer(list(events)).start()
        assert producer.join(15)
        replay_id, last = producer.status.replay_id, producer.status.last_offset
        wait_until(lambda: (g := consumer.latest()) and (g.replay_id, g.offset) == (replay_id, last), what="the replay")
        return consumer

    return replay


def test_saved_replay_is_the_same_game_again(replayed: Consume) -> None:
    """Corrections, late and doubled plays come as they came, and end in the same state."""
    consumer = replayed(AS_IT_CAME)
    state = consumer.states()[GAME_ID]

    save_replay(consumer, name="as-it-came")
    events = load_any_game("saved:as-it-came")
    again = replayed(events).states()[GAME_ID]

    assert events == AS_IT_CAME
    assert again == state


def test_newest_replay_of_a_game_is_the_one_saved(replayed: Consume) -> None:
    """An older one of the same game lies before it in the log."""
    replayed(PLAYS[:20])
    consumer = replayed(PLAYS[:5])

    assert replay_events(consumer) == PLAYS[:5]


def test_whatever_else_lies_in_the_log_is_left_out(
    broker: Broker, topic: str, replayed: Consume, make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """Other games, noise, and what contradicts the game: the consumer gave none of it to this state."""
    replayed(load_simulated_game("sim-7-0062")[:10])
    consumer = replayed(PLAYS[:5])
    game = consumer.snapshots()[GAME_ID]
    headers = [("replay_id", game.replay_id.encode())]
    others = [b"{", None, replace(PLAYS[5], home="BOS", team="BOS").to_json(), replace(PLAYS[5], game_id="x").to_json()]
    with plain_producer(broker.bootstrap_servers) as send:
        for value in others:
            send(topic, value, key=b"k", partition=game.partition, headers=headers)
        send(topic, PLAYS[5].to_json(), partition=game.partition, headers=headers)

    assert replay_events(consumer, game_id=GAME_ID) == PLAYS[:6]


def test_replay_is_saved_as_far_as_the_log_goes(replayed: Consume) -> None:
    """Wherever the reader stands: a seek moves what is shown, and not what happened."""
    consumer = replayed(PLAYS)
    consumer.seek_game("Q2 6:00")
    wait_until(lambda: consumer.status.state == "paused" and consumer.status.lag, what="the seek")

    events = replay_events(consumer)

    assert events == PLAYS


def test_stopped_consumer_still_knows_what_to_save(replayed: Consume, own_home: Path) -> None:
    """By default under the game's id; what is known of a bundled game is saved with it."""
    consumer = replayed(PLAYS)
    consumer.stop()

    path = save_replay(consumer)

    (saved,) = list_saved_games()
    assert path == saved.path == own_home / "data" / f"{GAME_ID}.jsonl"
    assert (saved.game.official, saved.game.date) == (find_any_game(GAME_ID).official, find_any_game(GAME_ID).date)


def test_saved_simulated_game_keeps_its_day(replayed: Consume) -> None:
    """Nobody should take it for a game of today."""
    save_replay(replayed(load_simulated_game("sim-7-0062")), name="ours")

    assert find_any_game("saved:ours").date.year == 2100


def test_what_cannot_be_saved_is_told(replayed: Consume, make_consumer: Callable[..., BackgroundConsumer]) -> None:
    """No game yet, another game, a name that is no file's."""
    with pytest.raises(UnknownGame, match="any game"):
        save_replay(make_consumer())
    consumer = replayed(PLAYS[:5])

    with pytest.raises(UnknownGame, match="0021500391"):
        save_replay(consumer, game_id="0021500391")
    with pytest.raises(SettingsError, match="name of a saved game"):
        save_replay(consumer, name="../up")


@pytest.mark.parametrize("how", ["made anew", "its beginning deleted"])
def test_replay_that_left_the_log_is_told(broker: Broker, topic: str, replayed: Consume, how: str) -> None:
    """What is left of it would be another game."""
    consumer = replayed(PLAYS[:5])
    consumer.stop()
    partition = TopicPartition(topic, consumer.snapshots()[GAME_ID].partition)
    with contextlib.closing(KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)) as admin:
        if how == "made anew":
            admin.delete_topics([topic])
            ensure_topics(broker.bootstrap_servers, topic)
        else:
            admin.delete_records({partition: 5})
    with plain_producer(broker.bootstrap_servers) as send:
        send(topic, PLAYS[9].to_json(), partition=partition.partition)

    with pytest.raises(BrokerError, match="no longer holds this replay"):
        save_replay(consumer)

    assert list_saved_games() == []


def test_broker_that_is_gone_is_told(fragile: Broker, stopping: Callable[[Any], Any]) -> None:
    """In a sentence, without a long wait."""
    servers = fragile.bootstrap_servers
    ensure_topics(servers)
    stopping(GameProducer(PLAYS, bootstrap_servers=servers, speed=float("inf"), name="gone-p")).start().join(15)
    consumer = stopping(BackgroundConsumer(bootstrap_servers=servers, group_id="g", tail=False, name="gone-c")).start()
    assert consumer.join(15)
    fragile.stop()

    with pytest.raises(BrokerError, match="start_broker"):
        save_replay(consumer)


def test_states_of_a_consumer_are_tables_and_files(replayed: Consume, tmp_path: Path) -> None:
    """Plays, figures and events of what was consumed, as CSV and JSON."""
    consumer = replayed(AS_IT_CAME)
    state = consumer.states()[GAME_ID]

    plays, figures = plays_frame(state), figures_frame(*consumer.states().values())
    events = events_frame(replay_events(consumer))
    files = [export(table, tmp_path / f"{n}.csv") for n, table in enumerate((plays, figures, events))]
    as_json = export(state, tmp_path / "plays.json")

    assert [len(table) for table in (plays, figures, events)] == [len(state.plays), 1, len(AS_IT_CAME)]
    assert figures["home_score"].tolist() == [state.home_score]
    assert [len(read_csv(file)) for file in files] == [len(plays), 1, len(events)]
    assert read_json(as_json)["momentum"].tolist() == pytest.approx(plays["momentum"].tolist())


@needs_pyarrow
def test_state_of_a_consumer_is_a_parquet_file(replayed: Consume, tmp_path: Path) -> None:
    """The plays of what was consumed, where pyarrow is installed."""
    state = replayed(AS_IT_CAME).states()[GAME_ID]

    as_parquet = export(state, tmp_path / "plays.parquet")

    assert read_parquet(as_parquet)["margin"].tolist() == plays_frame(state)["margin"].tolist()
