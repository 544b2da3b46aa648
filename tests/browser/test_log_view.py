"""The log view on a page: records appear, flags move, a record is chosen by click and by keys, and a hold stands."""

import contextlib
from dataclasses import dataclass

import nbformat
import pytest
from independent import committed, end_offsets
from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata
from lab import Lab, NotebookPage
from support import random_name, wait_until

from nbmomentum.sources.bundled import load_game
from nbmomentum.stream.broker import broker_status

NOTEBOOK = "log_view.ipynb"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
PARTITION = 2  # of the game with the controls, 0021500277
PLAYS = load_game("0021500277")
OTHERS = [str(len(load_game(game))) for game in ("0021500051", "0021500177")]
CELLS = (
    """
from nbmomentum import load_game, studio, views
from nbmomentum.stream import BackgroundConsumer, GameProducer, ensure_topics, start_broker

broker = start_broker()
servers, topic = broker.bootstrap_servers, "TOPIC"
ensure_topics(servers, topic)
games = ["0021500277", "0021500051", "0021500177"]
producers = [GameProducer(load_game(game), bootstrap_servers=servers, topic=topic, name=game) for game in games]
for producer in producers[1:]:
    producer.set_speed(600)
consumer = BackgroundConsumer(bootstrap_servers=servers, topic=topic, group_id=topic)
for runner in (*producers, consumer):
    runner.start()
log = studio.log_view(broker, topic=topic, consumers=[consumer])
controls = views.ReplayControls(producers[0])
log.feed.connect(lambda: producers[0].status, controls)
seek = views.SeekControls(studio.seeking(producers[0], consumer))
log.feed.connect(studio.place_of(producers[0], consumer), seek)
log
""",
    "end = studio.end_of_lesson(*producers, consumer, log, broker)\nviews.live_panel(controls, seek, end)",
    "studio.wire_sheet(broker, topic=topic)",
)


@dataclass(frozen=True)
class Cell:
    """A record as it is drawn."""

    partition: int
    offset: int
    label: str
    left: float


def cells(page: NotebookPage, partition: int = PARTITION) -> list[Cell]:
    """The records of a partition in view, from the left; one look, for the picture is replaced ten times a second."""
    found = page.page.evaluate(
        """() => [...document.querySelectorAll('.kit-log-picture [data-at]')].map(
            (cell) => [cell.dataset.at, cell.querySelector('text').textContent, cell.getBoundingClientRect().left])"""
    )
    drawn = [Cell(*map(int, at.split(":")), label, left) for at, label, left in found]
    return [cell for cell in drawn if cell.partition == partition]


def newest(page: NotebookPage) -> int:
    """The offset of the last record in view; −1 for none."""
    return max((cell.offset for cell in cells(page)), default=-1)


def chosen(page: NotebookPage) -> str:
    """Partition and offset of the record with the frame, "2:57"; empty while there is none."""
    at = page.page.locator(".kit-log-picture .kit-selected").evaluate_all("them => them.map(one => one.dataset.at)")
    return str(at[0]) if at else ""


def flags(page: NotebookPage, kind: str) -> list[str]:
    """What the flags of this kind say."""
    return page.page.locator(f".kit-log-picture .{kind} text").all_text_contents()


def figures(page: NotebookPage) -> dict[int, dict[str, str]]:
    """The table below the picture: figures by column, for each partition; of several groups the last one."""
    head, *rows = page.page.evaluate(
        """() => [...document.querySelectorAll('.kit-log-words tr')].map(
            (row) => [...row.cells].map((cell) => cell.textContent))"""
    )
    return {int(row[0]): dict(zip(head, row, strict=True)) for row in rows}


@pytest.fixture
def live(notebook: NotebookPage, lab: Lab) -> NotebookPage:
    """The log view of three games at sixty times real time, one of them with controls."""
    name = random_name("log")  # the lab's broker keeps its topics and its groups
    sources = [source.replace("TOPIC", name) for source in CELLS]
    content = nbformat.v4.new_notebook(metadata=KERNEL, cells=[nbformat.v4.new_code_cell(each) for each in sources])
    nbformat.write(content, lab.home / "notebooks" / NOTEBOOK)
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.page.locator(".kit-log-view").first.wait_for(state="attached", timeout=120_000)
    notebook.part(".kit-log-view")
    wait_until(lambda: newest(notebook) >= 3, what="some records", timeout_s=60)
    return notebook


def pause(page: NotebookPage) -> None:
    """Let all games stand still: two have ended, one is paused, and everything is read and committed."""
    page.click(".kit-play")
    wait_until(lambda: "paused" in page.text(".kit-clock"), what="the pause")
    wait_until(lambda: end_of_the_others(page) == OTHERS, what="the end of the other games", timeout_s=60)
    wait_until(lambda: settled_lags(page) == {("0", "0")}, what="everything to be read and committed")


def end_of_the_others(page: NotebookPage) -> list[str]:
    """The end offsets of the partitions of the games without controls."""
    return [figures(page)[number]["End"] for number in (0, 1)]


def settled_lags(page: NotebookPage) -> set[tuple[str, str]]:
    """Both lags of all partitions."""
    return {(place["Lag"], place["Committed lag"]) for place in figures(page).values()}


def topic_of(page: NotebookPage) -> str:
    """The topic that is shown."""
    return page.text(".kit-log-state").removeprefix("The log ").split(",")[0]


def commit(servers: str, topic: str, group: str, offset: int) -> None:
    """Commit in the game's partition, as a program of somebody else's does."""
    with contextlib.closing(KafkaConsumer(bootstrap_servers=servers, group_id=group)) as client:
        client.commit({TopicPartition(topic, PARTITION): OffsetAndMetadata(offset, "", -1)})


def servers_of(lab: Lab) -> str:
    """Where the notebook's broker is."""
    status = broker_status(lab.home / "broker")
    assert status is not None
    return str(status["bootstrap_servers"])


def test_records_appear_and_flags_are_the_brokers_own_offsets(live: NotebookPage, lab: Lab) -> None:
    """Lag is end minus position, committed lag what an independent client computes; any group's commit is a flag."""
    first, before = newest(live), flags(live, "kit-position")
    wait_until(lambda: newest(live) > first + 2, what="more records")
    wait_until(lambda: flags(live, "kit-position") != before, what="the flags to move")

    pause(live)
    servers, topic = servers_of(lab), topic_of(live)
    ends, saved = end_offsets(servers, topic), committed(servers, topic)
    shown = figures(live)
    assert {number: int(place["End"]) for number, place in shown.items()} == ends
    assert {number: int(place["Committed"]) for number, place in shown.items()} == {
        n: c.offset for n, c in saved.items()
    }
    assert newest(live) == ends[PARTITION] - 1

    live.click(".kit-back")
    behind = f"{topic} {ends[PARTITION] - 1}"
    wait_until(lambda: behind in flags(live, "kit-position"), what="the position to step back")
    place = figures(live)[PARTITION]
    assert int(place["Lag"]) == int(place["End"]) - int(place["Position"]) == 1
    assert int(place["Committed lag"]) == ends[PARTITION] - committed(servers, topic)[PARTITION].offset

    commit(servers, topic, "audit", ends[PARTITION] - 3)
    wait_until(lambda: f"audit {ends[PARTITION] - 3}" in flags(live, "kit-committed"), what="the other group's flag")
    live.part(".kit-log-view")
    live.screenshot("log-view-groups")


def test_a_record_is_chosen_by_click_and_by_keys_and_the_view_holds(live: NotebookPage) -> None:
    """Frame, words and JSON of the record; nothing in view moves until Follow, and JupyterLab's cells do not move."""
    at = cells(live)[-2]
    live.page.locator(f"[data-at='{PARTITION}:{at.offset}']").click()
    wait_until(lambda: chosen(live) == f"{PARTITION}:{at.offset}", what="the frame")
    wait_until(lambda: '"game_id":"0021500277"' in live.text(".kit-record"), what="the raw JSON")
    assert PLAYS[at.offset].player in live.text(".kit-record .kit-play")
    assert "replay 1 of this game" in live.text(".kit-record .kit-play")
    held, active = cells(live), live.page.locator(".jp-Notebook .jp-Cell.jp-mod-active").count()

    live.page.keyboard.press("ArrowLeft")
    wait_until(lambda: chosen(live) == f"{PARTITION}:{at.offset - 1}", what="the record before")
    wait_until(lambda: PLAYS[at.offset - 1].player in live.text(".kit-record .kit-play"), what="its words")
    live.page.keyboard.press("ArrowUp")
    wait_until(lambda: chosen(live).startswith("1:"), what="a record of the partition above")
    live.page.keyboard.press("ArrowDown")
    wait_until(lambda: chosen(live).startswith("2:"), what="the partition below")
    wait_until(lambda: "newer" in live.text(".kit-log-state"), what="newer records to be counted")
    assert [cell.offset for cell in cells(live)] == [cell.offset for cell in held]
    assert live.page.locator(".jp-Notebook .jp-Cell.jp-mod-active").count() == active

    live.click(".kit-log-follow")
    wait_until(lambda: "following its end" in live.text(".kit-log-state"), what="the end to be followed")
    wait_until(lambda: newest(live) > held[-1].offset, what="newer records")
    assert chosen(live) == ""
    live.click(".kit-log-follow")
    wait_until(lambda: "held" in live.text(".kit-log-state"), what="the hold")
    still = newest(live)
    live.click(".kit-log-earlier")
    wait_until(lambda: chosen(live) != "", what="a record chosen by a button")
    assert newest(live) == still


def test_screens_are_kept_for_the_eye(live: NotebookPage, lab: Lab) -> None:
    """Two replays and three groups, and the wire sheet, in both themes and sizes; all of it fits the page."""
    live.click(".kit-restart")
    wait_until(lambda: any(cell.label[1:] == "2" for cell in cells(live)), what="a second replay")
    wait_until(lambda: newest(live) > 25, what="a full row", timeout_s=60)
    for group, back in (("audit", 5), ("a-group-with-a-long-name", 4), ("a-late-one", 20)):
        commit(servers_of(lab), topic_of(live), group, newest(live) - back)
    wait_until(lambda: any("a-late-one" in name for name in flags(live, "kit-committed")), what="the other groups")

    for theme in ("light", "dark"):
        live.menu("Settings", "Theme", f"JupyterLab {theme.title()}")
        live.page.locator(f"body[data-jp-theme-light='{str(theme == 'light').lower()}']").wait_for(state="attached")
        for width, height in ((1280, 720), (1440, 900)):
            live.page.set_viewport_size({"width": width, "height": height})
            live.part(".kit-log-state").evaluate("top => top.scrollIntoView()")
            live.screenshot(f"log-view-{theme}-{width}")
            box = live.page.locator(".kit-log-picture").bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= width
        live.click(".kit-log-later")
        wait_until(lambda: chosen(live) != "", what="a record")
        live.screenshot(f"log-view-{theme}-chosen")
        live.click(".kit-log-follow")
        sheet = live.part(".kit-wires").bounding_box()
        assert sheet is not None
        assert sheet["x"] + sheet["width"] <= 1440
        live.screenshot(f"wire-sheet-{theme}")
