"""The momentum index between the plays: it jumps with each one and decays until the next."""

from collections.abc import Iterator

from nbmomentum.momentum.figures import decay
from nbmomentum.momentum.plays import TIP_OFF, Figures
from nbmomentum.momentum.state import GameState

CURVE_STEP_S = 12.0  # three pixels of a chart 700 pixels wide


def momentum_curve(state: GameState, *, step_s: float = CURVE_STEP_S) -> list[tuple[float, float]]:
    """Points (elapsed seconds, momentum index) from the tip-off to the last play, to be joined by straight lines.

    Each play has two of them, right before and right after it.

    Args:
        state: The game.
        step_s: Game seconds between the points on the decay from one play to the next.
    """
    points = [(0.0, 0.0)]
    last: Figures = TIP_OFF
    for play in state.plays:
        points += _decline(last, play.elapsed_s, state.half_life_s, step_s)
        points.append((play.elapsed_s, play.momentum))
        last = play
    return points


def _decline(last: Figures, until_s: float, half_life_s: float, step_s: float) -> Iterator[tuple[float, float]]:
    """What is left of the momentum after a play, up to the next one; nothing where that comes at the same time."""
    gap_s = until_s - last.elapsed_s
    if gap_s <= 0:
        return
    if last.momentum:
        for number in range(1, -int(-gap_s // step_s)):
            yield last.elapsed_s + number * step_s, last.momentum * decay(number * step_s, half_life_s)
    yield until_s, last.momentum * decay(gap_s, half_life_s)
