"""The play-by-play of finished games, PlayByPlayV3, as scoring events.

```python
events = parse_play_by_play_v3(payload)
```

Not every row states the score, so it is carried from row to row. A free throw says whether it was made in its
description alone: "Curry Free Throw 1 of 2 (1 PTS)", "MISS Curry Free Throw 2 of 2"; the number is the player's total.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec

from nbmomentum.errors import UnexpectedPayload
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.nba.leagues import check_clock, throw_points
from nbmomentum.sources.nba.payloads import ADVICE, PlayByPlay, events_at, read
from nbmomentum.sources.nba.scorers import scorer

HOME: Final = "h"
AWAY: Final = "v"
FREE_THROW: Final = "Free Throw"

_MADE_FREE_THROW = re.compile(r"(?!MISS\b).*\(\d+ PTS\)")


class _Row(msgspec.Struct, rename="camel"):
    action_id: int
    action_type: str
    period: int
    clock: str
    description: str | None = None
    location: str | None = None
    team_tricode: str | None = None
    person_id: int = 0
    player_name: str | None = None
    player_name_i: str | None = None
    shot_result: str | None = None
    shot_value: int = 0
    score_home: int | str | None = None
    score_away: int | str | None = None


class _Score(NamedTuple):
    home: int
    away: int


def parse_play_by_play_v3(payload: dict[str, Any]) -> list[ScoringEvent]:
    """The scoring events of a finished game, in the feed's order; a game that has not begun has none.

    Args:
        payload: The whole answer, as nba_api's `PlayByPlayV3(...).get_dict()` gives it.

    Raises:
        UnexpectedPayload: The payload is none of this feed, or its game was not played by the NBA's clock; the message
            names the place.
    """
    game = read(payload, PlayByPlay).game
    check_clock(game)
    rows = [read(action, _Row, _place(number)) for number, action in enumerate(game.actions)]
    if all(_points(row) is None for row in rows):
        return []
    return list(_events(game.game_id, rows, *_home_and_away(rows)))


def _place(number: int) -> str:
    return f"$.game.actions[{number}]"


def _points(row: _Row) -> int | None:
    """What the play scored, None if nothing; a made shot that does not say its value is 0, which no event takes."""
    if row.action_type == FREE_THROW:
        return 1 if _MADE_FREE_THROW.match(row.description or "") else None
    return row.shot_value if row.shot_result == "Made" else None


def _home_and_away(rows: list[_Row]) -> tuple[str, str]:
    """The teams' codes; rows of a team's own, such as its rebounds, name none."""
    codes = {row.location: row.team_tricode for row in rows if row.location and row.team_tricode}
    if not {HOME, AWAY} <= codes.keys():
        raise UnexpectedPayload(f"At $.game.actions: location and teamTricode do not name two teams. {ADVICE}")
    return codes[HOME], codes[AWAY]


def _events(game_id: str, rows: list[_Row], home: str, away: str) -> Iterator[ScoringEvent]:
    score = _Score(0, 0)
    for number, row in enumerate(rows):
        points, score = _after(game_id, row, score, _place(number))
        if points is not None:
            with events_at(_place(number)):
                event = ScoringEvent(
                    game_id=game_id,
                    event_id=str(row.action_id),
                    order=row.action_id,
                    period=row.period,
                    clock=row.clock,
                    team=row.team_tricode or "",
                    player=scorer(row.person_id, row.player_name_i, row.player_name, description=row.description),
                    points=points,
                    home=home,
                    away=away,
                    home_score=score.home,
                    away_score=score.away,
                )
            yield event


def _after(game_id: str, row: _Row, before: _Score, place: str) -> tuple[int | None, _Score]:
    """What the play scored, and the score after it."""
    points = _points(row)
    if points is not None and row.action_type == FREE_THROW:
        stated, side = _score_after(row, 0, before, place), 0 if row.location == HOME else 1
        points = throw_points(game_id, stated[side] - before[side])
    return points, _score_after(row, points or 0, before, place)


def _score_after(row: _Row, points: int, before: _Score, place: str) -> _Score:
    """The score the row states; where it states none, the one before and the row's points."""
    return _Score(
        _stated(row.score_home, before.home + points * (row.location == HOME), place),
        _stated(row.score_away, before.away + points * (row.location == AWAY), place),
    )


def _stated(score: int | str | None, otherwise: int, place: str) -> int:
    if score is None or score == "":
        return otherwise
    try:
        return int(score)
    except ValueError as error:
        raise UnexpectedPayload(f"At {place}: {score!r:.40} is no score. {ADVICE}") from error
