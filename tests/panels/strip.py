"""The pipeline strip on a page, in the words of a user: the token, its station, the offsets there, the buttons."""

import re

from lab import NotebookPage
from support import wait_until

from nbmomentum.studio.walking import code_of_stages
from nbmomentum.views import STATIONS

SLOW_S = 60


def button(page: NotebookPage, name: str) -> None:
    """Press a button by the name that a screen reader says, with the keyboard."""
    found = page.page.get_by_role("button", name=re.compile(f"{name}$"))
    found.focus()
    page.page.keyboard.press("Enter")


def station(page: NotebookPage) -> int:
    """The station, from 1, below the middle of the token; 0 if it stands before them."""
    token = page.page.locator(".kit-token").bounding_box()
    assert token is not None
    middle = token["x"] + token["width"] / 2
    boxes = [found.bounding_box() for found in page.page.locator(".kit-station").all()]
    places = [place for place, box in enumerate(boxes, start=1) if box and 0 <= middle - box["x"] <= box["width"]]
    return places[0] if places and "start" not in page.text(".kit-token") else 0


def offset(page: NotebookPage, name: str) -> str:
    """One of the offsets or lags."""
    found = page.page.locator(".kit-walk-offsets dt", has_text=re.compile(f"^{name}$"))
    return found.locator("xpath=../dd").inner_text()


def wait_for_station(page: NotebookPage, number: int, play: int) -> None:
    """Wait until the token of this play has come to this station."""
    wait_until(lambda: f"Play {play} of" in page.text(".kit-walk-line"), what=f"play {play}", timeout_s=SLOW_S)
    wait_until(lambda: station(page) == number, what=f"station {number}", timeout_s=SLOW_S)


def step(page: NotebookPage, number: int, play: int = 1) -> None:
    """Press Step stage, and wait until the token has come to this station."""
    button(page, "Step stage")
    wait_for_station(page, number, play)


def step_through_a_play(page: NotebookPage) -> None:
    """Seven steps with the keyboard: token, offsets, and the marked line, which is the one in the kit's own file."""
    seen = {}
    for number, (name, excerpt) in enumerate(zip(STATIONS, code_of_stages(), strict=True), start=1):
        step(page, number)

        assert f"{number} · {name}" in page.text(".kit-form-pane")
        assert excerpt.place in page.text(".kit-code-pane")
        assert excerpt.marked.split("(")[0] in page.text(".kit-line.kit-here")
        assert excerpt.place in page.text(".kit-pipeline p.kit-quiet >> nth=-1")
        seen[name] = tuple(offset(page, kind) for kind in ("End offset", "Position", "Committed", "Committed lag"))
        assert page.text(".kit-score .kit-home .kit-points") == ("1" if name == "Figure" else "0")

    assert seen["Partition"] == ("– → 1", "– → 0", "– → none", "– → 1")
    assert seen["Poll"] == ("1", "0 → 1", "none", "1")
    assert seen["Fold"] == ("1", "1", "none", "1")
    assert seen["Commit"] == ("1", "1", "none → 1", "1 → 0")


def look_back(page: NotebookPage) -> None:
    """A click on the third station shows the play as it was there, while the token stays at the end."""
    button(page, "Poll")
    wait_until(lambda: "3 · Poll" in page.text(".kit-form-pane"), what="the look back")
    assert '"player":"Chris Bosh"' in page.text(".kit-form-pane")
    assert offset(page, "Position") == "0 → 1"
    assert station(page) == len(STATIONS)
