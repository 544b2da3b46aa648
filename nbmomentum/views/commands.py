"""What all controls share: a click passes a command on, its error is shown, and a drawing is no command.

```python
class Stopwatch(Commanding[Status]):
    def __init__(self, clock: Clock) -> None:
        self.stop = action_button("Stop", "stop", "kit-stop-clock", "84px")
        self.stop.on_click(lambda _: self._command(clock.stop))
        super().__init__(self.stop, css_class="kit-stopwatch")
```

A click never assumes its effect: what the controls show comes back through the live feed.
"""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ipywidgets import HTML, Button, Layout, Text, Widget

from nbmomentum.views.style import error_html, text
from nbmomentum.views.view import View

PATIENCE_S = 1.0
LATE_LETTERS_S = 1.0

T = TypeVar("T")


class Commanding(View[T]):
    """A view whose widgets command something; the last command's error stands below them.

    Attributes:
        error: The last command's error in words; empty if it went well.
    """

    def __init__(self, *content: Widget, css_class: str) -> None:
        self.error = ""
        self._drawn_by: int | None = None
        self._error = HTML(layout=Layout(display="none"))
        super().__init__(*content, self._error, css_class=css_class)

    def _command(self, command: Callable[[], object]) -> None:
        """Run one command; its error is shown below the buttons, not lost in a log of the server."""
        try:
            command()
            self.error = ""
        except Exception as error:  # noqa: BLE001 (a callback's traceback would reach nobody; shown instead)
            self.error = f"{type(error).__name__}: {error}"
        self.invalidate()

    def rest(self, words: str = "") -> None:
        """Switch all off, and say why in words of this library's own."""
        super().rest()
        if words:
            self._error.value, self._error.layout.display = text(words), ""

    def _draw_error(self) -> None:
        self._error.value = error_html(self.error)
        self._error.layout.display = "" if self.error else "none"

    @contextmanager
    def _drawing(self) -> Iterator[None]:
        """Changes of a widget by this thread are drawings, no commands of the user."""
        self._drawn_by = threading.get_ident()
        try:
            yield
        finally:
            self._drawn_by = None

    def _is_drawing_here(self) -> bool:
        return self._drawn_by == threading.get_ident()


class Asked:
    """What the user asked for last: an older status must not move a slider back under the user's hand.

    Args:
        now: A clock, in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._value: object = None
        self._until_s = 0.0

    def ask(self, value: object) -> None:
        """Wait for this value, `PATIENCE_S` seconds at most."""
        self._value, self._until_s = value, self._now() + PATIENCE_S

    def settle(self) -> None:
        """Wait no longer."""
        self._until_s = 0.0

    def permits(self, actual: object) -> bool:
        """Whether to follow this actual value: it is the one asked for, or the wait for that is over."""
        if actual == self._value:
            self.settle()
        return self._now() >= self._until_s


def on_enter(field: Text, command: Callable[[], object], *, now: Callable[[], float] = time.monotonic) -> None:
    """Run this when Enter is pressed in the field, and once more with letters that were typed before it.

    A page holds a text back while an earlier one is on its way, and Enter never: on a busy computer it comes first.

    Args:
        field: Where it is pressed.
        command: What it does; reads the field's value.
        now: A clock, in seconds.
    """
    entered_s = -math.inf

    def pressed(_: object, content: dict[str, Any], __: object) -> None:
        nonlocal entered_s
        if content.get("event") == "submit":  # the page's word for Enter
            entered_s = now()
            command()

    def typed(_: object) -> None:
        if now() - entered_s < LATE_LETTERS_S:
            command()

    field.on_msg(pressed)
    field.observe(typed, names="value")


def action_button(label: str, icon: str, css_class: str, width: str) -> Button:
    """A button with an icon, whose label is its tooltip too; `css_class` is what browser tests select."""
    button = Button(description=label, icon=icon, tooltip=label, layout=Layout(width=width))
    button.add_class(css_class)
    return button
