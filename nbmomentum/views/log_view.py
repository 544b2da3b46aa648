"""The log under the chart: the last records as they lie in it, and the one you select as raw bytes.

```python
table = LogTable()
table.show(records)  # the newest ones, oldest first
LogTable(rows=6, is_narrow=True)  # partition, offset and event; a row's tooltip has the rest
```

Where records of several replays of a game are in sight, each says which one it belongs to.

Rows fill up from the top; a full page turns by half. So a row keeps its place long enough to be clicked. While
a record is selected nothing moves: the table is held until *Follow the end*, or a click on the same record.

CSS classes: `kit-log` around all, `kit-log-row` on each row (a button), `kit-log-state` on the line above them,
`kit-follow` on the button beside it, `kit-record` around the selected record, `kit-json` on its raw value.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ipywidgets import HTML, Button, HBox, Layout, VBox

from nbmomentum.views.style import text
from nbmomentum.views.view import View
from nbmomentum.views.words import UNKNOWN

ROWS = 10
KEY_WIDTH = 10
MAX_SHOWN_BYTES = 4000
MAX_HEADER_BYTES = 120

_MARK = "▸"
_COLUMNS = "  {:>9}  {:>7}  {:<10}  {:<12}  {}".format("partition", "offset", "key", "record time", "event")
_NARROW_COLUMNS = "{:>3} {:>6}  {}".format("pa", "offset", "event")
_NOTHING_SELECTED = '<p class="kit-quiet">Select a record to read it as it lies in the log.</p>'


@dataclass(frozen=True)
class LoggedRecord:
    """A record as it lies in the log.

    Attributes:
        partition: Of its topic.
        offset: Its place in the partition.
        key: Of the record, as text; None where it has none.
        time: The record time, Kafka's own; None where it is unknown.
        headers: Names and raw values, in their order.
        value: The raw bytes, of a long value perhaps only the first.
        words: What it says, in words; for a record that is no event, why.
        size: The whole value's size in bytes; None where `value` is all of it.
        replay: Which replay of its game it belongs to, counted from 1; 0 where that is unknown.
        game: The game in short, "OKC @ MIA"; empty for a record that is no event.
    """

    partition: int
    offset: int
    key: str | None
    time: datetime | None
    headers: tuple[tuple[str, bytes], ...]
    value: bytes
    words: str
    size: int | None = None
    replay: int = 0
    game: str = ""


Records = Sequence[LoggedRecord]


@dataclass(frozen=True)
class _Hold:
    """The page that stands still, and the record of it that is selected."""

    page: tuple[LoggedRecord, ...]
    record: LoggedRecord


class LogTable(View[Records]):
    """The last records of a log, selectable by mouse and by keyboard.

    Args:
        rows: How many records are in view.
        is_narrow: Whether a row is partition, offset and event only, for a column beside the charts.

    Attributes:
        buttons: The rows, from the top.
        follow: Gives the selection up and follows the end of the log.
    """

    def __init__(self, *, rows: int = ROWS, is_narrow: bool = False) -> None:
        self._is_narrow = is_narrow
        self._page: tuple[LoggedRecord, ...] = ()
        self._hold: _Hold | None = None
        self.buttons = tuple(self._row_button(slot) for slot in range(rows))
        self.follow = Button(description="Follow the end", icon="arrow-down", layout=Layout(width="178px"))
        self.follow.tooltip = "Give the selection up and follow the end of the log"
        self.follow.add_class("kit-follow")
        self.follow.on_click(lambda _: self._release())
        self._state = HTML(layout=Layout(flex="1 1 auto"))
        self._state.add_class("kit-log-state")
        head = HBox([self._state, self.follow])
        head.add_class("kit-row")
        self._detail = HTML(_NOTHING_SELECTED)
        self._detail.add_class("kit-record")
        columns = _NARROW_COLUMNS if is_narrow else _COLUMNS
        page = VBox([HTML(f'<pre class="kit-log-head">{columns}</pre>'), *self.buttons])
        page.add_class("kit-log-page")
        super().__init__(head, page, self._detail, css_class="kit-log")
        self._draw(())

    @property
    def selected(self) -> LoggedRecord | None:
        """The record selected, None while the table follows the end."""
        hold = self._hold
        return hold.record if hold else None

    def _row_button(self, slot: int) -> Button:
        button = Button(layout=Layout(width="auto"))
        button.add_class("kit-log-row")
        button.on_click(lambda _: self._select(slot))
        return button

    def _select(self, slot: int) -> None:
        page = self._page  # the page that was on the screen; the render thread may turn it meanwhile
        if slot >= len(page) or page[slot] is self.selected:
            self._hold = None
        else:
            self._hold = _Hold(page, page[slot])
        self.invalidate()

    def _release(self) -> None:
        self._hold = None
        self.invalidate()

    def _draw(self, records: Records) -> None:
        hold = self._hold
        self._page = hold.page if hold else turned(self._page, records, len(self.buttons))
        selected = hold.record if hold else None
        mixed = _games_of_many_replays(self._page)
        for slot, button in enumerate(self.buttons):
            record = self._page[slot] if slot < len(self._page) else None
            is_selected = record is not None and record is selected
            self._draw_row(button, _marked(record, mixed) if record else None, is_selected=is_selected)
        self.follow.disabled = hold is None
        self._state.value = _state_html(selected, newer_than(self._page, records))
        self._detail.value = record_html(selected) if selected else _NOTHING_SELECTED

    def _draw_row(self, button: Button, record: LoggedRecord | None, *, is_selected: bool) -> None:
        as_text = narrow_row_text if self._is_narrow else row_text
        button.description = as_text(record, is_selected=is_selected) if record else ""
        if self._is_narrow:
            button.tooltip = " ".join(row_text(record, is_selected=False).split()) if record else None
        button.disabled = record is None
        (button.add_class if is_selected else button.remove_class)("kit-selected")


def _games_of_many_replays(page: Records) -> set[str]:
    """The games of which records of several replays are in sight."""
    replays = {(record.game, record.replay) for record in page if record.replay}
    counted = Counter(game for game, _ in replays)
    return {game for game, count in counted.items() if count > 1}


def _marked(record: LoggedRecord, mixed: set[str]) -> LoggedRecord:
    """A record of one of these games says in words which replay it belongs to."""
    is_mixed = record.game in mixed and record.replay
    return replace(record, words=f"replay {record.replay}: {record.words}") if is_mixed else record


def turned(page: tuple[LoggedRecord, ...], records: Records, rows: int) -> tuple[LoggedRecord, ...]:
    """The page with the records that are newer, turned by halves when it is full."""
    new = newer_than(page, records)
    if new is None or len(new) >= rows:
        return tuple(records[-rows:])
    joined = (*page, *new)
    half = max(1, rows // 2)
    over = max(0, len(joined) - rows)
    return joined[-(-over // half) * half :]


def newer_than(page: tuple[LoggedRecord, ...], records: Records) -> Records | None:
    """The records after the last one of the page; None where that is not among them any more."""
    if not page:
        return records
    for place in range(len(records) - 1, -1, -1):
        if records[place] == page[-1]:
            return records[place + 1 :]
    return None


def row_text(record: LoggedRecord, *, is_selected: bool) -> str:
    """A record as one line of fixed columns."""
    time = f"{record.time:%H:%M:%S}.{record.time.microsecond // 1000:03}" if record.time else UNKNOWN
    key = UNKNOWN if record.key is None else _printable(record.key)
    if len(key) > KEY_WIDTH:
        key = f"{key[: KEY_WIDTH - 1]}…"
    mark = _MARK if is_selected else " "
    return f"{mark} {record.partition:>9}  {record.offset:>7}  {key:<10}  {time:<12}  {_printable(record.words)}"


def narrow_row_text(record: LoggedRecord, *, is_selected: bool) -> str:
    """The same with the first and the last columns only."""
    mark = _MARK if is_selected else " "
    return f"{mark}{record.partition:>2} {record.offset:>6}  {_printable(record.words)}"


def _printable(words: str) -> str:
    """One line of it: a line break or an escape code from outside would break the columns."""
    return "".join(character if character.isprintable() else "·" for character in words)


def _state_html(selected: LoggedRecord | None, newer: Records | None) -> str:
    if selected is None:
        return "<b>The log</b>, following its end"
    count = "many newer" if newer is None else f"{len(newer) or 'none'} newer"
    return f"<b>The log</b>, held while you read; {count}"


def record_html(record: LoggedRecord, *, lead: str = "") -> str:
    """The selected record: where it lies, what stands beside its value, and the value byte by byte.

    Args:
        record: The record.
        lead: HTML that comes first.
    """
    size = len(record.value) if record.size is None else record.size
    figures = [
        ("Partition", str(record.partition)),
        ("Offset", str(record.offset)),
        ("Key", UNKNOWN if record.key is None else record.key),
        ("Record time", record.time.isoformat(sep=" ", timespec="milliseconds") if record.time else UNKNOWN),
        *((f"Header {name}", _header_text(value)) for name, value in record.headers),
        ("Value", _size(size)),
    ]
    pairs = "".join(f"<div><dt>{text(name)}</dt><dd>{text(value)}</dd></div>" for name, value in figures)
    shown = record.value[:MAX_SHOWN_BYTES]
    value = text(_decoded(shown)).replace(",", ",<wbr>")
    return (
        f'<section aria-label="Selected record">{lead}<dl class="kit-figures">{pairs}</dl>'
        f'<pre class="kit-json">{value}</pre>{_rest_html(size - len(shown))}</section>'
    )


def _rest_html(missing: int) -> str:
    return f'<p class="kit-quiet">… and {_size(missing)} more</p>' if missing > 0 else ""


def _header_text(value: bytes) -> str:
    return _decoded(value[:MAX_HEADER_BYTES]) + ("…" if len(value) > MAX_HEADER_BYTES else "")


def _decoded(value: bytes) -> str:
    """Bytes as text; what is no UTF-8 as escapes."""
    return value.decode("utf-8", errors="backslashreplace")


def _size(size: int) -> str:
    return f"{size:,} byte{'' if size == 1 else 's'}"
