"""The alert feed and its threshold."""

from collections.abc import Callable

import pytest
from ipywidgets import Widget

from nbmomentum.momentum import AlertWatch, GameState, alerts
from nbmomentum.views import AlertFeed
from nbmomentum.views.alerts import SHOWN_ALERTS


def test_alerts_are_those_of_the_core_newest_first(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """The list is what the core derives from the plays, turned round."""
    feed = AlertFeed(threshold=6)
    expected = [alert.text for alert in alerts(game[30].plays, run_threshold=6)][::-1]

    feed.show(game[30])

    html = html_of(feed.widget)
    places = [html.index(text) for text in expected]
    assert places == sorted(places)
    assert html.count("<li") == len(expected)


def test_moving_the_slider_changes_the_list(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """More runs are called from 4 points on than from 7; the last state is read again."""
    feed = AlertFeed(threshold=7)
    feed.show(game[-1])
    before = html_of(feed.widget).count("kit-alert-run")

    feed.slider.value = 4
    is_stale = feed.is_stale
    feed.show(game[-1])

    assert is_stale
    assert not feed.is_stale
    assert before < html_of(feed.widget).count("kit-alert-run")


def test_moving_the_slider_draws_nothing_by_itself(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """The callback only asks for a drawing; the render thread is the one writer."""
    feed = AlertFeed(threshold=7)
    feed.show(game[-1])
    before = html_of(feed.widget)

    feed.slider.value = 2

    assert html_of(feed.widget) == before


def test_a_watch_follows_the_slider() -> None:
    """The consumer's side calls out the runs that the list shows."""
    watch = AlertWatch(run_threshold=8)
    feed = AlertFeed(threshold=8, watch=watch)

    feed.slider.value = 10

    assert watch.run_threshold == feed.threshold == 10


def test_the_list_is_bounded(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """A page never holds more alerts than it shows well."""
    feed = AlertFeed(threshold=2)

    feed.show(game[-1])

    assert len(alerts(game[-1].plays, run_threshold=2)) > SHOWN_ALERTS
    assert html_of(feed.widget).count("<li") == SHOWN_ALERTS


@pytest.mark.parametrize("points", [2, 20])
def test_the_slider_runs_from_two_to_twenty(points: int) -> None:
    """Both ends can be set."""
    assert AlertFeed(threshold=points).slider.value == points


def test_a_game_without_alerts_says_so(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """An empty list is no empty space."""
    feed = AlertFeed()

    feed.show(game[0])

    assert "No alert yet" in html_of(feed.widget)


def test_an_unchanged_state_sends_nothing(game: list[GameState], sent: list[str]) -> None:
    """Showing the same state again is free."""
    feed = AlertFeed()
    feed.show(game[-1])
    sent.clear()

    feed.show(game[-1])

    assert sent == []
