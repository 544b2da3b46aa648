"""One simulated game in plain numbers: possession after possession, until it is decided.

The model is small on purpose: teams take turns with the ball, a possession ends with a three, a two (at times
with a free throw on top), a pair of free throws, or nothing. Two things keep it close to real games. A team
that leads scores a little less (Gabel & Redner 2012 find the same in the league), else margins would grow too
wide. And the last half minute is played for the score: the last shot is held back, who trails by three shoots
a three, who trails fouls; without that, less than half as many games would go to overtime.
"""

from itertools import count
from random import Random
from typing import Final, NamedTuple

from nbmomentum.clock import REGULATION_PERIODS, GameClock, period_length_s

SQUAD_SIZE: Final = 10


class Basket(NamedTuple):
    """Something that scored.

    Attributes:
        is_home: Whether the home team did.
        points: 1, 2 or 3.
        clock: When.
        player: Who, as a place in the squad, 0 to 9.
        number: Of the action; misses and rebounds take numbers too.
    """

    is_home: bool
    points: int
    clock: GameClock
    player: int
    number: int


class Count(NamedTuple):
    """A game in four numbers, and how long it was.

    Attributes:
        home_points: Of the home team.
        away_points: Of the visitors.
        home_possessions: How often the home team had the ball.
        away_possessions: The same of the visitors.
        minutes: Played, overtimes included.
    """

    home_points: int
    away_points: int
    home_possessions: int
    away_possessions: int
    minutes: float


class Approach(NamedTuple):
    """How a team plays a possession: the chances that it ends with one of these; what is left is no points."""

    three: float
    two: float
    free_throws: float


class Possession(NamedTuple):
    """A possession as planned: how it is played, and the game seconds it takes."""

    approach: Approach
    length_s: float


USUAL: Final = Approach(three=0.116, two=0.294, free_throws=0.096)
LAST_SHOT: Final = Approach(three=0.100, two=0.260, free_throws=0.060)
NEEDS_THREE: Final = Approach(three=0.300, two=0.060, free_throws=0.020)
NEEDS_TWO: Final = Approach(three=0.050, two=0.380, free_throws=0.080)
FOULED: Final = Approach(three=0.0, two=0.0, free_throws=1.0)
HEAVE: Final = Approach(three=0.02, two=0.0, free_throws=0.0)
RUN_OUT: Final = Approach(three=0.0, two=0.0, free_throws=0.0)

PULL_PER_POINT: Final = 0.0038
"""How much less likely a team scores for each point it leads by, and more likely for each it trails by."""
MAX_PULL: Final = 0.12
"""No lead changes more than this."""
POINTS_A_GAME: Final = 109.0
PERIOD_RATES: Final = (1.01, 1.0, 1.0, 0.95)
OVERTIME_RATE: Final = 0.97
FREE_THROW_RATE: Final = 0.775
AND_ONE_RATE: Final = 0.085

LAST_SHOT_S: Final = 26.0
"""From here on no second possession fits in before the end: the ball is held for the last shot."""
HURRY_S: Final = 40.0
"""From here on who trails hurries."""
FOUL_S: Final = 28.0
"""From here on who trails fouls."""
ONE_SHOT_S: Final = 14.0
"""From here on who trails by one shot has one shot left."""
HEAVE_S: Final = 3.0
"""Less than this is enough for a throw from afar only."""
CATCHABLE_POINTS: Final = 9
"""A larger lead is dribbled out."""

USAGE: Final = (22, 18, 14, 12, 10, 8, 6, 5, 3, 2)
"""How often each place of the squad is the one that scores, per hundred."""


def play_game(rng: Random, home_edge_points: float) -> list[Basket]:
    """Every basket of one game, in order.

    Args:
        rng: Where chance comes from.
        home_edge_points: By how much the home team would win an average game.
    """
    return _played(rng, home_edge_points).baskets


def count_game(rng: Random, home_edge_points: float) -> Count:
    """The same game in numbers."""
    court = _played(rng, home_edge_points)
    points = {is_home: sum(b.points for b in court.baskets if b.is_home is is_home) for is_home in (True, False)}
    possessions = court.possessions
    return Count(points[True], points[False], possessions[True], possessions[False], court.length_s / 60)


def _played(rng: Random, home_edge_points: float) -> "_Court":
    court = _Court(rng, home_edge_points / POINTS_A_GAME / 2)
    home_won_tip = rng.random() < 0.5
    for period in count(1):
        # Who won the tip-off has the ball first in the first and fourth period, the other team in between.
        home_starts = home_won_tip if period in (1, 4) else not home_won_tip
        if period > REGULATION_PERIODS:
            home_starts = rng.random() < 0.5
        court.play_period(period, home_starts=home_starts)
        if period >= REGULATION_PERIODS and court.margin:
            break
    return court


class _Court:
    """A game while it is played."""

    def __init__(self, rng: Random, home_skill: float) -> None:
        self.baskets: list[Basket] = []
        self.margin = 0
        self.possessions = {True: 0, False: 0}
        self.length_s = 0
        self._rng = rng
        self._home_skill = home_skill
        self._number = 1

    def play_period(self, period: int, *, home_starts: bool) -> None:
        self.length_s += period_length_s(period)
        left_s, is_home = float(period_length_s(period)), home_starts
        while left_s > 0:
            lead = self.margin if is_home else -self.margin
            plan = _plan(self._rng, period, left_s, lead)
            left_s = _shown_s(left_s - plan.length_s)
            self._number += self._rng.randint(1, 3)
            self.possessions[is_home] += 1
            self._attempt(plan.approach, GameClock(period, left_s), is_home, self._rate(period, lead, is_home))
            is_home = not is_home

    def _rate(self, period: int, lead: int, is_home: bool) -> float:
        """How likely this team scores from here, as a multiple of the usual."""
        usual = PERIOD_RATES[period - 1] if period <= REGULATION_PERIODS else OVERTIME_RATE
        skill = self._home_skill if is_home else -self._home_skill
        pull = max(-MAX_PULL, min(MAX_PULL, PULL_PER_POINT * lead))
        return usual * (1 + skill - pull)

    def _attempt(self, approach: Approach, clock: GameClock, is_home: bool, rate: float) -> None:
        rng = self._rng
        [player] = rng.choices(range(SQUAD_SIZE), USAGE)
        chance = rng.random() / rate
        if approach is FOULED or chance < approach.free_throws:
            shots = 2
        elif chance < approach.free_throws + approach.two:
            self._score(is_home, 2, clock, player)
            shots = int(rng.random() < AND_ONE_RATE)
        else:
            if chance < sum(approach):
                self._score(is_home, 3, clock, player)
            shots = 0
        for _ in range(shots):
            self._number += 1
            if rng.random() < FREE_THROW_RATE:
                self._score(is_home, 1, clock, player)

    def _score(self, is_home: bool, points: int, clock: GameClock, player: int) -> None:
        self.baskets.append(Basket(is_home, points, clock, player, self._number))
        self.margin += points if is_home else -points


def _plan(rng: Random, period: int, left_s: float, lead: int) -> Possession:
    """What a team does with the ball, by the time left and its lead."""
    if left_s < HEAVE_S:
        return Possession(HEAVE, left_s)
    if period >= REGULATION_PERIODS and left_s <= HURRY_S:
        if -CATCHABLE_POINTS <= lead < 0:
            return Possession(NEEDS_THREE if lead <= -3 else NEEDS_TWO, _chase_s(rng, left_s, lead))
        if 0 < lead <= CATCHABLE_POINTS and left_s <= FOUL_S:
            return Possession(FOULED, rng.uniform(1, 4))
        if lead > CATCHABLE_POINTS and left_s <= LAST_SHOT_S:
            return Possession(RUN_OUT, left_s)
    if left_s <= LAST_SHOT_S:
        return Possession(LAST_SHOT, _held_s(rng, left_s))
    return Possession(USUAL, rng.triangular(3, 26, 14.5))


def _chase_s(rng: Random, left_s: float, lead: int) -> float:
    """Who is one shot behind takes it late, who is more behind at once."""
    return _held_s(rng, left_s) if lead >= -3 and left_s <= ONE_SHOT_S else rng.uniform(3, 9)


def _held_s(rng: Random, left_s: float) -> float:
    """The ball is held until this little is left."""
    return left_s - rng.uniform(0.2, 2.8)


def _shown_s(left_s: float) -> float:
    """Seconds left as the clock shows them: tenths in the last minute, whole seconds before."""
    return max(0.0, round(left_s, 1) if left_s < 60 else float(round(left_s)))
