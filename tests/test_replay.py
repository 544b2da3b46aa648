"""The replay clock: game time from a wall clock that the test turns, and waits that follow every change."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import PATIENCE_S, wait_until

from nbmomentum import replay
from nbmomentum.errors import NbmomentumError, SettingsError
from nbmomentum.replay import AS_FAST_AS_POSSIBLE, SPEED_MAX, SPEED_MIN, ReplayClock

SPEEDS = st.floats(SPEED_MIN, SPEED_MAX)
CHANGES = st.one_of(
    st.tuples(st.just("set_speed"), SPEEDS | st.just(AS_FAST_AS_POSSIBLE)),
    st.tuples(st.just("pause")),
    st.tuples(st.just("resume")),
)


class WallClock:
    """A wall clock that stands still until the test moves it."""

    def __init__(self) -> None:
        self.time_s = 1000.0
        self.looks = 0

    def __call__(self) -> float:
        """The time it shows, in seconds."""
        self.looks += 1
        return self.time_s

    def wait_for_looks(self, looks: int) -> None:
        """Wait until somebody has looked at it so many more times."""
        seen = self.looks
        wait_until(lambda: self.looks >= seen + looks, what=f"{looks} looks at the wall clock")

    def advance(self, seconds: float) -> None:
        """Move it forward."""
        self.time_s += seconds


class RealClock(WallClock):
    """The wall clock of this machine."""

    def __call__(self) -> float:
        """The time it is, in seconds."""
        self.looks += 1
        return time.monotonic()


class Waiter:
    """A thread inside `wait_until`, and what became of it."""

    def __init__(self, wait: Callable[[], bool]) -> None:
        self._wait = wait
        self.outcome: bool | None = None
        self.ended_s = math.nan
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        self.outcome = self._wait()
        self.ended_s = time.monotonic()

    def result(self) -> bool | None:
        """What the wait returned, None if it never did."""
        self.thread.join(PATIENCE_S)
        return self.outcome


@pytest.fixture
def wall() -> WallClock:
    """A wall clock in the test's hand."""
    return WallClock()


@contextmanager
def waiting(clock: ReplayClock, elapsed_s: float, stop: threading.Event | None = None) -> Iterator[Waiter]:
    """A thread that waits for a game time; sent home at the end of the block in any case."""
    waiter = Waiter(lambda: clock.wait_until(elapsed_s, stop=stop))
    waiter.thread.start()
    try:
        yield waiter
    finally:
        wait_until(lambda: clock.interrupt() or not waiter.thread.is_alive(), what="the waiter to go home")


def test_game_time_is_wall_time_times_speed(wall: WallClock) -> None:
    """A minute of play each second."""
    clock = ReplayClock(speed=60, position_s=120, now=wall)

    wall.advance(2.5)

    assert clock.position_s == 270.0
    assert (clock.speed, clock.is_paused) == (60.0, False)


def test_new_speed_does_not_move_the_game_clock(wall: WallClock) -> None:
    """The past keeps the speed it had."""
    clock = ReplayClock(speed=60, now=wall)
    wall.advance(1)

    clock.set_speed(600)
    at_once = clock.position_s
    wall.advance(1)

    assert (at_once, clock.position_s) == (60.0, 660.0)


def test_pause_stops_game_time_and_resume_goes_on_from_there(wall: WallClock) -> None:
    """The wall clock runs during a pause, the game clock does not."""
    clock = ReplayClock(speed=10, now=wall)
    wall.advance(3)

    clock.pause()
    wall.advance(100)
    during = clock.position_s
    clock.resume()
    wall.advance(1)

    assert (during, clock.position_s) == (30.0, 40.0)


def test_pausing_twice_and_resuming_twice_changes_nothing(wall: WallClock) -> None:
    """Buttons may be pressed again: the game ran three of these five seconds."""
    clock = ReplayClock(speed=10, now=wall)

    for press in (clock.resume, clock.pause, clock.pause, clock.resume, clock.resume):
        wall.advance(1)
        press()

    assert clock.position_s == 30.0


def test_speed_set_during_a_pause_counts_from_the_resume(wall: WallClock) -> None:
    """The slider may be moved while the game stands still."""
    clock = ReplayClock(speed=10, is_paused=True, now=wall)

    clock.set_speed(100)
    wall.advance(5)
    clock.resume()
    wall.advance(1)

    assert clock.position_s == 100.0


@pytest.mark.parametrize("is_paused", [False, True])
def test_jump_puts_the_clock_anywhere(wall: WallClock, is_paused: bool) -> None:
    """Forward and back, paused or not; it stays paused if it was."""
    clock = ReplayClock(speed=10, is_paused=is_paused, now=wall)
    wall.advance(3)

    clock.jump(2000)
    ahead = clock.position_s
    clock.jump(5.5)
    wall.advance(1)

    assert ahead == 2000.0
    assert clock.position_s == (5.5 if is_paused else 15.5)


@given(st.lists(st.tuples(CHANGES, st.floats(0, 100))))
def test_no_change_of_pace_ever_moves_the_game_clock(steps: list[tuple[tuple[str, float], float]]) -> None:
    """Whatever is pressed in whatever sequence, game time is continuous and never runs back."""
    wall = WallClock()
    clock = ReplayClock(now=wall)

    for (name, *arguments), pause_s in steps:
        before_s = clock.position_s
        getattr(clock, name)(*arguments)
        assert clock.position_s == before_s
        wall.advance(pause_s)
        assert clock.position_s >= before_s


def test_wait_for_a_time_that_has_come_returns_at_once(wall: WallClock) -> None:
    """Now and the past need no waiting, not even during a pause."""
    clock = ReplayClock(position_s=100, is_paused=True, now=wall)

    assert clock.wait_until(100)
    assert clock.wait_until(0)


def test_wait_ends_when_the_wall_clock_has_moved_far_enough(wall: WallClock) -> None:
    """Not a game second before."""
    clock = ReplayClock(speed=10, now=wall)

    with waiting(clock, 100) as waiter:
        wall.advance(9.5)
        wall.wait_for_looks(2)
        assert waiter.outcome is None
        wall.advance(0.5)

        assert waiter.result() is True


def test_speed_change_in_the_middle_of_a_long_wait_counts_without_a_jump(wall: WallClock) -> None:
    """A thousand seconds at real speed become two at full speed, from where the clock stood."""
    clock = ReplayClock(speed=1, now=wall)

    with waiting(clock, 1210) as waiter:
        wall.advance(10)
        clock.set_speed(600)
        assert clock.position_s == 10.0
        wall.advance(1.9)
        wall.wait_for_looks(2)
        assert waiter.outcome is None
        wall.advance(0.1)

        assert waiter.result() is True


def test_pause_during_a_wait_holds_it_and_resume_lets_it_go_on(wall: WallClock) -> None:
    """A paused game makes its waiters wait."""
    clock = ReplayClock(speed=10, now=wall)

    with waiting(clock, 100) as waiter:
        wall.advance(5)
        clock.pause()
        wall.advance(1000)
        wall.wait_for_looks(2)
        assert waiter.outcome is None
        clock.resume()
        wall.advance(5)

        assert waiter.result() is True


def test_jump_past_the_awaited_time_ends_the_wait(wall: WallClock) -> None:
    """Even during a pause: the time has come."""
    clock = ReplayClock(is_paused=True, now=wall)

    with waiting(clock, 100) as waiter:
        clock.jump(101)

        assert waiter.result() is True


def test_jump_back_makes_the_wait_longer(wall: WallClock) -> None:
    """The awaited time is further away then."""
    clock = ReplayClock(speed=10, position_s=90, now=wall)

    with waiting(clock, 100) as waiter:
        clock.jump(50)
        wall.advance(4.9)
        wall.wait_for_looks(2)
        assert waiter.outcome is None
        wall.advance(0.1)

        assert waiter.result() is True


def test_interrupt_sends_everybody_home_once(wall: WallClock) -> None:
    """Waits that begin later are not affected."""
    clock = ReplayClock(speed=10, now=wall)

    with waiting(clock, 100) as one, waiting(clock, 200) as other:
        wait_until(lambda: clock.interrupt() or not (one.thread.is_alive() or other.thread.is_alive()))

        assert (one.outcome, other.outcome) == (False, False)
    wall.advance(10)
    assert clock.wait_until(100)


def test_stop_ends_a_wait_of_any_length(wall: WallClock) -> None:
    """A thread that is asked to end does not wait for the game."""
    clock, stop = ReplayClock(is_paused=True, now=wall), threading.Event()

    with waiting(clock, 100, stop) as waiter:
        stop.set()

        assert waiter.result() is False


def test_wait_that_is_stopped_already_does_not_begin(wall: WallClock) -> None:
    """Not even for a time that has come."""
    clock, stop = ReplayClock(now=wall), threading.Event()
    stop.set()

    assert clock.wait_until(0, stop=stop) is False


@pytest.mark.parametrize("timeout_s", [0.0, 0.02])
def test_wait_gives_up_after_its_timeout(wall: WallClock, timeout_s: float) -> None:
    """By the real clock, for the wall clock of this test stands still."""
    clock = ReplayClock(now=wall)
    started_s = time.monotonic()

    has_come = clock.wait_until(100, timeout_s=timeout_s)

    assert has_come is False
    assert time.monotonic() - started_s >= timeout_s
    assert clock.wait_until(0, timeout_s=timeout_s)


@pytest.mark.parametrize("change", ["speed", "stop", "interrupt", "jump", "resume"])
def test_every_change_reaches_a_waiter_within_100_ms(change: str) -> None:
    """Measured on the real clock, in a wait of many minutes; the best of five, as the machine may be busy."""
    assert min(reaction_s(change) for _ in range(5)) < 0.1


@pytest.mark.parametrize("change", ["speed", "interrupt", "jump", "resume"])
def test_waiter_is_woken_and_need_not_look_by_itself(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With slices of an hour only the notification can end the wait."""
    monkeypatch.setattr(replay, "_LONGEST_SLICE_S", 3600.0)

    assert reaction_s(change) < PATIENCE_S


def reaction_s(change: str) -> float:
    """Wall time between a change and the end of the wait it ends."""
    wall, stop = RealClock(), threading.Event()
    clock = ReplayClock(speed=SPEED_MIN, now=wall)
    if change == "resume":
        clock.pause()
        clock.set_speed(AS_FAST_AS_POSSIBLE)
    act: dict[str, Callable[[], None]] = {
        "speed": lambda: clock.set_speed(AS_FAST_AS_POSSIBLE),
        "stop": stop.set,
        "interrupt": clock.interrupt,
        "jump": lambda: clock.jump(2880),
        "resume": clock.resume,
    }
    looks = wall.looks
    with waiting(clock, 2880, stop) as waiter:
        # It looks at the clock holding the lock, and lets go of that only when it sleeps.
        wait_until(lambda: wall.looks > looks, what="the waiter to look at the clock")
        started_s = time.monotonic()
        act[change]()
        waiter.result()
    return waiter.ended_s - started_s


def test_as_fast_as_possible_never_waits(wall: WallClock) -> None:
    """The wall clock stands still, and the whole game passes."""
    clock = ReplayClock(speed=AS_FAST_AS_POSSIBLE, now=wall)

    assert all(clock.wait_until(elapsed_s) for elapsed_s in (10, 2000, 2880))


def test_as_fast_as_possible_stands_at_the_latest_time_waited_for(wall: WallClock) -> None:
    """So that going back to a speed goes on from the event just sent."""
    clock = ReplayClock(speed=AS_FAST_AS_POSSIBLE, now=wall)
    for elapsed_s in (10, 700, 650):
        clock.wait_until(elapsed_s)
    wall.advance(100)

    before = clock.position_s
    clock.set_speed(10)
    wall.advance(1)

    assert (before, clock.position_s) == (700.0, 710.0)


def test_as_fast_as_possible_can_be_paused(wall: WallClock) -> None:
    """A pause is a pause at any speed."""
    clock = ReplayClock(speed=AS_FAST_AS_POSSIBLE, is_paused=True, now=wall)

    with waiting(clock, 100) as waiter:
        wall.wait_for_looks(2)
        assert waiter.outcome is None
        clock.resume()

        assert waiter.result() is True


@pytest.mark.parametrize("speed", [0.25, 1, 60.0, 600, math.inf])
def test_speeds_at_the_ends_of_the_range_are_accepted(speed: float) -> None:
    """From a quarter of real time to ten minutes a second, and no limit at all."""
    assert ReplayClock(speed=speed).speed == speed


@pytest.mark.parametrize("speed", [0, 0.249, 600.1, -60, -math.inf, math.nan, True, "60", None, [60]])
def test_other_speeds_are_refused_with_the_range(speed: float) -> None:
    """The message says what is accepted, and the clock keeps its speed."""
    clock = ReplayClock(speed=60)

    with pytest.raises(SettingsError, match=r"0\.25 to 600 game seconds a second, or math\.inf"):
        clock.set_speed(speed)
    with pytest.raises(SettingsError, match=r"0\.25 to 600 game seconds a second, or math\.inf"):
        ReplayClock(speed=speed)

    assert clock.speed == 60


@pytest.mark.parametrize("elapsed_s", [-1, -0.001, math.inf, math.nan, "0", None])
def test_times_no_game_has_are_refused(elapsed_s: float) -> None:
    """A wait for such a time would never end."""
    clock = ReplayClock()

    for act in (clock.jump, clock.wait_until, lambda position_s: ReplayClock(position_s=position_s)):
        with pytest.raises(SettingsError, match="seconds since the tip-off, 0 or more"):
            act(elapsed_s)


def test_errors_are_of_the_kits_tree_and_value_errors() -> None:
    """Callers may catch either."""
    assert issubclass(SettingsError, ValueError)
    assert issubclass(SettingsError, NbmomentumError)
