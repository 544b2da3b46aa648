"""Whether a broker's log reaches the disk: the room there, what is acknowledged and not saved, what is missing.

The embedded broker acknowledges a record at once and saves its whole log into one file about two seconds later: beside
the old one, which it then replaces. When the disk is full it goes on acknowledging. So the supervisor asks for the end
offsets, which are what was acknowledged, and keeps their sum in a small file, to be compared with what was saved.

    watch = SaveWatch(folder, 41234, folder / "data" / "kafka.json", is_alive=lambda: True)
    watch.begin()
    watch.trouble      # "The disk of ... is nearly full: ..."
"""

import contextlib
import json
import mmap
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

from nbmomentum.stream.broker.questions import end_offsets

LOOK_INTERVAL_S = 1.0
# Below this, beside the room for the next save, the disk counts as nearly full.
RESERVE_MB = 25
# A save may take this long, and longer the larger the log is.
SAVE_PATIENCE_S = 15.0
SAVE_PATIENCE_S_PER_MB = 0.2
SILENT_AFTER_S = 5.0
DRAFT_SUFFIX = ".tmp"
LEDGER_FILE = "acknowledged.json"
_SAVED_END = b'"high_watermark":'


class SaveWatch:
    """Looks once a second, in a thread of its own: a broker that does not answer keeps nobody else waiting.

    Args:
        folder: The rung's folder.
        port: Where the broker listens on 127.0.0.1.
        log_file: The file that the whole log is saved to; None for a broker that writes before it acknowledges.
        is_alive: Whether the broker's process runs.

    Attributes:
        missing: How many records an earlier start had acknowledged and this one does not have.
    """

    def __init__(self, folder: Path, port: int, log_file: Path | None, is_alive: Callable[[], bool]) -> None:
        self.missing = 0
        self._folder = folder
        self._port = port
        self._log_file = log_file
        self._is_alive = is_alive
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._answered_at = time.monotonic()
        self._growth: list[tuple[float, int]] = []  # when which sum was first seen, while it is not known to be saved
        self._acknowledged = self._saved = 0
        self._saved_stamp = -1

    def begin(self) -> None:
        """Compare with what the last start had acknowledged, and go on looking."""
        acknowledged_before = _read_ledger(self._folder)
        self._look()
        self.missing = max(0, acknowledged_before - self._acknowledged)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Look once more, just before the broker is stopped."""
        if self._thread is not None:
            self._ended.set()
            self._thread.join()
            self._look()

    @property
    def trouble(self) -> str:
        """What threatens the log now, in a sentence; empty if all is well."""
        return self._not_saved() or self._no_room() or self._silent()

    def _run(self) -> None:
        while not self._ended.wait(LOOK_INTERVAL_S):
            self._look()

    def _look(self) -> None:
        """Ask what is acknowledged, and keep it where the next start finds it."""
        if self._log_file is None:
            return
        with contextlib.suppress(OSError, ValueError):  # no answer is a state: `trouble` says for how long
            self._note(sum(end_offsets(self._port).values()))
        self._check_saved(self._log_file)

    def _note(self, acknowledged: int) -> None:
        self._answered_at = time.monotonic()
        if acknowledged != self._acknowledged:
            _write_ledger(self._folder, acknowledged)
        if acknowledged > self._acknowledged:
            self._growth.append((time.monotonic(), acknowledged))
        elif acknowledged < self._acknowledged:
            self._growth.clear()  # a topic was deleted
        self._acknowledged = acknowledged

    def _check_saved(self, log_file: Path) -> None:
        """Read how far the saved log goes, when it has changed."""
        if (stamp := _stamp(log_file)) != self._saved_stamp:
            self._saved_stamp, self._saved = stamp, saved_records(log_file)
            self._growth = [(when, seen) for when, seen in self._growth if seen > self._saved]

    def _overdue_s(self) -> float:
        """For how long records have been waiting to be saved, in seconds; 0 while that is no longer than it takes."""
        waited_s = time.monotonic() - self._growth[0][0] if self._growth else 0.0
        patience_s = SAVE_PATIENCE_S + SAVE_PATIENCE_S_PER_MB * _size(self._log_file) / 1_000_000
        return waited_s if waited_s > patience_s else 0.0

    def _not_saved(self) -> str:
        if not (overdue_s := self._overdue_s()):
            return ""
        return (
            f"Of the records that the broker has acknowledged, {self._acknowledged - self._saved} have not been saved "
            f"for {overdue_s:.0f} s; the disk of {self._folder} has {_free_mb(self._folder)} MB free. Free some space, "
            "and they are saved; if the broker ends before, they are lost."
        )

    def _no_room(self) -> str:
        """A save needs room for the whole log, with what has been acknowledged since, beside the one it replaces."""
        draft = None if self._log_file is None else draft_of(self._log_file)
        growth = max(1.0, self._acknowledged / self._saved) if self._saved else 1.0
        needed_mb = RESERVE_MB + int(_size(self._log_file) * growth) // 1_000_000
        free_mb = _free_mb(self._folder)
        if free_mb + _size(draft) // 1_000_000 >= needed_mb:
            return ""
        what = f"The disk of {self._folder} is nearly full: {free_mb} MB are free, and the broker needs {needed_mb} MB."
        fate = "Apache Kafka ends" if draft is None else "what the broker acknowledges then is lost when it ends"
        return f"{what} Free some space before it is full: {fate}."

    def _silent(self) -> str:
        silent_s = time.monotonic() - self._answered_at
        if self._log_file is None or silent_s < SILENT_AFTER_S or not self._is_alive():
            return ""
        return (
            f"The broker has not answered for {silent_s:.0f} s: it is busy or loading, or stands still. "
            "`nbmomentum broker stop --force` ends it."
        )


def unsaved_records(folder: Path, log_file: Path) -> int:
    """How many records a broker that has stopped had acknowledged and not saved."""
    return max(0, _read_ledger(folder) - saved_records(log_file))


def draft_of(log_file: Path) -> Path:
    """Where the broker writes its log, before it replaces the saved one with it."""
    return log_file.with_suffix(DRAFT_SUFFIX)


def saved_records(log_file: Path) -> int:
    """The sum of the end offsets in the embedded broker's file; 0 where there is none."""
    total = at = 0
    try:
        with log_file.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as log:
            while (at := log.find(_SAVED_END, at)) >= 0:
                at += len(_SAVED_END)
                total += int(log[at : log.find(b",", at)])
    except (OSError, ValueError):  # not there, empty, or not in this form: nothing that we know to be saved
        return total
    return total


def _read_ledger(folder: Path) -> int:
    try:
        return int(json.loads((folder / LEDGER_FILE).read_text(encoding="ascii"))["acknowledged"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _write_ledger(folder: Path, acknowledged: int) -> None:
    """Always of one length and in its place: that works on a full disk, too."""
    line = f'{{"acknowledged": {acknowledged:>15}}}\n'
    file = folder / LEDGER_FILE
    try:
        with file.open("r+" if file.exists() else "w", encoding="ascii") as ledger:
            ledger.write(line)
    except OSError:
        return  # there is no room even for this; `trouble` says so


def _free_mb(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free // 1_000_000
    except OSError:
        return 0  # the folder was deleted


def _size(file: Path | None) -> int:
    try:
        return 0 if file is None else file.stat().st_size
    except OSError:
        return 0


def _stamp(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
