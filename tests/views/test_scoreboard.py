"""The scoreboard."""

from collections.abc import Callable

import pytest
from ipywidgets import Widget
from scoring import event, events_of, fold, game_of

from nbmomentum.momentum import GameState
from nbmomentum.views import Scoreboard, colours_for
from nbmomentum.views.scoreboard import lead_text, play_text, run_text


def test_final_of_a_bundled_game(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """Scores, clock, run, counts and the last play of OKC at MIA."""
    board = Scoreboard()

    board.show(game[-1])

    html = html_of(board.widget)
    assert 'aria-label="OKC 95 at MIA 97, Q4 0:01, MIA 4-0 run"' in html
    assert "38 lead changes, tied 11 times" in html
    assert "Dwyane Wade (MIA) scores 1, Q4 0:01" in html


def test_a_game_before_its_first_play(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """Tip-off, level, nothing counted."""
    board = Scoreboard()

    board.show(game[0])

    html = html_of(board.widget)
    assert 'aria-label="OKC 0 at MIA 0, Tip-off, level"' in html
    assert "0 lead changes, never tied" in html
    assert "No play yet" in html


def test_final_game_says_who_has_won(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """No clock and no run any more."""
    board = Scoreboard()

    board.show(game[-1].as_final())

    assert 'aria-label="OKC 95 at MIA 97, Final, MIA win by 2"' in html_of(board.widget)


def test_teams_wear_the_colours_of_the_chart(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """One palette for all views of a game."""
    board = Scoreboard()

    board.show(game[-1])

    colours = colours_for("MIA", "OKC")
    assert f"background:{colours.home}" in html_of(board.widget)
    assert f"background:{colours.away}" in html_of(board.widget)


@pytest.mark.parametrize(
    ("plays", "expected"),
    [
        ([], ""),
        ([("MIA", 3, 10)], ""),
        ([("MIA", 2, 10), ("MIA", 2, 20)], "MIA 4-0 run"),
        ([("MIA", 2, 10), ("OKC", 3, 20), ("OKC", 3, 30)], "OKC 6-0 run"),
    ],
)
def test_a_run_is_called_from_four_points_on(plays: list[tuple[str, int, float]], expected: str) -> None:
    """A single basket is no run."""
    assert run_text(game_of(*plays)) == expected


@pytest.mark.parametrize(
    ("plays", "expected"),
    [([], "level"), ([("OKC", 2, 10)], "OKC by 2"), ([("OKC", 2, 10), ("MIA", 3, 20)], "MIA by 1")],
)
def test_the_lead_in_words(plays: list[tuple[str, int, float]], expected: str) -> None:
    """Who leads, and by how much."""
    assert lead_text(game_of(*plays)) == expected


def test_a_play_without_a_player_names_the_team() -> None:
    """Some feeds leave the player out."""
    assert play_text(event(player="")) == "MIA scores 1, Q1 11:35"


def test_score_that_is_not_the_feeds_is_told(html_of: Callable[[Widget], str]) -> None:
    """The first play was lost: both others state another score; once it arrives nothing is said any more."""
    events = events_of([("MIA", 2, 10), ("OKC", 2, 20), ("MIA", 3, 30)])
    board = Scoreboard()

    board.show(fold(events[1:]))
    told = html_of(board.widget)
    board.show(fold(events))

    assert "This score differs from the feed&#x27;s own score in 2 plays." in told
    assert "a play is missing, wrong or not corrected yet." in told
    assert "This score" not in html_of(board.widget)
