"""The render thread: ten times a second it takes the newest state and redraws the views whose state changed.

```python
feed = LiveFeed()
feed.connect(lambda: consumer.states().get(game_id), scoreboard, chart, alerts)
feed.connect(lambda: producer.status, controls)
feed.start()
```

The frame rate depends neither on how fast records arrive nor on the replay speed: a thousand states between two
ticks are one drawing. Running the cell again replaces the thread of the same name.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from nbmomentum.errors import RunnerError
from nbmomentum.runners import STOP_TIMEOUT_S, Runner
from nbmomentum.views.commands import Commanding
from nbmomentum.views.page import PageWatch
from nbmomentum.views.view import View, held

MAX_HZ = 20.0  # measured: above it a browser on a small laptop falls behind, and nothing tells the kernel

STOPPED = "Stopped: run the notebook's cells again, from the first."
REPLACED = "Replaced by a newer one: run the cell that shows this panel again."

Source = Callable[[], Any]


class Showable(Protocol):
    """What a feed draws: `show(value)`; an optional `is_stale` asks for a drawing of an unchanged value."""

    def show(self, value: Any) -> None:
        """Draw this value."""


@dataclass(frozen=True)
class LiveStatus:
    """What a feed has done since its start.

    Attributes:
        frames: Ticks in which something was drawn.
        errors: Sources and views that raised, counted each time.
        last_error: The newest of those errors in words; empty if there was none.
    """

    frames: int = 0
    errors: int = 0
    last_error: str = ""


@dataclass
class _Connection:
    source: Source
    views: tuple[Showable, ...]
    shown: Any = field(default=None)

    def read(self) -> list[tuple[Showable, Any]]:
        """The views to be drawn now, each with the newest value: all if it is another one, else those that ask."""
        value = self.source()
        is_new = value is not self.shown and value != self.shown
        self.shown = value
        if value is None:
            return []
        return [(view, value) for view in self.views if is_new or getattr(view, "is_stale", False)]


class LiveFeed(Runner):
    """Draws the newest values in one thread.

    Args:
        hz: Ticks a second, above 0 and at most 20.
        name: One feed of a name runs at a time.
        page: While it is hidden nothing is drawn; without one the feed always draws.
    """

    def __init__(self, *, hz: float = 10.0, name: str = "live", page: PageWatch | None = None) -> None:
        if not 0 < hz <= MAX_HZ:
            raise ValueError(f"hz is {hz}; a feed draws more than 0 and at most {MAX_HZ:g} times a second.")
        super().__init__(name)
        self._interval_s = 1 / hz
        self._page = page
        self._connections: tuple[_Connection, ...] = ()
        self._drawing = threading.RLock()  # hold_sync has one writer
        self._frames = 0
        self._errors = 0
        self._last_error: tuple[str, Exception] | None = None

    def connect(self, source: Source, *views: Showable) -> "LiveFeed":
        """Draw the values of `source` on these views, whenever they change.

        Args:
            source: Called once a tick; returns an immutable value, or None while there is nothing to show.
            *views: Each gets `show(value)`.
        """
        self._connections += (_Connection(source, views),)
        return self

    @property
    def frames(self) -> int:
        """Ticks in which something was drawn."""
        return self._frames

    @property
    def status(self) -> LiveStatus:
        """Frames and errors so far."""
        return LiveStatus(self._frames, self._errors, self._last_error[0] if self._last_error else "")

    def start(self) -> "LiveFeed":
        """Start the render thread, after stopping the running one of the same name. Returns self."""
        self._errors, self._last_error = 0, None
        super().start()
        return self

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """Draw the newest state once more, end the thread and join it; safe to call twice.

        Raises:
            RunnerError: The thread did not end in time, or a source or a view had raised an error.
        """
        super().stop(timeout_s)
        if self._last_error is not None:
            message, error = self._last_error
            raise RunnerError(f"{self.name} drew on after {self._errors} errors; the last: {message}") from error

    def render_once(self) -> bool:
        """One tick: read every source, draw what changed, for one moment. Returns whether something was drawn."""
        with self._drawing:
            due = [drawing for connection in self._connections for drawing in self._read(connection)]
            with held(*(view for view, _ in due if isinstance(view, View))):
                drawn = [self._show(view, value) for view, value in due]
            self._frames += any(drawn)
            return any(drawn)

    def __repr__(self) -> str:
        state = "drawing" if self.is_running else "stopped"
        return f"<LiveFeed {self.name}: {state}, {self._frames} frames, {self._errors} errors>"

    def _ipython_display_(self) -> None:
        """As the last value of a cell it shows nothing: what it draws stands elsewhere."""

    def _prepare(self) -> None:
        super()._prepare()
        for connection in self._connections:
            connection.shown = None  # what rests is drawn, and on, again

    def _run(self) -> None:
        while not self._stop_requested.wait(self._interval_s):
            if self._page is None or not self._page.is_hidden:
                self.render_once()
        self.render_once()
        self._rest()

    def _rest(self) -> None:
        """Nothing is drawn any more: controls are off, and the first ones say why."""
        views = [view for connection in self._connections for view in connection.views if isinstance(view, View)]
        told = next((view for view in views if isinstance(view, Commanding)), None)
        for view in views:
            if view is told:
                view.rest(REPLACED if self.is_replaced else STOPPED)
            else:
                view.rest()

    def _read(self, connection: _Connection) -> list[tuple[Showable, Any]]:
        try:
            return connection.read()
        except Exception as error:  # noqa: BLE001 (a student's lambda may raise anything; kept and shown)
            self._keep(error, "a source")
            return []

    def _show(self, view: Showable, value: Any) -> bool:
        """Draw one view; its error does not keep the others from drawing."""
        try:
            view.show(value)
        except Exception as error:  # noqa: BLE001 (kept and shown; the thread lives on)
            self._keep(error, type(view).__name__)
            return False
        return True

    def _keep(self, error: Exception, origin: str) -> None:
        self._errors += 1
        self._last_error = f"{origin}: {type(error).__name__}: {error}", error
