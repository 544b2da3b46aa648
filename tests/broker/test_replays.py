"""Which replay of a game counts: the one that begins last in the log, whatever a clock says, or the reader's own."""

from collections.abc import Callable, Sequence

import pytest
from brokers import BOTH_ENGINES, BOTH_ENGINES_PATIENCE_S
from independent import figures_of, official_figures_of, plain_producer
from support import processed, wait_until

from nbmomentum import studio
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer, replay_events

ENGINES = BOTH_ENGINES
PLAYS = load_game("0021500277")
GAME_ID = PLAYS[0].game_id
OFFICIAL = official_figures_of(next(game for game in list_games() if game.game_id == GAME_ID))
# Of a producer whose clock is far ahead: it sorts after the id of every honest one.
FAST_CLOCK = "2199-01-01T00:00:00.000Z"

Send = Callable[[Sequence[ScoringEvent], str | None], None]
Make = Callable[..., BackgroundConsumer]


@pytest.fixture
def send(broker: Broker, topic: str) -> Send:
    """Send plays as another client does: with the header of a replay, or without any."""

    def send_all(plays: Sequence[ScoringEvent], replay_id: str | None) -> None:
        headers = [("replay_id", replay_id.encode())] if replay_id else []
        with plain_producer(broker.bootstrap_servers) as put:
            for play in plays:
                put(topic, play.to_json(), key=GAME_ID.encode(), headers=headers)

    return send_all


def read_to_end(consumer: BackgroundConsumer) -> BackgroundConsumer:
    """Wait until it has read all that is there."""
    wait_until(lambda: consumer.status.lag == 0, what="the end of the log", timeout_s=BOTH_ENGINES_PATIENCE_S)
    return consumer


def test_game_of_a_fast_clock_does_not_hide_the_one_sent_after_it(
    send: Send, make_producer: Callable[..., GameProducer], make_consumer: Make
) -> None:
    """The whole game that follows counts, in a consumer that was there and in one that comes later."""
    was_there = make_consumer().start()
    send(PLAYS[:60], FAST_CLOCK)
    make_producer(PLAYS).start().join(BOTH_ENGINES_PATIENCE_S)

    for consumer in (was_there, make_consumer().start()):
        wait_until(lambda c=consumer: processed(c) == 60 + len(PLAYS), timeout_s=BOTH_ENGINES_PATIENCE_S)
        assert figures_of(consumer.states()[GAME_ID]) == OFFICIAL
        assert (consumer.status.superseded, consumer.status.invalid) == (0, 0)
        assert replay_events(consumer) == PLAYS


def test_game_without_headers_is_a_replay_of_its_own(send: Send, make_consumer: Make) -> None:
    """Also after somebody's replay; sought and saved like any other."""
    send(PLAYS[:60], FAST_CLOCK)
    send(PLAYS, None)

    consumer = read_to_end(make_consumer().start())

    assert figures_of(consumer.states()[GAME_ID]) == OFFICIAL
    assert replay_events(consumer) == PLAYS
    consumer.seek_play(PLAYS[20].event_id)
    wait_until(lambda: len(consumer.states()[GAME_ID].plays) == 21, what="the 21st play")


def test_restarted_member_does_not_take_an_older_replay_for_a_new_one(send: Send, make_consumer: Make) -> None:
    """Two replays are sent at once: what the older one still brings counts neither before nor after a restart."""
    consumer = make_consumer().start()
    send(PLAYS[:30], "older")
    send(PLAYS[:50], "newer")
    read_to_end(consumer)
    wait_until(lambda: consumer.status.committed_lag == 0, what="the commit")
    consumer.stop()

    send(PLAYS[30:60], "older")
    consumer.start()
    wait_until(lambda: processed(consumer) == 30, what="the rest", timeout_s=BOTH_ENGINES_PATIENCE_S)

    assert (consumer.snapshots()[GAME_ID].replay_id, consumer.status.superseded) == ("newer", 30)
    assert len(consumer.states()[GAME_ID].plays) == 50


@pytest.mark.parametrize("is_followed_late", [False, True])
def test_learner_sees_the_own_replay_when_somebody_begins_a_newer_one(
    send: Send, make_producer: Callable[..., GameProducer], make_consumer: Make, *, is_followed_late: bool
) -> None:
    """The board keeps its game, to the end of it, and the trouble line says that another replay is newer."""
    producer, consumer = make_producer(PLAYS, speed=0.25), make_consumer().start()
    if not is_followed_late:
        state_of = studio.game_of(producer, consumer)
    producer.start()
    producer.pause()
    producer.step(40)
    wait_until(lambda: producer.status.acknowledged == 40, timeout_s=BOTH_ENGINES_PATIENCE_S)
    send(PLAYS[:10], FAST_CLOCK)
    wait_until(lambda: processed(consumer) == 50, timeout_s=BOTH_ENGINES_PATIENCE_S)
    if is_followed_late:
        state_of = studio.game_of(producer, consumer)

    producer.set_speed(float("inf"))
    producer.resume()
    wait_until(lambda: len(state_of().plays) == len(PLAYS), what="the whole game", timeout_s=BOTH_ENGINES_PATIENCE_S)

    assert figures_of(state_of()) == OFFICIAL
    assert f"newer replay of game {GAME_ID} is not yours" in studio.trouble_of(producer, consumer, drawing_error="")
