"""The dashboard's notebook in a kernel: built again it replaces itself, and a kernel that is killed leaves nothing."""

import os
import signal
from pathlib import Path

import pytest
from lessons import FOLDER, Lesson, open_lesson
from support import wait_until
from test_lessons import _brokers_of, wait_for_plays

pytestmark = pytest.mark.full

DASHBOARD = FOLDER / "dashboard.ipynb"


def replay_id(lesson: Lesson) -> str:
    """The replay that the screen shows."""
    return lesson.evaluate("screen.producer.status.replay_id")


def test_built_again_it_replaces_what_ran() -> None:
    """The same four threads, a new replay, and the first screen's parts have ended."""
    with open_lesson(DASHBOARD) as lesson:
        lesson.run_all()
        wait_for_plays(lesson)
        before, first = lesson.probe(), replay_id(lesson)

        lesson.evaluate("first = screen; screen = studio.dashboard(broker); 0")

        wait_for_plays(lesson)
        assert lesson.probe().running == before.running
        assert replay_id(lesson) > first
        assert lesson.evaluate("first.producer.is_running or first.feed.is_running") == "False"
        lesson.stop()


def test_run_all_again_after_stop_shows_a_fresh_replay() -> None:
    """Stop, then Run All in the same kernel: a new broker, a new replay."""
    with open_lesson(DASHBOARD) as lesson:
        lesson.run_all()
        wait_for_plays(lesson)
        first = replay_id(lesson)
        lesson.stop()

        lesson.run_all()

        wait_for_plays(lesson)
        assert replay_id(lesson) > first
        lesson.stop()
        assert lesson.probe().threads == []


def test_killing_the_kernel_mid_game_leaves_nothing(own_home: Path) -> None:
    """The supervisor notices that the last lease has ended; the next run plays from the start."""
    with open_lesson(DASHBOARD) as lesson:
        lesson.run_all()
        wait_for_plays(lesson)
        kernel = int(lesson.evaluate("__import__('os').getpid()"))

        os.kill(kernel, signal.SIGKILL)

        wait_until(lambda: not _brokers_of(own_home), what="the killed kernel's broker to end")

    with open_lesson(DASHBOARD) as lesson:
        lesson.run_all()
        wait_for_plays(lesson)
