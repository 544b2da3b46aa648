"""What many tests use: waiting for a condition, and names that no other test has."""

import secrets
import threading
import time
from collections.abc import Callable

PATIENCE_S = 15.0
POLL_INTERVAL_S = 0.01


def wait_until(condition: Callable[[], object], *, what: str = "the condition", timeout_s: float | None = None) -> None:
    """Wait until the condition holds; fail with what was awaited when it does not in time."""
    patience_s = PATIENCE_S if timeout_s is None else timeout_s
    deadline = time.monotonic() + patience_s
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience_s:g} s for {what}")
        pause.wait(POLL_INTERVAL_S)


def random_name(prefix: str) -> str:
    """A topic, group or runner name of this test's own."""
    return f"{prefix}-{secrets.token_hex(4)}"
