"""Waiting in a cell, while the page and the threads go on.

```python
await studio.until(lambda: consumer.status.lag == 0, "the consumer to catch up")
```
"""

import asyncio
import inspect
import time
from collections.abc import Callable
from types import FunctionType
from typing import Any

from IPython.display import DisplayHandle, display

from nbmomentum.errors import RunnerError
from nbmomentum.runners import Runner
from nbmomentum.stream import GroupOfConsumers

# A cell of a lesson takes a second or two: what takes longer says why.
SAY_AFTER_S = 5.0
_LOOK_INTERVAL_S = 0.03
_SAY_INTERVAL_S = 1.0
NEXT_STEP = (
    "Run this cell once more to wait on. If a part of it has ended, or is not what the lesson says, run the cell that "
    "started it again: that starts it anew. `nbmomentum doctor` looks for what is wrong with this computer."
)


async def until(condition: Callable[[], object], what: str = "this", *, timeout_s: float = 30.0) -> None:
    """Wait in a cell until this holds; the page, its buttons and the threads go on meanwhile.

    await studio.until(lambda: consumer.status.lag == 0, "the consumer to catch up")

    After five seconds a line under the cell says what it waits for, and what the producers, consumers and groups that
    the condition looks at are doing.

    Args:
        condition: Looked at thirty times a second.
        what: What it waits for, in words that go on after "waiting for".
        timeout_s: When to give up, in seconds.

    Raises:
        RunnerError: It still does not hold after `timeout_s` seconds, or what it looks at was ended by an error.
    """
    parts, line = _parts_of(condition), _WaitingLine()
    began_s = said_s = time.monotonic()
    while not condition():
        now = time.monotonic()
        waited = f"{now - began_s:.0f} s"
        if ended := next((part for part in parts if part.error is not None), None):
            raise RunnerError(f"Waiting for {what} has no use: {_describe(ended)} {NEXT_STEP}") from ended.error
        if now - began_s > timeout_s:
            raise RunnerError(f"After {waited} the wait for {what} ends. {_describe_all(parts)}{NEXT_STEP}")
        if now - began_s > SAY_AFTER_S and now - said_s > _SAY_INTERVAL_S:
            said_s = now
            line.say(f"Waiting for {what}, for {waited} so far. {_describe_all(parts)}".rstrip())
        await asyncio.sleep(_LOOK_INTERVAL_S)
    line.say_if_shown(f"Waited {time.monotonic() - began_s:.0f} s for {what}.")


class _WaitingLine:
    """A line of text under the cell, from its first word on."""

    def __init__(self) -> None:
        self._handle: DisplayHandle | None = None

    def say(self, text: str) -> None:
        """Show this, in the place of what was there."""
        if self._handle is None:
            self._handle = display({"text/plain": text}, raw=True, display_id=True)
        else:
            self._handle.update({"text/plain": text}, raw=True)

    def say_if_shown(self, text: str) -> None:
        """Show this in the place of what was there; nothing if nothing was."""
        if self._handle is not None:
            self.say(text)


def _parts_of(condition: Callable[[], object]) -> list[Runner]:
    """What the condition looks at, as far as it has a thread of its own."""
    if not isinstance(condition, FunctionType):
        return []
    seen = inspect.getclosurevars(condition)
    return [part for part in (*seen.globals.values(), *seen.nonlocals.values()) if isinstance(part, Runner)]


def _describe_all(parts: list[Runner]) -> str:
    members = [member for part in parts if isinstance(part, GroupOfConsumers) for member in part.members().values()]
    return "".join(f"{_describe(part)} " for part in (*parts, *members))


def _describe(part: Runner) -> str:
    """What it is doing, and what is wrong with it, in a sentence."""
    if part.error is not None:
        return f"{part.name} was ended by an error: {str(part.error).rstrip('.')}."
    status: Any = getattr(part, "status", None)
    troubles = (getattr(status, field, "") for field in ("error", "away_reason", "group_trouble", "last_error"))
    trouble = next(filter(None, troubles), "")
    state = getattr(status, "state", "running" if part.is_running else "stopped")
    return f"{part.name} is {state}: {trouble}" if trouble else f"{part.name} is {state}."
