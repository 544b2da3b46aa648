"""The win probability chart: line, areas, 50 % line, overtime, excitement, and what it sends."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from ipywidgets import Widget
from scoring import game_of

from nbmomentum.momentum import PREGAME_WIN_PROBABILITY, GameState
from nbmomentum.views import WinProbabilityChart, colours_for
from nbmomentum.views.charts.win_probability import percent_text


def test_the_line_is_the_home_teams_probability_in_percent(game: list[GameState]) -> None:
    """From the pre-game value, a step a play."""
    chart = WinProbabilityChart()

    chart.show(game[-1])

    expected = [PREGAME_WIN_PROBABILITY, *(play.win_probability for play in game[-1].plays)]
    assert chart.line.y.tolist() == pytest.approx([100 * chance for chance in expected], rel=1e-5)
    assert chart.line.interpolation == "step-after"
    assert (chart.figure.axes[-1].scale.min, chart.figure.axes[-1].scale.max) == (0, 100)


def test_the_way_of_the_line_is_the_excitement(game: list[GameState]) -> None:
    """What the chart shows is what the figure says."""
    chart = WinProbabilityChart()

    chart.show(game[-1])

    assert np.abs(np.diff(chart.line.y)).sum() / 100 == pytest.approx(game[-1].excitement, rel=1e-4)
    assert chart.sentence.endswith(f"excitement {game[-1].excitement:.2f}.")


def test_areas_reach_from_the_even_line_to_the_favourites_side(game: list[GameState]) -> None:
    """Up in the home team's colour, down in the away team's."""
    chart = WinProbabilityChart()

    chart.show(game[60])

    colours = colours_for("MIA", "OKC")
    assert chart.home_area.y[0].min() == chart.away_area.y[0].max() == 50
    assert set(chart.home_area.y[1].tolist()) == set(chart.away_area.y[1].tolist()) == {50}
    assert (chart.home_area.fill_colors, chart.away_area.fill_colors) == ([colours.home], [colours.away])


def test_the_ends_of_the_axis_carry_the_teams(game: list[GameState]) -> None:
    """Up is a home win, in words."""
    chart = WinProbabilityChart()

    chart.show(game[-1])

    axis = chart.figure.axes[-1]
    assert axis.tick_labels == {"100": "MIA", "75": "75", "50": "50", "25": "25", "0": "OKC"}
    assert list(axis.tick_values) == [0, 25, 50, 75, 100]


def test_the_even_line_spans_the_game(overtimes: list[GameState]) -> None:
    """Dashed, from the tip-off to the right end, overtimes included."""
    chart = WinProbabilityChart()

    chart.show(overtimes[-1])

    assert chart.even.x.tolist() == [0, 4080]
    assert chart.even.y.tolist() == [50, 50]
    assert chart.even.line_style == "dashed"


def test_overtime_is_named_as_our_extension(
    overtimes: list[GameState], html_of: Callable[[Widget], str], game: list[GameState]
) -> None:
    """In the plot, in the caption and in words; in a game without overtime nowhere."""
    chart = WinProbabilityChart()
    chart.show(overtimes[-1])
    in_overtime = html_of(chart.widget)

    assert chart.overtime.visible
    assert chart.overtime_name.visible
    assert chart.overtime.x.tolist() == [2880, 4080]
    assert chart.overtime_name.text.tolist() == ["overtime: our extension"]
    assert "own extension" in in_overtime
    assert "own extension" in chart.sentence

    chart.show(game[-1])

    assert not chart.overtime.visible
    assert not chart.overtime_name.visible
    assert "own extension" not in html_of(chart.widget)


@pytest.mark.parametrize(("leader", "is_low"), [("MIA", True), ("OKC", False)])
def test_the_name_of_overtime_keeps_out_of_the_lines_way(leader: str, *, is_low: bool) -> None:
    """It stands below a line that is up, and above one that is down."""
    chart = WinProbabilityChart()

    chart.show(game_of(("MIA", 2, 10), ("OKC", 2, 20), (leader, 3, 2990)))

    assert (chart.overtime_name.y[0] < 50) == is_low


def test_the_source_is_named(html_of: Callable[[Widget], str]) -> None:
    """Whose model it is stands below the chart, with its two numbers."""
    html = html_of(WinProbabilityChart().widget)

    assert "Stern (1994)" in html
    assert "μ = 4 and σ = 15.8 points" in html


@pytest.mark.parametrize(
    ("probability", "expected"),
    [(0.0, "0%"), (0.004, "<1%"), (0.01, "1%"), (0.634, "63%"), (0.995, ">99%"), (1.0, "100%"), (0.5, "50%")],
)
def test_nearly_decided_is_not_decided(probability: float, expected: str) -> None:
    """0% and 100% are said of what cannot change any more."""
    assert percent_text(probability) == expected


def test_the_words_are_the_chart(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """The end of OKC at MIA; the same percentage in the legend, at the line and in the table."""
    chart = WinProbabilityChart()
    chart.show(game[-1])

    words = chart.words(game[-1])

    assert chart.sentence == words.sentence
    assert chart.label.text.tolist() == [f"MIA {percent_text(game[-1].win_probability)}"]
    assert words.head == ("At the end of", "Q1", "Q2", "Q3", "Q4")
    assert words.rows[0][-1] == percent_text(game[-1].win_probability)
    assert f"Excitement <b>{game[-1].excitement:.2f}</b>" in html_of(chart.widget)


def test_no_array_is_ever_empty(game: list[GameState]) -> None:
    """An empty line breaks bqplot's first drawing; NaN draws a point into the corner."""
    chart = WinProbabilityChart()

    before = [len(mark.x) for mark in chart.figure.marks]
    chart.show(game[0])

    assert min(before) == 1
    for mark in chart.figure.marks:
        assert mark.y.shape[-1] == len(mark.x) > 0
        assert not np.isnan(mark.y).any()


def test_an_unchanged_state_sends_nothing(game: list[GameState], overtimes: list[GameState], sent: list[str]) -> None:
    """Showing the same state again is free."""
    chart = WinProbabilityChart()
    for state in (game[0], game[-1], overtimes[-1]):
        chart.show(state)
        sent.clear()

        chart.show(state)

        assert sent == []


def test_a_new_play_sends_one_message_a_mark(game: list[GameState], sent: list[str]) -> None:
    """Line, two areas, the label and the legend."""
    chart = WinProbabilityChart()
    chart.show(game[50])
    sent.clear()

    chart.show(game[51])

    assert Counter(sent) == {"Lines": 3, "Label": 1, "HTML": 1}
