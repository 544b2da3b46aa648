"""The scoreboard in the terminal: one game as a broadcast shows it, the others in a table, and the consumer."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from nbmomentum.cli.tables import states_table
from nbmomentum.cli.terminal import printable
from nbmomentum.momentum import GameState
from nbmomentum.stream.consumer.game_states import GameSnapshot
from nbmomentum.stream.status import ConsumerStatus

WIDTH = 76
SHOWN_RUN_POINTS = 4  # a single basket is no run yet
SHOWN_GAMES = 8

# The bar is full here: some five baskets within a minute, unanswered. More happens, rarely.
FULL_MOMENTUM_POINTS = 12.0
HALF_BAR_CELLS = 18


def scoreboard(snapshots: Sequence[GameSnapshot], status: ConsumerStatus) -> RenderableType:
    """The newest replay large, the games before it below, and what the consumer is doing.

    Args:
        snapshots: The games, the newest replay first.
        status: The consumer's.
    """
    health = consumer_text(status)
    if not snapshots:
        waiting = Text("Waiting for a game. Run `nbmomentum produce` in another terminal.\n")
        return Panel(Group(waiting, health), title="nbmomentum", width=WIDTH)
    newest, *others = snapshots
    body = Group(_board(newest.state), Text(), _figures(newest.state), Text(), health)
    title = printable(f"{newest.state.away} @ {newest.state.home} · game {newest.game_id}")
    panel = Panel(body, title=title, width=WIDTH)
    return Group(panel, states_table(s.state for s in others[:SHOWN_GAMES])) if others else panel


def consumer_text(status: ConsumerStatus) -> Text:
    """What the consumer is doing: state, group, both lags, consumed records, dead letters, and any trouble."""
    state = f"{status.state} for {status.away_s:.0f} s" if status.away_s else status.state
    text = Text.assemble("Consumer  ", printable(state, "bold"), ", group ", printable(status.group_id))
    text.append(f"\nLag {_count(status.lag)}, committed lag {_count(status.committed_lag)}, consumed {status.consumed}")
    text.append(f", dead letters {status.invalid}", style="bold red" if status.invalid else "")
    for trouble in filter(None, (status.error, status.away_reason, status.group_trouble, status.last_error)):
        text.append("\n").append_text(printable(trouble, "red"))
    if status.last_invalid:
        text.append("\n").append_text(printable(f"Last dead letter: {status.last_invalid}", "red"))
    return text


def momentum_bar(momentum: float) -> Text:
    """A bar from the middle: to the right for the home team, to the left for the visitors."""
    share = max(-1.0, min(1.0, momentum / FULL_MOMENTUM_POINTS))
    cells = round(abs(share) * HALF_BAR_CELLS)
    filled, empty = "█" * cells, "·" * (HALF_BAR_CELLS - cells)
    left, right = ("·" * HALF_BAR_CELLS, filled + empty) if share > 0 else (empty + filled, "·" * HALF_BAR_CELLS)
    return Text(f"{left}│{right}")


def run_text(state: GameState) -> str:
    """The current run, "MIA 7-0"; a dash while it is a single basket."""
    run = state.run
    return f"{run.team} {run.points}-0" if run.team and run.points >= SHOWN_RUN_POINTS else "–"


def _board(state: GameState) -> Table:
    """Away on the left, home on the right, the clock and the lead between them."""
    board = Table.grid(expand=True)
    for justify in ("right", "center", "left"):
        board.add_column(justify=justify, ratio=1)
    lead = f"{state.leader} by {abs(state.margin)}" if state.leader else "level"
    away = Text.assemble(printable(state.away), Text(f"  {state.away_score:>3}", "bold"))
    home = Text.assemble(Text(f"{state.home_score:<3}  ", "bold"), printable(state.home))
    board.add_row(away, Text(str(state.clock or "tip-off"), "bold"), home)
    board.add_row("", printable(lead), "")
    return board


def _figures(state: GameState) -> Table:
    figures = Table.grid(padding=(0, 2))
    ties = f"{state.times_tied} {'tie' if state.times_tied == 1 else 'ties'}"
    changes = f"{state.lead_changes} lead {'change' if state.lead_changes == 1 else 'changes'}"
    bar = Text.assemble(f"{state.away} ", momentum_bar(state.momentum), f" {state.home}  {state.momentum:+.1f}")
    figures.add_row("Run", printable(run_text(state)))
    figures.add_row("Momentum", bar)
    figures.add_row("So far", f"{changes}, {ties}")
    if state.plays:
        figures.add_row("Last play", _last_play(state))
    if state.mismatches:
        figures.add_row("Score", Text(state.mismatch_text, "yellow"))
    return figures


def _last_play(state: GameState) -> Text:
    event = state.plays[-1].event
    return printable(f"{event.player or event.team} ({event.team}) scores {event.points}")


def _count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"
