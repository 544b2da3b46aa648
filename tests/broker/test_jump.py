"""The producer's jump: forward within a replay, backward in a new one; the log keeps everything."""

from collections.abc import Callable

import pytest
from independent import headers_of, read_topic
from support import wait_until

from nbmomentum.clock import GameClock
from nbmomentum.errors import InvalidClock
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import Broker, GameProducer

MakeProducer = Callable[..., GameProducer]

PLAYS = load_game("0021500277")


def replays(broker: Broker, topic: str) -> list[list[str]]:
    """The ids of the plays in the log, a list for each replay."""
    by_replay: dict[bytes, list[str]] = {}
    for record in read_topic(broker.bootstrap_servers, topic):
        event = ScoringEvent.from_json(record.value)
        by_replay.setdefault(headers_of(record)["replay_id"], []).append(event.event_id)
    return [by_replay[replay_id] for replay_id in sorted(by_replay)]


def ids_until(elapsed_s: float) -> list[str]:
    """The plays of the game up to this clock."""
    return [event.event_id for event in PLAYS if event.elapsed_s <= elapsed_s]


def acknowledged(producer: GameProducer, records: int) -> None:
    """Wait until so many records are acknowledged."""
    wait_until(lambda: producer.status.acknowledged == records, what=f"{records} acknowledged records")


@pytest.mark.parametrize("to", ["Q3 4:12", GameClock.parse("Q3 4:12"), 1908.0])
def test_jump_forward_sends_everything_up_to_there(
    broker: Broker, topic: str, make_producer: MakeProducer, to: GameClock | str | float
) -> None:
    """In the same replay, nothing left out; then it goes on at its speed."""
    producer = make_producer(PLAYS, speed=0.25).start()

    producer.jump(to)

    expected = ids_until(1908.0)
    acknowledged(producer, len(expected))
    assert replays(broker, topic) == [expected]
    assert producer.status.state == "playing"
    assert 1908.0 <= producer.status.position_s < 1918.0


def test_jump_while_paused_stays_paused(broker: Broker, topic: str, make_producer: MakeProducer) -> None:
    """The plays up to there are sent; the clock stands at the moment."""
    producer = make_producer(PLAYS, speed=0.25).start()
    producer.pause()

    producer.jump(600)

    acknowledged(producer, len(ids_until(600)))
    assert (producer.status.state, producer.status.position_s) == ("paused", 600.0)


def test_jump_backward_begins_a_new_replay(broker: Broker, topic: str, make_producer: MakeProducer) -> None:
    """What was sent stays in the log; the new replay has all plays up to the moment."""
    producer = make_producer(PLAYS, speed=0.25).start()
    producer.jump(1200)
    acknowledged(producer, len(ids_until(1200)))

    producer.jump(300)

    acknowledged(producer, len(ids_until(1200)) + len(ids_until(300)))
    assert replays(broker, topic) == [ids_until(1200), ids_until(300)]
    assert producer.status.position == len(ids_until(300))


def test_jump_after_the_end_begins_a_new_replay_there(broker: Broker, topic: str, make_producer: MakeProducer) -> None:
    """A finished producer plays again, and a later restart begins at the tip-off."""
    producer = make_producer(PLAYS[:20]).start()
    assert producer.join(15)

    producer.jump(60)
    assert producer.join(15)
    producer.restart()
    assert producer.join(15)

    everything = [event.event_id for event in PLAYS[:20]]
    assert replays(broker, topic) == [everything] * 3
    assert producer.status.failed == 0


def test_jump_to_no_time_is_refused(make_producer: MakeProducer) -> None:
    """At once, and nothing starts."""
    producer = make_producer(PLAYS)

    with pytest.raises(InvalidClock):
        producer.jump("Q4 13:00")

    assert not producer.is_running
