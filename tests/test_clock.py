"""Game clocks: what can be read, what cannot, and how they are written and compared."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbmomentum.clock import MAX_PERIOD, GameClock, elapsed_of, period_length_s, period_name, period_start_s
from nbmomentum.errors import InvalidClock

CLOCKS = st.integers(1, MAX_PERIOD).flatmap(
    lambda period: st.builds(
        GameClock,
        st.just(period),
        st.integers(0, period_length_s(period) * 100 - 1).map(lambda hundredths: hundredths / 100),
    )
)


@pytest.mark.parametrize(
    ("text", "period", "expected", "elapsed_s"),
    [
        ("Q3 4:12", None, GameClock(3, 252), 1908.0),
        ("Q1 12:00", None, GameClock(1, 720), 0.0),
        ("Q4 0:00", None, GameClock(4, 0), 2880.0),
        ("q4 00:12.3", None, GameClock(4, 12.3), 2867.7),
        ("  Q2   11:59 ", None, GameClock(2, 719), 721.0),
        ("OT1 0:30.5", None, GameClock(5, 30.5), 3149.5),
        ("OT 5:00", None, GameClock(5, 300), 2880.0),
        ("ot16 0:00", None, GameClock(20, 0), 7680.0),
        ("4:12", 3, GameClock(3, 252), 1908.0),
        ("Q3 4:12", 3, GameClock(3, 252), 1908.0),
        ("PT04M12.00S", 3, GameClock(3, 252), 1908.0),
        ("PT4M12S", 3, GameClock(3, 252), 1908.0),
        ("PT12M", 1, GameClock(1, 720), 0.0),
        ("PT00M00.00S", 8, GameClock(8, 0), 4080.0),
        ("PT35.5S", 1, GameClock(1, 35.5), 684.5),
    ],
)
def test_parse_reads_what_people_and_feeds_write(
    text: str, period: int | None, expected: GameClock, elapsed_s: float
) -> None:
    """Labelled clocks, bare ones with a period, and ISO durations mean the same moment."""
    clock = GameClock.parse(text, period=period)

    assert clock == expected
    assert clock.elapsed_s == pytest.approx(elapsed_s, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "period", "says"),
    [
        ("", None, "no game clock"),
        ("half time", None, "no game clock"),
        ("Q5 1:00", None, "no game clock"),
        ("OT17 1:00", None, "no game clock"),
        ("Q34:12", None, "no game clock"),
        ("Q3 4:72", None, "no game clock"),
        ("Q3 -4:12", None, "no game clock"),
        ("Q3 ٤:١٢", None, "no game clock"),
        ("PT", 1, "no game clock"),
        ("PT1H", 1, "no game clock"),
        ("PT4M75S", 1, "no game clock"),
        ("pt04m12.00s", 1, "no game clock"),
        ("Q3 12:01", None, "12:00 down to 0:00"),
        ("OT1 5:01", None, "5:00 down to 0:00"),
        ("PT12M00.01S", 1, "12:00 down to 0:00"),
        ("4:12", None, "names no period"),
        ("PT04M12.00S", None, "names no period"),
        ("Q3 4:12", 2, "not in Q2"),
        ("4:12", 0, "1 to 20"),
        ("4:12", 21, "1 to 20"),
        ("4:12", True, "1 to 20"),
        ("4:12", "3", "1 to 20"),
        (None, 1, "not NoneType"),
        (252, 1, "not int"),
    ],
)
def test_parse_says_what_is_wrong(text: str, period: int | None, says: str) -> None:
    """Every text that is no clock gets its own reason."""
    with pytest.raises(InvalidClock, match=says):
        GameClock.parse(text, period=period)


@given(st.text(max_size=30), st.none() | st.integers())
def test_parse_of_any_text_returns_a_clock_or_raises_invalid_clock(text: str, period: int | None) -> None:
    """No text makes it fail in another way."""
    with suppress(InvalidClock):
        assert isinstance(GameClock.parse(text, period=period), GameClock)


@pytest.mark.parametrize("remaining", [-0.01, 720.01, float("nan"), float("inf"), None, "12", True])
def test_clock_refuses_seconds_outside_the_period(remaining: float) -> None:
    """A clock that exists is a clock of its period."""
    with pytest.raises(InvalidClock, match="12:00 down to 0:00"):
        GameClock(1, remaining)


@given(CLOCKS)
def test_elapsed_time_leads_back_to_the_clock(clock: GameClock) -> None:
    """Elapsed seconds name a moment without loss, to the hundredth."""
    assert GameClock.from_elapsed(clock.elapsed_s) == clock


@given(CLOCKS)
def test_iso_text_leads_back_to_the_clock(clock: GameClock) -> None:
    """The feed's text names the time left without loss, to the hundredth."""
    assert GameClock.parse(clock.to_iso(), period=clock.period) == clock


@given(CLOCKS)
def test_shown_text_never_promises_more_time_than_is_left(clock: GameClock) -> None:
    """A scoreboard cuts off fractions; it never rounds up."""
    shown = GameClock.parse(str(clock))

    assert shown.period == clock.period
    assert clock.seconds_remaining - 1 < shown.seconds_remaining <= clock.seconds_remaining


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        (GameClock(3, 252), "Q3 4:12"),
        (GameClock(1, 720), "Q1 12:00"),
        (GameClock(4, 12.3), "Q4 0:12.3"),
        (GameClock(4, 12.0), "Q4 0:12"),
        (GameClock(2, 59.99), "Q2 0:59.9"),
        (GameClock(2, 252.9), "Q2 4:12"),
        (GameClock(5, 30.5), "OT1 0:30.5"),
        (GameClock(8, 0), "OT4 0:00"),
    ],
)
def test_text_shows_tenths_in_the_last_minute_only(clock: GameClock, expected: str) -> None:
    """The text is what a scoreboard shows."""
    assert str(clock) == expected


def test_iso_text_carries_a_rounded_minute() -> None:
    """59.999 seconds are a minute, never "60.00" seconds."""
    assert GameClock(1, 59.999).to_iso() == "PT01M00.00S"


@pytest.mark.parametrize(
    ("elapsed_s", "expected"),
    [
        (0, GameClock(1, 720)),
        (720, GameClock(1, 0)),
        (720.001, GameClock(2, 719.999)),
        (2880, GameClock(4, 0)),
        (2910.0, GameClock(5, 270)),
        (7680, GameClock(20, 0)),
    ],
)
def test_period_boundary_belongs_to_the_period_it_ends(elapsed_s: float, expected: GameClock) -> None:
    """At 12:00 of play the first period is over, the second has not begun."""
    assert GameClock.from_elapsed(elapsed_s) == expected


@pytest.mark.parametrize("elapsed_s", [-0.1, 7680.1, float("nan"), float("inf"), None, "0"])
def test_from_elapsed_refuses_times_no_game_has(elapsed_s: float) -> None:
    """Before the tip-off and after the twentieth period there is no clock."""
    with pytest.raises(InvalidClock, match="0 to 7680 seconds"):
        GameClock.from_elapsed(elapsed_s)


def test_later_clocks_are_greater() -> None:
    """Clocks sort by the moment, though they count down."""
    clocks = [GameClock.parse(text) for text in ("OT1 5:00", "Q4 0:00", "Q1 0:00", "Q2 12:00", "Q1 12:00")]

    in_order = [str(clock) for clock in sorted(clocks)]

    assert in_order == ["Q1 12:00", "Q1 0:00", "Q2 12:00", "Q4 0:00", "OT1 5:00"]
    assert GameClock(1, 0) < GameClock(2, 720) <= GameClock(2, 720)


def test_clock_does_not_compare_with_other_things() -> None:
    """A clock is no number of seconds."""
    with pytest.raises(TypeError):
        assert GameClock(1, 0) < 720


@pytest.mark.parametrize(
    ("period", "name", "start_s", "length_s"),
    [(1, "Q1", 0, 720), (4, "Q4", 2160, 720), (5, "OT1", 2880, 300), (8, "OT4", 3780, 300), (20, "OT16", 7380, 300)],
)
def test_periods_have_a_name_a_start_and_a_length(period: int, name: str, start_s: int, length_s: int) -> None:
    """Four periods of twelve minutes, then overtimes of five."""
    assert (period_name(period), period_start_s(period), period_length_s(period)) == (name, start_s, length_s)


@pytest.mark.parametrize("period", [0, 21, -1, 1.0, True, "1", None])
@pytest.mark.parametrize("function", [period_name, period_start_s, period_length_s])
def test_no_other_periods_exist(function: object, period: object) -> None:
    """Twenty periods are more than any game had."""
    with pytest.raises(InvalidClock, match="whole number from 1 to 20"):
        function(period)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("moment", "elapsed_s"), [("Q3 4:12", 1908.0), (GameClock(5, 300.0), 2880.0), (61.5, 61.5), (0, 0.0)]
)
def test_elapsed_of_takes_clocks_texts_and_seconds(moment: GameClock | str | float, elapsed_s: float) -> None:
    """A moment of a game as people give it."""
    assert elapsed_of(moment) == elapsed_s


@pytest.mark.parametrize("moment", ["4:12", "soon", -1, float("nan"), 9999, None])
def test_elapsed_of_refuses_what_is_no_moment(moment: Any) -> None:
    """In words, before anything moves."""
    with pytest.raises(InvalidClock):
        elapsed_of(moment)
