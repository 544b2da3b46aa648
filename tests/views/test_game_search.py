"""The search field and its list: what it shows, and what typing, Enter and clicks command."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from ipywidgets import Widget
from msgspec.structs import replace as changed

from nbmomentum.errors import UnknownGame
from nbmomentum.sources.bundled import list_games
from nbmomentum.sources.game_info import GameInfo
from nbmomentum.views import GameSearch, GamesFound
from nbmomentum.views.game_search import MAX_ROWS, search_line

REMOTE = GameInfo(
    game_id="0022400009",
    home="BOS",
    away="ATL",
    date=date(2024, 11, 12),
    note="at NBA.com, to be fetched",
    home_score=116,
    away_score=117,
    periods=4,
    events=0,
    official={},
    computed={},
)
FOUND = GamesFound((*list_games(), REMOTE), "8 games on this computer.", "0021500277")


class Commanded:
    """Notes what the list commands."""

    def __init__(self, error: Exception | None = None) -> None:
        self.commands: list[str] = []
        self._error = error

    def search(self, words: str) -> None:
        """Note the words."""
        self.commands.append(f"search {words}")

    def ask_league(self) -> None:
        """Note that the league is asked."""
        self.commands.append("ask league")

    def replay(self, game_id: str) -> None:
        """Note the game, or fail."""
        if self._error:
            raise self._error
        self.commands.append(f"replay {game_id}")


@pytest.fixture
def commanded() -> Commanded:
    """What was commanded."""
    return Commanded()


@pytest.fixture
def games(commanded: Commanded) -> GameSearch:
    """A list that shows the bundled games and one of the league's."""
    games = GameSearch(commanded)
    games.show(FOUND)
    return games


def test_each_game_is_a_line_of_columns() -> None:
    """Teams, day, score, where it is, and what happened."""
    assert search_line(list_games()[0]) == (
        "OKC @ MIA   3 Dec 2015    95-97  bundled    38 lead changes, decided by two points"
    )
    assert search_line(REMOTE) == "ATL @ BOS  12 Nov 2024  117-116  to fetch   at NBA.com, to be fetched"
    assert search_line(REMOTE, is_replayed=True).endswith("to fetch   ◀ replayed: at NBA.com, to be fetched")
    assert "  saved  " in search_line(changed(REMOTE, game_id="saved:half", events=57))


def test_list_marks_the_game_that_is_replayed_in_words(games: GameSearch) -> None:
    """And by its class; the others are only lines."""
    marked = [button for button in games.buttons if "◀ replayed" in button.description]

    assert len(games.buttons) == 9
    assert [button.description[:9] for button in marked] == ["OKC @ MIA"]
    assert "kit-selected" in marked[0]._dom_classes


def test_typing_enter_and_clicks_are_commands(games: GameSearch, commanded: Commanded) -> None:
    """Nothing moves until the answer is drawn."""
    games.words.value = "celtics"
    games.words._handle_custom_msg({"event": "submit"}, [])
    games.words._handle_custom_msg({"event": "other"}, [])
    games.league.click()
    games.buttons[-1].click()

    assert commanded.commands == ["search celtics", "ask league", "ask league", "replay 0022400009"]
    assert len(games.buttons) == 9


def test_letters_that_come_after_enter_are_asked_for_too(games: GameSearch, commanded: Commanded) -> None:
    """The search for them forgets the question before, so the league is asked again."""
    games.words.value = "celtics 202"
    games.words._handle_custom_msg({"event": "submit"}, [])
    games.words.value = "celtics 2024-25"

    assert commanded.commands == ["search celtics 202", "ask league", "search celtics 2024-25", "ask league"]


def test_fewer_games_hide_the_rows_that_are_left(games: GameSearch, commanded: Commanded) -> None:
    """A click on one of them that was still under way commands nothing."""
    last = games.buttons[-1]

    games.show(replace(FOUND, games=FOUND.games[:2]))
    last.click()

    assert len(games.buttons) == 2
    assert commanded.commands == []


def test_more_games_than_rows_are_cut(games: GameSearch) -> None:
    """The sentence says so, whoever writes it."""
    games.show(replace(FOUND, games=FOUND.games * 5))

    assert len(games.buttons) == MAX_ROWS


def test_league_is_asked_once_at_a_time(games: GameSearch) -> None:
    """The button rests while it is."""
    games.show(replace(FOUND, is_busy=True))
    assert games.league.disabled

    games.show(FOUND)
    assert not games.league.disabled


def test_error_is_shown() -> None:
    """In words, below the list."""
    games = GameSearch(Commanded(UnknownGame("No game has the id 'x'.")))
    games.show(FOUND)

    games.buttons[0].click()
    games.show(FOUND)

    assert games.error == "UnknownGame: No game has the id 'x'."


def test_text_from_outside_is_escaped(games: GameSearch, html_of: Any) -> None:
    """A sentence may carry what a server said."""
    games.show(replace(FOUND, sentence="<b>not bold</b>"))

    assert "&lt;b&gt;not bold" in html_of(games.widget)


def test_same_games_send_nothing(games: GameSearch, sent: list[str]) -> None:
    """Ten times a second costs nothing while nothing changes."""
    games.show(FOUND)

    assert sent == []


def test_field_and_buttons_have_names(games: GameSearch) -> None:
    """For those who hear them."""
    assert games.words.description == "Find"
    assert games.league.description == "Search the league"
    assert all(isinstance(button, Widget) and button.description for button in games.buttons)
