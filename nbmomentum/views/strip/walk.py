"""What the pipeline strip draws: a play on its way, its form at each station, and the code of each station.

```python
strip.show(Walk(state="waiting", number=1, total=110, reached=2, forms=(...), code=(...)))
```
"""

from dataclasses import dataclass

from nbmomentum.events import ScoringEvent
from nbmomentum.reports import PartitionStatus

STATIONS = ("Producer", "Partition", "Poll", "Decode", "Fold", "Commit", "Figure")


@dataclass(frozen=True)
class Form:
    """What has become of the play at a station.

    Attributes:
        sentence: What happened here.
        figures: Names and values.
        raw: Bytes as they are, as text; empty where a station has none.
    """

    sentence: str
    figures: tuple[tuple[str, str], ...] = ()
    raw: str = ""


@dataclass(frozen=True)
class Excerpt:
    """Some lines of a source file, one call in them marked.

    Attributes:
        path: The file, from the package's folder on.
        name: The function the lines are of.
        lines: Line numbers and lines, as they stand in the file; a gap in the numbers is a gap in the code.
        first_marked: Number of the first line of the call.
        last_marked: Number of its last line.
    """

    path: str
    name: str
    lines: tuple[tuple[int, str], ...]
    first_marked: int
    last_marked: int

    def is_marked(self, number: int) -> bool:
        """Whether this line belongs to the call."""
        return self.first_marked <= number <= self.last_marked

    @property
    def place(self) -> str:
        """File and line, as an editor takes it."""
        return f"{self.path}:{self.first_marked}"

    @property
    def marked(self) -> str:
        """The call as one line of text."""
        return " ".join(line.strip() for number, line in self.lines if self.is_marked(number))


@dataclass(frozen=True)
class Walk:
    """Where the walk stands.

    Attributes:
        state: One word, "playing" while it goes on by itself, "finished" after the last play.
        number: The play on its way, from 1; 0 before the first.
        total: How many plays there are.
        event: The play on its way; None before the first.
        reached: How many stations it has passed, 0 to 7; the last of them is where it stands.
        forms: Of these stations.
        code: Of all stations.
        places: Where the reader stands in the game's partition, before this play and after each station it has reached.
        pace_s: From one station to the next while it plays, in seconds.
        trouble: What keeps the play where it is, in words; else empty.
    """

    state: str
    number: int
    total: int
    event: ScoringEvent | None
    reached: int
    forms: tuple[Form, ...]
    code: tuple[Excerpt, ...]
    places: tuple[PartitionStatus | None, ...] = (None,)
    pace_s: float = 1.5
    trouble: str = ""

    def places_at(self, station: int) -> tuple[PartitionStatus | None, PartitionStatus | None]:
        """The places before and after this station, numbered from 0; the newest for one that is not reached."""
        after = min(station + 1, len(self.places) - 1)
        return self.places[max(0, after - 1) if after == station + 1 else after], self.places[after]
