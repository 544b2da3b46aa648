"""Every game by one id: bundled, saved, simulated; and a list of them that costs nothing."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from nbmomentum.errors import InvalidGameFile, UnknownGame
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.sources.catalogue import find_any_game, kind_of, list_all_games, load_any_game, matching_games
from nbmomentum.sources.game_info import GameInfo
from nbmomentum.sources.simulated import find_simulated_game, list_picks, load_simulated_game
from nbmomentum.sources.stored import save_game

LIST_THEN_MODULES = """
import sys
from nbmomentum.sources.catalogue import list_all_games
assert list_all_games()
print(sorted({"nba_api", "pandas", "kafka", "ipywidgets", "requests"} & {name.split(".")[0] for name in sys.modules}))
"""


def test_bundled_games_come_first_then_saved_then_simulated() -> None:
    """A dropdown begins with the default game; each game is there once, under an id of its own."""
    save_game(load_game("0021500277")[:57], name="half")
    save_game(load_game("0021500391"))

    games = list_all_games()

    assert games[:8] == list_games()
    assert [game.game_id for game in games[8:10]] == ["saved:0021500391", "saved:half"]
    assert games[10:] == list(list_picks())
    assert [kind_of(game) for game in games[7:11]] == ["bundled", "saved", "saved", "simulated"]
    assert len({game.game_id for game in games}) == len(games)


def test_every_listed_game_can_be_loaded() -> None:
    """Its events are those the list promises."""
    save_game(load_game("0021500277")[:57], name="half")

    for game in list_all_games():
        events = load_any_game(game.game_id)

        assert (len(events), events[0].home, events[0].away) == (game.events, game.home, game.away)
        assert find_any_game(game.game_id) == game


def test_note_says_what_a_game_is() -> None:
    """Nobody takes a simulated game, or half of a saved one, for a game that was played."""
    save_game(load_game("0021500277")[:1], name="tip-off")

    notes = {game.game_id: game.note for game in list_all_games()}

    assert notes["saved:tip-off"] == "saved as tip-off, 1 play"
    assert all(note.startswith("simulated") for game_id, note in notes.items() if game_id.startswith("sim-"))


@pytest.mark.parametrize("pick", list_picks(), ids=lambda pick: pick.game_id)
def test_pick_is_described_as_it_is_played(pick: GameInfo) -> None:
    """The description was written down beforehand; only the note is ours."""
    game = find_simulated_game(pick.game_id).game

    assert replace(game, note=pick.note) == pick


def test_any_simulated_game_is_known_by_its_id() -> None:
    """Listed or not."""
    game = find_any_game("sim-3-0042")

    assert (game.game_id, kind_of(game)) == ("sim-3-0042", "simulated")
    assert load_any_game("sim-3-0042") == load_simulated_game("sim-3-0042")


def test_saved_game_is_known_by_its_name_alone() -> None:
    """Unless that is another game's id: then the prefix tells which is meant."""
    save_game(load_game("0021500277")[:57], name="half")
    save_game(load_game("0021500277")[:3])

    assert len(load_any_game("half")) == len(load_any_game("saved:half")) == 57
    assert len(load_any_game("0021500277")) == 110
    assert len(load_any_game("saved:0021500277")) == 3


@pytest.mark.parametrize(
    "game_id", ["", "0029999999", "saved:", "saved:none", "sim-7-0000", "sim-", "x" * 1000, 7, None]
)
def test_unknown_game_is_told_with_what_to_do(game_id: object) -> None:
    """One sentence, never long, that says how ids look."""
    with pytest.raises(UnknownGame, match=r"sim-") as told:
        load_any_game(game_id)  # type: ignore[arg-type]

    assert len(str(told.value)) < 400


@pytest.mark.parametrize(
    ("text", "game_ids"),
    [
        ("0021500277", ["0021500277"]),
        ("mia okc", ["0021500277"]),
        ("Celtics hawks 2024-25", ["0022400001"]),
        ("boston 2024-11-12", ["0022400001"]),
        ("four overtimes", ["0021500391"]),
        ("nobody", []),
    ],
)
def test_games_are_found_by_words(text: str, game_ids: list[str]) -> None:
    """Each word counts: ids, teams, days, seasons, and what happened."""
    assert [game.game_id for game in matching_games(text)] == game_ids


def test_no_words_match_every_game() -> None:
    """As a list without a search."""
    assert matching_games("  ") == list_all_games()


def test_damaged_file_is_left_out_of_the_list_and_told_when_asked_for(own_home: Path) -> None:
    """One bad file hides no other game."""
    path = save_game(load_game("0021500277"), name="cut")
    path.write_bytes(path.read_bytes()[:-100])
    (own_home / "data" / "noise.jsonl").write_bytes(b"\xff")

    listed = [game.game_id for game in list_all_games()]

    assert "saved:cut" in listed
    assert "saved:noise" not in listed
    with pytest.raises(InvalidGameFile, match="cut"):
        load_any_game("saved:cut")


def test_listing_loads_nothing_heavy() -> None:
    """A notebook's cell asks for it: no game is played, and the league's library stays closed."""
    done = subprocess.run([sys.executable, "-c", LIST_THEN_MODULES], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_game_is_found_by_the_names_of_its_time_and_of_today() -> None:
    """A saved game of the Nets, then of New Jersey."""
    plays = [replace(play, team={"MIA": "NJN"}.get(play.team, play.team), home="NJN") for play in load_game()]
    save_game(plays, name="nets", game=replace(list_games()[0], home="NJN", date=date(1996, 11, 12)))

    for words in ("nets 1996-97", "new jersey", "NJN", "bkn 1996"):
        assert [game.game_id for game in matching_games(words)] == ["saved:nets"]
