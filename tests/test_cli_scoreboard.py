"""The scoreboard in the terminal, and the producer's line: the right figures, tidy at 80 columns."""

from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console, RenderableType
from scoring import event, events_of, fold, game_of

from nbmomentum.cli.produce import status_text
from nbmomentum.cli.scoreboard import HALF_BAR_CELLS, consumer_text, momentum_bar, scoreboard
from nbmomentum.cli.tables import topics_table
from nbmomentum.clock import GameClock
from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.reports import PartitionStatus
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import ConsumerStatus, GameSnapshot, ProducerStatus
from nbmomentum.stream.topics import PartitionRange, TopicReport

STATUS = ConsumerStatus(
    name="consumer",
    group_id="class",
    state="live",
    consumed=110,
    rebalances=1,
    partitions=(PartitionStatus(partition=2, position=108, committed=100, end_offset=110),),
)
PRODUCER = ProducerStatus(
    name="producer",
    state="playing",
    game_id="0021500277",
    replay_id="r",
    sent=40,
    acknowledged=38,
    failed=0,
    queued=2,
    position=40,
    total=110,
    speed=60.0,
    position_s=0.0,
)


def drawn(picture: RenderableType, width: int = 80) -> str:
    """What a terminal of this width shows."""
    console = Console(width=width, record=True, file=None, color_system=None, legacy_windows=False, quiet=False)
    with console.capture() as capture:
        console.print(picture)
    return capture.get()


def snapshot(state: GameState, **changes: Any) -> GameSnapshot:
    """A snapshot of this state."""
    given = GameSnapshot(state.game_id or "", "2030", partition=2, first_offset=0, offset=109, state=state)
    return replace(given, **changes)


@pytest.fixture(scope="module")
def final() -> GameState:
    """OKC @ MIA at its end."""
    tracker = GameTracker(home="MIA", away="OKC")
    for each in load_game("0021500277"):
        tracker.apply(each)
    return tracker.state


def test_scoreboard_shows_the_game(final: GameState) -> None:
    """Teams, score, clock, lead, run, counts, last play."""
    shown = drawn(scoreboard([snapshot(final)], STATUS))

    for text in ("OKC   95", "97   MIA", "Q4 0:01", "MIA by 2", "MIA 4-0", "38 lead changes, 11 ties", "Dwyane Wade"):
        assert text in shown


def test_scoreboard_shows_the_consumer(final: GameState) -> None:
    """State, group, both lags by their names, dead letters."""
    shown = drawn(scoreboard([snapshot(final)], replace(STATUS, invalid=3, last_invalid="no JSON")))

    for text in ("live, group class", "Lag 2, committed lag 10", "consumed 110", "dead letters 3", "no JSON"):
        assert text in shown


def test_scoreboard_waits_for_a_game() -> None:
    """Before the first record it says what to do; lags are unknown before an assignment."""
    shown = drawn(scoreboard([], replace(STATUS, state="joining", rebalances=0, partitions=())))

    assert "nbmomentum produce" in shown
    assert "Lag –, committed lag –" in shown


def test_older_replays_stand_below(final: GameState) -> None:
    """The newest replay is large, other games are rows."""
    other = replace_game(game_of(("OKC", 3, 10.0)), "0021500391")

    shown = drawn(scoreboard([snapshot(final), snapshot(other)], STATUS))

    assert shown.index("0021500277") < shown.index("0021500391")
    assert "3-0" in shown


def replace_game(state: GameState, game_id: str) -> GameState:
    """The same plays as another game."""
    return fold([event(game_id=game_id, team=play.event.team, points=play.event.points) for play in state.plays])


def test_score_that_is_not_the_feeds_is_told(final: GameState) -> None:
    """Large and in the rows below, by the game; nothing where all plays agree."""
    doubtful = fold(events_of([("MIA", 2, 10.0), ("OKC", 2, 20.0), ("MIA", 3, 30.0)])[1:])
    words = "differs from the feed's own score in 2 plays"

    large = drawn(scoreboard([snapshot(doubtful)], STATUS))
    below = drawn(scoreboard([snapshot(final), snapshot(doubtful)], STATUS))

    assert words in large
    assert f"0021500277: this score {words}." in below
    assert "differs" not in drawn(scoreboard([snapshot(final), snapshot(final)], STATUS))


@pytest.mark.parametrize("width", [80, 120])
def test_scoreboard_fits_the_terminal(final: GameState, width: int) -> None:
    """No line is wider than the terminal, with the largest figures and a long reason."""
    status = replace(STATUS, consumed=10**9, invalid=10**6, last_invalid="reason " * 30, group_id="g" * 60)

    shown = drawn(scoreboard([snapshot(final), snapshot(final, game_id="x" * 40)], status), width)

    assert max(map(len, shown.splitlines())) <= width


@pytest.mark.parametrize(
    ("momentum", "left", "right"),
    [(0.0, 0, 0), (6.0, 0, HALF_BAR_CELLS // 2), (-6.0, HALF_BAR_CELLS // 2, 0), (99.0, 0, HALF_BAR_CELLS)],
)
def test_momentum_bar_leans_to_the_team_that_scores(momentum: float, left: int, right: int) -> None:
    """Right for the home team, left for the visitors; never over its end, always of one length."""
    to_the_left, to_the_right = momentum_bar(momentum).plain.split("│")

    assert to_the_left == "·" * (HALF_BAR_CELLS - left) + "█" * left
    assert to_the_right == "█" * right + "·" * (HALF_BAR_CELLS - right)


def test_broker_that_is_away_is_a_state() -> None:
    """With the seconds and the reason, on both sides."""
    away: dict[str, Any] = {"state": "broker away", "away_s": 12.3, "away_reason": "No computer is known by this name."}

    consuming = consumer_text(replace(STATUS, **away)).plain
    producing = status_text(replace(PRODUCER, queued=7, **away), GameClock.parse("Q1 8:00"))

    assert away["away_reason"] in consuming
    assert producing.endswith(away["away_reason"])
    assert "broker away for 12 s" in consuming
    assert "broker away for 12 s" in producing
    assert "7 queued" in producing


def test_producer_line_has_clock_speed_and_counts() -> None:
    """What was sent, and what has arrived."""
    line = status_text(PRODUCER, GameClock.parse("Q2 4:31"))

    assert line == "Q2 4:31  60×  playing: 40 of 110 sent, 38 acknowledged, 2 queued"


def test_producer_line_names_the_fastest_speed_and_failures() -> None:
    """Infinity is "max"."""
    line = status_text(replace(PRODUCER, speed=float("inf"), queued=0, failed=2), GameClock.parse("Q2 4:31"))

    assert line == "Q2 4:31  max  playing: 40 of 110 sent, 38 acknowledged, 2 failed"


def test_topics_table_has_a_row_for_each_partition() -> None:
    """Low and end offset, records, and the settings below."""
    report = TopicReport(
        "nba_momentum", (PartitionRange(0, 0, 0), PartitionRange(1, 5, 115)), {"retention.ms": "-1", "x": "1"}
    )

    rows = [" ".join(line.split()) for line in drawn(topics_table([report])).splitlines()]

    assert "nba_momentum 0 0 0 0" in rows
    assert "1 5 115 110" in rows
    assert "nba_momentum: retention.ms=-1 (kept for ever), x=1" in rows
