"""What the supervisor makes of the disk, the saved log and the end offsets: files and figures of the test's own."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from nbmomentum.stream.broker import saving
from nbmomentum.stream.broker.saving import SaveWatch, saved_records, unsaved_records


class World:
    """What the watch sees: end offsets, a clock, free space, and a log file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "kafka.json"
        self.acknowledged: int | None = 0
        self.now_s, self.free, self.is_alive = 100.0, 10**12, True

    def save(self, *ends: int) -> None:
        """Save a log that ends there."""
        self.log.write_bytes(b",".join(b'{"record_batches":[1,2],"high_watermark":%d,"x":0}' % end for end in ends))

    def offsets(self, _: int) -> dict[tuple[str, int], int]:
        """The broker's answer."""
        if self.acknowledged is None:
            raise TimeoutError
        return {("t", 0): self.acknowledged}

    def watch(self) -> SaveWatch:
        """A watch without its thread."""
        return SaveWatch(self.folder, 1, self.log, is_alive=lambda: self.is_alive)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A broker that has saved nothing, on a large disk."""
    world = World(tmp_path)
    monkeypatch.setattr(saving, "end_offsets", world.offsets)
    monkeypatch.setattr(saving, "time", SimpleNamespace(monotonic=lambda: world.now_s))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=world.free))
    return world


def test_saved_records_are_read_from_the_end_offsets(world: World) -> None:
    """Of all partitions; no file, or another one, has none."""
    none = saved_records(world.log)
    world.save(3, 0, 110)
    saved = saved_records(world.log)
    world.log.write_bytes(b"")

    assert (none, saved, saved_records(world.log)) == (0, 113, 0)


def test_records_that_are_late_to_be_saved_are_told(world: World) -> None:
    """With their number and since when; told no longer when they are saved."""
    watch = world.watch()
    world.acknowledged = 50
    watch._look()
    world.now_s += saving.SAVE_PATIENCE_S - 1
    watch._look()
    in_time = watch.trouble

    world.save(20)
    world.now_s += 2
    watch._look()
    late = watch.trouble
    world.save(50)
    world.log.touch()
    watch._look()

    assert in_time == ""
    assert "30 have not been saved for 16 s" in late
    assert watch.trouble == ""


def test_records_sent_all_the_time_are_no_trouble(world: World) -> None:
    """The saved log is always a little behind, and always behind by little."""
    watch = world.watch()
    troubles = set()
    for second in range(60):
        world.acknowledged = 10 * second
        world.save(max(0, 10 * (second - 2)))
        world.now_s += 1
        watch._look()
        troubles.add(watch.trouble)

    assert troubles == {""}


def test_topic_that_was_deleted_is_nothing_that_is_lost(world: World) -> None:
    """What was acknowledged is what is there now."""
    watch = world.watch()
    world.acknowledged = 50
    watch._look()
    world.acknowledged = 7
    watch._look()
    world.save(7)
    world.now_s += 100
    watch._look()

    assert watch.trouble == ""
    assert unsaved_records(world.folder, world.log) == 0


@pytest.mark.parametrize(("free_mb", "is_told"), [(10, True), (27, True), (28, False)])
def test_disk_needs_room_for_the_log_beside_the_one_it_replaces(world: World, free_mb: int, is_told: bool) -> None:
    """And a reserve."""
    world.log.write_bytes(b"x" * 3_000_000)
    world.free = free_mb * 1_000_000

    assert ("is nearly full" in world.watch().trouble) == is_told


def test_room_for_what_is_not_saved_yet_is_missed_in_time(world: World) -> None:
    """The next save is as much larger as the log has grown, however far that save has come."""
    watch = world.watch()
    world.acknowledged = 100
    world.save(100)
    with world.log.open("ab") as log:
        log.write(b"," * 3_000_000)
    world.free = 40 * 1_000_000
    watch._look()
    before = watch.trouble

    world.acknowledged = 600
    watch._look()
    grown = watch.trouble
    world.log.with_suffix(".tmp").write_bytes(b"," * 2_000_000)
    world.free = 38 * 1_000_000

    assert before == ""
    assert "is nearly full: 40 MB are free, and the broker needs 43 MB" in grown
    assert "is nearly full: 38 MB are free" in watch.trouble


def test_broker_that_stands_still_is_told(world: World) -> None:
    """But not one that was stopped, or is being started again."""
    watch = world.watch()
    watch._look()
    world.acknowledged = None
    world.now_s += saving.SILENT_AFTER_S + 1
    watch._look()
    silent = watch.trouble
    world.is_alive = False

    assert "has not answered for 6 s" in silent
    assert watch.trouble == ""


def test_next_start_compares_with_what_was_acknowledged(world: World) -> None:
    """Also when the supervisor was killed with its broker."""
    world.acknowledged = 2420
    world.watch()._look()
    world.acknowledged = 880
    successor = world.watch()

    successor.begin()
    successor.end()

    assert successor.missing == 1540
    third = world.watch()
    third.begin()
    third.end()
    assert third.missing == 0


@pytest.mark.parametrize("written", [b"", b"[]", b"{}", b"\xff\xfe", b'{"acknowledged": "many"}'])
def test_unreadable_figure_of_an_earlier_start_is_none(world: World, written: bytes) -> None:
    """Nothing is said of what nobody knows."""
    (world.folder / saving.LEDGER_FILE).write_bytes(written)

    assert unsaved_records(world.folder, world.log) == 0
