"""Logs: JSON lines in a file of the process, written by a thread that ends with its last user; never on screen."""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nbmomentum import logs
from nbmomentum.errors import SettingsError


@pytest.fixture
def log_file() -> Iterator[Path]:
    """The file being written; released at the end."""
    path = logs.acquire()
    yield path
    logs.release()


class Unwritable:
    """Nothing can be said of it."""

    def __str__(self) -> str:
        raise ValueError("unspeakable")


def lines_of(path: Path) -> list[dict[str, Any]]:
    """What the file says, line by line; each line must be JSON."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def written_by(*calls: Any) -> list[dict[str, Any]]:
    """The lines that these calls write."""
    path = logs.acquire()
    for call in calls:
        call()
    logs.release()
    return lines_of(path)


def write_records(lines: logs.RecordLines, batches: list[tuple[int, int]]) -> None:
    """Note batches of (first offset, how many) of partition 2, as a consumer does."""
    for first, records in batches:
        if lines.allows(records):
            for offset in range(first, first + records):
                lines.line(2, offset)
        else:
            lines.add_range(2, first, first + records - 1, records)


def test_a_line_is_json_with_who_what_and_when() -> None:
    """Each event is one object, with its fields beside."""
    [line] = written_by(lambda: logs.log_event("producer.okc-mia", "sent", partition=2, offset=0, player="Æ\n"))

    time = line.pop("time")
    assert time.endswith("+00:00")
    assert line == {
        "from": "producer.okc-mia",
        "level": "info",
        "what": "sent",
        "partition": 2,
        "offset": 0,
        "player": "Æ\n",
    }


@pytest.mark.parametrize("value", ["\ud800", b"\xff", float("inf"), {"a"}, object()])
def test_any_field_can_be_written(value: object) -> None:
    """What a broken record brings must not break its line."""
    [line] = written_by(lambda: logs.log_event("consumer", "invalid", value=value))

    assert line["what"] == "invalid"
    assert "value" in line


def test_file_lies_in_the_logs_of_home(own_home: Path, log_file: Path) -> None:
    """One file per process."""
    assert log_file.parent == own_home / "logs"
    assert log_file.exists()


def test_all_users_share_one_file_and_one_writer(log_file: Path) -> None:
    """The second user joins; leaving early does not end the first one's lines."""
    threads = threading.active_count()

    assert logs.acquire() == log_file
    assert threading.active_count() == threads
    logs.release()
    logs.log_event("test", "still here")


def test_writer_thread_ends_with_the_last_release() -> None:
    """And what was queued is in the file by then."""
    before = threading.active_count()
    path = logs.acquire()
    logs.acquire()
    logs.release()
    assert threading.active_count() == before + 1

    logs.log_event("test", "last words")
    logs.release()

    assert threading.active_count() == before
    assert [line["what"] for line in lines_of(path)] == ["last words"]


def test_release_without_acquire_is_harmless() -> None:
    """It neither fails nor counts below zero."""
    logs.release()

    assert len(written_by(lambda: logs.log_event("test", "one"))) == 1


def test_next_user_after_the_end_appends() -> None:
    """The file goes on where it was."""
    written_by(lambda: logs.log_event("test", "first"))

    lines = written_by(lambda: logs.log_event("test", "second"))

    assert [line["what"] for line in lines] == ["first", "second"]


def test_failed_acquire_counts_nobody(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home that cannot be used is an error for its user, and leaves no writer for ever."""
    before = threading.active_count()
    own_home.write_text("a file, where a folder should be")
    with pytest.raises(SettingsError, match="NBMOMENTUM_HOME"):
        logs.acquire()
    monkeypatch.setenv("NBMOMENTUM_HOME", str(own_home.with_name("better")))

    logs.acquire()
    logs.release()

    assert threading.active_count() == before


def test_a_file_that_cannot_be_opened_is_a_settings_error(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is there, but it does not take the file."""
    path = own_home / "logs" / "taken.jsonl"
    path.mkdir(parents=True)
    monkeypatch.setattr(logs, "_new_path", lambda: path)

    with pytest.raises(SettingsError, match=r"taken\.jsonl cannot be written"):
        logs.acquire()


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str], log_file: Path) -> None:
    """Neither ours nor the client library's, at any level, nor a line that cannot be written."""
    logs.log_event("test", "ours", level=logging.ERROR)
    logging.getLogger("kafka.net").error("theirs")
    logs.log_event("test", "unwritable", value=Unwritable())

    logs.acquire()
    logs.release()

    assert capfd.readouterr() == ("", "")


def test_nothing_is_printed_before_the_first_acquire() -> None:
    """A call from a cell may log before any thread of ours runs; here in a process without pytest's own handlers."""
    script = "from nbmomentum import logs; import kafka; logs.log_event('test', 'too early', level=50)"
    script += "; logs.logging.getLogger('kafka.net').error('too early')"

    process = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert (process.stdout, process.stderr) == (b"", b"")


def test_warnings_of_the_client_library_go_to_the_file() -> None:
    """With their name, and with a traceback where there is one."""

    def fail() -> None:
        try:
            raise ConnectionResetError("gone")
        except ConnectionResetError:
            logging.getLogger("kafka.net").exception("Connection failed: %s", "node 1")

    warning, error = written_by(lambda: logging.getLogger("kafka.coordinator").warning("rebalancing"), fail)

    assert (warning["from"], warning["level"], warning["what"]) == ("kafka.coordinator", "warning", "rebalancing")
    assert error["what"] == "Connection failed: node 1"
    assert "ConnectionResetError: gone" in error["traceback"]


def test_chatter_of_the_client_library_does_not() -> None:
    """Its information and debug lines would bury ours."""
    assert written_by(lambda: logging.getLogger("kafka.net").info("connecting")) == []


def test_a_line_per_record_up_to_a_thousand_a_second() -> None:
    """At class speed every record can be found."""
    lines = logs.RecordLines("consumer", "consumed", now=lambda: 7.0)

    written = written_by(lambda: write_records(lines, [(0, 500), (500, 500)]))

    assert [line["offset"] for line in written] == list(range(1000))


def test_ranges_of_offsets_above_a_thousand_a_second() -> None:
    """A flood is told in one line per partition, with nothing missing."""
    lines = logs.RecordLines("consumer", "consumed", now=lambda: 7.0)

    def flood() -> None:
        write_records(lines, [(0, 1000), (1000, 400), (1400, 300)])
        lines.add_range(0, 90, 99, 10)
        lines.flush()

    written = written_by(flood)[1000:]

    assert [{key: line[key] for key in line if key not in ("time", "from", "level")} for line in written] == [
        {"what": "consumed_batch", "partition": 2, "first_offset": 1000, "last_offset": 1699, "records": 700},
        {"what": "consumed_batch", "partition": 0, "first_offset": 90, "last_offset": 99, "records": 10},
    ]


def test_a_new_second_has_lines_of_its_own() -> None:
    """What was gathered comes first, then single lines again."""
    seconds = iter([1.0, 1.5, 2.0])
    lines = logs.RecordLines("consumer", "consumed", now=lambda: next(seconds))

    written = written_by(lambda: write_records(lines, [(0, 1000), (1000, 1), (1001, 1)]))

    assert [line["what"] for line in written[999:]] == ["consumed", "consumed_batch", "consumed"]


def test_tick_writes_what_was_gathered_when_nothing_comes_after() -> None:
    """The last burst of a game is in the file a second later, not at the end of the class."""
    seconds = iter([1.0, 1.9, 2.1])
    lines = logs.RecordLines("consumer", "consumed", now=lambda: next(seconds))

    def burst_and_silence() -> None:
        write_records(lines, [(0, 1001)])
        lines.tick()
        logs.log_event("test", "the second is over")
        lines.tick()

    assert [line["what"] for line in written_by(burst_and_silence)] == ["the second is over", "consumed_batch"]
