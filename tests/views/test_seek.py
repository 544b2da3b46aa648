"""Seek controls: commands go out, the reader's place comes back."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from ipywidgets import Widget
from replays import Reader

from nbmomentum.errors import UnknownGame
from nbmomentum.views import Place, SeekControls
from nbmomentum.views.commands import PATIENCE_S, Asked

LIVE = Place("0021500277", elapsed_s=1899.0, period=3, end_s=2880.0, is_held=False, state="live", behind=0)
HELD = replace(LIVE, is_held=True, state="paused", next_s=1912.0, behind=85)


def shown(controls: SeekControls) -> tuple[str, str]:
    """The game clock beside the slider, and the line below."""
    return controls._time.value, controls._line.value


def test_the_buttons_pass_their_commands_on() -> None:
    """One record back, one forward, and on to the end of the log."""
    reader = Reader()
    controls = SeekControls(reader)
    controls.show(HELD)

    controls.back.click()
    controls.forward.click()
    controls.live.click()

    assert reader.commands == [("step_back",), ("step",), ("resume",)]


def test_the_slider_asks_for_seconds_of_play() -> None:
    """Where the handle is let go, the reader goes."""
    reader = Reader()
    controls = SeekControls(reader)
    controls.show(LIVE)

    controls.slider.value = 1188

    assert reader.commands == [("seek_game", 1188)]
    assert controls.slider.continuous_update is False


def test_a_moment_leads_to_its_play() -> None:
    """What alerts and charts call with."""
    reader = Reader()

    SeekControls(reader).go_to("342")

    assert reader.commands == [("seek_play", "342")]


def test_the_place_moves_the_handle_without_a_command() -> None:
    """While the reader follows the log, the handle follows the reader."""
    reader = Reader()
    controls = SeekControls(reader)

    for elapsed_s in (12.0, 700.0, 1899.0):
        controls.show(replace(LIVE, elapsed_s=elapsed_s, period=1 + int(elapsed_s // 720)))

    assert controls.slider.value == 1899
    assert shown(controls) == ("Q3 4:21", "Following the end of the log")
    assert reader.commands == []


@pytest.mark.parametrize("second", [1899, 1908, 1911])
def test_the_handle_stays_where_it_was_put_between_two_plays(second: int) -> None:
    """The state of Q3 4:12 is that after the play of 4:21: the handle does not jump back to it."""
    controls = SeekControls(Reader())
    controls.show(LIVE)

    controls.slider.value = second
    controls.show(HELD)
    controls.show(replace(HELD, behind=86))

    assert controls.slider.value == second


def test_the_handle_follows_a_step_to_another_play() -> None:
    """Also from between two plays: forward to the next one, back to the one before."""
    controls = SeekControls(Reader())
    controls.slider.value = 1905
    controls.show(HELD)

    controls.show(replace(HELD, elapsed_s=1912.0, next_s=1930.0))
    forward = controls.slider.value
    controls.show(replace(HELD, elapsed_s=1880.0, next_s=1899.0))

    assert (forward, controls.slider.value) == (1912, 1880)


@pytest.mark.parametrize("meanwhile", [LIVE, replace(LIVE, state="seeking", is_held=True)])
def test_an_older_place_does_not_move_the_handle_back(meanwhile: Place) -> None:
    """Until the reader has answered, the handle stays under the user's hand."""
    controls = SeekControls(Reader())
    controls.show(LIVE)

    controls.slider.value = 300
    controls.show(meanwhile)

    assert controls.slider.value == 300


def test_beyond_the_last_play_the_handle_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader holds at the last play known; the view asks to be drawn until the wait is over."""
    now_s = [0.0]
    controls = SeekControls(Reader())
    controls._asked = Asked(now=lambda: now_s[0])
    at_the_end = replace(HELD, next_s=None, behind=0)

    controls.slider.value = 2500
    controls.show(at_the_end)
    waiting, line, is_stale = controls.slider.value, shown(controls)[1], controls.is_stale
    now_s[0] = PATIENCE_S
    controls.show(at_the_end)

    assert (waiting, is_stale) == (2500, True)
    assert line == "Held at Q3 4:21 · at the end of the log"
    assert (controls.slider.value, controls.is_stale) == (1899, False)


def test_tenths_of_a_second_are_told() -> None:
    """The last second of a game has many moments; the handle stands right after the play."""
    controls = SeekControls(Reader())

    controls.show(replace(HELD, elapsed_s=2879.3, period=4, next_s=None))

    assert controls.slider.value == 2880
    assert shown(controls)[0] == "Q4 0:00.7"


def test_the_period_names_the_clock_at_a_border() -> None:
    """12:00 of the second period is not 0:00 of the first."""
    controls = SeekControls(Reader())

    controls.show(replace(HELD, elapsed_s=720.0, period=2, next_s=None))

    assert shown(controls)[0] == "Q2 12:00"


def test_overtimes_lengthen_the_slider() -> None:
    """Its right end is that of the last period known."""
    controls = SeekControls(Reader())

    controls.show(replace(LIVE, end_s=4080.0, elapsed_s=4080.0, period=8))

    assert (controls.slider.max, controls.slider.value) == (4080, 4080)
    assert shown(controls)[0] == "OT4 0:00"


def test_a_shorter_game_moves_the_handle_without_a_command() -> None:
    """The slider clips its own value to a new range: that is no wish of the user."""
    reader = Reader()
    controls = SeekControls(reader)
    controls.show(replace(LIVE, end_s=4080.0, elapsed_s=4080.0, period=8))

    controls.show(LIVE)

    assert (controls.slider.max, controls.slider.value, reader.commands) == (2880, 1899, [])


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (HELD, "Held at Q3 4:21 · 85 records behind the end of the log"),
        (replace(HELD, behind=1), "Held at Q3 4:21 · 1 record behind the end of the log"),
        (replace(HELD, behind=0), "Held at Q3 4:21 · at the end of the log"),
        (replace(HELD, behind=12_345), "Held at Q3 4:21 · 12,345 records behind the end of the log"),
        (replace(HELD, behind=None), "Held at Q3 4:21"),
        (replace(HELD, state="seeking"), "Reading the replay again"),
        (LIVE, "Following the end of the log"),
        (replace(LIVE, state="broker away"), "Consumer: broker away"),
        (replace(LIVE, state="stopped"), "Consumer: stopped"),
    ],
)
def test_the_place_in_words(place: Place, line: str) -> None:
    """Held where and how far behind, following, or what else the reader does."""
    controls = SeekControls(Reader())

    controls.show(place)

    assert shown(controls)[1] == line


@pytest.mark.parametrize(
    ("place", "live", "others"),
    [(HELD, False, False), (LIVE, True, False), (replace(LIVE, state="stopped"), True, True)],
)
def test_what_can_be_done_follows_the_place(place: Place, live: bool, others: bool) -> None:
    """Live leads nowhere while the reader is there; one that has ended takes no command."""
    controls = SeekControls(Reader())

    controls.show(place)

    assert controls.live.disabled is live
    assert {controls.back.disabled, controls.forward.disabled, controls.slider.disabled} == {others}


def test_before_the_first_record_nothing_can_be_done() -> None:
    """There is no game to go back in."""
    controls = SeekControls(Reader())

    assert shown(controls) == ("Q1 12:00", "Waiting for the first record")
    assert controls.back.disabled
    assert controls.slider.disabled


def test_a_failed_command_is_shown_in_words(html_of: Callable[[Widget], str]) -> None:
    """Also one that a click on a moment has asked for."""
    reader = Reader()
    controls = SeekControls(reader)

    def refuse(event_id: str) -> None:
        raise UnknownGame(f"No record of any game has been read yet ({event_id}).")

    reader.seek_play = refuse  # type: ignore[method-assign]
    controls.go_to("342")
    is_stale = controls.is_stale
    controls.show(LIVE)
    wrong = html_of(controls.widget)
    controls.back.click()
    controls.show(LIVE)

    assert is_stale
    assert "Error: UnknownGame: No record of any game has been read yet (342)." in wrong
    assert "Error" not in html_of(controls.widget)


def test_an_unchanged_place_sends_nothing(sent: list[str]) -> None:
    """Showing the same place again is free."""
    controls = SeekControls(Reader())
    controls.show(HELD)
    sent.clear()

    controls.show(HELD)

    assert sent == []


def test_every_part_has_the_class_that_browser_tests_select() -> None:
    """The documented CSS classes exist."""
    found = _classes(SeekControls(Reader()).widget)

    assert {
        *("kit-seek", "kit-back", "kit-forward", "kit-seek-clock", "kit-seek-time", "kit-live", "kit-seek-line"),
    } <= found


def _classes(widget: Widget) -> set[str]:
    own = set(getattr(widget, "_dom_classes", ()))
    return own.union(*(_classes(child) for child in getattr(widget, "children", ())))
