"""Records as they are kept for a look at the log: decoded once, never larger than a page can bear."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from nbmomentum.sources.bundled import load_game
from nbmomentum.stream.log_reader.stored_records import (
    KEPT_HEADER_BYTES,
    KEPT_HEADERS,
    KEPT_KEY_BYTES,
    KEPT_VALUE_BYTES,
    stored_record,
)

PLAY = load_game("0021500277")[0]


@dataclass(frozen=True)
class Consumed:
    """A record as kafka-python hands it over."""

    value: bytes | None = PLAY.to_json()
    key: bytes | None = b"0021500277"
    headers: Any = (("replay_id", b"a"), ("source", None))
    timestamp: int | None = 1_700_000_000_123
    partition: int = 2
    offset: int = 17


def test_record_is_kept_as_it_lies_in_the_log() -> None:
    """Place, key, headers, time and the value's bytes; a header without a value has an empty one."""
    kept = stored_record(Consumed())

    assert (kept.partition, kept.offset, kept.key, kept.value) == (2, 17, b"0021500277", PLAY.to_json())
    assert kept.headers == (("replay_id", b"a"), ("source", b""))
    assert kept.time == datetime(2023, 11, 14, 22, 13, 20, 123_000, tzinfo=UTC)
    assert kept.value_size == len(PLAY.to_json())


def test_play_is_said_in_words() -> None:
    """The event is decoded once, when the record is read."""
    kept = stored_record(Consumed())

    assert kept.event == PLAY
    assert kept.describe() == "Chris Bosh (MIA) scores 1, Q1 11:35, 1-0"


@pytest.mark.parametrize(
    ("value", "reason"),
    [(None, "bytes or text"), (b"", "empty"), (b"{", "no JSON|not JSON"), (b"\xff", "not UTF-8"), (b"{}", "missing")],
)
def test_what_is_no_event_says_why(value: bytes | None, reason: str) -> None:
    """The reason takes the place of the play."""
    kept = stored_record(Consumed(value=value))

    assert kept.event is None
    assert any(part in kept.describe() for part in reason.split("|"))
    assert kept.value == value


def test_large_record_is_cut_and_its_true_size_kept() -> None:
    """A page of records of a megabyte each fits into memory; whether a value is an event is told of all of it."""
    noise = bytes(1_000_000)
    headers = [("n" * 10_000, noise)] * 1_000

    kept = stored_record(Consumed(value=noise, key=noise, headers=headers))

    assert (len(kept.value or b""), kept.value_size) == (KEPT_VALUE_BYTES, 1_000_000)
    assert kept.key == bytes(KEPT_KEY_BYTES)
    assert len(kept.headers) == KEPT_HEADERS
    assert all(len(name) <= 200 and len(value) == KEPT_HEADER_BYTES for name, value in kept.headers)


def test_long_value_is_read_whole() -> None:
    """Unknown fields are ignored, however long: the event is there although its bytes are cut."""
    value = PLAY.to_json()[:-1] + b',"more":"' + b"x" * KEPT_VALUE_BYTES + b'"}'

    assert stored_record(Consumed(value=value)).event == PLAY


@pytest.mark.parametrize("timestamp", [None, -1, 10**17])
def test_time_that_is_none_is_no_error(timestamp: int | None) -> None:
    """A producer may write no record time, or one beyond every calendar."""
    assert stored_record(Consumed(timestamp=timestamp)).time is None


def test_time_at_the_epoch_is_a_time() -> None:
    """Zero is the first millisecond of 1970, and no missing value."""
    assert stored_record(Consumed(timestamp=0)).time == datetime(1970, 1, 1, tzinfo=UTC)
