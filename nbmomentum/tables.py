"""Events and figures as pandas DataFrames, and as files: CSV, JSON or Parquet.

```python
plays_frame(tracker.state).plot(x="elapsed_s", y=["margin", "momentum"])
figures_frame(*consumer.states().values())  # a row for each game
export(consumer.states()["0021500277"], "plays.csv")
export(events_frame(replay_events(consumer)), "events.parquet")  # as they came, corrections included
```

Columns are named as in the code, units included; an empty table has the same columns and types. Whoever reads
a CSV file back says `dtype={"game_id": str, "event_id": str}`: ids begin with zeros.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nbmomentum.clock import period_name
from nbmomentum.errors import ExportError
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState

if TYPE_CHECKING:
    from pandas import DataFrame

TEXT: Final = "string"
WHOLE: Final = "int64"
NUMBER: Final = "float64"
FLAG: Final = "bool"

_Columns = Mapping[str, tuple[str, Callable[[Any], Any]]]
"""By name, the type of a column and how to get its value from what the row is about."""


def _columns(**dtypes: str) -> _Columns:
    """Columns whose values are attributes of the same name."""
    return {name: (dtype, attrgetter(name)) for name, dtype in dtypes.items()}


_EVENT: Final[_Columns] = _columns(
    game_id=TEXT,
    event_id=TEXT,
    order=WHOLE,
    revision=WHOLE,
    retracted=FLAG,
    period=WHOLE,
    clock=TEXT,
    elapsed_s=NUMBER,
    team=TEXT,
    player=TEXT,
    points=WHOLE,
    home=TEXT,
    away=TEXT,
    home_score=WHOLE,
    away_score=WHOLE,
    wall_time=TEXT,
)
_FIGURES: Final[_Columns] = {
    **_columns(home_score=WHOLE, away_score=WHOLE, margin=WHOLE, lead_changes=WHOLE, times_tied=WHOLE),
    "largest_lead_home": (WHOLE, attrgetter("largest_lead.home")),
    "largest_lead_away": (WHOLE, attrgetter("largest_lead.away")),
    "largest_run_home": (WHOLE, attrgetter("largest_run.home")),
    "largest_run_away": (WHOLE, attrgetter("largest_run.away")),
    "run_team": (TEXT, attrgetter("run.team")),
    "run_points": (WHOLE, attrgetter("run.points")),
    **_columns(momentum=NUMBER, win_probability=NUMBER, excitement=NUMBER, mismatches=WHOLE),
}
_OF_EVENT: Final = ("game_id", "event_id", "order", "period", "clock", "team", "player", "points")
_PLAY: Final[_Columns] = {
    **{name: (_EVENT[name][0], attrgetter(f"event.{name}")) for name in _OF_EVENT},
    **_columns(elapsed_s=NUMBER, latest_s=NUMBER, is_lead_change=FLAG, is_tie=FLAG, last_leader=TEXT),
    **_FIGURES,
}
_GAME: Final[_Columns] = {
    **_columns(game_id=TEXT, home=TEXT, away=TEXT, period=WHOLE, elapsed_s=NUMBER),
    "plays": (WHOLE, lambda state: len(state.plays)),
    **_FIGURES,
}


def events_frame(events: Iterable[ScoringEvent]) -> "DataFrame":
    """The events as they came, one row each: every field, and `elapsed_s`, the game seconds since the tip-off."""
    return _frame(events, _EVENT)


def plays_frame(state: GameState) -> "DataFrame":
    """The plays of a game in order, one row each: who scored, and every figure right after it."""
    return _frame(state.plays, _PLAY)


def figures_frame(*states: GameState) -> "DataFrame":
    """One row a game: its figures as they stand, and the points of both sides by period.

    The points of a period are in columns such as `home_q1` and `away_ot1`, as many as the longest game has;
    they are missing (`<NA>`) for a game that did not get so far.
    """
    from pandas import DataFrame

    points = DataFrame([_points_by_period(state) for state in states], dtype="Int64")
    return _frame(states, _GAME).join(points)


def export(table: "DataFrame | GameState", path: str | Path) -> Path:
    """Write a table to a file; a file that is there is replaced.

    Args:
        table: A frame, or the state of a game for its `plays_frame`.
        path: Where to; its suffix chooses the form: .csv, .json (a list of objects) or .parquet.

    Returns:
        The path.

    Raises:
        ExportError: The suffix is another one, the file cannot be written, or Parquet lacks pyarrow.
    """
    path = Path(path)
    if (write := _WRITERS.get(path.suffix.lower())) is None:
        raise ExportError(f"{path.name} should end in {', '.join(_WRITERS)}: the suffix chooses the form.")
    try:
        write(plays_frame(table) if isinstance(table, GameState) else table, path)
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror or error}.") from error
    return path


def _frame(rows: Iterable[object], columns: _Columns) -> "DataFrame":
    from pandas import DataFrame, Series

    rows = list(rows)
    return DataFrame({name: Series(map(value, rows), dtype=dtype) for name, (dtype, value) in columns.items()})


def _points_by_period(state: GameState) -> dict[str, int]:
    return {
        f"{side}_{period_name(period).lower()}": getattr(points, side)
        for period, points in enumerate(state.points_by_period, start=1)
        for side in ("home", "away")
    }


def _write_csv(frame: "DataFrame", path: Path) -> None:
    frame.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _write_json(frame: "DataFrame", path: Path) -> None:
    frame.to_json(path, orient="records", force_ascii=False, double_precision=15)


def _write_parquet(frame: "DataFrame", path: Path) -> None:
    try:
        frame.to_parquet(path, engine="pyarrow", index=False)
    except ImportError as error:
        raise ExportError(
            "Parquet files need pyarrow, which is not installed: pip install 'nbmomentum[parquet]'."
        ) from error


_WRITERS: Final[dict[str, Callable[["DataFrame", Path], None]]] = {
    ".csv": _write_csv,
    ".json": _write_json,
    ".parquet": _write_parquet,
}
