"""What a class sees without a scroll: the live panel stands at the top of the page, however its cell ran, and fits."""

import pytest
from lab import NotebookPage
from panels.places import tracks, unfit
from support import wait_until

# What of each panel is in sight as a whole, at every size.
IN_SIGHT = {
    "00_start_here": (".kit-controls", ".kit-scoreboard", ".kit-health"),
    "01_a_game_is_a_log": (".kit-controls", ".kit-scoreboard", ".kit-tabs"),
    "02_follow_the_log": (".kit-controls", ".kit-scoreboard", ".kit-seek", ".kit-chart"),
    "03_from_points_to_momentum": (".kit-controls", ".kit-scoreboard", ".kit-chart", ".kit-alerts"),
    "04_time_travel": (".kit-controls", ".kit-scoreboard", ".kit-clocks"),
    "05_many_games_many_consumers": (".kit-group-controls", ".kit-members"),
    "07_a_season_of_teams": (".kit-season", ".kit-tabs"),
    "08_follow_a_live_game": (".kit-tonight", ".kit-scoreboard", ".kit-chart"),
    "dashboard": (".kit-top", ".kit-left", ".kit-right", ".kit-bottom"),
}
# The file browser, which JupyterLab opens by itself, leaves a small window no room for two columns.
BESIDE_FILES = {
    ("03_from_points_to_momentum", 1024): (".kit-controls", ".kit-scoreboard", ".kit-chart"),
    ("dashboard", 1024): (".kit-play", ".kit-speed", ".kit-scoreboard", ".kit-left > .kit-chart"),
}
SIZES = ((1280, 720), (1920, 1080), (1024, 768))
# Of the last panel's parts: those that are not wholly within the notebook's page, with what is seen of them in percent.
HIDDEN = """names => {
  const page = document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
  const panel = [...document.querySelectorAll('.kit-panel:has(.kit-end), .kit-frame')].pop();
  if (!panel) return ['no panel'];
  return names.map(name => {
    const part = panel.querySelector(name);
    if (!part || !part.offsetHeight) return `${name}: not there`;
    const box = part.getBoundingClientRect();
    const seen = Math.min(box.bottom, page.bottom) - Math.max(box.top, page.top);
    return seen > box.height - 2 ? '' : `${name}: ${Math.round(100 * seen / box.height)} % of ${box.height} px`;
  }).filter(Boolean);
}"""
TRACK_PX = 120
TARGET_PX = 24
FILES = ".jp-SideBar .lm-TabBar-tab[data-id='filebrowser']"
LAST_CELL = ".jp-Notebook .jp-CodeCell >> nth=-1"


@pytest.mark.parametrize("name", IN_SIGHT)
def test_live_panel_is_in_sight(notebook: NotebookPage, name: str) -> None:
    """After Run All, and after Shift + Enter in its cell at each size; whoever scrolls away is left alone."""
    page = notebook.page
    notebook.open(f"{name}.ipynb")
    notebook.run_all()
    page.locator(".kit-panel .kit-end, .kit-frame").last.wait_for(state="attached")
    see(notebook, IN_SIGHT[name], "after Run All")

    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        run_last_cell(notebook)
        see(notebook, BESIDE_FILES.get((name, width), IN_SIGHT[name]), f"after Shift + Enter at {width} px")
        notebook.screenshot(f"first-{name}-{width}")
        drop_new_cell(notebook)
        fit(notebook, f"at {width} px")

    page.locator(FILES).click()
    page.locator("#filebrowser").wait_for(state="hidden")
    if name == "dashboard":
        run_last_cell(notebook)
        see(notebook, IN_SIGHT[name], "without the file browser")
    fit(notebook, "without the file browser")
    notebook.screenshot(f"first-{name}-alone")
    page.set_viewport_size({"width": 600, "height": 800})
    fit(notebook, "in half a window")
    notebook.screenshot(f"first-{name}-600")


def run_last_cell(notebook: NotebookPage) -> None:
    """Shift + Enter in the cell that shows the panel; JupyterLab adds a new cell below it."""
    notebook.page.locator(LAST_CELL).locator(".cm-content").click()
    notebook.page.keyboard.press("Shift+Enter")
    notebook.page.locator(".kit-panel .kit-end, .kit-frame").last.wait_for(state="attached")


def drop_new_cell(notebook: NotebookPage) -> None:
    """Delete it, by the keys for that."""
    for key in ("Escape", "d", "d"):
        notebook.page.keyboard.press(key)


def fit(notebook: NotebookPage, where: str) -> None:
    """Wait until nothing of the panel overlaps, is cut or beyond its edge, and every slider can be hit."""
    page = notebook.page
    wait_until(lambda: not unfit(page), what=f"the panel to fit {where}: {unfit(page)}")
    too_small = [track for track in tracks(page) if track[1] < TRACK_PX or track[2] < TARGET_PX]
    assert not too_small, where


def see(notebook: NotebookPage, parts: tuple[str, ...], when: str) -> None:
    """Wait until all of these is in sight."""
    wait_until(lambda: notebook.page.evaluate(HIDDEN, list(parts)) == [], what=f"the first screen {when}")
