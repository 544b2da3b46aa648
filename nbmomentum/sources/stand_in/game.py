"""A game as the stand-in league serves it: how far it has come, and what it says wrong until it corrects itself.

A game grows by *steps*, one a basket: at step 0 it has begun and nobody has scored, at its last step it is final.
Each basket shows at a step, and may be gone or worth something else from a later one. So what is served is a
function of the step, and any sequence of steps ends in the same final file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from msgspec.structs import replace

from nbmomentum.clock import period_name
from nbmomentum.errors import SettingsError
from nbmomentum.events import ScoringEvent

ORDER_STEP: Final = 10_000
"""Between the order numbers of two plays, as in the league's feed: there is room for late insertions."""
WALL_S_PER_GAME_S: Final = 2.5
"""How long a second of play takes on the wall clock, with all that interrupts it."""

FIRST_MISHAP: Final = 6
MISHAP_EVERY: Final = 12
CORRECTED_AFTER: Final = 3

Status = Literal["scheduled", "live", "final", "postponed"]
KINDS: Final = {1: "freethrow", 2: "2pt", 3: "3pt"}


@dataclass
class Basket:
    """A basket, and when it is served as what.

    Attributes:
        number: The feed's actionNumber.
        order: The feed's orderNumber.
        event: Team, player, points, period and clock.
        shows_at: The step from which it is served.
        gone_at: The step from which it is served no more, None if never.
        wrong_points: What it is said to be worth until it is corrected.
        corrected_at: The step of that correction.
        wall_time: When it happened, in UTC; None until it was first served.
    """

    number: int
    order: int
    event: ScoringEvent
    shows_at: int
    gone_at: int | None = None
    wrong_points: int | None = None
    corrected_at: int = 0
    wall_time: datetime | None = None

    def is_served(self, step: int) -> bool:
        """Whether it is in the feed at this step."""
        return self.shows_at <= step and (self.gone_at is None or step < self.gone_at)

    def points(self, step: int) -> int:
        """What the feed says it is worth at this step."""
        is_wrong = self.wrong_points is not None and step < self.corrected_at
        return self.wrong_points if is_wrong and self.wrong_points else self.event.points


class Row(NamedTuple):
    """A basket as it is served at one moment, with the running score that follows from the others.

    Attributes:
        number: The feed's actionNumber.
        order: The feed's orderNumber.
        event: Team, player, period and clock.
        points: What it is worth.
        made_so_far: The player's points until now.
        home_score: After it.
        away_score: After it.
        wall_time: When it happened, in UTC.
    """

    number: int
    order: int
    event: ScoringEvent
    points: int
    made_so_far: int
    home_score: int
    away_score: int
    wall_time: datetime


class GameView(NamedTuple):
    """A game at one moment, all that the feeds are made of.

    Attributes:
        game_id: As the stand-in league knows it.
        home: The home team.
        away: The visiting team.
        status: How it stands.
        tip_off: When it begins or began, in UTC.
        rows: The baskets served now, in the feed's order.
    """

    game_id: str
    home: str
    away: str
    status: Status
    tip_off: datetime
    rows: tuple[Row, ...]

    @property
    def score(self) -> tuple[int, int]:
        """Home and away."""
        return (self.rows[-1].home_score, self.rows[-1].away_score) if self.rows else (0, 0)

    @property
    def period(self) -> int:
        """The period it is in, 0 before the tip-off."""
        if self.status in ("scheduled", "postponed"):
            return 0
        return self.rows[-1].event.period if self.rows else 1

    @property
    def clock(self) -> str:
        """Time left in the period, as the feed writes it; empty before and after the game."""
        if self.status != "live":
            return ""
        return self.rows[-1].event.clock if self.rows else "PT12M00.00S"

    @property
    def status_text(self) -> str:
        """What the board says; padded as the league's is."""
        if self.status == "live":
            minutes, seconds = self.clock.removeprefix("PT").removesuffix("S").split("M")
            return f"{period_name(self.period)} {minutes}:{seconds[:2]}"
        overtime = "" if self.period <= 4 else f"/OT{self.period - 4 if self.period > 5 else ''}"
        return {"scheduled": "7:00 pm ET", "postponed": "PPD", "final": f"Final{overtime}".ljust(20)}[self.status]


class ServedGame:
    """One game of the stand-in league; its owner keeps threads apart.

    Args:
        game_id: As the stand-in league knows it.
        events: The whole game, in order.
        tip_off: When it begins, in UTC.
        mishaps: Whether it says things wrong now and then, and corrects itself three baskets later.
    """

    def __init__(self, game_id: str, events: Sequence[ScoringEvent], tip_off: datetime, *, mishaps: bool) -> None:
        self.game_id = game_id
        self.home, self.away = events[0].home, events[0].away
        self.tip_off = tip_off
        self.wall_s_per_game_s = WALL_S_PER_GAME_S
        self.steps = len(events)
        self.step: int | None = None
        self.is_postponed = False
        self._elapsed_s = [event.elapsed_s for event in events]
        self._baskets = [_basket(place, event) for place, event in enumerate(events)]
        self._next_number = 1 + max(basket.number for basket in self._baskets)
        if mishaps:
            self._plan_mishaps()

    def steps_until(self, elapsed_s: float) -> int:
        """How many baskets fall until this moment of the game."""
        return sum(moment_s <= elapsed_s for moment_s in self._elapsed_s)

    def elapsed_of(self, step: int) -> float:
        """The moment of the game at which a step is reached."""
        return self._elapsed_s[step - 1] if step else 0.0

    def serve_all(self) -> None:
        """Let it be final."""
        self.step = self.steps

    def view(self) -> GameView:
        """The game as it is served now."""
        return self._view_at(self.step)

    def final_view(self) -> GameView:
        """The game as it will be served at its end, with the corrections made until now."""
        return self._view_at(self.steps)

    def insert_free_throw(self, *, before: int) -> str:
        """Put a made free throw before the last `before` baskets that are served; returns its actionNumber."""
        served = self._some_served()
        place = self._baskets.index(served[-min(before, len(served))])
        target = self._baskets[place]
        previous = self._baskets[place - 1].order if place else 0
        late = self._new_basket(target.event, points=1, order=(previous + target.order) // 2)
        self._baskets.insert(place, late)
        return str(late.number)

    def revise(self, action_number: str | None, points: int | None) -> str:
        """Say that a basket is worth something else, by default the last one; returns its actionNumber."""
        basket = self._find(action_number)
        otherwise = 2 if basket.event.points == 3 else 3
        basket.event = _worth(basket.event, otherwise if points is None else points)
        basket.wrong_points = None
        return str(basket.number)

    def withdraw(self, action_number: str | None) -> str:
        """Take a basket out of the feed, by default the last one; returns its actionNumber."""
        basket = self._find(action_number)
        basket.gone_at = self.step
        return str(basket.number)

    def restore(self, action_number: str) -> None:
        """Put a withdrawn basket back."""
        for basket in self._baskets:
            if str(basket.number) == action_number:
                basket.gone_at = None

    def _view_at(self, step: int | None) -> GameView:
        rows = () if step is None else tuple(self._rows(step))
        return GameView(self.game_id, self.home, self.away, self._status(step), self.tip_off, rows)

    def _status(self, step: int | None) -> Status:
        if self.is_postponed:
            return "postponed"
        if step is None:
            return "scheduled"
        return "final" if step == self.steps else "live"

    def _served(self, step: int) -> list[Basket]:
        return [basket for basket in self._baskets if basket.is_served(step)]

    def _find(self, action_number: str | None) -> Basket:
        found = [basket for basket in self._some_served() if action_number in (None, str(basket.number))]
        if not found:
            raise SettingsError(f"The game {self.game_id} serves no basket with the number {action_number!r:.40} now.")
        return found[-1]

    def _some_served(self) -> list[Basket]:
        served = [] if self.step is None else self._served(self.step)
        if not served:
            raise SettingsError(f"The game {self.game_id} serves no basket yet; let it grow first.")
        return served

    def _rows(self, step: int) -> list[Row]:
        scores, made = {self.home: 0, self.away: 0}, dict[str, int]()
        rows = []
        for basket in self._served(step):
            event, points = basket.event, basket.points(step)
            scores[event.team] += points
            made[event.player] = made.get(event.player, 0) + points
            wall_time = basket.wall_time = basket.wall_time or self._wall_time(event.elapsed_s)
            rows.append(
                Row(
                    basket.number,
                    basket.order,
                    event,
                    points,
                    made[event.player],
                    scores[self.home],
                    scores[self.away],
                    wall_time,
                )
            )
        return rows

    def _wall_time(self, elapsed_s: float) -> datetime:
        return self.tip_off + timedelta(seconds=elapsed_s * self.wall_s_per_game_s)

    def _new_basket(self, like: ScoringEvent, *, points: int, order: int) -> Basket:
        number, self._next_number = self._next_number, self._next_number + 1
        return Basket(number, order, _worth(like, points), shows_at=0)

    def _plan_mishaps(self) -> None:
        """A free throw that comes late, a two said to be a three, a basket that never was; and again."""
        plans = (self._late_free_throw, self._two_for_three, self._basket_that_never_was)
        places = range(FIRST_MISHAP, self.steps - CORRECTED_AFTER - 1, MISHAP_EVERY)
        for number, place in enumerate(places):
            plans[number % len(plans)](place)

    def _late_free_throw(self, place: int) -> None:
        if basket := self._first_worth(1, place):
            basket.shows_at = min(basket.shows_at + CORRECTED_AFTER, self.steps)

    def _two_for_three(self, place: int) -> None:
        if basket := self._first_worth(2, place):
            basket.wrong_points = 3
            basket.corrected_at = min(basket.shows_at + CORRECTED_AFTER, self.steps)

    def _basket_that_never_was(self, place: int) -> None:
        target = self._baskets[place]
        ghost = self._new_basket(target.event, points=2, order=target.order + ORDER_STEP // 2)
        ghost.shows_at = target.shows_at
        ghost.gone_at = min(target.shows_at + CORRECTED_AFTER, self.steps)
        self._baskets.insert(place + 1, ghost)

    def _first_worth(self, points: int, place: int) -> Basket | None:
        """The first basket worth so much from a place on, before the next mishap."""
        ahead = self._baskets[place : place + MISHAP_EVERY - CORRECTED_AFTER]
        return next((basket for basket in ahead if basket.event.points == points), None)


def _basket(place: int, event: ScoringEvent) -> Basket:
    return Basket(int(event.event_id), (place + 1) * ORDER_STEP, event, shows_at=place + 1)


def _worth(event: ScoringEvent, points: int) -> ScoringEvent:
    return replace(event, points=points)
