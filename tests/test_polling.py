"""An idle consumer rests: only a poll that follows records waits for more. What cannot be read is passed over."""

import inspect
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.consumer.fetcher import Fetcher
from kafka.errors import CorruptRecordError, UnsupportedCodecError

from nbmomentum.stream.cluster.fetches import UnreadableRecords
from nbmomentum.stream.cluster.polling import POLL_TIMEOUT_MS, TRIES, Poller, PollFailed

PARTITION = TopicPartition("topic", 2)
GARBAGE = UnreadableRecords(PARTITION, 17, CorruptRecordError("no gzip"), next_offset=20)


class Client:
    """A consumer that gives what it is told, and notes how long it was asked to wait."""

    def __init__(self, *answers: dict[Any, list[Any]] | Exception) -> None:
        self._answers = list(answers)
        self.sought: list[tuple[TopicPartition, int]] = []
        self.timeouts_ms: list[int] = []
        self.limits: list[int | None] = []

    def poll(self, *, timeout_ms: int, max_records: int | None) -> dict[Any, list[Any]]:
        """The next answer, or error."""
        self.timeouts_ms.append(timeout_ms)
        self.limits.append(max_records)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Note the place."""
        self.sought.append((partition, offset))


def test_only_a_poll_that_follows_records_waits() -> None:
    """The embedded broker has no long polling: to wait for nothing would keep a processor busy."""
    client, poller = Client({}, {"p": [1]}, {}, {}), Poller()

    found = [poller.poll(client) for _ in range(4)]

    assert found == [{}, {"p": [1]}, {}, {}]
    assert client.timeouts_ms == [0, 0, POLL_TIMEOUT_MS, 0]


def test_poll_after_a_seek_waits_once() -> None:
    """Where records are known to lie, the first fetch is worth waiting for."""
    client, poller = Client({}, {}), Poller()

    poller.expect_records()
    poller.poll(client)
    poller.poll(client)

    assert client.timeouts_ms == [POLL_TIMEOUT_MS, 0]


def test_what_else_a_poll_does_may_take_longer() -> None:
    """Joining a group needs its time; a step takes no more records than asked."""
    client, poller = Client({}), Poller()

    poller.poll(client, wait_ms=100, max_records=1)

    assert (client.timeouts_ms, client.limits) == ([100], [1])


def test_batch_that_nobody_can_read_is_tried_again_then_left_out() -> None:
    """A fault on the way would be gone the next time; what is left out is said, however often it is met."""
    client, poller = Client(*[GARBAGE] * TRIES, {PARTITION: [20]}, *[GARBAGE] * TRIES), Poller()

    polls = [poller.poll(client) for _ in range(TRIES)]
    sought_at_first = list(client.sought)
    polls += [poller.poll(client) for _ in range(TRIES + 1)]

    assert polls == [{}] * TRIES + [{PARTITION: [20]}] + [{}] * TRIES
    assert (sought_at_first, client.sought) == ([(PARTITION, 20)], [(PARTITION, 20)] * 2)
    words = poller.troubles(client, [PARTITION])
    assert words.startswith("The records at offsets 17 to 19 of partition 2 cannot be read; they are left out")
    assert "before" not in words
    assert poller.troubles(client, []) == ""
    assert poller.standing_still() == {}


@pytest.mark.parametrize(
    "unreadable",
    [
        UnreadableRecords(PARTITION, 17, CorruptRecordError("cut off")),
        UnreadableRecords(PARTITION, 17, UnsupportedCodecError("no lz4"), next_offset=20),
    ],
    ids=["end unknown", "package missing"],
)
def test_partition_stands_still_where_records_could_be_lost(unreadable: UnreadableRecords) -> None:
    """Until something of it is read again."""
    client, poller = Client(*[unreadable] * 5, {PARTITION: [17]}), Poller()

    for _ in range(5):
        poller.poll(client)
    still = poller.standing_still()
    poller.poll(client)

    assert client.sought == []
    assert still == {PARTITION: str(unreadable)}
    assert "Partition 2 of topic cannot be read from offset 17 on" in still[PARTITION]
    assert (poller.standing_still(), poller.troubles(client, [PARTITION])) == ({}, "")


def test_fault_of_the_client_is_a_kafka_error() -> None:
    """Whoever polls survives those."""
    with pytest.raises(PollFailed, match="KeyError: 'no such thing'"):
        Poller().poll(Client(KeyError("no such thing")))


def test_what_we_touch_of_the_fetcher_is_there() -> None:
    """Private names of kafka-python, in the versions that pyproject.toml asks for."""
    assert list(inspect.signature(Fetcher._parse_fetched_data).parameters) == ["self", "completed_fetch"]
    handed_out = ["self", "drained", "part", "max_records", "update_offsets"]
    assert list(inspect.signature(Fetcher._append).parameters) == handed_out
    assert "_next_partition_records" in inspect.getsource(Fetcher.fetched_records)
