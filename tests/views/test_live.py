"""The render thread: newest value only, changes only, errors kept."""

import threading
from typing import Any

import pytest
from IPython.core.formatters import DisplayFormatter
from ipywidgets import Button, HBox
from support import random_name, wait_until

from nbmomentum.errors import RunnerError
from nbmomentum.momentum import GameState
from nbmomentum.views import LiveFeed, Scoreboard, ScoreChart
from nbmomentum.views.alerts import AlertFeed
from nbmomentum.views.commands import Commanding


class Recorder:
    """A view that remembers what it was shown, and by which thread."""

    def __init__(self) -> None:
        self.shown: list[Any] = []
        self.threads: set[str] = set()
        self.is_stale = False

    def show(self, value: Any) -> None:
        """Remember the value."""
        self.shown.append(value)
        self.threads.add(threading.current_thread().name)
        self.is_stale = False


class Broken:
    """A view that cannot draw."""

    def show(self, value: Any) -> None:
        """Fail."""
        raise KeyError(f"no such mark for {value}")


def test_a_thousand_states_between_ticks_are_one_drawing() -> None:
    """Only the newest value is shown, however fast values arrive."""
    values: list[int] = []
    view = Recorder()
    feed = LiveFeed().connect(lambda: values[-1] if values else None, view)

    values.extend(range(1000))
    feed.render_once()

    assert view.shown == [999]
    assert feed.frames == 1


def test_all_that_a_tick_draws_goes_to_the_page_together(game: list[GameState], sent: list[str]) -> None:
    """No message before the last view is drawn: a board that is ahead of its chart would show two moments."""
    sent_before_the_end = []

    class Last(Scoreboard):
        def _draw(self, state: GameState) -> None:
            super()._draw(state)
            sent_before_the_end.append(len(sent))

    feed = LiveFeed().connect(lambda: game[-1], Scoreboard(), ScoreChart()).connect(lambda: game[-2], Last())
    sent.clear()

    assert feed.render_once()

    assert sent_before_the_end == [0]
    assert {"HTML", "Lines"} <= set(sent)


def test_a_feed_at_the_end_of_a_cell_shows_nothing() -> None:
    """What it draws stands elsewhere, and its own words would stand above it."""
    assert DisplayFormatter().format(LiveFeed()) == ({}, {})


def test_a_feed_in_words_says_what_it_does() -> None:
    """Its name, whether it draws, and how often it has."""
    feed = LiveFeed(name=random_name("feed")).connect(lambda: 1, Recorder())

    feed.render_once()
    stopped = repr(feed)
    with feed:
        drawing = repr(feed)

    assert stopped == f"<LiveFeed {feed.name}: stopped, 1 frames, 0 errors>"
    assert drawing == f"<LiveFeed {feed.name}: drawing, 1 frames, 0 errors>"


def test_an_unchanged_value_is_not_drawn_again() -> None:
    """Neither the same object nor an equal one."""
    view = Recorder()
    feed = LiveFeed().connect(lambda: (1, *[2]), view)

    drawn = [feed.render_once() for _ in range(3)]

    assert drawn == [True, False, False]
    assert view.shown == [(1, 2)]


def test_nothing_is_shown_before_there_is_a_value() -> None:
    """None is no value."""
    view = Recorder()

    drawn = LiveFeed().connect(lambda: None, view).render_once()

    assert (drawn, view.shown) == (False, [])


def test_a_source_is_read_once_a_tick_for_all_its_views() -> None:
    """Two views of one connection see the same value."""
    reads = iter(range(10))
    first, second = Recorder(), Recorder()
    feed = LiveFeed().connect(lambda: next(reads), first, second)

    feed.render_once()
    feed.render_once()

    assert first.shown == second.shown == [0, 1]


def test_a_stale_view_is_drawn_although_the_value_is_the_same() -> None:
    """A moved slider asks for a drawing; the other views of the source rest."""
    stale, other = Recorder(), Recorder()
    feed = LiveFeed().connect(lambda: "state", stale, other)
    feed.render_once()

    stale.is_stale = True
    feed.render_once()
    feed.render_once()

    assert (len(stale.shown), len(other.shown)) == (2, 1)


def test_a_raising_view_is_reported_and_the_others_are_drawn() -> None:
    """An error is counted and put in words; it stops neither its neighbours nor the feed."""
    view = Recorder()
    feed = LiveFeed().connect(lambda: "state", Broken(), view)

    feed.render_once()

    assert view.shown == ["state"]
    assert feed.status.errors == 1
    assert feed.status.last_error == "Broken: KeyError: 'no such mark for state'"


def test_a_raising_source_is_reported_and_the_others_are_drawn() -> None:
    """A student's lambda may divide by zero."""
    view = Recorder()
    feed = LiveFeed().connect(lambda: 1 / 0, view).connect(lambda: "state", view)

    feed.render_once()

    assert view.shown == ["state"]
    assert feed.status.last_error == "a source: ZeroDivisionError: division by zero"


def test_the_thread_survives_a_raising_view_and_stop_raises_its_error() -> None:
    """The feed draws on; whoever stops it learns what went wrong."""
    numbers = iter(range(1_000_000))
    view = Recorder()
    feed = LiveFeed(hz=20, name=random_name("live")).connect(lambda: next(numbers), Broken(), view).start()

    wait_until(lambda: len(view.shown) > 2, what="drawings after an error")

    assert feed.is_running
    with pytest.raises(RunnerError, match="no such mark"):
        feed.stop()


def test_one_thread_draws_everything() -> None:
    """All views of all sources are drawn by the render thread."""
    numbers = iter(range(1_000_000))
    views = Recorder(), Recorder()
    feed = LiveFeed(hz=20, name="live-of-one-thread")
    feed.connect(lambda: next(numbers), views[0]).connect(lambda: next(numbers), views[1])

    with feed:
        wait_until(lambda: views[1].shown, what="a drawing")

    assert views[0].threads | views[1].threads == {"nbmomentum-live-of-one-thread"}


def test_the_thread_stops_within_a_second_and_draws_the_last_value() -> None:
    """Stopping joins the thread; what changed since the last tick is still drawn."""
    box = ["first"]
    view = Recorder()
    feed = LiveFeed(hz=0.5, name=random_name("live")).connect(lambda: box[0], view).start()

    box[0] = "last"
    feed.stop(timeout_s=1.0)

    assert not feed.is_running
    assert view.shown == ["last"]


def test_starting_the_same_name_again_replaces_the_thread() -> None:
    """A cell that is run five times leaves one thread."""
    name = random_name("live")
    feeds = [LiveFeed(name=name).start() for _ in range(5)]

    assert [feed.is_running for feed in feeds] == [False] * 4 + [True]
    feeds[-1].stop()


@pytest.mark.parametrize("hz", [0, -1, 21, float("nan")])
def test_a_frame_rate_outside_the_limits_is_refused(hz: float) -> None:
    """Above 20 frames a second browsers fall behind in silence."""
    with pytest.raises(ValueError, match="at most 20"):
        LiveFeed(hz=hz)


def test_a_moved_slider_is_drawn_by_the_feed(game: list[GameState]) -> None:
    """Alerts follow the threshold although the game stands still."""
    alerts, board = AlertFeed(threshold=20), Scoreboard()
    feed = LiveFeed().connect(lambda: game[-1], alerts, board)
    feed.render_once()

    alerts.slider.value = 2
    is_drawn = feed.render_once()

    assert is_drawn
    assert not alerts.is_stale
    assert not feed.render_once()


class Knob(Commanding[str]):
    """A control that is on while its value says so."""

    def __init__(self) -> None:
        self.turn, self.keep = Button(), Button(disabled=True)
        self.save = Button().add_class("kit-save-png")
        super().__init__(HBox([self.turn, self.keep]), self.save, css_class="kit-knob")

    def _draw(self, value: str) -> None:
        self.turn.disabled = value == "off"
        self._draw_error()

    @property
    def is_off(self) -> list[bool]:
        """Of the knob, of what is always off, and of what needs no feed."""
        return [self.turn.disabled, self.keep.disabled, self.save.disabled]


def test_controls_that_nobody_draws_any_more_are_off_and_say_why() -> None:
    """After a stop, and when another feed has taken the place; a new start brings back what was on."""
    first, second, name = Knob(), Knob(), random_name("feed")
    feed = LiveFeed(name=name).connect(lambda: "on", first, second).start()
    wait_until(lambda: feed.frames > 0, what="the first drawing")
    live = first.is_off

    feed.stop()
    stopped, told = first.is_off, (first._error.value, second._error.value)
    feed.start()
    wait_until(lambda: not first.turn.disabled, what="the controls to come back")
    again, words = first.is_off, first._error.value
    with LiveFeed(name=name):
        replaced = first.is_off, first._error.value

    assert (live, stopped, again) == ([False, True, False], [True, True, False], [False, True, False])
    assert told == ("Stopped: run the notebook&#x27;s cells again, from the first.", "")
    assert (words, replaced[0]) == ("", [True, True, False])
    assert "Replaced by a newer one" in replaced[1]


def test_what_was_off_for_its_value_is_off_after_a_new_start() -> None:
    """The value decides, not what was before."""
    knob, values = Knob(), ["on"]
    feed = LiveFeed(name=random_name("feed")).connect(lambda: values[-1], knob)
    with feed:
        wait_until(lambda: feed.frames > 0, what="the first drawing")
    values.append("off")

    with feed:
        wait_until(lambda: feed.frames > 1, what="the next drawing")

        assert knob.is_off == [True, True, False]
