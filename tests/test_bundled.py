"""The bundled games: which there are, that they are whole, and how they are named."""

from datetime import UTC, date, datetime
from importlib.resources import files

import pytest

from nbmomentum.errors import UnknownGame
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.bundled import DEFAULT_GAME_ID, GameInfo, list_games, load_game

GAMES = [pytest.param(game, id=game.game_id) for game in list_games()]


def test_eight_games_come_with_the_kit() -> None:
    """The default one first."""
    assert [game.game_id for game in list_games()] == [
        "0021500277",
        "0021500391",
        "0021500177",
        "0021500051",
        "0041700404",
        "0022200552",
        "0022400001",
        "0021600270",
    ]
    assert list_games()[0].game_id == DEFAULT_GAME_ID


def test_game_info_says_what_the_game_was() -> None:
    """Teams, day, result, and why it is here."""
    game = list_games()[0]

    assert (game.away, game.home, game.away_score, game.home_score) == ("OKC", "MIA", 95, 97)
    assert (game.date, game.periods, game.events) == (date(2015, 12, 3), 4, 110)
    assert game.note == "38 lead changes, decided by two points"
    assert game.official["lead_changes"] == game.computed["lead_changes"] == 38
    assert game.title == "OKC @ MIA, 3 Dec 2015"


@pytest.mark.parametrize(
    ("game_id", "tip_off"),
    [
        ("0021500277", datetime(2015, 12, 4, 0, 0, tzinfo=UTC)),
        ("0041700404", datetime(2018, 6, 8, 23, 0, tzinfo=UTC)),
    ],
)
def test_tip_off_is_seven_in_the_evening_in_new_york(game_id: str, tip_off: datetime) -> None:
    """In winter that is midnight in UTC, in summer an hour earlier."""
    [game] = [game for game in list_games() if game.game_id == game_id]

    assert game.tip_off == tip_off
    assert game.tip_off.tzinfo is UTC


def test_default_game_begins_and_ends_as_it_did() -> None:
    """A free throw by Chris Bosh, and one by Dwyane Wade for the win."""
    events = load_game()

    assert events == load_game("0021500277")
    assert events[0] == ScoringEvent(
        game_id="0021500277",
        event_id="3",
        order=3,
        period=1,
        clock="PT11M35.00S",
        team="MIA",
        player="Chris Bosh",
        points=1,
        home="MIA",
        away="OKC",
        home_score=1,
        away_score=0,
    )
    assert events[-1].describe() == "Dwyane Wade (MIA) scores 1, Q4 0:01, 97-95"


def test_names_and_tenths_of_seconds_survive_the_table() -> None:
    """The tables hold both."""
    events = load_game("0022200552")

    assert "N. Vučević" in {event.player for event in events}
    assert "PT00M46.20S" in {event.clock for event in events}


@pytest.mark.parametrize("game", GAMES)
def test_game_is_whole_and_in_order(game: GameInfo) -> None:
    """As many events as the index says, each of this game, none twice, the last with the final score."""
    events = load_game(game.game_id)

    keys = [event.order_key for event in events]
    assert len(events) == game.events
    assert {(event.game_id, event.home, event.away) for event in events} == {(game.game_id, game.home, game.away)}
    assert keys == sorted(keys)
    assert len({event.event_id for event in events}) == game.events
    assert (events[-1].home_score, events[-1].away_score) == (game.home_score, game.away_score)
    assert {event.period for event in events} == set(range(1, game.periods + 1))


@pytest.mark.parametrize("game", GAMES)
def test_game_time_moves_forward(game: GameInfo) -> None:
    """A replay never has to wait backwards."""
    elapsed_s = [event.elapsed_s for event in load_game(game.game_id)]

    assert elapsed_s == sorted(elapsed_s)


@pytest.mark.parametrize("game_id", ["0021500999", "", "../index", "index", None])
def test_unknown_game_is_told_with_the_known_ones(game_id: str) -> None:
    """A typing error is answered with the list to choose from."""
    with pytest.raises(UnknownGame, match=r"0021500277, 0021500391, .*0021600270"):
        load_game(game_id)


def test_every_call_reads_games_of_its_own() -> None:
    """Who changes an index entry changes nobody else's."""
    list_games()[0].official.clear()

    assert list_games()[0].official["lead_changes"] == 38


def test_notice_tells_whose_data_it_is() -> None:
    """The line the data comes with, where the licence files point."""
    notice = files("nbmomentum").joinpath("games", "NOTICE").read_text(encoding="utf-8")

    assert notice.startswith("Data: NBA.com. For teaching, non-commercial use.\n")
