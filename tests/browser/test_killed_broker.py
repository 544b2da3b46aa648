"""The embedded broker is ended by force in mid-game: the page says what was lost, and Restart makes up for it."""

import os
import re
import signal

import pytest
from independent import read_topic
from lab import Lab, NotebookPage
from panels import PLAYS, cut, health, wait_for_final, wait_for_points
from support import wait_until

from nbmomentum.events import ScoringEvent
from nbmomentum.stream import TOPIC
from nbmomentum.stream.broker import broker_status

NOTEBOOK = "dashboard.ipynb"
FINAL = 97 + 95
# What is saved is up to two seconds old: a kill right after a save may lose nothing, five in a row do not.
KILLS = 5
# The supervisor starts it again, and clients whose attempts fail wait longer each time.
RECOVERY_S = 120.0
LOST = re.compile(r"Records lost: (\d+)\. .* Press Restart: the game is played again, whole\.")


@pytest.fixture
def live(notebook: NotebookPage) -> NotebookPage:
    """The dashboard after Run All, at half its speed, with points on the board."""
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.page.locator(".kit-scoreboard").wait_for()
    notebook.press(".kit-speed", "ArrowLeft", times=4)
    wait_for_points(notebook)
    return notebook


def acknowledged(page: NotebookPage) -> int:
    """How many records the broker has confirmed, says the health line."""
    return int(health(page, "Acknowledged").replace(",", ""))


def trouble(page: NotebookPage) -> str:
    """What the health line says below its figures; empty while all is well."""
    return " ".join(page.page.locator(".kit-health span.kit-error").all_inner_texts())


def status(lab: Lab) -> dict[str, object]:
    """The status of the lab's broker, which runs."""
    found = broker_status(lab.home / "broker")
    assert found is not None
    return found


def kill_in_mid_game(page: NotebookPage, lab: Lab) -> None:
    """End the broker by force right after an acknowledgement, and wait until both clients are at work again."""
    before = acknowledged(page)
    wait_until(lambda: acknowledged(page) > before, what="an acknowledgement")
    pid, confirmed = int(str(status(lab)["broker_pid"])), acknowledged(page)

    os.kill(pid, signal.SIGKILL)

    wait_until(lambda: acknowledged(page) > confirmed, what="the producer to go on", timeout_s=RECOVERY_S)
    wait_until(lambda: health(page, "Consumer") == "live", what="the consumer to go on", timeout_s=RECOVERY_S)
    assert status(lab)["broker_pid"] != pid


def missing(lab: Lab) -> int:
    """How many plays of the newest replay are not in the log: what an independent client reads."""
    records = read_topic(str(status(lab)["bootstrap_servers"]), TOPIC)
    newest = max(dict(record.headers)["replay_id"] for record in records)
    kept = {ScoringEvent.from_json(r.value).event_id for r in records if dict(r.headers)["replay_id"] == newest}
    return len(PLAYS) - len(kept)


def test_killed_broker_says_what_it_lost_and_restart_plays_the_game_whole(live: NotebookPage, lab: Lab) -> None:
    """The game goes on by itself; as long as records are missing the line counts them; Restart, 97-95."""
    for _ in range(KILLS):
        kill_in_mid_game(live, lab)
        if LOST.search(trouble(live)):
            break
    live.click(".kit-max")
    wait_until(lambda: health(live, "Producer") == "finished", what="the end of the replay")
    wait_until(lambda: acknowledged(live) >= len(PLAYS), what="the last acknowledgement")
    wait_until(lambda: health(live, "Lag") == "0", what="everything to be read")

    told, gone = LOST.search(trouble(live)), missing(lab)
    assert bool(told) == bool(gone), f"{gone} plays are missing, and the line says {trouble(live)!r}"
    assert told, f"nothing was lost by {KILLS} kills, and nothing was said: there is nothing to make up for"
    assert int(told[1]) >= gone
    check_sentence(live)

    live.click(".kit-restart")  # at Max still: the new replay may be over before a look at the page
    wait_until(lambda: not LOST.search(trouble(live)), what="the loss to be made up for")
    wait_for_final(live, FINAL)
    wait_until(lambda: "figures equal the league" in live.text(".kit-badge"), what="the badge")
    assert missing(lab) == 0
    live.screenshot("killed-broker-restarted")


def check_sentence(page: NotebookPage) -> None:
    """It can be read on a small screen in both themes: whole, inside the panel, and nothing gives way to it."""
    for theme in ("dark", "light"):
        page.use_theme(theme)
        page.page.locator("#jupyterlab-splash").wait_for(state="detached")
        panel, said = page.page.locator(".kit-dashboard"), page.part(".kit-health span.kit-error")
        wait_until(lambda: cut(page.page) == [], what="words and parts to fit")
        outer, inner = panel.bounding_box(), said.bounding_box()
        assert outer is not None
        assert inner is not None
        assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
        assert inner["y"] + inner["height"] <= outer["y"] + outer["height"]
        page.screenshot(f"killed-broker-lost-{theme}")
