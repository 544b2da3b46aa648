"""A game of the league's live feed, as a live producer follows it: its plays, and whether it has begun or is over.

```python
feed = LeagueFeed(todays_games()[0])
feed.look().plays
```

One look asks twice: the box score says how the game stands, the play-by-play has the plays. Nothing is tried again
here: whoever looks every ten seconds does that by looking.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from nbmomentum.errors import SourceRefused
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.live_watch import LOOK_INTERVAL_S, Look
from nbmomentum.sources.nba.client import FeedClient, league_address
from nbmomentum.sources.nba.plays_live import fetch_live_plays
from nbmomentum.sources.nba.scoreboard import ScheduledGame, fetch_status, todays_games

SOURCE: Final = "nba"
TIMEOUT_S: Final = 5.0
STAND_IN_INTERVAL_S: Final = 1.0
_NO_FILE_YET: Final = (403, 404)

_ONE_ATTEMPT: Final = FeedClient(timeout_s=TIMEOUT_S, attempts=1)


class LeagueFeed:
    """The feed of one game of the scoreboard.

    Args:
        game: The game.
        client: How patiently the feeds are asked.
        interval_s: Between two looks, in seconds; by default ten, which the league tolerates, and one where a
            stand-in league is asked.

    Attributes:
        source: What the header of each record says.
        told: How the game stood at the last look, and when that was, in UTC; None before the first.
    """

    source = SOURCE
    told: tuple[ScheduledGame, datetime] | None = None

    def __init__(
        self, game: ScheduledGame, *, client: FeedClient = _ONE_ATTEMPT, interval_s: float | None = None
    ) -> None:
        self._game = game
        self._client = client
        self._has_begun = game.status in ("live", "final")
        usual_s = LOOK_INTERVAL_S if league_address() is None else STAND_IN_INTERVAL_S
        self.interval_s = usual_s if interval_s is None else interval_s

    @property
    def game_id(self) -> str:
        """The league's id."""
        return self._game.game_id

    @property
    def home(self) -> str:
        """The home team."""
        return self._game.home

    @property
    def away(self) -> str:
        """The visiting team."""
        return self._game.away

    @property
    def title(self) -> str:
        """The teams, such as "SAC @ GSW"."""
        return self._game.title

    def look(self) -> Look:
        """The whole game as the feed tells it now.

        Raises:
            SourceError: The feed could not be had; the message says why and what to do.
        """
        status = self._status()
        if status in ("scheduled", "postponed"):
            return Look(has_begun=False, note="The game is postponed." if status == "postponed" else "")
        self._has_begun = True
        plays = fetch_live_plays(self.game_id, home=self.home, away=self.away, client=self._client)
        return Look(tuple(plays), is_final=status == "final")

    def resumes(self, events: Sequence[ScoringEvent], /) -> bool:
        """A live game has one replay: a later start goes on with it, unless it is of an earlier day's game.

        A stand-in league plays its games again and again under one id; only their tip-off tells.
        """
        wall_time = next((event.wall_time for event in events if event.wall_time), None)
        tip_off = self._game.tip_off
        return wall_time is None or tip_off is None or datetime.fromisoformat(wall_time) >= tip_off

    def __repr__(self) -> str:
        return f"<LeagueFeed {self.title}, {self.game_id}>"

    def _status(self) -> str:
        """How the game stands; before the tip-off there is no box score, and only the scoreboard knows."""
        try:
            game = fetch_status(self.game_id, client=self._client)
            self.told = game, datetime.now(UTC)
            self._game = game  # of a play-off game the board may not have known teams and tip-off
            return game.status
        except SourceRefused as error:
            if self._has_begun or error.status not in _NO_FILE_YET:
                raise
            board = {game.game_id: game.status for game in todays_games(client=self._client)}
            if self.game_id not in board:
                raise
            return board[self.game_id]
