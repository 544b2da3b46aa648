"""The picture of the log: an SVG of rows, records, blocks of what is not drawn, and the groups' flags.

```python
svg = log_svg(rows, pointers, marks, selected=(2, 57))
```

Sizes are pixels of a page 1026 wide; the picture as a whole is as wide as its place. CSS classes, for tests in a
browser: `kit-cell` on each record (`data-at` is its partition and offset, "2:57"), `kit-flag` on each flag.
"""

from collections.abc import Iterable, Iterator, Sequence

from nbmomentum.views.log_picture.flags import MAX_LANES, Flag, laid_out
from nbmomentum.views.log_picture.keys import KeyMarks
from nbmomentum.views.log_picture.picture import Pointer
from nbmomentum.views.log_picture.rows import Place, Row
from nbmomentum.views.log_view import LoggedRecord
from nbmomentum.views.style import text

WIDTH_PX = 1026
GUTTER_PX = 106
BLOCK_PX = 78
FIRST_PX = GUTTER_PX + BLOCK_PX + 6
PITCH_PX = 37
CELL_PX = 33
LANE_PX = 20
STAFF_PX = 9
NUMBERS_PX = 17
ROW_GAP_PX = 12

_LABELLED_EVERY = 5
# Ever closer lines at both ends of a block: records pressed together.
_LINES_PX = (1, 6, 10, 13)


def log_svg(rows: Sequence[Row], pointers: Iterable[Pointer], marks: KeyMarks, selected: Place | None) -> str:
    """The whole picture.

    Args:
        rows: From the top.
        pointers: Where the groups stand, in any partition.
        marks: Of the keys.
        selected: Partition and offset of the record with a frame around it.
    """
    all_pointers = sorted(pointers)
    above = _lanes(all_pointers, is_committed=False)
    parts, bottom = [], 0
    for row in rows:
        mine = [pointer for pointer in all_pointers if pointer.partition == row.partition]
        below = _lanes(mine, is_committed=True)
        top = bottom + above * LANE_PX + STAFF_PX
        bottom = top + CELL_PX + NUMBERS_PX + STAFF_PX + below * LANE_PX + ROW_GAP_PX
        parts += [*_records_svg(row, top, marks, selected), *_flags_svg(row, top, mine, above, below)]
    return (
        f'<svg viewBox="0 0 {WIDTH_PX} {max(1, bottom)}" role="group" aria-label="The log; arrow keys choose a record">'
        f"{''.join(parts)}</svg>"
    )


def x_of(row: Row, offset: int) -> float:
    """The middle of the place of this offset, or of the block that stands for it."""
    column = row.column(offset)
    if column < 0:
        return GUTTER_PX + (BLOCK_PX - 6) / 2
    if row.newer and column >= len(row.records):
        return FIRST_PX + len(row.records) * PITCH_PX + (BLOCK_PX - 6) / 2
    return FIRST_PX + column * PITCH_PX + CELL_PX / 2


def _lanes(pointers: Sequence[Pointer], *, is_committed: bool) -> int:
    """As many as there are groups on this side, so that no row grows or shrinks while they move.

    Positions come and go with the members, so that their lanes are the same in all rows; what is committed stays.
    """
    groups = {pointer.group for pointer in pointers if pointer.is_committed == is_committed}
    return max(1, min(MAX_LANES, len(groups)))


def _records_svg(row: Row, top: float, marks: KeyMarks, selected: Place | None) -> Iterator[str]:
    yield _gutter_svg(row, top)
    if row.older:
        yield _block_svg(GUTTER_PX, top, f"{row.older:,}", "older")
    for column, record in enumerate(row.records):
        yield _cell_svg(row, column, record, top, marks, is_selected=(record.partition, record.offset) == selected)
    after = FIRST_PX + len(row.records) * PITCH_PX
    if row.newer:
        yield _block_svg(after, top, f"{row.newer:,}", "newer")
    else:
        yield f'<rect class="kit-next" x="{after}" y="{top}" width="{CELL_PX}" height="{CELL_PX}" rx="5"/>'
        yield _number_svg(after, top, row.end, is_end=True)


def _gutter_svg(row: Row, top: float) -> str:
    return (
        f'<text class="kit-partition" x="0" y="{top + 13}">Partition {row.partition}</text>'
        f'<text class="kit-small" x="0" y="{top + 31}">low {row.low:,}</text>'
        f'<text class="kit-small" x="0" y="{top + 47}">end {row.end:,}</text>'
    )


def _block_svg(x: float, top: float, count: str, word: str) -> str:
    """What is not drawn: records pressed together until they are lines."""
    end = x + BLOCK_PX - 6
    lines = "".join(f"M{place} {top + 2}v{CELL_PX - 4}" for px in _LINES_PX for place in (x + px, end - px))
    middle = (x + end) / 2
    return (
        f'<path class="kit-pressed" d="{lines}"/>'
        f'<text class="kit-block" x="{middle}" y="{top + 15}">{count}</text>'
        f'<text class="kit-block" x="{middle}" y="{top + 29}">{word}</text>'
    )


def _cell_svg(row: Row, column: int, record: LoggedRecord, top: float, marks: KeyMarks, *, is_selected: bool) -> str:
    x, mark = FIRST_PX + column * PITCH_PX, marks.of(record.key)
    classes = "kit-cell" + (" kit-selected" if is_selected else "") + ("" if record.game else " kit-odd")
    fill, ink = (mark.colour, mark.ink) if record.game else ("none", "currentColor")
    replay = f'<tspan class="kit-replay" dx="1" dy="4">{record.replay}</tspan>' if record.replay > 1 else ""
    notch = f'<path class="kit-notch" d="M{x} {top - 1}h13l-13 13z"/>' if record.offset in row.starts else ""
    ring = f'<rect class="kit-ring" x="{x - 3}" y="{top - 3}" width="{CELL_PX + 6}" height="{CELL_PX + 6}" rx="8"/>'
    is_labelled = record.offset % _LABELLED_EVERY == 0 or is_selected
    return (
        f'<g class="{classes}" data-at="{record.partition}:{record.offset}" fill="{ink}">'
        f'<rect x="{x}" y="{top}" width="{CELL_PX}" height="{CELL_PX}" rx="5" fill="{fill}"/>{notch}'
        f'<text x="{x + CELL_PX / 2}" y="{top + 23}">{mark.letter}{replay}</text>'
        f"{ring if is_selected else ''}</g>" + (_number_svg(x, top, record.offset) if is_labelled else "")
    )


def _number_svg(x: float, top: float, offset: int, *, is_end: bool = False) -> str:
    name = "kit-end-offset" if is_end else "kit-offset"
    return f'<text class="{name}" x="{x + CELL_PX / 2}" y="{top + CELL_PX + 13}">{offset:,}</text>'


def _flags_svg(row: Row, top: float, pointers: Sequence[Pointer], above: int, below: int) -> Iterator[str]:
    for is_committed, lanes in ((False, above), (True, below)):
        named = [(x_of(row, each.offset), f"{each.group} {each.offset:,}") for each in pointers]
        mine = [name for name, each in zip(named, pointers, strict=True) if each.is_committed == is_committed]
        flags = laid_out(mine, lanes=lanes, left=GUTTER_PX, right=WIDTH_PX)
        base = top + CELL_PX + NUMBERS_PX if is_committed else top
        for flag in sorted(flags, key=lambda flag: -flag.lane):  # names lie on the staffs of those further out
            yield _flag_svg(flag, base, is_committed=is_committed)


def _flag_svg(flag: Flag, base: float, *, is_committed: bool) -> str:
    """A point at the records, a staff, and the name in a box; without room for the name only the point."""
    side = 1 if is_committed else -1
    tip = base + side * 2
    point = f"M{flag.x} {tip}l5 {side * 7}h-10z"
    kind = "kit-committed" if is_committed else "kit-position"
    if flag.lane < 0:
        return f'<g class="kit-flag {kind}"><path d="{point}"/></g>'
    near = base + side * (STAFF_PX + flag.lane * LANE_PX)
    box_top = near if is_committed else near - LANE_PX + 2
    return (
        f'<g class="kit-flag {kind}"><path d="{point}M{flag.x} {tip}V{near}"/>'
        f'<rect x="{flag.left}" y="{box_top}" width="{flag.width}" height="{LANE_PX - 2}" rx="3"/>'
        f'<text x="{flag.left + flag.width / 2}" y="{box_top + 13.5}">{text(flag.text)}</text></g>'
    )
