"""A source for the health line: the figures of the way of an event, and what is wrong with it.

```python
feed.connect(studio.health_of(broker, producer, consumer, feed), health_line)
```
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nbmomentum.reports import PartitionStatus
from nbmomentum.stream import BackgroundConsumer, Broker, LiveProducerStatus, Producing
from nbmomentum.stream.producer.partitioning import partition_for
from nbmomentum.stream.status import ConsumerStatus, partitions_text
from nbmomentum.studio.places import snapshot_of
from nbmomentum.views import Health, LiveFeed

LOSS = (
    "Records lost: {lost}. The broker had acknowledged them, and had not saved them when it ended. "
    "Press Restart: the game is played again, whole."
)
ANOTHER_MEMBER = (
    "Another member of your group {group}{who} has {what}. "
    "Is this notebook open twice, or your name in use twice? Stop one of the two."
)

NOT_YOURS = (
    "A newer replay of game {games} is not yours: somebody else writes into the same topic. What you see is still your "
    "own. Stop the other notebook, or give each learner a name (NBMOMENTUM_LEARNER)."
)


def health_of(
    broker: Broker, producer: Producing, consumer: BackgroundConsumer, feed: LiveFeed
) -> Callable[[], Health]:
    """A source for the health line: every figure of the way of an event."""

    def health() -> Health:
        return replace(
            figures_of(broker, producer.status, consumer.status, feed),
            of_replay=_of_replay(producer, consumer),
            place=_place_of(producer, consumer),
            error=trouble_of(producer, consumer, drawing_error=feed.status.last_error, broker_trouble=broker.trouble),
        )

    return health


def figures_of(broker: Broker, sending: Any, reading: Any, feed: LiveFeed) -> Health:
    """The figures that the statuses of any producer and any reader share."""
    return Health(
        broker=broker.engine,
        producer_state=sending.state,
        sent=sending.sent,
        acknowledged=sending.acknowledged,
        failed=sending.failed,
        consumer_state=reading.state,
        consumed=reading.consumed,
        invalid=reading.invalid,
        lag=reading.lag,
        committed_lag=reading.committed_lag,
        frames=feed.frames,
    )


def end_or_absence(sending: Any, reading: Any) -> str:
    """What ended a thread, else for how long and why the broker is away; empty if all is well."""
    if ended := sending.error or reading.error:
        return str(ended)
    away_s = max(reading.away_s, sending.away_s)
    reason = reading.away_reason or sending.away_reason
    away = f"The broker has been away for {away_s:.0f} s; {sending.queued} records are queued. {reason}".strip()
    return away if away_s else ""


def _of_replay(producer: Producing, consumer: BackgroundConsumer) -> tuple[int, int]:
    """How many records of the producer's replay were sent, and how many of them read."""
    snapshot = snapshot_of(producer, consumer)
    return producer.status.sent_of_replay, snapshot.records if snapshot else 0


def _place_of(producer: Producing, consumer: BackgroundConsumer) -> PartitionStatus | None:
    """Where the consumer stands in the partition of the producer's game; unknown until it has read of it."""
    snapshot = consumer.snapshots().get(producer.status.game_id)
    for place in consumer.status.partitions:
        if snapshot is not None and place.partition == snapshot.partition:
            return place
    return None


def trouble_of(
    producer: Producing, consumer: BackgroundConsumer, *, drawing_error: str, broker_trouble: str = ""
) -> str:
    """The most telling trouble in words, empty if there is none.

    First what ended a thread, then a broker that is away or cannot save, then a feed that is away, then what the
    broker has lost, then what the group waits for, or has given to somebody else, then somebody else's replay of the
    same game, then what was survived, then the last dead letter.
    """
    sending, reading = producer.status, consumer.status
    if trouble := end_or_absence(sending, reading) or broker_trouble:
        return trouble
    if isinstance(sending, LiveProducerStatus) and sending.feed.trouble:
        return sending.feed.describe()
    # The producer of a live game sends what was lost again, with its next look.
    if not isinstance(sending, LiveProducerStatus) and (lost := max(reading.lost, sending.lost)):
        return LOSS.format(lost=lost)
    if waiting := reading.group_trouble or _elsewhere(sending.game_id, reading):
        return waiting
    if reading.overtaken:
        return NOT_YOURS.format(games=", ".join(reading.overtaken))
    dead_letter = f"Dead letter: {reading.last_invalid}" if reading.last_invalid else ""
    troubles = (*sending.failures[-1:], drawing_error, reading.last_error, dead_letter)
    return next(filter(None, troubles), "")


def _elsewhere(game_id: str, reading: ConsumerStatus) -> str:
    """What the group has given to another member of it: where one consumer follows a game, there should be none."""
    if not reading.elsewhere:
        return ""
    game_at = partition_for(game_id.encode(), len(reading.elsewhere) + len(reading.partitions))
    if game_at in reading.elsewhere:
        what, who = f"this game's partition, {game_at}: this page cannot show it", reading.elsewhere[game_at]
    else:
        what = f"{partitions_text(sorted(reading.elsewhere))} of the topic; this game's is here"
        who = next(iter(reading.elsewhere.values()))
    return ANOTHER_MEMBER.format(group=reading.group_id, who=f", {who}," if who else "", what=what)
