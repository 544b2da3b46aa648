"""The group view as a class uses it: members come and go by button, one is slow, and strategies differ."""

import re
from pathlib import Path

import nbformat
import pytest
from independent import committed
from lab import Lab, NotebookPage
from panels.groups import PATIENCE_S, choose, columns, lags, wait_for_event, wait_for_members
from support import wait_until

NOTEBOOK = "groups.ipynb"
GROUP = "group-view"
CELLS = [
    """
from nbmomentum import load_game, studio
from nbmomentum.stream import GameProducer, GroupOfConsumers, new_topic, start_broker

broker = start_broker()
servers, topic = broker.bootstrap_servers, new_topic(broker.bootstrap_servers)
games = ("0021500051", "0021500177", "0021500277")
producers = [GameProducer(load_game(i), bootstrap_servers=servers, topic=topic, name=i).start() for i in games]
group = GroupOfConsumers(bootstrap_servers=servers, group_id="group-view", topic=topic).start()
""",
    """
panel = studio.group_view(broker, group)
panel
""",
    """
print(servers)
""",
]


@pytest.fixture
def panel(notebook: NotebookPage, lab: Lab) -> NotebookPage:
    """Three games at 60 times real time, a group of one member, and the view."""
    content = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    content.cells = [nbformat.v4.new_code_cell(source.strip()) for source in CELLS]
    nbformat.write(content, Path(lab.home) / "notebooks" / NOTEBOOK)
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.page.locator(".kit-member").first.wait_for(timeout=PATIENCE_S * 1000)
    notebook.part(".kit-group-controls")
    return notebook


@pytest.fixture
def servers(panel: NotebookPage) -> str:
    """Where the lab's broker listens, for a client of the test's own."""
    printed = panel.page.locator(".jp-OutputArea-output", has_text="127.0.0.1:").last
    return printed.inner_text().strip()


def picture(page: NotebookPage, name: str, width: int, height: int) -> None:
    """Keep a screenshot of the whole view at this size."""
    page.page.set_viewport_size({"width": width, "height": height})
    page.page.locator(".kit-group-controls").evaluate("view => view.scrollIntoView({block: 'start'})")
    page.screenshot(f"{name}-{width}")


def test_members_come_and_go_as_the_broker_says(panel: NotebookPage, servers: str) -> None:
    """An independent admin client agrees at each stage; a slow member's lag grows, and no other."""
    wait_for_members(panel, servers, GROUP, [3])
    panel.click(".kit-add-member")
    wait_for_members(panel, servers, GROUP, [1, 2])
    event = wait_for_event(panel, "consumer-2 joined")
    assert "partitions 0, 1 and 2 stopped" in event
    panel.click(".kit-add-member")
    three = wait_for_members(panel, servers, GROUP, [1, 1, 1])

    choose(panel, "Member", "consumer-2")
    panel.press(".kit-record-delay", "End")
    [slow] = three["consumer-2"]
    wait_until(lambda: panel.text(".kit-delay-text") == "5 s a record", what="the delay")
    wait_until(lambda: lags(panel, slow)["trend"] == "growing", what="a growing lag", timeout_s=PATIENCE_S)
    wait_until(lambda: int(lags(panel, slow)["committed"]) >= 8, what="a lag", timeout_s=PATIENCE_S)
    behind = {partition: int(lags(panel, partition)["committed"]) for partition in range(3)}
    assert max(behind, key=lambda partition: behind[partition]) == slow
    assert lags(panel, slow)["committed_clock"] not in ("–", "0:00")
    picture(panel, "groups-light", 1440, 900)
    picture(panel, "groups-light", 1280, 720)

    panel.click(".kit-add-member")
    wait_for_members(panel, servers, GROUP, [0, 1, 1, 1])
    assert "it waits" in panel.text(".kit-idle")
    panel.press(".kit-record-delay", "Home")
    wait_until(lambda: lags(panel, slow)["committed"] == "0", what="it catches up", timeout_s=PATIENCE_S)
    assert sum(saved.offset for saved in committed(servers, GROUP).values()) > 0


def test_lesson_ends_with_a_cooperative_group_at_work(notebook: NotebookPage) -> None:
    """The lesson's own view: three games run, a member leaves, and its partitions stop alone."""
    page = notebook.page
    notebook.open("05_many_games_many_consumers.ipynb")
    notebook.run_all()
    page.locator(".kit-member").first.wait_for(timeout=PATIENCE_S * 1000)
    notebook.part(".kit-group-controls")
    wait_until(
        lambda: sorted(sum(columns(notebook).values(), ())) == [0, 1, 2], what="two members", timeout_s=PATIENCE_S
    )
    before = columns(notebook)
    assert "embedded broker takes no commit" in notebook.text(".kit-strategy-words")

    choose(notebook, "Member", "consumer-1")
    notebook.click(".kit-remove-member")
    event = wait_for_event(notebook, "consumer-1 left")

    stopped = " and ".join(map(str, before["consumer-1"]))
    assert re.search(f"partitions? {stopped} stopped", event)
    wait_until(lambda: columns(notebook) == {"consumer-2": (0, 1, 2)}, what="one member", timeout_s=PATIENCE_S)
    assert notebook.text(".kit-group-words").startswith("consumer-2 owns partitions 0, 1 and 2.")
    notebook.use_dark_theme()
    picture(notebook, "groups-dark", 1440, 900)
    picture(notebook, "groups-dark", 1280, 720)
    assert page.locator(".kit-error").count() == 0
    notebook.click(".kit-stop")
    wait_until(lambda: "Stopped" in notebook.text(".kit-end"), what="the end", timeout_s=PATIENCE_S)
