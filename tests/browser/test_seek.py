"""Seek as a class uses it: slide the game clock, step, go live, and click the moments of the game."""

import re
from pathlib import Path

import nbformat
import pytest
from lab import Lab, NotebookPage
from support import wait_until

from nbmomentum.momentum import GameState, GameTracker, alerts, long_runs
from nbmomentum.sources.bundled import load_game

GAME = "0021500177"
NOTEBOOK = "seek.ipynb"
RUNS_FROM = 8
PANEL_TIMEOUT_MS = 120_000  # a new kernel on a busy machine
CELLS = [
    """
from nbmomentum import load_game, studio, views
from nbmomentum.stream import BackgroundConsumer, GameProducer, start_broker

broker = start_broker()
servers = broker.bootstrap_servers
consumer = BackgroundConsumer(bootstrap_servers=servers, group_id="seek")
producer = GameProducer(load_game("{game}"), bootstrap_servers=servers, speed={speed})
consumer.start(), producer.start()
""",
    """
seek = views.SeekControls(studio.seeking(producer, consumer))
board, chart = views.Scoreboard(), views.ScoreChart(on_moment=seek.go_to)
alerts = views.AlertFeed(on_moment=seek.go_to)
momentum = views.MomentumChart(alert_feed=alerts, on_moment=seek.go_to)
feed = views.LiveFeed()
feed.connect(studio.game_of(producer, consumer), board, chart, alerts, momentum)
feed.connect(studio.place_of(producer, consumer), seek).start()
""",
    """
end = studio.end_of_lesson(producer, consumer, feed, broker)
views.live_panel(board, seek, chart, alerts, momentum, end)
""",
]

PLAYS = load_game(GAME)


def state_after(plays: int) -> GameState:
    """The game after its first plays."""
    tracker = GameTracker(home=PLAYS[0].home, away=PLAYS[0].away)
    for play in PLAYS[:plays]:
        tracker.apply(play)
    return tracker.state


FINAL = state_after(len(PLAYS))


def plays_until(elapsed_s: float) -> int:
    """How many plays had been told when the first later one came."""
    return next((n for n, play in enumerate(PLAYS) if play.elapsed_s > elapsed_s), len(PLAYS))


def number_of(event_id: str) -> int:
    """How many plays there are up to this one."""
    return next(n for n, play in enumerate(PLAYS, start=1) if play.event_id == event_id)


def points(page: NotebookPage) -> tuple[int, ...]:
    """Away and home points on the scoreboard; none before it is drawn."""
    return tuple(map(int, page.page.locator(".kit-score .kit-points").all_inner_texts()))


def handle(page: NotebookPage) -> int:
    """Where the slider's handle stands, in seconds of play."""
    return int(float(page.page.locator(".kit-seek-clock .noUi-handle").get_attribute("aria-valuenow") or "nan"))


def markers(page: NotebookPage) -> int:
    """Lead-change markers in view."""
    dots = page.page.locator(".kit-chart path.dot")
    return sum(dots.nth(number).is_visible() for number in range(dots.count()))


def wait_for_board(page: NotebookPage, plays: int) -> None:
    """Wait until scoreboard, line and alerts show the game after so many plays."""
    state = state_after(plays)
    wait_until(lambda: points(page) == (state.away_score, state.home_score), what=f"{state.describe()}")
    behind = len(PLAYS) - plays
    said = f"· {behind} record{'' if behind == 1 else 's'} behind" if behind else "· at the end of the log"
    wait_until(lambda: said in page.text(".kit-seek-line"), what=said)
    shown = min(20, len(alerts(state.plays, run_threshold=RUNS_FROM)))
    wait_until(lambda: page.page.locator(".kit-alert:visible").count() == shown, what=f"{shown} alerts")


def wait_for_tooltip(page: NotebookPage, text: str | re.Pattern[str]) -> None:
    """Wait until a chart's tooltip says this."""
    page.page.locator(".tooltiptext:visible", has_text=text).first.wait_for()


def write_notebook(lab: Lab, speed: str) -> None:
    """Put the scratch notebook beside the lessons."""
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    sources = [cell.strip().replace("{game}", GAME).replace("{speed}", speed) for cell in CELLS]
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(notebook, Path(lab.home) / "notebooks" / NOTEBOOK)


@pytest.fixture
def final(notebook: NotebookPage, lab: Lab) -> NotebookPage:
    """A whole game in the log, and its final on the board."""
    write_notebook(lab, "float('inf')")
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.page.locator(".kit-scoreboard").wait_for(timeout=PANEL_TIMEOUT_MS)
    wait_until(lambda: points(notebook) == (FINAL.away_score, FINAL.home_score), what="the final", timeout_s=60)
    notebook.part(".kit-seek")
    return notebook


def test_the_slider_is_dragged_to_a_moment_and_live_comes_back(final: NotebookPage) -> None:
    """The board is that of a fresh replay to this point; Live leads to the final again."""
    assert final.text(".kit-seek-line") == "Following the end of the log"

    final.drag(".kit-seek-clock", 0.5)
    wait_until(lambda: "Held at" in final.text(".kit-seek-line"), what="the reader to hold")
    asked_s = handle(final)
    wait_for_board(final, plays_until(asked_s))
    clock = final.text(".kit-seek-time")

    assert abs(asked_s - 1440) < 30
    assert f"Held at {clock} ·" in final.text(".kit-seek-line")
    assert handle(final) == asked_s

    final.click(".kit-live")
    wait_until(lambda: points(final) == (FINAL.away_score, FINAL.home_score), what="the final")
    wait_until(lambda: final.text(".kit-seek-line") == "Following the end of the log", what="to follow the log")
    assert final.page.locator(".kit-live").is_disabled()


def test_keys_move_the_game_clock(final: NotebookPage) -> None:
    """An arrow is a second, a page key five; the slider says its game clock."""
    final.press(".kit-seek-clock", "Home")
    wait_for_board(final, 0)
    slider = final.page.locator(".kit-seek-clock .noUi-handle")

    final.press(".kit-seek-clock", "PageUp", times=20)
    final.press(".kit-seek-clock", "ArrowRight", times=3)

    wait_for_board(final, plays_until(103))
    assert handle(final) == 103
    wait_until(lambda: final.text(".kit-seek-time") == "Q1 10:17", what="the game clock beside the slider")
    assert slider.get_attribute("aria-label") == "Game clock"
    wait_until(lambda: slider.get_attribute("aria-valuetext") == "Q1 10:17", what="the clock for screen readers")


def test_step_back_and_forward(final: NotebookPage) -> None:
    """Each is one record; back and forward again is where one was."""
    last = len(PLAYS)

    final.click(".kit-back")
    wait_for_board(final, last - 1)
    final.click(".kit-back")
    wait_for_board(final, last - 2)
    assert handle(final) == -int(-PLAYS[-3].elapsed_s // 1)
    final.click(".kit-forward")
    wait_for_board(final, last - 1)
    final.click(".kit-forward")

    wait_for_board(final, last)


def test_an_alert_leads_to_its_play(final: NotebookPage) -> None:
    """By mouse and by keyboard, which goes from the newest down; the focus stays on the alert that was chosen."""
    newest_first = alerts(FINAL.plays, run_threshold=RUNS_FROM)[::-1]
    third, fifth = newest_first[2], newest_first[4]
    final.page.locator(".kit-alert", has_text=newest_first[0].text).focus()
    focused = []
    for _ in range(4):
        focused.append(final.page.evaluate("document.activeElement.textContent"))
        final.page.keyboard.press("Tab")
    assert focused == [alert.text for alert in newest_first[:4]]

    final.page.locator(".kit-alert", has_text=third.text).click()
    wait_for_board(final, number_of(third.play.event.event_id))
    assert third.play.event.player in final.text(".kit-last")

    final.page.locator(".kit-alert", has_text=fifth.text).focus()
    final.page.keyboard.press("Enter")
    wait_for_board(final, number_of(fifth.play.event.event_id))
    assert final.page.evaluate("document.activeElement.textContent") == fifth.text


def test_lead_changes_and_runs_on_the_charts_lead_to_their_plays(final: NotebookPage) -> None:
    """Tooltip and pointer say so; what came after the moment is gone until Live."""
    run = next(run for run in long_runs(FINAL.plays, threshold=RUNS_FROM) if not run.is_home)
    runs_before = sum(each.is_home for each in long_runs(FINAL.plays, threshold=RUNS_FROM))
    change = next(play for play in FINAL.plays if play.is_lead_change)
    spot = final.page.locator(".kit-momentum path.dot").nth(runs_before)
    final.part(".kit-momentum")

    spot.hover()
    wait_for_tooltip(final, f"{run.text}, until {run.last.event.game_clock}. Go to this moment.")
    final.screenshot("seek-run")
    spot.click()
    wait_for_board(final, number_of(run.last.event.event_id))

    final.part(".kit-chart")
    marker = final.page.locator(".kit-chart path.dot").first
    marker.hover()
    assert marker.evaluate("dot => getComputedStyle(dot).cursor") == "pointer"
    wait_for_tooltip(final, re.compile("take the lead .*Go to this moment"))
    marker.click()
    wait_for_board(final, number_of(change.event.event_id))
    wait_until(lambda: markers(final) == 1, what="the later markers to go")


def test_the_handle_stays_in_the_hand_while_the_game_goes_on(notebook: NotebookPage, lab: Lab) -> None:
    """A game under way moves the slider, but not the handle that is held; it is let go where it was dragged to."""
    write_notebook(lab, "60")
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.page.locator(".kit-scoreboard").wait_for(timeout=PANEL_TIMEOUT_MS)
    wait_until(lambda: handle(notebook) > 60, what="a minute of play", timeout_s=30)
    track = notebook.page.locator(".kit-seek-clock .noUi-base").bounding_box()
    assert track is not None
    notebook.part(".kit-seek-clock .noUi-handle").hover(force=True)
    notebook.page.mouse.down()
    notebook.page.mouse.move(track["x"] + 0.01 * track["width"], track["y"] + track["height"] / 2, steps=4)
    held_s, score = handle(notebook), points(notebook)

    wait_until(lambda: sum(points(notebook)) > sum(score) + 3, what="the game to go on")
    notebook.screenshot("seek-dragging")
    assert handle(notebook) == held_s
    notebook.page.mouse.up()

    wait_until(lambda: "Held at" in notebook.text(".kit-seek-line"), what="the reader to hold")
    wait_until(lambda: sum(points(notebook)) < sum(score), what="an earlier score")
    assert handle(notebook) == held_s


def test_screens_are_kept_for_the_eye(final: NotebookPage) -> None:
    """Screenshots of the panel in both themes and sizes, to be looked at; it fits the page's width."""
    final.press(".kit-threshold", "ArrowLeft", times=2)
    final.drag(".kit-seek-clock", 0.8)
    wait_until(lambda: "Held at" in final.text(".kit-seek-line"), what="the reader to hold")

    for theme in ("light", "dark"):
        for width, height in ((1280, 720), (1440, 900)):
            final.page.set_viewport_size({"width": width, "height": height})
            final.part(".kit-momentum")
            final.screenshot(f"seek-momentum-{theme}-{width}")
            final.part(".kit-scoreboard")
            final.page.locator(".kit-alert:visible").nth(1).hover()
            final.screenshot(f"seek-{theme}-{width}")
            panel = final.part(".kit-panel").bounding_box()
            assert panel is not None
            assert panel["x"] + panel["width"] <= width
        final.use_dark_theme()
