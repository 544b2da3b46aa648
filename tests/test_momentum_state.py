"""The figures of a game, each against its definition, and against the league's own for eight real games."""

import math
from collections.abc import Iterator
from itertools import pairwise
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring import event, events_of, fold, game_of

import nbmomentum.momentum.fold as fold_module
from nbmomentum.clock import GameClock
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import (
    HALF_LIFE_S,
    PREGAME_WIN_PROBABILITY,
    GameState,
    GameTracker,
    HomeAway,
    Play,
    Plays,
    Run,
    decay,
    win_probability,
)
from nbmomentum.momentum.fold import Fold
from nbmomentum.sources.bundled import GameInfo, list_games, load_game

GAMES = [pytest.param(game, id=f"{game.game_id} {game.title}") for game in list_games()]
TEAMS = st.sampled_from(["MIA", "OKC"])
# Few distinct times, so that plays share one, and a fold sees time go back and catch up again.
TIMES_S = st.sampled_from([0.0, 0.1, 30.0, 120.0, 719.9, 720.0, 1500.5, 2879.9, 2880.0, 2880.1, 3180.0, 3300.0])


@st.composite
def games(draw: st.DrawFn) -> list[ScoringEvent]:
    """A made-up game in order; time may go back within it, and stated scores may be wrong."""
    plays = draw(st.lists(st.tuples(TEAMS, st.integers(1, 3), TIMES_S, st.integers(0, 5)), max_size=25))
    events = []
    for number, (team, points, elapsed_s, stated) in enumerate(plays):
        clock = GameClock.from_elapsed(elapsed_s)
        changes = {"period": clock.period, "clock": clock.to_iso(), "home_score": stated}
        events.append(event(event_id=str(number), order=number, team=team, points=points, **changes))
    return events


def margins_of(events: list[ScoringEvent]) -> list[int]:
    """Home minus away after each event."""
    return [sum(e.points if e.team == "MIA" else -e.points for e in events[: n + 1]) for n in range(len(events))]


def longest_run(events: list[ScoringEvent], team: str) -> int:
    """The most points in any stretch in which only this team scored."""
    stretches = [events[i:j] for i in range(len(events)) for j in range(i, len(events) + 1)]
    return max((sum(e.points for e in s) for s in stretches if {e.team for e in s} <= {team}), default=0)


def stern(events: list[ScoringEvent]) -> list[float]:
    """Win probability before the first and after each event, as the design writes it."""
    normal, chances = NormalDist(), [NormalDist().cdf(4 / 15.8)]
    for margin, scored in zip(margins_of(events), events, strict=True):
        clock = scored.game_clock
        left_s = clock.seconds_remaining if clock.period > 4 else 720 * (4 - clock.period) + clock.seconds_remaining
        r = left_s / 2880
        certain = {1: 1.0, 0: 0.5, -1: 0.0}[(margin > 0) - (margin < 0)]
        chances.append(normal.cdf((margin + r * 4) / (15.8 * math.sqrt(r))) if r else certain)
    return chances


def momentum_of(events: list[ScoringEvent], half_life_s: float = HALF_LIFE_S) -> float:
    """The momentum index summed over all events, as the design writes it."""
    ages_s = [max(0.0, events[-1].elapsed_s - scored.elapsed_s) for scored in events]
    signs = [1 if scored.team == "MIA" else -1 for scored in events]
    parts = zip(signs, events, ages_s, strict=True)
    return sum(sign * scored.points * 2 ** (-age_s / half_life_s) for sign, scored, age_s in parts)


@pytest.mark.parametrize("game", GAMES)
def test_real_game_folds_to_the_official_figures(game: GameInfo) -> None:
    """Points, periods, leads, lead changes and ties are those of the league's box score."""
    state = tracked(game)

    official = game.official
    assert (state.home_score, state.away_score) == (official["home"]["points"], official["away"]["points"])
    assert [period.home for period in state.points_by_period] == official["home"]["periods"]
    assert [period.away for period in state.points_by_period] == official["away"]["periods"]
    assert state.largest_lead == HomeAway(official["home"]["largest_lead"], official["away"]["largest_lead"])
    assert (state.lead_changes, state.times_tied) == (official["lead_changes"], official["times_tied"])
    if "largest_run" in official["home"]:
        assert state.largest_run == HomeAway(official["home"]["largest_run"], official["away"]["largest_run"])
    assert state.mismatches == 0


@pytest.mark.parametrize("game", GAMES)
def test_real_game_folds_to_the_figures_counted_elsewhere(game: GameInfo) -> None:
    """A second, independent count over the same rows agrees, the largest runs included."""
    state = tracked(game)

    assert len(state.plays) == game.events
    assert state.period == game.periods
    assert {
        "lead_changes": state.lead_changes,
        "times_tied": state.times_tied,
        "largest_lead": {"home": state.largest_lead.home, "away": state.largest_lead.away},
        "largest_run": {"home": state.largest_run.home, "away": state.largest_run.away},
    } == game.computed


def tracked(game: GameInfo) -> GameState:
    """The state after all events of a bundled game."""
    tracker = GameTracker(home=game.home, away=game.away)
    for scored in load_game(game.game_id):
        tracker.apply(scored)
    return tracker.state


def test_default_game_has_38_lead_changes_and_11_ties() -> None:
    """The game the kit opens with, in the words of a screen reader."""
    state = fold(load_game("0021500277"))

    assert (state.home_score, state.away_score, state.lead_changes, state.times_tied) == (97, 95, 38, 11)
    assert state.describe() == ("MIA lead OKC 97-95, Q4 0:01; 38 lead changes, 11 ties, largest run 7 by each side.")


def test_four_overtimes_end_147_to_144() -> None:
    """Eight periods fold as four do."""
    [game] = [game for game in list_games() if game.game_id == "0021500391"]

    state = tracked(game)

    assert (state.away_score, state.home_score, state.leader, state.period) == (147, 144, "DET", 8)
    assert str(state.clock) == "OT4 0:04"
    assert len(state.points_by_period) == 8


@given(games())
def test_every_figure_follows_its_definition(events: list[ScoringEvent]) -> None:
    """The step-by-step fold equals a count from scratch, time going back included."""
    state = fold(events)

    margins, chances = margins_of(events), stern(events)
    leaders = [margin > 0 for margin in margins if margin]
    home = sum(scored.points for scored in events if scored.team == "MIA")
    away = sum(scored.points for scored in events if scored.team == "OKC")
    assert (state.home_score, state.away_score, state.margin) == (home, away, home - away)
    assert state.lead_changes == sum(before != after for before, after in pairwise(leaders))
    assert state.times_tied == margins.count(0)
    assert state.largest_lead == HomeAway(max([0, *margins]), -min([0, *margins]))
    assert state.largest_run == HomeAway(longest_run(events, "MIA"), longest_run(events, "OKC"))
    assert state.win_probability == pytest.approx(chances[-1], abs=1e-12)
    assert state.excitement == pytest.approx(sum(abs(b - a) for a, b in pairwise(chances)), abs=1e-12)


@given(games())
def test_every_play_carries_the_figures_of_the_game_up_to_it(events: list[ScoringEvent]) -> None:
    """A chart that draws play by play needs no second count."""
    plays = fold(events).plays

    for number, play in enumerate(plays, start=1):
        state = fold(events[:number])
        assert play == state.plays[-1]
        assert (play.margin, play.momentum, play.run) == (state.margin, state.momentum, state.run)


@given(games().filter(bool), st.sampled_from([1.0, HALF_LIFE_S, 10_000.0]))
def test_momentum_is_the_decayed_sum_of_all_points(events: list[ScoringEvent], half_life_s: float) -> None:
    """Plays after the last one by game time, though before it in order, count in full."""
    tracker = GameTracker(home="MIA", away="OKC", half_life_s=half_life_s)

    for scored in events:
        tracker.apply(scored)

    assert tracker.state.momentum == pytest.approx(momentum_of(events, half_life_s), abs=1e-9)


@pytest.mark.parametrize("game", GAMES)
def test_momentum_of_a_real_game_is_the_decayed_sum(game: GameInfo) -> None:
    """Folding a whole game step by step loses no precision that matters."""
    events = load_game(game.game_id)
    signed = [(1 if scored.team == game.home else -1) * scored.points for scored in events]
    ages_s = [events[-1].elapsed_s - scored.elapsed_s for scored in events]

    expected = sum(p * 2 ** (-age_s / 120) for p, age_s in zip(signed, ages_s, strict=True))

    assert tracked(game).momentum == pytest.approx(expected, abs=1e-9)


def test_basket_counts_half_after_one_half_life() -> None:
    """Two home points two minutes ago weigh as much as one now."""
    state = game_of(("MIA", 2, 60), ("OKC", 1, 180))

    assert state.momentum == pytest.approx(0.0, abs=1e-12)
    assert state.plays[0].momentum == 2.0


def test_momentum_decays_between_plays_and_never_grows_backwards() -> None:
    """A chart may ask for any time; before the last play it gets the value at it."""
    state = game_of(("MIA", 2, 60), ("MIA", 2, 60))

    assert state.momentum_at(60) == 4.0
    assert state.momentum_at(180) == 2.0
    assert state.momentum_at(420) == 0.5
    assert state.momentum_at(0) == 4.0


class LastOnly(list[Play]):
    """A list of plays of which only the last may be read."""

    def __iter__(self) -> Iterator[Play]:
        """Refuse to be read whole."""
        raise AssertionError("the whole game was read")

    def __getitem__(self, index: Any) -> Any:
        """Give the last play, refuse others."""
        assert index == -1, f"the play {index} was read"
        return super().__getitem__(index)


def test_appended_event_reads_only_the_last_play_while_time_moves_forward() -> None:
    """The work for an event in order does not grow with the game."""
    plays = LastOnly()
    fold_of_game = Fold(HALF_LIFE_S, plays)

    momentum = [
        fold_of_game.append(each).momentum for each in events_of([("MIA", 2, 60), ("OKC", 1, 60), ("MIA", 3, 180)])
    ]

    assert momentum == [2.0, 1.0, 3.5]
    assert len(plays) == 3


def test_feed_whose_time_starts_over_again_costs_no_more_with_every_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points are summed by clock reading then, and a clock has only so many."""
    decayed = []
    monkeypatch.setattr(fold_module, "decay", lambda *arguments: decayed.append(arguments) or decay(*arguments))
    fold_of_game = Fold(HALF_LIFE_S)
    one_round = [("MIA", 2, 60), ("OKC", 3, 120), ("MIA", 1, 300)]

    costs = []
    for each in events_of(one_round * 20):
        before = len(decayed)
        fold_of_game.append(each)
        costs.append(len(decayed) - before)

    assert max(costs) == 3
    assert fold_of_game.plays[-1].momentum == pytest.approx(momentum_of(events_of(one_round * 20)))


@pytest.mark.parametrize(
    ("margin", "clock", "expected"),
    [
        (0, None, 0.59993),  # Φ(4 / 15.8) = Φ(0.25316)
        (0, "Q1 12:00", 0.59993),
        (0, "Q2 0:00", 0.57104),  # Φ(2 / (15.8 · √½)) = Φ(0.17901)
        (10, "Q4 12:00", 0.91810),  # Φ(11 / 7.9) = Φ(1.39241)
        (-1, "Q4 0:06.1", 0.08635),  # Φ(-0.99153 / 0.72715) = Φ(-1.36358)
        (3, "OT1 2:24", 0.81747),  # r = 144 / 2880: Φ(3.2 / 3.53299) = Φ(0.90575)
        (3, "OT3 2:24", 0.81747),
        (0, "OT1 5:00", 0.53256),  # r = 300 / 2880: Φ(0.41667 / 5.09939) = Φ(0.08171)
        (1, "Q4 0:00", 1.0),
        (-1, "Q4 0:00", 0.0),
        (0, "Q4 0:00", 0.5),
        (2, "OT2 0:00", 1.0),
        (-30, "OT2 0:00", 0.0),
        (0, "OT2 0:00", 0.5),
    ],
)
def test_win_probability_is_sterns(margin: int, clock: str | None, expected: float) -> None:
    """Values worked out by hand: with time left, without, and in overtime."""
    moment = None if clock is None else GameClock.parse(clock)

    assert win_probability(margin, moment) == pytest.approx(expected, abs=6e-6)


def test_excitement_adds_up_the_changes_of_win_probability() -> None:
    """From the pre-game value on; a game without plays has none."""
    state = game_of(("MIA", 3, 2880), ("OKC", 3, 2880), ("OKC", 1, 2880))

    assert game_of().excitement == 0.0
    assert state.excitement == pytest.approx((1 - PREGAME_WIN_PROBABILITY) + 0.5 + 0.5)


def test_game_without_plays_has_a_state_too() -> None:
    """Before the first event the score is 0-0 and the home team slightly ahead in chances."""
    state = GameTracker(home="MIA", away="OKC").state

    assert (state.game_id, state.home, state.away, state.leader, state.clock) == (None, "MIA", "OKC", None, None)
    assert (state.home_score, state.away_score, state.margin, state.mismatches) == (0, 0, 0, 0)
    assert (state.lead_changes, state.times_tied, state.run) == (0, 0, Run(None, 0))
    assert state.largest_lead == state.largest_run == state.windowed_run(180) == HomeAway(0, 0)
    assert (state.period, state.elapsed_s, state.momentum, state.momentum_at(50)) == (1, 0.0, 0.0, 0.0)
    assert state.win_probability == pytest.approx(0.59993, abs=5e-6)
    assert state.points_by_period == ()
    assert state.describe() == "OKC @ MIA: no points yet."


def test_first_lead_is_no_lead_change() -> None:
    """Somebody has to lead first."""
    assert game_of(("OKC", 2, 10), ("OKC", 2, 20)).lead_changes == 0


def test_lead_change_ignores_ties_in_between() -> None:
    """MIA, level, OKC is one change; MIA, level, MIA is none."""
    passed = game_of(("MIA", 2, 10), ("OKC", 2, 20), ("OKC", 2, 30))
    kept = game_of(("MIA", 2, 10), ("OKC", 2, 20), ("MIA", 2, 30))

    assert (passed.lead_changes, passed.times_tied, passed.leader) == (1, 1, "OKC")
    assert (kept.lead_changes, kept.times_tied, kept.leader) == (0, 1, "MIA")
    assert [(play.is_tie, play.is_lead_change) for play in passed.plays] == [
        (False, False),
        (True, False),
        (False, True),
    ]


def test_nobody_leads_while_the_score_is_level() -> None:
    """The last leader is remembered, and not shown as leading."""
    state = game_of(("MIA", 2, 10), ("OKC", 2, 20))

    assert state.leader is None
    assert state.plays[-1].last_leader == "MIA"


def test_runs_carry_over_period_ends() -> None:
    """Six points before the break and five after it are eleven unanswered."""
    state = game_of(("OKC", 1, 600), ("MIA", 3, 700), ("MIA", 3, 719), ("MIA", 2, 730), ("MIA", 3, 760))

    assert state.run == Run("MIA", 11)
    assert state.largest_run == HomeAway(11, 1)


def test_run_ends_when_the_opponent_scores() -> None:
    """Unanswered means unanswered; the largest stays."""
    state = game_of(("MIA", 3, 10), ("MIA", 3, 20), ("OKC", 1, 30), ("MIA", 2, 40))

    assert [play.run for play in state.plays] == [Run("MIA", 3), Run("MIA", 6), Run("OKC", 1), Run("MIA", 2)]
    assert state.largest_run == HomeAway(6, 1)


def test_windowed_run_leaves_its_start_out_and_keeps_its_end() -> None:
    """The window is (now - w, now]."""
    state = game_of(("MIA", 3, 100), ("OKC", 2, 100.01), ("MIA", 2, 200), ("MIA", 1, 280))

    assert state.windowed_run(180) == HomeAway(3, 2)
    assert state.windowed_run(180.01) == HomeAway(6, 2)
    assert state.windowed_run(79.99) == HomeAway(1, 0)
    assert state.windowed_run(0) == HomeAway(0, 0)


def test_windowed_run_looks_back_from_any_time_across_periods() -> None:
    """A window such as "12-2 in the last 3:00" may begin before the break."""
    state = game_of(("OKC", 2, 600), ("MIA", 3, 719), ("MIA", 3, 725), ("OKC", 1, 900))

    assert state.windowed_run(180, now_s=730) == HomeAway(6, 2)
    assert state.windowed_run(60, now_s=730) == HomeAway(6, 0)
    assert state.windowed_run(180, now_s=718) == HomeAway(0, 2)
    assert state.windowed_run(180, now_s=5000) == HomeAway(0, 0)


def test_mismatch_counts_plays_whose_stated_score_is_another() -> None:
    """A lost event shows in every stated score after it; the sum is what counts."""
    events = events_of([("MIA", 2, 10), ("OKC", 3, 20), ("MIA", 2, 30), ("MIA", 1, 40)])

    state = fold([events[0], *events[2:]])

    assert (state.home_score, state.away_score) == (5, 0)
    assert [play.mismatches for play in state.plays] == [0, 1, 2]
    assert state.mismatches == 2
    assert fold(events).mismatches == 0


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ([0, 1, 2], ""),
        ([0, 2], "differs from the feed's own score in 1 play"),
        ([1, 2], "differs from the feed's own score in 2 plays"),
    ],
)
def test_mismatch_is_told_in_words(kept: list[int], words: str) -> None:
    """A play that was lost shows in each one after it; where all agree nothing is said."""
    events = events_of([("MIA", 2, 10), ("OKC", 2, 20), ("MIA", 3, 30)])

    state = fold([events[place] for place in kept])

    assert state.mismatch_text == words
    assert ("this score" in state.describe()) == bool(words)
    assert state.describe().endswith(f"; this score {words}." if words else ".")


def test_points_by_period_keeps_a_scoreless_period() -> None:
    """A period without points is 0-0, not left out."""
    state = game_of(("MIA", 2, 10), ("OKC", 3, 1500), ("OKC", 1, 1510))

    assert state.points_by_period == (HomeAway(2, 0), HomeAway(0, 0), HomeAway(0, 4))


@pytest.mark.parametrize(
    ("plays", "sentence"),
    [
        ([("MIA", 2, 708)], "MIA lead OKC 2-0, Q1 0:12; 0 lead changes, 0 ties, largest run 2 by MIA."),
        (
            [("MIA", 2, 10), ("OKC", 2, 20)],
            "MIA and OKC are level 2-2, Q1 11:40; 0 lead changes, 1 tie, largest run 2 by each side.",
        ),
        (
            [("MIA", 2, 10), ("OKC", 3, 2900.5)],
            "OKC lead MIA 3-2, OT1 4:39; 1 lead change, 0 ties, largest run 3 by OKC, 2 by MIA.",
        ),
    ],
)
def test_describe_is_one_plain_sentence(plays: list[tuple[str, int, float]], sentence: str) -> None:
    """The leader comes first, with its own score first."""
    state = game_of(*plays)

    assert state.describe() == sentence
    assert repr(state) == f"<GameState 0021500277: {sentence}>"


def test_final_state_says_so_and_keeps_its_figures() -> None:
    """Overtimes are named; another half-life does not make the game go on."""
    state = game_of(("MIA", 2, 10), ("OKC", 3, 2900.5))

    final = state.as_final().with_half_life(60)

    assert final.is_final
    assert not state.is_final
    assert final.plays == state.with_half_life(60).plays
    assert final.describe().startswith("OKC beat MIA 3-2, Final, OT1; 1 lead change")
    assert [s.when for s in (state, final, game_of(("MIA", 2, 10)).as_final())] == ["OT1 4:39", "Final, OT1", "Final"]


def test_plays_are_a_read_only_sequence() -> None:
    """Indexes, slices and iteration as in a list, and no way to write."""
    plays = game_of(("MIA", 2, 10), ("OKC", 2, 20), ("MIA", 3, 30)).plays

    assert [play.event.points for play in plays] == [2, 2, 3]
    assert plays[0].event.event_id == "1"
    assert plays[-1].event.event_id == "3"
    assert [play.event.event_id for play in plays[1:]] == ["2", "3"]
    assert not hasattr(plays, "append")
    assert repr(plays) == "<3 plays>"
    with pytest.raises(IndexError):
        plays[3]


def test_plays_see_nothing_of_what_is_appended_later() -> None:
    """A view keeps its length, though the list behind it grows."""
    behind = list(game_of(("MIA", 2, 10), ("OKC", 2, 20)).plays)
    view = Plays(behind)

    behind.append(behind[0])

    assert len(view) == len(list(view)) == len(view[:]) == 2
    assert view != Plays(behind)
    assert view[-1].event.event_id == "2"
    assert view != [*view]
