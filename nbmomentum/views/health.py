"""The health line: every figure of the way of an event at one glance, from the broker to the drawn frame.

```python
line = HealthLine()
line.show(Health(broker="embedded", producer_state="playing", sent=84, acknowledged=84, ...))
HealthLine(with_offsets=True)  # and below it the offsets that the lags are counted from
```

CSS class: `kit-health`; each figure is a `dt` and `dd` pair.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ipywidgets import HTML

from nbmomentum.reports import PartitionStatus
from nbmomentum.views.style import error_html, text
from nbmomentum.views.view import View

UNKNOWN = "–"
OFFSETS = {"Partition": "partition", "Position": "position", "Committed": "committed", "End offset": "end_offset"}

# Name, value, and whether it calls for attention.
Figure = tuple[str, str, bool]


@dataclass(frozen=True)
class Health:
    """Where the stream stands, filled in by whoever knows; None is unknown.

    Attributes:
        broker: The rung of the broker, e.g. "embedded".
        producer_state: One word, e.g. "playing".
        of_replay: Records sent and records read of the replay that is shown; the other figures are of all replays.
        sent: Records handed to the client.
        acknowledged: Records the broker confirmed.
        failed: Records that will not arrive.
        consumer_state: One word, e.g. "following".
        consumed: Records read.
        invalid: Records that went to the dead-letter topic.
        lag: End offset minus position, in records.
        committed_lag: End offset minus committed offset, in records.
        place: Where the consumer stands in the partition of the game; None until it has read of it.
        frames: Frames drawn; not compared, or drawing the number of frames would ask for one more frame.
        error: The last error in words; empty if there is none.
    """

    broker: str = ""
    producer_state: str = ""
    of_replay: tuple[int, int] | None = None
    sent: int | None = None
    acknowledged: int | None = None
    failed: int | None = None
    consumer_state: str = ""
    consumed: int | None = None
    invalid: int | None = None
    lag: int | None = None
    committed_lag: int | None = None
    place: PartitionStatus | None = None
    frames: int | None = field(default=None, compare=False)
    error: str = ""


class HealthLine(View[Health]):
    """All figures of a `Health` in one line, and its error below them in words.

    Args:
        with_offsets: A second line with position, committed and end offset, and beside them the two lags.
    """

    def __init__(self, *, with_offsets: bool = False) -> None:
        self._with_offsets = with_offsets
        self._html = HTML(self._lines_html(Health()))
        super().__init__(self._html, css_class="kit-health")

    def _draw(self, health: Health) -> None:
        self._html.value = self._lines_html(health)

    def _lines_html(self, health: Health) -> str:
        way, lags = list(_way_figures(health)), list(_lag_figures(health))
        frames = ("Frames", _count(health.frames), False)
        if not self._with_offsets:
            return line_html("Health of the stream", [*way, *lags, frames]) + error_html(health.error)
        below = line_html("Where the consumer stands", [*_offset_figures(health.place), *lags])
        return line_html("Health of the stream", [*way, frames]) + below + error_html(health.error)


def line_html(label: str, figures: Iterable[Figure]) -> str:
    """Figures side by side, each under its name; `label` is what a screen reader calls them."""
    pairs = "".join(
        f"<div><dt>{name}</dt><dd{' class=kit-error' if is_alarm else ''}>{text(value)}</dd></div>"
        for name, value, is_alarm in figures
    )
    return f'<dl class="kit-figures" aria-label="{label}">{pairs}</dl>'


def _way_figures(health: Health) -> Iterator[Figure]:
    """From the broker to the consumer."""
    yield "Broker", health.broker or UNKNOWN, False
    yield "Producer", health.producer_state or UNKNOWN, False
    sent, read = health.of_replay or (None, None)
    yield "Sent", _of_replay(sent, health.sent), False
    yield "Acknowledged", _count(health.acknowledged), False
    yield "Failed", _count(health.failed), bool(health.failed)
    yield "Consumer", health.consumer_state or UNKNOWN, False
    yield "Consumed", _of_replay(read, health.consumed), False
    yield "Invalid", _count(health.invalid), bool(health.invalid)


def _offset_figures(place: PartitionStatus | None) -> Iterator[Figure]:
    """What the lags are counted from."""
    for name, attribute in OFFSETS.items():
        yield name, _count(getattr(place, attribute, None)), False


def _lag_figures(health: Health) -> Iterator[Figure]:
    """Both lags, side by side."""
    yield "Lag", _count(health.lag), False
    yield "Committed lag", _count(health.committed_lag), False


def _of_replay(here: int | None, in_all: int | None) -> str:
    """This replay's records first, then those of others: "33 (+2,559 others)"."""
    others = 0 if here is None or in_all is None else in_all - here
    return f"{here:,} (+{others:,} others)" if here is not None and others > 0 else _count(in_all)


def _count(number: int | None) -> str:
    return UNKNOWN if number is None else f"{number:,}"
