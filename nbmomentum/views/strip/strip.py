"""The pipeline strip: seven stations in a row, a play that travels along them, its form there, and the code there.

```python
strip = PipelineStrip(walk)
feed.connect(studio.walk_of(walk), strip)
```

A click only passes a command on; the token moves when the walk has done the stage. A click on a station looks back at
it, until the play moves on.

CSS classes, for tests in a browser: `kit-pipeline` around all; `kit-step-stage`, `kit-step-play`, `kit-walk-play`,
`kit-walk-restart` and `kit-pace` on the controls; `kit-station` on each station (a button), `kit-token` on the play,
`kit-walk-line` on its words, `kit-walk-offsets` on the offsets, `kit-form-pane` and `kit-code-pane` on the panes,
`kit-walk-words` on the text twin.
"""

from typing import Any, Protocol

from ipywidgets import HTML, Box, Button, Dropdown, HBox

from nbmomentum.views.commands import Asked, Commanding, action_button
from nbmomentum.views.strip.look import CSS
from nbmomentum.views.strip.panes import code_html, form_html, line_html, offsets_html, sentence, token_html
from nbmomentum.views.strip.walk import STATIONS, Walk
from nbmomentum.views.style import error_html, text
from nbmomentum.views.view import View

PACES = (("slow, 3 s", 3.0), ("calm, 1.5 s", 1.5), ("brisk, 0.7 s", 0.7), ("fast, 0.2 s", 0.2))
_SIGNS = {"reached": "✓ ", "here": "▸ ", "ahead": ""}


class Walkable(Protocol):
    """What the strip commands; every call returns at once."""

    def step(self) -> None:
        """One more stage."""

    def step_play(self) -> None:
        """On to the last stage of a play."""

    def play(self) -> None:
        """Go on by itself."""

    def pause(self) -> None:
        """Stand still."""

    def restart(self) -> None:
        """Begin anew with the first play."""

    def set_pace(self, pace_s: float) -> None:
        """From one stage to the next, in seconds."""


class PipelineStrip(Commanding[Walk]):
    """Stations, token, offsets, form and code of a walk, and its controls.

    Args:
        walk: What to command.
        figure: The view at the end of the way; it stands below the stations, and is drawn by its own connection.

    Attributes:
        step_stage, step_play, play, restart: The buttons.
        pace: The dropdown of seconds a stage.
        stations: One button a station; a click looks at it.
        sentence: What the strip shows, in words.
    """

    def __init__(self, walk: Walkable, *, figure: View[Any] | None = None) -> None:
        self._walk = walk
        self._figure = [] if figure is None else [figure.widget]
        self._asked_pace = Asked()
        self._chosen: int | None = None
        self._chosen_at: tuple[int, int] = (0, 0)
        self._shown: Walk | None = None
        self.sentence = ""
        self._build_controls()
        self._build_parts()
        self._listen()
        style = HTML(f"<style>{CSS}</style>")
        style.add_class("kit-sheet")
        super().__init__(style, *self._rows(), css_class="kit-pipeline")

    def _build_controls(self) -> None:
        self.step_stage = action_button("Step stage", "step-forward", "kit-step-stage", "134px")
        self.step_play = action_button("Step play", "fast-forward", "kit-step-play", "124px")
        self.play = action_button("Play", "play", "kit-walk-play", "96px")
        self.restart = action_button("Restart", "undo", "kit-walk-restart", "106px")
        self.pace = Dropdown(options=PACES, value=PACES[1][1], description="Pace")
        self.pace.add_class("kit-pace")

    def _build_parts(self) -> None:
        self.stations = tuple(_station(name) for name in STATIONS)
        self._token, self._line, self._offsets = _html("kit-token"), _html("kit-walk-line"), HTML()
        self._form, self._code, self._words = _html("kit-form-pane"), _html("kit-code-pane"), _html("kit-walk-words")
        self._place: str | None = None

    def _rows(self) -> list[Any]:
        controls = [self.step_stage, self.step_play, self.play, self.restart, self.pace]
        rows = [
            HBox(controls),
            HBox([self._line]),
            Box([self._token]),
            HBox(self.stations),
            HBox([self._form, self._code]),
        ]
        for row, css_class in zip(rows, ("kit-row", "kit-row", "kit-way", "kit-stations", "kit-panes"), strict=True):
            row.add_class(css_class)
        return [*rows[:4], self._offsets, rows[4], *self._figure, self._words]

    def _listen(self) -> None:
        self.step_stage.on_click(lambda _: self._command(self._walk.step))
        self.step_play.on_click(lambda _: self._command(self._walk.step_play))
        self.play.on_click(lambda _: self._command(self._toggle))
        self.restart.on_click(lambda _: self._command(self._walk.restart))
        self.pace.observe(self._pace_chosen, names="value")
        for number, station in enumerate(self.stations):
            station.on_click(lambda _, number=number: self._choose(number))

    def _toggle(self) -> None:
        is_playing = self._shown is not None and self._shown.state == "playing"
        (self._walk.pause if is_playing else self._walk.play)()

    def _pace_chosen(self, change: dict[str, Any]) -> None:
        if not self._is_drawing_here():
            self._asked_pace.ask(change["new"])
            self._command(lambda: self._walk.set_pace(change["new"]))

    def _choose(self, number: int) -> None:
        if self._shown is not None:
            self._chosen, self._chosen_at = number, (self._shown.number, self._shown.reached)
            self.invalidate()

    def _draw(self, walk: Walk) -> None:
        self._shown = walk
        if self._chosen_at != (walk.number, walk.reached):
            self._chosen = None
        looked_at = self._chosen if self._chosen is not None else max(0, walk.reached - 1)
        self._draw_way(walk, looked_at)
        self._line.value, self._offsets.value = line_html(walk), offsets_html(walk, looked_at)
        self._form.value, self._code.value = form_html(walk, looked_at), code_html(walk.code[looked_at])
        self.sentence = sentence(walk, looked_at)
        self._words.value = f'<p class="kit-quiet">{text(self.sentence)}</p>'
        with self._drawing():
            self._draw_controls(walk)
        self._draw_error()
        if walk.trouble and not self.error:
            self._error.value, self._error.layout.display = error_html(walk.trouble), ""

    def _draw_way(self, walk: Walk, looked_at: int) -> None:
        self._token.value = token_html(walk)
        if (place := f"kit-at-{walk.reached}") != self._place:
            if self._place is not None:
                self._token.remove_class(self._place)
            self._token.add_class(place)
            self._place = place
        for number, station in enumerate(self.stations):
            where = "ahead" if number >= walk.reached else "here" if number == walk.reached - 1 else "reached"
            _draw_station(station, number, where, is_chosen=number == looked_at and walk.event is not None)

    def _draw_controls(self, walk: Walk) -> None:
        is_over, is_playing = walk.state == "finished", walk.state == "playing"
        label, icon = ("Pause", "pause") if is_playing else ("Play", "play")
        self.play.description, self.play.icon, self.play.tooltip = label, icon, label
        self.step_stage.disabled = self.step_play.disabled = is_over
        if self._asked_pace.permits(walk.pace_s) and walk.pace_s in dict(PACES).values():
            self.pace.value = walk.pace_s


def _html(css_class: str) -> HTML:
    html = HTML()
    html.add_class(css_class)
    return html


def _station(name: str) -> Button:
    button = Button(description=name)
    button.add_class("kit-station")
    return button


def _draw_station(button: Button, number: int, where: str, *, is_chosen: bool) -> None:
    button.description = f"{_SIGNS[where]}{STATIONS[number]}"
    button.tooltip = f"Look at {STATIONS[number].lower()}, station {number + 1} of {len(STATIONS)}"
    (button.remove_class if where == "ahead" else button.add_class)("kit-reached")
    (button.add_class if is_chosen else button.remove_class)("kit-chosen")
