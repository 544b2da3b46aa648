"""What can go wrong with a feed, on demand."""

import threading
from collections.abc import Callable
from typing import Final, NamedTuple

from nbmomentum.errors import SettingsError

SLOW_S: Final = 2.0
LONGEST_SILENCE_S: Final = 120.0

DENIED: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>'
STATUSES: Final = {"403": 403, "404": 404, "429": 429, "500": 500, "503": 503}
FAULTS: Final = (*STATUSES, "empty", "{}", "truncated", "broken off", "slow", "time-out", "repeat")
"""A status; an empty body; an empty object; half a body; a connection that ends in the middle of it; an answer after
two seconds; none at all; the answer before once more."""


class Reply(NamedTuple):
    """What goes back over the connection.

    Attributes:
        status: The HTTP status.
        body: Its content.
        promised_bytes: The length the header promises, where it is not that of the body.
    """

    status: int
    body: bytes
    promised_bytes: int | None = None


class Faults:
    """The faults that are to come, and what was answered before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._coming: list[tuple[str, str]] = []
        self._last: dict[str, Reply] = {}

    def add(self, fault: str, times: int, path: str) -> None:
        """Let the next answers to addresses that contain `path` go wrong.

        Raises:
            SettingsError: There is no such fault, or the number is none from 1 up.
        """
        if fault not in FAULTS:
            raise SettingsError(f"There is no fault {fault!r:.40}; there are {', '.join(FAULTS)}.")
        if type(times) is not int or times < 1:
            raise SettingsError(f"A fault comes a whole number of times from 1 up, not {times!r:.40}.")
        with self._lock:
            self._coming += [(fault, path)] * times

    def clear(self) -> None:
        """Forget all faults that have not come yet."""
        with self._lock:
            self._coming.clear()

    @property
    def left(self) -> int:
        """How many have not come yet."""
        with self._lock:
            return len(self._coming)

    def reply(self, address: str, make: Callable[[], Reply], pause: Callable[[float], object]) -> Reply | None:
        """The answer to an address, or what a fault makes of it; None is silence.

        Args:
            address: Path and query.
            make: Makes the right answer.
            pause: Waits, or less if the league is stopped.
        """
        fault = self._take(address)
        if fault == "time-out":
            pause(LONGEST_SILENCE_S)
            return None
        if fault == "slow":
            pause(SLOW_S)
        with self._lock:
            before = self._last.get(address)
        good = before if fault == "repeat" and before else make()
        with self._lock:
            self._last[address] = good
        return _broken(fault, good)

    def _take(self, address: str) -> str:
        with self._lock:
            for place, (fault, path) in enumerate(self._coming):
                if path in address:
                    del self._coming[place]
                    return fault
        return ""


def _broken(fault: str, good: Reply) -> Reply:
    if fault in STATUSES:
        return Reply(STATUSES[fault], DENIED)
    half = good.body[: len(good.body) // 2]
    match fault:
        case "empty":
            return good._replace(body=b"")
        case "{}":
            return good._replace(body=b"{}")
        case "truncated":
            return good._replace(body=half)
        case "broken off":
            return good._replace(body=half, promised_bytes=len(good.body))
        case _:
            return good
