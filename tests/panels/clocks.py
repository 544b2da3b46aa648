"""The three clocks on a page, in the words of a user: plays as lines, a clock, a moment, Seek and Live."""

import re

from lab import NotebookPage
from support import wait_until

from nbmomentum.momentum import GameTracker
from nbmomentum.views.clocks.drawing import AXES
from panels.live import PLAYS

SLOW_S = 60


def known(page: NotebookPage) -> int:
    """How many plays the reader knows, as the words below the clocks say."""
    found = re.match(r"(\d+) of \d+ plays are known", page.text(".kit-clock-words"))
    return int(found[1]) if found else 0


def lines(page: NotebookPage) -> list[list[tuple[float, float]]]:
    """The plays' lines: from axis to axis, as points."""
    paths = page.page.locator(".kit-play-line").evaluate_all("paths => paths.map(path => path.getAttribute('d'))")
    texts = [line for path in paths for line in path.split("M") if line]
    return [[(float(x), float(y)) for x, y in (point.split() for point in line.split("L"))] for line in texts]


def lean(line: list[tuple[float, float]]) -> float:
    """How far a line is off the upright between event time and record time."""
    return abs(line[2][0] - line[1][0])


def score_after(plays: int) -> int:
    """Both teams' points after so many plays."""
    tracker = GameTracker(home="MIA", away="OKC")
    for play in PLAYS[:plays]:
        tracker.apply(play)
    return tracker.state.home_score + tracker.state.away_score


def board(page: NotebookPage) -> int:
    """The points on the panel's board; the walk above has a board of its own."""
    sides = page.page.locator(".kit-panel > .kit-scoreboard .kit-points")
    return sum(int(text) for text in sides.all_inner_texts()[-2:])


def choose(page: NotebookPage, clock: str) -> str:
    """Choose a clock; returns the last known play's time on it, which then stands in the field."""
    field, chosen = page.page.get_by_label("Moment"), page.page.get_by_label("Seek by")
    before = field.input_value()
    shown = chosen.evaluate("select => select.selectedOptions[0].textContent").replace("\xa0", " ")
    if shown != clock:
        chosen.select_option(label=clock)
        wait_until(lambda: field.input_value() != before, what=f"a time of the clock {clock}")
    return field.input_value()


def seek(page: NotebookPage, clock: str, moment: str) -> None:
    """Choose a clock, type a moment, press Seek."""
    choose(page, clock)
    page.page.get_by_label("Moment").fill(moment)
    page.click(".kit-clock-seek")


def wait_for_known(page: NotebookPage, plays: int) -> None:
    """Wait until clocks and board show the game after so many plays."""
    wait_until(lambda: known(page) == plays, what=f"{plays} plays on the clocks", timeout_s=SLOW_S)
    wait_until(lambda: board(page) == score_after(plays), what=f"{score_after(plays)} points", timeout_s=SLOW_S)


def follow(page: NotebookPage) -> None:
    """Press Live, and wait for the end of the game."""
    page.click(".kit-clock-live")
    wait_for_known(page, len(PLAYS))


def bend(page: NotebookPage) -> None:
    """Pause, step, then as fast as possible: the wait shows between event and record time, a line a play."""
    page.click(".kit-controls .kit-play")
    wait_until(lambda: "paused" in page.text(".kit-clock"), what="the pause")
    before = known(page)
    page.click(".kit-controls .kit-step")
    wait_until(lambda: known(page) > before, what="a step")
    page.click(".kit-max")
    page.click(".kit-controls .kit-play")
    wait_for_known(page, len(PLAYS))

    drawn = lines(page)
    assert len(drawn) == len(PLAYS)
    assert all([y for _, y in line] == list(AXES.values()) for line in drawn)
    assert max(abs(line[0][0] - line[1][0]) for line in drawn) < 1  # event time is tip-off plus seconds of play
    assert max(map(lean, drawn)) > 20  # the replay was paused, then as fast as possible


def seek_by_each_clock(page: NotebookPage) -> None:
    """Game clock, event time and record time lead to their plays, and the board follows; nonsense is told in words."""
    until_third = sum(play.elapsed_s <= 1908 for play in PLAYS)
    choose(page, "Game clock")
    field = page.page.get_by_label("Moment")
    field.fill("Q3 4:12")
    field.press("Enter")  # the other two seek by the button
    wait_for_known(page, until_third)
    dotted = page.page.locator(".kit-ahead-line").get_attribute("d") or ""
    assert dotted.count("M") == len(PLAYS) - until_third
    event_time = choose(page, "Event time")
    record_time = choose(page, "Record time")
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}", record_time)

    follow(page)
    seek(page, "Event time", event_time)
    wait_for_known(page, until_third)

    follow(page)
    seek(page, "Record time", record_time)
    wait_until(lambda: 0 < known(page) < len(PLAYS), what="the seek by record time", timeout_s=SLOW_S)
    assert known(page) <= until_third
    wait_for_known(page, known(page))
    assert "offsets_for_times" in page.text(".kit-clock-means")

    seek(page, "Record time", "half past eight")
    wait_until(lambda: "no time of a day" in page.text(".kit-clocks .kit-error"), what="the error in words")
