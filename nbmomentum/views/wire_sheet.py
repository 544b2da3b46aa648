"""The wire sheet: topics, keys, record forms and groups as one diagram, for a page, a lesson, a README.

```python
sheet = WireSheet("nba_momentum", broker="embedded", topics=topics, groups=groups)
sheet  # as the last expression of a cell it is displayed
sheet.save("wires.svg")
```

An SVG without anything outside itself. On a page of JupyterLab it takes the page's theme; as a file it follows the
reader's system, light or dark.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbmomentum.settings import home_folder, unusable_home
from nbmomentum.views.log_view import LoggedRecord
from nbmomentum.views.style import text

WIDTH_PX = 1150
MIDDLE_PX = 210  # where the topics begin
TOPIC_WIDTH_PX = 590
GROUPS_PX = 880
BOX_PX = 256
LINE_PX = 20
BAR_PX = 150
VALUE_CHARS = 62
VALUE_LINES = 6

_STYLE = """
.kit-wires { --ink: var(--jp-ui-font-color1, #212121); --quiet: var(--jp-ui-font-color2, #5f6368);
  --paper: var(--jp-layout-color0, #ffffff); --panel: var(--jp-layout-color2, #eeeeee);
  max-width: 100%; height: auto; }
@media (prefers-color-scheme: dark) { .kit-wires { --ink: var(--jp-ui-font-color1, #e8e8e8);
  --quiet: var(--jp-ui-font-color2, #b0b0b0); --paper: var(--jp-layout-color0, #111111);
  --panel: var(--jp-layout-color2, #2a2a2a); } }
.kit-wires text { fill: var(--ink); font: 14px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.kit-wires .title { font-size: 20px; font-weight: 700; }
.kit-wires .name { font-size: 16px; font-weight: 700; }
.kit-wires .quiet { fill: var(--quiet); }
.kit-wires .mono { font-family: ui-monospace, monospace; font-size: 13px; white-space: pre; }
.kit-wires .paper { fill: var(--paper); }
.kit-wires .box { fill: var(--paper); stroke: var(--ink); stroke-width: 1.5; }
.kit-wires .bar { fill: var(--panel); stroke: var(--quiet); }
.kit-wires .wire { fill: none; stroke: var(--ink); stroke-width: 2; }
.kit-wires .tip { fill: var(--ink); }
"""


@dataclass(frozen=True)
class SheetTopic:
    """A topic of the sheet.

    Attributes:
        name: Its name.
        partitions: Number, low watermark and end offset of each.
        settings: What differs from the broker's own settings, "retention.ms=-1".
        sample: Its newest record; None where it holds none, or one that cannot be read.
        writer: Who wrote that record, in two or three words.
        source: Where that got it from; empty where nothing says so.
        trouble: Why its newest record cannot be read; empty if it can.
    """

    name: str
    partitions: tuple[tuple[int, int, int], ...]
    settings: tuple[str, ...] = ()
    sample: LoggedRecord | None = None
    writer: str = "producer"
    source: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class SheetGroup:
    """A consumer group of the sheet, with its committed offset by topic and partition."""

    name: str
    members: int
    committed: Mapping[str, Mapping[int, int]]


@dataclass(frozen=True)
class _Box:
    """Lines of text in a frame; each line is a CSS class and its words."""

    lines: tuple[tuple[str, str], ...]

    @property
    def height(self) -> int:
        return len(self.lines) * LINE_PX + 20

    def svg(self, left: int, top: int, width: int) -> str:
        words = "".join(
            f'<text class="{kind}" x="{left + 12}" y="{top + 24 + number * LINE_PX}">{text(line)}</text>'
            for number, (kind, line) in enumerate(self.lines)
        )
        frame = f'<rect class="box" x="{left}" y="{top}" width="{width}" height="{self.height}" rx="8"/>'
        return frame + words


class WireSheet:
    """A diagram of what lies and runs on a broker.

    Args:
        title: What it is of.
        broker: The rung of the broker.
        topics: From the top.
        groups: From the top.

    Attributes:
        svg: The diagram.
        sentence: The same in words.
    """

    def __init__(self, title: str, *, broker: str, topics: Sequence[SheetTopic], groups: Sequence[SheetGroup]) -> None:
        self.sentence = _sentence(title, broker, topics, groups)
        parts, height = _parts(topics, groups)
        self.svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="kit-wires" viewBox="0 0 {WIDTH_PX} {height}" '
            f'width="{WIDTH_PX}" height="{height}" role="img" aria-label="{text(self.sentence)}">'
            f'<style>{_STYLE}</style><rect class="paper" width="{WIDTH_PX}" height="{height}"/>'
            f'<text class="title" x="14" y="32">{text(title)} on the {text(broker)} broker</text>{"".join(parts)}</svg>'
        )

    def save(self, path: Path | str | None = None) -> Path:
        """Write the diagram as a file; by default `wire-sheet.svg` in `home/data`. Returns where it lies.

        Raises:
            SettingsError: The file cannot be written.
        """
        target = home_folder("data") / "wire-sheet.svg" if path is None else Path(path).expanduser()
        try:
            target.write_text(self.svg, encoding="utf-8")
        except OSError as error:
            raise unusable_home(target, error) from error
        return target

    def __repr__(self) -> str:
        return f"<WireSheet: {self.sentence}>"

    def _repr_html_(self) -> str:
        return self.svg


def _parts(topics: Sequence[SheetTopic], groups: Sequence[SheetGroup]) -> tuple[list[str], int]:
    """The boxes and their wires, and how high all of it is."""
    boxes = [_Box(tuple(_topic_lines(topic))) for topic in topics]
    tops, bottom = _stacked(boxes, 56)
    parts = []
    for topic, box, top in zip(topics, boxes, tops, strict=True):
        parts += [box.svg(MIDDLE_PX, top, TOPIC_WIDTH_PX), *_bars_svg(topic, top), *_source_svg(topic, top)]
    named = {topic.name: top for topic, top in zip(topics, tops, strict=True)}
    group_boxes = [_Box(tuple(_group_lines(group))) for group in groups]
    group_tops, group_bottom = _stacked(group_boxes, 56)
    for group, box, top in zip(groups, group_boxes, group_tops, strict=True):
        parts.append(box.svg(GROUPS_PX, top, BOX_PX))
        for number, name in enumerate(group.committed):
            parts.append(_wire(MIDDLE_PX + TOPIC_WIDTH_PX, named[name] + 30, GROUPS_PX, top + 24 + 8 * number))
    return parts, max(bottom, group_bottom)


def _stacked(boxes: Sequence[_Box], first: int) -> tuple[list[int], int]:
    tops, top = [], first
    for box in boxes:
        tops.append(top)
        top += box.height + 18
    return tops, top


def _bars_svg(topic: SheetTopic, top: int) -> Iterator[str]:
    """A bar for each partition, as long as its share of the fullest one."""
    most = max((end - low for _, low, end in topic.partitions), default=0)
    left = MIDDLE_PX + TOPIC_WIDTH_PX - BAR_PX - 14
    for number, (_, low, end) in enumerate(topic.partitions if most else ()):
        width = max(2.0, BAR_PX * (end - low) / most) if end > low else 0.0
        y = top + 14 + (number + 1) * LINE_PX
        yield f'<rect class="bar" x="{left}" y="{y}" width="{width:.1f}" height="{LINE_PX - 8}" rx="2"/>'


def _topic_lines(topic: SheetTopic) -> Iterator[tuple[str, str]]:
    """Name, partitions, settings, and the form of a record by its newest one."""
    yield "name", topic.name
    for number, low, end in topic.partitions:
        records = f"{_count(end - low, 'record')}, offsets {low:,} to {end - 1:,}" if end > low else "no record"
        yield "", f"partition {number}: {records}, next {end:,}"
    if topic.settings:
        yield "quiet", ", ".join(topic.settings)[:90]
    if topic.trouble:
        yield "quiet", f"its newest record cannot be read: {topic.trouble}"[:90]
    if topic.sample is None:
        return
    yield from _record_lines(topic.sample)


def _record_lines(record: LoggedRecord) -> Iterator[tuple[str, str]]:
    key = "no key" if record.key is None else record.key[:60]
    yield "quiet", f"its newest record, at offset {record.offset:,} of partition {record.partition}:"
    yield "mono", f"key      {key}"
    for name, value in record.headers[:8]:
        header = f"{name}: {value.decode(errors='backslashreplace')}"
        yield "mono", f"header   {header if len(header) <= VALUE_CHARS else f'{header[: VALUE_CHARS - 1]}…'}"
    lines = _value_lines(record.value)
    for number, line in enumerate(lines[:VALUE_LINES]):
        yield "mono", f"{'' if number else 'value':<9}{line}"
    if len(lines) > VALUE_LINES:
        yield "quiet", "…"


def _value_lines(value: bytes) -> list[str]:
    """A JSON object broken between its fields; anything else as it is."""
    shown = value[: VALUE_CHARS * (VALUE_LINES + 1)].decode(errors="backslashreplace")
    try:
        fields = json.loads(value)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        return [shown[start : start + VALUE_CHARS] for start in range(0, len(shown), VALUE_CHARS)] or ["(empty)"]
    lines = ["{"]
    pairs = [f"{json.dumps(name)}: {json.dumps(item, ensure_ascii=False)}" for name, item in fields.items()]
    for number, pair in enumerate(pairs):
        part = pair + ("}" if number == len(pairs) - 1 else ", ")
        if len(lines[-1]) + len(part) > VALUE_CHARS:
            lines.append("")
        lines[-1] += part[:VALUE_CHARS]
    return lines


def _source_svg(topic: SheetTopic, top: int) -> Iterator[str]:
    """Who wrote the newest record, and how its key chose the partition."""
    if topic.sample is None:
        return
    count = len(topic.partitions)
    lines = [("name", topic.writer[:16]), *([("", topic.source[:20])] if topic.source else [])]
    if topic.sample.key is not None and count > 1:
        lines += [
            ("quiet", "partition ="),
            ("mono", "murmur2(key)"),
            ("mono", "  & 0x7fffffff"),
            ("mono", f"  % {count}"),
        ]
    box = _Box(tuple(lines))
    yield box.svg(14, top, MIDDLE_PX - 54)
    yield _wire(MIDDLE_PX - 40, top + 24, MIDDLE_PX, top + 24)


def _group_lines(group: SheetGroup) -> Iterator[tuple[str, str]]:
    yield "name", f"group {group.name}"[:28]
    yield "", _count(group.members, "member")
    for name, offsets in group.committed.items():
        yield "quiet", f"committed in {name}"[:36]
        for partition, offset in offsets.items():
            yield "", f"  partition {partition}: {offset:,}"


def _wire(left: int, y_from: int, right: int, y_to: int) -> str:
    """An arrow to the right, with a bend where its ends are not level."""
    middle = (left + right) / 2
    return (
        f'<path class="wire" d="M{left} {y_from}C{middle} {y_from} {middle} {y_to} {right - 8} {y_to}"/>'
        f'<path class="tip" d="M{right} {y_to}l-10 -5v10z"/>'
    )


def _sentence(title: str, broker: str, topics: Sequence[SheetTopic], groups: Sequence[SheetGroup]) -> str:
    records = sum(end - low for topic in topics for _, low, end in topic.partitions)
    what = f"{title} on the {broker} broker: {_count(len(topics), 'topic')} with {_count(records, 'record')}"
    names = ", ".join(f"{group.name} ({_count(group.members, 'member')})" for group in groups)
    return f"{what}, {f'read by {names}' if names else 'read by no group'}."


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
