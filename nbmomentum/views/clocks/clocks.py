"""Three clocks side by side, and a seek by each of them.

```python
clocks = ThreeClocks(studio.clock_seeking(producer, consumer))
feed.connect(studio.clocks_of(tail, producer, consumer), clocks)
```

CSS classes, for tests in a browser: `kit-clocks` around all; `kit-clocks-svg` on the picture, `kit-which-clock`,
`kit-moment`, `kit-clock-seek` and `kit-clock-live` on the controls, `kit-clock-means` on what a seek by this clock
means, `kit-clock-words` on the text twin.
"""

import threading
from typing import Protocol

from ipywidgets import HTML, Dropdown, HBox, Layout, Text

from nbmomentum.views.clocks.drawing import drawing_html, sentence
from nbmomentum.views.clocks.moments import Clock, Clocks
from nbmomentum.views.commands import Commanding, action_button, on_enter
from nbmomentum.views.style import text

MEANINGS = {
    Clock.GAME: "The value says it; Kafka cannot look inside. The kit reads the replay again from its first record, "
    "until a play is later.",
    Clock.EVENT: "The value says it, or it is tip-off plus seconds of play. Kafka cannot look inside: read again from "
    "the first record, until a play is later.",
    Clock.RECORD: "Each record carries it beside its value. offsets_for_times asks the broker for the first offset at "
    "that time; the kit folds all records before it.",
}
_CSS = """
.kit.kit-clocks { gap: 2px; }
.kit.kit-clocks .kit-row { margin: 0; }
.kit.kit-clocks .kit-clocks-svg { display: block; width: 100%; height: auto; }
.kit.kit-clocks .kit-clock-name { font-size: 17px; font-weight: 700; fill: var(--kit-ink); }
.kit.kit-clocks .kit-clock-note, .kit.kit-clocks .kit-tick-name { font-size: 14px; fill: var(--kit-quiet); }
.kit.kit-clocks .kit-tick-name { paint-order: stroke; stroke: var(--kit-paper); stroke-width: 4px; }
.kit.kit-clocks .kit-axis { stroke: var(--kit-ink); stroke-width: 2; }
.kit.kit-clocks .kit-tick { stroke: var(--kit-ink); stroke-width: 1.5; }
.kit.kit-clocks .kit-play-line { fill: none; stroke-width: 1.4; opacity: .75; }
.kit.kit-clocks .kit-ahead-line { stroke: var(--kit-quiet); stroke-dasharray: 1 4; }
.kit.kit-clocks .kit-mark-line { fill: none; stroke: var(--kit-ink); stroke-width: 3; }
.kit.kit-clocks .kit-mark { fill: var(--kit-paper); stroke: var(--kit-ink); stroke-width: 3; }
.kit.kit-clocks .kit-reading { font-size: 18px; font-weight: 800; fill: var(--kit-ink); paint-order: stroke;
  stroke: var(--kit-paper); stroke-width: 5px; font-variant-numeric: tabular-nums; }
.kit.kit-clocks .kit-which-clock, .kit.kit-clocks .kit-moment { margin: 2px 6px 2px 2px; }
.kit.kit-clocks .kit-which-clock label, .kit.kit-clocks .kit-moment label { width: auto; }
.kit.kit-clocks .kit-moment input { font-size: var(--kit-body); height: 34px; color: var(--kit-ink);
  background: var(--kit-paper); }
.kit.kit-clocks .kit-clock-means { margin: 0 2px; min-height: 42px; }
.kit.kit-clocks p { margin: 2px 0; }
"""


class ClockSeekable(Protocol):
    """What the clocks command; every call returns at once."""

    def seek_clock(self, clock: str, moment: str) -> None:
        """Show the game as it was at this moment of one of the clocks, and hold."""

    def resume(self) -> None:
        """Read on to the end of the log, and follow it."""


class ThreeClocks(Commanding[Clocks]):
    """Three parallel axes, each play a line between them, and a seek by each clock.

    Args:
        reader: What to command; without one there is no seek.

    Attributes:
        clock: The dropdown of the clock to seek by.
        moment: The time on that clock, as text; at first the last known play's.
        seek: The button that seeks; Enter in the field does the same.
        live: The button that goes on to the end of the log.
        sentence: The picture in words.
    """

    def __init__(self, reader: ClockSeekable | None = None) -> None:
        self._reader = reader
        self._clocks = Clocks()
        self._wants_moment = threading.Event()
        self._wants_moment.set()
        self.sentence = ""
        self._picture, self._means, self._words = HTML(), HTML(), HTML()
        self._means.add_class("kit-clock-means")
        self._words.add_class("kit-clock-words")
        self._build_controls()
        style = HTML(f"<style>{_CSS}</style>")
        style.add_class("kit-sheet")
        controls = [] if reader is None else [self._row(), self._means]
        super().__init__(style, self._picture, *controls, self._words, css_class="kit-clocks")
        self.show(self._clocks)

    def _build_controls(self) -> None:
        self.clock = Dropdown(
            options=[str(clock) for clock in Clock], description="Seek by", layout=Layout(width="190px")
        )
        self.moment = Text(description="Moment", layout=Layout(width="210px"))
        self.seek = action_button("Seek", "search", "kit-clock-seek", "88px")
        self.live = action_button("Live", "fast-forward", "kit-clock-live", "84px")
        self.clock.add_class("kit-which-clock")
        self.moment.add_class("kit-moment")
        self.clock.observe(lambda _: self._clock_chosen(), names="value")
        self.seek.on_click(lambda _: self._command(self._ask))
        on_enter(self.moment, lambda: self._command(self._ask))
        self.live.on_click(lambda _: self._command(self._follow))

    def _row(self) -> HBox:
        row = HBox([self.clock, self.moment, self.seek, self.live])
        row.add_class("kit-row")
        return row

    def _clock_chosen(self) -> None:
        self._wants_moment.set()  # what stands there is no time of this clock
        self.invalidate()

    def _ask(self) -> None:
        if self._reader is not None:
            self._reader.seek_clock(self.clock.value, self.moment.value)

    def _follow(self) -> None:
        if self._reader is not None:
            self._reader.resume()

    def _draw(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._picture.value = drawing_html(clocks)
        self.sentence = sentence(clocks)
        self._words.value = f'<p class="kit-quiet">{text(self.sentence)}</p>'
        chosen = Clock(self.clock.value)
        self._means.value = text(MEANINGS[chosen])
        self._fill(chosen)
        self._draw_error()

    def _fill(self, chosen: Clock) -> None:
        """Put the last known play's time into the field, once a clock: it must not change under a hand that types."""
        last = self._clocks.last_known
        if last is not None and self._wants_moment.is_set():
            self._wants_moment.clear()
            self.moment.value = last.reading(chosen)
