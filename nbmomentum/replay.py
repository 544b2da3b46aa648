"""Replay: what game time it is, by a wall clock, at a speed that may change at any moment.

```python
clock = ReplayClock(speed=60.0)  # a minute of play each second
clock.wait_until(event.elapsed_s)
```
"""

import math
import threading
import time
from collections.abc import Callable
from typing import Final

from nbmomentum.errors import SettingsError

SPEED_MIN: Final = 0.25
SPEED_MAX: Final = 600.0
AS_FAST_AS_POSSIBLE: Final = math.inf

_LONGEST_SLICE_S: Final = 0.05


class ReplayClock:
    """Maps wall time to game time: speed, pause, resume, jump. Every method may be called from any thread.

    The position is derived from the wall clock, never counted in ticks, so it neither drifts nor stalls.
    As fast as possible has no position of its own: there it is the latest time anybody waited for.

    Args:
        speed: Game seconds for each second of wall time, 0.25 to 600, or `AS_FAST_AS_POSSIBLE`.
        position_s: Where to begin, in seconds of play since the tip-off.
        is_paused: Whether to begin paused.
        now: The wall clock, in seconds.

    Raises:
        SettingsError: The speed is outside its range, or the position is no game time.
    """

    def __init__(
        self,
        *,
        speed: float = 60.0,
        position_s: float = 0.0,
        is_paused: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now = now
        self._speed = _checked_speed(speed)
        self._anchor_position_s = _checked_position_s(position_s)
        self._anchor_wall_s = now()
        self._is_paused = is_paused
        self._interruptions = 0
        self._changed = threading.Condition()

    @property
    def position_s(self) -> float:
        """Game time now, in seconds of play since the tip-off."""
        with self._changed:
            return self._position_at(self._now())

    @property
    def speed(self) -> float:
        """Game seconds for each second of wall time."""
        return self._speed

    @property
    def is_paused(self) -> bool:
        """Whether game time stands still."""
        return self._is_paused

    def set_speed(self, speed: float) -> None:
        """Go on at another speed from where the clock stands, at once for whoever is waiting.

        Raises:
            SettingsError: The speed is not 0.25 to 600, nor `AS_FAST_AS_POSSIBLE`.
        """
        checked = _checked_speed(speed)
        with self._changed:
            self._anchor()
            self._speed = checked
            self._changed.notify_all()

    def pause(self) -> None:
        """Stop game time; who waits goes on waiting."""
        self._set_paused(True)

    def resume(self) -> None:
        """Let game time go on from where it stopped."""
        self._set_paused(False)

    def jump(self, elapsed_s: float) -> None:
        """Put the clock to another game time; it stays paused if it was.

        Raises:
            SettingsError: This is no game time.
        """
        checked = _checked_position_s(elapsed_s)
        with self._changed:
            self._anchor(checked)
            self._changed.notify_all()

    def interrupt(self) -> None:
        """Send everybody home who is waiting now: their `wait_until` returns False."""
        with self._changed:
            self._interruptions += 1
            self._changed.notify_all()

    def wait_until(self, elapsed_s: float, *, stop: threading.Event | None = None, timeout_s: float = math.inf) -> bool:
        """Block until game time has come to `elapsed_s`, following every change of speed, pause and jump.

        Args:
            elapsed_s: In seconds of play since the tip-off.
            stop: Ends the wait when set, within 50 ms; `interrupt()` ends it at once.
            timeout_s: The longest wait, in seconds of real time, whatever `now` says.

        Returns:
            True when the time has come, False when the wait was stopped, interrupted or timed out.

        Raises:
            SettingsError: This is no game time.
        """
        target_s = _checked_position_s(elapsed_s)
        with self._changed:
            interruptions = self._interruptions
            deadline_s = time.monotonic() + timeout_s
            while self._interruptions == interruptions and not (stop and stop.is_set()):
                left_s = self._wall_left_s(target_s)
                if left_s == 0.0:
                    return True
                patience_s = deadline_s - time.monotonic()
                if patience_s <= 0.0:
                    return False
                # Short slices: a `stop` cannot notify us, and an injected clock need not run with the wall's.
                self._changed.wait(min(left_s, patience_s, _LONGEST_SLICE_S))
            return False

    def _position_at(self, wall_s: float) -> float:
        if self._is_paused or self._speed == AS_FAST_AS_POSSIBLE:
            return self._anchor_position_s
        return self._anchor_position_s + (wall_s - self._anchor_wall_s) * self._speed

    def _anchor(self, position_s: float | None = None) -> None:
        """Count from here and now on, so that what changes next does not change the past."""
        wall_s = self._now()
        self._anchor_position_s = self._position_at(wall_s) if position_s is None else position_s
        self._anchor_wall_s = wall_s

    def _set_paused(self, is_paused: bool) -> None:
        with self._changed:
            self._anchor()
            self._is_paused = is_paused
            self._changed.notify_all()

    def _wall_left_s(self, target_s: float) -> float:
        """Wall time until the target at the present speed: 0 when it has come, endless while paused."""
        left_s = target_s - self._position_at(self._now())
        if left_s <= 0.0:
            return 0.0
        if self._is_paused:
            return math.inf
        if self._speed == AS_FAST_AS_POSSIBLE:
            self._anchor(target_s)
            return 0.0
        return left_s / self._speed


def _checked_speed(speed: float) -> float:
    is_number = isinstance(speed, (int, float)) and not isinstance(speed, bool)
    if is_number and (SPEED_MIN <= speed <= SPEED_MAX or speed == AS_FAST_AS_POSSIBLE):
        return float(speed)
    raise SettingsError(
        f"A replay speed is {SPEED_MIN:g} to {SPEED_MAX:g} game seconds a second, "
        f"or math.inf for as fast as possible, not {speed!r:.40}."
    )


def _checked_position_s(elapsed_s: float) -> float:
    if isinstance(elapsed_s, (int, float)) and 0.0 <= elapsed_s < math.inf:
        return float(elapsed_s)
    raise SettingsError(f"A game time is a number of seconds since the tip-off, 0 or more, not {elapsed_s!r:.40}.")
