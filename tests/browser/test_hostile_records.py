"""Records that are no events, and a player whose name is markup: counted, shown as text, and the page goes on."""

import contextlib
import json

import msgspec
import pytest
from kafka import KafkaProducer
from lab import Lab, NotebookPage
from support import wait_until

from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import TOPIC
from nbmomentum.stream.broker import broker_status

NOTEBOOK = "03_from_points_to_momentum.ipynb"
GAME = "0021500277"
MARKUP = "<img src=x onerror=\"window.hacked='yes'\">"
NOISE = [b"\x00\xff" * 500_000, b"no json", b'{"points": 2}', b""]


@pytest.fixture
def paused(notebook: NotebookPage) -> NotebookPage:
    """Lesson 03, paused after some plays."""
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.part(".kit-scoreboard")
    wait_until(lambda: "scores" in notebook.text(".kit-last"), what="a first play")
    notebook.click(".kit-play")
    wait_until(lambda: "paused" in notebook.text(".kit-clock"), what="the pause")
    return notebook


def _replay_id(lab: Lab) -> str:
    """The replay of the lesson's game that was sent last, from the lab's logs; other notebooks have sent as well."""
    lines = [json.loads(line) for log in (lab.home / "logs").glob("*.jsonl") for line in log.read_text().splitlines()]
    return str(max(line["replay_id"] for line in lines if line["what"] == "sent" and line.get("game_id") == GAME))


def _send(lab: Lab, values: list[bytes]) -> None:
    """Write these values into the lesson's topic, as a program of somebody else's would."""
    status = broker_status(lab.home / "broker")
    assert status is not None
    headers = [("replay_id", _replay_id(lab).encode())]
    with contextlib.closing(KafkaProducer(bootstrap_servers=status["bootstrap_servers"])) as producer:
        for value in values:
            producer.send(TOPIC, key=GAME.encode(), value=value, headers=headers).get(timeout=10)


def test_bad_records_are_counted_and_the_game_goes_on(paused: NotebookPage, lab: Lab) -> None:
    """Each is one more dead letter on the health line, with the last reason; the next play is shown."""
    _send(lab, NOISE)

    invalid = paused.page.locator(".kit-health dt", has_text="Invalid").locator("xpath=../dd")
    wait_until(lambda: invalid.inner_text() == str(len(NOISE)), what="the dead letters to be counted")
    assert "Dead letter: The value is empty." in paused.text(".kit-health")
    shown = paused.text(".kit-last")
    paused.click(".kit-step")
    wait_until(lambda: paused.text(".kit-last") != shown, what="the next play")


def test_a_name_of_markup_is_shown_as_text(paused: NotebookPage, lab: Lab) -> None:
    """Scoreboard, chart, alerts and twin show the letters; the browser runs nothing."""
    last = load_game(GAME)[-1]
    hostile = msgspec.structs.replace(last, event_id="9999", order=9999, player=MARKUP)
    _send(lab, [hostile.to_json()])

    wait_until(lambda: MARKUP in paused.text(".kit-last"), what="the name on the scoreboard")

    assert paused.page.locator(".kit-panel img").count() == 0
    assert paused.page.evaluate("() => window.hacked") is None
