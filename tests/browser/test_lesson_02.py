"""Lesson 02 as a class uses it: the naive seek's wrong score, the right one, and a reader that is moved by hand."""

import pytest
from lab import NotebookPage
from panels import controls, cut, health, overlapping, pause, points, wait_for_final, wait_for_points
from support import wait_until

from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.sources.bundled import load_game

NOTEBOOK = "02_follow_the_log.ipynb"
PLAYS = load_game("0021500277")
FIRST_REPLAY = len(PLAYS)
TOTAL = 97 + 95
# All that the page offers; each of them is used below.
REPLAY = {"kit-play", "kit-step", "kit-restart", "kit-speed", "kit-max"}
CONTROLS = REPLAY | {"kit-back", "kit-forward", "kit-seek-clock", "kit-live", "kit-stop"}
PANEL = ".kit-panel"
PARTS = (
    *(".kit-controls", ".kit-scoreboard", ".kit-health", ".kit-chart", ".kit-twin", "div.kit-end"),
    *(".kit-back", ".kit-forward", ".kit-seek-clock .slider-container", ".kit-seek-time", ".kit-live"),
    ".kit-seek-line",
)
SCROLLING_S = 90


@pytest.fixture
def live(notebook: NotebookPage) -> NotebookPage:
    """Lesson 02 after Run All, with points on the board."""
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.part(".kit-panel")
    wait_for_points(notebook)
    return notebook


@pytest.fixture
def final(live: NotebookPage) -> NotebookPage:
    """The whole second replay lies in the log, and is read."""
    live.click(".kit-max")
    wait_for_final(live, TOTAL)
    wait_until(lambda: health(live, "Committed lag") == "0", what="everything to be committed")
    return live


def output(page: NotebookPage, words: str) -> str:
    """The output that says this; cells far out of sight draw nothing, so scroll down until it is there."""
    scroller = page.page.locator(".jp-WindowedPanel-outer").first
    found = page.page.locator(".jp-OutputArea-output", has_text=words)
    page.take_hold()
    scroller.evaluate("panel => { panel.scrollTop = 0 }")
    seen: list[str] = []

    def is_found() -> bool:
        # What one look has found is kept: at the next one it may have scrolled out of sight.
        seen[:] = filter(None, found.all_inner_texts())
        if not seen:
            scroller.evaluate("panel => { panel.scrollTop += 150 }")
        return bool(seen)

    wait_until(is_found, what=f"an output that says {words!r}", timeout_s=SCROLLING_S)
    return " ".join("".join(seen).split())


def state_after(plays: int) -> GameState:
    """The game after its first plays."""
    tracker = GameTracker(home="MIA", away="OKC")
    for play in PLAYS[:plays]:
        tracker.apply(play)
    return tracker.state


def number(page: NotebookPage, figure: str) -> int:
    """A figure of the health line as a number."""
    return int(health(page, figure).replace(",", ""))


def handle_s(page: NotebookPage) -> int:
    """Where the game clock's handle stands, in seconds of play."""
    return int(float(page.page.locator(".kit-seek-clock .noUi-handle").get_attribute("aria-valuenow") or "nan"))


def plays_until(elapsed_s: float) -> int:
    """How many plays were told before the first one later than this."""
    return next((place for place, play in enumerate(PLAYS) if play.elapsed_s > elapsed_s), len(PLAYS))


def points_after(position: int) -> int:
    """Both teams' points when the second replay was read up to this offset."""
    state = state_after(position - FIRST_REPLAY)
    return state.home_score + state.away_score


def wait_for_place(page: NotebookPage, plays: int) -> None:
    """Wait until board and offsets show the second replay after so many plays."""
    state = state_after(plays)
    wait_until(lambda: points(page) == state.home_score + state.away_score, what=state.describe())
    wait_until(lambda: number(page, "Position") == FIRST_REPLAY + plays, what=f"the position after {plays} plays")


def wait_until_held(page: NotebookPage) -> None:
    """Wait until the reader stands still where it was asked to."""
    wait_until(lambda: "Held at" in page.text(".kit-seek-line"), what="the reader to hold")


def test_the_naive_seek_is_wrong_and_the_kits_is_right(live: NotebookPage) -> None:
    """Both scores stand in one cell; the kit's seek then finds the right one, and only the lag grows."""
    right = state_after(81).describe()

    naive, sought = output(live, "WRONG"), output(live, "same state as the list's")

    assert "'WRONG (naive seek)': \"OKC lead MIA 1-0, Q3 4:27" in naive
    assert f"'right (all plays)': '{right}'" in naive
    assert right.startswith("OKC lead MIA 68-67")
    assert right in sought
    assert "True" in sought
    assert "{'lag': 29, 'committed lag': 0}" in sought


def test_the_plain_reader_moves_record_by_record(live: NotebookPage) -> None:
    """Position and committed offset after each step, and where the next readers begin, as the text says."""
    assert "offset=0" in output(live, "ConsumerRecord(")
    assert output(live, "((1, None)") == "((1, None), (3, 3))"
    assert output(live, "(5, 3,") == "(5, 3, 110)"
    assert "'same group': 3, 'another group': 0" in output(live, "same group")
    assert "67-67" in output(live, "(79,")


def test_the_game_clock_is_dragged_back_and_live_returns(final: NotebookPage) -> None:
    """The board is that of a fresh replay to there; lag is end offset − position, nothing is uncommitted."""
    assert controls(final) == CONTROLS
    final.drag(".kit-seek-clock", 0.6)
    wait_until_held(final)
    wait_for_place(final, plays_until(handle_s(final)))

    assert abs(handle_s(final) - 0.6 * 2880) < 60
    assert number(final, "Lag") == number(final, "End offset") - number(final, "Position") > 0
    assert number(final, "Committed lag") == 0
    assert number(final, "Committed") == number(final, "End offset") == 2 * FIRST_REPLAY

    final.click(".kit-live")
    wait_for_place(final, len(PLAYS))
    wait_until(lambda: final.text(".kit-seek-line") == "Following the end of the log", what="to follow the log")


def test_keys_step_back_and_step_forward_are_single_moves(final: NotebookPage) -> None:
    """A step is a record; a key is a second of play."""
    final.click(".kit-back")
    wait_for_place(final, len(PLAYS) - 1)
    final.click(".kit-back")
    wait_for_place(final, len(PLAYS) - 2)
    assert number(final, "Lag") == 2

    final.click(".kit-forward")
    wait_for_place(final, len(PLAYS) - 1)
    assert number(final, "Lag") == 1

    final.press(".kit-seek-clock", "Home")
    wait_for_place(final, 0)
    final.press(".kit-seek-clock", "PageUp", times=9)
    wait_for_place(final, plays_until(45))


def test_a_held_reader_falls_behind_a_game_that_goes_on(live: NotebookPage) -> None:
    """Position and committed stand, the end offset moves, and both lags grow: the committed one by what is new."""
    live.click(".kit-back")
    wait_until_held(live)
    wait_until(lambda: points(live) == points_after(number(live, "Position")), what="board and position to agree")
    wait_until(lambda: number(live, "Committed") > number(live, "Position"), what="the committed offset")
    shown, position, committed = points(live), number(live, "Position"), number(live, "Committed")

    wait_until(lambda: number(live, "Committed lag") > 1, what="records that nobody has read")

    assert (points(live), number(live, "Position"), number(live, "Committed")) == (shown, position, committed)
    live.click(".kit-play")
    wait_until(lambda: health(live, "Producer") == "paused", what="the producer to pause")
    wait_until(lambda: number(live, "End offset") == FIRST_REPLAY + number(live, "Acknowledged"), what="the end offset")
    assert number(live, "Committed lag") == number(live, "End offset") - committed
    assert number(live, "Lag") == number(live, "End offset") - position > number(live, "Committed lag")


def test_a_marker_on_the_chart_leads_to_its_play(final: NotebookPage) -> None:
    """The third lead change: the board shows the score right after it, and the words say so too."""
    changes = [place for place, play in enumerate(state_after(len(PLAYS)).plays, start=1) if play.is_lead_change]
    marker = final.page.locator(".kit-chart path.dot").nth(2)
    final.part(".kit-chart")

    marker.click()

    wait_for_place(final, changes[2])
    wait_until(lambda: state_after(changes[2]).describe() in final.text(".kit-twin"), what="the same in words")


def test_pause_step_and_play_drive_the_producer(live: NotebookPage) -> None:
    """Paused nothing is written; a step is one record; Play goes on."""
    pause(live)
    sent, before = number(live, "Sent"), points(live)

    live.click(".kit-step")
    wait_for_points(live, more_than=before)
    wait_until(lambda: number(live, "Sent") == sent + 1, what="one more record")
    wait_until(lambda: number(live, "Position") == FIRST_REPLAY + sent + 1, what="the position to follow")

    live.click(".kit-play")
    wait_until(lambda: number(live, "Sent") > sent + 1, what="the game to go on")


def test_speed_and_restart(live: NotebookPage) -> None:
    """Faster by hand; a restart is a new replay behind the old one, and the seek slider means the new one."""
    live.drag(".kit-speed", 1.0)
    wait_until(lambda: "600×" in live.text(".kit-clock"), what="the clock to say 600×")
    wait_for_final(live, TOTAL)
    live.drag(".kit-speed", 0.6)

    live.click(".kit-restart")

    wait_until(lambda: 0 < points(live) < TOTAL / 2, what="the board to start over")
    live.click(".kit-play")
    wait_until(lambda: health(live, "Producer") == "paused", what="the producer to pause")
    wait_until(lambda: number(live, "Lag") == 0 and number(live, "End offset") > 2 * FIRST_REPLAY, what="to catch up")
    live.press(".kit-seek-clock", "Home")
    wait_until(lambda: points(live) == 0, what="the start of the new replay")
    wait_until(lambda: number(live, "Position") == 2 * FIRST_REPLAY, what="the new replay's first offset")

    live.click(".kit-restart")  # while the reader is held
    wait_until(lambda: points(live) > 0, what="a third replay, on the board without Live")
    assert "Held" not in live.text(".kit-seek-line")


def test_stop_ends_the_lesson(live: NotebookPage) -> None:
    """After Stop the line says so, without an error."""
    live.click(".kit-stop")

    wait_until(lambda: "Stopped" in live.text(".kit-end"), what="the end")
    assert health(live, "Producer") in ("stopped", "finished")


def test_screens_are_kept_for_the_eye(final: NotebookPage) -> None:
    """The held panel in both themes and sizes; seek controls and lags are in sight together, no label is cut."""
    final.press(".kit-seek-clock", "Home")
    final.press(".kit-seek-clock", "PageUp", times=5)
    wait_until(lambda: final.text(".kit-seek-time") == "Q1 11:35", what="a clock with many figures")
    check_layout(final)
    final.screenshot("lesson-02-wide-clock")
    final.drag(".kit-seek-clock", 0.66)
    wait_until_held(final)

    for width, height in ((1280, 720), (1440, 900)):
        final.page.set_viewport_size({"width": width, "height": height})
        for theme in ("dark", "light"):
            final.use_theme(theme)
            check_layout(final)
            final.screenshot(f"lesson-02-{theme}-{width}")
            panel = final.part(PANEL).bounding_box()
            assert panel is not None
            assert panel["x"] + panel["width"] <= width


def check_layout(page: NotebookPage) -> None:
    """No button and no label is cut, and no part stands on another one."""
    page.page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.part(".kit-seek")
    wait_until(lambda: cut(page.page, PANEL) == [], what="words to fit")
    wait_until(lambda: overlapping(page.page, PARTS, PANEL) == [], what="no overlap")
