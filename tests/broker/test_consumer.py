"""The background consumer: follow, pause, step, restart; offsets and lags exact, states recovered."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from brokers import BOTH_ENGINES
from independent import committed, end_offsets, plain_producer
from kafka import KafkaAdminClient, TopicPartition
from kafka.structs import OffsetAndMetadata
from support import random_name, wait_until

from nbmomentum.errors import RunnerError, SettingsError
from nbmomentum.momentum import Alert, AlertWatch, GameState
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer
from nbmomentum.stream.consumer.member import Member

ENGINES = BOTH_ENGINES

MakeProducer = Callable[..., GameProducer]
MakeConsumer = Callable[..., BackgroundConsumer]

GAME_ID = "0021500277"
PLAYS = load_game(GAME_ID)


@pytest.fixture
def produce(make_producer: MakeProducer) -> Callable[..., GameProducer]:
    """Replay these plays at maximum speed and wait for their acknowledgement."""

    def replay(plays: Any = PLAYS) -> GameProducer:
        producer = make_producer(plays).start()
        assert producer.join(15)
        return producer

    return replay


def consumed(consumer: BackgroundConsumer, records: int) -> None:
    """Wait until exactly so many records are consumed, and committed."""
    wait_until(
        lambda: consumer.status.consumed >= records and consumer.status.committed_lag is not None,
        what=f"{records} consumed records",
    )
    assert consumer.status.consumed == records


def caught_up(consumer: BackgroundConsumer) -> None:
    """Wait until the consumer has read and committed everything."""
    wait_until(lambda: consumer.status.state == "live" and consumer.status.committed_lag == 0, what="no lag")


def witness(broker: Broker, topic: str, consumer: BackgroundConsumer) -> dict[int, tuple[int, int]]:
    """(committed, end) of each partition with records, as an independent client sees them."""
    group = committed(broker.bootstrap_servers, consumer.status.group_id)
    ends = end_offsets(broker.bootstrap_servers, topic)
    return {partition: (group[partition].offset if partition in group else 0, end) for partition, end in ends.items()}


def own_view(consumer: BackgroundConsumer) -> dict[int, tuple[int, int]]:
    """(committed, end) of each partition with records, as the consumer says."""
    return {p.partition: (p.committed or 0, p.end_offset) for p in consumer.status.partitions if p.end_offset}


def test_without_tail_it_ends_at_the_end(produce: Callable[..., GameProducer], make_consumer: MakeConsumer) -> None:
    """Everything that was there at its start is read and committed, then the thread is gone."""
    produce()
    consumer = make_consumer(tail=False).start()

    assert consumer.join(15)

    status = consumer.status
    assert (status.state, status.consumed, status.lag, status.committed_lag) == ("finished", len(PLAYS), 0, 0)
    assert consumer.states()[GAME_ID].home_score == 97
    assert not consumer.is_running


def test_without_tail_an_empty_topic_ends_at_once(make_consumer: MakeConsumer) -> None:
    """There is nothing to wait for."""
    consumer = make_consumer(tail=False).start()

    assert consumer.join(15)
    assert (consumer.status.state, consumer.status.consumed) == ("finished", 0)
    assert consumer.latest() is None


def test_with_tail_it_waits_for_more(produce: Callable[..., GameProducer], make_consumer: MakeConsumer) -> None:
    """New records are read as they come."""
    consumer = make_consumer().start()
    wait_until(lambda: consumer.status.state == "live", what="the assignment")

    produce(PLAYS[:10])
    consumed(consumer, 10)
    produce(PLAYS)

    consumed(consumer, 10 + len(PLAYS))
    caught_up(consumer)
    assert consumer.states()[GAME_ID].lead_changes == 38


def test_idle_consumer_does_not_take_the_broker_for_away(
    produce: Callable[..., GameProducer], make_consumer: MakeConsumer
) -> None:
    """With nothing to read, Apache Kafka holds its answers back; that is no outage."""
    produce()
    consumer = make_consumer().start()
    caught_up(consumer)
    states: set[str] = set()
    ends_at = time.monotonic() + 2.0

    wait_until(lambda: states.add(consumer.status.state) or time.monotonic() > ends_at, what="two idle seconds")

    assert states == {"live"}


def test_lags_are_unknown_before_an_assignment(make_consumer: MakeConsumer) -> None:
    """0 would say: caught up."""
    consumer = make_consumer()

    assert (consumer.status.state, consumer.status.lag, consumer.status.committed_lag) == ("starting", None, None)


def test_pause_holds_back_and_resume_goes_on(produce: Callable[..., GameProducer], make_consumer: MakeConsumer) -> None:
    """While paused nothing is consumed, the lag shows what waits, and nothing of it is lost."""
    consumer = make_consumer()
    consumer.pause()
    consumer.start()
    wait_until(lambda: consumer.status.state == "paused", what="the pause")

    produce()
    wait_until(lambda: consumer.status.lag == len(PLAYS), what="the lag of a paused consumer")
    while_paused = consumer.status
    consumer.resume()

    consumed(consumer, len(PLAYS))
    assert (while_paused.consumed, while_paused.committed_lag) == (0, len(PLAYS))
    caught_up(consumer)


def test_each_step_moves_position_lag_and_commit_by_one(
    broker: Broker, topic: str, produce: Callable[..., GameProducer], make_consumer: MakeConsumer
) -> None:
    """After each step the numbers are exact, and an independent client sees the same."""
    produce()
    consumer = make_consumer()
    consumer.pause()
    consumer.start()

    for step, total in ((1, 1), (1, 2), (5, 7), (20, 27), (30, 57)):
        consumer.step(step)
        wait_until(lambda total=total: consumer.status.consumed >= total, what=f"step to {total}")
        wait_until(lambda: consumer.status.lag == consumer.status.committed_lag, what="the commit")
        wait_until(lambda: consumer.status.state == "paused", what="a busy broker's answer")
        status, left = consumer.status, len(PLAYS) - total
        assert (status.state, status.consumed, status.lag, status.committed_lag) == ("paused", total, left, left)
        assert own_view(consumer) == witness(broker, topic, consumer) == {2: (total, len(PLAYS))}
        assert len(consumer.states()[GAME_ID].plays) == total


def test_step_takes_what_comes_later(produce: Callable[..., GameProducer], make_consumer: MakeConsumer) -> None:
    """A step at the end of the log is taken when the next record is written, and only that one."""
    consumer = make_consumer()
    consumer.step(3)
    consumer.start()
    wait_until(lambda: consumer.status.state == "paused", what="the pause")

    produce(PLAYS[:2])
    consumed(consumer, 2)
    produce(PLAYS)

    consumed(consumer, 3)
    wait_until(lambda: consumer.status.lag == len(PLAYS) - 1, what="the rest to wait")
    assert consumer.status.state == "paused"


@pytest.mark.parametrize("n", [0, -1, 1.5, True, "3"])
def test_step_takes_a_number_of_records(make_consumer: MakeConsumer, n: Any) -> None:
    """Anything else is refused where it is asked for, and does not end the thread."""
    with pytest.raises(SettingsError, match="from 1 up"):
        make_consumer().step(n)


def test_steps_over_many_games_are_exact(make_producer: MakeProducer, make_consumer: MakeConsumer) -> None:
    """A step of n records is n records, whichever partitions they come from."""
    for game_id in ("0021500051", "0021500177", "0021500277"):
        assert make_producer(load_game(game_id)).start().join(15)
    consumer = make_consumer()
    consumer.pause()
    consumer.start()

    for total in range(10, 60, 10):
        consumer.step(10)
        consumed(consumer, total)

    assert sum(len(state.plays) for state in consumer.states().values()) == 50


@pytest.mark.parametrize("where", ["a new consumer", "the same consumer"])
def test_restart_goes_on_where_it_was(
    broker: Broker,
    topic: str,
    produce: Callable[..., GameProducer],
    make_consumer: MakeConsumer,
    where: str,
) -> None:
    """The games are rebuilt from the log, equal in every figure, and nothing is consumed twice."""
    produce()
    first = make_consumer(group_id="g-" + topic)
    first.step(60)
    first.start()
    consumed(first, 60)
    known = first.snapshots()
    first.stop()
    before = witness(broker, topic, first)

    second = make_consumer(group_id="g-" + topic) if where == "a new consumer" else first
    second.pause()
    second.start()
    wait_until(lambda: second.status.state == "paused", what="the recovery")

    assert (second.status.consumed, second.status.recovered, second.status.lag) == (0, 60, len(PLAYS) - 60)
    assert second.snapshots() == known
    assert witness(broker, topic, second) == before == {2: (60, len(PLAYS))}
    second.resume()
    consumed(second, len(PLAYS) - 60)
    assert second.states()[GAME_ID].lead_changes == 38


def test_recovery_is_published_when_it_is_complete(
    produce: Callable[..., GameProducer], make_consumer: MakeConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a game would be a wrong game: no state is seen before the last record of the past."""
    produce()
    group_id = random_name("group")
    make_consumer(tail=False, group_id=group_id).start().join(15)
    second = make_consumer(group_id=group_id, kafka_options={"max_poll_records": 7})
    seen: list[int] = []
    publish = Member.publish_status

    def note(member: Member, *state: Any) -> None:
        seen.extend(len(known.state.plays) for known in member.snapshots.values())
        publish(member, *state)

    monkeypatch.setattr(Member, "publish_status", note)
    second.start()
    wait_until(lambda: second.status.recovered == len(PLAYS) and second.states(), what="the recovery")

    assert set(seen) <= {len(PLAYS)}
    assert second.status.consumed == 0


def test_recovered_records_raise_no_alerts(produce: Callable[..., GameProducer], make_consumer: MakeConsumer) -> None:
    """What was called before the restart is not called again; what comes after it is."""
    produce()
    group_id, heard = random_name("group"), []
    alerts = AlertWatch(on_alert=heard.append)
    first = make_consumer(group_id=group_id, alerts=alerts)
    first.step(60)
    first.start()
    consumed(first, 60)
    first.stop()
    until_stop = list(heard)

    second = make_consumer(group_id=group_id, tail=False, alerts=AlertWatch(on_alert=heard.append)).start()
    second.join(15)

    whole = make_consumer(tail=False, alerts=AlertWatch(on_alert=(expected := []).append)).start()
    whole.join(15)
    assert 0 < len(until_stop) < len(heard)
    assert heard == expected


def test_commit_says_where_a_successor_must_begin(
    broker: Broker, topic: str, produce: Callable[..., GameProducer], make_consumer: MakeConsumer
) -> None:
    """The metadata of the commit is the first offset of the games' last eight replays in the partition."""
    consumer = make_consumer().start()

    for replays in (1, 2):
        produce()
        consumed(consumer, replays * len(PLAYS))
        caught_up(consumer)
        [(partition, commit)] = committed(broker.bootstrap_servers, consumer.status.group_id).items()
        assert (partition, commit.offset) == (2, replays * len(PLAYS))
        assert commit.metadata == "rebuild-from=0"


def test_recovery_reads_the_last_replays_only(
    produce: Callable[..., GameProducer], make_consumer: MakeConsumer
) -> None:
    """A hundred replays of a game cost a restart no more than eight."""
    for _ in range(10):
        produce(PLAYS[:20])
    group_id = random_name("group")
    make_consumer(tail=False, group_id=group_id).start().join(15)

    second = make_consumer(tail=False, group_id=group_id).start()
    second.join(15)

    assert (second.status.consumed, second.status.recovered) == (0, 8 * 20)
    assert len(second.states()[GAME_ID].plays) == 20


@pytest.mark.parametrize("metadata", ["", "rebuild-from=", "rebuild-from=²", "somebody else's", "rebuild-from=99999"])
def test_commit_of_another_tool_is_understood(
    broker: Broker,
    topic: str,
    produce: Callable[..., GameProducer],
    make_consumer: MakeConsumer,
    metadata: str,
) -> None:
    """Without our note, or with a wrong one, the games are rebuilt from the beginning of the log."""
    produce()
    group_id = random_name("group")
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)
    admin.alter_group_offsets(group_id, {TopicPartition(topic, 2): OffsetAndMetadata(50, metadata, -1)})
    admin.close()

    consumer = make_consumer(tail=False, group_id=group_id).start()

    assert consumer.join(15)
    assert (consumer.status.recovered, consumer.status.consumed) == (50, len(PLAYS) - 50)
    assert consumer.states()[GAME_ID].lead_changes == 38


def test_older_replay_that_is_still_sent_changes_nothing(
    broker: Broker, topic: str, make_consumer: MakeConsumer
) -> None:
    """Two producers of one game: the replay that began last is shown, the records of the other are superseded."""
    with plain_producer(broker.bootstrap_servers) as send:
        for play in PLAYS[:10]:
            for replay_id in (b"2026-01-01T00:00:02Z", b"2026-01-01T00:00:01Z"):
                send(topic, play.to_json(), key=play.game_id.encode(), headers=[("replay_id", replay_id)])

    consumer = make_consumer(tail=False).start()
    consumer.join(15)

    latest = consumer.latest()
    assert latest is not None
    assert (latest.replay_id, len(latest.state.plays)) == ("2026-01-01T00:00:01Z", 10)
    assert (consumer.status.consumed, consumer.status.superseded) == (20, 9)


def test_duplicates_change_no_figure(
    broker: Broker, topic: str, produce: Callable[..., GameProducer], make_consumer: MakeConsumer
) -> None:
    """At least once is enough: every record twice, the same game."""
    expected = produce().status.replay_id.encode()
    with plain_producer(broker.bootstrap_servers) as send:
        for play in PLAYS:
            send(topic, play.to_json(), key=GAME_ID.encode(), headers=[("replay_id", expected)])

    consumer = make_consumer(tail=False).start()
    consumer.join(15)

    assert consumer.status.consumed == 2 * len(PLAYS)
    assert (consumer.states()[GAME_ID].home_score, consumer.states()[GAME_ID].lead_changes) == (97, 38)


def test_callback_that_raises_is_shown_and_not_fatal(
    produce: Callable[..., GameProducer], make_consumer: MakeConsumer, own_home: Any
) -> None:
    """The learner sees the mistake; the game goes on, and its alerts are still in the log."""

    def on_alert(alert: Alert) -> None:
        raise ZeroDivisionError("my mistake")

    produce()
    consumer = make_consumer(tail=False, alerts=AlertWatch(on_alert=on_alert)).start()

    assert consumer.join(15)
    consumer.stop()
    assert consumer.status.last_error == "the alert callback raised ZeroDivisionError: my mistake"
    assert consumer.states()[GAME_ID].lead_changes == 38
    log = "".join(file.read_text() for file in (own_home / "logs").iterdir())
    assert log.count('"what":"alert"') == 49


def test_one_watch_serves_many_games_and_replays(
    produce: Callable[..., GameProducer], make_consumer: MakeConsumer
) -> None:
    """The second showing of a game is as loud as the first."""
    heard: list[Alert] = []
    consumer = make_consumer(alerts=AlertWatch(on_alert=heard.append)).start()

    produce()
    consumed(consumer, len(PLAYS))
    first = [alert.text for alert in heard]
    produce()
    consumed(consumer, 2 * len(PLAYS))

    assert len(first) == 49
    assert [alert.text for alert in heard] == first * 2


@pytest.mark.parametrize("state", ["live", "paused", "never started"])
def test_stop_ends_within_a_second(make_consumer: MakeConsumer, state: str) -> None:
    """And it has left its group: the next start need not wait for a time-out."""
    consumer = make_consumer()
    if state == "paused":
        consumer.pause()
    if state != "never started":
        consumer.start()
        wait_until(lambda: consumer.status.state == state, what=state)
    began = time.monotonic()

    consumer.stop()
    consumer.stop()

    assert time.monotonic() - began < 1.0
    assert not consumer.is_running
    assert consumer.status.state == ("starting" if state == "never started" else "stopped")


def test_same_name_replaces_the_old_consumer(make_consumer: MakeConsumer) -> None:
    """Running the cell again stops the old one, and its successor has all partitions at once."""
    group_id = random_name("group")
    old = make_consumer(name="cell", group_id=group_id).start()
    wait_until(lambda: old.status.state == "live", what="the first one")

    new = make_consumer(name="cell", group_id=group_id).start()

    wait_until(lambda: new.status.state == "live", what="the second one")
    assert (old.is_running, len(new.status.partitions)) == (False, 3)


def test_options_that_do_not_exist_fail_with_a_clear_reason(make_consumer: MakeConsumer) -> None:
    """A typo is no broker that is away."""
    consumer = make_consumer(kafka_options={"max_pol_records": 5}).start()
    consumer.join(5)

    with pytest.raises(RunnerError, match="max_pol_records"):
        consumer.stop()

    assert consumer.status.state == "failed"
    assert "max_pol_records" in consumer.status.error


def test_snapshots_are_not_changed_by_later_records(
    produce: Callable[..., GameProducer], make_consumer: MakeConsumer
) -> None:
    """What a view holds stays what it was."""
    produce()
    consumer = make_consumer()
    consumer.step(5)
    consumer.start()
    consumed(consumer, 5)
    wait_until(lambda: consumer.latest() is not None, what="the snapshot")
    held: GameState = consumer.states()[GAME_ID]
    described = held.describe()

    consumer.resume()
    consumed(consumer, len(PLAYS))

    assert len(held.plays) == 5
    assert held.describe() == described
    assert repr(consumer).startswith(f"<BackgroundConsumer {consumer.name}: live, {len(PLAYS)} consumed")
