"""The tables: every figure in a column, and files that read back as what was written."""

import json
import sys
from pathlib import Path

import msgspec
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from scoring import event, events_of, fold, game_of
from support import needs_pyarrow

from nbmomentum.errors import ExportError
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState, GameTracker, HomeAway, Run
from nbmomentum.momentum.plays import Figures
from nbmomentum.sources.bundled import GameInfo, list_games, load_game
from nbmomentum.tables import events_frame, export, figures_frame, plays_frame

IDS_ARE_TEXT = {"game_id": "string", "event_id": "string"}


def final_state(game: GameInfo) -> GameState:
    """A bundled game at its end."""
    tracker = GameTracker(home=game.home, away=game.away)
    for each in load_game(game.game_id):
        tracker.apply(each)
    return tracker.state


def columns_of(name: str, figure: object) -> list[str]:
    """The columns a figure should be found in: one for itself, or one for each of its parts."""
    if isinstance(figure, HomeAway | Run):
        return [f"{name}_{part}" for part in figure.__struct_fields__]
    return [name]


def test_events_frame_holds_every_field() -> None:
    """A row an event, a column a field, and the game seconds beside the clock."""
    events = load_game()

    frame = events_frame(events)

    assert set(frame.columns) == {*ScoringEvent.__struct_fields__, "elapsed_s"}
    assert frame.drop(columns=["elapsed_s", "wall_time"]).to_dict("records") == [
        {name: value for name, value in msgspec.structs.asdict(each).items() if name != "wall_time"} for each in events
    ]
    assert frame["elapsed_s"].tolist() == [each.elapsed_s for each in events]
    assert frame["wall_time"].isna().all()


def test_events_frame_keeps_corrections_and_their_sequence() -> None:
    """It shows what came, not what it adds up to."""
    events = [
        event(event_id="2", order=4),
        event(),
        event(revision=1, retracted=True, wall_time="2015-12-04T00:12:41Z"),
    ]

    frame = events_frame(iter(events))

    assert frame["event_id"].tolist() == ["2", "10", "10"]
    assert frame["retracted"].tolist() == [False, False, True]
    assert frame["wall_time"].tolist()[2] == "2015-12-04T00:12:41Z"


def test_plays_frame_holds_every_figure_after_each_play() -> None:
    """Whatever the fold knows is in a column of its name."""
    state = fold(load_game())

    frame = plays_frame(state)

    assert len(frame) == len(state.plays)
    for row, play in zip(frame.to_dict("records"), state.plays, strict=True):
        for name in Figures.__struct_fields__:
            figure = getattr(play, name)
            parts = list(msgspec.structs.astuple(figure)) if isinstance(figure, msgspec.Struct) else [figure]
            assert [row[column] for column in columns_of(name, figure)] == parts
        assert (row["event_id"], row["player"], row["margin"]) == (play.event.event_id, play.event.player, play.margin)


def test_figures_frame_compares_games() -> None:
    """A row a game, with the league's own numbers, and no points in periods that were not played."""
    states = [final_state(game) for game in list_games()]

    frame = figures_frame(*states).set_index("game_id")

    for game in list_games():
        row = frame.loc[game.game_id]
        assert (row["lead_changes"], row["times_tied"]) == (game.official["lead_changes"], game.official["times_tied"])
        home = [int(points) for points in row.filter(regex="^home_(q|ot)").dropna()]
        assert home == game.official["home"]["periods"]
    assert frame.loc["0021500391", "away_ot4"] == 20
    assert frame.loc["0021500277", "away_ot4"] is pd.NA


def test_figures_frame_of_one_game_has_its_periods_only() -> None:
    """Also in the middle of a game."""
    frame = figures_frame(game_of(("MIA", 2, 10), ("OKC", 3, 800)))

    assert frame.columns[-4:].tolist() == ["home_q1", "away_q1", "home_q2", "away_q2"]
    assert frame.iloc[0, -4:].tolist() == [2, 0, 0, 3]


def test_empty_tables_have_the_same_columns_and_types() -> None:
    """Code that works on a game works before its first point."""
    state = GameTracker(home="MIA", away="OKC").state

    assert events_frame([]).dtypes.equals(events_frame(load_game()).dtypes)
    assert plays_frame(state).dtypes.equals(plays_frame(fold(load_game())).dtypes)
    assert len(figures_frame()) == 0
    assert figures_frame(state).loc[0, ["game_id", "run_team"]].isna().all()


def test_csv_reads_back(tmp_path: Path) -> None:
    """With ids as text, as the module says."""
    frame = plays_frame(fold(load_game("0021500277")))

    path = export(frame, tmp_path / "plays.csv")

    assert_frame_equal(pd.read_csv(path, dtype=IDS_ARE_TEXT), frame, check_dtype=False)


def test_json_is_a_list_of_objects(tmp_path: Path) -> None:
    """Names as they are written, what is missing as null."""
    events = load_game("0022200552")

    path = export(events_frame(events), tmp_path / "events.json")

    rows = json.loads(path.read_text(encoding="utf-8"))
    assert [msgspec.convert(row, ScoringEvent) for row in rows] == events
    assert "Vučević" in path.read_text(encoding="utf-8")


@needs_pyarrow
def test_parquet_reads_back_with_its_types(tmp_path: Path) -> None:
    """Text, whole numbers, missing ones and flags alike."""
    frames = {
        "plays": plays_frame(fold(load_game())),
        "events": events_frame(load_game()),
        "figures": figures_frame(*map(final_state, list_games())),
        "nothing": events_frame([]),
    }

    paths = {name: export(frame, tmp_path / f"{name}.parquet") for name, frame in frames.items()}

    for name, path in paths.items():
        assert_frame_equal(pd.read_parquet(path), frames[name])


def test_state_is_exported_as_its_plays(tmp_path: Path) -> None:
    """The suffix may be in capitals, the path a text; a file that is there is replaced."""
    state = fold(events_of([("MIA", 2, 10), ("OKC", 3, 20)]))
    (tmp_path / "GAME.CSV").write_text("old")

    path = export(state, str(tmp_path / "GAME.CSV"))

    assert path == tmp_path / "GAME.CSV"
    assert_frame_equal(pd.read_csv(path, dtype=IDS_ARE_TEXT), plays_frame(state), check_dtype=False)


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, and no file."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(ExportError, match=r"^Parquet files need pyarrow.*nbmomentum\[parquet\]'\.$"):
        export(events_frame(load_game()), tmp_path / "events.parquet")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["events", "events.xlsx", "events.csv.gz", ".csv"])
def test_other_suffixes_are_refused(tmp_path: Path, name: str) -> None:
    """The message lists those there are."""
    with pytest.raises(ExportError, match=r"should end in \.csv, \.json, \.parquet"):
        export(events_frame([]), tmp_path / name)


@pytest.mark.parametrize("suffix", ["csv", "json", pytest.param("parquet", marks=needs_pyarrow)])
def test_folder_that_is_not_there_is_told(tmp_path: Path, suffix: str) -> None:
    """As an error of the kit, with the path."""
    with pytest.raises(ExportError, match=rf"missing.events\.{suffix} cannot be written"):
        export(events_frame([]), tmp_path / "missing" / f"events.{suffix}")
