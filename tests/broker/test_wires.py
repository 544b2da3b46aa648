"""The wire sheet is made from what runs: topics, records and groups as the broker describes them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from brokers import BOTH_ENGINES_PATIENCE_S, on_both_engines
from independent import committed, end_offsets, plain_producer
from support import random_name, wait_until
from typer.testing import CliRunner

from nbmomentum import studio
from nbmomentum.cli.app import app
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer, dead_letter_topic, ensure_topics
from nbmomentum.stream.log_reader import wiring
from nbmomentum.stream.log_reader.wiring import read_wiring

PLAYS = load_game("0021500277")


@pytest.fixture
def group(
    broker: Broker,
    topic: str,
    make_producer: Callable[..., GameProducer],
    make_consumer: Callable[..., BackgroundConsumer],
) -> str:
    """A group that has read a game and a record that is none."""
    group = random_name("group")
    consumer = make_consumer(group_id=group).start()
    make_producer(PLAYS).start().join(15)
    with plain_producer(broker.bootstrap_servers) as send:
        send(topic, b"no play", partition=1)
    wait_until(
        lambda: (consumer.status.invalid, consumer.status.committed_lag) == (1, 0),
        what="all to be committed",
        timeout_s=BOTH_ENGINES_PATIENCE_S,
    )
    return group


@on_both_engines
def test_topics_samples_and_groups_are_the_brokers_own(broker: Broker, topic: str, group: str) -> None:
    """Offsets and commits are those of plain clients; each topic with records shows its newest one."""
    wiring = read_wiring(broker.bootstrap_servers, topic)

    by_name = {each.report.name: each for each in wiring.topics}
    assert set(by_name) == {topic, dead_letter_topic(topic), f"{topic}.team_stats"}
    ends = {each.partition: each.end for each in by_name[topic].report.partitions if each.end}
    assert ends == end_offsets(broker.bootstrap_servers, topic)
    newest = by_name[topic].sample
    assert newest is not None
    assert (newest.offset, newest.event) == (len(PLAYS) - 1, PLAYS[-1])
    assert by_name[f"{topic}.team_stats"].sample is None
    (reader,) = wiring.groups
    assert (reader.group_id, reader.members) == (group, 1)
    plain = {number: saved.offset for number, saved in committed(broker.bootstrap_servers, group).items()}
    assert reader.committed == {topic: plain}


def test_no_group_has_committed_beyond_the_end(
    broker: Broker, topic: str, group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A game goes on while the broker is asked one thing after the other."""
    described = wiring.describe_topics

    def describe_and_go_on(servers: str) -> object:
        reports = described(servers)
        with plain_producer(servers) as send:
            end = send(topic, PLAYS[0].to_json(), partition=1).offset + 1
        wait_until(lambda: committed(servers, group)[1].offset == end, what="the group to commit it")
        return reports

    monkeypatch.setattr(wiring, "describe_topics", describe_and_go_on)
    found = read_wiring(broker.bootstrap_servers, topic)

    [report] = [each.report for each in found.topics if each.report.name == topic]
    ends = {each.partition: each.end for each in report.partitions}
    [reader] = found.groups
    assert all(offset <= ends[partition] for partition, offset in reader.committed[topic].items())


def test_the_sheet_shows_them(broker: Broker, topic: str, group: str) -> None:
    """The game's partition, its last play, the group, and who wrote the dead letter."""
    sheet = studio.wire_sheet(broker, topic=topic)

    assert f"{len(PLAYS)} records, offsets 0 to {len(PLAYS) - 1}, next {len(PLAYS)}" in sheet.svg
    assert "Dwyane Wade" in sheet.svg
    assert "source: bundled" in sheet.svg
    assert "could not read it" in sheet.svg
    assert f"read by {group} (1 member)" in sheet.sentence


def test_the_command_writes_it_into_a_file(broker: Broker, topic: str, tmp_path: Path) -> None:
    """`nbmomentum topics --sheet FILE.svg`."""
    file = tmp_path / "wires.svg"
    ensure_topics(broker.bootstrap_servers, topic)

    result = CliRunner().invoke(
        app, ["topics", "--sheet", str(file), "--topic", topic, "--bootstrap-servers", broker.bootstrap_servers]
    )

    assert result.exit_code == 0, result.output
    assert file.read_text(encoding="utf-8").startswith("<svg")
