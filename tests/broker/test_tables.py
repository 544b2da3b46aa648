"""A table out of a log: upserts, tombstones, the rebuild from the start, dead letters once; and who writes it."""

import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer, TopicPartition
from seasons import DAY, team
from support import random_name, wait_until

from nbmomentum.errors import SettingsError, SourceUnavailable
from nbmomentum.runners import Runner
from nbmomentum.sources.team_stats import TeamStats
from nbmomentum.stream import (
    Broker,
    SeasonProducer,
    StatsPoller,
    TableConsumer,
    close_kafka_client,
    compact_soon,
    dead_letter_topic,
    open_kafka_consumer,
    open_kafka_producer,
    start_broker,
    team_stats_topic,
)
from nbmomentum.stream.broker import release_broker, reset_broker
from nbmomentum.stream.broker.rungs import EMBEDDED
from nbmomentum.stream.topics import describe_topics

on_both_engines = pytest.mark.parametrize("broker", ["embedded", "apache"], indirect=True)

TEAMS = ("ATL", "BOS", "MIA", "OKC")


def day_of(number: int, **changes: float) -> tuple[TeamStats, ...]:
    """All teams on a day; those named have another net rating than on all others."""
    as_of = DAY + timedelta(days=number)
    return tuple(team(code, net=changes.get(code, 1.0), as_of=as_of) for code in TEAMS)


@pytest.fixture
def make_table(broker: Broker, topic: str, stopping: Callable[[Runner], Any]) -> Callable[..., TableConsumer]:
    """Make a table of this test's topic (not started)."""

    def make(**options: Any) -> TableConsumer:
        settings = {"group_id": random_name("group"), "name": random_name("table"), "topic": topic} | options
        table: TableConsumer = stopping(TableConsumer(bootstrap_servers=broker.bootstrap_servers, **settings))
        return table

    return make


@pytest.fixture
def make_season(broker: Broker, topic: str, stopping: Callable[[Runner], Any]) -> Callable[..., SeasonProducer]:
    """Make a producer that replays days (not started)."""

    def make(*days: tuple[TeamStats, ...], **options: Any) -> SeasonProducer:
        settings = {"days_per_s": 20, "name": random_name("season"), "topic": topic} | options
        season: SeasonProducer = stopping(SeasonProducer(days, bootstrap_servers=broker.bootstrap_servers, **settings))
        return season

    return make


@pytest.fixture
def make_poller(broker: Broker, topic: str, stopping: Callable[[Runner], Any]) -> Callable[..., StatsPoller]:
    """Make a producer that asks (not started)."""

    def make(look: Callable[[], Any], **options: Any) -> StatsPoller:
        settings = {"name": random_name("poller"), "topic": topic} | options
        poller: StatsPoller = stopping(StatsPoller(look, bootstrap_servers=broker.bootstrap_servers, **settings))
        return poller

    return make


@pytest.fixture
def client(broker: Broker) -> Iterator[KafkaProducer]:
    """Kafka's own producer."""
    producer = open_kafka_producer(broker.bootstrap_servers, name=random_name("bare"))
    yield producer
    close_kafka_client(producer)


def put(client: KafkaProducer, topic: str, key: str | None, value: bytes | None) -> None:
    """Write one record to the topic of team stats, and wait until it lies there."""
    client.send(team_stats_topic(topic), key=None if key is None else key.encode(), value=value).get(timeout=10)


def wait_for(table: TableConsumer, records: int) -> None:
    """Wait until the table was made from so many records."""
    wait_until(lambda: table.status.consumed == records and table.status.lag == 0, what=f"{records} records: {table}")


def dead_letters(broker: Broker, topic: str) -> list[Any]:
    """All dead letters of a topic."""
    reader = open_kafka_consumer(broker.bootstrap_servers, group_id=None, name=random_name("dead"))
    tp = TopicPartition(dead_letter_topic(topic), 0)
    reader.assign([tp])
    reader.seek_to_beginning(tp)
    found: list[Any] = []
    while reader.position(tp) < reader.end_offsets([tp])[tp]:
        found += reader.poll(timeout_ms=200).get(tp, [])
    close_kafka_client(reader)
    return found


@on_both_engines
def test_the_newest_value_of_each_key_stays(
    make_table: Callable[..., TableConsumer], make_season: Callable[..., SeasonProducer]
) -> None:
    """A log of changes, a table of the latest: each row knows what it replaced, and where it lies."""
    table = make_table().start()

    with make_season(day_of(0), day_of(1, OKC=5.0), day_of(2, OKC=7.0, MIA=2.0)) as season:
        season.join(10)

    wait_for(table, 4 + 1 + 2)
    rows = table.table().rows
    assert sorted(rows) == list(TEAMS)
    assert (rows["OKC"].value.net_rating, rows["OKC"].replaced.net_rating, rows["OKC"].changes) == (7.0, 5.0, 3)
    assert (rows["ATL"].value.as_of, rows["ATL"].replaced, rows["ATL"].changes) == (DAY, None, 1)
    assert (rows["MIA"].offset, rows["OKC"].offset, table.table().newest) == (5, 6, "OKC")
    assert table.status.changes == 7
    assert table.values()["MIA"].net_rating == 2.0


def test_only_what_changed_is_sent(make_season: Callable[..., SeasonProducer]) -> None:
    """The same figures of a later day are no news, and going back to the first day is."""
    with make_season(day_of(0), day_of(1), day_of(2, OKC=3.0)) as season:
        season.join(10)
        assert (season.status.sent, season.status.unchanged) == (5, 7)
        assert season.status.state == "finished"

        season.restart()
        wait_until(lambda: not season.is_running, what="the second replay")

    assert (season.status.sent, season.status.unchanged) == (5 + 1 + 1, 7 + 3 + 4 + 3)
    assert season.status.acknowledged == 7


def test_what_the_table_holds_already_is_not_sent_again(
    make_table: Callable[..., TableConsumer], make_season: Callable[..., SeasonProducer]
) -> None:
    """A producer that is told what lies there begins with the difference."""
    with make_season(day_of(0)) as season:
        season.join(10)
    table = make_table().start()
    wait_for(table, 4)

    with make_season(day_of(1, BOS=9.0), known=table.values) as season:
        season.join(10)

    assert season.status.sent == 1
    wait_for(table, 5)


@on_both_engines
def test_a_tombstone_deletes_and_an_upsert_brings_back(
    topic: str, make_table: Callable[..., TableConsumer], client: KafkaProducer
) -> None:
    """No value: the key is gone. A tombstone for a key that is not there changes nothing."""
    table = make_table().start()
    put(client, topic, "OKC", team("OKC").to_json())
    wait_for(table, 1)

    put(client, topic, "OKC", None)
    put(client, topic, "MIA", None)

    wait_for(table, 3)
    assert table.values() == {}
    assert (table.status.changes, table.status.tombstones, table.table().newest) == (2, 2, None)

    put(client, topic, "OKC", team("OKC", net=8.0).to_json())
    wait_for(table, 4)
    assert table.values()["OKC"].net_rating == 8.0
    assert table.table().rows["OKC"].replaced is None


@on_both_engines
def test_a_row_in_sight_is_counted(
    make_table: Callable[..., TableConsumer], client: KafkaProducer, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for a row and then reads the status finds it counted, though the commit is still under way."""
    table = make_table().start()
    wait_until(lambda: table.status.state == "live", what="an empty table")
    is_committing, may_end = threading.Event(), threading.Event()
    # Only the commit after the row waits: an idle turn commits too, and a row would not be read meanwhile.
    monkeypatch.setattr(table, "_commit", lambda: table.values() and (is_committing.set(), may_end.wait(30)))
    monkeypatch.setattr("nbmomentum.stream.tables.table_consumer.COMMIT_INTERVAL_S", 0.0)

    put(client, topic, "MIA", team("MIA").to_json())

    try:
        wait_until(lambda: table.values(), what="the row")
        assert is_committing.wait(30)
        assert (table.status.keys, table.status.consumed) == (1, 1)
    finally:
        may_end.set()


@on_both_engines
def test_a_table_is_rebuilt_from_the_logs_start(
    topic: str, make_table: Callable[..., TableConsumer], client: KafkaProducer
) -> None:
    """Another start, and another table of any group: the same rows, deleted keys included."""
    for value in (team("OKC", net=1.0), team("MIA"), team("OKC", net=2.0)):
        put(client, topic, value.team, value.to_json())
    put(client, topic, "MIA", None)
    table = make_table().start()
    wait_for(table, 4)
    first = table.table()
    table.stop()

    table.start()
    other = make_table(tail=False).start()

    wait_for(table, 4)
    assert other.join(10)
    assert dict(table.table().rows) == dict(other.table().rows) == dict(first.rows)
    assert other.status.state == "finished"
    assert other.status.keys == 1


def test_a_table_is_shown_when_it_is_whole(
    topic: str, make_table: Callable[..., TableConsumer], client: KafkaProducer
) -> None:
    """Whoever looks while it is rebuilt sees nothing, never an older value."""
    stats_topic, seen = team_stats_topic(topic), set()
    for number in range(3000):
        client.send(stats_topic, key=b"OKC", value=team("OKC", net=number / 100).to_json())
    client.flush()
    table = make_table().start()

    def look() -> bool:
        seen.add(table.values()["OKC"].net_rating if table.values() else None)
        return table.status.state == "live"

    wait_until(look, what="the table")

    assert seen <= {None, 29.99}
    assert table.values()["OKC"].net_rating == 29.99


@on_both_engines
def test_compaction_changes_nothing_of_a_table(
    broker: Broker, topic: str, make_table: Callable[..., TableConsumer], client: KafkaProducer
) -> None:
    """Whatever the broker has taken away by now, and whenever: a table made anew has the same rows and the same end."""
    stats_topic = team_stats_topic(topic)
    compact_soon(broker.bootstrap_servers, stats_topic)
    for number in range(200):
        for code in TEAMS:
            client.send(stats_topic, key=code.encode(), value=team(code, net=number / 100).to_json())
        client.flush()
    put(client, topic, "OKC", None)
    table = make_table().start()
    wait_until(lambda: table.status.lag == 0 and table.status.keys == 3, what="the table")

    again = make_table(tail=False).start()

    assert again.join(20)
    assert again.values() == table.values() == {code: team(code, net=1.99) for code in ("ATL", "BOS", "MIA")}
    assert again.status.consumed <= 4 * 200 + 1
    [place] = again.status.partitions
    assert place.end_offset == 4 * 200 + 1
    configs = {report.name: report.config for report in describe_topics(broker.bootstrap_servers)}
    assert configs[stats_topic]["cleanup.policy"] == "compact"
    assert configs[stats_topic]["segment.ms"] == "500"


@on_both_engines
@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("OKC", b"{", "The value is not JSON"),
        ("OKC", team("MIA").to_json(), "The key is 'OKC', but the value is of the team MIA."),
        ("OKC", b"", "The value is empty."),
    ],
)
def test_a_bad_record_goes_to_the_dead_letters_once(
    broker: Broker,
    topic: str,
    make_table: Callable[..., TableConsumer],
    client: KafkaProducer,
    key: str,
    value: bytes,
    reason: str,
) -> None:
    """It changes no row; a table that is rebuilt by the same group does not send it a second time."""
    group_id = random_name("group")
    put(client, topic, "OKC", team("OKC").to_json())
    put(client, topic, key, value)
    table = make_table(group_id=group_id).start()
    wait_for(table, 2)

    table.stop()
    table.start()
    put(client, topic, "MIA", team("MIA").to_json())
    wait_for(table, 3)

    assert sorted(table.values()) == ["MIA", "OKC"]
    assert table.status.invalid == 1
    assert reason in table.status.last_invalid
    [letter] = dead_letters(broker, topic)
    headers = {name: content.decode() for name, content in letter.headers}
    assert (letter.key, letter.value) == (key.encode(), value)
    assert headers["dead_letter.topic"] == team_stats_topic(topic)
    assert headers["dead_letter.offset"] == "1"
    assert reason in headers["dead_letter.reason"]


def test_days_are_stepped_paused_and_replayed_again(
    make_table: Callable[..., TableConsumer], make_season: Callable[..., SeasonProducer]
) -> None:
    """Each control takes effect; the table goes back with a restart, for the log's order decides and not the day."""
    days = [day_of(number, OKC=float(number)) for number in range(40)]
    table, season = make_table().start(), make_season(*days, days_per_s=0.1).start()
    wait_until(lambda: season.status.position == 1, what="the first day")

    season.step()
    wait_until(lambda: season.status.position == 2, what="the second day")
    assert season.status.state == "paused"
    season.step(3)
    wait_until(lambda: season.status.position == 5, what="three days more")
    wait_until(lambda: bool(table.values()) and table.values()["OKC"].net_rating == 4.0, what="the table to follow")
    assert season.status.day == DAY + timedelta(days=4)

    season.restart()
    wait_until(lambda: season.status.position == 1, what="the first day again")
    wait_until(lambda: table.values()["OKC"].net_rating == 0.0, what="the table to go back")
    season.set_speed(20)
    wait_until(lambda: season.status.position > 3, what="the season to go on")
    season.pause()
    wait_until(lambda: season.status.state == "paused", what="the pause")
    season.resume()
    wait_until(lambda: season.status.state == "finished", what="the end")
    assert season.status.position == season.status.total == 40


@pytest.mark.parametrize("rate", [0, -1, 21, float("nan")])
def test_a_speed_that_cannot_be_kept_is_refused(make_season: Callable[..., SeasonProducer], rate: float) -> None:
    """At the start and later."""
    with pytest.raises(SettingsError, match="days a second"):
        make_season(day_of(0), days_per_s=rate)
    with pytest.raises(SettingsError, match="days a second"):
        make_season(day_of(0)).set_speed(rate)


def test_a_season_of_no_day_is_refused(make_season: Callable[..., SeasonProducer]) -> None:
    """There is nothing to replay."""
    with pytest.raises(SettingsError, match="no day"):
        make_season()


def test_a_poller_sends_what_changed_between_two_looks(
    make_table: Callable[..., TableConsumer], make_poller: Callable[..., StatsPoller]
) -> None:
    """And ends after as many answers as it was asked for."""
    answers = iter([day_of(0), day_of(0), day_of(1, MIA=4.0)])
    table = make_table().start()

    with make_poller(lambda: next(answers), interval_s=0.01, looks=3) as poller:
        assert poller.join(10)

    wait_for(table, 5)
    assert (poller.status.sent, poller.status.unchanged, poller.status.state) == (5, 7, "finished")
    assert poller.status.day == DAY + timedelta(days=1)


def test_a_source_that_is_away_is_a_state_and_is_asked_again(make_poller: Callable[..., StatsPoller]) -> None:
    """The reason stands in the status until it answers; asked less and less often."""
    now_s, looks, is_up = [0.0], [0], threading.Event()

    def look() -> tuple[TeamStats, ...]:
        looks[0] += 1
        if not is_up.is_set():
            raise SourceUnavailable("Nothing answers at the league.")
        return day_of(0)

    poller = make_poller(look, interval_s=100.0, now=lambda: now_s[0]).start()
    wait_until(lambda: poller.status.state == "source away", what="the failure")
    assert poller.status.source_trouble == "Nothing answers at the league."
    for pause_s in (15, 30, 60, 100, 100):
        seen, now_s[0] = looks[0], now_s[0] + pause_s - 1
        wait_until(lambda: poller.status.state == "source away", what="the pause")
        assert looks[0] == seen
        now_s[0] += 1
        wait_until(lambda seen=seen: looks[0] == seen + 1, what=f"a look after {pause_s} s")
        wait_until(lambda: poller.status.state == "source away", what="its failure")

    is_up.set()
    now_s[0] += 100

    wait_until(lambda: poller.status.acknowledged == 4, what="the stats")
    assert (poller.status.state, poller.status.source_trouble) == ("waiting", "")
    poller.stop()


def test_an_error_of_the_source_that_is_not_ours_is_kept(make_poller: Callable[..., StatsPoller]) -> None:
    """It ends the thread, and is told where everybody looks."""

    def look() -> tuple[TeamStats, ...]:
        raise ZeroDivisionError("a slip")

    poller = make_poller(look).start()

    wait_until(lambda: poller.status.state == "failed", what="the failure")
    assert poller.status.error == "a slip"


def test_a_broker_that_comes_later_gets_everything(home: Path, stopping: Callable[[Runner], Any]) -> None:
    """Started before the broker, both wait for it; the topic is made as a compacted one."""
    broker = start_broker(home=home)
    servers = broker.bootstrap_servers
    port = int(servers.rpartition(":")[2])
    release_broker(home, EMBEDDED, force=True)
    options = {"bootstrap_servers": servers, "topic": "later"}
    table = stopping(TableConsumer(group_id="later", name=random_name("table"), **options)).start()
    season = stopping(SeasonProducer([day_of(0)], name=random_name("season"), **options)).start()
    wait_until(lambda: table.status.state == "broker away", what="the table to wait")

    start_broker(home=home, port=port)

    wait_until(lambda: table.status.consumed == 4, what="the table", timeout_s=30)
    assert season.join(10)
    configs = {report.name: report.config for report in describe_topics(servers)}
    assert configs["later.team_stats"]["cleanup.policy"] == "compact"


def test_dates_are_days(make_season: Callable[..., SeasonProducer]) -> None:
    """A status names the day that was sent last, none before the first."""
    season = make_season(day_of(0))
    assert season.status.day is None

    with season:
        season.join(10)

    assert season.status.day == date(2026, 2, 20)


def test_a_table_lives_through_an_outage_and_a_log_that_was_lost(home: Path, stopping: Callable[[Runner], Any]) -> None:
    """While the broker is away the rows stay; when it is back, the table is that of its log, the old one or a new."""
    broker = start_broker(home=home)
    servers, port = broker.bootstrap_servers, int(broker.bootstrap_servers.rpartition(":")[2])
    options = {"bootstrap_servers": servers, "topic": "outage"}
    table = stopping(TableConsumer(group_id="outage", name=random_name("table"), **options)).start()
    with SeasonProducer([day_of(0)], name=random_name("season"), **options) as season:
        assert season.join(10)
    wait_until(lambda: table.status.consumed == 4, what="the first day")

    release_broker(home, EMBEDDED, force=True)
    wait_until(lambda: table.status.state == "broker away" and table.status.away_reason, what="the outage")
    assert sorted(table.values()) == list(TEAMS)
    start_broker(home=home, port=port)
    wait_until(lambda: table.status.state == "live" and table.status.keys == 4, what="the table", timeout_s=30)

    release_broker(home, EMBEDDED, force=True)
    reset_broker(home)
    start_broker(home=home, port=port)
    wait_until(lambda: table.status.state == "live" and table.status.keys == 0, what="an empty table", timeout_s=30)
    with SeasonProducer([day_of(1)], name=random_name("season"), **options) as season:
        assert season.join(20)
    wait_until(lambda: table.status.consumed == 4, what="the day of the new log")
    assert table.values()["OKC"].as_of == DAY + timedelta(days=1)
