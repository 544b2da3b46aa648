"""How fast a member reads: on and on, not at all, so many records more, or busy with each for a while.

```python
pace = Pace()
pace.step(3)
pace.note_read(1)
pace.steps  # 2
```
"""

import time


class Pace:
    """What was asked of a member, and what of it is still to be done. Used by one thread.

    Attributes:
        is_paused: Whether nothing new is read but the steps.
        steps: How many records are still to be read while paused.
        record_delay_s: How long each record keeps the member busy, in seconds.
    """

    def __init__(self) -> None:
        self.is_paused = False
        self.steps = 0
        self.record_delay_s = 0.0
        self._busy_until = 0.0

    def pause(self) -> None:
        """Read nothing new."""
        self.is_paused, self.steps = True, 0

    def resume(self) -> None:
        """Read on."""
        self.is_paused, self.steps = False, 0

    def step(self, n: int) -> None:
        """Pause, and read n more records."""
        self.is_paused, self.steps = True, self.steps + n

    def set_record_delay(self, record_delay_s: float) -> None:
        """Be busy with each record for so long from now on; not with one that was read before."""
        self.record_delay_s, self._busy_until = record_delay_s, 0.0

    def note_read(self, records: int) -> None:
        """So many new records were read."""
        self.steps = max(0, self.steps - records)
        if records and self.record_delay_s:
            self._busy_until = time.monotonic() + self.record_delay_s

    @property
    def is_resting(self) -> bool:
        """Whether no new record is to be read now."""
        return time.monotonic() < self._busy_until or (self.is_paused and not self.steps)

    @property
    def is_one_by_one(self) -> bool:
        """Whether new records are counted out: what rebuilds a game is read apart from them."""
        return self.is_paused or self.record_delay_s > 0

    @property
    def at_once(self) -> int | None:
        """How many new records one poll may bring; None for as many as come."""
        return 1 if self.record_delay_s else self.steps or None
