"""The health line: every figure of the way of an event at one glance, from the broker to the drawn frame.

```python
line = HealthLine()
line.show(Health(broker="embedded", producer_state="playing", sent=84, acknowledged=84, ...))
```

CSS class: `kit-health`; each figure is a `dt` and `dd` pair.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ipywidgets import HTML

from nbmomentum.views.style import error_html, text
from nbmomentum.views.view import View

UNKNOWN = "–"


@dataclass(frozen=True)
class Health:
    """Where the stream stands, filled in by whoever knows; None is unknown.

    Attributes:
        broker: The rung of the broker, e.g. "embedded".
        producer_state: One word, e.g. "playing".
        sent: Records handed to the client.
        acknowledged: Records the broker confirmed.
        failed: Records that will not arrive.
        consumer_state: One word, e.g. "following".
        consumed: Records read.
        invalid: Records that went to the dead-letter topic.
        lag: End offset minus position, in records.
        committed_lag: End offset minus committed offset, in records.
        frames: Frames drawn; not compared, or drawing the number of frames would ask for one more frame.
        error: The last error in words; empty if there is none.
    """

    broker: str = ""
    producer_state: str = ""
    sent: int | None = None
    acknowledged: int | None = None
    failed: int | None = None
    consumer_state: str = ""
    consumed: int | None = None
    invalid: int | None = None
    lag: int | None = None
    committed_lag: int | None = None
    frames: int | None = field(default=None, compare=False)
    error: str = ""


class HealthLine(View[Health]):
    """All figures of a `Health` in one line, and its error below them in words."""

    def __init__(self) -> None:
        self._html = HTML(_line_html(Health()))
        super().__init__(self._html, css_class="kit-health")

    def _draw(self, health: Health) -> None:
        self._html.value = _line_html(health)


def _line_html(health: Health) -> str:
    pairs = "".join(
        f"<div><dt>{name}</dt><dd{' class=kit-error' if is_alarm else ''}>{text(value)}</dd></div>"
        for name, value, is_alarm in _figures(health)
    )
    return f'<dl class="kit-figures" aria-label="Health of the stream">{pairs}</dl>{error_html(health.error)}'


def _figures(health: Health) -> Iterator[tuple[str, str, bool]]:
    """Name, value and whether it calls for attention."""
    yield "Broker", health.broker or UNKNOWN, False
    yield "Producer", health.producer_state or UNKNOWN, False
    yield "Sent", _count(health.sent), False
    yield "Acknowledged", _count(health.acknowledged), False
    yield "Failed", _count(health.failed), bool(health.failed)
    yield "Consumer", health.consumer_state or UNKNOWN, False
    yield "Consumed", _count(health.consumed), False
    yield "Invalid", _count(health.invalid), bool(health.invalid)
    yield "Lag", _count(health.lag), False
    yield "Committed lag", _count(health.committed_lag), False
    yield "Frames", _count(health.frames), False


def _count(number: int | None) -> str:
    return UNKNOWN if number is None else f"{number:,}"
