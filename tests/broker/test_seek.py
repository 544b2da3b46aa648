"""Seek by game: the state after any seek is that of a fresh replay up to there; nothing is committed or told twice."""

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from independent import committed, plain_producer
from kafka import KafkaConsumer, TopicPartition
from msgspec.structs import replace
from support import processed, random_name, wait_until

from nbmomentum.clock import GameClock, period_start_s
from nbmomentum.errors import InvalidClock, UnknownGame
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import AlertWatch, GameState, GameTracker
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer, ensure_topics

MakeProducer = Callable[..., GameProducer]
MakeConsumer = Callable[..., BackgroundConsumer]

# The last two share a partition, so that a seek of one re-reads records of the other.
GAMES = {game_id: load_game(game_id) for game_id in ("0021500277", "0021500391", "0021500051")}
GAME_ID = "0021500277"
PLAYS = GAMES[GAME_ID]
LAST_S = 7680  # the end of the twentieth period: no game gets there


def fresh(events: Sequence[ScoringEvent]) -> GameState:
    """A replay of these events alone, from an empty game."""
    tracker = GameTracker(home=PLAYS[0].home, away=PLAYS[0].away)
    if events:
        tracker = GameTracker(home=events[0].home, away=events[0].away)
    for event in events:
        tracker.apply(event)
    return tracker.state


def until(events: Sequence[ScoringEvent], elapsed_s: float) -> list[ScoringEvent]:
    """What a replay has sent when its clock shows this time."""
    return list(takewhile(lambda event: event.elapsed_s <= elapsed_s, events))


def finish(consumer: BackgroundConsumer, command: Callable[[], None]) -> None:
    """Give a seek command and wait until it has come to its moment."""
    before = consumer.status.seeks
    command()
    wait_until(lambda: consumer.status.seeks > before and consumer.status.state != "seeking", what="the seek")


def caught_up(consumer: BackgroundConsumer, events: int) -> None:
    """Wait until so many records are consumed and committed."""
    wait_until(lambda: consumer.status.consumed >= events and consumer.status.committed_lag == 0, what="no lag")


@pytest.fixture(scope="module")
def library(broker: Broker) -> Iterator[BackgroundConsumer]:
    """A consumer that has read a topic with three games, one of them twice, a bad record and a duplicate."""
    topic = random_name("topic")
    servers = broker.bootstrap_servers
    ensure_topics(servers, topic)
    games = [GAMES["0021500391"], PLAYS[:40], *GAMES.values()]
    for events in games:
        with GameProducer(
            events, bootstrap_servers=servers, speed=math.inf, name=random_name("producer"), topic=topic
        ) as producer:
            assert producer.join(20)
    consumer = BackgroundConsumer(
        bootstrap_servers=servers, group_id=random_name("group"), topic=topic, name=random_name("consumer")
    )
    with consumer:
        caught_up(consumer, sum(map(len, games)))
        yield consumer


@pytest.fixture
def read(make_producer: MakeProducer, make_consumer: MakeConsumer) -> Callable[..., BackgroundConsumer]:
    """A consumer that has read the whole game."""

    def read(**options: Any) -> BackgroundConsumer:
        assert make_producer(PLAYS).start().join(15)
        consumer = make_consumer(**options).start()
        caught_up(consumer, len(PLAYS))
        return consumer

    return read


@given(
    game_id=st.sampled_from(sorted(GAMES)),
    elapsed_s=st.one_of(st.integers(0, 4200), st.sampled_from([event.elapsed_s for event in PLAYS])),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_state_after_any_seek_is_that_of_a_fresh_replay(
    library: BackgroundConsumer, game_id: str, elapsed_s: float
) -> None:
    """Any game, any time; the other games keep their finals, whoever shares the partition."""
    finish(library, lambda: library.seek_game(float(elapsed_s), game_id=game_id))

    states = library.states()
    expected = until(GAMES[game_id], elapsed_s)
    assert library.status.state == "paused"
    assert states[game_id].plays == fresh(expected).plays
    finish(library, lambda: library.seek_game(LAST_S, game_id=game_id))
    assert {key: state.plays for key, state in library.states().items()} == {
        key: fresh(events).plays for key, events in GAMES.items()
    }


@given(place=st.integers(1, len(PLAYS)), steps=st.integers(1, 5))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_steps_back_and_forward_return_the_identical_state(library: BackgroundConsumer, place: int, steps: int) -> None:
    """Each step back is the state one play earlier; as many steps forward, and it is what it was."""
    finish(library, lambda: library.seek_play(PLAYS[place - 1].event_id, game_id=GAME_ID))
    before = library.snapshots()[GAME_ID]
    assert before.state == fresh(PLAYS[:place])

    for step in range(1, steps + 1):
        finish(library, lambda: library.step_back(game_id=GAME_ID))
        assert library.states()[GAME_ID].plays == fresh(PLAYS[: max(0, place - step)]).plays
    library.step(min(steps, place))

    wait_until(lambda: library.snapshots()[GAME_ID].offset == before.offset, what="the steps forward")
    assert library.snapshots()[GAME_ID] == before


def test_seek_holds_there_and_resume_goes_on_to_the_end(read: Callable[..., BackgroundConsumer]) -> None:
    """Held, the lag says how far the log has gone on; then the final is back."""
    consumer = read()

    finish(consumer, lambda: consumer.seek_game("Q3 4:12"))
    behind = len(PLAYS) - len(until(PLAYS, GameClock.parse("Q3 4:12").elapsed_s))

    assert (consumer.status.state, consumer.status.lag, consumer.status.committed_lag) == ("paused", behind, 0)
    consumer.resume()
    wait_until(lambda: consumer.states()[GAME_ID] == fresh(PLAYS), what="the final")
    assert consumer.status.consumed == len(PLAYS)


def test_seek_without_hold_reads_on(read: Callable[..., BackgroundConsumer]) -> None:
    """The moment is passed, the end is reached."""
    consumer = read()

    consumer.seek_game("Q1 6:00", hold=False)

    wait_until(lambda: consumer.status.seeks == 1 and consumer.status.lag == 0, what="the end")
    assert consumer.status.state == "live"
    assert consumer.states()[GAME_ID] == fresh(PLAYS)


def test_seek_publishes_only_the_moment(
    read: Callable[..., BackgroundConsumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the old state and the one that was sought no other is seen."""
    consumer = read(kafka_options={"max_poll_records": 3})
    seen = set()
    publish = type(consumer._member).publish_status

    def note(member: Any, *state: Any) -> None:
        if member is consumer._member:
            seen.update(len(known.state.plays) for known in member.snapshots.values())
        publish(member, *state)

    monkeypatch.setattr(type(consumer._member), "publish_status", note)
    finish(consumer, lambda: consumer.seek_game("Q2 0:00"))

    assert seen <= {len(PLAYS), len(until(PLAYS, period_start_s(3)))}
    assert len(seen) == 2


def test_committed_offsets_never_move_back(broker: Broker, read: Callable[..., BackgroundConsumer]) -> None:
    """Held in the past, and again at the end: the group has saved what it had."""
    consumer = read()
    group_id = consumer.status.group_id
    saved = committed(broker.bootstrap_servers, group_id)

    finish(consumer, lambda: consumer.seek_game(600))
    consumer.step(5)
    wait_until(lambda: len(consumer.states()[GAME_ID].plays) == len(until(PLAYS, 600)) + 5, what="five plays more")
    held = committed(broker.bootstrap_servers, group_id)
    consumer.stop()

    assert held == saved
    assert committed(broker.bootstrap_servers, group_id) == saved


def test_restart_while_held_resumes_at_the_committed_offset(
    read: Callable[..., BackgroundConsumer], make_consumer: MakeConsumer
) -> None:
    """A successor finds the whole game, and counts nothing twice."""
    consumer = read()
    finish(consumer, lambda: consumer.seek_game(600))
    consumer.stop()

    successor = make_consumer(group_id=consumer.status.group_id, tail=False).start()

    assert successor.join(15)
    assert successor.states()[GAME_ID] == fresh(PLAYS)
    assert successor.status.consumed == 0


def test_no_alert_is_told_twice(read: Callable[..., BackgroundConsumer]) -> None:
    """Neither on the way to the moment nor after it."""
    heard: list[Any] = []
    consumer = read(alerts=AlertWatch(on_alert=heard.append))
    once = list(heard)

    finish(consumer, lambda: consumer.seek_game(600, hold=False))
    wait_until(lambda: consumer.states()[GAME_ID] == fresh(PLAYS), what="the final")

    assert len(once) > 38
    assert heard == once


def test_no_record_is_buried_twice(
    broker: Broker, topic: str, make_producer: MakeProducer, make_consumer: MakeConsumer
) -> None:
    """A bad record on the way was sent to the dead letters when it was first read."""
    assert make_producer(PLAYS[:20]).start().join(15)
    with plain_producer(broker.bootstrap_servers) as send:
        send(topic, b"no event", key=GAME_ID.encode())
    consumer = make_consumer().start()
    caught_up(consumer, 21)

    finish(consumer, lambda: consumer.seek_game(LAST_S))

    assert consumer.status.invalid == 1
    assert consumer.states()[GAME_ID] == fresh(PLAYS[:20])


def test_seek_forward_reads_what_was_not_read_yet(make_producer: MakeProducer, make_consumer: MakeConsumer) -> None:
    """A consumer that was paused early finds a later moment in the log; new records count as consumed."""
    assert make_producer(PLAYS).start().join(15)
    consumer = make_consumer()
    consumer.step(10)
    consumer.start()
    caught_up_by = until(PLAYS, 1800)
    wait_until(lambda: processed(consumer) == 10, what="ten records")

    finish(consumer, lambda: consumer.seek_game(1800))

    assert consumer.states()[GAME_ID] == fresh(caught_up_by)
    assert consumer.status.consumed == len(caught_up_by)


def test_commands_after_a_seek_wait_for_it(read: Callable[..., BackgroundConsumer]) -> None:
    """Three clicks on "step back" in a row are three plays back."""
    consumer = read()

    for _ in range(3):
        consumer.step_back()
    consumer.step(1)

    wait_until(lambda: consumer.status.seeks == 3 and consumer.status.lag == 2, what="three back, one forward")
    assert consumer.states()[GAME_ID] == fresh(PLAYS[:-2])


def test_steps_go_on_from_the_last_seek(library: BackgroundConsumer) -> None:
    """Another game, in another partition, is held in the past too; it does not move."""
    finish(library, lambda: library.seek_game(60, game_id="0021500051"))
    other = library.states()["0021500051"]
    finish(library, lambda: library.seek_game(60, game_id=GAME_ID))
    before = len(library.states()[GAME_ID].plays)

    library.step(3)

    wait_until(lambda: len(library.states()[GAME_ID].plays) == before + 3, what="three plays")
    assert library.states()["0021500051"] == other
    for game_id in (GAME_ID, "0021500051"):
        finish(library, lambda game_id=game_id: library.seek_game(LAST_S, game_id=game_id))


def test_a_game_held_before_another_one_began_loses_nothing(library: BackgroundConsumer) -> None:
    """Both lie in one partition, one behind the other: a seek in the later one passes what the earlier one lacks."""
    finish(library, lambda: library.seek_game(60, game_id="0021500391"))

    finish(library, lambda: library.seek_game(60, game_id="0021500051"))

    assert library.states()["0021500391"] == fresh(GAMES["0021500391"])
    finish(library, lambda: library.seek_game(LAST_S, game_id="0021500051"))


def test_a_restarted_consumer_seeks_like_any_other(
    read: Callable[..., BackgroundConsumer], make_consumer: MakeConsumer
) -> None:
    """It has rebuilt its games up to the committed offset; a moment before that is held, not rebuilt away."""
    first = read()
    first.stop()
    consumer = make_consumer(group_id=first.status.group_id).start()
    wait_until(lambda: consumer.states().get(GAME_ID) == fresh(PLAYS), what="the game to be rebuilt")

    finish(consumer, lambda: consumer.seek_game("Q3 4:12"))
    finish(consumer, consumer.step_back)

    moment = until(PLAYS, GameClock.parse("Q3 4:12").elapsed_s)
    assert consumer.status.state == "paused"
    assert consumer.states()[GAME_ID] == fresh(moment[:-1])


def test_seek_goes_to_the_newest_replay(make_producer: MakeProducer, make_consumer: MakeConsumer) -> None:
    """The older replay of the same game lies before it in the log, and says nothing."""
    assert make_producer(PLAYS).start().join(15)
    assert make_producer(PLAYS[:50]).start().join(15)
    consumer = make_consumer().start()
    caught_up(consumer, len(PLAYS) + 50)

    finish(consumer, lambda: consumer.seek_game(60))

    assert consumer.states()[GAME_ID] == fresh(until(PLAYS, 60))
    finish(consumer, lambda: consumer.seek_game(LAST_S))
    assert consumer.states()[GAME_ID] == fresh(PLAYS[:50])


# Two games of one partition; of the first an older replay is still sent, and a newer one begins later.
_TOLD = (("0021500277", "2"), ("0021500277", "1"), ("0021500277", "3"), ("0021500278", "1"), ("0021500278", "2"))


def mixed_log(turns: Sequence[int]) -> list[tuple[ScoringEvent, str]]:
    """Plays and their replays as they lie in the log: each turn is the next play of one of these replays."""
    sent = dict.fromkeys(range(len(_TOLD)), 0)
    log = []
    for turn in turns:
        game_id, replay_id = _TOLD[turn]
        log.append((replace(PLAYS[sent[turn]], game_id=game_id), replay_id))
        sent[turn] += 1
    return log


def superseded_before(log: Sequence[tuple[ScoringEvent, str]], position: int) -> int:
    """What a fresh reader counts up to there."""
    begun: dict[str, list[str]] = {}
    count = 0
    for event, replay_id in log[:position]:
        replays = begun.setdefault(event.game_id, [])
        if replay_id not in replays:
            replays.append(replay_id)
        count += replay_id != replays[-1]
    return count


@given(
    turns=st.lists(st.integers(0, len(_TOLD) - 1), min_size=10, max_size=40),
    seeks=st.lists(st.tuples(st.booleans(), st.integers(0, 400)), min_size=1, max_size=3),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_superseded_after_any_seek_is_that_of_a_fresh_reader(
    broker: Broker, turns: list[int], seeks: list[tuple[bool, int]]
) -> None:
    """What the way to the moment passes once more counts once; what lies beyond it does not count yet."""
    log, topic, servers = mixed_log(turns), random_name("topic"), broker.bootstrap_servers
    ensure_topics(servers, topic)
    with plain_producer(servers) as send:
        for event, replay_id in log:
            send(topic, event.to_json(), key=b"one", headers=[("replay_id", replay_id.encode())])
    names = {"group_id": random_name("group"), "name": random_name("consumer")}

    with BackgroundConsumer(bootstrap_servers=servers, topic=topic, **names) as consumer:
        caught_up(consumer, len(log))
        assert consumer.status.superseded == superseded_before(log, len(log))
        for is_last, elapsed_s in seeks:
            game_id = sorted(consumer.states())[-1 if is_last else 0]
            finish(consumer, lambda game_id=game_id, to=elapsed_s: consumer.seek_game(to, game_id=game_id))
            position = max(status.position for status in consumer.status.partitions)
            assert consumer.status.superseded == superseded_before(log, position)
        consumer.resume()

        wait_until(lambda: consumer.status.lag == 0, what="the end")
        assert consumer.status.superseded == superseded_before(log, len(log))


def test_naive_seek_finds_a_wrong_score(broker: Broker, topic: str, make_producer: MakeProducer) -> None:
    """Into the middle of the log with an empty tracker: the game seems to begin there at 0-0."""
    assert make_producer(PLAYS).start().join(15)
    with contextlib.closing(KafkaConsumer(bootstrap_servers=broker.bootstrap_servers)) as plain:
        partition = TopicPartition(topic, 2)
        plain.assign([partition])
        plain.seek(partition, 60)
        tracker = GameTracker(home="MIA", away="OKC")
        for record in plain.poll(timeout_ms=5000, max_records=1)[partition]:
            tracker.apply(ScoringEvent.from_json(record.value))

    right = fresh(PLAYS[:61])
    assert tracker.state.home_score + tracker.state.away_score <= 3
    assert tracker.state.mismatches == 1
    assert right.home_score + right.away_score > 100


def test_bad_moments_and_unknown_games_are_told_at_once(read: Callable[..., BackgroundConsumer]) -> None:
    """In the caller's cell, with what to do."""
    consumer = read()

    with pytest.raises(InvalidClock, match="Q5"):
        consumer.seek_game("Q5 4:12")
    with pytest.raises(InvalidClock):
        consumer.seek_game(math.nan)
    with pytest.raises(UnknownGame, match="0000000000"):
        consumer.seek_game("Q1 4:12", game_id="0000000000")
    assert consumer.status.seeks == 0


def test_seek_before_the_first_record_says_so(make_consumer: MakeConsumer) -> None:
    """There is no game yet."""
    with pytest.raises(UnknownGame, match="start a producer"):
        make_consumer().seek_game("Q1 4:12")
