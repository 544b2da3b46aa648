"""The alert feed and its threshold."""

from collections.abc import Callable

import pytest
from ipywidgets import Widget

from nbmomentum.momentum import AlertWatch, GameState, alerts
from nbmomentum.views import AlertFeed
from nbmomentum.views.alerts import CLICKABLE_ALERTS, SHOWN_ALERTS


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


def test_alerts_lead_nowhere_by_default(game: list[GameState]) -> None:
    """Without anybody to call they are lines of text."""
    feed = AlertFeed()

    feed.show(game[-1])

    assert feed.buttons == ()


def test_each_alert_leads_to_its_play(game: list[GameState]) -> None:
    """The newest ones as buttons, newest first; a click calls with the event id of the play."""
    moments: list[str] = []
    feed = AlertFeed(threshold=6, on_moment=moments.append)
    expected = alerts(game[-1].plays, run_threshold=6)[: -CLICKABLE_ALERTS - 1 : -1]

    feed.show(game[-1])
    for button in feed.buttons:
        button.click()

    assert [button.description for button in feed.buttons] == [alert.text for alert in expected]
    assert moments == [alert.play.event.event_id for alert in expected]
    assert {button.tooltip for button in feed.buttons} == {"Go to this moment"}


def test_an_alert_keeps_its_button_while_others_come(game: list[GameState]) -> None:
    """A click under way means the alert that was pointed at, and the focus stays on it."""
    feed = AlertFeed(on_moment=print)
    feed.show(game[40])
    before = {button.description: button for button in feed.buttons}

    feed.show(game[60])
    after = {button.description: button for button in feed.buttons}

    kept = before.keys() & after.keys()
    assert len(after) > len(kept) > 2
    assert all(after[text] is before[text] for text in kept)


def test_an_earlier_state_takes_the_later_alerts_away(game: list[GameState]) -> None:
    """After a seek back the list is that of a fresh replay; an empty button that is clicked calls nobody."""
    moments: list[str] = []
    feed = AlertFeed(on_moment=moments.append)
    feed.show(game[-1])
    was_there = feed.buttons

    feed.show(game[0])
    was_there[0].click()

    assert (feed.buttons, moments) == ((), [])
    assert feed._list.widget.children[0].layout.display == ""


def test_runs_stand_out_among_the_buttons(game: list[GameState]) -> None:
    """The same classes as in the list that cannot be clicked, taken back when a button gets another alert."""
    feed = AlertFeed(threshold=4, on_moment=print)

    for state in (game[-1], game[50], game[-1]):
        feed.show(state)
        shown = alerts(state.plays, run_threshold=4)[: -CLICKABLE_ALERTS - 1 : -1]
        kinds = [{f"kit-alert-{alert.kind}"} for alert in shown]
        assert [set(button._dom_classes) - {"kit-alert"} for button in feed.buttons] == kinds


def test_an_unchanged_state_sends_nothing_to_the_buttons(game: list[GameState], sent: list[str]) -> None:
    """Showing the same state again is free, and a new alert changes one button of the page."""
    feed = AlertFeed(on_moment=print)
    numbers = [len(alerts(state.plays)) for state in game]
    at = next(n for n in range(60, len(game)) if numbers[n] == numbers[n - 1] + 1)
    feed.show(game[at - 1])
    sent.clear()

    feed.show(game[at - 1])
    unchanged = list(sent)
    feed.show(game[at])

    assert unchanged == []
    assert sorted(sent) == ["Button", "Layout"]
