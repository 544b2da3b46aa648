"""The picture of the log in words: a sentence, a table of offsets, and the meaning of letters and flags.

```python
sentence_of(picture)  # "3 partitions of nba_momentum, 331 records. Group lesson-05: lag 2, committed lag 5."
```
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nbmomentum.views.log_picture.keys import KeyMarks
from nbmomentum.views.log_picture.picture import LogPicture, Pointer
from nbmomentum.views.log_picture.rows import Row
from nbmomentum.views.style import text
from nbmomentum.views.words import UNKNOWN, table_html

MAX_KEYS = 8
HEAD = ("Partition", "Low", "End", "Group", "Position", "Lag", "Committed", "Committed lag")


@dataclass(frozen=True)
class Standing:
    """A group in one partition; None is unknown."""

    group: str
    partition: int
    end: int
    position: int | None
    committed: int | None

    @property
    def lag(self) -> int | None:
        """End offset − position, at least 0."""
        return None if self.position is None else max(0, self.end - self.position)

    @property
    def committed_lag(self) -> int | None:
        """End offset − committed offset, at least 0."""
        return None if self.committed is None else max(0, self.end - self.committed)


def standings(picture: LogPicture) -> tuple[Standing, ...]:
    """Each group in each partition it has a pointer into, by partition and group."""
    found: dict[tuple[int, str], dict[bool, int]] = {}
    for pointer in sorted(picture.pointers):
        found.setdefault((pointer.partition, pointer.group), {})[pointer.is_committed] = pointer.offset
    ends = {each.partition: each.end for each in picture.partitions}
    return tuple(
        Standing(group, partition, ends[partition], offsets.get(False), offsets.get(True))
        for (partition, group), offsets in sorted(found.items())
        if partition in ends
    )


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
    by_partition: dict[int, list[Standing]] = {}
    for standing in standings(picture):
        by_partition.setdefault(standing.partition, []).append(standing)
    for each in picture.partitions:
        start = (str(each.partition), f"{each.low:,}", f"{each.end:,}")
        for standing in by_partition.get(each.partition, []):
            figures = (standing.position, standing.lag, standing.committed, standing.committed_lag)
            yield (*start, standing.group, *map(_figure, figures))
        if each.partition not in by_partition:
            yield (*start, *[UNKNOWN] * 5)


def _lag_sentences(found: Sequence[Standing]) -> Iterable[str]:
    """Both lags of each group, over all its partitions."""
    for group in sorted({standing.group for standing in found}):
        mine = [standing for standing in found if standing.group == group]
        lags = [standing.lag for standing in mine if standing.lag is not None]
        committed = [standing.committed_lag for standing in mine if standing.committed_lag is not None]
        parts = [f"lag {sum(lags):,}"] if lags else []
        parts += [f"committed lag {sum(committed):,}"] if committed else []
        yield f"Group {group}: {', '.join(parts)}."


def _number(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _figure(number: int | None) -> str:
    return UNKNOWN if number is None else f"{number:,}"
