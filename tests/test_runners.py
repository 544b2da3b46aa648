"""Runners: one thread a name, stopped and joined within a second, errors kept."""

import threading
import time

import pytest
from support import interrupted, random_name, wait_until

from nbmomentum import runners
from nbmomentum.errors import RunnerError
from nbmomentum.runners import Errand, Runner


class Ticker(Runner):
    """Counts its lives and runs until it is stopped."""

    lives = 0

    def _prepare(self) -> None:
        self.lives += 1

    def _run(self) -> None:
        self._stop_requested.wait()


class Broken(Runner):
    """Ends by an error at once."""

    def _run(self) -> None:
        raise ValueError("no such team")


class Deaf(Runner):
    """Does not listen to `stop` until it is let go."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.let_go = threading.Event()

    def _run(self) -> None:
        self.let_go.wait()


def threads_named(name: str) -> list[threading.Thread]:
    """The live threads of the runner with this name."""
    return [thread for thread in threading.enumerate() if thread.name == f"nbmomentum-{name}"]


def test_five_runs_of_a_cell_leave_one_thread() -> None:
    """Each start of the same name stops and joins the one before."""
    name = random_name("ticker")

    tickers = [Ticker(name).start() for _ in range(5)]

    assert len(threads_named(name)) == 1
    assert [ticker.is_running for ticker in tickers] == [False] * 4 + [True]
    assert tickers[-1] in runners.running()
    tickers[-1].stop()


def test_starts_from_many_threads_leave_one_thread() -> None:
    """Two cells, or a button and a cell, may start the same name at the same moment."""
    name = random_name("ticker")
    tickers = [Ticker(name) for _ in range(8)]
    starters = [threading.Thread(target=ticker.start) for ticker in tickers]

    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()

    assert len(threads_named(name)) == 1
    runners.stop_all()
    assert not any(ticker.is_running for ticker in tickers)


def test_stop_joins_within_a_second() -> None:
    """When stop returns, the thread is gone."""
    ticker = Ticker(random_name("ticker")).start()
    began = time.monotonic()

    ticker.stop()

    assert time.monotonic() - began < 1.0
    assert threads_named(ticker.name) == []
    assert ticker not in runners.running()


def test_stop_may_be_called_twice_and_before_the_start() -> None:
    """Stopping what does not run is no error."""
    ticker = Ticker(random_name("ticker"))

    ticker.stop()
    ticker.start().stop()
    ticker.stop()

    assert not ticker.is_running


def test_stopped_runner_starts_again() -> None:
    """The same object has as many lives as it is started, each prepared anew."""
    ticker = Ticker(random_name("ticker"))

    ticker.start().stop()
    ticker.start()
    running_again = ticker.is_running
    ticker.start()

    assert running_again
    assert ticker.lives == 3
    assert len(threads_named(ticker.name)) == 1
    ticker.stop()


def test_error_is_kept_and_raised_by_stop() -> None:
    """What ended the thread is told by stop, with its cause, and in words."""
    broken = Broken(random_name("broken")).start()
    broken.join(5.0)

    with pytest.raises(RunnerError, match="no such team") as caught:
        broken.stop()

    assert isinstance(caught.value.__cause__, ValueError)
    assert isinstance(broken.error, ValueError)
    assert "ValueError: no such team" in broken.explain_error()


def test_next_life_forgets_the_error() -> None:
    """A restart begins with a clean slate."""
    broken = Broken(random_name("broken")).start()
    broken.join(5.0)
    broken._run = broken._stop_requested.wait  # type: ignore[method-assign, assignment]

    broken.start()

    assert broken.error is None
    assert broken.explain_error() == ""
    broken.stop()


def test_context_manager_starts_and_stops() -> None:
    """The thread lives exactly as long as the block."""
    with Ticker(random_name("ticker")) as ticker:
        assert ticker.is_running

    assert not ticker.is_running


def test_context_manager_does_not_hide_the_error_of_its_block() -> None:
    """The learner sees the mistake of the block, not that of the thread."""
    broken = Broken(random_name("broken"))

    with pytest.raises(KeyError), broken:
        {}["the learner's mistake"]

    assert not broken.is_running


def test_context_manager_raises_the_error_of_its_thread() -> None:
    """A block that went well still tells that the thread did not."""
    with pytest.raises(RunnerError), Broken(random_name("broken")) as broken:
        broken.join(5.0)


def test_join_tells_whether_the_thread_ended() -> None:
    """With a time-out it may be running still."""
    ticker = Ticker(random_name("ticker")).start()

    assert ticker.join(0.01) is False

    ticker.stop()
    assert ticker.join() is True


def test_ctrl_c_in_join_leaves_a_living_thread_known() -> None:
    """Whoever interrupts the wait for a runner still sees that it runs, and the cell run again replaces it."""
    first = Ticker(random_name("ticker")).start()

    with interrupted():
        first.join()
    was_running = first.is_running, first in runners.running(), first.join(0.01)
    second = Ticker(first.name).start()

    assert was_running == (True, True, False)
    assert first._stop_requested.is_set()
    assert not first.is_running
    assert second.is_running
    second.stop()


def test_ctrl_c_in_stop_can_be_stopped_again() -> None:
    """A thread that takes its time is waited for by the next stop, too."""
    deaf = Deaf(random_name("deaf")).start()

    with interrupted():
        deaf.stop()
    with pytest.raises(RunnerError, match="did not stop"):
        deaf.stop(0.05)
    deaf.let_go.set()
    deaf.stop()

    assert not deaf.is_running


def test_a_runner_that_gets_no_thread_holds_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system gives no more threads, start says so and nothing counts as running."""
    ticker = Ticker(random_name("ticker"))

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="new thread"):
            ticker.start()

    assert not ticker.is_running
    assert ticker not in runners.running()


def test_stop_all_stops_everyone_although_one_is_deaf() -> None:
    """One that does not listen neither hides nor keeps the others."""
    deaf, ticker = Deaf("a-deaf-one").start(), Ticker("b-ticker").start()

    with pytest.raises(RunnerError, match="a-deaf-one did not stop within"):
        runners.stop_all(timeout_s=0.05)

    assert not ticker.is_running
    deaf.let_go.set()
    deaf.stop()


def test_a_deaf_runner_is_not_replaced() -> None:
    """Rather an error than two threads of one name."""
    deaf = Deaf(random_name("deaf")).start()
    successor = Ticker(deaf.name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "STOP_TIMEOUT_S", 0.05)
        with pytest.raises(RunnerError, match="did not stop"):
            successor.start()

    assert not successor.is_running
    deaf.let_go.set()
    deaf.stop()


def test_a_thread_cannot_start_its_own_successor() -> None:
    """It could not be joined; a callback that tries gets an error instead of a second thread."""
    name = random_name("ticker")

    class Selfish(Runner):
        def _run(self) -> None:
            Ticker(name).start()

    selfish = Selfish(name).start()
    wait_until(lambda: selfish.error is not None)

    assert isinstance(selfish.error, RunnerError)
    assert threads_named(name) == []


def test_a_runner_may_stop_itself() -> None:
    """A callback of the thread calls stop: the thread ends by itself."""

    class OneShot(Runner):
        def _run(self) -> None:
            self.stop()
            self._stop_requested.wait()

    shot = OneShot(random_name("shot")).start()

    assert shot.join(5.0)
    assert shot.error is None


def test_a_runner_that_cannot_begin_holds_no_name() -> None:
    """What `_prepare` refuses is raised by start; nobody is listed as running, and the next start is free."""

    class Refusing(Ticker):
        def _prepare(self) -> None:
            raise RunnerError("no port is free")

    name = random_name("refusing")

    with pytest.raises(RunnerError, match="no port is free"):
        Refusing(name).start()

    assert name not in [runner.name for runner in runners.running()]
    with Ticker(name) as ticker:
        assert ticker.is_running


def test_runner_without_work_says_so() -> None:
    """The base class alone is an error that is kept like any other."""
    runner = Runner(random_name("runner")).start()
    runner.join(5.0)

    assert isinstance(runner.error, TypeError)


def test_errand_brings_what_the_call_returned() -> None:
    """The owner goes on meanwhile, and takes the result when it is there."""
    may_go_on = threading.Event()
    errand: Errand[str] = Errand(random_name("errand"))

    errand.begin(lambda: "done" if may_go_on.wait(15) else "late")
    before = (errand.is_under_way, errand.is_done)
    may_go_on.set()
    wait_until(lambda: errand.is_done, what="the result")

    assert before == (True, False)
    assert errand.take() == "done"
    assert not errand.is_under_way


def test_errand_raises_where_it_is_taken() -> None:
    """An error of the call is its owner's to handle."""
    errand: Errand[object] = Errand(random_name("errand"))
    nothing: dict[str, object] = {}
    errand.begin(lambda: nothing["missing"])
    wait_until(lambda: errand.is_done, what="the result")

    with pytest.raises(KeyError, match="missing"):
        errand.take()


def test_dropped_errand_leaves_no_result() -> None:
    """Whoever no longer waits is told nothing; a new call can begin at once."""
    may_go_on = threading.Event()
    errand: Errand[str] = Errand(random_name("errand"))
    errand.begin(lambda: "old" if may_go_on.wait(15) else "late")
    errand.drop()
    errand.begin(lambda: "new")
    wait_until(lambda: errand.is_done, what="the result")
    may_go_on.set()

    assert errand.take() == "new"
    with pytest.raises(RunnerError, match="begin it first"):
        errand.take()
