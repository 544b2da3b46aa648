"""The log under the chart: rows, pages, the selected record, and what comes from outside."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets import Widget

from nbmomentum.views import LoggedRecord, LogTable
from nbmomentum.views.log_view import MAX_SHOWN_BYTES, row_text, turned

START = datetime(2026, 10, 3, 18, 30, 5, 123_000, tzinfo=UTC)


def record(offset: int) -> LoggedRecord:
    """One record a second, in partition 2."""
    return LoggedRecord(
        partition=2,
        offset=offset,
        key="0021500277",
        time=START + timedelta(seconds=offset),
        headers=(("replay_id", b"9f21"), ("source", b"bundled")),
        value=f'{{"order":{offset},"player":"Chris Bosh"}}'.encode(),
        words=f"Chris Bosh (MIA) scores {offset}",
    )


RECORDS = tuple(map(record, range(200)))
FIRST = RECORDS[0]


def used(table: LogTable) -> list[Widget]:
    """The rows that hold a record."""
    return [button for button in table.buttons if not button.disabled]


def offsets(table: LogTable) -> list[str]:
    """The offsets in view as text, from the top."""
    return [button.description[13:20].strip() for button in used(table)]


def test_a_row_holds_where_the_record_lies_and_what_it_says() -> None:
    """Partition, offset, key, record time and words, in columns."""
    table = LogTable()

    table.show(RECORDS[57:58])

    assert used(table)[0].description.split(maxsplit=4) == [
        "2",
        "57",
        "0021500277",
        "18:31:02.123",
        "Chris Bosh (MIA) scores 57",
    ]


def test_a_narrow_row_holds_partition_offset_and_event() -> None:
    """Key and record time stand in its tooltip."""
    table = LogTable(is_narrow=True)

    table.show(RECORDS[57:58])

    row = used(table)[0]
    assert row.description.split(maxsplit=2) == ["2", "57", "Chris Bosh (MIA) scores 57"]
    assert row.tooltip == "2 57 0021500277 18:31:02.123 Chris Bosh (MIA) scores 57"


def test_records_of_two_replays_in_sight_say_which_is_theirs() -> None:
    """Only where one game has two; another game's records stay as they are."""
    table, another = LogTable(is_narrow=True), LogTable(is_narrow=True)
    first, second = (replace(record(n), replay=n, game="OKC @ MIA") for n in (1, 2))
    other = replace(record(3), replay=1, game="MEM @ GSW", words="Stephen Curry (GSW) scores 3")

    table.show((first, other))
    alone = [button.description.split(maxsplit=2)[2] for button in used(table)]
    another.show((first, second, other))
    together = [button.description.split(maxsplit=2)[2] for button in used(another)]

    assert alone == ["Chris Bosh (MIA) scores 1", other.words]
    assert together == ["replay 1: Chris Bosh (MIA) scores 1", "replay 2: Chris Bosh (MIA) scores 2", other.words]


def test_rows_fill_from_the_top_and_a_full_page_turns_by_half() -> None:
    """A row keeps its place until the page is full; then the newer half moves up."""
    table = LogTable(rows=4)
    pages = []

    for end in range(1, 7):
        table.show(RECORDS[:end])
        pages.append(offsets(table))

    assert pages[:4] == [["0"], ["0", "1"], ["0", "1", "2"], ["0", "1", "2", "3"]]
    assert pages[4:] == [["2", "3", "4"], ["2", "3", "4", "5"]]


def test_the_first_records_seen_are_the_newest() -> None:
    """A table that is shown late starts with a full page."""
    table = LogTable(rows=4)

    table.show(RECORDS[:60])

    assert offsets(table) == ["56", "57", "58", "59"]


def test_more_than_a_page_at_once_shows_the_newest() -> None:
    """At full speed the rows in between are never drawn."""
    table = LogTable(rows=4)
    table.show(RECORDS[:3])

    table.show(RECORDS[:30])

    assert offsets(table) == ["26", "27", "28", "29"]


def test_another_log_starts_a_new_page() -> None:
    """Where the last row is not among the records any more, the newest are shown."""
    table = LogTable(rows=4)
    table.show(RECORDS[:3])

    table.show(tuple(replace(each, partition=0) for each in RECORDS[:2]))

    assert offsets(table) == ["0", "1"]
    assert used(table)[0].description.split()[0] == "0"


@given(st.lists(st.integers(0, 9), max_size=20), st.integers(1, 6), st.integers(8, 20))
def test_a_page_is_always_the_newest_records_in_order(arrivals: list[int], rows: int, kept: int) -> None:
    """However many arrive between two frames, and however many are kept."""
    page: tuple[LoggedRecord, ...] = ()
    end = 0

    for count in arrivals:
        end += count
        page = turned(page, RECORDS[max(0, end - kept) : end], rows)

        assert len(page) <= rows
        assert page == RECORDS[end - len(page) : end]
        assert bool(page) == bool(end)


def test_selecting_shows_the_record_raw(html_of: Callable[[Widget], str]) -> None:
    """Headers, full time and the bytes of the value, at the next frame."""
    table = LogTable()
    table.show(RECORDS[:5])

    table.buttons[3].click()
    is_stale = table.is_stale
    table.show(RECORDS[:5])

    html = html_of(table.widget)
    assert is_stale
    assert table.selected is RECORDS[3]
    assert "{&quot;order&quot;:3,<wbr>&quot;player&quot;:&quot;Chris Bosh&quot;}" in html
    assert "<dt>Header replay_id</dt><dd>9f21</dd>" in html
    assert "<dt>Record time</dt><dd>2026-10-03 18:30:08.123+00:00</dd>" in html
    assert table.buttons[3].description.startswith("▸")
    assert "kit-selected" in table.buttons[3]._dom_classes


def test_nothing_moves_while_a_record_is_selected(html_of: Callable[[Widget], str]) -> None:
    """Records come, the rows stand; the line above counts what is newer."""
    table = LogTable(rows=4)
    table.show(RECORDS[:4])
    table.buttons[1].click()
    table.show(RECORDS[:4])
    before = [button.description for button in table.buttons]

    table.show(RECORDS[:40])

    assert [button.description for button in table.buttons] == before
    assert "held while you read; 36 newer" in html_of(table.widget)


def test_records_that_are_gone_are_many(html_of: Callable[[Widget], str]) -> None:
    """The source keeps a bounded number; no wrong count is shown."""
    table = LogTable(rows=4)
    table.show(RECORDS[:4])
    table.buttons[1].click()

    table.show(RECORDS[20:])

    assert "many newer" in html_of(table.widget)
    assert table.selected is RECORDS[1]


@pytest.mark.parametrize("release", ["the button", "the same row"])
def test_following_again_shows_the_newest(release: str, html_of: Callable[[Widget], str]) -> None:
    """By the button, or by a second click on the record."""
    table = LogTable(rows=4)
    table.show(RECORDS[:4])
    table.buttons[1].click()
    table.show(RECORDS[:20])

    (table.follow if release == "the button" else table.buttons[1]).click()
    table.show(RECORDS[:20])

    assert table.selected is None
    assert table.follow.disabled
    assert offsets(table) == ["16", "17", "18", "19"]
    assert "following its end" in html_of(table.widget)


def test_another_row_of_the_held_page_can_be_selected() -> None:
    """Reading goes on without the page moving."""
    table = LogTable(rows=4)
    table.show(RECORDS[:4])
    table.buttons[1].click()
    table.show(RECORDS[:20])

    table.buttons[2].click()
    table.show(RECORDS[:21])

    assert table.selected is RECORDS[2]
    assert offsets(table) == ["0", "1", "2", "3"]


def test_a_click_means_the_row_that_was_on_the_screen() -> None:
    """A page that turns between the click and the next frame does not change what was meant."""
    table = LogTable(rows=4)
    table.show(RECORDS[:4])

    table.buttons[0].click()
    table.show(RECORDS[:30])

    assert table.selected is RECORDS[0]
    assert offsets(table) == ["0", "1", "2", "3"]


def test_empty_rows_cannot_be_clicked() -> None:
    """They keep their height, and nothing else."""
    table = LogTable(rows=4)

    table.show(RECORDS[:1])
    table.buttons[2].click()

    assert [button.disabled for button in table.buttons] == [False, True, True, True]
    assert table.selected is None


def test_text_from_outside_stays_text_and_in_its_line(html_of: Callable[[Widget], str]) -> None:
    """Key, headers, words and value of a hostile record."""
    hostile = '<img src=x onerror="alert(1)">'
    bad = replace(
        FIRST, key=hostile, words=f"{hostile}\nsecond\x1b[31m", headers=((hostile, b"\xff<b>"),), value=hostile.encode()
    )
    table = LogTable()
    table.show((bad,))
    table.buttons[0].click()

    table.show((bad,))

    html = html_of(table.widget)
    assert "<img" not in html
    assert "<b>\\" not in html
    assert html.count("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;") == 3
    assert "\\xff&lt;b&gt;" in html
    assert "second·[31m" in table.buttons[0].description
    assert "\n" not in table.buttons[0].description


def test_what_is_unknown_is_a_dash() -> None:
    """A record may have no key, and a reader may not know its time."""
    line = row_text(replace(FIRST, key=None, time=None), is_selected=False)

    assert line.split(maxsplit=4)[2:4] == ["–", "–"]


def test_a_large_value_is_cut(html_of: Callable[[Widget], str]) -> None:
    """Two mebibytes in a dead letter do not stop the page; how much is missing is said."""
    large = replace(FIRST, value=b"x" * (MAX_SHOWN_BYTES + 1000))
    table = LogTable()
    table.show((large,))
    table.buttons[0].click()

    table.show((large,))

    assert f'{"x" * MAX_SHOWN_BYTES}</pre><p class="kit-quiet">… and 1,000 bytes more</p>' in html_of(table.widget)
    assert "<dd>5,000 bytes</dd>" in html_of(table.widget)


def test_a_value_kept_in_part_says_its_true_size(html_of: Callable[[Widget], str]) -> None:
    """A reader of the log keeps the first bytes of a large value; the figures are the whole value's."""
    large = replace(FIRST, value=b"x" * (MAX_SHOWN_BYTES + 96), size=1_000_000)
    table = LogTable()
    table.show((large,))
    table.buttons[0].click()

    table.show((large,))

    assert f"… and {1_000_000 - MAX_SHOWN_BYTES:,} bytes more" in html_of(table.widget)
    assert "<dd>1,000,000 bytes</dd>" in html_of(table.widget)


def test_the_same_records_send_nothing(sent: list[str]) -> None:
    """Selected or not."""
    table = LogTable()
    table.show(RECORDS[:5])
    sent.clear()
    table.show(RECORDS[:5])
    following = list(sent)
    table.buttons[0].click()
    table.show(RECORDS[:5])
    sent.clear()

    table.show(RECORDS[:5])

    assert following == sent == []


def test_a_new_record_sends_its_row_alone(sent: list[str]) -> None:
    """The other rows keep their place."""
    table = LogTable()
    table.show(RECORDS[:5])
    sent.clear()

    table.show(RECORDS[:6])

    assert Counter(sent) == {"Button": 1}


def test_rows_are_buttons_for_the_keyboard() -> None:
    """Tab and Enter reach them; what they say is their name."""
    table = LogTable(rows=3)

    assert len(table.buttons) == 3
    assert all("kit-log-row" in button._dom_classes for button in table.buttons)
