"""The three clocks as one picture: three parallel axes, and each play a line through all of them.

Game clock and event time stand still; record time is stretched between the first record and the newest one, so that
a replay of even speed gives upright lines, and a pause or another speed bends them.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from nbmomentum.clock import MAX_PERIOD, period_length_s, period_name, period_start_s
from nbmomentum.views.clocks.moments import Clock, Clocks, TimedPlay
from nbmomentum.views.style import text
from nbmomentum.views.teams import colours_for

WIDTH, HEIGHT = 1000, 228
LEFT, RIGHT = 128, 966
AXES = {Clock.GAME: 34, Clock.EVENT: 118, Clock.RECORD: 202}
NOTES = {
    Clock.GAME: "in the value",
    Clock.EVENT: "in the arena",
    Clock.RECORD: "in the log",
}
TICK_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
MAX_TICKS = 7
MIN_TICK_PX = 66

# From a play to its place on one axis; None where that clock is unknown.
Place = Callable[[TimedPlay], float | None]


def drawing_html(clocks: Clocks) -> str:
    """The picture as SVG, with its words for screen readers."""
    places = _places(clocks)
    axes = "".join(_axis_svg(clock, y) for clock, y in AXES.items())
    spoken = text(sentence(clocks))
    return (
        f'<svg class="kit-clocks-svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{spoken}">'
        f"{_lines_svg(clocks, places)}{axes}{_ticks_svg(clocks)}{_mark_svg(clocks, places)}</svg>"
    )


def sentence(clocks: Clocks) -> str:
    """The picture in words: how many plays, and the last known one on all three clocks."""
    last = clocks.last_known
    if last is None:
        return f"{len(clocks.plays)} plays lie in the log; none is known to the reader."
    readings = ", ".join(f"{clock.lower()} {last.reading(clock)}" for clock in Clock)
    return (
        f"{clocks.known} of {len(clocks.plays)} plays are known. The last one, {last.event.describe()}, "
        f"lies at offset {last.offset}: {readings}."
    )


def _places(clocks: Clocks) -> dict[Clock, Place]:
    record = _record_scale(clocks)
    event = _event_scale(clocks)
    return {
        Clock.GAME: lambda play: _game_x(play.event.elapsed_s, clocks.end_s),
        Clock.EVENT: lambda play: None if play.event_time is None else event(play.event_time),
        Clock.RECORD: lambda play: None if play.record_time is None else record(play.record_time),
    }


def _game_x(elapsed_s: float, end_s: float) -> float:
    return LEFT + (RIGHT - LEFT) * min(1.0, elapsed_s / end_s)


def _event_scale(clocks: Clocks) -> Callable[[datetime], float]:
    """From the tip-off, as far as one can tell, over at least the length of the game."""
    timed = [(play.event_time, play.event.elapsed_s) for play in clocks.plays if play.event_time]
    if not timed:
        return lambda _: LEFT
    first, elapsed_s = timed[0]
    start = first - timedelta(seconds=elapsed_s)
    length_s = max(clocks.end_s, max((time - start).total_seconds() for time, _ in timed))
    return lambda time: LEFT + (RIGHT - LEFT) * (time - start).total_seconds() / length_s


def _record_scale(clocks: Clocks) -> Callable[[datetime], float]:
    """The first record below its play, and the newest one below its own."""
    timed = [(play.record_time, play.event.elapsed_s) for play in clocks.plays if play.record_time]
    if not timed:
        return lambda _: LEFT
    (first, first_s), (last, last_s) = timed[0], max(timed)
    left, right = _game_x(first_s, clocks.end_s), _game_x(last_s, clocks.end_s)
    span_s = (last - first).total_seconds() or 1.0
    return lambda time: left + (right - left) * (time - first).total_seconds() / span_s


def _axis_svg(clock: Clock, y: float) -> str:
    return (
        f'<text class="kit-clock-name" x="0" y="{y - 2}">{clock}</text>'
        f'<text class="kit-clock-note" x="0" y="{y + 15}">{NOTES[clock]}</text>'
        f'<line class="kit-axis" x1="{LEFT}" x2="{RIGHT}" y1="{y}" y2="{y}"/>'
    )


def _ticks_svg(clocks: Clocks) -> str:
    periods = [
        number
        for number in range(1, MAX_PERIOD + 1)
        if period_start_s(number) + period_length_s(number) <= clocks.end_s
    ]
    game = [(_game_x(period_start_s(number), clocks.end_s), f"{period_name(number)}") for number in periods]
    event = _time_ticks([play.event_time for play in clocks.plays], _event_scale(clocks), "%H:%M")
    record = _time_ticks([play.record_time for play in clocks.plays], _record_scale(clocks), "%H:%M:%S")
    return (
        _tick_row(game, AXES[Clock.GAME]) + _tick_row(event, AXES[Clock.EVENT]) + _tick_row(record, AXES[Clock.RECORD])
    )


def _time_ticks(
    times: Iterable[datetime | None], place: Callable[[datetime], float], form: str
) -> list[tuple[float, str]]:
    """A few round times between the first and the last, in this computer's time zone."""
    known = [time for time in times if time is not None]
    if not known:
        return []
    first, span_s = min(known), (max(known) - min(known)).total_seconds()
    smallest_s = 60 if "%S" not in form else 1
    step_s = next((step for step in TICK_STEPS_S if step >= smallest_s and span_s / step <= MAX_TICKS), 14400)
    offset_s = (first.astimezone().utcoffset() or timedelta()).total_seconds()
    start_s = -(-(first.timestamp() + offset_s) // step_s) * step_s - offset_s
    moments = [datetime.fromtimestamp(start_s + step_s * number, UTC) for number in range(int(span_s // step_s) + 1)]
    ticks = [(place(moment), f"{moment.astimezone():{form}}") for moment in moments if moment <= max(known)]
    return _spaced(ticks)


def _spaced(ticks: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Those of the ticks that have room for their words."""
    kept: list[tuple[float, str]] = []
    for x, label in ticks:
        if not kept or x - kept[-1][0] >= MIN_TICK_PX:
            kept.append((x, label))
    return kept


def _tick_row(ticks: Sequence[tuple[float, str]], y: float) -> str:
    return "".join(_tick_svg(x, label, y) for x, label in ticks)


def _tick_svg(x: float, label: str, y: float) -> str:
    """A tick and its words, at its right where there is room for them."""
    anchor, shift = ("start", 4) if x < RIGHT - MIN_TICK_PX else ("end", -4)
    return (
        f'<line class="kit-tick" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 5}" y2="{y + 5}"/>'
        f'<text class="kit-tick-name" x="{x + shift:.1f}" y="{y + 17}" text-anchor="{anchor}">{text(label)}</text>'
    )


def _lines_svg(clocks: Clocks, places: dict[Clock, Place]) -> str:
    """One path a team and kind: the home team solid, the away team dashed, what is not known to the reader dotted."""
    if not clocks.plays:
        return ""
    event = clocks.plays[0].event
    colours = colours_for(event.home, event.away)
    known, ahead = clocks.plays[: clocks.known], clocks.plays[clocks.known :]
    home = _path([play for play in known if play.event.is_home], places)
    away = _path([play for play in known if not play.event.is_home], places)
    return (
        f'<path class="kit-play-line kit-ahead-line" d="{_path(ahead, places)}"/>'
        f'<path class="kit-play-line" stroke="{colours.away}" stroke-dasharray="5 3" d="{away}"/>'
        f'<path class="kit-play-line" stroke="{colours.home}" d="{home}"/>'
    )


def _path(plays: Sequence[TimedPlay], places: dict[Clock, Place]) -> str:
    return "".join(_line(play, places) for play in plays)


def _line(play: TimedPlay, places: dict[Clock, Place]) -> str:
    """A play from axis to axis; a clock that is unknown is passed by."""
    points = [(places[clock](play), y) for clock, y in AXES.items()]
    known = [f"{x:.1f} {y}" for x, y in points if x is not None]
    return f"M{known[0]}" + "".join(f"L{point}" for point in known[1:])


def _mark_svg(clocks: Clocks, places: dict[Clock, Place]) -> str:
    """The last play the reader knows: a thick line, a dot on each axis, and what the clocks showed."""
    last = clocks.last_known
    if last is None:
        return ""
    points = [(clock, places[clock](last), y) for clock, y in AXES.items()]
    parts = [_reading_svg(last.reading(clock), x, y) for clock, x, y in points if x is not None]
    return f'<path class="kit-mark-line" d="{_line(last, places)}"/>{"".join(parts)}'


def _reading_svg(reading: str, x: float, y: float) -> str:
    anchor = "start" if x < WIDTH / 2 else "end"
    shift = 9 if anchor == "start" else -9
    return (
        f'<circle class="kit-mark" cx="{x:.1f}" cy="{y}" r="5.5"/>'
        f'<text class="kit-reading" x="{x + shift:.1f}" y="{y - 9}" text-anchor="{anchor}">{text(reading)}</text>'
    )
