"""The producer of a live game: corrections in the log, outages of the feed, restarts without gap or double, the end."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from independent import headers_of, read_topic
from scoring import events_of, fold
from support import random_name, wait_until

from nbmomentum import studio
from nbmomentum.errors import NbmomentumError, RunnerError
from nbmomentum.events import ScoringEvent
from nbmomentum.runners import Runner
from nbmomentum.sources.live_watch import Look
from nbmomentum.sources.stored import load_saved_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer, LiveProducer, ensure_topics, save_replay
from nbmomentum.stream.cluster.client import Connector

GAME = tuple(events_of([("MIA", 2, 20 * play) if play % 2 else ("OKC", 3, 20 * play) for play in range(1, 11)]))
CORRECTED = (*GAME[:4], msgspec.structs.replace(GAME[4], points=3, home_score=7), *GAME[5:9])
AWAY = NbmomentumError("cdn.nba.com does not answer (time-out after 5 s). Check the network.")

Step = Look | Exception


class Feed:
    """A feed that answers as it is told to: one step a look, the last one for ever."""

    home, away, title, source, is_resumable = "MIA", "OKC", "OKC @ MIA", "nba", True

    def __init__(self, *steps: Step, interval_s: float = 0.05, game_id: str = GAME[0].game_id) -> None:
        self._steps = list(steps)
        self.interval_s = interval_s
        self.game_id = game_id
        self.looks = 0

    def look(self) -> Look:
        """One look."""
        self.looks += 1
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, Exception):
            raise step
        return step

    def resumes(self, _: Sequence[ScoringEvent], /) -> bool:
        """Whether a start goes on with what lies in the topic."""
        return self.is_resumable

    def goes_on(self, *steps: Step) -> None:
        """What the next looks bring."""
        self._steps = list(steps)


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def now(self) -> float:
        """Seconds since the start."""
        return self.now_s


def one_look_later(producer: LiveProducer, feed: Feed, clock: Clock) -> None:
    """Let time pass until the next look is due, and wait until what it brought was taken in."""
    looks = feed.looks
    clock.now_s += producer.status.feed.next_look_s or 0
    wait_until(lambda: feed.looks > looks, what="a look")
    wait_until(lambda: producer.status.feed.next_look_s != 0, what="what it brought")


MakeLive = Callable[..., LiveProducer]


@pytest.fixture
def make_live(broker: Broker, topic: str, stopping: Callable[[Runner], Any]) -> MakeLive:
    """Make a producer of a live game for this test's topic (not started)."""

    def make(feed: Feed, **options: Any) -> LiveProducer:
        settings = {"name": random_name("live"), "topic": topic} | options
        producer: LiveProducer = stopping(LiveProducer(feed, bootstrap_servers=broker.bootstrap_servers, **settings))
        return producer

    return make


def final(*plays: ScoringEvent) -> Look:
    """The feed after the game."""
    return Look(plays, is_final=True)


def in_log(broker: Broker, topic: str) -> list[ScoringEvent]:
    """The events in the log, in their order."""
    return [ScoringEvent.from_json(record.value) for record in read_topic(broker.bootstrap_servers, topic)]


def short(events: Sequence[ScoringEvent]) -> list[tuple[str, int, bool]]:
    """Id, revision, and whether it is withdrawn."""
    return [(event.event_id, event.revision, event.retracted) for event in events]


def replays(broker: Broker, topic: str) -> list[tuple[bytes, bytes]]:
    """The replays in the log with their sources, each once."""
    headers = map(headers_of, read_topic(broker.bootstrap_servers, topic))
    return sorted({(each["replay_id"], each["source"]) for each in headers})


def test_game_is_followed_to_its_end(broker: Broker, topic: str, make_live: MakeLive) -> None:
    """Each look sends what is new, a correction is a record of its own, and the final ends the thread."""
    feed = Feed(Look(GAME[:3]), Look(GAME[:9]), Look(CORRECTED), Look(CORRECTED[:-1]), final(*CORRECTED[:-1]))
    producer = make_live(feed).start()

    assert producer.join(15)

    status = producer.status
    assert short(in_log(broker, topic)) == [
        *((play.event_id, 0, False) for play in GAME[:9]),
        ("5", 1, False),
        ("9", 1, True),
    ]
    assert (status.state, status.sent, status.acknowledged, status.failed, status.queued) == ("finished", 11, 11, 0, 0)
    assert (status.feed.corrections, status.feed.last_correction) == (
        2,
        "withdrawn: Chris Bosh (MIA) scores 2, Q1 9:00",
    )
    assert replays(broker, topic) == [(status.replay_id.encode(), b"nba")]
    assert [event.event_id for event in producer.events] == ["1", "2", "3", "4", "5", "6", "7", "8"]


def test_restarted_producer_leaves_no_gap_and_no_double(broker: Broker, topic: str, make_live: MakeLive) -> None:
    """Another producer goes on under the same replay: with what came meanwhile, corrections of old plays included."""
    first = make_live(Feed(Look(GAME[:6]))).start()
    wait_until(lambda: first.status.acknowledged == 6, what="six records")
    first.stop()
    second = make_live(Feed(Look(CORRECTED), Look(CORRECTED[:-1]))).start()
    wait_until(lambda: second.status.acknowledged == 5, what="five more records")
    second.stop()
    third = make_live(Feed(final(*GAME))).start()
    assert third.join(15)

    log = in_log(broker, topic)
    assert short(log)[6:] == [
        ("5", 1, False),
        *((str(number), 0, False) for number in (7, 8, 9)),
        ("9", 1, True),
        ("5", 2, False),
        ("9", 2, False),
        ("10", 0, False),
    ]
    assert len(set(short(log))) == len(log)
    assert fold(log).describe() == fold(GAME).describe()
    assert (first.status.replay_id, third.status.resumed) == (third.status.replay_id, 11)
    assert len(replays(broker, topic)) == 1


def test_same_producer_started_again_goes_on(broker: Broker, topic: str, make_live: MakeLive) -> None:
    """A cell that is run again, or a stop and a start: the same replay, nothing twice."""
    feed = Feed(Look(GAME[:4]))
    producer = make_live(feed).start()
    wait_until(lambda: producer.status.acknowledged == 4, what="four records")
    producer.stop()
    feed.goes_on(final(*GAME))

    producer.start()
    assert producer.join(15)

    assert short(in_log(broker, topic)) == short(GAME)
    assert len(replays(broker, topic)) == 1


def test_recorded_replay_of_the_same_game_is_not_continued(
    broker: Broker, topic: str, make_live: MakeLive, make_producer: Callable[..., GameProducer]
) -> None:
    """Consumers show the newest replay, so after one of another source the live game begins its own."""
    make_producer(list(GAME[:5]), source="saved").start().join(15)

    producer = make_live(Feed(final(*GAME))).start()
    assert producer.join(15)

    assert producer.status.resumed == 0
    assert [source for _, source in replays(broker, topic)] == [b"saved", b"nba"]
    assert len(in_log(broker, topic)) == 15


def test_ten_minutes_without_a_feed_lose_and_repeat_nothing(broker: Broker, topic: str, make_live: MakeLive) -> None:
    """With time injected: the state says for how long and why, looks get rarer, and work goes on by itself."""
    clock = Clock()
    feed = Feed(Look(GAME[:3]), AWAY, interval_s=10.0)
    producer = make_live(feed, now=clock.now).start()
    wait_until(lambda: producer.status.acknowledged == 3, what="the first look")
    while producer.status.feed.away_s < 600:
        one_look_later(producer, feed, clock)
    away, looks = producer.status, feed.looks
    feed.goes_on(final(*GAME))
    for _ in range(3):
        one_look_later(producer, feed, clock)

    assert producer.join(15)

    assert (away.state, away.feed.trouble) == ("feed away", str(AWAY))
    assert away.feed.describe().startswith("Feed away for 6")
    assert 10 <= looks <= 20
    assert short(in_log(broker, topic)) == short(GAME)


def test_another_game_is_followed_on_request(broker: Broker, topic: str, make_live: MakeLive) -> None:
    """At once in the middle of a game, and after the end of one; each game is a replay of its own."""
    other = tuple(msgspec.structs.replace(play, game_id="0022500002") for play in GAME[:4])
    producer = make_live(Feed(Look(GAME[:3]))).start()
    wait_until(lambda: producer.status.acknowledged == 3, what="the first game")

    producer.follow(Feed(final(*other), game_id="0022500002"))
    assert producer.join(15)
    after_other = producer.status
    producer.follow(Feed(final(*GAME)))
    wait_until(lambda: producer.status.acknowledged == 14, what="the first game to go on")
    assert producer.join(15)

    log = in_log(broker, topic)
    assert (after_other.game_id, after_other.acknowledged, after_other.feed.plays) == ("0022500002", 7, 4)
    assert [event.event_id for event in log if event.game_id == GAME[0].game_id] == [play.event_id for play in GAME]
    assert len(replays(broker, topic)) == 2


def test_game_that_cannot_be_resumed_begins_anew(broker: Broker, topic: str, make_live: MakeLive) -> None:
    """A recorded game in the place of a live one is another replay with each start."""
    feed = Feed(final(*GAME))
    feed.is_resumable = False
    producer = make_live(feed)
    for _ in range(2):
        producer.start()
        assert producer.join(15)

    assert len(replays(broker, topic)) == 2
    assert (producer.status.resumed, producer.status.sent) == (0, 20)


def test_records_that_the_log_has_lost_are_sent_again(broker: Broker, topic: str, make_live: MakeLive) -> None:
    """A broker that was killed loses the end of its log; here the whole topic is made anew."""
    feed = Feed(Look(GAME[:5]))
    producer = make_live(feed).start()
    wait_until(lambda: producer.status.acknowledged == 5, what="the first records")
    with Connector(broker.bootstrap_servers).admin() as admin:
        admin.delete_topics([topic])
    ensure_topics(broker.bootstrap_servers, topic)
    feed.goes_on(Look(GAME[:6]))
    wait_until(lambda: len(in_log(broker, topic)) == 6, what="all plays to be there again")
    feed.goes_on(final(*GAME))
    assert producer.join(15)

    log = in_log(broker, topic)
    assert short(log) == short([GAME[5], *GAME[:5], *GAME[6:]])
    assert fold(log).describe() == fold(GAME).describe()
    assert len(replays(broker, topic)) == 1


def test_slow_feed_delays_neither_stop_nor_status(make_live: MakeLive) -> None:
    """A look that hangs is left behind: stopping takes no longer than a moment."""
    is_asked, may_answer = threading.Event(), threading.Event()

    class SlowFeed(Feed):
        def look(self) -> Look:
            is_asked.set()
            may_answer.wait(15)
            return super().look()

    producer = make_live(SlowFeed(Look())).start()
    assert is_asked.wait(15)
    try:
        producer.stop(timeout_s=2)
    finally:
        may_answer.set()

    assert producer.status.state == "stopped"


def test_error_of_another_kind_ends_the_thread_and_is_told(make_live: MakeLive) -> None:
    """A bug is no outage: the status and `stop` say what it was."""
    producer = make_live(Feed(KeyError("actions"))).start()
    producer.join(15)

    assert (producer.status.state, producer.status.error) == ("failed", "'actions'")
    with pytest.raises(RunnerError, match="actions"):
        producer.stop()


def test_before_the_tip_off_nothing_is_sent(broker: Broker, topic: str, make_live: MakeLive) -> None:
    """It waits and says so; a look on request comes at once."""
    feed = Feed(Look(has_begun=False), interval_s=1000.0)
    producer = make_live(feed).start()
    wait_until(lambda: producer.status.state == "before tip-off", what="the first look")
    feed.goes_on(Look(GAME[:1]))

    producer.look_now()

    wait_until(lambda: producer.status.acknowledged == 1, what="the first play")
    assert producer.status.state == "live"


def test_consumer_and_studio_follow_a_live_game(make_live: MakeLive, make_consumer: Callable[..., Any]) -> None:
    """The score moves back with a correction; the recorded game is saved with it, and can be replayed."""
    feed = Feed(Look(GAME[:9]))
    producer, consumer = make_live(feed).start(), make_consumer().start()
    shown = studio.game_of(producer, consumer)
    wait_until(lambda: shown().home_score == 10, what="the score before the correction")
    feed.goes_on(Look(CORRECTED[:-1]))
    wait_until(lambda: shown().home_score == 9, what="the score after it")

    save_replay(consumer, name="live")

    assert short(load_saved_game("live"))[-2:] == [("5", 1, False), ("9", 1, True)]
    assert studio.trouble_of(producer, consumer, drawing_error="") == ""
    feed.goes_on(AWAY)
    wait_until(lambda: producer.status.state == "feed away", what="the outage")
    assert studio.trouble_of(producer, consumer, drawing_error="").endswith(str(AWAY))
    assert studio.game_of(producer, consumer)().home_score == 9


def test_producer_waits_for_a_broker(stopping: Callable[[Runner], Any]) -> None:
    """Without one it does not look at the feed: what to send depends on what lies in the topic."""
    feed = Feed(Look(GAME))
    producer: LiveProducer = stopping(LiveProducer(feed, bootstrap_servers="127.0.0.1:1", name=random_name("live")))
    producer.start()
    wait_until(lambda: producer.status.state == "broker away", what="the state")

    assert "127.0.0.1:1" in producer.status.away_reason
    producer.stop()
    assert (producer.status.state, feed.looks) == ("stopped", 0)


def test_game_before_its_first_play_is_an_empty_one(make_live: MakeLive, make_consumer: Callable[..., Any]) -> None:
    """The views show both teams at 0-0, before anything was sent."""
    consumer: BackgroundConsumer = make_consumer()
    state = studio.game_of(make_live(Feed(Look())), consumer)()

    assert (state.home, state.away, state.home_score, len(state.plays)) == ("MIA", "OKC", 0, 0)
