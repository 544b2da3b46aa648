"""Records that cannot be read: named by partition and offset, and no reader spins, hides them or stays behind."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from broken import batches_of, send_garbage
from brokers import BOTH_ENGINES_PATIENCE_S, on_both_engines
from support import processed, random_name, wait_until

from nbmomentum.errors import BrokerError, RunnerError
from nbmomentum.runners import Runner
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import (
    BackgroundConsumer,
    Broker,
    GameProducer,
    LogTail,
    PipelineWalk,
    TableConsumer,
    open_kafka_consumer,
    replay_events,
)
from nbmomentum.stream.cluster import close_kafka_clients
from nbmomentum.stream.cluster.fetches import UnreadableRecords
from nbmomentum.stream.log_reader import read_wiring

# Its key lies in partition 2 of 3.
PLAYS = load_game("0021500277")
CODECS = ("snappy", "lz4", "zstd")
# A batch that compression would not make any smaller is sent as it is.
LONG = b"no play, " * 40


@pytest.fixture
def no_codecs(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let this process read no batch of these codecs from now on, as without their packages."""

    def hide() -> None:
        for codec in CODECS:
            monkeypatch.setattr(f"kafka.codec.has_{codec}", lambda: False)

    return hide


@pytest.fixture
def bare_clients() -> Iterator[None]:
    """Close a lesson's clients."""
    yield
    close_kafka_clients()


def until_read(consumer: BackgroundConsumer, records: int) -> None:
    """Wait until it has processed so many, and said what is wrong."""
    wait_until(
        lambda: consumer.status.consumed >= records and consumer.status.last_error,
        what=f"{records} records and a word of the others, not {consumer.status}",
        timeout_s=BOTH_ENGINES_PATIENCE_S,
    )


@on_both_engines
@pytest.mark.parametrize("codec", CODECS)
def test_every_codec_is_read(
    broker: Broker, topic: str, make_consumer: Callable[..., BackgroundConsumer], codec: str
) -> None:
    """The packages come with the kit."""
    with batches_of(broker.bootstrap_servers, codec) as send:
        send(topic, [play.to_json() for play in PLAYS], key=b"0021500277", headers=[("replay_id", b"a")])

    consumer = make_consumer(tail=False).start()
    assert consumer.join(BOTH_ENGINES_PATIENCE_S)

    state = consumer.states()["0021500277"]
    assert (state.home_score, state.away_score, consumer.status.lag) == (97, 95, 0)
    assert consumer.status.last_error == ""


@on_both_engines
@pytest.mark.parametrize("codec", CODECS)
def test_missing_package_is_told_and_the_other_partitions_are_read(
    broker: Broker,
    topic: str,
    make_producer: Callable[..., GameProducer],
    make_consumer: Callable[..., BackgroundConsumer],
    no_codecs: Callable[[], None],
    codec: str,
) -> None:
    """The records are good: they are not passed over, and a start with the package reads them."""
    with batches_of(broker.bootstrap_servers, codec) as send:
        send(topic, [LONG] * 3, partition=0)
    make_producer(PLAYS).start().join(15)
    no_codecs()

    consumer = make_consumer().start()
    until_read(consumer, len(PLAYS))
    wait_until(lambda: consumer.status.committed_lag == 3, what="the others to be committed")

    assert f"Partition 0 of {topic} cannot be read from offset 0 on" in consumer.status.last_error
    assert codec in consumer.status.last_error
    assert "nbmomentum doctor" in consumer.status.last_error
    assert (consumer.status.state, consumer.status.lag) == ("live", 3)
    assert consumer.states()["0021500277"].home_score == 97
    consumer.stop()
    assert consumer.status.state == "stopped"


def test_package_that_is_installed_then_reads_them(
    broker: Broker,
    topic: str,
    make_consumer: Callable[..., BackgroundConsumer],
    no_codecs: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The next start of the same group loses none."""
    with batches_of(broker.bootstrap_servers, "lz4") as send:
        send(topic, [play.to_json() for play in PLAYS], key=b"0021500277", headers=[("replay_id", b"a")])
    no_codecs()
    consumer = make_consumer().start()
    until_read(consumer, 0)
    consumer.stop()
    monkeypatch.undo()

    consumer.start()
    wait_until(lambda: processed(consumer) == len(PLAYS), what="all to be read")

    assert consumer.states()["0021500277"].away_score == 95


def test_reader_that_is_to_end_ends_with_the_reason(
    broker: Broker,
    topic: str,
    make_producer: Callable[..., GameProducer],
    make_consumer: Callable[..., BackgroundConsumer],
    no_codecs: Callable[[], None],
) -> None:
    """`consume --once` reads what it can, and does not say that this was all."""
    with batches_of(broker.bootstrap_servers, "zstd") as send:
        send(topic, [LONG], partition=0)
    make_producer(PLAYS).start().join(15)
    no_codecs()
    consumer = make_consumer(tail=False).start()

    assert consumer.join(15)
    with pytest.raises(RunnerError, match="cannot be read from offset 0 on"):
        consumer.stop()
    assert (consumer.status.state, consumer.status.consumed) == ("failed", len(PLAYS))


def test_garbage_is_left_out_and_told(
    broker: Broker,
    topic: str,
    make_producer: Callable[..., GameProducer],
    make_consumer: Callable[..., BackgroundConsumer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody can read it: what follows in its partition is read, committed, and the figures are right."""
    make_producer(PLAYS[:40]).start().join(15)
    at = send_garbage(broker.bootstrap_servers, topic, 4, monkeypatch, partition=2)
    make_producer(PLAYS).start().join(15)

    consumer = make_consumer().start()
    until_read(consumer, 40 + len(PLAYS))
    wait_until(lambda: consumer.status.committed_lag == 0, what="all to be committed")

    assert f"The records at offsets {at} to {at + 3} of partition 2 cannot be read" in consumer.status.last_error
    assert consumer.status.lag == 0
    assert consumer.states()["0021500277"].home_score == 97


@pytest.mark.parametrize("broker", ["apache"], indirect=True)
def test_batch_that_is_broken_on_disk(
    broker: Broker,
    topic: str,
    make_consumer: Callable[..., BackgroundConsumer],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Its checksum says so: it is left out with a word, and the plays behind it count."""
    keyed = {"key": b"0021500277", "headers": [("replay_id", b"a")]}
    with batches_of(broker.bootstrap_servers) as send:
        send(topic, [play.to_json() for play in PLAYS[:5]], **keyed)
        send(topic, [play.to_json() for play in PLAYS[5:]], **keyed)
    [segment] = tmp_path_factory.getbasetemp().rglob(f"{topic}-2/00000000000000000000.log")
    with segment.open("r+b") as log:
        log.seek(200)  # inside the first batch's records
        log.write(b"\0")

    consumer = make_consumer().start()
    until_read(consumer, len(PLAYS) - 5)
    wait_until(lambda: consumer.status.committed_lag == 0, what="all to be committed")

    assert "The records at offsets 0 to 4 of partition 2 cannot be read" in consumer.status.last_error
    assert "CorruptRecordError" in consumer.status.last_error
    assert len(consumer.states()["0021500277"].plays) == len(PLAYS) - 5


def test_record_in_the_middle_of_garbage(
    broker: Broker, topic: str, make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """Reading up to the end passes over two such batches, and ends."""
    with pytest.MonkeyPatch.context() as patch:
        send_garbage(broker.bootstrap_servers, topic, 1, patch, partition=2)
        with batches_of(broker.bootstrap_servers) as send:
            send(topic, [PLAYS[0].to_json()], key=b"0021500277", headers=[("replay_id", b"a")])
        send_garbage(broker.bootstrap_servers, topic, 2, patch, partition=2)

    consumer = make_consumer(tail=False).start()
    assert consumer.join(15)

    assert (consumer.status.consumed, consumer.status.lag, consumer.status.committed_lag) == (1, 0, 0)
    assert "The records at offsets 2 to 3 of partition 2 cannot be read" in consumer.status.last_error
    assert "1 batch before" in consumer.status.last_error


@on_both_engines
def test_tail_shows_the_rest_of_the_log(
    broker: Broker,
    topic: str,
    make_producer: Callable[..., GameProducer],
    no_codecs: Callable[[], None],
    stopping: Callable[[Runner], Any],
) -> None:
    """Its picture says why one partition stays empty."""
    with batches_of(broker.bootstrap_servers, "snappy") as send:
        send(topic, [LONG], partition=1)
    make_producer(PLAYS[:5]).start().join(15)
    no_codecs()

    tail = stopping(LogTail(bootstrap_servers=broker.bootstrap_servers, topic=topic, name=random_name("log"))).start()
    wait_until(lambda: tail.status.state == "live" and len(tail.records()) == 5, what="the others")
    wait_until(lambda: tail.status.trouble, what="a word of it")
    make_producer(PLAYS[:5]).start().join(15)
    wait_until(lambda: len(tail.records()) == 10, what="what is written later")

    assert f"Partition 1 of {topic} cannot be read from offset 0 on" in tail.status.trouble
    tail.stop()


@on_both_engines
def test_table_is_not_whole_without_a_word(
    broker: Broker, topic: str, no_codecs: Callable[[], None], stopping: Callable[[Runner], Any]
) -> None:
    """It shows what it can read, or ends with the reason."""
    with batches_of(broker.bootstrap_servers, "zstd") as send:
        send(f"{topic}.team_stats", [LONG], key=b"MIA")
    no_codecs()
    options = {"bootstrap_servers": broker.bootstrap_servers, "group_id": random_name("group"), "topic": topic}

    table = stopping(TableConsumer(name=random_name("table"), **options)).start()
    wait_until(lambda: table.status.state == "live" and table.status.last_error, what="a word of it")
    assert "cannot be read from offset 0 on" in table.status.last_error
    table.stop()

    once = stopping(TableConsumer(name=random_name("table"), tail=False, **options)).start()
    assert once.join(15)
    with pytest.raises(RunnerError, match="cannot be read"):
        once.stop()


def test_replay_that_cannot_be_read_back_is_refused(
    broker: Broker,
    topic: str,
    make_producer: Callable[..., GameProducer],
    make_consumer: Callable[..., BackgroundConsumer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What would be saved would not be the replay."""
    make_producer(PLAYS).start().join(15)
    consumer = make_consumer().start()
    wait_until(lambda: processed(consumer) == len(PLAYS), what="all to be read")
    send_garbage(broker.bootstrap_servers, topic, 1, monkeypatch, partition=2)

    with pytest.raises(BrokerError, match=f"Partition 2 of {topic} cannot be read from offset {len(PLAYS)} on"):
        replay_events(consumer)


def test_wiring_names_it(
    broker: Broker, topic: str, make_producer: Callable[..., GameProducer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of the diagram is drawn."""
    make_producer(PLAYS[:5]).start().join(15)
    send_garbage(broker.bootstrap_servers, topic, 1, monkeypatch, partition=2)

    wiring = read_wiring(broker.bootstrap_servers, topic)

    [wired] = [each for each in wiring.topics if each.report.name == topic]
    assert wired.sample is None
    assert "cannot be read from offset 5 on" in wired.trouble


def test_walk_says_what_it_waits_for(
    broker: Broker, topic: str, no_codecs: Callable[[], None], stopping: Callable[[Runner], Any]
) -> None:
    """It polls no record that it cannot read, and stops all the same."""
    with batches_of(broker.bootstrap_servers, "snappy") as send:
        send(topic, [LONG], partition=2)
    no_codecs()
    walk = stopping(
        PipelineWalk(PLAYS, bootstrap_servers=broker.bootstrap_servers, topic=topic, name=random_name("walk"))
    ).start()
    wait_until(lambda: walk.status.partitions == 3, what="its place in the group")

    walk.step_play()
    wait_until(lambda: walk.status.trouble, what="a word of it")

    assert "cannot be read from offset 0 on" in walk.status.trouble
    walk.stop()


@pytest.mark.usefixtures("bare_clients")
def test_poll_in_a_cell_raises_each_time(broker: Broker, topic: str, no_codecs: Callable[[], None]) -> None:
    """Kafka's own client spins for ever after the first error."""
    with batches_of(broker.bootstrap_servers, "lz4") as send:
        send(topic, [LONG] * 2, partition=0)
    no_codecs()
    consumer = open_kafka_consumer(broker.bootstrap_servers, group_id=random_name("group"))
    consumer.subscribe([topic])

    for _ in range(2):
        with pytest.raises(UnreadableRecords, match="lz4"):
            wait_until(lambda: consumer.poll(timeout_ms=200), what="the records")


def test_fault_of_the_client_is_told_and_survived(
    broker: Broker,
    topic: str,
    make_producer: Callable[..., GameProducer],
    make_consumer: Callable[..., BackgroundConsumer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever a poll raises: the reader says it, and goes on when it is over."""
    make_producer(PLAYS[:5]).start().join(15)
    consumer = make_consumer().start()
    wait_until(lambda: processed(consumer) == 5, what="the first records")

    with monkeypatch.context() as patch:
        patch.setattr("kafka.consumer.fetcher.Fetcher.fetch_records", lambda *_, **__: {}["no such thing"])
        wait_until(lambda: "KeyError" in consumer.status.last_error, what="a word of it")
        assert consumer.is_running
    make_producer(PLAYS).start().join(15)
    wait_until(lambda: processed(consumer) == 5 + len(PLAYS), what="the others")
