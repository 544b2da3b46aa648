"""Dead letters: whatever is written into the topic, the consumer goes on, and nothing of it is lost."""

import json
import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from brokers import BOTH_ENGINES
from independent import committed, headers_of, plain_producer, read_topic
from kafka.errors import KafkaTimeoutError
from scoring import FIELDS
from support import processed, random_name, wait_until

from nbmomentum.errors import BrokerUnavailable
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import BackgroundConsumer, Broker, dead_letter_topic, read_dead_letters
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.consumer.reader import GroupReader
from nbmomentum.stream.dead_letters import DeadLetters

ENGINES = BOTH_ENGINES

MakeConsumer = Callable[..., BackgroundConsumer]

GAME_ID = "0021500277"
PLAYS = load_game(GAME_ID)
KEY = GAME_ID.encode()
NOISE = random.Random(7).randbytes(1_000_000)  # noqa: S311 (the same noise in every run)
REPLAY = ("replay_id", b"2026-01-01")


def event_bytes(**changes: Any) -> bytes:
    """The example event with changes; a field set to ... is left out."""
    fields = {name: value for name, value in (FIELDS | changes).items() if value is not ...}
    return json.dumps(fields).encode()


POISON = {
    "invalid JSON": b'{"game_id": ',
    "no JSON object": b"[1, 2, 3]",
    "not UTF-8": b"\xff\xfe\x00",
    "half a surrogate": event_bytes(player="\ud800"),
    "nested without end": b"[" * 200_000,
    "missing fields": event_bytes(team=..., points=...),
    "points as text": event_bytes(points="two"),
    "period as a list": event_bytes(period=[1]),
    "no points": event_bytes(points=0),
    "four points": event_bytes(points=4),
    "a foreign team": event_bytes(team="LAL"),
    "another matchup": event_bytes(home="LAL", away="BOS", team="LAL"),
    "a number without end": event_bytes(order=10**400),
    "a clock beyond the period": event_bytes(clock="PT13M00.00S"),
    "an empty value": b"",
    "no value at all": None,
    "a megabyte of noise": NOISE,
}


@pytest.fixture
def send(broker: Broker, topic: str) -> Any:
    """Write anything into the topic, as game 0021500277."""
    with plain_producer(broker.bootstrap_servers) as sender:
        yield lambda value, **more: sender(topic, value, **({"key": KEY} | more))


@pytest.fixture
def dead_letters(broker: Broker, topic: str) -> Callable[[], list[Any]]:
    """What lies in the dead-letter topic."""
    return lambda: read_topic(broker.bootstrap_servers, dead_letter_topic(topic))


def write_game(send: Callable[..., Any], plays: Any = PLAYS) -> None:
    """Write plays as they are, in one replay."""
    for play in plays:
        send(play.to_json(), headers=[REPLAY])


def test_nothing_that_is_written_stops_the_consumer(
    topic: str, send: Callable[..., Any], dead_letters: Callable[[], list[Any]], make_consumer: MakeConsumer
) -> None:
    """Each kind of poison between two halves of a game: all counted and kept, the game official."""
    write_game(send, PLAYS[:50])
    places = {name: send(value, headers=[REPLAY, ("empty", b"")]) for name, value in POISON.items()}
    write_game(send, PLAYS[50:])

    consumer = make_consumer(tail=False).start()

    assert consumer.join(30)
    assert consumer.error is None
    assert (consumer.status.invalid, consumer.status.lag) == (len(POISON), 0)
    assert consumer.status.consumed == len(PLAYS) + len(POISON)
    assert consumer.states()[GAME_ID].lead_changes == 38
    for (name, value), record in zip(POISON.items(), dead_letters(), strict=True):
        headers = headers_of(record)
        assert (record.key, record.value) == (KEY, value), name
        assert (headers["replay_id"], headers["empty"]) == (REPLAY[1], b"")
        assert headers["dead_letter.topic"] == topic.encode()
        assert headers["dead_letter.partition"] == str(places[name].partition).encode()
        assert headers["dead_letter.offset"] == str(places[name].offset).encode()
        assert len(headers["dead_letter.reason"]) > 10, name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("four points", "points"),
        ("a foreign team", "LAL"),
        ("another matchup", "OKC @ MIA"),
        ("missing fields", "team is missing"),
        ("an empty value", "empty"),
    ],
)
def test_reason_says_what_is_wrong(
    send: Callable[..., Any],
    dead_letters: Callable[[], list[Any]],
    make_consumer: MakeConsumer,
    name: str,
    reason: str,
) -> None:
    """In the header and in the status, in words a learner understands."""
    write_game(send, PLAYS[:1])
    send(POISON[name], headers=[REPLAY])

    consumer = make_consumer(tail=False).start()
    consumer.join(15)

    [record] = dead_letters()
    assert reason in headers_of(record)["dead_letter.reason"].decode()
    assert reason in consumer.status.last_invalid


def test_record_with_neither_key_nor_header_is_kept(
    broker: Broker, topic: str, dead_letters: Callable[[], list[Any]], make_consumer: MakeConsumer
) -> None:
    """The poorest record there is."""
    with plain_producer(broker.bootstrap_servers) as sender:
        place = sender(topic, b"?")

    consumer = make_consumer(tail=False).start()

    assert consumer.join(15)
    [record] = dead_letters()
    assert (record.key, record.value) == (None, b"?")
    assert headers_of(record)["dead_letter.partition"] == str(place.partition).encode()


def test_what_the_client_cannot_send_stops_nobody(
    broker: Broker, topic: str, dead_letters: Callable[[], list[Any]]
) -> None:
    """Other clients can write a header without a value, and a record without key and value."""

    class Record:
        key, value, headers = None, None, [("trace", None), ("source", b"java")]
        partition, offset = 1, 7

    Record.topic = topic
    letters = DeadLetters(Connector(broker.bootstrap_servers), topic, group_id="g", source="test")
    letters.put(Record(), "neither key nor value")
    letters.settle()
    letters.close()

    [record] = dead_letters()
    headers = headers_of(record)
    assert (record.key, record.value) == (None, b"")
    assert (headers["trace"], headers["source"], headers["dead_letter.offset"]) == (b"", b"java", b"7")


@pytest.mark.parametrize("failing", ["put", "settle"])
def test_commit_waits_for_the_acknowledgement(
    broker: Broker,
    send: Callable[..., Any],
    dead_letters: Callable[[], list[Any]],
    make_consumer: MakeConsumer,
    monkeypatch: pytest.MonkeyPatch,
    failing: str,
) -> None:
    """While dead letters fail, nothing is committed; when they arrive again, nothing was lost or counted twice."""
    is_broken, attempts = True, []
    real = getattr(DeadLetters, failing)

    def fail_at_first(self: DeadLetters, *args: Any) -> None:
        if is_broken and (args or self._sent):
            attempts.append(args)
            raise KafkaTimeoutError("not acknowledged") if failing == "settle" else BrokerUnavailable("away")
        real(self, *args)

    monkeypatch.setattr(DeadLetters, failing, fail_at_first)
    write_game(send, PLAYS[:10])
    send(b"poison")
    write_game(send, PLAYS[10:])

    consumer = make_consumer().start()
    wait_until(lambda: len(attempts) >= 3, what="three attempts")
    assert committed(broker.bootstrap_servers, consumer.status.group_id) == {}
    assert (consumer.status.committed_lag, consumer.status.invalid) == (len(PLAYS) + 1, 0)
    assert consumer.status.last_error
    is_broken = False

    wait_until(lambda: consumer.status.committed_lag == 0, what="the commit")
    assert (consumer.status.consumed, consumer.status.invalid) == (len(PLAYS) + 1, 1)
    assert consumer.status.last_error == ""
    assert consumer.states()[GAME_ID].lead_changes == 38
    assert {record.value for record in dead_letters()} == {b"poison"}


def test_stop_does_not_wait_for_a_dead_letter(
    send: Callable[..., Any], make_consumer: MakeConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dead letter that is never acknowledged holds up neither the stop nor the next start."""

    class Never:
        is_done = False

        def get(self, **_: float) -> None:
            raise KafkaTimeoutError

    put = DeadLetters.put
    monkeypatch.setattr(
        DeadLetters, "put", lambda self, record, reason: (put(self, record, reason), self._pending.append(Never()))
    )
    send(b"poison")
    group_id = random_name("group")
    consumer = make_consumer(group_id=group_id).start()
    wait_until(lambda: consumer._dead_letters._client is not None, what="the dead letter")

    consumer.stop(timeout_s=1.5)

    monkeypatch.undo()
    successor = make_consumer(group_id=group_id, tail=False).start()
    successor.join(15)
    assert (consumer.status.invalid, successor.status.invalid) == (0, 1)


def test_recovery_buries_nothing_twice(
    send: Callable[..., Any], dead_letters: Callable[[], list[Any]], make_consumer: MakeConsumer
) -> None:
    """A bad record inside a rebuilt game was dealt with when it was first read."""
    write_game(send, PLAYS[:10])
    send(b"poison")
    group_id = random_name("group")
    make_consumer(group_id=group_id, tail=False).start().join(15)

    second = make_consumer(group_id=group_id, tail=False).start()
    second.join(15)

    assert (second.status.recovered, second.status.invalid, len(dead_letters())) == (11, 0, 1)


def test_steps_count_bad_records_too(
    send: Callable[..., Any], dead_letters: Callable[[], list[Any]], make_consumer: MakeConsumer
) -> None:
    """A step over a bad record shows what becomes of it."""
    write_game(send, PLAYS[:1])
    send(b"poison")
    write_game(send, PLAYS[1:2])
    consumer = make_consumer()
    consumer.step(2)
    consumer.start()

    wait_until(lambda: processed(consumer) == 2, what="two steps")
    assert (consumer.status.invalid, consumer.status.lag, len(dead_letters())) == (1, 1, 1)


def test_each_group_writes_one_letter_about_a_bad_record(
    broker: Broker,
    topic: str,
    send: Callable[..., Any],
    dead_letters: Callable[[], list[Any]],
    make_consumer: MakeConsumer,
) -> None:
    """Five bad records and three groups: fifteen letters about five records."""
    places = [send(value) for value in (b"1", b"2", b"3", b"4", b"5")]
    groups = tuple(random_name("group") for _ in range(3))

    for group_id in groups:
        assert make_consumer(group_id=group_id, tail=False).start().join(15)

    found = read_dead_letters(broker.bootstrap_servers, topic)
    assert len(dead_letters()) == 15
    assert sorted((each.partition, each.offset) for each in found) == sorted((p.partition, p.offset) for p in places)
    assert {(each.topic, each.groups) for each in found} == {(topic, groups)}
    assert sorted(each.value for each in found) == [b"1", b"2", b"3", b"4", b"5"]


def test_successor_of_a_member_that_did_not_commit_writes_no_second_letter(
    send: Callable[..., Any],
    dead_letters: Callable[[], list[Any]],
    make_consumer: MakeConsumer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was killed between the letter's acknowledgement and the commit; what the successor counts is its own."""
    monkeypatch.setattr(GroupReader, "commit", lambda self, offsets: "killed before the commit")
    group_id = random_name("group")
    send(b"poison")
    first = make_consumer(group_id=group_id).start()
    wait_until(lambda: first.status.invalid == 1, what="the letter")
    first.stop()
    monkeypatch.undo()

    second = make_consumer(group_id=group_id, tail=False).start()
    assert second.join(15)

    assert (second.status.invalid, second.status.committed_lag, len(dead_letters())) == (1, 0, 1)


def test_another_record_in_the_place_of_a_lost_one_has_a_letter_of_its_own(
    broker: Broker, topic: str, dead_letters: Callable[[], list[Any]]
) -> None:
    """A broker that lost the end of its log gives its offsets out once more."""
    letters = DeadLetters(Connector(broker.bootstrap_servers), topic, group_id="g", source="test")
    for value in (b"first", b"second", b"second"):
        letters.put(SimpleNamespace(topic=topic, partition=1, offset=7, key=None, value=value, headers=[]), "poor")
        letters.settle()
    letters.close()

    assert [record.value for record in dead_letters()] == [b"first", b"second"]
