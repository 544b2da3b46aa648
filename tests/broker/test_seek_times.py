"""Seek by record time and by event time: what the log knew then, and what had happened then."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from independent import plain_producer
from support import processed, random_name, wait_until

from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.runners import Runner
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.sources.game_info import event_time
from nbmomentum.stream import BackgroundConsumer, Broker, ensure_topics

PLAYS = load_game("0021500277")[:20]
FIRST_WRITTEN = datetime(2026, 1, 31, 20, 31, 0, tzinfo=UTC)
GAP_S = 2
LATE_AT = 10  # from this record on the writer was late, by a pause of an hour
PAUSE = timedelta(hours=1)


def written_at(place: int) -> datetime:
    """The record time of a play: two seconds between them, and once an hour."""
    return FIRST_WRITTEN + timedelta(seconds=GAP_S * place) + (PAUSE if place >= LATE_AT else timedelta())


def fresh(plays: int) -> GameState:
    """The game after its first plays."""
    tracker = GameTracker(home="MIA", away="OKC")
    for event in PLAYS[:plays]:
        tracker.apply(event)
    return tracker.state


def write(servers: str, topic: str, events: Any = PLAYS) -> None:
    """Write these plays with record times of our own."""
    with plain_producer(servers) as send:
        for place, event in enumerate(events):
            headers = [("replay_id", b"one")]
            timestamp_ms = round(written_at(place).timestamp() * 1000)
            send(topic, event.to_json(), key=b"0021500277", headers=headers, timestamp_ms=timestamp_ms)


def plays_after(consumer: BackgroundConsumer, command: Callable[[], None]) -> int:
    """Give a seek command; how many plays are known when it has come to its moment."""
    before = consumer.status.seeks
    command()
    wait_until(lambda: consumer.status.seeks > before and consumer.status.state == "paused", what="the seek")
    return len(consumer.states()["0021500277"].plays)


@pytest.fixture
def consumer(broker: Broker, topic: str, make_consumer: Callable[..., BackgroundConsumer]) -> BackgroundConsumer:
    """It has read the game."""
    write(broker.bootstrap_servers, topic)
    consumer = make_consumer().start()
    wait_until(lambda: processed(consumer) == len(PLAYS), what="the game")
    return consumer


@pytest.mark.parametrize(
    ("moment", "known"),
    [
        (FIRST_WRITTEN - timedelta(days=1), 0),
        (written_at(0), 0),
        (written_at(0) + timedelta(milliseconds=1), 1),
        (written_at(7), 7),
        (written_at(9) + PAUSE / 2, 10),
        (written_at(LATE_AT), 10),
        (written_at(19), 19),
        (written_at(19) + timedelta(days=1), 20),
    ],
)
def test_a_record_time_shows_what_was_written_before(
    consumer: BackgroundConsumer, moment: datetime, known: int
) -> None:
    """The records before that time, and all that follows from them; nothing is committed again."""
    assert plays_after(consumer, lambda: consumer.seek_record_time(moment)) == known

    assert consumer.states()["0021500277"].plays == fresh(known).plays
    assert consumer.status.committed_lag == 0


def test_a_time_without_a_zone_is_this_computers(consumer: BackgroundConsumer) -> None:
    """As a clock on the wall says it."""
    local = written_at(7).astimezone().replace(tzinfo=None)

    assert plays_after(consumer, lambda: consumer.seek_record_time(local)) == 7


def test_an_event_time_is_tip_off_plus_seconds_of_play(consumer: BackgroundConsumer) -> None:
    """The bundled feed does not say when a play happened; the record time does not matter."""
    tip_off = list_games()[0].tip_off
    moment = tip_off + timedelta(seconds=PLAYS[11].elapsed_s)
    expected = sum(event.elapsed_s <= PLAYS[11].elapsed_s for event in PLAYS)

    assert plays_after(consumer, lambda: consumer.seek_event_time(moment, tip_off=tip_off)) == expected
    assert plays_after(consumer, lambda: consumer.seek_event_time(tip_off, tip_off=tip_off)) == 0


def test_an_event_time_of_the_feed_counts_first(
    broker: Broker, topic: str, make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """Where the feed says when it happened, breaks and all, that is asked."""
    times = [f"2026-01-31T19:{minute:02}:00Z" for minute in range(len(PLAYS))]
    events = [msgspec.structs.replace(event, wall_time=time) for event, time in zip(PLAYS, times, strict=True)]
    write(broker.bootstrap_servers, topic, events)
    consumer = make_consumer().start()
    wait_until(lambda: processed(consumer) == len(PLAYS), what="the game")

    moment = datetime(2026, 1, 31, 19, 5, 30, tzinfo=UTC)

    assert plays_after(consumer, lambda: consumer.seek_event_time(moment)) == 6
    assert event_time(events[5], datetime(2000, 1, 1, tzinfo=UTC)) == datetime(2026, 1, 31, 19, 5, tzinfo=UTC)
    assert event_time(PLAYS[5]) is None


@pytest.mark.timeout(300)
def test_the_same_on_apache_kafka(apache: Broker, stopping: Callable[[Runner], Any]) -> None:
    """Its time index gives the same places."""
    topic = random_name("topic")
    ensure_topics(apache.bootstrap_servers, topic)
    write(apache.bootstrap_servers, topic)
    consumer: BackgroundConsumer = stopping(
        BackgroundConsumer(bootstrap_servers=apache.bootstrap_servers, group_id=topic, topic=topic, name=topic)
    ).start()
    wait_until(lambda: processed(consumer) == len(PLAYS), what="the game", timeout_s=60)

    for moment, known in ((written_at(7), 7), (written_at(9) + PAUSE / 2, 10), (written_at(19) + PAUSE, 20)):
        assert plays_after(consumer, lambda moment=moment: consumer.seek_record_time(moment)) == known  # type: ignore[misc]
