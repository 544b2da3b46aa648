"""The log view on a page: records appear, flags move, a record is chosen by click and by keys, and a hold stands."""

import pytest
from brokers import servers_of
from lab import Lab, NotebookPage
from panels.log_picture import (
    cells,
    choose_records,
    chosen,
    commit,
    flags,
    newest,
    open_log_view,
    see_offsets_of_the_broker,
    topic_of,
)
from support import wait_until


@pytest.fixture
def live(notebook: NotebookPage, lab: Lab) -> NotebookPage:
    """The log view of three games at sixty times real time, one of them with controls."""
    open_log_view(notebook, lab)
    return notebook


def test_records_appear_and_flags_are_the_brokers_own_offsets(live: NotebookPage, lab: Lab) -> None:
    """Lag is end minus position, committed lag what an independent client computes; any group's commit is a flag."""
    see_offsets_of_the_broker(live, servers_of(lab.home / "broker"))


def test_a_record_is_chosen_by_click_and_by_keys_and_the_view_holds(live: NotebookPage) -> None:
    """Frame, words and JSON of the record; nothing in view moves until Follow, and JupyterLab's cells do not move."""
    choose_records(live)


def test_screens_are_kept_for_the_eye(live: NotebookPage, lab: Lab) -> None:
    """Two replays and three groups, and the wire sheet, in both themes and sizes; all of it fits the page."""
    live.click(".kit-restart")
    wait_until(lambda: any(cell.label[1:] == "2" for cell in cells(live)), what="a second replay")
    wait_until(lambda: newest(live) > 25, what="a full row", timeout_s=60)
    for group, back in (("audit", 5), ("a-group-with-a-long-name", 4), ("a-late-one", 20)):
        commit(servers_of(lab.home / "broker"), topic_of(live), group, newest(live) - back)
    wait_until(lambda: any("a-late-one" in name for name in flags(live, "kit-committed")), what="the other groups")

    for theme in ("light", "dark"):
        live.use_theme(theme)
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
