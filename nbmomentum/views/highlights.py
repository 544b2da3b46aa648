"""Two buttons that skip the quiet parts of a replay: to crunch time, and to the next moment worth calling out.

```python
highlights = Highlights(studio.skipping(producer, consumer, alerts))
feed.connect(lambda: producer.status, highlights)
```

CSS classes: `kit-highlights` around both; `kit-crunch` and `kit-next` on the buttons.
"""

from typing import Any, Protocol

from ipywidgets import HBox

from nbmomentum.views.commands import Commanding, action_button


class Skippable(Protocol):
    """What the buttons command; every call returns at once."""

    def to_crunch_time(self) -> None:
        """Go on with the last five minutes of the fourth period, or with the last overtime."""

    def to_next_moment(self) -> None:
        """Send all plays up to the next lead change, tie or run, and go on from there."""


class Highlights(Commanding[Any]):
    """Crunch time, and the next moment.

    Args:
        replay: What to command.

    Attributes:
        crunch: To the last five minutes.
        next: To the next lead change, tie or run.
    """

    def __init__(self, replay: Skippable) -> None:
        self.next = action_button("Next moment", "forward", "kit-next", "160px")
        self.next.tooltip = "Send all plays up to the next lead change, tie or run"
        self.crunch = action_button("Crunch time", "fire", "kit-crunch", "146px")
        self.crunch.tooltip = "The last five minutes, or the last overtime"
        self.next.on_click(lambda _: self._command(replay.to_next_moment))
        self.crunch.on_click(lambda _: self._command(replay.to_crunch_time))
        row = HBox([self.next, self.crunch])
        row.add_class("kit-row")
        super().__init__(row, css_class="kit-highlights")

    def _draw(self, _: Any) -> None:
        self._draw_error()
