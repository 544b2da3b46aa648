"""A play is an event together with the figures of the game right after it; one function leads to the next."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, overload

import msgspec

from nbmomentum.events import ScoringEvent
from nbmomentum.momentum.figures import PREGAME_WIN_PROBABILITY, HomeAway, Run, win_probability


class Figures(msgspec.Struct, frozen=True, gc=False):
    """What the fold knows at one moment; the defaults are the moment before the first play.

    Attributes:
        elapsed_s: Seconds of play since the tip-off.
        latest_s: The latest `elapsed_s` so far; above it only where game time went back within the order.
        home_score: Summed points of the home team.
        away_score: Summed points of the visitors.
        is_lead_change: Whether the last play put a team ahead that was not the last one to lead.
        is_tie: Whether the last play levelled the score.
        last_leader: The team that led last; a tie does not reset it.
        run: The unanswered points up to now.
        lead_changes: How many so far; the first lead is not one.
        times_tied: How many so far; 0-0 at the start is not one.
        largest_lead: Of each side so far, in points.
        largest_run: Of each side so far, in points.
        mismatches: Plays so far whose stated score differs from the summed one.
        momentum: The momentum index, in decayed points, positive for the home team.
        win_probability: Of the home team, 0 to 1.
        excitement: Sum of the absolute changes of win probability so far.
    """

    elapsed_s: float = 0.0
    latest_s: float = 0.0
    home_score: int = 0
    away_score: int = 0
    is_lead_change: bool = False
    is_tie: bool = False
    last_leader: str | None = None
    run: Run = Run(None, 0)
    lead_changes: int = 0
    times_tied: int = 0
    largest_lead: HomeAway = HomeAway(0, 0)
    largest_run: HomeAway = HomeAway(0, 0)
    mismatches: int = 0
    momentum: float = 0.0
    win_probability: float = PREGAME_WIN_PROBABILITY
    excitement: float = 0.0

    @property
    def margin(self) -> int:
        """Home minus away, in points."""
        return self.home_score - self.away_score


class Play(Figures, frozen=True, kw_only=True, gc=False):
    """An effective event, and the figures right after it.

    Attributes:
        event: What happened.
    """

    event: ScoringEvent


TIP_OFF: Final = Figures()


def next_play(last: Figures, event: ScoringEvent, momentum: float) -> Play:
    """The play of the event that follows `last`; its momentum is known, all else follows from these two."""
    clock, points = event.game_clock, event.points
    elapsed_s = clock.elapsed_s
    home_score, away_score = last.home_score, last.away_score
    if event.is_home:
        home_score += points
    else:
        away_score += points
    margin = home_score - away_score
    leader = (event.home if margin > 0 else event.away) if margin else None
    is_lead_change = leader is not None and last.last_leader is not None and leader != last.last_leader
    run = Run(event.team, points + last.run.points if last.run.team == event.team else points)
    chance = win_probability(margin, clock)
    return Play(
        event=event,
        elapsed_s=elapsed_s,
        latest_s=max(last.latest_s, elapsed_s),
        home_score=home_score,
        away_score=away_score,
        is_lead_change=is_lead_change,
        is_tie=margin == 0,
        last_leader=leader or last.last_leader,
        run=run,
        lead_changes=last.lead_changes + is_lead_change,
        times_tied=last.times_tied + (margin == 0),
        largest_lead=_raised(last.largest_lead, margin),
        largest_run=_raised(last.largest_run, run.points if event.is_home else -run.points),
        mismatches=last.mismatches + ((home_score, away_score) != (event.home_score, event.away_score)),
        momentum=momentum,
        win_probability=chance,
        excitement=last.excitement + abs(chance - last.win_probability),
    )


def _raised(largest: HomeAway, signed_points: int) -> HomeAway:
    """The largest of each side after a new value: positive is the home team's, negative the visitors'."""
    if signed_points > largest.home:
        return HomeAway(signed_points, largest.away)
    if -signed_points > largest.away:
        return HomeAway(largest.home, -signed_points)
    return largest


class Plays(Sequence[Play]):
    """The first plays of a list that only ever grows: an immutable view that costs nothing to make."""

    __slots__ = ("_length", "_plays")

    def __init__(self, plays: list[Play] | None = None) -> None:
        self._plays = plays or []
        self._length = len(self._plays)

    @overload
    def __getitem__(self, index: int) -> Play: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Play]: ...
    def __getitem__(self, index: int | slice) -> Play | Sequence[Play]:
        places = range(self._length)[index]
        if isinstance(places, range):
            return [self._plays[place] for place in places]
        return self._plays[places]

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Play]:
        return islice(self._plays, self._length)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Plays):
            return NotImplemented
        if self._plays is other._plays or self._length != other._length:
            return self._length == other._length
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as a list: equal by content, and long

    def __repr__(self) -> str:
        return f"<{self._length} plays>"
