"""The badge: so far, equal, or the difference named."""

from collections.abc import Callable

import msgspec
import pytest
from ipywidgets import Widget
from scoring import event, fold

from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.views import OfficialFigures

GAME_IDS = [game.game_id for game in list_games()]


@pytest.mark.parametrize("game_id", GAME_IDS)
def test_at_the_end_every_bundled_game_is_equal(
    game_id: str, final_of: Callable[[str], GameState], html_of: Callable[[Widget], str]
) -> None:
    """A tick at every row, and the verdict in words."""
    badge = OfficialFigures()

    badge.show(final_of(game_id))

    assert badge.sentence.startswith("✓ All ")
    assert badge.sentence.endswith("figures equal the league's.")
    assert "≠" not in html_of(badge.widget)


def test_the_figures_stand_side_by_side(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """Ours and the league's of both teams in one row."""
    badge = OfficialFigures()

    badge.show(game[-1])

    row = '<th scope="row">Points in Q1</th>' + "".join(
        f'<td class="kit-{whose}">{points}</td>' for points in (28, 23) for whose in ("ours", "league")
    )
    assert row + "<td>✓</td>" in html_of(badge.widget)


def test_a_difference_is_named_and_marked(html_of: Callable[[Widget], str]) -> None:
    """Without one play: which figures, ours and the league's, in the headline and in their cells."""
    badge = OfficialFigures()
    tracker = GameTracker(home="MIA", away="OKC")
    for each in load_game("0021500277")[1:]:
        tracker.apply(each)

    badge.show(tracker.state)

    assert badge.sentence.startswith("≠ 6 of 14 figures differ from the league's.")
    assert "MIA points in Q1: ours 22, the league's 23" in badge.sentence
    assert 'kit-ours kit-differs">22</td><td class="kit-league kit-differs">23</td><td>≠</td>' in html_of(badge.widget)


def test_before_the_end_it_says_so_far(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """The league's figures would give the end away; no difference is claimed."""
    badge = OfficialFigures()

    badge.show(game[-2])

    html = html_of(badge.widget)
    assert badge.sentence == "So far: 109 of 110 plays. The league's figures are shown at the end."
    assert '<td class="kit-ours">96</td><td class="kit-league">–</td><td></td>' in html
    assert "≠" not in html
    assert "✓" not in html


def test_the_table_keeps_its_rows_from_start_to_end(overtimes: list[GameState]) -> None:
    """Nothing jumps when the end comes."""
    badge = OfficialFigures()

    lengths = {len(badge.words(state).rows) for state in overtimes[1:]}

    assert len(lengths) == 1


def test_the_largest_run_is_compared_where_the_league_has_it(final_of: Callable[[str], GameState]) -> None:
    """Of the bundled games one has it."""
    badge = OfficialFigures()

    with_runs = [
        game_id
        for game_id in GAME_IDS
        if any("largest run" in name for name, *_ in badge.words(final_of(game_id)).rows)
    ]

    assert with_runs == ["0022400001"]


def test_a_game_without_official_figures_says_so(html_of: Callable[[Widget], str]) -> None:
    """A live or simulated game has nothing to compare with."""
    badge = OfficialFigures()

    badge.show(fold([event(game_id="0099900001")]))

    assert badge.sentence == "There are no official figures of the game 0099900001 in the kit."
    assert "<table" not in html_of(badge.widget)


def test_before_the_first_play_there_is_nothing_to_compare(game: list[GameState]) -> None:
    """Nobody knows yet which game it is."""
    badge = OfficialFigures()

    badge.show(game[0])

    assert badge.sentence == "Official figures: no play yet."


def test_only_the_games_given_are_known(game: list[GameState]) -> None:
    """A class may bring its own."""
    info = msgspec.structs.replace(list_games()[0], events=200)

    badge = OfficialFigures([info])
    badge.show(game[5])

    assert badge.sentence.startswith("So far: 5 of 200 plays.")


def test_an_unchanged_state_sends_nothing(game: list[GameState], sent: list[str]) -> None:
    """Showing the same state again is free."""
    badge = OfficialFigures()
    badge.show(game[-1])
    sent.clear()

    badge.show(game[-1])

    assert sent == []
