"""Our figures beside the league's: equal at the end of every bundled game, and differences named."""

from functools import cache

import msgspec
import pytest

from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.sources.bundled import GameInfo, list_games, load_game
from nbmomentum.sources.official import Figure, compare

GAMES = list_games()


@cache
def _state(game_id: str, *, skipped: int | None = None, played: int | None = None) -> GameState:
    events = load_game(game_id)
    tracker = GameTracker(home=events[0].home, away=events[0].away)
    for number, event in enumerate(events[:played]):
        if number != skipped:
            tracker.apply(event)
    return tracker.state


@pytest.mark.parametrize("game", GAMES, ids=[game.title for game in GAMES])
def test_every_figure_equals_the_leagues(game: GameInfo) -> None:
    """Points by period, total, largest lead, lead changes and ties; the largest run where it is official."""
    comparison = compare(_state(game.game_id), game)

    assert comparison.is_final
    assert comparison.differences == []
    assert len(comparison.figures) == 2 * (game.periods + 2 + ("largest_run" in game.official["home"])) + 2


def test_a_lost_event_is_named() -> None:
    """Without Chris Bosh's first free throw MIA's points are too few and OKC's lead is too large."""
    comparison = compare(_state("0021500277", skipped=0), GAMES[0])

    names = [figure.text for figure in comparison.differences]
    assert comparison.is_final
    assert names[:3] == [
        "OKC largest lead: ours 7, the league's 6",
        "MIA points in Q1: ours 22, the league's 23",
        "MIA points: ours 96, the league's 97",
    ]


def test_before_the_last_play_it_is_not_final() -> None:
    """Also with one play to go; periods to come have no figure of ours."""
    nearly = compare(_state("0021500277", played=109), GAMES[0])
    early = compare(_state("0021500277", played=5), GAMES[0])

    assert not nearly.is_final
    assert [figure.ours for figure in early.figures[:4]] == [4, None, None, None]
    assert early.figures[1].text == "OKC points in Q2: ours none, the league's 23"


def test_before_the_first_play_all_is_zero_or_open() -> None:
    """An empty state compares, too."""
    comparison = compare(GameTracker(home="MIA", away="OKC").state, GAMES[0])

    assert not comparison.is_final
    assert {figure.ours for figure in comparison.figures} == {None, 0}


def test_a_level_score_in_regulation_is_not_the_end() -> None:
    """A game with overtimes ends with its last period."""
    game = next(game for game in GAMES if game.periods == 8)

    finals = [compare(_state(game.game_id, played=played), game).is_final for played in range(game.events + 1)]

    assert finals == [False] * game.events + [True]


def test_a_figure_of_the_game_belongs_to_no_team() -> None:
    """A wrong count of lead changes is named without a team."""
    game = msgspec.structs.replace(GAMES[0], official={**GAMES[0].official, "lead_changes": 37})

    assert compare(_state("0021500277"), game).differences == [Figure("Lead changes", None, 38, 37)]
