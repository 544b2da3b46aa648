"""Real games through the broker: the figures at the end, and the log under them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from brokers import BOTH_ENGINES
from independent import end_offsets, figures_of, headers_of, official_figures_of, read_topic
from support import processed, random_name, wait_until

from nbmomentum import studio
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer
from nbmomentum.stream.topics import PARTITIONS

ENGINES = BOTH_ENGINES

GAMES = list_games()
OFFICIAL = {game.game_id: official_figures_of(game) for game in GAMES}


def figures(consumer: BackgroundConsumer) -> dict[str, Any]:
    """The figures of each game, as the consumer has them."""
    return {game_id: figures_of(state) for game_id, state in consumer.states().items()}


def test_every_game_ends_in_the_official_figures(
    make_producer: Callable[..., GameProducer], make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """One after the other at maximum speed, and a live consumer beside them."""
    consumer = make_consumer().start()

    for game in GAMES:
        assert make_producer(load_game(game.game_id)).start().join(15)

    plays = sum(game.events for game in GAMES)
    wait_until(lambda: processed(consumer) == plays, what="all plays")
    wait_until(lambda: consumer.status.committed_lag == 0, what="the last commit")
    assert figures(consumer) == OFFICIAL
    assert (consumer.status.lag, consumer.status.invalid, consumer.status.superseded) == (0, 0, 0)


def test_game_is_final_once_all_of_it_was_sent_and_is_shown(
    make_producer: Callable[..., GameProducer], make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """Not while plays are to come, and not while the reader stands before the last; another replay begins anew."""
    plays = load_game(GAMES[0].game_id)
    producer, consumer = make_producer(plays, speed=0.25), make_consumer().start()
    state_of = studio.game_of(producer, consumer)
    producer.start()
    producer.step(3)
    wait_until(lambda: len(state_of().plays) >= 3, what="three plays")
    assert not state_of().is_final

    producer.set_speed(float("inf"))
    producer.resume()
    wait_until(lambda: state_of().is_final, what="the end")
    assert len(state_of().plays) == len(plays)
    assert state_of() is state_of()
    consumer.step_back(game_id=plays[0].game_id)
    wait_until(lambda: len(state_of().plays) == len(plays) - 1, what="the play before")
    assert not state_of().is_final
    consumer.resume()
    wait_until(lambda: state_of().is_final, what="the end once more")
    producer.set_speed(0.25)
    producer.restart()
    wait_until(lambda: not state_of().is_final, what="the next replay")


def test_games_sent_at_once_end_in_the_official_figures(
    make_producer: Callable[..., GameProducer], make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """Eight producers at the same time: their plays mix in the partitions, never in a game."""
    producers = [make_producer(load_game(game.game_id)).start() for game in GAMES]
    consumer = make_consumer(tail=False)

    assert all(producer.join(15) for producer in producers)
    consumer.start()

    assert consumer.join(15)
    assert figures(consumer) == OFFICIAL
    assert [producer.status.failed for producer in producers] == [0] * len(GAMES)


def test_records_are_what_the_design_says(
    broker: Broker, topic: str, make_producer: Callable[..., GameProducer]
) -> None:
    """Key, headers and value of each record; one game in one partition, in the order of its plays."""
    games = {game.game_id: load_game(game.game_id) for game in GAMES[:3]}
    producers = {game_id: make_producer(plays).start() for game_id, plays in games.items()}
    assert all(producer.join(15) for producer in producers.values())

    records = read_topic(broker.bootstrap_servers, topic)

    for game_id, plays in games.items():
        of_game = [record for record in records if record.key == game_id.encode()]
        assert len({record.partition for record in of_game}) == 1
        assert [ScoringEvent.from_json(record.value) for record in of_game] == plays
        replay_id = producers[game_id].status.replay_id.encode()
        assert all(headers_of(r) == {"replay_id": replay_id, "source": b"bundled"} for r in of_game)
    assert len(records) == sum(map(len, games.values()))


def test_the_three_lesson_games_lie_in_three_partitions(
    broker: Broker, topic: str, make_producer: Callable[..., GameProducer]
) -> None:
    """Lesson 05 counts on it: each partition holds one of them."""
    for game_id in ("0021500051", "0021500177", "0021500277"):
        assert make_producer(load_game(game_id)).start().join(15)

    plays = {game.game_id: game.events for game in GAMES}

    assert end_offsets(broker.bootstrap_servers, topic) == {
        0: plays["0021500051"],
        1: plays["0021500177"],
        2: plays["0021500277"],
    }
    assert PARTITIONS == 3


def test_one_record_and_one_update_have_a_line_each_in_the_log(
    own_home: Path, make_producer: Callable[..., GameProducer], make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """What was sent, consumed and changed can be read afterwards."""
    plays = load_game()[:20]
    producer, consumer = make_producer(plays), make_consumer(tail=False)

    producer.start().join(15)
    consumer.start().join(15)
    producer.stop()
    consumer.stop()

    [file] = (own_home / "logs").iterdir()
    text = file.read_text(encoding="utf-8")
    for what in ("sent", "consumed", "update"):
        assert text.count(f'"what":"{what}"') == len(plays)
    assert producer.status.replay_id in text


def test_thirty_groups_read_a_game_at_once(
    make_producer: Callable[..., GameProducer], make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """A class on one broker: thirty students, each with a group of their own, all see the same final."""
    game = GAMES[0]
    assert make_producer(load_game(game.game_id)).start().join(15)
    consumers = [make_consumer(tail=False, group_id=random_name("student")) for _ in range(30)]

    for consumer in consumers:
        consumer.start()

    assert all(consumer.join(15) for consumer in consumers)
    assert [consumer.status.consumed for consumer in consumers] == [game.events] * 30
    assert all(figures(consumer) == {game.game_id: OFFICIAL[game.game_id]} for consumer in consumers)
