"""A season replayed: days of team stats, one after another, at a speed that can be changed."""

import threading
import time
from collections.abc import Iterable
from typing import Any, Final

from nbmomentum.errors import SettingsError
from nbmomentum.settings import checked_steps
from nbmomentum.stream.tables.table_producer import IDLE_S, Day, TableProducer

MIN_DAYS_PER_S: Final = 0.1
MAX_DAYS_PER_S: Final = 20.0


class SeasonProducer(TableProducer):
    """Replays days of team stats, so many a second; the thread ends after the last one is acknowledged.

    All controls return at once, from any thread.

    Args:
        days: The stats of all teams, day by day.
        days_per_s: How many days a second, 0.1 to 20.
        options: Those of `TableProducer`.

    Raises:
        SettingsError: There is no day, or the speed is out of range.
    """

    def __init__(self, days: Iterable[Day], *, days_per_s: float = 1.0, **options: Any) -> None:
        self._days = tuple(days)
        self._rate = checked_rate(days_per_s)
        if not self._days:
            raise SettingsError("There is no day of team stats to replay.")
        self._controls = threading.Lock()
        self._is_paused = False
        self._is_over = True
        self._steps = 0
        self._is_restart_requested = False
        self._sent_at_s = 0.0
        super().__init__(**options)

    def set_speed(self, days_per_s: float) -> None:
        """Change the speed at once.

        Raises:
            SettingsError: It is out of range.
        """
        self._rate = checked_rate(days_per_s)

    def pause(self) -> None:
        """Send no more days."""
        with self._controls:
            self._is_paused = True

    def resume(self) -> None:
        """Go on."""
        with self._controls:
            self._is_paused, self._steps = False, 0

    def step(self, n: int = 1) -> None:
        """Pause, and send the next n days.

        Raises:
            SettingsError: n is less than 1.
        """
        steps = checked_steps(n)
        with self._controls:
            self._is_paused, self._steps = True, self._steps + steps

    def restart(self) -> None:
        """Begin again with the first day. The log keeps all that was sent, and the table goes back with it."""
        with self._controls:
            self._is_paused, self._steps = False, 0
            self._is_restart_requested = True
            is_over = self._is_over
        if is_over:
            self.start()

    def _prepare(self) -> None:
        super()._prepare()
        self._is_over, self._is_restart_requested = False, False
        self._sent_at_s = float("-inf")

    def _work(self) -> None:
        try:
            while not (self._stop_requested.is_set() or self._is_done()):
                self._sender.maintain()
                if self._can_send() and self._takes_next():
                    self._send_day(self._days[self._position])
                    self._sent_at_s = time.monotonic()
                else:
                    self._stop_requested.wait(IDLE_S)
        finally:
            self._is_over = True

    def _takes_next(self) -> bool:
        """Whether it is the next day's turn."""
        with self._controls:
            if self._is_restart_requested:
                self._is_restart_requested, self._position = False, 0
                self._sent_at_s = float("-inf")
            self._state = "paused" if self._is_paused else "playing"
            if self._position >= len(self._days):
                return False
            if self._is_paused:
                has_step = self._steps > 0
                self._steps -= has_step
                return has_step
            return time.monotonic() - self._sent_at_s >= 1 / self._rate

    def _is_done(self) -> bool:
        """Decide the end under the lock: a restart comes either before it, or starts a new thread."""
        with self._controls:
            is_sent = self._position >= len(self._days) and self._sender.delivery.queued == 0
            self._is_over = is_sent and not self._is_restart_requested
            return self._is_over

    def _total(self) -> int | None:
        return len(self._days)

    def _days_per_s(self) -> float:
        return self._rate


def checked_rate(days_per_s: float) -> float:
    """A number of days a second that can be kept.

    Raises:
        SettingsError: It is out of range.
    """
    if not MIN_DAYS_PER_S <= days_per_s <= MAX_DAYS_PER_S:
        raise SettingsError(f"A season is replayed at {MIN_DAYS_PER_S:g} to {MAX_DAYS_PER_S:g} days a second.")
    return float(days_per_s)
