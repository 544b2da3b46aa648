"""An idle consumer rests: only a poll that follows records waits for more."""

from typing import Any

from nbmomentum.stream.cluster.polling import POLL_TIMEOUT_MS, Poller


class Client:
    """A consumer that gives what it is told, and notes how long it was asked to wait."""

    def __init__(self, *answers: dict[str, list[Any]]) -> None:
        self._answers = list(answers)
        self.timeouts_ms: list[int] = []
        self.limits: list[int | None] = []

    def poll(self, *, timeout_ms: int, max_records: int | None) -> dict[str, list[Any]]:
        """The next answer."""
        self.timeouts_ms.append(timeout_ms)
        self.limits.append(max_records)
        return self._answers.pop(0)


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
