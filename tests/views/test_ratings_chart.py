"""Offence against defence: dots in team colours, names that do not lie on top of each other, scales that stay."""

from collections.abc import Callable
from itertools import combinations

import pytest
from ipywidgets import Widget
from seasons import team

from nbmomentum.sources.simulated import simulate_season
from nbmomentum.sources.standings import Standings
from nbmomentum.views import RatingsChart
from nbmomentum.views.charts.ratings import SIDES, _name_box, _overlap, place_names
from nbmomentum.views.teams import team_colours

DAYS = simulate_season(seed=7)
PLOT = (620.0, 346.0)


def shown(chart: RatingsChart) -> dict[str, tuple[float, float]]:
    """The names on the chart, and the points that they are set at."""
    return {
        str(name): (float(x), float(y))
        for label in chart.labels
        if label.visible
        for name, x, y in zip(label.text, label.x, label.y, strict=True)
    }


def test_every_team_is_named_at_its_dot() -> None:
    """Thirty dots, thirty names, each at its own ratings."""
    chart = RatingsChart()

    chart.show(Standings(teams=DAYS[-1]))

    names = shown(chart)
    assert sorted(names) == [stats.team for stats in DAYS[-1]]
    for stats in DAYS[-1]:
        assert names[stats.team] == pytest.approx((stats.offensive_rating, stats.defensive_rating), abs=0.01)
    assert chart.dots.colors == [team_colours(stats.team)[0] for stats in DAYS[-1]]


@pytest.mark.parametrize("day", [10, 20, 30, 40])
def test_names_hardly_ever_touch(day: int) -> None:
    """In a plot as narrow as it gets, less than a tenth of one name's area is covered, of all thirty together."""
    chart = RatingsChart()
    chart.show(Standings(teams=DAYS[day - 1]))

    pixels = chart._pixels(DAYS[day - 1])
    boxes = [_name_box(pixels[name], SIDES[side]) for name, side in chart._sides.items()]

    assert sum(_overlap(one, other) for one, other in combinations(boxes, 2)) < 48


def test_two_teams_of_one_place_are_named_on_two_sides() -> None:
    """Not on top of each other."""
    sides = place_names({"OKC": (300.0, 150.0), "MIA": (300.0, 150.0)}, {}, PLOT)

    assert sides["OKC"] != sides["MIA"]


def test_a_name_stays_inside_and_keeps_its_side() -> None:
    """At the right edge it stands to the left; a dot that moves a little takes its name along."""
    sides = place_names({"OKC": (PLOT[0] - 3, 150.0)}, {}, PLOT)
    assert SIDES[sides["OKC"]].align == "end"

    again = place_names({"OKC": (PLOT[0] - 60, 150.0)}, sides, PLOT)

    assert again == sides


def test_scales_change_in_steps() -> None:
    """Another day of the same size sends no new scale; the first days, of ratings far apart, need a large one."""
    chart = RatingsChart()
    chart.show(Standings(teams=DAYS[0]))
    wide = chart._x.max - chart._x.min
    chart.show(Standings(teams=DAYS[38]))
    narrow = chart._x.max - chart._x.min
    before = (chart._x.min, chart._x.max, chart._y.min, chart._y.max)

    chart.show(Standings(teams=DAYS[39]))

    assert wide > narrow
    assert (chart._x.min, chart._x.max, chart._y.min, chart._y.max) == before


def test_defence_runs_backwards_and_diagonals_are_equal_net_rating() -> None:
    """Up allows less; along a line offence minus defence is the same."""
    chart = RatingsChart()
    chart.show(Standings(teams=DAYS[-1]))

    assert chart._y.reverse
    nets = [set((x - y).round(3)) for x, y in zip(chart.diagonals.x, chart.diagonals.y, strict=True)]
    assert all(len(net) == 1 for net in nets)
    assert {-5.0, 0.0, 5.0} <= {float(net.pop()) for net in nets}
    assert "net +5" in [*chart.diagonal_names[1].text]
    assert "net −5" in [*chart.diagonal_names[0].text]


def test_the_legend_names_the_day_and_whose_figures_these_are(html_of: Callable[[Widget], str]) -> None:
    """Simulated ones are never taken for the league's."""
    chart = RatingsChart()

    chart.show(Standings(teams=DAYS[0]))
    assert "19 Oct 2100, simulated." in html_of(chart.widget)

    chart.show(Standings(teams=(team("OKC"),)))
    assert "20 Feb 2026, Data: NBA.com." in html_of(chart.widget)


def test_one_team_and_none_are_drawn_without_an_error() -> None:
    """A table that has just begun."""
    chart = RatingsChart()

    chart.show(Standings())
    assert not chart.dots.visible

    chart.show(Standings(teams=(team("OKC"),)))
    assert chart.dots.visible
    assert list(shown(chart)) == ["OKC"]
