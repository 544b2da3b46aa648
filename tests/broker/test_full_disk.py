"""The embedded broker on a disk that fills: told before it is full, and what it has lost is told after it."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from brokers import status_of
from support import wait_until

from nbmomentum.errors import BrokerError, BrokerStartFailed, BrokerWarning
from nbmomentum.stream import Broker, close_kafka_client, ensure_topics, open_kafka_producer, start_broker
from nbmomentum.stream.broker import broker_status, release_broker, reset_broker
from nbmomentum.stream.broker.embedded import log_file
from nbmomentum.stream.broker.questions import end_offsets
from nbmomentum.stream.broker.saving import draft_of, saved_records, unsaved_records

DISK_MB = 64
LOST = 30


class Disk:
    """A small disk of its own for the broker's home; where none can be mounted, a folder that behaves like one."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.data = folder / "embedded" / "data"
        self._monkeypatch = monkeypatch
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
        self.is_mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0

    def nearly_fill(self) -> None:
        """Leave room to save the log, and little more."""
        if self.is_mounted:
            self._fill(free_mb=10)
        else:  # a saved log as large as the disk, without a byte in it
            os.truncate(self.data / "kafka.json", shutil.disk_usage(self.folder).free)

    def fill(self) -> None:
        """Leave no room: the next save fails."""
        if self.is_mounted:
            self._fill(free_mb=0)
        else:
            (self.data / "kafka.tmp").mkdir()
            self._monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))

    def clear(self) -> None:
        """Make room again."""
        (self.folder / "filler").unlink(missing_ok=True)
        self._monkeypatch.undo()
        if (self.data / "kafka.tmp").is_dir():
            (self.data / "kafka.tmp").rmdir()

    def unmount(self) -> None:
        """Give it back."""
        if self.is_mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    def _fill(self, *, free_mb: int) -> None:
        with (self.folder / "filler").open("ab") as filler, contextlib.suppress(OSError):
            while (room := shutil.disk_usage(self.folder).free - free_mb * 1_000_000) > 0:
                filler.write(b"x" * min(room, 1_000_000))
                filler.flush()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """An empty one; its broker is stopped at the end."""
    (tmp_path / "disk").mkdir()
    with pytest.MonkeyPatch.context() as monkeypatch:
        disk = Disk(tmp_path / "disk", monkeypatch)
        yield disk
        disk.clear()
        if broker_status(disk.folder) is not None:
            release_broker(disk.folder, force=True)
        disk.unmount()


def port_of(home: Path) -> int:
    """Where the broker listens."""
    return int(status_of(home)["bootstrap_servers"].rpartition(":")[2])


def send(broker: Broker, count: int) -> None:
    """Records that the broker acknowledges, each of them."""
    producer = open_kafka_producer(broker.bootstrap_servers)
    for future in [producer.send("nba_momentum", b"x" * 10_000, partition=0) for _ in range(count)]:
        future.get(timeout=30)
    close_kafka_client(producer)


def test_disk_that_fills_is_told_before_it_is_full(disk: Disk) -> None:
    """While every record is still saved; with room again, all is well again."""
    broker = start_broker(home=disk.folder)
    ensure_topics(broker.bootstrap_servers)
    send(broker, 1)
    saved = log_file(disk.folder / "embedded")
    wait_until(lambda: saved_records(saved) == 1, what="the first record to be saved")
    before = broker.trouble

    disk.nearly_fill()
    wait_until(lambda: broker.trouble, what="the trouble")
    told = broker.trouble
    send(broker, 1)
    wait_until(lambda: saved.stat().st_size < DISK_MB * 1_000_000, what="the next save")
    wait_until(lambda: saved_records(saved) == 2, what="the second record to be saved all the same")
    disk.clear()

    wait_until(lambda: not broker.trouble, what="the end of the trouble")
    assert before == ""
    assert "is nearly full: " in told
    assert "Free some space" in told
    broker.stop()


def test_stop_and_start_on_a_full_disk_tell_what_is_lost(disk: Disk) -> None:
    """2,420 records were acknowledged, 880 were there after the next start, and nobody was told."""
    broker = start_broker(home=disk.folder)
    ensure_topics(broker.bootstrap_servers)
    send(broker, 5)
    saved = log_file(disk.folder / "embedded")
    wait_until(lambda: saved_records(saved) == 5, what="the first records to be saved")

    disk.fill()
    send(broker, LOST)
    with pytest.raises(BrokerError, match=rf"{LOST} records that it had acknowledged are not saved.*Free some space"):
        broker.stop()
    with pytest.raises(BrokerStartFailed, match=r"is full.*Free some space"):
        start_broker(home=disk.folder)
    disk.clear()
    with pytest.warns(BrokerWarning, match=rf"{LOST} records that the broker had acknowledged are not there"):
        successor = start_broker(home=disk.folder)

    assert sum(end_offsets(port_of(disk.folder)).values()) == 5
    assert status_of(disk.folder)["missing"] == LOST
    assert f"{LOST} records" in successor._repr_html_()
    successor.stop()
    start_broker(home=disk.folder).stop()  # told once: what is there now is what was acknowledged


def test_what_a_failed_save_has_left_is_cleared_away(disk: Disk) -> None:
    """It would fill the disk, and the next start would find no room."""
    with start_broker(home=disk.folder) as broker:
        ensure_topics(broker.bootstrap_servers)
        send(broker, 1)
    draft = draft_of(log_file(disk.folder / "embedded"))
    draft.write_bytes(b"x" * (DISK_MB - 20) * 1_000_000)

    with start_broker(home=disk.folder):
        assert status_of(disk.folder)["missing"] == 0

    assert not draft.exists()


def test_all_that_was_acknowledged_is_saved_by_a_clean_stop(home: Path) -> None:
    """Nothing is told of lost records where none are lost, whatever else was done with the log."""
    with start_broker(home=home) as broker:
        ensure_topics(broker.bootstrap_servers)
        ensure_topics(broker.bootstrap_servers, "another")
        send(broker, 100)

    saved = saved_records(log_file(home / "embedded"))

    assert (saved, unsaved_records(home / "embedded", log_file(home / "embedded"))) == (100, 0)
    with start_broker(home=home):
        assert status_of(home)["missing"] == 0
    reset_broker(home)
    with start_broker(home=home):
        assert status_of(home)["missing"] == 0
