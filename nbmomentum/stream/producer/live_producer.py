"""The producer of a live game: looks at its feed every ten seconds and sends what is new, corrections included.

    producer = LiveProducer(LeagueFeed(game), bootstrap_servers=broker.bootstrap_servers).start()
    producer.status.feed.last_correction
    producer.stop()

A live game has one replay. A producer that starts again reads what lies in the topic and goes on from there under the
same id: no gap and no double, whatever ended the one before it; what a killed broker has lost is sent again. While
the feed does not answer it looks less often and says so; while the broker does not answer it goes on looking, and
sends later.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kafka.errors import KafkaError

from nbmomentum import logs
from nbmomentum.errors import BrokerUnavailable, NbmomentumError
from nbmomentum.events import ScoringEvent
from nbmomentum.runners import Errand, Runner
from nbmomentum.sources.live_diff import Change, LiveDiff
from nbmomentum.sources.live_watch import LiveSource, LiveWatch, Look
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.producer.game_producer import new_replay_id
from nbmomentum.stream.producer.resuming import newest_replay
from nbmomentum.stream.producer.sender import Delivery, Record, RecordSender
from nbmomentum.stream.status import LiveProducerStatus
from nbmomentum.stream.topics import TOPIC

IDLE_S = 0.05
RETRY_S = 0.5


@dataclass(frozen=True)
class Following:
    """A game that is followed: its feed, its replay in the log, and what is known of both."""

    source: LiveSource
    watch: LiveWatch
    replay_id: str
    resumed: int


class LiveProducer(Runner):
    """Follows one game: each look at its feed is compared with what was sent, and what is new is sent.

    The thread ends when the scoreboard says final, two more looks brought nothing, and all is acknowledged. All
    controls return at once, from any thread.

    Args:
        source: The feed of the game to follow.
        bootstrap_servers: Where the client starts.
        name: The producer's name: starting another of this name stops this one.
        topic: The topic to write to.
        now: A clock that never goes back, in seconds.
        kafka_options: More options for the Kafka clients, by kafka-python's names.
    """

    def __init__(
        self,
        source: LiveSource,
        *,
        bootstrap_servers: str,
        name: str = "producer",
        topic: str = TOPIC,
        now: Callable[[], float] = time.monotonic,
        kafka_options: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(name)
        self._connection = (bootstrap_servers, topic, kafka_options)
        self._now = now
        self._following = self._begin(source)
        self._coming: LiveSource | None = None
        self._is_over = True
        self._controls = threading.Lock()
        self._asked = threading.Event()
        self._errand: Errand[Look] = Errand(f"{name}-look")
        self._searching_since: float | None = None
        self._state = "starting"
        self._carried = Delivery()
        self._known_lost = 0
        self._is_log_in_doubt = False
        self._connector, self._sender = self._new_clients()

    @property
    def status(self) -> LiveProducerStatus:
        """What this producer is doing now."""
        delivery, following = self._carried + self._sender.delivery, self._following
        feed = following.watch.status
        away_s, away_reason = self._broker_away()
        return LiveProducerStatus(
            name=self.name,
            state=self._describe_state(feed.state, away_s),
            game_id=following.source.game_id,
            replay_id=following.replay_id,
            resumed=following.resumed,
            sent=delivery.sent,
            acknowledged=delivery.acknowledged,
            failed=delivery.failed,
            queued=delivery.queued,
            feed=feed,
            away_s=away_s,
            away_reason=away_reason,
            last_partition=delivery.last_partition,
            last_offset=delivery.last_offset,
            failures=self._sender.failures,
            error=str(self.error) if self.error else "",
        )

    @property
    def source(self) -> LiveSource:
        """The feed that is followed."""
        return self._following.source

    @property
    def teams(self) -> tuple[str, str]:
        """The home team and the visitors."""
        return self.source.home, self.source.away

    @property
    def events(self) -> tuple[ScoringEvent, ...]:
        """The plays of the game as they were sent, without those that were withdrawn."""
        return self._following.watch.events

    def follow(self, source: LiveSource) -> None:
        """Follow another game from now on, also after the end of the last one; the log keeps what was sent."""
        with self._controls:
            self._coming = source
            is_over = self._is_over
        if is_over:
            self.start()

    def look_now(self) -> None:
        """Look at the feed now, not only when it is due."""
        self._asked.set()

    def __repr__(self) -> str:
        status = self.status
        return f"<LiveProducer {self.name}: {self.source.title}, {status.state}, {status.sent} sent>"

    def _prepare(self) -> None:
        # What is queued at the end of a life is counted as failed, so nothing of it is carried on.
        self._carried = self._carried + self._sender.delivery
        self._connector, self._sender = self._new_clients()
        self._known_lost = 0
        self._is_log_in_doubt = False
        self._searching_since = None
        self._state = "starting"
        with self._controls:
            self._is_over = False
            self._coming = self._coming or self.source

    def _run(self) -> None:
        with logs.writing():
            try:
                while self._takes_game():
                    self._find_place()
                    while not self._is_interrupted() and not self._is_done():
                        self._turn()
                self._state = "stopped" if self._stop_requested.is_set() else "finished"
            except BaseException:
                self._state = "failed"
                raise
            finally:
                self._is_over = True
                self._errand.drop()
                self._sender.close()
                self._log(self._state)

    def _takes_game(self) -> bool:
        """Begin with the game that was asked for; decide the end under the lock, or a request might be lost."""
        with self._controls:
            source, self._coming = self._coming, None
            self._is_over = source is None or self._stop_requested.is_set()
            if source is None or self._is_over:
                return False
        self._errand.drop()
        self._following = self._begin(source)
        return True

    def _is_interrupted(self) -> bool:
        return self._stop_requested.is_set() or self._coming is not None

    def _is_done(self) -> bool:
        return self._following.watch.is_over and self._sender.delivery.queued == 0

    def _find_place(self) -> None:
        """Go on with the replay that lies in the topic, or begin one; waits for a broker."""
        while not self._is_interrupted():
            try:
                self._following = self._resumed(self.source)
            except (BrokerUnavailable, KafkaError) as error:
                self._searching_since = self._searching_since or time.monotonic()
                self._log("not_resumed", reason=f"{type(error).__name__}: {error}")
                self._stop_requested.wait(RETRY_S)
            else:
                self._searching_since = None
                break

    def _resumed(self, source: LiveSource) -> Following:
        _, topic, _ = self._connection
        found = newest_replay(self._connector, topic, source.game_id)
        if found and found.source == source.source and source.resumes(found.events):
            following = self._begin(source, found.replay_id, found.events)
        else:
            following = self._begin(source, new_replay_id())
        self._log("replay", replay_id=following.replay_id, resumed=following.resumed, of=source.source)
        return following

    def _begin(self, source: LiveSource, replay_id: str = "", emitted: Sequence[ScoringEvent] = ()) -> Following:
        watch = LiveWatch(LiveDiff(emitted), interval_s=source.interval_s, now=self._now)
        return Following(source, watch, replay_id, len(emitted))

    def _turn(self) -> None:
        """Look where it is time to; take in what a look brought; never wait long."""
        self._sender.maintain()
        self._notice_lost_records()
        if self._is_log_in_doubt:
            self._compare_with_log()
        elif self._errand.is_done:
            self._take_in()
        elif not self._errand.is_under_way and (self._following.watch.is_due or self._asked.is_set()):
            self._asked.clear()
            self._errand.begin(self.source.look)
        else:
            self._stop_requested.wait(IDLE_S)

    def _notice_lost_records(self) -> None:
        """See whether a broker that was ended by force has lost what it had acknowledged."""
        delivery = self._sender.delivery
        if delivery.lost > self._known_lost and not delivery.queued:
            self._known_lost, self._is_log_in_doubt = delivery.lost, True

    def _compare_with_log(self) -> None:
        """Let the next look send again what the log has lost; asked once more where the broker does not answer."""
        _, topic, _ = self._connection
        try:
            found = newest_replay(self._connector, topic, self.source.game_id)
        except (BrokerUnavailable, KafkaError) as error:
            self._log("not_compared", reason=f"{type(error).__name__}: {error}")
            self._stop_requested.wait(RETRY_S)
            return
        events = found.events if found and found.replay_id == self._following.replay_id else ()
        self._following.watch.compare_with(LiveDiff(events))
        self._errand.drop()
        self.look_now()
        self._is_log_in_doubt = False
        self._log("log_lost_records", left=len(events))

    def _take_in(self) -> None:
        """Compare what a look brought with what was sent, and send what is new."""
        watch = self._following.watch
        try:
            changes = watch.seen(self._errand.take())
        except NbmomentumError as error:
            watch.failed(error)
            self._log("feed_away", reason=str(error))
        else:
            for change in changes:
                self._send(change)

    def _send(self, change: Change) -> None:
        event, replay_id = change.event, self._following.replay_id
        what = {"game_id": event.game_id, "event_id": event.event_id, "replay_id": replay_id}
        headers = [("replay_id", replay_id.encode()), ("source", self.source.source.encode())]
        if change.is_correction:
            self._log("correction", text=change.describe(), revision=event.revision)
        self._sender.send(Record(event.game_id.encode(), event.to_json(), headers, what))

    def _wake(self) -> None:
        self._connector.cancel()
        self._sender.cancel()

    def _new_clients(self) -> tuple[Connector, RecordSender]:
        servers, topic, options = self._connection
        return Connector(servers, options), RecordSender(servers, topic, name=self.name, options=options)

    def _broker_away(self) -> tuple[float, str]:
        """For how long, in seconds, and why; 0 while it is there."""
        if not self.is_running:
            return 0.0, ""
        if self._searching_since is not None:
            return time.monotonic() - self._searching_since, self._connector.trouble
        return self._sender.away_s(), self._sender.away_reason

    def _describe_state(self, feed_state: str, away_s: float) -> str:
        if self.error is not None:
            return "failed"
        if not self.is_running:
            return self._state
        return "broker away" if away_s else feed_state

    def _log(self, what: str, **fields: Any) -> None:
        logs.log_event(f"producer.{self.name}", what, game_id=self.source.game_id, **fields)
