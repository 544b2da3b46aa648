"""From the log's end to its table: the same records, in words, converted once."""

from dataclasses import replace
from datetime import UTC, datetime

from nbmomentum import studio
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import StoredRecord

PLAY = load_game("0021500277")[0]
STORED = StoredRecord(
    partition=2,
    offset=17,
    timestamp_ms=1_700_000_000_123,
    key=b"0021500277",
    headers=(("replay_id", b"a"),),
    value=PLAY.to_json(),
    value_size=len(PLAY.to_json()),
    event=PLAY,
    reason="",
)
NOISE = replace(STORED, offset=18, key=b"\xff", timestamp_ms=None, value=None, value_size=0, event=None, reason="Why.")


class Tail:
    """A tail that holds what it is told to."""

    def __init__(self, *records: StoredRecord) -> None:
        self.kept = records

    def records(self) -> tuple[StoredRecord, ...]:
        """What it holds."""
        return self.kept


def test_a_play_is_shown_in_words_beside_its_bytes() -> None:
    """Where it lies, when it was written, what it says, and the raw value."""
    (shown,) = studio.log_of(Tail(STORED))()

    assert (shown.partition, shown.offset, shown.key) == (2, 17, "0021500277")
    assert shown.time == datetime(2023, 11, 14, 22, 13, 20, 123_000, tzinfo=UTC)
    assert shown.words == "Chris Bosh (MIA) scores 1, Q1 11:35, 1-0"
    assert (shown.headers, shown.value, shown.size) == (STORED.headers, STORED.value, STORED.value_size)


def test_what_is_no_play_is_shown_with_the_reason() -> None:
    """A key that is no text, no value, no time: a row all the same."""
    (shown,) = studio.log_of(Tail(NOISE))()

    assert (shown.key, shown.time, shown.value, shown.words) == ("\\xff", None, b"", "Why.")


def test_nothing_new_is_the_same_tuple_and_old_records_stay_the_same() -> None:
    """A table asks ten times a second, and knows a selected record by what it is."""
    tail = Tail(STORED)
    source = studio.log_of(tail)
    before = source()
    same = source()

    tail.kept = (STORED, NOISE)
    after = source()

    assert same is before
    assert after[0] is before[0]
    assert [record.offset for record in after] == [17, 18]


def test_records_that_left_the_tail_leave_the_table() -> None:
    """Also when all are gone, as after a topic was made anew."""
    tail = Tail(STORED, NOISE)
    source = studio.log_of(tail)
    source()

    tail.kept = (NOISE,)
    shorter = source()
    tail.kept = ()

    assert [record.offset for record in shorter] == [18]
    assert source() == ()
