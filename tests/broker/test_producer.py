"""The producer: speed, pause, step, restart, stop; delivery counted truthfully."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from brokers import on_both_engines
from independent import end_offsets, headers_of, plain_producer, read_topic
from scoring import events_of
from support import processed, wait_until

from nbmomentum.errors import RunnerError, SettingsError
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer, ProducerStatus

MakeProducer = Callable[..., GameProducer]
MakeConsumer = Callable[..., BackgroundConsumer]

PLAYS = load_game()[:30]
# The second play comes after 40 minutes of play: at the slowest speed a wait of hours.
FAR_APART = events_of([("MIA", 2, 1), ("OKC", 3, 2400)])


class Monster:
    """Stands in for a play that makes a record of two million bytes."""

    game_id, event_id, elapsed_s = "0021500277", "monster", PLAYS[10].elapsed_s

    def to_json(self) -> bytes:
        """Too much for any topic."""
        return b"x" * 2_000_000


def acknowledged(producer: GameProducer, records: int) -> None:
    """Wait until exactly so many records are acknowledged."""
    wait_until(lambda: producer.status.acknowledged >= records, what=f"{records} acknowledged records")
    assert producer.status.acknowledged == records


def event_ids(broker: Broker, topic: str) -> list[str]:
    """The plays in the log, in their order."""
    return [ScoringEvent.from_json(record.value).event_id for record in read_topic(broker.bootstrap_servers, topic)]


def replay_ids(broker: Broker, topic: str) -> list[bytes]:
    """The replays in the log, each once, by their start."""
    return sorted({headers_of(record)["replay_id"] for record in read_topic(broker.bootstrap_servers, topic)})


def test_status_tells_the_whole_life(make_producer: MakeProducer) -> None:
    """Before, in the middle, at the end: every field is what happened."""
    producer = make_producer(PLAYS)
    before = producer.status

    producer.step(4)
    producer.start()
    producer.step(6)
    acknowledged(producer, 10)
    middle = producer.status
    producer.resume()
    producer.join(15)

    assert (before.state, before.sent, before.replay_id, before.position_s) == ("starting", 0, "", 0.0)
    assert (middle.state, middle.sent, middle.position, middle.total) == ("paused", 10, 10, 30)
    assert middle.position_s == PLAYS[9].elapsed_s
    assert middle.last_offset == 9
    assert producer.status == ProducerStatus(
        name=producer.name,
        state="finished",
        game_id="0021500277",
        replay_id=middle.replay_id,
        sent=30,
        acknowledged=30,
        failed=0,
        queued=0,
        position=30,
        total=30,
        speed=float("inf"),
        position_s=PLAYS[-1].elapsed_s,
        last_partition=2,
        last_offset=29,
    )


def test_new_speed_ends_a_long_wait(make_producer: MakeProducer) -> None:
    """Moving the slider in the middle of a wait of hours takes effect at once."""
    producer = make_producer(FAR_APART, speed=0.25).start()
    producer.step()
    acknowledged(producer, 1)
    producer.resume()

    producer.set_speed(float("inf"))

    assert producer.join(2.0)
    acknowledged(producer, 2)


def test_new_speed_does_not_move_the_game_clock(make_producer: MakeProducer) -> None:
    """It goes on from where it stands, only faster."""
    producer = make_producer(FAR_APART, speed=600).start()
    acknowledged(producer, 1)

    producer.set_speed(0.25)
    first, second = producer.status.position_s, producer.status.position_s

    assert 1.0 <= first <= second < 2400
    assert second - first < 1.0
    assert producer.status.speed == 0.25


def test_pause_holds_and_resume_goes_on(make_producer: MakeProducer) -> None:
    """While paused, neither the clock moves nor a play is sent."""
    producer = make_producer(PLAYS, speed=600)
    producer.pause()
    producer.start()
    wait_until(lambda: producer.status.state == "paused", what="the pause")
    position_s = producer.status.position_s

    producer.set_speed(float("inf"))
    still_s = producer.status.position_s
    producer.resume()

    assert (position_s, still_s) == (0.0, 0.0)
    assert producer.join(15)
    assert producer.status.acknowledged == 30


@pytest.mark.parametrize("steps", [[1], [3], [1, 1, 5]])
def test_step_sends_exactly_n(broker: Broker, topic: str, make_producer: MakeProducer, steps: list[int]) -> None:
    """One click, one play; and the log shows no more than was asked for."""
    producer = make_producer(PLAYS, speed=600)
    producer.pause()
    producer.start()

    for number, n in enumerate(steps, start=1):
        producer.step(n)
        acknowledged(producer, sum(steps[:number]))

    assert producer.status.state == "paused"
    assert event_ids(broker, topic) == [event.event_id for event in PLAYS[: sum(steps)]]
    assert producer.status.position_s == PLAYS[sum(steps) - 1].elapsed_s


def test_step_pauses_before_it_counts(make_producer: MakeProducer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other way round, a replay as fast as possible would run on between the two."""
    producer = make_producer(PLAYS)
    steps_at_pause: list[int] = []
    monkeypatch.setattr(producer.clock, "pause", lambda: steps_at_pause.append(producer._steps))

    producer.step(3)

    assert steps_at_pause == [0]
    assert producer._steps == 3


def test_step_beyond_the_end_finishes(make_producer: MakeProducer) -> None:
    """The last play is the last."""
    producer = make_producer(PLAYS)
    producer.pause()
    producer.start()

    producer.step(1000)

    assert producer.join(15)
    assert (producer.status.state, producer.status.acknowledged) == ("finished", 30)


@pytest.mark.parametrize("n", [0, -1, 1.5, True, "3"])
def test_step_takes_a_number_of_plays(make_producer: MakeProducer, n: Any) -> None:
    """Anything else is refused where it is asked for."""
    with pytest.raises(SettingsError, match="from 1 up"):
        make_producer(PLAYS).step(n)


def test_restart_begins_a_new_replay(
    broker: Broker, topic: str, make_producer: MakeProducer, make_consumer: MakeConsumer
) -> None:
    """The log keeps the old one; the consumer begins the game anew."""
    consumer = make_consumer().start()
    producer = make_producer(PLAYS).start()
    producer.step(20)
    wait_until(lambda: processed(consumer) == producer.status.sent >= 20, what="the first plays")
    old = consumer.latest()

    producer.restart()
    producer.step(1)
    wait_until(lambda: consumer.latest() != old, what="the new replay")
    wait_until(lambda: processed(consumer) == producer.status.sent, what="its plays")

    first, second = replay_ids(broker, topic)
    new = consumer.latest()
    assert old is not None
    assert new is not None
    assert first < second
    assert (new.replay_id.encode(), new.first_offset) == (second, old.offset + 1)
    assert len(new.state.plays) == producer.status.position


def test_restart_of_a_finished_producer(broker: Broker, topic: str, make_producer: MakeProducer) -> None:
    """The button works at the end of the game too, and counts on."""
    producer = make_producer(PLAYS).start()
    producer.join(15)

    producer.restart()

    assert producer.join(15)
    assert (producer.status.sent, producer.status.acknowledged, producer.status.position) == (60, 60, 30)
    assert len(replay_ids(broker, topic)) == 2


def test_restart_with_another_game(broker: Broker, topic: str, make_producer: MakeProducer) -> None:
    """The game menu: from a running producer, from a longer game to a shorter one, none of the old plays follow."""
    other = load_game("0021500051")[:5]
    producer = make_producer(load_game()).start()
    producer.step(10)
    wait_until(lambda: producer.status.state in ("paused", "finished"))

    producer.restart(other)

    wait_until(lambda: producer.status.game_id == "0021500051", what="the other game")
    assert producer.join(15)
    assert producer.events == tuple(other)
    assert producer.status.total == 5
    _, second = replay_ids(broker, topic)
    of_second = [r for r in read_topic(broker.bootstrap_servers, topic) if headers_of(r)["replay_id"] == second]
    assert [ScoringEvent.from_json(record.value) for record in of_second] == other


def test_plays_change_with_the_replay_and_never_before(make_producer: MakeProducer) -> None:
    """Between the click and the new replay, what is still sent is the old game under its old id."""
    producer = make_producer(PLAYS)
    producer._prepare()  # as if its thread were just about to send

    producer.restart(load_game("0021500051")[:5])
    before = producer.events, producer.status.total
    producer._begin_replay()

    assert before == (tuple(PLAYS), 30)
    assert (producer.status.game_id, producer.status.total) == ("0021500051", 5)


def test_many_restarts_mix_no_games(broker: Broker, topic: str, make_producer: MakeProducer) -> None:
    """Clicks faster than the thread follows: every record belongs to the game and the replay it says."""
    games = {game_id: load_game(game_id)[:n] for game_id, n in (("0021500277", 40), ("0021500051", 3))}
    producer = make_producer(games["0021500277"]).start()

    for _ in range(25):
        producer.restart(games["0021500051"])
        producer.restart(games["0021500277"])
    wait_until(lambda: producer.status.state == "finished", what="the last replay")

    by_replay: dict[bytes, list[str]] = {}
    for record in read_topic(broker.bootstrap_servers, topic):
        by_replay.setdefault(headers_of(record)["replay_id"], []).append(record.key.decode())
    assert all(len(set(keys)) == 1 for keys in by_replay.values())
    assert by_replay[max(by_replay)] == ["0021500277"] * 40
    assert producer.error is None


def test_replay_ids_sort_by_their_start(make_producer: MakeProducer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the computer's clock is set back between two of them."""
    producer = make_producer(PLAYS).start()
    producer.join(15)
    first = producer.status.replay_id

    class Yesterday:
        @staticmethod
        def now(_: object) -> Any:
            return datetime(2001, 1, 1, tzinfo=UTC)

    monkeypatch.setattr("nbmomentum.stream.producer.game_producer.datetime", Yesterday)
    producer.restart()
    producer.join(15)

    assert producer.status.replay_id > first


@pytest.mark.parametrize("state", ["playing", "paused", "finished", "never started"])
def test_stop_ends_within_a_second(make_producer: MakeProducer, state: str) -> None:
    """In a wait of hours, in a pause, after the end; a second stop is no error."""
    producer = make_producer(PLAYS if state == "finished" else FAR_APART, speed=0.25)
    if state != "never started":
        producer.start()
        producer.step(30 if state == "finished" else 1)
        acknowledged(producer, 30 if state == "finished" else 1)
    if state == "playing":
        producer.resume()
    if state == "finished":
        producer.join(5)
    began = time.monotonic()

    producer.stop()
    producer.stop()

    assert time.monotonic() - began < 1.0
    assert not producer.is_running
    assert producer.status.state in {"finished": ["finished"], "never started": ["starting"]}.get(state, ["stopped"])
    assert producer.status.failed == 0


def test_stop_without_a_broker_ends_within_a_second(
    make_producer: MakeProducer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing listens at the address: it queues, says so, stops, and counts what was not delivered."""
    monkeypatch.setattr("nbmomentum.stream.producer.sender.AWAY_AFTER_S", 0.2)
    producer = make_producer(PLAYS)
    producer._connection = ("127.0.0.1:1", *producer._connection[1:])
    producer.start()
    wait_until(lambda: producer.status.state == "broker away", what="the state to say so")
    away = producer.status
    began = time.monotonic()

    producer.stop()

    assert time.monotonic() - began < 1.0
    assert (away.sent, away.queued, away.failed) == (30, 30, 0)
    assert away.away_s > 0.2
    assert (producer.status.failed, producer.status.queued) == (30, 0)
    assert "30 records were not delivered" in producer.status.failures[-1]


def test_same_name_replaces_the_old_producer(make_producer: MakeProducer) -> None:
    """Running the cell again stops the old replay."""
    old = make_producer(FAR_APART, speed=0.25, name="cell").start()

    new = make_producer(FAR_APART, speed=0.25, name="cell").start()

    assert (old.is_running, new.is_running) == (False, True)
    assert old.status.state == "stopped"


@on_both_engines
@pytest.mark.parametrize("limit", ["the client's", "the broker's"])
def test_oversized_record_fails_alone(broker: Broker, topic: str, make_producer: MakeProducer, limit: str) -> None:
    """It is counted with its reason, and the records after it arrive, in order."""
    plays = [*PLAYS[:10], Monster(), *PLAYS[11:]]
    options = {"max_request_size": 4_000_000} if limit == "the broker's" else None

    producer = make_producer(plays, kafka_options=options).start()

    assert producer.join(15)
    assert (producer.status.state, producer.status.failed, producer.status.acknowledged) == ("finished", 1, 29)
    assert "MessageSizeTooLarge" in producer.status.failures[0]
    assert event_ids(broker, topic) == [event.event_id for event in PLAYS if event is not PLAYS[10]]


def test_options_that_do_not_exist_fail_with_a_clear_reason(make_producer: MakeProducer) -> None:
    """A typo is no broker that is away."""
    producer = make_producer(PLAYS, kafka_options={"linger": 5}).start()
    producer.join(5)

    with pytest.raises(RunnerError, match="linger"):
        producer.stop()

    assert producer.status.state == "failed"
    assert "linger" in producer.status.error


def test_producer_of_no_plays_finishes(make_producer: MakeProducer) -> None:
    """There is nothing to send, and nothing to fail at."""
    producer = make_producer([]).start()

    assert producer.join(5)
    assert (producer.status.state, producer.status.total, producer.status.game_id) == ("finished", 0, "")


def test_producer_without_a_log_folder_says_so(
    make_producer: MakeProducer, own_home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread's error is shown, and a restart after mending works."""
    own_home.write_text("a file, where a folder should be")
    producer = make_producer(PLAYS).start()
    producer.join(5)
    assert "NBMOMENTUM_HOME" in producer.status.error

    monkeypatch.setenv("NBMOMENTUM_HOME", str(own_home.with_name("better")))
    producer.restart()

    assert producer.join(15)
    assert producer.status.state == "finished"


def test_records_of_others_between_ours_do_no_harm(broker: Broker, topic: str, make_producer: MakeProducer) -> None:
    """The topic is not ours alone."""
    producer = make_producer(PLAYS).start()
    with plain_producer(broker.bootstrap_servers) as send:
        send(topic, b"noise", key=b"0021500277")
    producer.join(15)

    assert producer.status.acknowledged == 30
    assert end_offsets(broker.bootstrap_servers, topic) == {2: 31}
