"""Saved games: what is saved is loaded, and a damaged file says where and why."""

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring import event, events_of

from nbmomentum.errors import InvalidEvent, InvalidGameFile, SettingsError, UnknownGame
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.bundled import GameInfo, list_games, load_game
from nbmomentum.sources.simulated import simulate_league
from nbmomentum.sources.stored import list_saved_games, load_saved_game, save_game

GAMES = [pytest.param(game, id=game.game_id) for game in list_games()]


def rewrite(path: Path, line: int, content: bytes | None) -> None:
    """Put something else in the place of a line (from 1), or take it away."""
    lines = path.read_bytes().split(b"\n")
    lines[line - 1 : line] = [] if content is None else [content]
    path.write_bytes(b"\n".join(lines))


@pytest.mark.parametrize("game", GAMES)
def test_bundled_game_comes_back_as_it_was(game: GameInfo) -> None:
    """Its events, and its description with the official figures."""
    events = load_game(game.game_id)

    path = save_game(events)

    assert load_saved_game(game.game_id) == events
    assert list_saved_games() == [(game.game_id, game, path)]


def test_file_lies_in_the_home_as_json_lines(own_home: Path) -> None:
    """A header, then the values of the records byte for byte; nothing else is left in the folder."""
    events = events_of([("MIA", 2, 10), ("OKC", 3, 20)])

    path = save_game(events)

    assert path == own_home / "data" / "0021500277.jsonl"
    header, *lines = path.read_bytes().splitlines()
    assert header.startswith(b'{"format":"nbmomentum.game","version":1,"lines":2,"game":{"game_id":"0021500277",')
    assert lines == [each.to_json() for each in events]
    assert list(path.parent.iterdir()) == [path]


def test_simulated_game_keeps_its_description() -> None:
    """A picker shows it as it did before."""
    [played] = simulate_league(games=1, seed=7)

    save_game(played.events, game=played.game)

    [saved] = list_saved_games()
    assert (saved.name, saved.game) == ("sim-7-0001", played.game)
    assert load_saved_game("sim-7-0001") == played.events


def test_corrections_come_back_in_the_sequence_they_came() -> None:
    """A replay of the file meets the same late, doubled and withdrawn events; the score counts none twice."""
    first, second = events_of([("MIA", 2, 10), ("OKC", 3, 20)])
    withdrawn = event(event_id="2", order=2, revision=1, retracted=True, team="OKC", points=3, player='Zoë "Z" O\'Neil')
    events = [second, first, first, withdrawn]

    save_game(events)

    assert load_saved_game("0021500277") == events
    assert (list_saved_games()[0].game.home_score, list_saved_games()[0].game.events) == (2, 1)


def test_part_of_a_game_is_described_as_far_as_it_goes() -> None:
    """Half a replay has half the score."""
    save_game(load_game()[:50])

    game = list_saved_games()[0].game
    assert (game.events, game.periods, game.home_score, game.away_score) == (50, 2, 41, 40)
    assert game.date == date(2015, 12, 3)


def test_day_of_an_unknown_game_follows_its_wall_time() -> None:
    """Half past two in the morning in UTC is the evening before in New York."""
    save_game([event(game_id="0022500001", wall_time="2025-10-22T02:30:00Z")])

    game = list_saved_games()[0].game
    assert (game.date, game.note) == (date(2025, 10, 21), "saved from a replay")


def test_day_of_a_game_without_wall_times_is_today() -> None:
    """There is no better one."""
    before = date.today()

    save_game([event(game_id="0022500001")])

    assert before <= list_saved_games()[0].game.date <= date.today()


def test_saving_again_replaces_and_another_name_keeps_both() -> None:
    """The game's id is the name unless another is given."""
    events = load_game()

    save_game(events)
    save_game(events[:10])
    save_game(events[:20], name="first-minutes")

    assert [saved.name for saved in list_saved_games()] == ["0021500277", "first-minutes"]
    assert len(load_saved_game("0021500277")) == 10
    assert len(load_saved_game("first-minutes")) == 20


def test_nothing_saved_is_an_empty_list(own_home: Path) -> None:
    """Looking makes no folder."""
    assert list_saved_games() == []
    assert not own_home.exists()


@pytest.mark.parametrize("name", ["", ".hidden", "../up", "a/b", "a\\b", "ü", "x" * 101, "a\n", 7])
def test_name_must_be_that_of_a_file(name: str) -> None:
    """Neither saving nor loading leaves the folder."""
    with pytest.raises(SettingsError, match="letters, digits"):
        save_game([event()], name=name)
    with pytest.raises(UnknownGame, match="There are: none"):
        load_saved_game(name)


def test_game_whose_id_is_no_file_name_asks_for_one() -> None:
    """A strange feed's id is not made into a path."""
    events = [event(game_id="../0021500277")]

    with pytest.raises(SettingsError, match=r"not '\.\./0021500277'"):
        save_game(events)
    save_game(events, name="strange")

    assert load_saved_game("strange") == events


@pytest.mark.parametrize("events", [[], [event(), event(game_id="0021500278", event_id="11")]])
def test_only_one_whole_game_is_saved(own_home: Path, events: list[ScoringEvent]) -> None:
    """No events, or those of two games: nothing is written."""
    with pytest.raises(InvalidEvent):
        save_game(events)

    assert not own_home.exists()


def test_unknown_name_is_told_with_the_known_ones() -> None:
    """A typing error is answered with the list to choose from."""
    save_game(load_game())

    with pytest.raises(UnknownGame, match=r"'0021500272'\. There are: 0021500277\."):
        load_saved_game("0021500272")


@pytest.mark.parametrize(
    ("line", "content", "reason"),
    [
        (1, b"", r"line 1: this is no header of a saved game: Input data was truncated\."),
        (1, b"order,action,period", r"line 1: this is no header of a saved game: JSON is malformed"),
        (1, b'{"lines":2}', r"line 1: this is no header of a saved game: .*missing required field `game`\."),
        (1, b'{"format":"other","lines":2}', r"line 1: .*Invalid enum value 'other' - at `\$\.format`\."),
        (1, b'{"version":2,"lines":2}', r"line 1: .*Invalid enum value 2 - at `\$\.version`\."),
        (1, b"\xff\xfe", r"line 1: this is no header"),
        (2, None, r"line 1: it promises 2 events, but 1 follow; the file was cut off or changed\."),
        (2, b"{", r"line 2: The value is not JSON"),
        (2, b"", r"line 2: "),
        (3, b'{"game_id":"1"}', r"line 3: The field event_id is missing\."),
        (3, event(points=2, team="OKC").to_json().replace(b'"points":2', b'"points":4'), r"line 3: The field points"),
        (3, event(game_id="0021500278").to_json(), r"line 3: this event is of the game 0021500278, OKC @ MIA; "),
        (3, event(away="SAS").to_json(), r"line 3: this event is of the game 0021500277, SAS @ MIA; "),
    ],
)
def test_damaged_file_names_line_and_reason(line: int, content: bytes | None, reason: str) -> None:
    """Whoever made the file finds the place."""
    path = save_game(events_of([("MIA", 2, 10), ("OKC", 3, 20)]))
    rewrite(path, line, content)

    with pytest.raises(InvalidGameFile, match=r"^0021500277\.jsonl, " + reason):
        load_saved_game("0021500277")


def test_file_cut_off_inside_a_line_is_told() -> None:
    """The last event lacks its end."""
    path = save_game(load_game())
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(InvalidGameFile, match=r"line 111: The value is not JSON"):
        load_saved_game("0021500277")


def test_list_leaves_damaged_files_out() -> None:
    """One bad file does not take the others away."""
    save_game(load_game())
    rewrite(save_game(load_game(), name="bad"), 1, b"{}")

    assert [saved.name for saved in list_saved_games()] == ["0021500277"]
    with pytest.raises(InvalidGameFile, match=r"^bad\.jsonl, line 1"):
        load_saved_game("bad")


@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_content_of_a_file_breaks_the_kit(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Whatever somebody puts there, the answer is the error of the kit."""
    os.environ["NBMOMENTUM_HOME"] = str(home := tmp_path_factory.mktemp("home"))
    (home / "data").mkdir()
    (home / "data" / "x.jsonl").write_bytes(content)

    with pytest.raises(InvalidGameFile, match=r"^x\.jsonl, line 1"):
        load_saved_game("x")
    assert list_saved_games() == []


def test_failed_write_leaves_the_old_file_and_no_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is there whole or not at all."""
    path = save_game(load_game()[:10])
    whole = path.read_bytes()

    def full_disk(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(SettingsError, match="No space left on device"):
        save_game(load_game())

    assert path.read_bytes() == whole
    assert list(path.parent.iterdir()) == [path]


def test_line_ends_of_another_system_do_no_harm() -> None:
    """An editor on Windows may have rewritten them."""
    path = save_game(load_game())
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert load_saved_game("0021500277") == load_game()
