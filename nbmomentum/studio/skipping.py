"""Skipping the quiet parts: where crunch time begins, and which moment comes next.

```python
highlights = views.Highlights(studio.skipping(producer, consumer, lambda: alerts.threshold))
```
"""

from collections.abc import Callable, Sequence

from nbmomentum.clock import REGULATION_PERIODS, GameClock
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import Alert, GameTracker, alerts
from nbmomentum.stream import BackgroundConsumer, GameProducer
from nbmomentum.studio.places import HELD_STATES
from nbmomentum.views import Skippable

CRUNCH_TIME_S = 300.0
ENDED_STATES = frozenset({"finished", "stopped", "failed"})


def skipping(producer: GameProducer, consumer: BackgroundConsumer, threshold: Callable[[], int]) -> Skippable:
    """What the buttons of `views.Highlights` command.

    The producer sends what is skipped at once: the log has every play. A consumer that was held reads on.

    Args:
        producer: Whose replay goes on elsewhere.
        consumer: Who reads it.
        threshold: From how many unanswered points on a run is a moment.
    """
    return _Skipping(producer, consumer, threshold)


class _Skipping:
    def __init__(self, producer: GameProducer, consumer: BackgroundConsumer, threshold: Callable[[], int]) -> None:
        self._producer = producer
        self._consumer = consumer
        self._threshold = threshold

    def to_crunch_time(self) -> None:
        self._go(crunch_time(self._producer.events).elapsed_s)

    def to_next_moment(self) -> None:
        replay = self._producer.status
        after_s = -1.0 if replay.state in ENDED_STATES else replay.position_s
        events = self._producer.events
        coming = (
            alert.play.elapsed_s for alert in _moments(events, self._threshold()) if alert.play.elapsed_s > after_s
        )
        self._go(next(coming, events[-1].elapsed_s))

    def _go(self, elapsed_s: float) -> None:
        self._producer.jump(elapsed_s)
        if self._consumer.status.state in HELD_STATES:
            self._consumer.resume()


def crunch_time(events: Sequence[ScoringEvent]) -> GameClock:
    """Five minutes before the end of the fourth period, or of the last overtime."""
    return GameClock(max(REGULATION_PERIODS, *(event.period for event in events)), CRUNCH_TIME_S)


def _moments(events: Sequence[ScoringEvent], threshold: int) -> list[Alert]:
    """The alerts of the whole game, in the order of its plays."""
    tracker = GameTracker(home=events[0].home, away=events[0].away)
    for event in events:
        tracker.apply(event)
    return alerts(tracker.state.plays, run_threshold=threshold)
