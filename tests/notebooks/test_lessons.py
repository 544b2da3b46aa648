"""Every lesson runs from a fresh kernel to its end, can be run again, and leaves nothing behind."""

import os
import signal
from pathlib import Path

import psutil
import pytest
from lessons import FOLDER, LESSONS, Lesson, open_lesson
from support import wait_until

LIVE_CHART = FOLDER / "03_from_points_to_momentum.ipynb"

THREADS = "sorted(t.name for t in __import__('threading').enumerate() if t.name.startswith('nbmomentum-'))"
RUNNERS = "[runner.name for runner in __import__('nbmomentum.runners').runners.running()]"
TROUBLE = "[r.error for r in (feed, producer, consumer) if r.error] + [feed.status.last_error, end.error]"
HAS_PLAYS = "bool(consumer.latest() and consumer.latest().replay_id == producer.status.replay_id)"


def wait_for_plays(lesson: Lesson) -> None:
    """Wait until a play of the current replay has come through the log."""
    wait_until(lambda: lesson.evaluate(HAS_PLAYS) == "True", what="a play of this replay")


def _brokers_of(home: Path) -> list[int]:
    """Live broker and supervisor processes that work in this home."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline", "status"])
        if str(home) in " ".join(process.info["cmdline"] or []) and process.info["status"] != psutil.STATUS_ZOMBIE
    ]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_lesson_runs_to_its_end_and_stops(path: Path, own_home: Path) -> None:
    """Unsolved exercises included; after Stop no thread and no broker is left, and nothing went wrong."""
    with open_lesson(path) as lesson:
        lesson.run_all()
        wait_for_plays(lesson)
        lesson.evaluate("end.stop()")

        assert lesson.evaluate(THREADS) == "[]"
        assert lesson.evaluate(TROUBLE) == "['', '']"
        wait_until(lambda: not _brokers_of(own_home), what="the broker to end")


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_cell_can_be_run_again(path: Path) -> None:
    """Each cell twice: one producer, one consumer, one feed, and the game goes on."""
    with open_lesson(path) as lesson:
        lesson.run_each_twice()

        assert lesson.evaluate(RUNNERS) == "['consumer', 'live', 'producer']"
        wait_for_plays(lesson)
        lesson.evaluate("end.stop()")
        assert lesson.evaluate(TROUBLE) == "['', '']"


def test_run_all_again_after_stop_shows_a_fresh_replay() -> None:
    """Stop, then Run All in the same kernel: a new replay from its first play."""
    with open_lesson(LIVE_CHART) as lesson:
        lesson.run_all()
        wait_for_plays(lesson)
        first_replay = lesson.evaluate("producer.status.replay_id")
        lesson.evaluate("end.stop()")

        lesson.run_all()

        wait_for_plays(lesson)
        assert lesson.evaluate("producer.status.replay_id") > first_replay
        assert lesson.evaluate("consumer.latest().replay_id == producer.status.replay_id") == "True"


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


def test_a_solved_lesson_is_told_so() -> None:
    """The right lines in the learner's cell, and the checks say correct."""
    solved = {
        "return ...": "return {**score, event.team: score[event.team] + event.points}",
        "prediction = ...\nlesson_03.lead_changes": "prediction = 1\nlesson_03.lead_changes",
        "prediction = ...\nlesson_03.half_life": "prediction = -1\nlesson_03.half_life",
    }
    with open_lesson(LIVE_CHART) as lesson:
        for _, cell in lesson.code_cells:
            for untouched, answer in solved.items():
                cell.source = cell.source.replace(untouched, answer)
        lesson.run_all()

        verdicts = [
            output["data"]["text/plain"]
            for _, cell in lesson.code_cells
            for output in cell.outputs
            if ".check(" in cell.source and "data" in output
        ]
        assert len(verdicts) == 3
        assert all(verdict.startswith("✓ Correct.") for verdict in verdicts)
