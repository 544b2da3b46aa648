"""Lesson 00 as a newcomer runs it: every cell in turn, and a game in fast motion at the end."""

from lab import NotebookPage
from support import wait_until

NOTEBOOK = "00_start_here.ipynb"


def test_run_all_ends_in_a_moving_score(notebook: NotebookPage) -> None:
    """The banner names the broker, the game reaches its final, and Stop ends the lesson."""
    notebook.open(NOTEBOOK)

    notebook.run_all()

    notebook.part(".kit-scoreboard")
    wait_until(lambda: notebook.text(".kit-clock") == "Finished", what="the game to end")
    assert [int(points) for points in notebook.page.locator(".kit-points").all_inner_texts()] == [95, 97]
    notebook.click(".kit-stop")
    wait_until(lambda: "Stopped" in notebook.text(".kit-end"), what="the lesson to end")


def test_the_banner_says_where_we_stand(notebook: NotebookPage) -> None:
    """The rung, its address on this machine, and what it cannot show."""
    notebook.open(NOTEBOOK)

    notebook.run_all()

    notebook.page.keyboard.press("Control+Home")
    notebook.part(".nbm-banner")
    banner = notebook.text(".nbm-banner")
    assert "Embedded broker" in banner
    assert "127.0.0.1:" in banner
    assert "cannot show replication" in banner
