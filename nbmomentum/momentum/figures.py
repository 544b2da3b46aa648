"""The formulas behind the figures: decay, win probability, and the two small records they are told in."""

import math
from typing import Final

import msgspec

from nbmomentum.clock import REGULATION_LENGTH_S, REGULATION_PERIODS, GameClock

HALF_LIFE_S: Final = 120.0
"""Game seconds after which a basket counts half in the momentum index."""

HOME_EDGE_POINTS: Final = 4.0
"""How much better the home team does than the visitors in a whole game, on average."""

MARGIN_SPREAD_POINTS: Final = 15.8
"""Standard deviation of the final margin around that average."""


class HomeAway(msgspec.Struct, frozen=True, gc=False):
    """One whole number for each side, in points."""

    home: int
    away: int


class Run(msgspec.Struct, frozen=True, gc=False):
    """Unanswered points: what a team has scored since its opponent last did. No team before the first play."""

    team: str | None
    points: int


def checked_half_life_s(half_life_s: float) -> float:
    """The half-life itself.

    Raises:
        ValueError: It is not a positive number.
    """
    if not 0.0 < half_life_s < math.inf:
        raise ValueError(f"The half-life is a positive number of game seconds, not {half_life_s!r}.")
    return half_life_s


def decay(elapsed_s: float, half_life_s: float) -> float:
    """What is left of 1 after `elapsed_s` game seconds: 2^(−elapsed/half-life), and 1 for a time still to come."""
    return math.exp2(-max(0.0, elapsed_s) / half_life_s)


def win_probability(margin: int, clock: GameClock | None = None) -> float:
    """How likely the home team wins, 0 to 1, by the margin and the time left (Stern 1994).

    The rest of a game is taken as a random walk with drift: Φ((m + r·μ) / (σ√r)), r being the part of a
    game still to play, μ = 4 and σ = 15.8 points (fit on 632 games of 2015-16). Overtime is our extension:
    r counts what is left of the current one.

    Args:
        margin: Home minus away, in points.
        clock: When; None is before the tip-off.
    """
    left = 1.0 if clock is None else _regulation_or_overtime_left_s(clock) / REGULATION_LENGTH_S
    if left == 0.0:
        return 0.5 if margin == 0 else float(margin > 0)
    return _normal_cdf((margin + left * HOME_EDGE_POINTS) / (MARGIN_SPREAD_POINTS * math.sqrt(left)))


def _regulation_or_overtime_left_s(clock: GameClock) -> float:
    if clock.period > REGULATION_PERIODS:
        return clock.seconds_remaining
    return REGULATION_LENGTH_S - clock.elapsed_s


def _normal_cdf(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


PREGAME_WIN_PROBABILITY: Final = win_probability(0)
