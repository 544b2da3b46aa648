"""The dashboard on a page: everything fits one screen, and every control does what it says."""

import base64
import re
import xml.etree.ElementTree as ElementTree

import pytest
from lab import SCREENSHOTS, Lab, NotebookPage
from panels import (
    PLAYS,
    are_figures_filled,
    controls,
    cut,
    health,
    open_tab,
    overlapping,
    points,
    wait_for_final,
    wait_for_points,
)
from scoring import fold
from support import wait_until

from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import long_runs
from nbmomentum.views import colours_for

NOTEBOOK = "dashboard.ipynb"
FINAL = 97 + 95
# All that the page offers; each of them is used below.
CONTROLS = {
    *("kit-game", "kit-play", "kit-step", "kit-restart", "kit-speed", "kit-max", "kit-next", "kit-crunch"),
    *("kit-back", "kit-forward", "kit-seek-clock", "kit-live", "kit-alert", "kit-log-row", "kit-follow"),
    *("kit-threshold", "kit-half-life", "kit-window-length", "kit-save-png", "kit-save-svg", "kit-stop"),
    *("Momentum", "Win probability", "Official", "Words"),
    *("kit-search-game", "kit-ask-league"),  # above the screen; the league is asked in test_game_search
}
STATE = fold(PLAYS)
AREA_OPACITY = 0.75  # of the margin, through which the paper shines
LOWEST_CHART_PX = 130  # its numbers and names still keep their distance
SVG = "{http://www.w3.org/2000/svg}"
# Of a PNG: width, height, the first pixel, and all colours as "red,green,blue".
PIXELS = """async (picture) => { const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const bytes = context.getImageData(0, 0, image.width, image.height).data, colours = new Set();
  for (let at = 0; at < bytes.length; at += 4) colours.add(bytes.slice(at, at + 3).join());
  return [image.width, image.height, [...bytes.slice(0, 3)], [...colours]]; }"""
# What the board, the line below it and the legend of the momentum say, in each frame of these milliseconds.
LOOKS_MS = 4000
LOOKS = """(length) => new Promise((done) => {
  const looks = [], end = performance.now() + length;
  const of = (name) => document.querySelector(name).textContent.trim();
  const look = () => {
    looks.push(['.kit-away .kit-points', '.kit-home .kit-points', '.kit-last', '.kit-momentum .kit-key b'].map(of));
    performance.now() < end ? requestAnimationFrame(look) : done(looks);
  };
  requestAnimationFrame(look);
})"""
# Three messages that come together may fall into two frames; before they did, a quarter of the looks were at odds.
MOST_AT_ODDS = 0.05
AREAS = (".kit-top", ".kit-left", ".kit-right", ".kit-bottom")
PARTS = (
    ".kit-scoreboard",
    ".kit-left > .kit-chart",
    ".kit-badged",
    ".kit-seek",
    ".kit-log",
    ".kit-alerts",
    ".kit-window",
    ".kit-stop",
    ".kit-max",
    ".kit-next",
    ".kit-crunch",
)


@pytest.fixture
def live(notebook: NotebookPage) -> NotebookPage:
    """The dashboard after Run All, with points on the board."""
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.page.locator(".kit-scoreboard").wait_for()
    wait_for_points(notebook)
    return notebook


def test_everything_fits_and_nothing_overlaps(live: NotebookPage) -> None:
    """Beside the file browser and without it all is in sight, no part stands on another one, no label is cut."""
    live.click(".kit-max")
    wait_for_final(live, FINAL)
    check_layout(live)
    live.screenshot("dashboard-lab-files")
    live.page.keyboard.press("Control+b")
    live.page.locator("#filebrowser").wait_for(state="hidden")

    for theme in ("dark", "light"):
        live.use_theme(theme)
        for width, height in ((1280, 720), (1440, 900)):
            live.page.set_viewport_size({"width": width, "height": height})
            check_layout(live)
            live.screenshot(f"dashboard-lab-{theme}-{width}")

    for width in (1000, 1280):  # smaller and larger again: no figure keeps the size it had
        live.page.set_viewport_size({"width": width, "height": 720})
        wait_until(lambda: are_figures_filled(live.page), what=f"figures that fit a page of {width} px")
    live.page.keyboard.press("Control+b")
    live.page.locator("#filebrowser").wait_for(state="visible")
    wait_until(lambda: are_figures_filled(live.page), what="figures that fit beside the file browser")


def check_layout(page: NotebookPage) -> None:
    """The whole panel fits between JupyterLab's bars, wherever it is wide enough for one row of controls or not."""
    page.page.locator(".kit-dashboard").evaluate("panel => panel.scrollIntoView({block: 'center'})")
    wait_until(lambda: cut(page.page) == [], what="words and parts to fit")
    wait_until(lambda: are_figures_filled(page.page), what="figures that fill their boxes")
    wait_until(lambda: (overlapping(page.page, AREAS), overlapping(page.page, PARTS)) == ([], []), what="no overlap")
    panel, stop, notebook = (
        page.page.locator(part).last.bounding_box()
        for part in (".kit-dashboard", ".kit-dashboard .kit-stop", ".jp-NotebookPanel-notebook:visible")
    )
    assert panel is not None
    assert stop is not None
    assert notebook is not None
    assert notebook["y"] <= panel["y"]
    assert panel["y"] + panel["height"] <= notebook["y"] + notebook["height"]
    assert panel["x"] + panel["width"] <= notebook["x"] + notebook["width"]
    assert stop["y"] + stop["height"] <= panel["y"] + panel["height"]
    charts = page.page.locator(".kit-left .bqplot:visible").all()
    assert min(chart.bounding_box()["height"] for chart in charts) >= LOWEST_CHART_PX  # type: ignore[index]


def test_crunch_time_and_next_moment_skip(live: NotebookPage) -> None:
    """The board is in the fourth period's last minutes; then a moment later; the log has every play."""
    live.click(".kit-play")
    live.click(".kit-crunch")

    wait_until(lambda: "Q4 5:" in live.text(".kit-when") or "Q4 6:" in live.text(".kit-when"), what="crunch time")
    before = points(live)
    live.click(".kit-next")

    wait_for_points(live, more_than=before)
    wait_until(lambda: health(live, "Lag") == "0", what="the consumer to catch up")
    assert points(live) > before


def test_max_ends_in_the_official_figures(live: NotebookPage) -> None:
    """The badge beside the tabs says so, and the tab has the figures; Restart begins anew, without the badge."""
    live.click(".kit-max")
    wait_for_final(live, FINAL)

    wait_until(lambda: "figures equal the league" in live.text(".kit-badge"), what="the badge")
    tab, badge = (live.page.locator(part).last.bounding_box() for part in (".kit-tabs [role=tab]", ".kit-verdict"))
    assert tab is not None
    assert badge is not None
    assert tab["x"] + tab["width"] <= badge["x"]  # neither stands on the other
    live.screenshot("dashboard-badge")
    open_tab(live, "Official")
    assert "97" in live.text(".kit-official")

    live.press(".kit-speed", "Home")
    live.click(".kit-restart")
    wait_until(lambda: points(live) < FINAL, what="a new replay")
    wait_until(lambda: live.page.locator(".kit-badge").inner_text().strip() == "", what="the badge to go")


def test_a_game_of_the_search_is_replayed_on_the_screen(live: NotebookPage) -> None:
    """A team narrows the list; a click on the game that is left begins it below."""
    live.part(".kit-search-words input").fill("clippers")
    found = live.page.locator(".kit-search-game:visible")
    wait_until(lambda: found.count() == 1, what="one game")
    found.click()

    wait_until(lambda: "LAC" in live.text(".kit-scoreboard"), what="the other game's board")
    wait_for_points(live)
    chosen = live.page.locator(".kit-game select")
    wait_until(
        lambda: "GSW @ LAC" in " ".join(chosen.evaluate("select => select.selectedOptions[0].text").split()),
        what="its name in the dropdown",
    )
    assert "replayed" in live.text(".kit-search-game")


def test_a_record_is_selected_and_followed_again(live: NotebookPage) -> None:
    """Its raw value stands below the rows; Follow the end gives it up."""
    wait_until(lambda: live.page.locator(".kit-log-row:enabled").count() > 0, what="a row")
    live.page.locator(".kit-log-row:enabled").first.click()

    wait_until(lambda: live.page.locator(".kit-json").count() == 1, what="the raw record")
    assert '"game_id":"0021500277"' in live.text(".kit-json")
    check_layout(live)
    live.screenshot("dashboard-lab-record")
    live.click(".kit-follow")
    wait_until(lambda: live.page.locator(".kit-json").count() == 0, what="the selection to go")


def test_the_sliders_of_the_drama(live: NotebookPage) -> None:
    """Runs from, half-life and window: list, line and headline follow."""
    live.click(".kit-max")
    wait_for_final(live, FINAL)
    wait_until(lambda: controls(live) == CONTROLS, what="every control, the first alert's too")
    runs = live.page.locator(".kit-alert-buttons .kit-alert-run:visible")
    line = live.page.locator(".kit-momentum g.curve path.line").last
    drawn, headline = line.get_attribute("d"), live.text(".kit-window-line")

    live.press(".kit-threshold", "ArrowLeft", times=4)
    live.press(".kit-half-life", "End")
    live.press(".kit-window-length", "End")

    wait_until(lambda: runs.count() > 0, what="runs in the list")
    wait_until(lambda: line.get_attribute("d") != drawn, what="another momentum line")
    wait_until(lambda: live.text(".kit-window-line") != headline, what="another window")


def test_all_figures_show_one_moment(live: NotebookPage) -> None:
    """Frame by frame at full speed: the margin is that of the board, and the last play that of the score."""
    live.press(".kit-speed", "End")

    looks = live.page.evaluate(LOOKS, LOOKS_MS)

    moments = {tuple(look) for look in looks}
    assert len(moments) > 10, "a game that moves"
    at_odds = [look for look in looks if not is_one_moment(*look)]
    assert len(at_odds) <= len(looks) * MOST_AT_ODDS, at_odds


def is_one_moment(away: str, home: str, last: str, margin: str) -> bool:
    """Whether these texts tell of the same play."""
    lead = int(home) - int(away)
    leader = ("MIA by " if lead > 0 else "OKC by ") + str(abs(lead)) if lead else "level"
    plays = [play for play in PLAYS if (play.home_score, play.away_score) == (int(home), int(away))]
    return margin == leader and last in (
        f"{play.player} ({play.team}) scores {play.points}, {play.game_clock}" for play in plays
    )


def test_back_forward_a_moment_and_live(live: NotebookPage) -> None:
    """Each moves the reader of the log, never the log."""
    live.click(".kit-max")
    wait_for_final(live, FINAL)
    wait_until(lambda: health(live, "Sent") == str(len(PLAYS)), what="the health line to say so")

    live.click(".kit-back")
    wait_until(lambda: points(live) < FINAL, what="a step back")
    live.click(".kit-forward")
    wait_for_final(live, FINAL)
    live.page.locator(".kit-alert:visible").nth(2).click()
    wait_until(lambda: "Held at" in live.text(".kit-seek-line"), what="the moment")
    live.press(".kit-seek-clock", "Home")
    wait_until(lambda: points(live) == 0, what="tip-off")
    live.click(".kit-live")

    wait_for_final(live, FINAL)
    assert health(live, "Sent") == str(len(PLAYS))


def points_up_to(last: ScoringEvent) -> int:
    """Both teams' points right after this play."""
    return sum(play.points for play in PLAYS[: PLAYS.index(last) + 1])


def test_a_lead_change_and_a_run_on_the_charts_lead_to_their_plays(live: NotebookPage) -> None:
    """The newest marker is the last lead change, the newest spot the end of a run; Live leads back."""
    live.click(".kit-max")
    wait_for_final(live, FINAL)
    live.press(".kit-threshold", "ArrowLeft", times=2)
    change = max(place for place, play in enumerate(STATE.plays, start=1) if play.is_lead_change)
    ends = {points_up_to(run.last.event) for run in long_runs(STATE.plays, threshold=6)}
    spots = live.page.locator(".kit-momentum path.dot")

    live.page.locator(".kit-left > .kit-chart path.dot").last.click()
    wait_until(lambda: points(live) == points_up_to(PLAYS[change - 1]), what="the last lead change")
    live.click(".kit-live")
    wait_for_final(live, FINAL)
    wait_until(lambda: spots.last.is_visible(), what="the runs")
    spots.last.click()

    wait_until(lambda: points(live) in ends, what="the end of a run")
    live.click(".kit-live")
    wait_for_final(live, FINAL)


def test_play_step_speed_and_another_game(live: NotebookPage) -> None:
    """The row of controls."""
    live.click(".kit-play")
    wait_until(lambda: health(live, "Producer") == "paused", what="the pause")
    wait_until(lambda: health(live, "Lag") == "0", what="the consumer to catch up")
    sent = int(health(live, "Sent"))
    live.click(".kit-step")
    wait_until(lambda: int(health(live, "Sent")) == sent + 1, what="one more play")
    live.press(".kit-speed", "End")
    wait_until(lambda: live.text(".kit-speed-name") == "600×", what="600×")

    live.page.get_by_label("Game", exact=True).select_option(label="DET @ CHI, 18 Dec 2015 - four overtimes")
    wait_until(lambda: "CHI" in live.text(".kit-score"), what="the other teams")


def test_every_tab_has_a_figure(live: NotebookPage) -> None:
    """Momentum, win probability, the official figures and the words."""
    for tab, sign in (
        ("Win probability", ".kit-win svg"),
        ("Words", ".kit-twin table"),
        ("Momentum", ".kit-momentum svg"),
    ):
        open_tab(live, tab)
        live.page.locator(sign).first.wait_for(state="visible")


def saved(page: NotebookPage, lab: Lab, chart: str, name: str) -> tuple[bytes, ElementTree.Element]:
    """The picture and the drawing that a chart's two buttons write."""
    files = [lab.home / "data" / f"{name}.{form}" for form in ("png", "svg")]
    for file in files:
        file.unlink(missing_ok=True)
        page.click(f"{chart} .kit-save{file.suffix.replace('.', '-')}")
        wait_until(file.exists, what=file.name)
        wait_until(lambda file=file: file.name in page.text(f"{chart} .kit-saved"), what="the line to say so")  # type: ignore[misc]
    return files[0].read_bytes(), ElementTree.fromstring(files[1].read_text())  # noqa: S314 (our own page's)


def test_charts_are_saved_as_they_look(live: NotebookPage, lab: Lab) -> None:
    """Their size on the screen, the theme's paper, both teams' colours, a marker for each lead change."""
    live.click(".kit-max")
    wait_for_final(live, FINAL)
    SCREENSHOTS.mkdir(exist_ok=True)
    live.page.get_by_role("button", name="Save score as PNG").wait_for()

    for theme in ("dark", "light"):
        live.use_theme(theme)
        for chart, name in ((".kit-left > .kit-chart", "score"), (".kit-momentum", "momentum")):
            picture, drawing = saved(live, lab, chart, name)
            (SCREENSHOTS / f"saved-{name}-{theme}.png").write_bytes(picture)
            box = live.page.locator(f"{chart} .bqplot").bounding_box()
            width, height, paper, colours = live.page.evaluate(PIXELS, base64.b64encode(picture).decode())

            assert box is not None
            assert max(abs(width - box["width"]), abs(height - box["height"])) < 1
            assert [int(float(drawing.attrib[side])) for side in ("width", "height")] == [width, height]
            assert sum(paper) < 3 * 64 if theme == "dark" else sum(paper) > 3 * 192
            assert f"rgb({', '.join(map(str, paper))})" in (drawing.get("style") or "")
            assert re.search(r"--jp-border-color1: *[#r]", "".join(drawing.itertext()))
            opacity = 1.0 if name == "score" else AREA_OPACITY
            assert all(is_seen(team, colours, paper, opacity) for team in colours_of_teams())
            marks = drawing.findall(f".//{SVG}path[@class='dot element']")
            assert len(marks) == STATE.lead_changes if name == "score" else drawing.findall(f".//{SVG}path") != []


def colours_of_teams() -> list[bytes]:
    """Of the game on the screen, home first: red, green, blue."""
    colours = colours_for("MIA", "OKC")
    return [bytes.fromhex(code[1:]) for code in (colours.home, colours.away)]


def is_seen(colour: bytes, colours: list[str], paper: list[int], opacity: float) -> bool:
    """Whether a picture has a pixel of this colour over this paper, as a browser rounds it."""
    wanted = [opacity * byte + (1 - opacity) * below for byte, below in zip(colour, paper, strict=True)]
    pixels = ([int(byte) for byte in text.split(",")] for text in colours)
    return any(max(abs(one - other) for one, other in zip(pixel, wanted, strict=True)) < 2 for pixel in pixels)


def test_stop_ends_all(live: NotebookPage) -> None:
    """One click; the line says so."""
    live.click(".kit-stop")

    wait_until(lambda: "Stopped" in live.text(".kit-end"), what="the end")
    assert health(live, "Producer") in ("stopped", "finished")
