"""Background threads that are owned: named, replaced when started again, stopped, joined, errors kept.

A notebook cell is run again and again. A `Runner` makes that safe: starting a runner stops and joins the
running one of the same name first, so there is always one thread per name.

    class Ticker(Runner):
        def _run(self) -> None:
            while not self._stop_requested.wait(0.1):
                ...

    with Ticker(name="ticker"):      # start ... stop
        ...
"""

import atexit
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, Self, TypeVar

from nbmomentum.errors import RunnerError

T = TypeVar("T")

STOP_TIMEOUT_S = 5.0
WAKE_INTERVAL_S = 0.1
LAST_STEPS_TIMEOUT_S = 1.0  # of a thread that has done its work

_registry_lock = threading.Lock()
_running: dict[str, "Runner"] = {}


class Runner:
    """One named background thread with a life of its own.

    Subclasses implement `_run`, which returns soon after `_stop_requested` is set; `_wake` may be extended to
    interrupt a wait, `_prepare` to begin each life afresh.

    Attributes:
        name: The runner's name; one thread per name at a time.
        error: The exception that ended the thread, or None.
        is_replaced: Whether another one of this name has taken its place.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.error: BaseException | None = None
        self.is_replaced = False
        self._stop_requested = threading.Event()
        self._life = threading.RLock()
        self._thread: threading.Thread | None = None
        # Of our own: on CPython 3.11 a `Thread.join` that Ctrl-C interrupts takes a living thread for dead.
        self._ended = threading.Event()
        self._ended.set()

    @property
    def is_running(self) -> bool:
        """Whether the thread is alive."""
        return not self._ended.is_set()

    def start(self) -> Self:
        """Start the thread, after stopping the running one of the same name. Returns self."""
        with self._life:
            while not self._start_if_free():
                _stop_holder(self.name)
        return self

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """Ask the thread to end, and join it; safe to call twice.

        Raises:
            RunnerError: The thread did not end in time, or an error had ended it (its cause).
        """
        self._halt(timeout_s)
        if self.error is not None:
            raise RunnerError(f"{self.name} ended by an error: {self.error}") from self.error

    def request_stop(self) -> None:
        """Ask the thread to end, and return at once; `stop` then waits for it."""
        self._stop_requested.set()
        self._wake()

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait until the thread ends by itself; True if it did within `timeout_s` (None: no limit)."""
        ended, thread = self._ended, self._thread
        has_ended = ended.wait(timeout_s)
        if has_ended and thread is not None and thread is not threading.current_thread():
            thread.join(LAST_STEPS_TIMEOUT_S)
        return has_ended

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, exc_type: type[BaseException] | None, *_: object) -> None:
        if exc_type is None:
            self.stop()
        else:
            self._halt(STOP_TIMEOUT_S)

    def _run(self) -> None:
        """The thread's work; implemented by subclasses."""
        raise TypeError(f"{type(self).__name__} has no _run")

    def _prepare(self) -> None:
        """Make ready for a new life of the thread, before it starts; extended by subclasses that keep state."""

    def _wake(self) -> None:
        """Interrupt whatever the thread waits for; called until it has ended. Extended by subclasses that wait."""

    def _halt(self, timeout_s: float) -> None:
        """Stop and join without raising the thread's own error."""
        self.request_stop()
        if self._thread is threading.current_thread():
            return
        deadline_s = time.monotonic() + timeout_s
        while not self.join(WAKE_INTERVAL_S):
            if time.monotonic() > deadline_s:
                raise RunnerError(f"{self.name} did not stop within {timeout_s:g} s; restart the kernel.")
            self._wake()  # again: it may have begun another wait

    def _start_if_free(self) -> bool:
        """Start the thread unless another one holds the name. One step, so two starters never both succeed."""
        with _registry_lock:
            holder = _running.get(self.name)
            if holder is not None and holder.is_running:
                return False
            self.error, self.is_replaced = None, False
            self._stop_requested.clear()
            self._prepare()  # may refuse, and then nobody holds the name
            self._ended = ended = threading.Event()
            name = f"nbmomentum-{self.name}"
            self._thread = threading.Thread(target=self._guard, args=(ended,), name=name, daemon=True)
            _running[self.name] = self
            self._launch(self._thread)
            return True

    def _launch(self, thread: threading.Thread) -> None:
        try:
            thread.start()
        except RuntimeError:  # the system gives no more threads
            del _running[self.name]
            self._ended.set()
            raise

    def _guard(self, ended: threading.Event) -> None:
        """Run the work, keep its error, leave the registry."""
        try:
            self._run()
        except BaseException as error:  # noqa: BLE001 (kept for stop() and the status, shown there)
            self.error = error
        finally:
            with _registry_lock:
                if _running.get(self.name) is self:
                    del _running[self.name]
            ended.set()

    def explain_error(self) -> str:
        """The traceback of the error that ended the thread, as text; empty if there was none."""
        return "".join(traceback.format_exception(self.error)) if self.error else ""


class Errand(Generic[T]):
    """One call at a time in a thread beside its owner, who never waits for it: a network takes the time it takes.

        errand = Errand("scoreboard")
        errand.begin(todays_games)
        if errand.is_done:
            games = errand.take()

    Args:
        name: Of the thread.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._result: Future[T] | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether a call was begun and its result not yet taken."""
        return self._result is not None

    @property
    def is_done(self) -> bool:
        """Whether there is a result to take."""
        return self._result is not None and self._result.done()

    def begin(self, call: Callable[[], T]) -> None:
        """Begin a call; what an earlier one may still bring is dropped."""
        self._result = result = Future[T]()
        threading.Thread(target=_run_errand, args=(call, result), name=f"nbmomentum-{self._name}", daemon=True).start()

    def take(self) -> T:
        """The result, of a call that is done; raises what the call has raised."""
        if self._result is None:
            raise RunnerError(f"{self._name} was not sent; begin it first.")
        result, self._result = self._result, None
        return result.result()

    def drop(self) -> None:
        """Forget the call; its thread ends by itself."""
        self._result = None


def _run_errand(call: Callable[[], T], result: "Future[T]") -> None:
    try:
        result.set_result(call())
    except BaseException as error:  # noqa: BLE001 (raised again where the result is taken)
        result.set_exception(error)


def running() -> list[Runner]:
    """The runners whose threads are alive, by name."""
    with _registry_lock:
        return [_running[name] for name in sorted(_running)]


def stop_all(timeout_s: float = STOP_TIMEOUT_S) -> None:
    """Stop and join every runner of this process; the last cell of a notebook may call it.

    Raises:
        RunnerError: A thread did not end in time; the others were stopped all the same.
    """
    stubborn = []
    for runner in running():
        try:
            runner._halt(timeout_s)
        except RunnerError as error:
            stubborn.append(error)
    if stubborn:
        raise stubborn[0]


def _stop_holder(name: str) -> None:
    """Stop and join the runner that holds this name."""
    with _registry_lock:
        holder = _running.get(name)
    if holder is None:
        return
    if holder._thread is threading.current_thread():
        raise RunnerError(f"{name} cannot be started again by its own thread.")
    holder.is_replaced = True
    holder._halt(STOP_TIMEOUT_S)


atexit.register(stop_all)
