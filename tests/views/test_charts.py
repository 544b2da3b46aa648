"""The score chart: change points, markers, labels, scales, and what it sends."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from scoring import events_of, fold, game_of

from nbmomentum.momentum import GameState, Play
from nbmomentum.views import ScoreChart, colours_for
from nbmomentum.views.charts.parts import MAX_POINTS


def test_lines_hold_the_change_points_of_each_team(game: list[GameState]) -> None:
    """From 0 at tip-off, one point for each change of the team's own score, and the end."""
    chart = ScoreChart()
    state = game[-1]

    chart.show(state)

    own = [play for play in state.plays if play.event.is_home]
    expected_x = [0.0, *(play.elapsed_s for play in own), state.elapsed_s]
    expected_y = [0, *(play.home_score for play in own), 97]
    assert chart.home.x.tolist() == pytest.approx(expected_x)
    assert chart.home.y.tolist() == expected_y
    assert chart.away.y[-1] == 95
    assert chart.home.x[-1] == chart.away.x[-1] == state.elapsed_s


def test_each_lead_change_has_a_marker_that_names_its_play(game: list[GameState]) -> None:
    """38 lead changes in OKC at MIA; each marker sits on the new leader's score."""
    chart = ScoreChart()

    chart.show(game[-1])

    changes = [play for play in game[-1].plays if play.is_lead_change]
    assert len(chart.lead_changes.x) == len(chart.lead_changes.names) == 38
    assert chart.lead_changes.y.tolist() == [max(play.home_score, play.away_score) for play in changes]
    assert chart.lead_changes.names[-1] == "MIA take the lead 96-95: Dwyane Wade (MIA) scores 1, Q4 0:01"
    assert chart.lead_changes.colors == [_colour(play) for play in changes]
    assert chart.lead_changes.visible


def test_markers_lead_nowhere_by_default(game: list[GameState]) -> None:
    """Without anybody to call a marker names its play, and no more."""
    chart = ScoreChart()

    chart.show(game[-1])
    chart.lead_changes._handle_custom_msgs(None, {"event": "element_click", "data": {"index": 0}})

    assert "Go to this moment" not in chart.lead_changes.names[0]
    assert "kit-clickable" not in chart.widget._dom_classes


def test_a_marker_leads_to_its_play(game: list[GameState]) -> None:
    """The page tells the number of the marker; a number of an older page is no moment."""
    moments: list[str] = []
    chart = ScoreChart(on_moment=moments.append)
    changes = [play.event.event_id for play in game[-1].plays if play.is_lead_change]

    chart.show(game[-1])
    for number in (0, 37, 38):
        chart.lead_changes._handle_custom_msgs(None, {"event": "element_click", "data": {"index": number}})

    assert moments == [changes[0], changes[-1]]
    assert chart.lead_changes.names[0].endswith(". Go to this moment.")
    assert "kit-clickable" in chart.widget._dom_classes


def test_markers_are_hidden_while_there_is_none(game: list[GameState]) -> None:
    """A game without lead changes shows no marker, one after another game neither."""
    chart = ScoreChart()
    chart.show(game[-1])

    chart.show(game_of(("MIA", 2, 10)))

    assert not chart.lead_changes.visible


def test_teams_differ_in_colour_and_in_dash(game: list[GameState]) -> None:
    """Colour never carries meaning alone."""
    chart = ScoreChart()

    chart.show(game[-1])

    colours = colours_for("MIA", "OKC")
    assert (chart.home.colors, chart.away.colors) == ([colours.home], [colours.away])
    assert (chart.home.line_style, chart.away.line_style) == ("solid", "dashed")
    assert (chart.home.interpolation, chart.away.interpolation) == ("step-after", "step-after")


def test_labels_name_both_teams_at_their_ends_without_touching(game: list[GameState]) -> None:
    """The labels of a close game are spread, the leader's above."""
    chart = ScoreChart()

    for state in game:
        chart.show(state)
        home, away = chart.labels.y.tolist()
        assert abs(home - away) >= chart.figure.axes[-1].scale.max * 20 / 281
        assert state.margin == 0 or (home > away) == (state.margin > 0)
        assert min(home, away) > 0

    assert chart.labels.text.tolist() == ["MIA 97", "OKC 95"]
    assert chart.labels.colors == [*chart.home.colors, *chart.away.colors]
    assert chart.labels.x.tolist() == [game[-1].elapsed_s] * 2


def test_labels_of_a_clear_game_stand_at_their_lines(final_of: Callable[[str], GameState]) -> None:
    """No label is moved without need."""
    chart = ScoreChart()

    chart.show(final_of("0021500051"))

    assert chart.labels.y.tolist() == [119, 69]


def test_regulation_shows_four_named_periods(game: list[GameState]) -> None:
    """A line at each period's border, the name below its middle, a fixed scale."""
    chart = ScoreChart()
    borders, names, _ = chart.figure.axes

    chart.show(game[1])

    assert borders.tick_values.tolist() == [0, 720, 1440, 2160, 2880]
    assert set(borders.tick_labels.values()) == {""}
    assert names.tick_labels == {"360": "Q1", "1080": "Q2", "1800": "Q3", "2520": "Q4"}
    assert (borders.scale.min, borders.scale.max) == (0, 2880)


def test_overtimes_enlarge_the_scales_in_steps(overtimes: list[GameState]) -> None:
    """Four overtimes widen the picture four times; 147 points raise it to 160 in steps of 20."""
    chart = ScoreChart()
    borders, names, points = chart.figure.axes
    widths, heights = [], []

    for state in overtimes:
        chart.show(state)
        widths.append(borders.scale.max)
        heights.append(points.scale.max)

    assert sorted(set(widths)) == [2880, 3180, 3480, 3780, 4080]
    assert sorted(set(heights)) == [120, 140, 160]
    assert names.tick_labels["3930"] == "OT4"
    assert points.tick_values.tolist() == list(range(0, 161, 20))


def test_scales_shrink_again_for_the_next_game(overtimes: list[GameState], game: list[GameState]) -> None:
    """The chart follows the game it is shown."""
    chart = ScoreChart()
    chart.show(overtimes[-1])

    chart.show(game[-1])

    assert chart.figure.axes[0].scale.max == 2880
    assert chart.figure.axes[2].scale.max == 120


def test_no_array_is_ever_empty(game: list[GameState]) -> None:
    """An empty line breaks bqplot's first drawing; NaN draws a point into the corner."""
    chart = ScoreChart()
    marks = (chart.home, chart.away, chart.lead_changes, chart.labels)

    before = [len(mark.x) for mark in marks]
    chart.show(game[0])

    assert min(before) == 1
    for mark in marks:
        assert len(mark.x) == len(mark.y) > 0
        assert not np.isnan(mark.x).any()


def test_a_long_game_is_thinned_and_keeps_its_end() -> None:
    """A line never holds more points than a browser draws in time."""
    plays = [("MIA" if number % 2 else "OKC", 1, number * 0.9) for number in range(3000)]
    chart = ScoreChart()

    chart.show(fold(events_of(plays)))

    assert len(chart.home.x) <= MAX_POINTS
    assert (chart.home.x[-1], chart.home.y[-1]) == (pytest.approx(2999 * 0.9), 1500)


def test_an_unchanged_state_sends_nothing(game: list[GameState], sent: list[str]) -> None:
    """Showing the same state again is free."""
    chart = ScoreChart()
    for state in (game[0], game[-1]):
        chart.show(state)
        sent.clear()

        chart.show(state)

        assert sent == []


def test_a_new_play_sends_one_message_a_mark(game: list[GameState], sent: list[str]) -> None:
    """Both lines end later, the labels move; markers only if the lead changed."""
    chart = ScoreChart()
    at = next(number for number, state in enumerate(game) if number > 50 and not state.plays[-1].is_lead_change)
    chart.show(game[at - 1])
    sent.clear()

    chart.show(game[at])

    assert Counter(sent) == {"Lines": 2, "Label": 1}


def test_arrays_are_new_each_time(game: list[GameState]) -> None:
    """An array changed in place would send nothing."""
    chart = ScoreChart()
    chart.show(game[10])
    before = chart.home.x

    chart.show(game[11])

    assert chart.home.x is not before


def test_the_figure_follows_the_measured_rules() -> None:
    """No animation, no toolbar, a height, no fixed grey grid."""
    figure = ScoreChart().figure

    assert (figure.animation_duration, figure.display_toolbar) == (0, False)
    assert figure.layout.height == "320px"
    assert all(axis.grid_color is None or axis.grid_color.startswith("var(") for axis in figure.axes)


def _colour(play: Play) -> str:
    colours = colours_for(play.event.home, play.event.away)
    return colours.home if play.event.is_home else colours.away
