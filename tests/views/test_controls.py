"""Replay controls: commands go out, the status comes back."""

import math
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from ipywidgets import Widget
from replays import Replay, Status

from nbmomentum.errors import BrokerUnavailable
from nbmomentum.replay import SPEED_MAX, SPEED_MIN
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.sources.catalogue import list_all_games
from nbmomentum.sources.stored import save_game
from nbmomentum.views import ReplayControls
from nbmomentum.views.commands import PATIENCE_S, Asked
from nbmomentum.views.controls import clock_text, speed_text


@pytest.mark.parametrize(
    ("state", "label", "icon", "command"),
    [
        ("playing", "Pause", "pause", ("pause",)),
        ("starting", "Pause", "pause", ("pause",)),
        ("broker away", "Pause", "pause", ("pause",)),
        ("paused", "Play", "play", ("resume",)),
        ("finished", "Play again", "repeat", ("restart", None)),
        ("failed", "Play again", "repeat", ("restart", None)),
    ],
)
def test_the_play_button_follows_the_state(state: str, label: str, icon: str, command: tuple[object, ...]) -> None:
    """It says what a click will do, and does it."""
    replay = Replay(Status(state=state))
    controls = ReplayControls(replay)

    controls.play.click()

    assert (controls.play.description, controls.play.icon) == (label, icon)
    assert replay.commands == [command]


def test_a_click_does_not_assume_its_effect() -> None:
    """The button turns when the replay's status does, not before."""
    replay = Replay()
    controls = ReplayControls(replay)

    controls.play.click()
    label_after_click = controls.play.description
    controls.show(Status(state="paused"))

    assert label_after_click == "Pause"
    assert controls.play.description == "Play"


def test_step_and_restart_are_passed_on() -> None:
    """One play a click; a new replay of the same plays."""
    replay = Replay()
    controls = ReplayControls(replay)

    controls.step.click()
    controls.restart.click()

    assert replay.commands == [("step", 1), ("restart", None)]


def test_there_is_no_step_after_the_end() -> None:
    """A finished replay has no next play."""
    controls = ReplayControls(Replay(Status(state="finished")))
    is_disabled_at_end = controls.step.disabled

    controls.show(Status(state="paused"))

    assert (is_disabled_at_end, controls.step.disabled) == (True, False)


def test_the_slider_sets_the_speed() -> None:
    """The value of the slider is the speed in game seconds per second."""
    replay = Replay()

    ReplayControls(replay).speed.value = 120.0

    assert replay.commands == [("set_speed", 120.0)]


def test_stops_go_from_the_slowest_to_the_fastest_speed() -> None:
    """The ends of the track are those of a replay, and a class finds real time and a minute a second on it."""
    stops = [speed for _, speed in ReplayControls(Replay()).speed.options]

    assert stops == sorted(stops)
    assert (stops[0], stops[-1]) == (SPEED_MIN, SPEED_MAX)
    assert {1.0, 60.0} <= set(stops)


@pytest.mark.parametrize(("speed", "stop"), [(0.3, 0.25), (50.0, 45.0), (60.0, 60.0), (599.0, 600.0)])
def test_speed_between_two_stops_is_shown_at_the_nearer_one(speed: float, stop: float) -> None:
    """Set by code, it is any; the name beside the slider is exact, and nothing is commanded."""
    replay = Replay()
    controls = ReplayControls(replay)

    controls.show(Status(speed=speed))

    assert controls.speed.value == stop
    assert replay.commands == []


def test_max_is_as_fast_as_possible_and_back() -> None:
    """Toggled off, the slider's speed holds again."""
    replay = Replay(Status(speed=30.0))
    controls = ReplayControls(replay)

    controls.fastest.value = True
    controls.fastest.value = False

    assert replay.commands == [("set_speed", math.inf), ("set_speed", 30.0)]


def test_the_status_moves_the_widgets_without_a_command() -> None:
    """A speed set by code shows in the slider and is no command of the user."""
    replay = Replay()
    controls = ReplayControls(replay)

    controls.show(Status(speed=math.inf))
    is_max = controls.fastest.value
    controls.show(Status(speed=8.0))

    assert (is_max, controls.fastest.value, controls.speed.value) == (True, False, 8.0)
    assert replay.commands == []


def test_a_command_counts_while_the_render_thread_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only changes made by the drawing thread itself are no commands."""
    replay = Replay()
    controls = ReplayControls(replay)
    user = threading.Thread(target=lambda: setattr(controls.speed, "value", 120.0))

    with controls._drawing():
        user.start()
        user.join()

    assert replay.commands == [("set_speed", 120.0)]


def test_an_older_status_does_not_move_the_slider_back() -> None:
    """Until the replay confirms the speed asked for, the slider stays under the user's hand."""
    controls = ReplayControls(Replay())
    controls.speed.value = 120.0

    controls.show(Status(speed=60.0))
    before = controls.speed.value
    controls.show(Status(speed=120.0))
    controls.show(Status(speed=30.0))

    assert before == 120.0
    assert controls.speed.value == 30.0


def test_the_wait_for_a_confirmation_ends() -> None:
    """A replay that refuses a speed wins after a second."""
    now_s = [0.0]
    asked = Asked(now=lambda: now_s[0])
    asked.ask(120.0)

    before = asked.permits(60.0)
    now_s[0] = PATIENCE_S

    assert (before, asked.permits(60.0)) == (False, True)


def test_games_are_named_with_what_happened() -> None:
    """Date and note help to choose; the ids stay inside."""
    controls = ReplayControls(Replay(), games=list_games())

    labels = [label for label, _ in controls.game.options]

    assert labels[0] == "OKC @ MIA, 3 Dec 2015 - 38 lead changes, decided by two points"
    assert controls.game.description == "Game"
    assert len(labels) == len(list_games())


def test_choosing_a_game_replays_it() -> None:
    """By default the bundled plays of that game, from tip-off."""
    replay = Replay()
    controls = ReplayControls(replay, games=list_games())

    controls.game.value = "0021500391"

    assert replay.commands == [("restart", "0021500391")]


def test_a_saved_and_a_simulated_game_are_replayed_too() -> None:
    """Whatever the catalogue lists; a saved game stays the one shown, although its records carry the real game's id."""
    save_game(load_game("0021500277")[:57], name="half")
    replay = Replay()
    controls = ReplayControls(replay, games=list_all_games())

    controls.game.value = "sim-7-0062"
    controls.show(Status(game_id="sim-7-0062"))
    controls.game.value = "saved:half"
    controls.show(Status(game_id="0021500277"))

    assert replay.commands == [("restart", "sim-7-0062"), ("restart", "0021500277")]
    assert (controls.game.value, controls.error) == ("saved:half", "")


def test_a_game_that_is_gone_is_told_below_the_buttons() -> None:
    """A saved file may be deleted while the dropdown still has it."""
    path = save_game(load_game("0021500277"), name="gone")
    replay = Replay()
    controls = ReplayControls(replay, games=list_all_games())
    path.unlink()

    controls.game.value = "saved:gone"

    assert replay.commands == []
    assert controls.error.startswith("UnknownGame: No game has the id 'saved:gone'.")


def test_choosing_a_game_may_be_wired_otherwise() -> None:
    """A lesson that loads games itself gets the id."""
    chosen: list[str] = []
    replay = Replay()

    ReplayControls(replay, games=list_games(), on_game=chosen.append).game.value = "0021500391"

    assert (chosen, replay.commands) == (["0021500391"], [])


def test_the_dropdown_follows_the_replayed_game() -> None:
    """A game started by code is the one shown, without a command; an unknown one leaves the choice."""
    replay = Replay(Status(game_id="0021500391"))
    controls = ReplayControls(replay, games=list_games())
    at_start = controls.game.value

    controls.show(Status(game_id="0029999999"))

    assert (at_start, controls.game.value) == ("0021500391", "0021500391")
    assert controls.game_id == "0021500391"
    assert replay.commands == []


def test_without_games_there_is_no_dropdown() -> None:
    """A live game cannot be chosen."""
    controls = ReplayControls(Replay())

    rows = controls.widget.children

    assert all(controls.game not in getattr(row, "children", ()) for row in rows)


def test_a_failed_command_is_shown_in_words(html_of: Callable[[Widget], str]) -> None:
    """No click fails in silence, and the next good one clears the message."""
    replay = Replay()
    controls = ReplayControls(replay)

    def refuse() -> None:
        raise BrokerUnavailable("Nothing answers at localhost:9092.")

    good, replay.pause = replay.pause, refuse  # type: ignore[method-assign]
    controls.play.click()
    is_stale = controls.is_stale
    controls.show(replay.status)
    shown = html_of(controls.widget)
    replay.pause = good  # type: ignore[method-assign]
    controls.play.click()
    controls.show(replay.status)

    assert is_stale
    assert "Error: BrokerUnavailable: Nothing answers at localhost:9092." in shown
    assert "Error" not in html_of(controls.widget)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status(position_s=1188.0), "Q2 4:12 at 60×"),
        (Status(position_s=1187.2), "Q2 4:13 at 60×"),
        (Status(position_s=0.0, speed=0.25), "Q1 12:00 at 0.25×"),
        (Status(position_s=2880.0 + 30, speed=math.inf), "OT1 4:30 at max"),
        (Status(state="paused"), "Q1 12:00 at 60×, paused"),
        (Status(state="broker away"), "Q1 12:00 at 60×, broker away"),
        (Status(state="finished", position_s=2999.0), "Finished"),
    ],
)
def test_the_clock_in_words(status: Status, expected: str) -> None:
    """Game clock, speed, and the state where the game does not run."""
    assert clock_text(status) == expected


@pytest.mark.parametrize(
    ("speed", "expected"),
    [(0.25, "0.25×"), (1.0, "1×"), (1.26, "1.3×"), (60.0, "60×"), (127.99, "128×"), (600.0, "600×"), (math.inf, "max")],
)
def test_a_speed_in_words(speed: float, expected: str) -> None:
    """Two digits are enough below ten, whole numbers above."""
    assert speed_text(speed) == expected


def test_the_slider_says_nothing_of_its_own() -> None:
    """With continuous updates the page answers a value between two stops with a command of nobody."""
    controls = ReplayControls(Replay())

    assert controls.speed.continuous_update is False
    assert controls.speed.readout is False


def test_every_part_has_the_class_that_browser_tests_select() -> None:
    """The documented CSS classes exist."""
    controls = ReplayControls(Replay(), games=list_games())

    found = _classes(controls.widget)

    assert {
        *("kit-controls", "kit-game", "kit-play", "kit-step", "kit-restart"),
        *("kit-speed", "kit-speed-name", "kit-max", "kit-clock"),
    } <= found


def test_an_unchanged_status_sends_nothing(sent: list[str]) -> None:
    """Showing the same status again is free, and a new second sends the clock alone."""
    controls = ReplayControls(Replay(), games=list_games())
    sent.clear()

    controls.show(Status())
    unchanged = list(sent)
    controls.show(replace(Status(), position_s=5.0))

    assert (unchanged, sent) == ([], ["HTML"])


def _classes(widget: Widget) -> set[str]:
    own = set(getattr(widget, "_dom_classes", ()))
    return own.union(*(_classes(child) for child in getattr(widget, "children", ())))
