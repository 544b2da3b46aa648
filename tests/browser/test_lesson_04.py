"""Lesson 04 as a class uses it: clocks that bend with a pause, a seek by each of them, a chart as a picture."""

import re
import shutil
import xml.etree.ElementTree as ElementTree

import pytest
from lab import SCREENSHOTS, Lab, NotebookPage
from support import wait_until

from nbmomentum.momentum import GameTracker
from nbmomentum.sources.bundled import load_game
from nbmomentum.views.clocks.drawing import AXES

NOTEBOOK = "04_time_travel.ipynb"
PLAYS = load_game("0021500277")
SLOW_S = 60


@pytest.fixture
def live(notebook: NotebookPage) -> NotebookPage:
    """Lesson 04 after Run All, its clocks in sight."""
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.part(".kit-panel .kit-clocks")
    wait_until(lambda: known(notebook) > 2, what="plays on the clocks", timeout_s=SLOW_S)
    return notebook


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


def test_a_pause_bends_the_lines_and_each_clock_seeks(live: NotebookPage) -> None:
    """A line a play over three axes; a wait in the replay shows between event and record time; three seeks."""
    live.click(".kit-controls .kit-play")
    wait_until(lambda: "paused" in live.text(".kit-clock"), what="the pause")
    before = known(live)
    live.click(".kit-controls .kit-step")
    wait_until(lambda: known(live) > before, what="a step")
    live.click(".kit-max")
    live.click(".kit-controls .kit-play")
    wait_for_known(live, len(PLAYS))

    drawn = lines(live)
    assert len(drawn) == len(PLAYS)
    assert all([y for _, y in line] == list(AXES.values()) for line in drawn)
    assert max(abs(line[0][0] - line[1][0]) for line in drawn) < 1  # event time is tip-off plus seconds of play
    assert max(map(lean, drawn)) > 20  # the replay was paused, then as fast as possible

    until_third = sum(play.elapsed_s <= 1908 for play in PLAYS)
    seek(live, "Game clock", "Q3 4:12")
    wait_for_known(live, until_third)
    dotted = live.page.locator(".kit-ahead-line").get_attribute("d") or ""
    assert dotted.count("M") == len(PLAYS) - until_third
    event_time = choose(live, "Event time")
    record_time = choose(live, "Record time")
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}", record_time)

    follow(live)
    seek(live, "Event time", event_time)
    wait_for_known(live, until_third)

    follow(live)
    seek(live, "Record time", record_time)
    wait_until(lambda: 0 < known(live) < len(PLAYS), what="the seek by record time", timeout_s=SLOW_S)
    assert known(live) <= until_third
    wait_for_known(live, known(live))
    assert "offsets_for_times" in live.text(".kit-clock-means")

    seek(live, "Record time", "half past eight")
    wait_until(lambda: "no time of a day" in live.text(".kit-clocks .kit-error"), what="the error in words")


def test_charts_are_saved_as_pictures_and_the_screens(live: NotebookPage, lab: Lab) -> None:
    """PNG and SVG lie in the kit's data folder and are what they say; the panel fits at both sizes and themes."""
    SCREENSHOTS.mkdir(exist_ok=True)
    for button, suffix in ((".kit-save-png", "png"), (".kit-save-svg", "svg")):
        live.click(button)
        wait_until(lambda suffix=suffix: f"score.{suffix}" in live.text(".kit-saved"), what=suffix, timeout_s=SLOW_S)  # type: ignore[misc]
        shutil.copy(lab.home / "data" / f"lesson-04-score.{suffix}", SCREENSHOTS)
    picture = (SCREENSHOTS / "lesson-04-score.png").read_bytes()
    drawing = ElementTree.fromstring((SCREENSHOTS / "lesson-04-score.svg").read_text())  # noqa: S314 (our own page's)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(picture) > 5_000
    assert drawing.tag.endswith("svg")
    assert len(drawing.findall(".//{http://www.w3.org/2000/svg}path")) > 5

    for theme in ("light", "dark"):
        for width, height in ((1280, 720), (1440, 900)):
            live.page.set_viewport_size({"width": width, "height": height})
            live.part(".kit-panel .kit-clocks")
            live.page.locator(".kit-which-clock").scroll_into_view_if_needed()
            live.screenshot(f"lesson-04-{theme}-{width}")
            panel = live.page.locator(".kit-clocks").bounding_box()
            assert panel is not None
            assert panel["x"] + panel["width"] <= width
        live.use_dark_theme()

    live.click(".kit-stop")
    wait_until(lambda: "Stopped" in live.text(".kit-end"), what="the end", timeout_s=SLOW_S)
