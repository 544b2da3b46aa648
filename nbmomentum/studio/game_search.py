"""All games behind one search field, and the replay that plays what was chosen.

```python
finder = studio.GameFinder(producer)
games = views.GameSearch(finder)
feed.connect(lambda: finder.found, games)
```

The league is asked, and a game fetched, on threads beside: no click waits for a network.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from nbmomentum.errors import NbmomentumError
from nbmomentum.events import ScoringEvent
from nbmomentum.runners import Errand
from nbmomentum.sources.catalogue import FETCHED_PREFIX, SAVED_PREFIX, kind_of, load_any_game, matching_games
from nbmomentum.sources.game_info import GameInfo
from nbmomentum.sources.nba import FeedClient, credit, fetch_game
from nbmomentum.sources.nba.search import search_league
from nbmomentum.views import GamesFound, ReplayStatus
from nbmomentum.views.game_search import MAX_ROWS

_CLIENT: Final = FeedClient(attempts=2)


class Replaying(Protocol):
    """A replay that can begin another game; `GameProducer` is one."""

    @property
    def status(self) -> ReplayStatus:
        """What it does now."""

    def restart(self, events: Sequence[ScoringEvent] | None = None) -> None:
        """Begin a new replay of these plays."""


class GameFinder:
    """What a `GameSearch` commands, and what it shows.

    Args:
        replaying: Plays the game that is chosen.
        search: Asks the league for words.
        fetch: Brings a game of the league's.
    """

    def __init__(
        self,
        replaying: Replaying,
        *,
        search: Callable[[str], list[GameInfo]] = lambda words: search_league(words, client=_CLIENT),
        fetch: Callable[[str], list[ScoringEvent]] = lambda game_id: fetch_game(game_id, client=_CLIENT),
    ) -> None:
        self._replaying = replaying
        self._search, self._fetch = search, fetch
        self._lock = threading.RLock()
        self._words = ""
        self._here: tuple[GameInfo, ...] | None = None
        self._there: tuple[GameInfo, ...] = ()
        self._news = ""
        self._asking: Errand[list[GameInfo]] = Errand("game-search")
        self._fetching: Errand[list[ScoringEvent]] = Errand("game-fetch")
        self._loaded = ("", "")

    def search(self, words: str) -> None:
        """Look for these words on this computer; what the league had found for others is forgotten."""
        with self._lock:
            self._words, self._here, self._there, self._news = words, None, (), ""
            self._asking.drop()

    def ask_league(self) -> None:
        """Look for the words at the league's, too."""
        with self._lock:
            words = self._words
            self._news = f"The league is asked for {words!r}, this takes a moment." if words.strip() else ""
            self._there = ()
            self._asking.begin(lambda: self._search(words))

    def replay(self, game_id: str) -> None:
        """Replay a game of the list; one that is at the league's is fetched first.

        Raises:
            NbmomentumError: The game's file is gone or damaged.
        """
        with self._lock:
            game = next((game for game in self.found.games if game.game_id == game_id), None)
            if game is not None and kind_of(game) == "remote":
                self._news = f"{game.title} is fetched."
                self._fetching.begin(lambda: self._fetch(game_id))
            else:
                self._fetching.drop()
                self._play(game_id, load_any_game(game_id))

    @property
    def found(self) -> GamesFound:
        """What is known now; it takes in what the league has answered."""
        with self._lock:
            self._take_in()
            if self._here is None:
                self._here = tuple(matching_games(self._words))
            known = {game.game_id for game in self._here}
            games = (*self._here, *(game for game in self._there if _fetched(game.game_id) not in known))
            is_busy = self._asking.is_under_way or self._fetching.is_under_way
            return GamesFound(games, self._sentence(len(games)), self._replayed_id(), is_busy, credit())

    def _take_in(self) -> None:
        try:
            if self._asking.is_done:
                self._there = tuple(self._asking.take())
                self._news = f"The league has {_count(len(self._there))}."
            if self._fetching.is_done:
                events = self._fetching.take()
                self._play(_fetched(events[0].game_id), events)
                self._news = "The game was fetched; it is kept on this computer."
                self._here = None
        except NbmomentumError as error:
            self._news = str(error)

    def _play(self, game_id: str, events: list[ScoringEvent]) -> None:
        self._loaded = (game_id, events[0].game_id)
        self._replaying.restart(events)

    def _replayed_id(self) -> str:
        """By its id in the list: the plays of a saved game carry that of the game that was saved."""
        replayed, (listed, carried) = self._replaying.status.game_id, self._loaded
        return listed if replayed == carried else replayed

    def _sentence(self, count: int) -> str:
        here = len(self._here or ())
        more = f" The first {MAX_ROWS} are shown." if count > MAX_ROWS else ""
        return f"{_count(here).capitalize()} on this computer.{more} {self._news}".strip()


def _fetched(game_id: str) -> str:
    """The id under which a game of the league's is listed once it was fetched."""
    return f"{SAVED_PREFIX}{FETCHED_PREFIX}{game_id}"


def _count(games: int) -> str:
    return "no game that fits" if games == 0 else f"{games} game{'' if games == 1 else 's'}"
