"""The log view: records appear at the end of their partition, and the groups' flags move after them.

```python
view = LogView()
view.show(LogPicture(topic="nba_momentum", partitions=partitions, pointers=pointers))
```

Press *Hold* or choose a record, by a click or by arrow keys, and the records in view stand still; low watermarks,
end offsets and flags go on. *Follow* shows the end again, and nothing that came meanwhile is lost to the log.

CSS classes, for tests in a browser: `kit-log-view` around all; `kit-log-follow` (the switch), `kit-log-earlier`,
`kit-log-later`, `kit-log-up`, `kit-log-down`, `kit-log-state`, `kit-log-picture`, `kit-record` and `kit-log-words`
on the parts; see also `nbmomentum.views.log_picture.drawing`.
"""

import re
from typing import Any

from ipywidgets import HTML, Button, HBox, Layout, Text

from nbmomentum.views.log_picture.drawing import log_svg
from nbmomentum.views.log_picture.keys import KeyMarks
from nbmomentum.views.log_picture.look import listening, look
from nbmomentum.views.log_picture.picture import LogPicture
from nbmomentum.views.log_picture.rows import MAX_ROWS, Hold, Row, rows_of
from nbmomentum.views.log_picture.words import legend_html, sentence_of, table_of
from nbmomentum.views.log_view import LoggedRecord, record_html
from nbmomentum.views.style import error_html, text
from nbmomentum.views.view import View

_NOTHING_CHOSEN = '<p class="kit-quiet">Choose a record, by a click or by arrow keys, to read it.</p>'
_PLACE = re.compile(r"(\d+):(\d+) ")


class LogView(View[LogPicture]):
    """Partitions as rows, records as letters in the colour of their key, groups as flags.

    Attributes:
        follow: The switch: holds the view, or follows the end again.
        earlier, later, up, down: Choose the record beside the chosen one.
    """

    def __init__(self) -> None:
        self._marks = KeyMarks()
        self._picture: LogPicture | None = None
        self._hold: Hold | None = None
        self.follow = Button(layout=Layout(width="104px"))
        self.follow.add_class("kit-log-follow")
        self.follow.on_click(lambda _: self._switch())
        self.earlier = self._step_button("Earlier record", "arrow-left", "kit-log-earlier", -1, 0)
        self.later = self._step_button("Later record", "arrow-right", "kit-log-later", 1, 0)
        self.up = self._step_button("Partition above", "arrow-up", "kit-log-up", 0, -1)
        self.down = self._step_button("Partition below", "arrow-down", "kit-log-down", 0, 1)
        self._state = _html("kit-log-state", layout=Layout(flex="1 1 auto"))
        self._drawing = _html("kit-log-picture", tabbable=True)
        self._legend = _html("kit-legend")
        self._detail = _html("kit-record")
        self._words = _html("kit-log-words")
        head = HBox([self._state, self.earlier, self.later, self.up, self.down, self.follow])
        head.add_class("kit-row")
        parts = (head, self._drawing, self._picked_field(), self._legend, self._detail, self._words)
        super().__init__(look(), *parts, listening(), css_class="kit-log-view")
        self._draw(LogPicture(topic=""))

    @property
    def is_held(self) -> bool:
        """Whether the records in view stand still."""
        return self._hold is not None

    @property
    def selected(self) -> LoggedRecord | None:
        """The record that is read; None while there is none."""
        hold = self._hold
        return hold.record if hold else None

    @property
    def sentence(self) -> str:
        """The picture shown last in words, as plain text; empty before the first."""
        return "" if self._picture is None else sentence_of(self._picture)

    def choose(self, partition: int, offset: int) -> None:
        """Hold the view, and read this record of it; the same one again gives it up. What is not kept is ignored."""
        hold = self._held()
        if hold is not None and (chosen := hold.choose((partition, offset))).record is not None:
            self._set_hold(chosen)
        elif self.is_held:
            self._set_hold(hold and hold.choose((partition, offset)))

    def _step_button(self, label: str, icon: str, css_class: str, columns: int, rows: int) -> Button:
        button = Button(icon=icon, tooltip=label, layout=Layout(width="38px"))
        button.add_class(css_class).add_class("kit-log-step")
        button.on_click(lambda _: self._move(columns, rows))
        return button

    def _picked_field(self) -> Text:
        """Where the page writes the place of a record that was pressed."""
        field = Text(layout=Layout(display="none"), continuous_update=False)
        field.add_class("kit-log-picked")
        field.observe(self._picked, names="value")
        return field

    def _picked(self, change: dict[str, Any]) -> None:
        if (found := _PLACE.match(change["new"])) is not None:
            self.choose(int(found[1]), int(found[2]))

    def _switch(self) -> None:
        self._set_hold(None if self.is_held else self._held())

    def _move(self, columns: int, rows: int) -> None:
        hold = self._held()
        self._set_hold(hold and hold.moved(columns, rows))

    def _held(self) -> Hold | None:
        """The present hold, or one of what was drawn last."""
        if self._hold is not None or self._picture is None:
            return self._hold
        return Hold.of(self._picture)

    def _set_hold(self, hold: Hold | None) -> None:
        self._hold = hold
        self.invalidate()

    def _draw(self, picture: LogPicture) -> None:
        self._picture = picture
        hold = self._hold
        rows = rows_of(picture, hold)
        keys = {record.key for row in rows for record in row.records if record.key is not None}
        self._marks.forget_all_but(keys)
        self._drawing.value = log_svg(rows, picture.pointers, self._marks, hold.selected if hold else None)
        self._legend.value = legend_html(rows, self._marks, picture.pointers)
        self._words.value = f"<p>{text(sentence_of(picture))}</p>{table_of(picture)}"
        self._state.value = _state_html(picture, rows, hold)
        self._detail.value = _detail_html(hold) if hold and hold.record else _NOTHING_CHOSEN
        self._draw_switch(is_held=hold is not None)

    def _draw_switch(self, *, is_held: bool) -> None:
        label, icon, tip = ("Follow", "arrow-down", "Show the end of the log again") if is_held else _HOLD
        self.follow.description, self.follow.icon, self.follow.tooltip = label, icon, tip


_HOLD = ("Hold", "pause", "Let the records in view stand still")


def _html(css_class: str, **options: Any) -> HTML:
    widget = HTML(**options)
    widget.add_class(css_class)
    return widget


def _state_html(picture: LogPicture, rows: tuple[Row, ...], hold: Hold | None) -> str:
    newer = sum(row.newer for row in rows)
    state = f"held; {f'{newer:,}' if newer else 'none'} newer" if hold else "following its end"
    more = len(picture.partitions) - MAX_ROWS
    rest = f"; partitions {MAX_ROWS} and higher are not drawn" if more > 0 else ""
    name = f"<b>The log</b> {text(picture.topic)}, " if picture.topic else "<b>The log</b>, "
    return f"{name}{state}{rest} {error_html(picture.trouble)}"


def _detail_html(hold: Hold) -> str:
    record = hold.record
    assert record is not None  # noqa: S101 (asked for by the caller)
    return record_html(record, lead=f'<p class="kit-play">{text(record.words)}{_replay_text(record, hold)}</p>')


def _replay_text(record: LoggedRecord, hold: Hold) -> str:
    """Which replay of its game it belongs to; where an older part of the log was not read, from where we counted."""
    if not record.replay:
        return ""
    counted = f", counted from offset {hold.counted_from:,}" if hold.counted_from else ""
    return f" · <b>replay {record.replay} of this game</b>{counted}"
