"""What one update of the score chart costs the kernel, beside the same chart redrawn with matplotlib in one run."""

import io
import statistics
import time
from collections.abc import Callable

import pytest

from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.sources.bundled import load_game
from nbmomentum.views import ScoreChart

mpl = pytest.importorskip("matplotlib", reason="needs matplotlib: `uv sync --group benchmarks`")
mpl.use("Agg")
plt = pytest.importorskip("matplotlib.pyplot")

ROUNDS = 3


def _states() -> list[GameState]:
    tracker = GameTracker(home="MIA", away="OKC")
    return [tracker.apply(event).state for event in load_game("0021500277")]


def _cpu_ms_each(draw: Callable[[GameState], object], states: list[GameState]) -> float:
    """Mean processor time of drawing each state once, in milliseconds."""
    started = time.process_time()
    for state in states:
        draw(state)
    return (time.process_time() - started) / len(states) * 1000


def _matplotlib_redraw() -> Callable[[GameState], bytes]:
    """The same picture, drawn anew as a PNG: what a notebook without live marks does."""
    figure, axes = plt.subplots(figsize=(8, 3.2))

    def draw(state: GameState) -> bytes:
        axes.clear()
        elapsed_s = [play.elapsed_s for play in state.plays]
        axes.step(elapsed_s, [play.home_score for play in state.plays], where="post", label=state.home)
        axes.step(elapsed_s, [play.away_score for play in state.plays], where="post", linestyle="--", label=state.away)
        leads = [play for play in state.plays if play.is_lead_change]
        axes.scatter([play.elapsed_s for play in leads], [max(play.home_score, play.away_score) for play in leads])
        axes.set(xlim=(0, 2880), ylim=(0, 120))
        picture = io.BytesIO()
        figure.savefig(picture, format="png")
        return picture.getvalue()

    return draw


def test_chart_update_beside_a_matplotlib_redraw() -> None:
    """Prints kernel CPU per update of both, and the ratio."""
    states = _states()
    chart, redraw = ScoreChart(), _matplotlib_redraw()

    pairs = [(_cpu_ms_each(chart.show, states), _cpu_ms_each(redraw, states)) for _ in range(ROUNDS)]

    plt.close("all")
    ours_ms, theirs_ms = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(
        f"\nscore chart: {ours_ms:.2f} ms of kernel CPU an update, matplotlib {theirs_ms:.1f} ms; "
        f"{theirs_ms / ours_ms:.0f} times less ({len(states)} updates, {ROUNDS} rounds, no page connected)"
    )
    assert ours_ms > 0
