"""Cells that wait: others go on meanwhile, the cell says what it waits for, and its end says what to do."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from nbmomentum import studio
from nbmomentum.errors import RunnerError
from nbmomentum.runners import Runner
from nbmomentum.stream import BackgroundConsumer, ConsumerStatus
from nbmomentum.studio import waiting


class Part(Runner):
    """A part of a lesson that says of itself what the test wants."""

    def __init__(self, status: ConsumerStatus) -> None:
        super().__init__(status.name)
        self.status = status


class Page:
    """What the page shows under the cell: lines that are written, and written anew."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def display(self, shown: dict[str, str], **_: object) -> SimpleNamespace:
        """Show a line; the handle writes it anew."""
        self.lines.append(shown["text/plain"])
        return SimpleNamespace(update=lambda shown, **_: self.lines.append(shown["text/plain"]))


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    """A page on which a waiting cell writes at once."""
    page = Page()
    monkeypatch.setattr(waiting, "display", page.display)
    monkeypatch.setattr(waiting, "SAY_AFTER_S", 0.0)
    monkeypatch.setattr(waiting, "_SAY_INTERVAL_S", 0.0)
    return page


def run_as_cell(work: Coroutine[Any, Any, None]) -> None:
    """Run this to its end in a loop of its own; the browser tests' loop may still hold the main thread."""
    with ThreadPoolExecutor(1) as kernel:
        kernel.submit(asyncio.run, work).result(10)


def after(seconds: float) -> Callable[[], bool]:
    """A condition that holds after so many seconds."""
    end_s = time.monotonic() + seconds
    return lambda: time.monotonic() > end_s


def test_until_lets_others_go_on_while_it_waits() -> None:
    """A task of the same loop, such as a button's, is not held up by a cell that waits."""
    seen: list[str] = []

    async def cell() -> None:
        click = asyncio.get_running_loop().call_soon(seen.append, "click")
        await studio.until(lambda: seen)
        click.cancel()

    run_as_cell(cell())

    assert seen == ["click"]


def test_short_wait_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell takes a second or two; its result stands alone."""
    page = Page()
    monkeypatch.setattr(waiting, "display", page.display)

    run_as_cell(studio.until(after(0.1), "the records"))

    assert page.lines == []


def test_long_wait_says_what_for_and_how_things_are(page: Page) -> None:
    """Of the parts that the condition looks at; the last line is of the past."""
    trouble = "It has been joining its group for 7 s, and waits for consumer-1 to join, too."
    member = Part(ConsumerStatus("consumer-2", "g", "joining", group_trouble=trouble))
    is_over = after(0.2)

    run_as_cell(studio.until(lambda: member.status.state == "live" or is_over(), "the group to settle"))

    assert page.lines[0] == f"Waiting for the group to settle, for 0 s so far. consumer-2 is joining: {trouble}"
    assert page.lines[-1] == "Waited 0 s for the group to settle."


def test_end_of_a_wait_says_what_it_was_for_how_things_are_and_what_to_do(page: Page) -> None:
    """It is an error: the cell after it would show half of the lesson."""
    consumer = Part(ConsumerStatus("consumer", "g", "paused"))

    with pytest.raises(RunnerError) as ended:
        run_as_cell(studio.until(lambda: consumer.status.state == "live", "the consumer", timeout_s=0.0))

    assert str(ended.value).startswith(
        "After 0 s the wait for the consumer ends. consumer is paused. Run this cell once"
    )


def test_wait_for_what_was_ended_by_an_error_ends_at_once(page: Page) -> None:
    """It would last for ever."""
    consumer = Part(ConsumerStatus("consumer", "g", "failed"))
    consumer.error = ValueError("no such thing")

    with pytest.raises(RunnerError, match=r"was ended by an error: no such thing\. Run this cell") as ended:
        run_as_cell(studio.until(lambda: consumer.status.lag == 0, "the consumer to catch up"))

    assert ended.value.__cause__ is consumer.error


def test_members_of_a_group_tell_for_themselves(page: Page) -> None:
    """Which of them holds the others up is what a learner wants to know."""
    group = waiting.GroupOfConsumers(bootstrap_servers="127.0.0.1:1", group_id="g")
    group._members = {"consumer-1": BackgroundConsumer(bootstrap_servers="127.0.0.1:1", group_id="g")}

    with pytest.raises(RunnerError, match=r"ends\. group is starting\. consumer is starting\. Run this"):
        run_as_cell(studio.until(lambda: group.is_settled and False, "the group", timeout_s=0.0))
