"""What all views share: one widget, `show(value)` with a newest value, and a mark that asks to be drawn again.

```python
class Clock(View[GameState]):
    def __init__(self) -> None:
        self._html = HTML()
        super().__init__(self._html, css_class="kit-clock")

    def _draw(self, value: GameState) -> None:
        self._html.value = text(value.clock)
```

A view as the last expression of a cell is displayed. `show` is called by one thread at a time (see
`nbmomentum.views.live`) and sets only what changed: traits that keep their value send nothing to the page.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Generic, TypeVar

from ipywidgets import VBox, Widget

from nbmomentum.views.style import sheet

T = TypeVar("T")

# What a click on a moment of the game calls, with the event id of its play.
OnMoment = Callable[[str], object]
GO_TO_MOMENT = "Go to this moment"
# The CSS classes of controls that need no feed.
ACTS_ALONE = frozenset({"kit-save-png", "kit-save-svg"})
# Where the widgets hold others: boxes, charts and the axes of these.
PART_TRAITS = frozenset({"children", "layout", "marks", "axes", "scale", "scales"})


class View(ABC, Generic[T]):
    """A drawing of the newest value of one kind.

    Attributes:
        widget: The widget to put into a layout.
    """

    def __init__(self, *content: Widget, css_class: str) -> None:
        self.widget = VBox([sheet(), *content])
        self.widget.add_class("kit").add_class(css_class)
        self._stale = threading.Event()
        self._followers: tuple[View[Any], ...] = ()
        self._resting: list[Widget] = []

    def show(self, value: T) -> None:
        """Draw this value."""
        resting, self._resting = self._resting, []
        for control in resting:
            control.disabled = False
        self._stale.clear()  # before drawing: a change during the drawing asks for another one
        with held(self):
            self._draw(value)

    def rest(self) -> None:
        """Nobody draws it any more: what would only seem to act is off, until another value is shown."""
        off = [control for control in _controls_of(self.widget) if not control.disabled]
        self._resting += off
        for control in off:
            control.disabled = True

    @property
    def is_stale(self) -> bool:
        """Whether the view asks to be drawn again although the value is the same."""
        return self._stale.is_set()

    def invalidate(self) -> None:
        """Ask to be drawn again, with the views that follow; callbacks call this and nothing else."""
        self._stale.set()
        for follower in self._followers:
            follower.invalidate()

    def followed_by(self, view: "View[Any]") -> None:
        """Let `view` be drawn again whenever this one asks for it, say after a slider of this one has moved."""
        self._followers += (view,)

    @abstractmethod
    def _draw(self, value: T) -> None:
        """Set the traits that changed."""

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = self.widget._repr_mimebundle_(**options)
        return bundle


@contextmanager
def held(*views: View[Any]) -> Iterator[None]:
    """What changes in these views meanwhile goes to the page at the end, all together, one message a widget.

    The page draws a message when it comes: spread over the time of the drawing, the board would be a basket ahead of
    the chart. For one writer at a time.
    """
    with ExitStack() as stack:
        for view in views:
            for part in _parts_of(view.widget):
                stack.enter_context(part.hold_sync())
        yield


def _parts_of(widget: Widget) -> Iterator[Widget]:
    """A widget, and all that it is made of."""
    yield widget
    for name in PART_TRAITS & widget.traits().keys():
        parts = getattr(widget, name)
        parts = parts.values() if isinstance(parts, dict) else parts if isinstance(parts, (list, tuple)) else (parts,)
        for part in parts:
            if isinstance(part, Widget):
                yield from _parts_of(part)


def _controls_of(widget: Widget) -> Iterator[Widget]:
    """What can be clicked, slid or chosen in a widget; a chart's own buttons act without a feed."""
    for part in _parts_of(widget):
        if part.has_trait("disabled") and not ACTS_ALONE.intersection(part._dom_classes):
            yield part
