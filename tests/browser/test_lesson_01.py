"""Lesson 01 as a class uses it: a record sent by hand appears in the log, and the log moves under the game."""

import re
from dataclasses import dataclass

import pytest
from lab import NotebookPage
from panels import controls, open_tab
from panels.key import follow_a_key
from support import wait_until

from nbmomentum import GameClock, load_game

NOTEBOOK = "01_a_game_is_a_log.ipynb"
BY_HAND = 5  # records of the game that are sent before it is replayed
PLAYS = load_game("0021500277")
FIRST_SEND = 4  # the code cell that writes the first record
PANEL_ROWS = ".kit-panel .kit-log-row"
DETAIL = ".kit-panel .kit-record"
STATE = ".kit-panel .kit-log-state"
# All that the page offers; each of them is used below.
REPLAY = {"kit-game", "kit-play", "kit-step", "kit-restart", "kit-speed", "kit-max"}
TABS = {"Records", "Partitions"}
TABLE = {"kit-log-row", "kit-follow"}
PICTURE = {"kit-log-earlier", "kit-log-later", "kit-log-up", "kit-log-down", "kit-log-follow"}
PANEL = REPLAY | TABS | TABLE | PICTURE | {"kit-stop"}
KEY = ("kit-key-text", "kit-key-partitions")


@dataclass(frozen=True)
class Row:
    """A row of the log table, as it stands on the page."""

    partition: int
    offset: int
    key: str
    words: str


def rows(page: NotebookPage, selector: str = PANEL_ROWS) -> list[Row]:
    """The rows in view, without the empty ones."""
    texts = [text.replace("▸", " ").split(maxsplit=4) for text in page.page.locator(selector).all_inner_texts()]
    return [Row(int(text[0]), int(text[1]), text[2], text[4]) for text in texts if text]


def last(page: NotebookPage) -> Row:
    """The newest record on the page."""
    return rows(page)[-1]


def points(page: NotebookPage) -> int:
    """Both teams' points on the scoreboard."""
    return sum(int(text) for text in page.page.locator(".kit-score .kit-points").all_inner_texts())


def clock(page: NotebookPage) -> str:
    """The replay's game clock, "Q1 6:54"."""
    return page.text(".kit-clock").split(" at ")[0]


def pause(page: NotebookPage) -> None:
    """Press Pause and wait until every play before the replay clock is in the table, and the last one on the board."""
    assert page.text(".kit-play") == "Pause", "the game was over before it could be paused"
    page.click(".kit-play")
    wait_until(lambda: "paused" in page.text(".kit-clock"), what="the pause")
    paused_s = GameClock.parse(clock(page)).elapsed_s
    # The clock on the page is rounded to a second.
    first, most = (sum(play.elapsed_s <= paused_s + more_s for play in PLAYS) for more_s in (-1, 1))
    wait_until(lambda: first <= last(page).offset + 1 - BY_HAND <= most, what="the last play's row")
    wait_until(lambda: page.text(".kit-last") in last(page).words, what="board and log to agree")


@pytest.fixture
def live(notebook: NotebookPage) -> NotebookPage:
    """Lesson 01 after Run All, with plays of the game in its log."""
    notebook.open(NOTEBOOK)
    notebook.run_all()
    # A busy machine takes its time for fifteen cells.
    notebook.page.locator(".kit-panel .kit-scoreboard").first.wait_for(state="attached")
    notebook.part(".kit-panel .kit-scoreboard")
    wait_until(lambda: points(notebook) > 0, what="a first play on the board", timeout_s=60)
    return notebook


def run_next_code_cell(page: NotebookPage, number: int) -> None:
    """Shift+Enter until the next code cell, the lesson's n-th, has run."""
    active = page.page.locator(".jp-Notebook .jp-Cell.jp-mod-active")
    while not active.locator(".jp-InputPrompt", has_text="[").count():
        page.page.keyboard.press("Shift+Enter")
    page.page.keyboard.press("Shift+Enter")
    done = page.page.locator(".jp-CodeCell .jp-InputPrompt", has_text=f"[{number}]:")
    done.first.wait_for()


def test_a_record_sent_by_hand_appears_in_the_table(notebook: NotebookPage) -> None:
    """Cell by cell: the new topic is empty, and one `send` is one row at offset 0 of its partition."""
    notebook.open(NOTEBOOK)
    notebook.page.locator(".jp-Notebook .jp-Cell").first.click()
    for number in range(1, FIRST_SEND):
        run_next_code_cell(notebook, number)
    assert rows(notebook, ".kit-log-row") == []

    run_next_code_cell(notebook, FIRST_SEND)

    wait_until(lambda: rows(notebook, ".kit-log-row") != [], what="the record in the table")
    [row] = rows(notebook, ".kit-log-row")
    assert (row.partition, row.offset, row.key) == (2, 0, "0021500277")
    assert "Chris Bosh" in row.words


def test_the_lesson_shows_what_it_tells(live: NotebookPage) -> None:
    """Addresses in the outputs: the play sent twice, and three games that count for themselves."""
    texts = live.page.locator(".jp-OutputArea-output").all_text_contents()  # also of cells that are out of view
    outputs = [" ".join(text.split()) for text in texts]

    assert "(2, 1)" in outputs
    assert "[(0, 0), (1, 0), (2, 2), (0, 1), (1, 1), (2, 3), (0, 2), (1, 2), (2, 4)]" in outputs
    assert len([text for text in outputs if text.startswith("○ Not attempted")]) == 4


def test_rows_appear_while_the_score_moves(live: NotebookPage) -> None:
    """Board and log move together; offsets of the game's partition grow one by one."""
    first, score = last(live), points(live)

    wait_until(lambda: last(live).offset > first.offset and points(live) > score, what="a new row and more points")
    offsets = [row.offset for row in rows(live) if row.partition == first.partition]
    assert offsets == list(range(offsets[0], offsets[0] + len(offsets)))


def test_a_selected_row_is_shown_byte_by_byte(live: NotebookPage) -> None:
    """A click holds the table and shows key, headers and JSON; Follow the end gives it up again."""
    pause(live)
    wanted = last(live)  # of the game; the rows before may be of the three that were sent by hand

    live.page.locator(PANEL_ROWS).nth(len(rows(live)) - 1).click()

    wait_until(lambda: '{"game_id":"0021500277"' in live.text(DETAIL), what="the raw JSON")
    assert f"Offset {wanted.offset} " in live.text(DETAIL)
    assert "Header replay_id" in live.text(DETAIL)
    assert "held while you read" in live.text(STATE)
    live.click(".kit-panel .kit-follow")
    wait_until(lambda: "Select a record" in live.text(DETAIL), what="the selection to be given up")
    assert "following its end" in live.text(STATE)


def test_a_row_is_selected_by_keys(live: NotebookPage) -> None:
    """Enter on a focused row shows it, and holds the table while the game goes on."""
    row = live.page.locator(PANEL_ROWS).first

    row.press("Enter")

    wait_until(lambda: '"game_id"' in live.text(DETAIL), what="the raw JSON")
    held, score = rows(live), points(live)
    wait_until(lambda: points(live) > score, what="the game to go on")
    assert rows(live) == held
    wait_until(lambda: "newer" in live.text(STATE) and "none newer" not in live.text(STATE), what="newer records")


def test_one_step_is_one_row(live: NotebookPage) -> None:
    """Paused, a click on Step is one record more, and its play is on the board."""
    pause(live)
    live.click(".kit-step")  # behind whatever was still under way
    wait_until(lambda: f", {clock(live)}, " in last(live).words, what="the row of the first step")
    wait_until(lambda: live.text(".kit-last") in last(live).words, what="its play on the board")
    before, score = last(live), points(live)

    live.click(".kit-step")

    wait_until(lambda: last(live).offset == before.offset + 1, what="one more row")
    wait_until(lambda: points(live) > score, what="the play on the board")
    assert 1 <= points(live) - score <= 3
    assert f", {clock(live)}, " in last(live).words


def test_restart_writes_the_plays_again_behind_the_old_ones(live: NotebookPage) -> None:
    """The board begins anew; the log goes on, and the first play has a new offset."""
    pause(live)
    before, score = last(live), points(live)

    live.click(".kit-restart")

    wait_until(lambda: points(live) > 0 and last(live).offset > before.offset, what="the replay's first play")
    assert points(live) <= score + 3
    assert any("Chris Bosh" in row.words for row in rows(live) if row.offset > before.offset)


@pytest.mark.parametrize(("label", "partition"), [("DET @ CHI", 0), ("GSW @ LAC", 1)])
def test_another_game_lies_in_another_partition(live: NotebookPage, label: str, partition: int) -> None:
    """The partition follows from the game's key."""
    choice = live.page.get_by_label("Game", exact=True)
    option = choice.locator("option", has_text=label).first.inner_text()

    choice.select_option(label=option)

    wait_until(lambda: last(live).partition == partition, what=f"a row of partition {partition}")


def test_speed_and_max_reach_the_end_of_the_log(live: NotebookPage) -> None:
    """Faster by keys, then at once: all 110 plays lie behind the five records sent by hand."""
    before = live.text(".kit-speed-name")
    live.press(".kit-speed", "ArrowRight", times=3)
    wait_until(lambda: live.text(".kit-speed-name") != before, what="another speed")

    live.click(".kit-max")

    wait_until(lambda: points(live) == 97 + 95, what="the final")
    wait_until(lambda: last(live).offset == BY_HAND + len(PLAYS) - 1, what="the last play's row")


def test_stop_ends_the_lesson(live: NotebookPage) -> None:
    """After Stop the line says so."""
    live.click(".kit-stop")

    wait_until(lambda: "Stopped" in live.text(".kit-end"), what="the end")


def test_a_typed_key_is_followed_to_its_partition(live: NotebookPage) -> None:
    """Another game, another hash and partition; more partitions change the remainder alone."""
    live.part(".kit-key-view")
    assert live.page.locator(".kit-key-view :is(input, button, select)").count() == len(KEY)
    assert [live.page.locator(f".{name} input").count() for name in KEY] == [1, 1]
    follow_a_key(live)

    live.page.locator(".kit-key-view .kit-steps li").last.locator("code").scroll_into_view_if_needed()
    live.screenshot("lesson-01-key")
    live.page.locator(".kit-key-text input").fill("<b>ü</b>")
    wait_until(lambda: "9 bytes" in live.text(".kit-steps"), what="the bytes of markup")
    assert live.page.locator(".kit-steps small b").count() == 1


def test_the_partitions_are_a_picture(live: NotebookPage) -> None:
    """Behind the second tab: the games' letters, and the consumer's flags at the end of the game's partition."""
    pause(live)
    end = last(live).offset + 1
    assert controls(live) == PANEL

    open_tab(live, "Partitions")

    shown = live.page.locator(".kit-log-picture:visible")
    flags = shown.locator(".kit-position text")
    wait_until(lambda: re.fullmatch(rf"lesson_01_\w+ {end}", "".join(flags.all_text_contents()[-1:])), what="it")
    assert shown.locator("[data-at='2:0'], [data-at='0:0'], [data-at='1:0']").count() >= 2
    live.part(".kit-log-picture")
    live.screenshot("lesson-01-partitions")
    walk_through_the_picture(live)
    open_tab(live, "Records")
    assert last(live).offset == end - 1


def walk_through_the_picture(page: NotebookPage) -> None:
    """From the newest record of the first partition each button chooses the one beside; Follow gives it up."""
    for button, place in (("earlier", "0:2"), ("earlier", "0:1"), ("later", "0:2"), ("down", "1:2"), ("up", "0:2")):
        page.click(f".kit-log-{button}")
        page.page.locator(f".kit-log-picture .kit-selected[data-at='{place}']").wait_for()
    page.click(".kit-log-follow")
    page.page.locator(".kit-log-picture .kit-selected").wait_for(state="detached")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)], ids=["720p", "900p"])
def test_screens_are_kept_for_the_eye(live: NotebookPage, theme: str, size: tuple[int, int]) -> None:
    """A screenshot with a selected record, to be looked at; the panel fits the page's width."""
    live.page.set_viewport_size({"width": size[0], "height": size[1]})
    live.use_theme(theme)
    wait_until(lambda: len(rows(live)) >= 5, what="some rows")
    live.part(".kit-panel .kit-log")
    live.screenshot(f"lesson-01-{theme}-{size[0]}")
    live.page.locator(PANEL_ROWS).nth(2).click()
    wait_until(lambda: '"game_id"' in live.text(DETAIL), what="the raw JSON")

    live.part(DETAIL)
    live.screenshot(f"lesson-01-{theme}-{size[0]}-selected")

    panel = live.part(".kit-panel").bounding_box()
    assert panel is not None
    assert panel["x"] + panel["width"] <= size[0]


def test_the_glossary_opens_as_a_page(notebook: NotebookPage) -> None:
    """The recap's link shows the words as text, not as Markdown's source."""
    notebook.open(NOTEBOOK)
    notebook.page.keyboard.press("Control+End")

    notebook.part(".jp-MarkdownCell a[href*='GLOSSARY']").click()

    shown = notebook.page.locator(".jp-MarkdownViewer .jp-RenderedMarkdown")
    shown.locator("strong", has_text="acknowledged").first.wait_for()
    assert "**" not in shown.inner_text()
    notebook.screenshot("glossary")
