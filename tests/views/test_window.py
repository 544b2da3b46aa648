"""The windowed run: the sentence, the bars, the slider."""

from collections.abc import Callable

import pytest
from ipywidgets import Output, Widget
from scoring import game_of

from nbmomentum.momentum import GameState
from nbmomentum.views import WindowedRun

STATE = game_of(("OKC", 3, 10), ("MIA", 2, 100), ("MIA", 3, 150), ("OKC", 2, 260))


@pytest.mark.parametrize(
    ("window_s", "headline"), [(60, "OKC 2-0"), (120, "MIA 3-2"), (180, "MIA 5-2"), (720, "Level 5-5")]
)
def test_the_headline_is_the_core_figure(window_s: int, headline: str, html_of: Callable[[Widget], str]) -> None:
    """Who outscored whom in (now − w, now]."""
    window = WindowedRun(window_s=window_s)

    window.show(STATE)

    length = f"{window_s // 60}:00"
    assert window.sentence == f"{headline} in the last {length}."
    assert f"<b>{headline}</b> in the last {length}" in html_of(window.widget)


def test_each_bar_is_as_long_as_its_share(html_of: Callable[[Widget], str]) -> None:
    """Away left, home right, each with team and points on it."""
    window = WindowedRun(window_s=180)

    window.show(STATE)

    away, home = html_of(window.widget).split('class="kit-bar"')[1:]
    assert "flex:2 1 0" in away
    assert "OKC 2</span>" in away
    assert "flex:5 1 0" in home
    assert "MIA 5</span>" in home


def test_a_side_without_points_has_no_bar(html_of: Callable[[Widget], str]) -> None:
    """12-0 is one bar."""
    window = WindowedRun(window_s=60)

    window.show(STATE)

    assert html_of(window.widget).count('class="kit-bar"') == 1


def test_before_the_first_play_there_are_no_points(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """The bar is there and empty, so that nothing jumps."""
    window = WindowedRun()

    window.show(game[0])

    assert window.sentence == "No points in the last 3:00."
    assert html_of(window.widget).count('class="kit-bar"') == 1


def test_moving_the_slider_is_drawn_at_the_next_frame(html_of: Callable[[Widget], str]) -> None:
    """The callback only asks for a drawing."""
    window = WindowedRun(window_s=180)
    window.show(STATE)
    before = html_of(window.widget)

    window.slider.value = 720
    is_stale, still = window.is_stale, html_of(window.widget) == before
    window.show(STATE)

    assert is_stale
    assert still
    assert "in the last 12:00" in html_of(window.widget)


def test_the_slider_runs_from_one_to_twelve_minutes() -> None:
    """In half minutes, read out as minutes."""
    window = WindowedRun()
    scripts = [child for child in window.widget.children if isinstance(child, Output)]

    assert (window.slider.min, window.slider.max, window.slider.step) == (60, 720, 30)
    assert window.window_s == 180
    assert "kit-minutes" in window.slider._dom_classes
    assert len(scripts) == 1


def test_the_words_hold_both_teams() -> None:
    """A table of two rows."""
    words = WindowedRun(window_s=180).words(STATE)

    assert words.rows == (("OKC", "2"), ("MIA", "5"))


def test_an_unchanged_state_sends_nothing(game: list[GameState], sent: list[str]) -> None:
    """Showing the same state again is free."""
    window = WindowedRun()
    window.show(game[-1])
    sent.clear()

    window.show(game[-1])

    assert sent == []
