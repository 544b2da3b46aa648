"""What many tests use: waiting for a condition, and names that no other test has."""

import contextlib
import importlib.util
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from nbmomentum.stream import BackgroundConsumer

PATIENCE_S = 15.0
POLL_INTERVAL_S = 0.01
INTERRUPT_AFTER_S = 0.05

needs_pyarrow = pytest.mark.skipif(
    importlib.util.find_spec("pyarrow") is None,
    reason="pyarrow is not installed; `uv sync --group exports` installs it",
)


def wait_until(condition: Callable[[], object], *, what: str = "the condition", timeout_s: float | None = None) -> None:
    """Wait until the condition holds; fail with what was awaited when it does not in time."""
    patience_s = PATIENCE_S if timeout_s is None else timeout_s
    deadline = time.monotonic() + patience_s
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience_s:g} s for {what}")
        pause.wait(POLL_INTERVAL_S)


def processed(consumer: BackgroundConsumer) -> int:
    """How many records it has processed, each counted once.

    On a busy machine a group may rebalance unasked: what was not committed by then is processed, and `consumed`, twice.
    """
    return consumer.status.consumed - consumer.status.duplicates


def random_name(prefix: str) -> str:
    """A topic, group or runner name of this test's own."""
    return f"{prefix}-{secrets.token_hex(4)}"


@contextlib.contextmanager
def interrupted() -> Iterator[None]:
    """A learner's Ctrl-C, soon after this block began to wait; a block that is over before it is an error."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, INTERRUPT_AFTER_S)
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
