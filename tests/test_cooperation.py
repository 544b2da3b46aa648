"""What we add to kafka-python's joining: an answer that comes between two polls counts."""

from collections.abc import Coroutine
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from kafka.errors import KafkaConnectionError

from nbmomentum.stream.consumer.cooperation import keep_answers


def ran(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine that waits for nothing gives; without a loop, for a browser test's may run in this thread."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    coroutine.close()
    raise AssertionError("it waits for something")


@dataclass
class ScriptedCoordinator:
    """Stands in for kafka-python's: each join it sends has an answer of its own."""

    is_rebalancing: bool = True
    is_down: bool = False
    joins: int = 0
    completed: list[int] = field(default_factory=list)

    def rebalance_in_progress(self) -> bool:
        """Whether it has asked to join, and has taken no answer."""
        return self.is_rebalancing

    async def _do_join_and_sync_async(self) -> bytes:
        """Send a join; the answer names it."""
        self.joins += 1
        if self.is_down:
            raise KafkaConnectionError("no answer")
        return str(self.joins).encode()

    async def _on_join_complete_async(self, generation: int, *_: object) -> None:
        """An answer was taken."""
        self.completed.append(generation)

    def join(self) -> bytes:
        """Send a join, or take the answer that is there."""
        answer: bytes = ran(self._do_join_and_sync_async())
        return answer

    def complete(self, generation: int) -> None:
        """Take this answer."""
        ran(self._on_join_complete_async(generation, "member", "range", b""))


@pytest.fixture
def coordinator() -> ScriptedCoordinator:
    """A coordinator that keeps its answers."""
    coordinator = ScriptedCoordinator()
    keep_answers(SimpleNamespace(_coordinator=coordinator))
    return coordinator


def test_answer_between_two_polls_is_taken_by_the_next(coordinator: ScriptedCoordinator) -> None:
    """The second poll sends no join: the group's leader would make everybody rebalance once more."""
    first, second = coordinator.join(), coordinator.join()

    assert (first, second, coordinator.joins) == (b"1", b"1", 1)


def test_answer_that_was_taken_is_old_at_the_next_rebalance(coordinator: ScriptedCoordinator) -> None:
    """Each join that has come to its end is followed by a new one."""
    coordinator.join()
    coordinator.complete(7)

    assert coordinator.join() == b"2"
    assert coordinator.completed == [7]


def test_answer_is_old_once_the_member_has_fallen_out_of_its_group(coordinator: ScriptedCoordinator) -> None:
    """It joins anew, also when the first try fails."""
    coordinator.join()
    coordinator.is_rebalancing, coordinator.is_down = False, True
    with pytest.raises(KafkaConnectionError):
        coordinator.join()

    coordinator.is_rebalancing, coordinator.is_down = True, False

    assert coordinator.join() == b"3"
