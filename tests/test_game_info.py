"""The description of a game: counted from its events, in the shape of the bundled index."""

from datetime import date

import pytest
from scoring import event, events_of

from nbmomentum.errors import InvalidEvent
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.sources.game_info import GameInfo, describe_game


@pytest.mark.parametrize("game", [pytest.param(game, id=game.game_id) for game in list_games()])
def test_description_of_a_bundled_game_is_its_index_entry(game: GameInfo) -> None:
    """The independent computation of the index and ours agree, field by field."""
    described = describe_game(load_game(game.game_id), day=game.date, note=game.note, official=game.official)

    assert described == game


def test_description_counts_effective_events() -> None:
    """A correction is no second basket, a withdrawn one is none."""
    first, second = events_of([("MIA", 2, 10), ("OKC", 3, 20)])
    corrected = event(event_id="1", order=1, revision=1, clock="PT11M50.00S", points=3, home_score=3)
    withdrawn = event(event_id="2", order=2, revision=1, retracted=True, team="OKC", points=3)

    game = describe_game([first, second, corrected, withdrawn], day=date(2015, 12, 3), note="corrected")

    assert (game.home_score, game.away_score, game.events) == (3, 0, 1)
    assert game.official == {}


def test_no_events_are_no_game() -> None:
    """There would be no teams to name."""
    with pytest.raises(InvalidEvent, match="no events"):
        describe_game([], day=date(2015, 12, 3), note="")
