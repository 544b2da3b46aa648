"""A saved and a simulated game from the dropdown, and their records as they lie in the log, on the page."""

import nbformat
import pytest
from kafka import KafkaProducer
from lab import Lab, NotebookPage
from support import wait_until

from nbmomentum.sources.bundled import load_game
from nbmomentum.sources.stored import save_game
from nbmomentum.stream.broker import broker_status

NOTEBOOK = "any_game.ipynb"
TOPIC = "any_game"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
CELLS = (
    "from nbmomentum import load_game, studio, views\n"
    "from nbmomentum.sources.catalogue import list_all_games\n"
    "from nbmomentum.stream import *\n"
    "broker = start_broker()\n"
    "servers = broker.bootstrap_servers\n"
    f"ensure_topics(servers, '{TOPIC}')\n"
    f"tail = LogTail(bootstrap_servers=servers, topic='{TOPIC}').start()\n"
    f"producer = GameProducer(load_game(), bootstrap_servers=servers, topic='{TOPIC}').start()\n"
    f"consumer = BackgroundConsumer(bootstrap_servers=servers, group_id='any', topic='{TOPIC}').start()",
    "feed = views.LiveFeed().start()\n"
    "board, log = views.Scoreboard(), views.LogTable()\n"
    "controls = views.ReplayControls(producer, games=list_all_games())\n"
    "feed.connect(studio.game_of(producer, consumer), board)\n"
    "feed.connect(lambda: producer.status, controls)\n"
    "feed.connect(studio.log_of(tail), log)\n"
    "end = studio.end_of_lesson(producer, consumer, tail, feed, broker)\n"
    "views.live_panel(controls, board, log, end)",
)


@pytest.fixture
def page(notebook: NotebookPage, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> NotebookPage:
    """A notebook that shows controls, board and log, beside a game that was saved."""
    monkeypatch.setenv("NBMOMENTUM_HOME", str(lab.home))
    save_game(load_game("0021500277")[:57], name="first-half")
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), lab.home / "notebooks" / NOTEBOOK)
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.part(".kit-log-row")
    return notebook


def newest_row(page: NotebookPage) -> str:
    """The last row of the log that holds a record."""
    rows = [row for row in page.page.locator(".kit-log-row").all_inner_texts() if row.strip()]
    return rows[-1] if rows else ""


def test_any_game_is_chosen_and_seen_in_the_log(page: NotebookPage) -> None:
    """The board takes the teams, the log the records; a saved game stays chosen though its records carry another id."""
    dropdown = page.page.locator(".kit-game select")
    dropdown.select_option(label="BOS @ HOU, 27 Oct 2100 - simulated: two overtimes")
    wait_until(lambda: "HOU" in page.text(".kit-scoreboard"), what="the simulated game's board")
    wait_until(lambda: "sim-7-0062" in newest_row(page), what="its records")
    page.screenshot("any-game-simulated")

    dropdown.select_option(label="OKC @ MIA, 3 Dec 2015 - saved as first-half, 57 plays")
    wait_until(lambda: "MIA" in page.text(".kit-scoreboard"), what="the saved game's board")
    wait_until(lambda: "0021500277" in newest_row(page), what="its records")
    page.click(".kit-max")
    wait_until(lambda: "Finished" in page.text(".kit-clock"), what="the end of the saved half")

    chosen = dropdown.evaluate("box => box.selectedOptions[0].label")
    assert " ".join(chosen.split()) == "OKC @ MIA, 3 Dec 2015 - saved as first-half, 57 plays"
    page.click(".kit-stop")
    wait_until(lambda: "no thread of this lesson is left" in page.text(".kit-end"), what="the end")


def test_a_record_of_a_megabyte_says_its_size(page: NotebookPage, lab: Lab) -> None:
    """Its row has the reason, its detail the first bytes and the size of all."""
    status = broker_status(lab.home / "broker")
    assert status is not None
    wait_until(lambda: "scores" in newest_row(page), what="a play")
    page.click(".kit-play")
    producer = KafkaProducer(bootstrap_servers=status["bootstrap_servers"])
    producer.send(TOPIC, b"\xff" * 1_000_000, key=b"noise").get(timeout=10)
    producer.close()

    wait_until(lambda: "not UTF-8" in newest_row(page), what="the record's row")
    page.page.locator(".kit-log-row", has_text="not UTF-8").first.click()
    wait_until(lambda: "1,000,000 bytes" in page.text(".kit-record"), what="its size")
    page.screenshot("any-game-noise")

    assert "bytes more" in page.text(".kit-record")
