"""A chart as a picture: two buttons that write what the page shows into the kit's `data` folder.

```python
save = SaveChart(chart, name="score")
save  # or live_panel(chart, save)
save.save("svg")  # the same as a click; returns at once, `save.path` is where it lies in a moment
save_in_corners({"score": chart, "momentum": momentum})  # small, in the corner of each chart
```

The page draws the picture, not the kernel: PNG as large as on the screen, SVG without a loss at any size. Where no
page shows the chart nothing comes back, and after some seconds the line says so.

CSS classes: `kit-save` around all, with `kit-corner` where it is small; `kit-save-png` and `kit-save-svg` on the
buttons, `kit-saved` on the line.
"""

import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from bqplot import Figure
from ipywidgets import HTML, Box, HBox

from nbmomentum.errors import ExportError
from nbmomentum.runners import Runner
from nbmomentum.settings import home_folder
from nbmomentum.views.commands import Commanding, action_button
from nbmomentum.views.style import text

FORMS = ("png", "svg")
PATIENCE_S = 10.0
NO_PAGE = "No page has answered: the chart must be displayed somewhere, and the page be in sight."

_NAME = re.compile(r"[\w-]{1,80}")
_STARTS = {"png": (b"\x89PNG\r\n\x1a\n",), "svg": (b"<svg", b"<?xml")}


class Drawn(Protocol):
    """A view with a bqplot figure."""

    figure: Figure
    widget: Box


class SaveChart(Commanding[str]):
    """Buttons that save a chart as PNG or SVG, and a line that says where it lies.

    Args:
        chart: A view with a figure, such as a `ScoreChart`; it must be displayed somewhere.
        name: Of the file, without the suffix; a file of this name is replaced.
        in_corner: Small, and in the chart's own corner from now on, instead of a row to be placed.
        patience_s: How long to wait for a page, in seconds.

    Attributes:
        png, svg: The buttons.
        path: The file written last; None before the first.
        error: Why the last picture was not written, in words; empty if it was.

    Raises:
        ExportError: The name is none that any computer takes.
    """

    def __init__(
        self, chart: Drawn, *, name: str = "chart", in_corner: bool = False, patience_s: float = PATIENCE_S
    ) -> None:
        if _NAME.fullmatch(name) is None:
            raise ExportError(f"{name!r:.40} is no name of a file; take letters, digits, - and _.")
        self._figure = chart.figure
        self._name = name
        self._patience_s = patience_s
        self.path: Path | None = None
        self.png = action_button("Save PNG", "download", "kit-save-png", "128px")
        self.svg = action_button("Save SVG", "download", "kit-save-svg", "128px")
        self.png.tooltip, self.svg.tooltip = (f"Save this chart as a picture: {name}.{form}" for form in FORMS)
        self.png.on_click(lambda _: self.save("png"))
        self.svg.on_click(lambda _: self.save("svg"))
        self._line = HTML()
        self._line.add_class("kit-saved")
        row = HBox([self.png, self.svg, self._line])
        row.add_class("kit-row")
        super().__init__(row, css_class="kit-save")
        if in_corner:
            self._settle_in_corner(chart)

    def save(self, form: str) -> None:
        """Ask the page for the picture; it is written when it has come. Returns at once.

        Raises:
            ExportError: The form is neither "png" nor "svg".
        """
        if form not in FORMS:
            raise ExportError(f"A chart is saved as {' or '.join(FORMS)}, not as {form!r:.20}.")
        _Saving(self, form).start()

    def _settle_in_corner(self, chart: Drawn) -> None:
        """Become small, and a part of the chart, below its figure's end; the words are for screen readers there."""
        self.widget.add_class("kit-corner")
        for button, form in ((self.png, "PNG"), (self.svg, "SVG")):
            button.layout.width = "auto"
            button.description = f"Save {self._name} as {form}"
        # A cell that is run again gives the chart new buttons, not more of them.
        parts = [part for part in chart.widget.children if "kit-corner" not in part._dom_classes]
        parts.insert(parts.index(chart.figure) + 1, self.widget)
        chart.widget.children = parts

    def _ask_and_write(self, form: str, stop_requested: threading.Event) -> None:
        """Wait for the picture and write it; runs in a thread of its own."""
        self._set_busy(True)
        try:
            picture = self._ask_page(form, stop_requested)
            self.path, self.error = self._write(form, picture), ""
        except (ExportError, OSError) as error:
            self.error = str(error)
        self._set_busy(False)
        self.show("" if self.error or self.path is None else f"Saved as {self.path}")

    def _ask_page(self, form: str, stop_requested: threading.Event) -> bytes:
        pictures: list[bytes] = []
        has_come = threading.Event()

        def take(data: Any) -> None:
            pictures.append(bytes(data))
            has_come.set()

        slot = f"_upload_{form}_callback"
        setattr(self._figure, slot, None)  # of an earlier request that no page has answered
        getattr(self._figure, f"get_{form}_data")(take)
        waits = int(self._patience_s / 0.1)
        while not has_come.wait(0.1) and waits > 0 and not stop_requested.is_set():
            waits -= 1
        if not pictures:
            setattr(self._figure, slot, None)
            raise ExportError(NO_PAGE)
        return pictures[0]

    def _write(self, form: str, picture: bytes) -> Path:
        if not picture.startswith(_STARTS[form]):
            raise ExportError(f"What the page has sent is no {form.upper()}.")
        path = home_folder("data") / f"{self._name}.{form}"
        part = path.with_suffix(f".{form}.part")
        part.write_bytes(picture)
        part.replace(path)
        return path

    def _set_busy(self, is_busy: bool) -> None:
        self.png.disabled = self.svg.disabled = is_busy
        if is_busy:
            self._say("The page draws it …")

    def _draw(self, value: str) -> None:
        self._say(value)
        self._draw_error()

    def _say(self, words: str) -> None:
        self._line.value = f'<span role="status">{text(words)}</span>' if words else ""


def save_in_corners(charts: Mapping[str, Drawn]) -> tuple[SaveChart, ...]:
    """Give each of these charts two small buttons that save it as a picture: "Win probability" as win-probability.png.

    Raises:
        ExportError: A name is none that any computer takes.
    """
    names = {name.lower().replace(" ", "-"): chart for name, chart in charts.items()}
    return tuple(SaveChart(chart, name=name, in_corner=True) for name, chart in names.items())


class _Saving(Runner):
    """The thread of one picture."""

    def __init__(self, view: SaveChart, form: str) -> None:
        super().__init__(f"saving {id(view)}")
        self._view = view
        self._form = form

    def _run(self) -> None:
        self._view._ask_and_write(self._form, self._stop_requested)
