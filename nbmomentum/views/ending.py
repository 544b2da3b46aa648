"""The last cell of a lesson: a button that stops what the lesson started, and says what became of it.

```python
end = StopButton(lambda: [part.stop() for part in (feed, producer, consumer, broker)])
end.stop()  # the same by code
```

CSS classes: `kit-end` around all, `kit-stop` on the button.
"""

from collections.abc import Callable

from ipywidgets import HTML, Button, HBox, Layout

from nbmomentum.runners import Runner
from nbmomentum.views.style import error_html, text
from nbmomentum.views.view import View

WAITING = "Stop ends everything this lesson has started; closing the notebook's kernel does, too."
STOPPED = "Stopped: no thread of this lesson is left. To start over, run the notebook from its first cell."


class StopButton(View[str]):
    """A button, and one line of text: what runs, or how it ended; off once all is stopped.

    Args:
        stop: Stops everything; may take seconds, so a click runs it in a thread of its own.
        waiting: The line beside the button until then.

    Attributes:
        error: What `stop` raised, in words; empty if it went well.
    """

    def __init__(self, stop: Callable[[], object], *, waiting: str = WAITING) -> None:
        self._stop = stop
        self.error = ""
        self.button = Button(description="Stop", icon="stop", tooltip="Stop everything", layout=Layout(width="102px"))
        self.button.add_class("kit-stop")
        self.button.on_click(lambda _: _Stopping(self).start())
        self._html = HTML(text(waiting))
        super().__init__(HBox([self.button, self._html], layout=Layout(align_items="center")), css_class="kit-end")

    @property
    def sentence(self) -> str:
        """The line shown, as HTML."""
        line: str = self._html.value
        return line

    def stop(self) -> None:
        """Stop everything now, and show how it went."""
        self.button.disabled = True
        try:
            self._stop()
            self.error = ""
        except Exception as error:  # noqa: BLE001 (shown where the user looks; a thread's traceback reaches nobody)
            self.error = f"{type(error).__name__}: {error}"
        self.show(STOPPED)
        self.button.disabled = not self.error

    def _draw(self, value: str) -> None:
        self._html.value = error_html(self.error) or text(value)


class _Stopping(Runner):
    """The thread of one click."""

    def __init__(self, button: StopButton) -> None:
        super().__init__("stopping")
        self._button = button

    def _run(self) -> None:
        self._button.stop()
