"""The picture of the log in words: a sentence, a table of offsets, and the meaning of letters and flags.

```python
sentence_of(picture)  # "3 partitions of nba_momentum, 331 records. Group lesson-05: lag 2, committed lag 5."
```
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from nbmomentum.reports import PartitionStatus, total
from nbmomentum.views.log_picture.keys import KeyMarks
from nbmomentum.views.log_picture.picture import LogPicture, Pointer
from nbmomentum.views.log_picture.rows import Row
from nbmomentum.views.style import text
from nbmomentum.views.words import UNKNOWN, table_html

MAX_KEYS = 8
HEAD = ("Partition", "Low", "End", "Group", "Position", "Lag", "Committed", "Committed lag")


def standings(picture: LogPicture) -> Iterator[tuple[str, PartitionStatus]]:
    """Each group in each partition, by partition and group; who points into one has never committed in the others."""
    offsets = {(each.group, each.partition, each.is_committed): each.offset for each in picture.pointers}
    groups = sorted({each.group for each in picture.pointers})
    for each in picture.partitions:
        for group in groups:
            position, committed = (offsets.get((group, each.partition, kind)) for kind in (False, True))
            yield group, PartitionStatus(each.partition, position, committed, each.end, each.low)


def sentence_of(picture: LogPicture) -> str:
    """The picture in one sentence or two, as plain text."""
    count = len(picture.partitions)
    records = sum(each.end - each.low for each in picture.partitions)
    what = f"{_number(count, 'partition')} of {picture.topic}, {_number(records, 'record')}."
    return " ".join([what, *_lag_sentences(standings(picture))])


def table_of(picture: LogPicture) -> str:
    """Every offset of the picture as a table; a row for each group in each partition."""
    return table_html(HEAD, _table_rows(picture))


def legend_html(rows: Sequence[Row], marks: KeyMarks, pointers: Iterable[Pointer]) -> str:
    """The letters in view with their keys, and what flags and notches mean."""
    keys = _keys_in(rows, marks)
    parts = [_key_html(key, game, marks) for key, game in list(keys.items())[:MAX_KEYS]]
    if len(keys) > MAX_KEYS:
        parts.append(f"<span>and {len(keys) - MAX_KEYS} more keys</span>")
    if any(row.starts for row in rows):
        parts.append('<span class="kit-key"><span class="kit-notch-key"></span>a replay begins</span>')
    kinds = {pointer.is_committed for pointer in pointers}
    if False in kinds:
        parts.append('<span class="kit-key">▼ position: read next</span>')
    if True in kinds:
        parts.append('<span class="kit-key">△ committed offset of the group</span>')
    return "".join(parts)


def _keys_in(rows: Sequence[Row], marks: KeyMarks) -> Mapping[str | None, str]:
    """The keys in view, each with its game in short; in the order of their letters, those without a key last."""
    games: dict[str | None, str] = {}
    for row in rows:
        for record in row.records:
            games[record.key] = record.game or games.get(record.key, "")
    return dict(sorted(games.items(), key=lambda item: (item[0] is None, marks.of(item[0]).place)))


def _key_html(key: str | None, game: str, marks: KeyMarks) -> str:
    mark = marks.of(key)
    name = "no key" if key is None else f"{key[:20]} {game}".strip()
    style = f"background: {mark.colour}; color: {mark.ink}"
    return f'<span class="kit-key"><b class="kit-letter" style="{style}">{mark.letter}</b>{text(name)}</span>'


def _table_rows(picture: LogPicture) -> Iterable[tuple[str, ...]]:
    by_partition: dict[int, list[tuple[str, PartitionStatus]]] = {}
    for group, place in standings(picture):
        by_partition.setdefault(place.partition, []).append((group, place))
    for each in picture.partitions:
        start = (str(each.partition), f"{each.low:,}", f"{each.end:,}")
        for group, place in by_partition.get(each.partition, []):
            committed = "none" if place.committed is None else _figure(place.committed)
            yield (*start, group, _figure(place.position), _figure(place.lag), committed, _figure(place.committed_lag))
        if each.partition not in by_partition:
            yield (*start, *[UNKNOWN] * 5)


def _lag_sentences(found: Iterable[tuple[str, PartitionStatus]]) -> Iterable[str]:
    """Both lags of each group: over the partitions that a member of ours reads, and over all."""
    by_group: dict[str, list[PartitionStatus]] = {}
    for group, place in found:
        by_group.setdefault(group, []).append(place)
    for group, places in by_group.items():
        read = total(place.lag for place in places if place.lag is not None)
        lag = "" if read is None else f"lag {read:,}, "
        yield f"Group {group}: {lag}committed lag {total(place.committed_lag for place in places):,}."


def _number(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _figure(number: int | None) -> str:
    return UNKNOWN if number is None else f"{number:,}"
