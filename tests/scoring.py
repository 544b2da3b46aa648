"""Made-up scoring events for tests: MIA at home against OKC."""

from collections.abc import Iterable
from typing import Any

from nbmomentum.clock import GameClock
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState, GameTracker

FIELDS: dict[str, Any] = {
    "game_id": "0021500277",
    "event_id": "10",
    "order": 3,
    "revision": 0,
    "retracted": False,
    "period": 1,
    "clock": "PT11M35.00S",
    "team": "MIA",
    "player": "Chris Bosh",
    "points": 1,
    "home": "MIA",
    "away": "OKC",
    "home_score": 1,
    "away_score": 0,
    "wall_time": None,
}


def event(**changes: Any) -> ScoringEvent:
    """The example event of the design, with changes."""
    return ScoringEvent(**FIELDS | changes)


def events_of(plays: Iterable[tuple[str, int, float]]) -> list[ScoringEvent]:
    """Events from (team, points, elapsed seconds), in order, with the stated scores that fit."""
    scores, events = {"MIA": 0, "OKC": 0}, []
    for number, (team, points, elapsed_s) in enumerate(plays, start=1):
        scores[team] += points
        clock = GameClock.from_elapsed(elapsed_s)
        events.append(
            event(
                event_id=str(number),
                order=number,
                period=clock.period,
                clock=clock.to_iso(),
                team=team,
                points=points,
                home_score=scores["MIA"],
                away_score=scores["OKC"],
            )
        )
    return events


def fold(events: Iterable[ScoringEvent]) -> GameState:
    """The state after these events."""
    tracker = GameTracker(home="MIA", away="OKC")
    for each in events:
        tracker.apply(each)
    return tracker.state


def game_of(*plays: tuple[str, int, float]) -> GameState:
    """The state after plays given as (team, points, elapsed seconds)."""
    return fold(events_of(plays))
