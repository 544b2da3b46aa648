"""Three games at sixty times real time, a group of six, log view and group view in sight: the page answers at once.

The browser itself says how long each interaction took, from the press to the picture that follows it (Event Timing).
It keeps silent about what took less than 16 ms.
"""

import json
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING

import nbformat
import pytest
from lab import SCREENSHOTS, Lab, NotebookPage
from support import random_name, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession

NOTEBOOK = "responsive.ipynb"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
SIZE = {"width": 1440, "height": 1650}  # both views are in sight and drawn
ROUNDS = 4
SHORTEST_MS = 16
MAX_MEDIAN_MS = 100
# Ten pictures a second are replaced, and the last ones are not collected yet.
MAX_MORE_NODES = 1000
MAX_MORE_LISTENERS = 20
# Both views in one cell: each time that a cell becomes the active one JupyterLab 4.6.6 makes a toolbar for it and keeps
# it until the cell is gone. Measured in a notebook without any widget: 810 listeners, 258 nodes and 0.1 MB each time.
CELL = """
import asyncio

from ipywidgets import VBox

from nbmomentum import load_game, studio
from nbmomentum.stream import GameProducer, GroupOfConsumers, new_topic, start_broker

broker = start_broker()
servers, topic = broker.bootstrap_servers, new_topic(broker.bootstrap_servers, "TOPIC")
games = ("0021500051", "0021500177", "0021500277")
producers = [GameProducer(load_game(i), bootstrap_servers=servers, topic=topic, name=i, speed=60) for i in games]
group = GroupOfConsumers(members=6, bootstrap_servers=servers, group_id="TOPIC", topic=topic)
for runner in (*producers, group):
    runner.start()

async def play_again():
    while True:
        await asyncio.sleep(0.5)
        for producer in producers:
            if producer.status.state == "finished":
                producer.restart()

playing = asyncio.ensure_future(play_again())
while len(group.members()) < 6:
    await asyncio.sleep(0.1)
log = studio.log_view(broker, topic=topic, consumers=list(group.members().values()))
panel = studio.group_view(broker, group)
VBox([log.widget, panel.widget])
"""
OBSERVE = """() => {
  window.kitEvents = [];
  const keep = (event) => event.interactionId && window.kitEvents.push({name: event.name,
    interaction: event.interactionId, start_ms: Math.round(event.startTime), duration_ms: event.duration});
  new PerformanceObserver((list) => list.getEntries().forEach(keep)).observe({type: 'event', durationThreshold: 16});
}"""
RECORD_AT = """(back) => {
  const cell = [...document.querySelectorAll('.kit-log-picture [data-at]')].at(-back).getBoundingClientRect();
  return [cell.x + cell.width / 2, cell.y + cell.height / 2]; }"""


@dataclass(frozen=True)
class Counts:
    """What the browser keeps for the page, after its garbage is collected."""

    nodes: int
    listeners: int


@pytest.fixture
def live(notebook: NotebookPage, lab: Lab) -> NotebookPage:
    """Both views at work, their rows full."""
    content = nbformat.v4.new_notebook(metadata=KERNEL)
    content.cells = [nbformat.v4.new_code_cell(CELL.replace("TOPIC", random_name("responsive")).strip())]
    nbformat.write(content, lab.home / "notebooks" / NOTEBOOK)
    notebook.page.set_viewport_size(SIZE)  # type: ignore[arg-type]
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.page.locator(".kit-group").wait_for(timeout=120_000)
    wait_until(lambda: notebook.page.locator(".kit-member[data-member]").count() == 6, what="six members", timeout_s=90)
    wait_until(lambda: notebook.page.locator(".kit-log-picture [data-at]").count() > 40, what="records", timeout_s=90)
    notebook.page.locator(".kit-log-picture .kit-position").first.wait_for()
    notebook.page.locator(".kit-log-view").evaluate("view => view.scrollIntoView()")
    notebook.page.get_by_label("Member", exact=True).select_option(label="consumer-1")
    return notebook


def chosen(page: NotebookPage) -> str:
    """Partition and offset of the record with the frame; empty while there is none."""
    at = page.page.locator(".kit-log-picture .kit-selected").evaluate_all("them => them.map(one => one.dataset.at)")
    return str(at[0]) if at else ""


def interact(page: NotebookPage) -> int:
    """Choose records by mouse, button and keys, follow the end again, slow a member down and not; how many that is."""
    page.page.mouse.click(*page.page.evaluate(RECORD_AT, 3))
    wait_until(lambda: chosen(page) != "", what="a record chosen by the mouse")
    first = chosen(page)
    page.click(".kit-log-earlier")
    wait_until(lambda: chosen(page) != first, what="the record before")
    page.page.locator(".kit-log-picture").focus()
    page.page.keyboard.press("ArrowRight")
    wait_until(lambda: chosen(page) == first, what="the record after it")
    page.page.keyboard.press("ArrowUp")
    wait_until(lambda: chosen(page) != first, what="one of the partition above")
    page.click(".kit-log-follow")
    wait_until(lambda: "following its end" in page.text(".kit-log-state"), what="the end to be followed")
    for key, words in (("ArrowRight", "0.5 s a record"), ("ArrowLeft", "as fast as it can")):
        page.press(".kit-record-delay", key)
        wait_until(lambda words=words: page.text(".kit-delay-text") == words, what=words)
    return 7


def counts(devtools: "CDPSession") -> Counts:
    """Nodes and listeners, those of elements that are no longer on the page and yet kept among them."""
    devtools.send("HeapProfiler.collectGarbage")
    found = devtools.send("Memory.getDOMCounters")
    return Counts(found["nodes"], found["jsEventListeners"])


def is_as_small_as(devtools: "CDPSession", before: Counts) -> bool:
    """Whether the page is as small as it was; what is kept for good never goes."""
    now = counts(devtools)
    return now.listeners - before.listeners <= MAX_MORE_LISTENERS and now.nodes - before.nodes <= MAX_MORE_NODES


def durations_ms(entries: list[dict[str, float]], count: int) -> list[float]:
    """How long each interaction took: its longest event; the browser names none of those shorter than 16 ms."""
    longest: dict[float, float] = {}
    for entry in entries:
        longest[entry["interaction"]] = max(entry["duration_ms"], longest.get(entry["interaction"], 0))
    return [SHORTEST_MS] * (count - len(longest)) + sorted(longest.values())


def test_interactions_are_quick_and_leave_nothing_behind(live: NotebookPage) -> None:
    """The median interaction takes less than 100 ms; after all of them the page has no more listeners than before."""
    devtools = live.page.context.new_cdp_session(live.page)
    interact(live)  # what is made once, at the first use
    before = min((counts(devtools) for _ in range(5)), key=lambda each: each.nodes)
    live.page.evaluate(OBSERVE)

    count = sum(interact(live) for _ in range(ROUNDS))

    entries = live.page.evaluate("window.kitEvents")
    took_ms = durations_ms(entries, count)
    SCREENSHOTS.mkdir(exist_ok=True)
    figures = {"interactions": count, "median_ms": median(took_ms), "worst_ms": max(took_ms)}
    written = {**figures, "before": asdict(before), "after": asdict(counts(devtools)), "entries": entries}
    (SCREENSHOTS / "responsive.json").write_text(json.dumps(written, indent=1), encoding="utf-8")
    assert median(took_ms) < MAX_MEDIAN_MS
    wait_until(lambda: is_as_small_as(devtools, before), what=f"no more than {before}: {counts(devtools)}")
