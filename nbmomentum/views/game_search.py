"""One list of all games: on this computer as the words are typed, and at the league's when it is asked.

```python
finder = studio.GameFinder(producer)
games = GameSearch(finder)
feed.connect(lambda: finder.found, games)
```

Each game is a button with all that is known of it as its name; a click replays it, and fetches it before if it is
still at the league's. The game that is replayed is marked in words, too; the mark comes from the replay, never from the
click.

CSS classes: `kit-search` around all; `kit-search-words`, `kit-ask-league`, `kit-search-sentence`, `kit-search-games`,
and `kit-search-game` on each button, `kit-selected` on that of the game that is replayed.
"""

from dataclasses import dataclass
from typing import Protocol

from ipywidgets import HTML, Button, HBox, Layout, Text, VBox

from nbmomentum.sources.catalogue import kind_of
from nbmomentum.sources.game_info import GameInfo
from nbmomentum.views.commands import Commanding, action_button, on_enter
from nbmomentum.views.style import text

MAX_ROWS = 24
MARK = "◀ replayed: "  # before the note, whose end a narrow page cuts off

_KINDS = {"bundled": "bundled", "saved": "saved", "simulated": "simulated", "remote": "to fetch"}


class Searchable(Protocol):
    """What the list commands; every call returns at once."""

    def search(self, words: str) -> None:
        """Look for these words on this computer."""

    def ask_league(self) -> None:
        """Look for them at the league's, too."""

    def replay(self, game_id: str) -> None:
        """Replay this game; one that is at the league's is fetched first."""


@dataclass(frozen=True)
class GamesFound:
    """What the words have found, filled in by whoever knows.

    Attributes:
        games: On this computer, then at the league's; the first two dozen are shown.
        sentence: How many there are, what is going on, or what went wrong.
        replayed_id: The game that is replayed, by its id in this list.
        is_busy: Whether the league is being asked.
        credit: Whose data it is.
    """

    games: tuple[GameInfo, ...] = ()
    sentence: str = ""
    replayed_id: str = ""
    is_busy: bool = False
    credit: str = "Data: NBA.com."


class GameSearch(Commanding[GamesFound]):
    """A search field over a list to choose from.

    Args:
        searchable: What to command.

    Attributes:
        words: The search field.
        league: The button that asks the league; Enter in the field does the same.
        error: The last command's error in words; empty if it went well.
    """

    def __init__(self, searchable: Searchable) -> None:
        self._searchable = searchable
        self._shown = GamesFound()
        self.words = _field()
        self.words.observe(lambda change: self._command(lambda: searchable.search(change["new"])), names="value")
        on_enter(self.words, lambda: self._command(searchable.ask_league))  # after the search: it begins anew
        self.league = action_button("Search the league", "search", "kit-ask-league", "200px")
        self.league.tooltip = "Look for these words at the league's, too"
        self.league.on_click(lambda _: self._command(searchable.ask_league))
        self._sentence = HTML()
        self._sentence.add_class("kit-search-sentence")
        self._rows = tuple(self._row(place) for place in range(MAX_ROWS))
        games = VBox(self._rows)
        games.add_class("kit-search-games")
        head = HBox([self.words, self.league])
        head.add_class("kit-row")
        super().__init__(head, self._sentence, games, css_class="kit-search")

    @property
    def buttons(self) -> tuple[Button, ...]:
        """The games that can be chosen, from the top."""
        return tuple(row for row in self._rows if row.layout.display != "none")

    def _row(self, place: int) -> Button:
        row = Button(layout=Layout(display="none"), tooltip="Replay this game")
        row.add_class("kit-search-game")
        row.on_click(lambda _: self._chosen(place))
        return row

    def _chosen(self, place: int) -> None:
        games = self._shown.games
        if place < len(games):
            self._command(lambda: self._searchable.replay(games[place].game_id))

    def _draw(self, shown: GamesFound) -> None:
        self._shown = shown
        self.league.disabled = shown.is_busy
        for place, row in enumerate(self._rows):
            game = shown.games[place] if place < len(shown.games) else None
            _fill(row, game, is_replayed=game is not None and game.game_id == shown.replayed_id)
        # After the rows it speaks of: each is a message of its own.
        self._sentence.value = f'{text(shown.sentence)} <span class="kit-quiet">{text(shown.credit)}</span>'
        self._draw_error()


def search_line(game: GameInfo, *, is_replayed: bool = False) -> str:
    """A game as a line of columns: "OKC @ MIA   3 Dec 2015   95-97    bundled    38 lead changes, ..."."""
    teams, _, day = game.title.partition(", ")
    score = f"{game.away_score}-{game.home_score}"
    return f"{teams:<9}  {day:>11}  {score:>7}  {_KINDS[kind_of(game)]:<9}  {MARK if is_replayed else ''}{game.note}"


def _fill(row: Button, game: GameInfo | None, *, is_replayed: bool) -> None:
    words = search_line(game, is_replayed=is_replayed) if game else ""
    row.description = words
    row.layout.display = None if words else "none"
    (row.add_class if is_replayed else row.remove_class)("kit-selected")


def _field() -> Text:
    field = Text(
        description="Find",
        placeholder="a team, a season or a day: celtics 2024-25",
        continuous_update=True,
        style={"description_width": "auto"},
        layout=Layout(width="auto", flex="1 1 260px"),
    )
    field.add_class("kit-search-words")
    return field
