"""The picture of the log on a page, in the words of a user: records, the one that is chosen, flags, the table."""

import contextlib
from dataclasses import dataclass

import nbformat
from independent import committed, end_offsets
from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata
from lab import Lab, NotebookPage
from support import random_name, wait_until

from nbmomentum import load_game
from panels.live import PLAYS

NOTEBOOK = "log_view.ipynb"
PARTITION = 2  # of the game with the controls, 0021500277
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
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


def offsets(page: NotebookPage, column: str) -> dict[int, int]:
    """The offsets in a column of the table, by partition."""
    return {partition: int(place[column].replace(",", "")) for partition, place in figures(page).items()}


def settled_lags(page: NotebookPage) -> set[tuple[str, str]]:
    """Both lags of all partitions."""
    return {(place["Lag"], place["Committed lag"]) for place in figures(page).values()}


def topic_of(page: NotebookPage) -> str:
    """The topic that is shown."""
    return page.text(".kit-log-state").removeprefix("The log ").split(",")[0]


def open_log_view(page: NotebookPage, lab: Lab) -> None:
    """The log view of three games at sixty times real time, one of them with controls; beside it the wire sheet."""
    name = random_name("log")  # the lab's broker keeps its topics and its groups
    sources = [source.replace("TOPIC", name) for source in CELLS]
    content = nbformat.v4.new_notebook(metadata=KERNEL, cells=[nbformat.v4.new_code_cell(each) for each in sources])
    nbformat.write(content, lab.home / "notebooks" / NOTEBOOK)
    page.open(NOTEBOOK)
    page.run_all()
    page.page.locator(".kit-log-view").first.wait_for(state="attached", timeout=120_000)
    page.part(".kit-log-view")
    wait_until(lambda: newest(page) >= 3, what="some records", timeout_s=60)


def pause(page: NotebookPage) -> None:
    """Let all games stand still: two have ended, one is paused, and everything is read and committed."""
    page.click(".kit-play")
    wait_until(lambda: "paused" in page.text(".kit-clock"), what="the pause")
    wait_until(lambda: end_of_the_others(page) == OTHERS, what="the end of the other games", timeout_s=60)
    wait_until(lambda: settled_lags(page) == {("0", "0")}, what="everything to be read and committed")


def end_of_the_others(page: NotebookPage) -> list[str]:
    """The end offsets of the partitions of the games without controls."""
    return [figures(page)[number]["End"] for number in (0, 1)]


def commit(servers: str, topic: str, group: str, offset: int) -> None:
    """Commit in the game's partition, as a program of somebody else's does."""
    with contextlib.closing(KafkaConsumer(bootstrap_servers=servers, group_id=group)) as client:
        client.commit({TopicPartition(topic, PARTITION): OffsetAndMetadata(offset, "", -1)})


def see_offsets_of_the_broker(page: NotebookPage, servers: str, name: str = "log-view") -> None:
    """Records appear and flags move; then every flag and figure is what an independent client is told."""
    first, before = newest(page), flags(page, "kit-position")
    wait_until(lambda: newest(page) > first + 2, what="more records")
    wait_until(lambda: flags(page, "kit-position") != before, what="the flags to move")

    pause(page)
    topic = topic_of(page)
    ends, saved = end_offsets(servers, topic), committed(servers, topic)
    wait_until(lambda: offsets(page, "End") == ends, what="the broker's end offsets")
    wait_until(lambda: offsets(page, "Committed") == {n: each.offset for n, each in saved.items()}, what="its commits")
    assert newest(page) == ends[PARTITION] - 1

    page.click(".kit-back")
    behind = f"{topic} {ends[PARTITION] - 1}"
    wait_until(lambda: behind in flags(page, "kit-position"), what="the position to step back")
    place = figures(page)[PARTITION]
    assert int(place["Lag"]) == int(place["End"]) - int(place["Position"]) == 1
    assert int(place["Committed lag"]) == ends[PARTITION] - committed(servers, topic)[PARTITION].offset

    commit(servers, topic, "audit", ends[PARTITION] - 3)
    wait_until(lambda: f"audit {ends[PARTITION] - 3}" in flags(page, "kit-committed"), what="the other group's flag")
    page.part(".kit-log-view")
    page.screenshot(f"{name}-groups")


def choose_records(page: NotebookPage) -> None:
    """By a click and by arrow keys: frame, words and JSON; the view holds until Follow, and holds again by a button."""
    at = cells(page)[-2]
    page.page.locator(f"[data-at='{PARTITION}:{at.offset}']").click()
    wait_until(lambda: chosen(page) == f"{PARTITION}:{at.offset}", what="the frame")
    wait_until(lambda: '"game_id":"0021500277"' in page.text(".kit-record"), what="the raw JSON")
    assert PLAYS[at.offset].player in page.text(".kit-record .kit-play")
    assert "replay 1 of this game" in page.text(".kit-record .kit-play")
    held, active = cells(page), page.page.locator(".jp-Notebook .jp-Cell.jp-mod-active").count()

    page.page.keyboard.press("ArrowLeft")
    wait_until(lambda: chosen(page) == f"{PARTITION}:{at.offset - 1}", what="the record before")
    wait_until(lambda: PLAYS[at.offset - 1].player in page.text(".kit-record .kit-play"), what="its words")
    page.page.keyboard.press("ArrowUp")
    wait_until(lambda: chosen(page).startswith("1:"), what="a record of the partition above")
    page.page.keyboard.press("ArrowDown")
    wait_until(lambda: chosen(page).startswith("2:"), what="the partition below")
    wait_until(lambda: "newer" in page.text(".kit-log-state"), what="newer records to be counted")
    assert [cell.offset for cell in cells(page)] == [cell.offset for cell in held]
    assert page.page.locator(".jp-Notebook .jp-Cell.jp-mod-active").count() == active

    page.click(".kit-log-follow")
    wait_until(lambda: "following its end" in page.text(".kit-log-state"), what="the end to be followed")
    wait_until(lambda: newest(page) > held[-1].offset, what="newer records")
    assert chosen(page) == ""
    page.click(".kit-log-follow")
    wait_until(lambda: "held" in page.text(".kit-log-state"), what="the hold")
    still = newest(page)
    page.click(".kit-log-earlier")
    wait_until(lambda: chosen(page) != "", what="a record chosen by a button")
    assert newest(page) == still
