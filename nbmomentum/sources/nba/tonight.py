"""Tonight's games, asked for in the background again and again; and which of all reasons it is when there are none.

```python
tonight = Tonight().start()
tonight.status.sentence  # "3 games today: 1 under way, 2 to come."
tonight.feed_of("0022500001")  # what a live producer follows
tonight.stop()
```

No question waits for the network: until the scoreboard has answered, the status says so. A recorded game can always
be followed in the place of a live one.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from nbmomentum.errors import SourceError, SourceRefused, SourceUnavailable, UnknownGame
from nbmomentum.logs import log_event
from nbmomentum.runners import Errand, Runner
from nbmomentum.sources.live_watch import LiveSource
from nbmomentum.sources.nba.client import FeedClient
from nbmomentum.sources.nba.league_feed import LeagueFeed
from nbmomentum.sources.nba.scoreboard import LEAGUE_ZONE, ScheduledGame, todays_games
from nbmomentum.sources.recorded_feed import RecordedFeed

INTERVAL_S: Final = 30.0
PATIENCE_S: Final = 2.0
LONGEST_WAIT_S: Final = 2.5
RECORDED_ID: Final = "recorded"
OFF_SEASON_MONTHS: Final = (7, 8, 9)

_IDLE_S: Final = 0.05
_SILENCE: Final = (
    "The league's scoreboard cannot be reached: no answer for some seconds, and we go on asking. Check the network."
)
_HURRIED: Final = FeedClient(timeout_s=PATIENCE_S, attempts=1)


@dataclass(frozen=True)
class TonightStatus:
    """What is known of tonight's games, at one moment.

    Attributes:
        games: Those on the scoreboard when it last answered, in its order.
        sentence: How many there are, or why there are none, in words.
        is_asked: Whether the scoreboard has answered, or failed to, or was silent for too long.
        is_reachable: Whether it did the last time.
        last_answer: When it last answered, in UTC; None if it never did.
    """

    games: tuple[ScheduledGame, ...] = ()
    sentence: str = "The league's scoreboard is asked; no answer yet."
    is_asked: bool = False
    is_reachable: bool = False
    last_answer: datetime | None = None

    @property
    def under_way(self) -> tuple[ScheduledGame, ...]:
        """The games that are played right now."""
        return tuple(game for game in self.games if game.is_under_way)


class Tonight(Runner):
    """Asks the scoreboard every half a minute, and on request.

    Args:
        ask: Brings the games; by default those of the league's live scoreboard, within two seconds.
        interval_s: Between two questions, in seconds.
        name: One of a name runs at a time.
        today: The wall clock, in UTC.
    """

    def __init__(
        self,
        *,
        ask: Callable[[], Sequence[ScheduledGame]] = lambda: todays_games(client=_HURRIED),
        interval_s: float = INTERVAL_S,
        name: str = "tonight",
        today: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(name)
        self._ask = ask
        self._interval_s = interval_s
        self._today = today
        self._is_refresh_asked = threading.Event()
        self._status = TonightStatus()

    @property
    def status(self) -> TonightStatus:
        """What is known now."""
        return self._status

    def refresh(self) -> None:
        """Ask again now; returns at once."""
        self._is_refresh_asked.set()

    def best_id(self) -> str:
        """The id of the game to begin with: one that is played right now, else the recorded one."""
        return next((game.game_id for game in self._status.under_way), RECORDED_ID)

    def feed_of(self, game_id: str) -> LiveSource:
        """The feed of one of these games, for a live producer.

        Args:
            game_id: One of the scoreboard's, or "recorded" for the bundled game with made-up corrections.

        Raises:
            UnknownGame: The scoreboard has no such game.
        """
        if game_id == RECORDED_ID:
            return RecordedFeed()
        for game in self._status.games:
            if game.game_id == game_id:
                return LeagueFeed(game)
        raise UnknownGame(f"The scoreboard has no game {game_id!r:.40} now. {self._status.sentence}")

    def __repr__(self) -> str:
        return f"<Tonight: {self._status.sentence}>"

    def _run(self) -> None:
        errand: Errand[Sequence[ScheduledGame]] = Errand(f"{self.name}-ask")
        asked_at = float("-inf")
        while not self._stop_requested.is_set():
            waited_s = time.monotonic() - asked_at
            if errand.is_done:
                self._take_in(errand)
            elif errand.is_under_way:
                self._lose_patience(waited_s)
            elif waited_s >= self._interval_s or self._is_refresh_asked.is_set():
                self._is_refresh_asked.clear()
                asked_at = time.monotonic()
                errand.begin(self._ask)
            self._stop_requested.wait(_IDLE_S)

    def _lose_patience(self, waited_s: float) -> None:
        """Looking up a name can take longer than any time-out; nobody has to wait for that."""
        if not self._status.is_asked and waited_s > LONGEST_WAIT_S:
            self._status = replace(self._status, sentence=_SILENCE, is_asked=True)

    def _take_in(self, errand: "Errand[Sequence[ScheduledGame]]") -> None:
        """An answer replaces what was known; a failure says why, and keeps the games."""
        try:
            games = tuple(errand.take())
        except SourceError as error:
            sentence = _why(error)
            self._status = replace(self._status, sentence=sentence, is_asked=True, is_reachable=False)
            log_event("tonight", "no scoreboard", reason=str(error))
        else:
            now = self._today()
            self._status = TonightStatus(games, _describe(games, now), True, True, now)


def _why(error: SourceError) -> str:
    """Which of the reasons it is."""
    if isinstance(error, SourceUnavailable):
        return f"The league's scoreboard cannot be reached. {error}"
    if isinstance(error, SourceRefused):
        return f"The league's scoreboard refuses this network. {error}"
    return f"The league's scoreboard answers something else than it should. {error}"


def _describe(games: Sequence[ScheduledGame], now: datetime) -> str:
    """How many games there are, and what they are at."""
    if not games:
        is_off_season = now.astimezone(LEAGUE_ZONE).month in OFF_SEASON_MONTHS
        return "It is the off-season: the league plays again in October." if is_off_season else "No games today."
    counts = Counter[str](game.status for game in games)
    words = {"live": "under way", "scheduled": "to come", "final": "over", "postponed": "postponed"}
    parts = [f"{counts[status]} {word}" for status, word in words.items() if counts[status]]
    return f"{len(games)} {'game' if len(games) == 1 else 'games'} today: {', '.join(parts)}."
