"""Following a live game: when to look at its feed, what a look brings, what to do when there is no answer, and the end.

```python
watch = LiveWatch(LiveDiff())
changes = watch.seen(Look(plays))  # what to send
watch.failed(SourceUnavailable("..."))  # looks less often, until the feed answers again
watch.status.next_look_s
```

No thread and no network is in here: whoever owns a watch looks when `is_due` says so, and tells it what came of it.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from nbmomentum.events import ScoringEvent
from nbmomentum.sources.live_diff import Change, ChangeKind, LiveDiff

LOOK_INTERVAL_S = 10.0
LONGEST_INTERVAL_S = 60.0
# Of the interval after a failure, to either side: a class does not come back all at the same moment.
JITTER = 0.25
# More plays than these are withdrawn by the second look that says so: an old copy of the feed looks the same.
PLAUSIBLE_WITHDRAWALS = 3
QUIET_FINAL_LOOKS = 2


@dataclass(frozen=True)
class Look:
    """What one look at the feed brought.

    Attributes:
        plays: All scoring plays of the game as the feed tells them now.
        has_begun: False before the tip-off, when there is nothing to tell yet.
        is_final: Whether the scoreboard says that the game is over.
        note: What else there is to say of the game, in a sentence, e.g. that it is postponed.
    """

    plays: tuple[ScoringEvent, ...] = ()
    has_begun: bool = True
    is_final: bool = False
    note: str = ""


class LiveSource(Protocol):
    """Where the plays of one live game come from."""

    @property
    def game_id(self) -> str:
        """The league's id of the game."""

    @property
    def home(self) -> str:
        """The home team, three capitals."""

    @property
    def away(self) -> str:
        """The visiting team, three capitals."""

    @property
    def title(self) -> str:
        """The game as a reader knows it: "OKC @ MIA"."""

    @property
    def source(self) -> str:
        """What the header of each record says: "nba" for the league's own feed."""

    @property
    def interval_s(self) -> float:
        """Between two looks, in seconds."""

    def resumes(self, events: Sequence[ScoringEvent], /) -> bool:
        """Whether a start goes on with these events, which lie in the topic; else it is a new replay."""

    def look(self) -> Look:
        """The whole game as the feed tells it now; may take its time, and raise the kit's errors."""


@dataclass(frozen=True)
class FeedStatus:
    """How it goes with the feed of a live game, at one moment.

    Attributes:
        state: starting, before tip-off, live, feed away or final.
        looks: Looks that brought an answer.
        last_look: When the last of them was, in UTC; None before the first.
        next_look_s: In how many seconds the next look is due, at least 0; None after the last.
        away_s: For how long the feed has not answered, in seconds; 0 while it does.
        trouble: Why, in a sentence; or what is strange about its last answer or the game; empty if all is well.
        plays: Scoring plays that the feed tells now.
        corrections: Plays that it inserted late, changed, withdrew or brought back, counted each time.
        followers: Plays sent again because a correction of another one changed their running score or order.
        last_correction: The last correction in words; empty if there was none.
    """

    state: str = "starting"
    looks: int = 0
    last_look: datetime | None = None
    next_look_s: float | None = 0.0
    away_s: float = 0.0
    trouble: str = ""
    plays: int = 0
    corrections: int = 0
    followers: int = 0
    last_correction: str = ""

    def describe(self) -> str:
        """One plain line: "Feed away for 40 s, next look in 12 s: cdn.nba.com does not answer", or what it answers."""
        coming = "" if self.next_look_s is None else f", next look in {self.next_look_s:.0f} s"
        if self.away_s or self.state == "feed away":
            return f"Feed away for {self.away_s:.0f} s{coming}: {self.trouble}"
        words = f"{_WORDS.get(self.state, self.state)}{coming}."
        return f"{words} {self.trouble}".strip()


_WORDS = {
    "starting": "The feed has not answered yet",
    "before tip-off": "The game has not begun",
    "live": "The feed answers",
    "final": "The game is final",
}


class LiveWatch:
    """Decides when to look, compares each look with what was sent, and knows when the game is over. One thread's.

    Args:
        diff: What was sent of the game so far.
        interval_s: Between two looks, in seconds; after failures longer, up to a minute.
        now: A clock that never goes back, in seconds.
        today: The wall clock, in UTC.
        chance: A number from 0 to 1, new with each call.
    """

    def __init__(
        self,
        diff: LiveDiff,
        *,
        interval_s: float = LOOK_INTERVAL_S,
        now: Callable[[], float] = time.monotonic,
        today: Callable[[], datetime] = lambda: datetime.now(UTC),
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._diff = diff
        self._interval_s = interval_s
        self._now, self._today, self._chance = now, today, chance
        self._next_look_at = now()
        self._away_since: float | None = None
        self._failures = 0
        self._quiet_final_looks = 0
        self._is_doubted = False
        self._state = "starting"
        self._trouble = ""
        self._looks = 0
        self._last_look: datetime | None = None
        self._corrections = self._followers = 0
        self._last_correction = ""

    @property
    def events(self) -> tuple[ScoringEvent, ...]:
        """The plays of the game as they were sent, without those that were withdrawn."""
        return self._diff.events

    @property
    def is_over(self) -> bool:
        """Whether the game is final, and the last two looks brought nothing new."""
        return self._quiet_final_looks >= QUIET_FINAL_LOOKS

    @property
    def is_due(self) -> bool:
        """Whether it is time for the next look."""
        return not self.is_over and self._now() >= self._next_look_at

    @property
    def status(self) -> FeedStatus:
        """How it goes with the feed."""
        return FeedStatus(
            state="feed away" if self._away_since is not None else self._state,
            looks=self._looks,
            last_look=self._last_look,
            next_look_s=None if self.is_over else max(0.0, self._next_look_at - self._now()),
            away_s=0.0 if self._away_since is None else self._now() - self._away_since,
            trouble=self._trouble,
            plays=len(self._diff.events),
            corrections=self._corrections,
            followers=self._followers,
            last_correction=self._last_correction,
        )

    def compare_with(self, diff: LiveDiff) -> None:
        """Compare the next look with this; what was counted stays."""
        self._diff = diff
        self._quiet_final_looks = 0

    def seen(self, look: Look) -> list[Change]:
        """Take in what a look brought; returns what to send, in the feed's order."""
        self._failures, self._away_since, self._trouble = 0, None, look.note
        self._looks, self._last_look = self._looks + 1, self._today()
        self._next_look_at = self._now() + self._interval_s
        if not look.has_begun:
            self._state = "before tip-off"
            return []
        self._state = "final" if look.is_final else "live"
        changes = [] if self._is_doubtful(look) else self._diff.changes(look.plays)
        self._count(changes)
        is_quiet = look.is_final and not changes and not self._is_doubted
        self._quiet_final_looks = self._quiet_final_looks + 1 if is_quiet else 0
        return changes

    def failed(self, error: Exception) -> None:
        """Take in that a look brought no answer: the wait gets longer each time, and is not the same for everybody."""
        self._failures += 1
        self._away_since = self._now() if self._away_since is None else self._away_since
        self._trouble = str(error)
        longer_s = min(LONGEST_INTERVAL_S, self._interval_s * 2.0 ** (self._failures - 1))
        self._next_look_at = self._now() + longer_s * (1 - JITTER + 2 * JITTER * self._chance())

    def _is_doubtful(self, look: Look) -> bool:
        """Whether this look takes away so much that only another one like it is believed."""
        withdrawn = self._diff.withdrawn_by(look.plays)
        self._is_doubted = withdrawn > PLAUSIBLE_WITHDRAWALS and not self._is_doubted
        if self._is_doubted:
            self._trouble = f"The feed has lost {withdrawn} plays at once; nothing is withdrawn until it says so again."
        return self._is_doubted

    def _count(self, changes: list[Change]) -> None:
        corrections = [change for change in changes if change.is_correction]
        self._corrections += len(corrections)
        self._followers += sum(change.kind is ChangeKind.MOVED for change in changes)
        if corrections:
            self._last_correction = corrections[-1].describe()
