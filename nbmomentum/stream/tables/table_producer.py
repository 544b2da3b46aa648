"""What the producers of team stats share: the sender, what was sent of each team, and the status."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nbmomentum import logs
from nbmomentum.runners import Runner
from nbmomentum.sources.team_stats import TeamStats
from nbmomentum.stream.producer.sender import AWAY_AFTER_S, Delivery, Record, RecordSender
from nbmomentum.stream.topics import TOPIC, team_stats_topic

IDLE_S = 0.05
FINISH_S = 0.4

Day = Sequence[TeamStats]
Known = Callable[[], Mapping[str, TeamStats]]


@dataclass(frozen=True)
class TableProducerStatus:
    """What a producer of team stats is doing, at one moment.

    Attributes:
        name: The producer's name.
        state: starting, playing, waiting, asking, source away, paused, broker away, finished, stopped or failed.
        day: The day that was sent last; None before the first.
        position: Days sent in this replay, or answers taken in.
        total: Days of this replay; None for a source that has no end.
        days_per_s: How fast days follow each other; 0 for a source that is asked.
        sent: Records handed to the client.
        unchanged: Teams whose figures were the same as before, and which were not sent.
        acknowledged: Records the broker has confirmed.
        failed: Records that will not arrive; `failures` says why.
        queued: Sent records that are neither acknowledged nor failed.
        away_s: For how long the broker has not answered, in seconds.
        away_reason: Why, in a sentence; empty if it does, or nobody can tell.
        source_trouble: Why the source gave nothing when it was asked last; empty if it did.
        last_partition: Partition of the last acknowledged record.
        last_offset: Offset of the last acknowledged record.
        failures: The last reasons why records failed.
        error: What ended the thread, in words; empty if nothing did.
    """

    name: str
    state: str
    day: date | None
    position: int
    total: int | None
    days_per_s: float
    sent: int
    unchanged: int
    acknowledged: int
    failed: int
    queued: int
    away_s: float = 0.0
    away_reason: str = ""
    source_trouble: str = ""
    last_partition: int | None = None
    last_offset: int | None = None
    failures: tuple[str, ...] = ()
    error: str = ""


class TableProducer(Runner):
    """What both producers share: the sender, and what was sent of each team.

    Args:
        bootstrap_servers: Where the client starts.
        known: What the topic is known to hold already, by team; asked when the first day is sent.
        name: The producer's name: starting another of this name stops this one.
        topic: The event topic whose `.team_stats` is written.
        kafka_options: More options for `kafka.KafkaProducer`, by its names.
    """

    def __init__(
        self,
        *,
        bootstrap_servers: str,
        known: Known | None = None,
        name: str = "season",
        topic: str = TOPIC,
        kafka_options: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(name)
        self._connection = (bootstrap_servers, topic, kafka_options)
        self._known = known
        self._latest: dict[str, TeamStats] | None = None
        self._sender = self._new_sender()
        self._carried = Delivery()
        self._unchanged = 0
        self._position = 0
        self._day: date | None = None
        self._started_at_s = 0.0
        self._state = "starting"
        self._end = "starting"

    @property
    def status(self) -> TableProducerStatus:
        """What this producer is doing now."""
        delivery, sender = self._sender.delivery, self._sender
        away_s = self._away_s() if self.is_running else 0.0
        return TableProducerStatus(
            name=self.name,
            state=self._describe_state(away_s),
            day=self._day,
            position=self._position,
            total=self._total(),
            days_per_s=self._days_per_s(),
            sent=self._carried.sent + delivery.sent,
            unchanged=self._unchanged,
            acknowledged=self._carried.acknowledged + delivery.acknowledged,
            failed=self._carried.failed + delivery.failed,
            queued=delivery.queued,
            away_s=away_s,
            away_reason=sender.away_reason if self.is_running else "",
            source_trouble=self._source_trouble(),
            last_partition=delivery.last_partition,
            last_offset=delivery.last_offset,
            failures=sender.failures,
            error=str(self.error) if self.error else "",
        )

    def __repr__(self) -> str:
        status = self.status
        return f"<{type(self).__name__} {self.name}: {status.state}, {status.position} days, {status.sent} sent>"

    def _prepare(self) -> None:
        self._carried = self._carried + self._sender.delivery
        self._sender = self._new_sender()
        self._position, self._day = 0, None
        self._state = "starting"
        self._started_at_s = time.monotonic()

    def _run(self) -> None:
        with logs.writing():
            try:
                self._work()
                self._end = "stopped" if self._stop_requested.is_set() else "finished"
            except BaseException:
                self._end = "failed"
                raise
            finally:
                self._finish_day()
                self._sender.close()
                logs.log_event(f"producer.{self.name}", self._end, days=self._position)

    def _work(self) -> None:
        """The thread's work: take its days from somewhere, and send them."""
        raise TypeError(f"{type(self).__name__} has no _work")

    def _total(self) -> int | None:
        return None

    def _days_per_s(self) -> float:
        return 0.0

    def _source_trouble(self) -> str:
        return ""

    def _send_day(self, day: Day) -> None:
        """Send what of this day differs from what was sent, or lies there, of each team."""
        if self._latest is None:
            self._latest = dict(self._known()) if self._known else {}
        latest = self._latest
        changed = [stats for stats in day if not stats.says_the_same_as(latest.get(stats.team))]
        for stats in changed:
            what = {"team": stats.team, "as_of": stats.as_of.isoformat()}
            headers = [("source", stats.origin.encode())]
            self._sender.send(Record(stats.team.encode(), stats.to_json(), headers, what))
            latest[stats.team] = stats
        self._unchanged += len(day) - len(changed)
        self._position += 1
        self._day = max((stats.as_of for stats in day), default=self._day)
        logs.log_event(f"producer.{self.name}", "day", day=str(self._day), changed=len(changed), of=len(day))

    def _finish_day(self) -> None:
        """Give a day that has just been sent a moment to arrive whole."""
        deadline_s = time.monotonic() + FINISH_S
        while self._sender.is_connected and self._sender.delivery.queued and time.monotonic() < deadline_s:
            self._sender.maintain()
            time.sleep(IDLE_S)

    def _can_send(self) -> bool:
        """Whether a broker is there and has all that was sent: a day goes out whole, or not at all."""
        return self._sender.is_connected and self._sender.delivery.queued == 0

    def _away_s(self) -> float:
        """For how long the broker has not answered, or was not found at the start; 0 while all is well."""
        has_begun = self._sender.is_connected or self._position > 0
        waited_s = 0.0 if has_begun else time.monotonic() - self._started_at_s
        return self._sender.away_s() or (waited_s if waited_s > AWAY_AFTER_S else 0.0)

    def _new_sender(self) -> RecordSender:
        servers, topic, options = self._connection
        return RecordSender(servers, team_stats_topic(topic), name=self.name, options=options, belongs_to=topic)

    def _wake(self) -> None:
        self._sender.cancel()

    def _describe_state(self, away_s: float) -> str:
        if self.error is not None:
            return "failed"
        if not self.is_running:
            return self._end
        return "broker away" if away_s else self._state
