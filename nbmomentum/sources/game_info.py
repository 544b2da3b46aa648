"""What there is to say about a game before it is replayed: teams, day, result, and why it is worth a look."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from nbmomentum.errors import InvalidEvent
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState, GameTracker, HomeAway

_TIP_OFF_TIME: Final = time(19, 0)
_LEAGUE_ZONE: Final = "America/New_York"
_SEASON_MONTH: Final = 8
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class GameInfo(msgspec.Struct, frozen=True):
    """One game that can be replayed.

    Attributes:
        game_id: The league's id of the game, or one that begins with "sim-" for a simulated game; in the
            catalogue a saved game's is "saved:" and its name.
        home: The home team.
        away: The visiting team.
        date: The day it was played, in the league's time zone.
        note: Why it is here.
        home_score: Final score of the home team.
        away_score: Final score of the visitors.
        periods: How many were played, overtimes included.
        events: How many scoring events there are.
        official: Figures of the official box score; `home` and `away` hold points, periods and largest lead.
            Empty where the league has none.
        computed: The same figures and the largest runs, counted from the events.
    """

    game_id: str
    home: str
    away: str
    date: date
    note: str
    home_score: int
    away_score: int
    periods: int
    events: int
    official: dict[str, Any]
    computed: dict[str, Any]

    @property
    def title(self) -> str:
        """A line such as "OKC @ MIA, 3 Dec 2015"."""
        return f"{self.away} @ {self.home}, {day_text(self.date)}"

    @property
    def tip_off(self) -> datetime:
        """When the game is taken to have begun: 19:00 in New York on its day, in UTC."""
        return datetime.combine(self.date, _TIP_OFF_TIME, ZoneInfo(_LEAGUE_ZONE)).astimezone(UTC)


def day_text(day: date) -> str:
    """A day as people write it, "3 Dec 2015"."""
    # strftime would answer in the reader's locale
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def season_of(day: date) -> str:
    """The season a day lies in, "2024-25"; it turns in August."""
    first = day.year if day.month >= _SEASON_MONTH else day.year - 1
    return f"{first}-{(first + 1) % 100:02}"


def league_day(wall_time: str) -> date:
    """The day in the league's time zone, of a time in UTC as events carry it."""
    return datetime.fromisoformat(wall_time).astimezone(ZoneInfo(_LEAGUE_ZONE)).date()


def event_time(event: ScoringEvent, tip_off: datetime | None = None) -> datetime | None:
    """When a play happened in the arena, in UTC: what the feed says, else tip-off plus the seconds of play.

    The second is a stand-in for recorded games: it knows nothing of breaks and time-outs.

    Args:
        event: The play.
        tip_off: When its game began, such as `GameInfo.tip_off`; None where nobody knows.

    Returns:
        The time; None where neither is known.
    """
    if event.wall_time is not None:
        return datetime.fromisoformat(event.wall_time).astimezone(UTC)
    return None if tip_off is None else tip_off + timedelta(seconds=event.elapsed_s)


def describe_game(
    events: Sequence[ScoringEvent], *, day: date, note: str, official: dict[str, Any] | None = None
) -> GameInfo:
    """The description of a game, its figures counted from its events.

    Args:
        events: Of one game, corrections included.
        day: When it was played, in the league's time zone.
        note: Why it is here.
        official: The figures of the official box score, where there is one.

    Raises:
        InvalidEvent: There are no events, or they are of several games.
    """
    state = _folded(events)
    return GameInfo(
        game_id=events[0].game_id,
        home=state.home,
        away=state.away,
        date=day,
        note=note,
        home_score=state.home_score,
        away_score=state.away_score,
        periods=max((play.event.period for play in state.plays), default=1),
        events=len(state.plays),
        official=official or {},
        computed=_computed(state),
    )


def _folded(events: Sequence[ScoringEvent]) -> GameState:
    if not events:
        raise InvalidEvent("There are no events, so there is no game.")
    tracker = GameTracker(home=events[0].home, away=events[0].away)
    for event in events:
        tracker.apply(event)
    return tracker.state


def _computed(state: GameState) -> dict[str, Any]:
    return {
        "lead_changes": state.lead_changes,
        "times_tied": state.times_tied,
        "largest_lead": _sides(state.largest_lead),
        "largest_run": _sides(state.largest_run),
    }


def _sides(figure: HomeAway) -> dict[str, int]:
    return {"home": figure.home, "away": figure.away}
