"""The log view: which records are in view, what a hold keeps, where flags stand, and what it says in words."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets import Widget

from nbmomentum.views import LoggedPartition, LoggedRecord, LogPicture, LogView, Pointer
from nbmomentum.views.colours import contrast, distance
from nbmomentum.views.log_picture.flags import GAP_PX, MAX_CHARS, joined, laid_out
from nbmomentum.views.log_picture.keys import COLOURS, MAX_KEYS, KeyMark, KeyMarks
from nbmomentum.views.log_picture.rows import COLUMNS, MAX_ROWS, STEP, Hold, rows_of

START = datetime(2026, 10, 3, 18, 30, 5, tzinfo=UTC)
HOSTILE = '<img src=x onerror="alert(1)">'
PRESSES = count()
CELL = re.compile(r'class="(kit-cell[^"]*)" data-at="(\d+):(\d+)"')


def record(offset: int, *, partition: int = 2, key: str | None = "0021500277", replay: int = 1) -> LoggedRecord:
    """One record a second."""
    return LoggedRecord(
        partition=partition,
        offset=offset,
        key=key,
        time=START + timedelta(seconds=offset),
        headers=(("replay_id", b"9f21"),),
        value=f'{{"order":{offset}}}'.encode(),
        words=f"Chris Bosh (MIA) scores {offset}",
        replay=replay,
        game="OKC @ MIA",
    )


def partition(end: int, *, number: int = 2, low: int = 0, kept: int = 60) -> LoggedPartition:
    """A partition of records without a gap."""
    records = tuple(record(offset, partition=number) for offset in range(max(low, end - kept), end))
    return LoggedPartition(number, low, end, records)


def picture(*partitions: LoggedPartition, pointers: tuple[Pointer, ...] = ()) -> LogPicture:
    """A topic of these."""
    return LogPicture("nba_momentum", partitions, pointers)


def drawn(view: LogView) -> list[tuple[int, int]]:
    """Partition and offset of each record in the drawing, in its order."""
    return [(int(number), int(offset)) for _, number, offset in CELL.findall(view._drawing.value)]


def offsets(view: LogView, number: int = 2) -> list[int]:
    """The offsets of a partition's records in view."""
    return [offset for place, offset in drawn(view) if place == number]


def press(view: LogView, at: str) -> None:
    """What the page does when a record is pressed."""
    field = next(each for each in view.widget.children if "kit-log-picked" in each._dom_classes)
    field.value = f"{at} {next(PRESSES)}.1"


def test_records_appear_at_the_end_and_keep_their_place() -> None:
    """A row fills up from the left; when it is full it moves by five at once."""
    view = LogView()
    firsts = []

    for end in range(1, COLUMNS + 8):
        view.show(picture(partition(end)))
        assert offsets(view)[-1] == end - 1
        firsts.append(offsets(view)[0])

    assert firsts[:COLUMNS] == [0] * COLUMNS
    assert set(firsts[COLUMNS:]) == {STEP, 2 * STEP}
    assert "7 older" not in view._drawing.value
    assert ">older<" in view._drawing.value


@given(st.integers(0, 300), st.integers(0, 300), st.integers(1, 60))
def test_a_followed_row_shows_the_newest_and_counts_the_rest(low: int, records: int, kept: int) -> None:
    """However long the log and however little of it is known: drawn and older make up the whole."""
    (row,) = rows_of(picture(partition(low + records, low=low, kept=kept)), None)

    assert len(row.records) <= COLUMNS
    assert row.older + len(row.records) == records
    assert (row.newer, row.has_end) == (0, True)
    assert row.records == () or row.records[-1].offset == row.end - 1


def test_a_hold_keeps_records_while_offsets_and_flags_go_on() -> None:
    """Nothing that was on the screen is lost; how much came meanwhile is counted."""
    view = LogView()
    view.show(picture(partition(30), pointers=(Pointer(2, 28, "scores", False),)))
    before = drawn(view)

    view.follow.click()
    view.show(picture(partition(100), pointers=(Pointer(2, 99, "scores", False),)))

    assert view.is_held
    assert drawn(view) == before
    assert "held; 70 newer" in view._state.value
    assert "end 100" in view._drawing.value
    assert "scores 99" in view._drawing.value
    assert view.follow.description == "Follow"


def test_follow_shows_the_end_again() -> None:
    """And gives the chosen record up."""
    view = LogView()
    view.show(picture(partition(30)))
    press(view, "2:27")
    view.show(picture(partition(90)))

    view.follow.click()
    view.show(picture(partition(90)))

    assert (view.is_held, view.selected) == (False, None)
    assert offsets(view)[-1] == 89
    assert "following its end" in view._state.value


def test_a_pressed_record_is_held_and_read(html_of: Callable[[Widget], str]) -> None:
    """Where it lies, headers, time, value, the play in words, and which replay of its game."""
    view = LogView()
    view.show(picture(partition(30)))

    press(view, "2:27")
    is_stale = view.is_stale
    view.show(picture(partition(31)))

    html = html_of(view.widget)
    assert is_stale
    assert view.selected is not None
    assert view.selected.offset == 27
    assert "Chris Bosh (MIA) scores 27 · <b>replay 1 of this game</b></p>" in html
    assert "{&quot;order&quot;:27}" in html
    assert "<dt>Header replay_id</dt><dd>9f21</dd>" in html
    assert 'kit-selected" data-at="2:27"' in html


def test_the_same_record_pressed_again_is_given_up_and_the_view_stays() -> None:
    """The switch alone follows the end again."""
    view = LogView()
    view.show(picture(partition(30)))
    press(view, "2:27")

    press(view, "2:27")

    assert (view.is_held, view.selected) == (True, None)


@pytest.mark.parametrize("at", ["2:999", "9:1", "no place", ""])
def test_what_is_no_record_is_no_choice(at: str) -> None:
    """The page may be a frame behind, and a hidden field may hold anything."""
    view = LogView()
    view.show(picture(partition(30)))

    press(view, at)

    assert (view.is_held, view.selected) == (False, None)


def test_arrows_walk_from_record_to_record() -> None:
    """Left and right in the log, up and down between partitions in the same column."""
    view = LogView()
    view.show(picture(partition(10, number=0), partition(4, number=1)))

    view.later.click()
    first = view.selected
    view.earlier.click()
    before = view.selected
    view.down.click()
    below = view.selected
    view.up.click()

    assert [(each.partition, each.offset) for each in (first, before, below, view.selected) if each] == [
        (0, 9),
        (0, 8),
        (1, 3),
        (0, 3),
    ]


def test_arrows_bring_older_records_into_view() -> None:
    """As far as they are kept, and back; the ends are ends."""
    view = LogView()
    view.show(picture(partition(100)))
    for _ in range(80):
        view.earlier.click()
    view.show(picture(partition(100)))
    oldest, first = view.selected, offsets(view)[0]

    for _ in range(80):
        view.later.click()
    view.show(picture(partition(100)))

    assert oldest is not None
    assert (oldest.offset, first) == (40, 40)
    assert view.selected is not None
    assert (view.selected.offset, offsets(view)[-1]) == (99, 99)


def test_a_replay_begins_with_a_notch_and_has_its_number() -> None:
    """The first one of the log, and each that follows on it; the second is numbered in its marks."""
    old, new = (tuple(record(number, replay=1 + number // 5) for number in span) for span in (range(5), range(5, 8)))
    view = LogView()

    view.show(picture(LoggedPartition(2, 0, 8, old + new)))

    (row,) = rows_of(picture(LoggedPartition(2, 0, 8, old + new)), None)
    assert row.starts == {0, 5}
    assert view._drawing.value.count("kit-notch") == 2
    assert view._drawing.value.count('class="kit-replay"') == 3


def test_a_replay_of_another_game_between_is_no_beginning() -> None:
    """Two games that share a partition take turns; each begins once."""
    turns = tuple(record(number, key="ab"[number % 2]) for number in range(6))

    (row,) = rows_of(picture(LoggedPartition(2, 0, 6, turns)), None)

    assert row.starts == {0, 1}


def test_a_replay_counted_from_the_middle_says_so(html_of: Callable[[Widget], str]) -> None:
    """Where the beginning of the log was not read, the number is one of what was."""
    view = LogView()
    view.show(picture(replace(partition(300), counted_from=100)))
    view.choose(2, 299)

    view.show(picture(replace(partition(300), counted_from=100)))

    assert "replay 1 of this game</b>, counted from offset 100" in html_of(view.widget)


def test_a_record_that_is_no_event_looks_different() -> None:
    """A dashed frame, and the reason in words."""
    view = LogView()

    view.show(picture(LoggedPartition(0, 0, 1, (replace(record(0, partition=0), game="", key=None),))))

    assert CELL.findall(view._drawing.value) == [("kit-cell kit-odd", "0", "0")]


def test_flags_point_at_the_place_of_their_offset() -> None:
    """At a record, at the place of the next one, at the block of what is older."""
    (row,) = rows_of(picture(partition(100)), None)

    assert [row.column(offset) for offset in (0, row.records[0].offset, 99, 100)] == [
        -1,
        0,
        len(row.records) - 1,
        len(row.records),
    ]


@given(st.lists(st.tuples(st.integers(0, 25), st.text("abc", min_size=1, max_size=40)), max_size=12), st.integers(1, 3))
def test_no_flag_lies_on_another(pointers: list[tuple[int, str]], lanes: int) -> None:
    """However many groups stand wherever; each stays inside the picture."""
    flags = laid_out([(150.0 + 37 * place, name) for place, name in pointers], lanes=lanes, left=100, right=1100)

    assert len(flags) == len({place for place, _ in pointers})
    for one, other in combinations([flag for flag in flags if flag.lane >= 0], 2):
        assert one.lane != other.lane or one.right + GAP_PX <= other.left or other.right + GAP_PX <= one.left
    assert all(flag.left >= 100 and flag.right <= 1100 for flag in flags)


def test_groups_at_one_place_share_a_flag() -> None:
    """With as many names as fit, and how many more."""
    (flag,) = laid_out([(500.0, f"group-{number} 57") for number in range(9)], lanes=1, left=100, right=1100)

    assert flag.text == "group-0 57, group-1 57, group-2 57, +6"
    assert joined(["x" * 50]) == "x" * (MAX_CHARS - 1) + "…"


def test_rows_keep_their_height_while_flags_move() -> None:
    """Two groups at one place or at two: the picture does not jump."""
    view = LogView()
    heights = []

    for other in (5, 9):
        pointers = (Pointer(2, 5, "a", False), Pointer(2, other, "b", False), Pointer(2, 5, "a", True))
        view.show(picture(partition(10), pointers=pointers))
        heights.append(re.findall(r'viewBox="0 0 \d+ (\d+)"', view._drawing.value))

    assert heights[0] == heights[1]


def test_both_lags_stand_in_the_words() -> None:
    """End offset minus position, end offset minus committed; of a group without a member of ours only the second."""
    pointers = (Pointer(2, 28, "scores", False), Pointer(2, 25, "scores", True), Pointer(2, 10, "audit", True))
    view = LogView()

    view.show(picture(partition(30), pointers=pointers))

    assert view.sentence == (
        "1 partition of nba_momentum, 30 records. Group audit: committed lag 20. Group scores: lag 2, committed lag 5."
    )
    assert "<td>scores</td><td>28</td><td>2</td><td>25</td><td>5</td>" in view._words.value
    assert "<td>audit</td><td>–</td><td>–</td><td>10</td><td>20</td>" in view._words.value


def test_text_from_outside_stays_text(html_of: Callable[[Widget], str]) -> None:
    """Topic, key, game, words, headers, group and trouble."""
    bad = replace(record(0), key=HOSTILE, words=HOSTILE, game=HOSTILE, headers=((HOSTILE, b"<b>"),))
    hostile = LogPicture(HOSTILE, (LoggedPartition(2, 0, 1, (bad,)),), (Pointer(2, 0, HOSTILE, True),), HOSTILE)
    view = LogView()
    view.show(hostile)
    view.choose(2, 0)

    view.show(hostile)

    assert "<img" not in html_of(view.widget)
    assert html_of(view.widget).count("&lt;img src=x") >= 6


def test_many_partitions_are_bounded() -> None:
    """Some hundred marks at most, and a word on what is not drawn."""
    view = LogView()

    view.show(picture(*(partition(100, number=number) for number in range(50))))

    assert len(drawn(view)) <= MAX_ROWS * COLUMNS
    assert f"partitions {MAX_ROWS} and higher are not drawn" in view._state.value
    view.down.click()
    for _ in range(20):
        view.down.click()
    assert view.selected is not None
    assert view.selected.partition == MAX_ROWS - 1


def test_the_same_picture_sends_nothing(sent: list[str]) -> None:
    """Held or not."""
    view = LogView()
    view.show(picture(partition(30)))
    sent.clear()
    view.show(picture(partition(30)))
    following = list(sent)
    view.later.click()
    view.show(picture(partition(30)))
    sent.clear()

    view.show(picture(partition(30)))

    assert following == sent == []


def test_a_new_record_is_few_messages(sent: list[str]) -> None:
    """The drawing and the words, whatever the number of records in view."""
    view = LogView()
    view.show(picture(partition(30)))
    sent.clear()

    view.show(picture(partition(31)))

    assert len(sent) <= 3


def test_an_empty_log_and_no_log_are_pictures() -> None:
    """Before the first record the place of the next one is drawn; without a topic the arrows do nothing."""
    view = LogView()
    view.later.click()
    view.show(LogPicture("x", trouble="There is no topic x yet."))
    view.follow.click()
    view.down.click()
    nothing = view.selected
    view.follow.click()

    view.show(picture(LoggedPartition(0, 7, 7)))

    assert nothing is None
    assert view._drawing.value.count("kit-next") == 1
    assert "low 7" in view._drawing.value


def test_key_colours_are_told_apart() -> None:
    """By red-green blind eyes, too; each letter reads on its colour."""
    assert min(distance(one, other) for one, other in combinations(COLOURS, 2)) >= 25
    assert all(contrast(KeyMark("A", colour).ink, colour) >= 4.3 for colour in COLOURS)


def test_a_key_keeps_its_letter_and_room_is_bounded() -> None:
    """As long as it is in view; no letter is given twice."""
    marks = KeyMarks()
    first = marks.of("first")
    for number in range(2 * MAX_KEYS):
        marks.of(str(number))
        marks.forget_all_but(["first", str(number)])

    assert marks.of("first") == first == KeyMark("A", COLOURS[0], 0)
    assert len(marks._marks) <= MAX_KEYS + 1
    assert marks.of("new").letter == "L16"
    assert marks.of(None).letter == "–"


def test_a_hold_of_changed_partitions_stands() -> None:
    """A topic made anew with fewer partitions leaves what was held as it was."""
    hold = Hold.of(picture(partition(30, number=0), partition(30, number=1)))

    rows = rows_of(picture(partition(3, number=0)), hold)

    assert [len(row.records) for row in rows] == [20, 20]
    assert [row.end for row in rows] == [3, 30]
