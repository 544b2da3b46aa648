"""Every notebook runs from a fresh kernel to its end, can be run again, and leaves nothing behind."""

import os
import re
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import psutil
import pytest
from lessons import FOLDER, LESSONS, NOTEBOOKS, Lesson, open_lesson
from support import wait_until

from nbmomentum import exercises
from nbmomentum.settings import STAND_IN_VARIABLE

LIVE_CHART = FOLDER / "03_from_points_to_momentum.ipynb"
CHECK = re.compile(r"(lesson_\d\d)\.(\w+)\.check\(")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a lesson asks of the league is asked where nothing answers, whatever the network of this computer."""
    monkeypatch.setenv(STAND_IN_VARIABLE, "http://127.0.0.1:1")


def wait_for_plays(lesson: Lesson) -> None:
    """Wait until a play of a current replay has come through the log."""
    wait_until(lambda: lesson.probe().has_plays, what="a play of this replay")


def _brokers_of(home: Path) -> list[int]:
    """Live broker and supervisor processes that work in this home."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline", "status"])
        if str(home) in " ".join(process.info["cmdline"] or []) and process.info["status"] != psutil.STATUS_ZOMBIE
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_to_its_end_and_stops(path: Path, own_home: Path) -> None:
    """Run All leaves a lesson unsolved and running; after Stop no thread and no broker is left, nothing went wrong."""
    with open_lesson(path) as lesson:
        lesson.run_all()
        wait_for_plays(lesson)
        assert lesson.probe().running != []
        assert [verdict for verdict in lesson.verdicts() if not verdict.startswith("○ Not attempted.")] == []
        lesson.stop()

        probe = lesson.probe()
        assert probe.threads == []
        assert probe.errors == []
        wait_until(lambda: not _brokers_of(own_home), what="the broker to end")


@pytest.mark.full
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_can_be_run_again(path: Path) -> None:
    """Each cell twice: one thread a name, the game goes on, and Stop still ends all of it."""
    with open_lesson(path) as lesson:
        lesson.run_each_twice()

        probe = lesson.probe()
        threads = Counter(probe.threads)
        assert {name: threads[f"nbmomentum-{name}"] for name in probe.running} == dict.fromkeys(probe.running, 1)
        wait_for_plays(lesson)
        lesson.stop()
        probe = lesson.probe()
        assert probe.threads == []
        assert probe.errors == []


@pytest.mark.full
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_solved_lesson_is_told_so(path: Path) -> None:
    """The solutions put in the place of the three dots, and every check says correct."""
    with open_lesson(path) as lesson:
        solved = solve(lesson)

        lesson.run_all()

        assert solved > 0
        assert len(lesson.verdicts()) == solved
        assert [verdict for verdict in lesson.verdicts() if not verdict.startswith("✓ Correct.")] == []


def solve(lesson: Lesson) -> int:
    """Write the solution of every exercise over what is left open for it. Returns how many there are."""
    sources = [cell for _, cell in lesson.code_cells]
    checks = [(place, *found) for place, cell in enumerate(sources) for found in CHECK.findall(cell.source)]
    for place, module, name in checks:
        answer = getattr(getattr(exercises, module), name).answer
        _write_over(answer, sources[: place + 1])
    return len(checks)


def _write_over(answer: str, cells: list[Any]) -> None:
    """Put a solution into the last of these cells that leaves it open."""
    name = re.match(r"def (\w+)|(\w+) =", answer)
    assert name is not None
    untouched = rf"^def {name[1]}\(.*?return \.\.\.$" if name[1] else rf"^{name[2]} = \.\.\.$"
    cell = next(cell for cell in reversed(cells) if re.search(untouched, cell.source, re.DOTALL | re.MULTILINE))
    cell.source = re.sub(untouched, lambda _: answer, cell.source, count=1, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.full
def test_run_all_again_after_stop_shows_a_fresh_replay() -> None:
    """Stop, then Run All in the same kernel: a new replay from its first play."""
    with open_lesson(LIVE_CHART) as lesson:
        lesson.run_all()
        wait_for_plays(lesson)
        first_replay = lesson.evaluate("producer.status.replay_id")
        lesson.stop()

        lesson.run_all()

        wait_for_plays(lesson)
        assert lesson.evaluate("producer.status.replay_id") > first_replay
        assert lesson.evaluate("consumer.latest().replay_id == producer.status.replay_id") == "True"


@pytest.mark.full
def test_restarting_the_kernel_mid_game_starts_over(own_home: Path) -> None:
    """The old kernel's threads and broker are gone; the lesson runs again and shows a fresh replay."""
    with open_lesson(LIVE_CHART) as lesson:
        lesson.run_all()
        wait_for_plays(lesson)
        before = set(_brokers_of(own_home))
        first_replay = lesson.evaluate("producer.status.replay_id")

    wait_until(lambda: not _brokers_of(own_home), what="the first kernel's broker to end")
    with open_lesson(LIVE_CHART) as lesson:
        lesson.run_all()

        wait_for_plays(lesson)
        assert lesson.evaluate("producer.status.replay_id") > first_replay
        assert lesson.evaluate("studio.game_of(producer, consumer)() == consumer.latest().state") == "True"
        assert before.isdisjoint(_brokers_of(own_home))


@pytest.mark.full
def test_killing_the_kernel_mid_game_leaves_nothing(own_home: Path) -> None:
    """After SIGKILL the supervisor notices that its last lease has ended, and stops the broker."""
    with open_lesson(LIVE_CHART) as lesson:
        lesson.run_all()
        wait_for_plays(lesson)
        kernel = int(lesson.evaluate("__import__('os').getpid()"))
        assert _brokers_of(own_home)

        os.kill(kernel, signal.SIGKILL)

        wait_until(lambda: not _brokers_of(own_home), what="the killed kernel's broker to end")

    with open_lesson(LIVE_CHART) as lesson:
        lesson.run_all()
        wait_for_plays(lesson)
