"""The orderly end of a lesson: one button that stops what it has started.

```python
studio.end_of_lesson(producer, consumer, feed, broker)
```
"""

from typing import Protocol

from nbmomentum.stream import close_kafka_client
from nbmomentum.views import StopButton


class Stoppable(Protocol):
    """Anything a lesson starts and must stop."""

    def stop(self) -> None:
        """End it, and all that it owns."""


class Closable(Protocol):
    """A client of Kafka's own that a lesson has opened and must close."""

    def close(self) -> None:
        """End it, and all that it owns."""


def end_of_lesson(*parts: Stoppable | Closable) -> StopButton:
    """A button that stops these parts in this order; the feed after what it shows, the broker last.

    `Run All` reaches the last cell while the game still runs, so the end waits for a click; the end of the kernel
    stops everything too. Kafka's own clients, as `open_kafka_consumer` gives them, are parts like any other.
    """
    return StopButton(lambda: stop_in_order(parts))


def stop_in_order(parts: tuple[Stoppable | Closable, ...]) -> None:
    """Stop every part, also when one of them fails to; then raise what went wrong first.

    Raises:
        Exception: The first part's error.
    """
    errors = []
    for part in parts:
        try:
            _stop(part)
        except Exception as error:  # noqa: BLE001 (the others must be stopped all the same; raised below)
            errors.append(error)
    if errors:
        raise errors[0]


def _stop(part: Stoppable | Closable) -> None:
    if hasattr(part, "stop"):
        part.stop()
    else:
        close_kafka_client(part)
