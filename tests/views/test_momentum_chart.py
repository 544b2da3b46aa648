"""The momentum chart: margin, momentum line, half-life, long runs, axes, and what it sends."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from ipywidgets import Widget
from scoring import events_of, fold, game_of

from nbmomentum.momentum import GameState, long_runs
from nbmomentum.views import AlertFeed, MomentumChart, colours_for
from nbmomentum.views.charts.centred import LEVELS, level_for
from nbmomentum.views.charts.parts import MAX_POINTS


def test_the_margin_is_an_area_of_each_team(game: list[GameState]) -> None:
    """Above zero in the home team's colour, below it in the away team's; zero where the other one leads."""
    chart = MomentumChart()

    chart.show(game[-1])

    margins = [0, *(play.margin for play in game[-1].plays)]
    colours = colours_for("MIA", "OKC")
    assert chart.home_area.y.tolist() == [[max(margin, 0) for margin in margins], [0] * len(margins)]
    assert chart.away_area.y.tolist() == [[min(margin, 0) for margin in margins], [0] * len(margins)]
    assert (chart.home_area.fill_colors, chart.away_area.fill_colors) == ([colours.home], [colours.away])
    assert chart.home_area.interpolation == chart.away_area.interpolation == "step-after"


def test_the_line_is_the_momentum_of_the_plays(game: list[GameState]) -> None:
    """Every play's momentum is on the line, and it ends at the last one's."""
    chart = MomentumChart()

    chart.show(game[-1])

    points = dict(zip(chart.line.x.tolist(), chart.line.y.tolist(), strict=True))
    expected = {np.float32(play.elapsed_s).item(): play.momentum for play in game[-1].plays}
    assert {x: points[x] for x in expected} == pytest.approx(expected)
    assert chart.tag.y.tolist() == pytest.approx([game[-1].momentum])


def test_another_half_life_is_drawn_at_the_next_frame(game: list[GameState]) -> None:
    """The callback only marks the chart; the render thread derives and draws."""
    chart = MomentumChart()
    chart.show(game[-1])
    before = chart.line.y

    chart.slider.value = 300
    is_stale, still = chart.is_stale, chart.line.y is before
    chart.show(game[-1])

    assert is_stale
    assert still
    assert chart.line.y[-1] == pytest.approx(game[-1].with_half_life(300).momentum)
    assert "half-life" not in chart.sentence
    assert f"momentum {abs(game[-1].with_half_life(300).momentum):.1f}" in chart.sentence


def test_long_runs_are_shaded_over_their_span_and_named() -> None:
    """MIA 8-0 from 0:10 to 1:10, above; OKC 9-0 later, below."""
    state = game_of(
        *(("MIA", 2, 10), ("MIA", 3, 30), ("MIA", 3, 70)),
        *(("OKC", 3, 1000), ("OKC", 3, 1010), ("OKC", 3, 1060), ("MIA", 1, 1100)),
    )
    chart = MomentumChart(threshold=8)

    chart.show(state)

    assert chart.home_runs.x.tolist() == [0, 10, 10, 70, 70]
    assert chart.home_runs.y[0].tolist() == [0, 0, 12, 12, 0]
    assert chart.away_runs.x.tolist() == [0, 1000, 1000, 1060, 1060]
    assert chart.away_runs.y[0].tolist() == [0, 0, -12, -12, 0]
    assert chart.run_names.text.tolist() == ["8-0", "9-0"]
    assert chart.run_names.x.tolist() == [40, 1030]
    assert chart.run_names.y[0] > 10
    assert chart.run_names.y[1] < -10
    assert chart.run_names.visible


def test_the_name_of_a_run_leads_to_its_last_play(final_of: Callable[[str], GameState]) -> None:
    """There the scoreboard tells the whole run; after a state without runs no name can be clicked."""
    moments: list[str] = []
    chart = MomentumChart(threshold=10, on_moment=moments.append)
    state = final_of("0021500177")
    by_name = {run.last.event.event_id: f"{run.points}-0" for run in long_runs(state.plays, threshold=10)}

    chart.show(state)
    names, tooltips = chart.run_names.text.tolist(), chart.run_spots.names.tolist()
    is_clickable = chart.run_spots.visible
    for number in range(len(names)):
        chart.run_spots._handle_custom_msgs(None, {"event": "element_click", "data": {"index": number}})
    chart.show(game_of(("MIA", 2, 10)))
    chart.run_spots._handle_custom_msgs(None, {"event": "element_click", "data": {"index": 0}})

    assert len(moments) == 4
    assert is_clickable
    assert tooltips[-1] == "GSW 11-0, until Q4 0:16. Go to this moment."
    assert [by_name[event_id] for event_id in moments] == names
    assert not chart.run_spots.visible


def test_names_of_runs_lead_nowhere_by_default(final_of: Callable[[str], GameState]) -> None:
    """Nothing to click lies over them, and no pointer says so."""
    chart = MomentumChart(threshold=10)

    chart.show(final_of("0021500177"))

    assert chart.run_names.visible
    assert not chart.run_spots.visible
    assert "kit-clickable" not in chart.widget._dom_classes


def test_without_long_runs_nothing_is_named(game: list[GameState]) -> None:
    """Also after a state that had some."""
    chart = MomentumChart(threshold=7)
    chart.show(game[-1])
    had = chart.run_names.visible

    chart.show(game[3])

    assert had
    assert not chart.run_names.visible
    assert not chart.home_runs.y.any()


def test_names_that_would_touch_stand_below_each_other() -> None:
    """Two runs within a minute, and one much later at the edge again."""
    runs = [("MIA", 3, start + second) for start in (0, 50, 1500) for second in (0, 10, 20)]
    answers = [("OKC", 1, start + 25) for start in (0, 50, 1500)]
    plays = sorted([*runs, *answers], key=lambda play: play[2])
    chart = MomentumChart(threshold=9)

    chart.show(game_of(*plays))

    first, second, third = chart.run_names.y.tolist()
    assert second < first == third


def test_the_alert_slider_sets_the_threshold(game: list[GameState]) -> None:
    """Chart and list call the same runs."""
    alert_feed = AlertFeed(threshold=12)
    chart = MomentumChart(alert_feed=alert_feed)
    chart.show(game[-1])

    alert_feed.slider.value = 5
    is_stale = chart.is_stale
    chart.show(game[-1])

    assert is_stale
    assert len(chart.run_names.text) == len(long_runs(game[-1].plays, threshold=5)) > 1


def test_both_axes_share_their_zero_and_name_the_teams(game: list[GameState]) -> None:
    """Up is home, down is away, in words; the plot is symmetric on both scales."""
    chart = MomentumChart()

    chart.show(game[-1])

    *_, margin, momentum = chart.figure.axes
    assert list(margin.tick_labels.values()) == ["MIA", "+4", "0", "−4", "OKC"]
    assert list(momentum.tick_labels.values()) == ["+8", "+4", "0", "−4", "−8"]
    assert all(axis.scale.min == -axis.scale.max for axis in (margin, momentum))
    assert (margin.side, momentum.side) == ("left", "right")


@pytest.mark.parametrize(("largest", "level"), [(0, 8), (7, 8), (8, 12), (23, 30), (52, 60), (90, 100), (120, 136)])
def test_levels_are_few_and_leave_room(largest: float, level: int) -> None:
    """A growing margin changes the picture only now and then; halves stay whole numbers."""
    assert level_for(largest) == level
    assert all(each % 2 == 0 for each in LEVELS)


def test_overtimes_widen_the_picture(overtimes: list[GameState]) -> None:
    """The time axis is the one all charts share."""
    chart = MomentumChart()

    chart.show(overtimes[-1])

    assert chart.figure.axes[0].scale.max == 4080
    assert chart.tag.x.tolist() == [4080]


def test_the_words_say_margin_momentum_and_runs(final_of: Callable[[str], GameState]) -> None:
    """GSW at LAC: one sentence, and both figures at the end of each period."""
    chart = MomentumChart(threshold=10)
    state = final_of("0021500177")
    chart.show(state)

    words = chart.words(state)

    expected = "Margin GSW by 7; momentum 7.5 for GSW; 4 runs of 10 or more, the latest GSW 11-0 until Q4 0:16."
    assert chart.sentence == words.sentence
    assert words.sentence == expected
    assert words.head == ("At the end of", "Q1", "Q2", "Q3", "Q4")
    assert words.rows[0] == ("Margin (LAC minus GSW)", "+16", "+14", "+6", "−7")
    assert words.rows[1][-1] == "−7.5"


def test_before_the_first_play_all_is_level(game: list[GameState]) -> None:
    """No figure is invented."""
    chart = MomentumChart()

    chart.show(game[0])

    assert chart.sentence == "Margin level; momentum 0.0; no run of 8 or more."
    assert chart.words(game[0]).rows[0][1:] == ("–",) * 4
    assert chart.tag.text.tolist() == ["◂ 0.0"]


def test_the_legend_names_both_figures(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """What the area and the line are stands above them, with their values."""
    chart = MomentumChart()

    chart.show(game[-1])

    html = html_of(chart.widget)
    assert "Margin <b>MIA by 2</b>" in html
    assert f"Momentum <b>{game[-1].momentum:.1f} for MIA</b>" in html


def test_no_array_is_ever_empty(game: list[GameState]) -> None:
    """An empty line breaks bqplot's first drawing; NaN draws a point into the corner."""
    chart = MomentumChart()

    before = [mark.x.size for mark in chart.figure.marks]
    chart.show(game[0])

    assert min(before) == 1
    for mark in chart.figure.marks:
        assert mark.y.shape[-1] == len(mark.x) > 0
        assert not np.isnan(mark.y).any()


def test_a_long_game_is_thinned() -> None:
    """No line holds more points than a browser draws in time."""
    state = fold(events_of([("MIA" if number % 2 else "OKC", 1, number * 0.9) for number in range(3000)]))
    chart = MomentumChart()

    chart.show(state)

    assert max(len(mark.x) for mark in chart.figure.marks) <= MAX_POINTS
    assert chart.line.x[-1] == chart.home_area.x[-1] == pytest.approx(state.elapsed_s)


def test_an_unchanged_state_sends_nothing(game: list[GameState], sent: list[str]) -> None:
    """Showing the same state again is free, with another half-life too."""
    chart = MomentumChart(half_life_s=60, threshold=6)
    for state in (game[0], game[-1]):
        chart.show(state)
        sent.clear()

        chart.show(state)

        assert sent == []


def test_a_new_play_sends_one_message_a_mark(game: list[GameState], sent: list[str]) -> None:
    """Two areas, the line, the tag and the legend; runs only where one is new."""
    chart = MomentumChart()
    chart.show(game[50])
    sent.clear()

    chart.show(game[51])

    assert Counter(sent) == {"Lines": 3, "Label": 1, "HTML": 1}
