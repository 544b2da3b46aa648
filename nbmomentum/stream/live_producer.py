"""The producer of a live game: looks at its feed every ten seconds and sends what is new, corrections included.

    producer = LiveProducer(game, bootstrap_servers=broker.bootstrap_servers, look=look).start()
    producer.status.feed.last_correction
    producer.stop()

A live game has one replay. A producer that starts again reads what lies in the topic and goes on from there under the
same id: no gap and no double, whatever ended the one before it. While the feed does not answer it looks less often and
says so; while the broker does not answer it goes on looking, and sends later.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol

from kafka.errors import KafkaError

from nbmomentum import logs
from nbmomentum.errors import BrokerUnavailable, NbmomentumError
from nbmomentum.events import ScoringEvent
from nbmomentum.runners import Runner
from nbmomentum.sources.live_diff import Change, LiveDiff
from nbmomentum.sources.live_watch import LOOK_INTERVAL_S, LiveWatch, Look
from nbmomentum.stream.client import Connector
from nbmomentum.stream.producer import new_replay_id
from nbmomentum.stream.resuming import newest_replay
from nbmomentum.stream.sender import Record, RecordSender
from nbmomentum.stream.status import LiveProducerStatus
from nbmomentum.stream.topics import TOPIC

SOURCE = "nba"
IDLE_S = 0.05
RETRY_S = 0.5


class LiveGame(Protocol):
    """What is known of a game before its first play."""

    @property
    def game_id(self) -> str:
        """The league's id of the game."""

    @property
    def home(self) -> str:
        """The home team, three capitals."""

    @property
    def away(self) -> str:
        """The visiting team, three capitals."""


class LiveProducer(Runner):
    """Follows one game: each look at its feed is compared with what was sent, and what is new is sent.

    The thread ends when the scoreboard says final, two more looks brought nothing, and all is acknowledged.

    Args:
        game: The game to follow.
        bootstrap_servers: Where the client starts.
        look: Brings the whole game as the feed tells it now; it may take its time, and raise the kit's errors.
        interval_s: Between two looks, in seconds.
        name: The producer's name: starting another of this name stops this one.
        topic: The topic to write to.
        source: Where the plays come from; a header on each record.
        is_resuming: Whether to go on with what lies in the topic; otherwise each start is a new replay.
        now: A clock that never goes back, in seconds.
        kafka_options: More options for the Kafka clients, by kafka-python's names.
    """

    def __init__(
        self,
        game: LiveGame,
        *,
        bootstrap_servers: str,
        look: Callable[[], Look],
        interval_s: float = LOOK_INTERVAL_S,
        name: str = "producer",
        topic: str = TOPIC,
        source: str = SOURCE,
        is_resuming: bool = True,
        now: Callable[[], float] = time.monotonic,
        kafka_options: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(name)
        self.game = game
        self._connection = (bootstrap_servers, topic, kafka_options)
        self._look = look
        self._interval_s = interval_s
        self._source = source
        self._is_resuming = is_resuming
        self._now = now
        self._asked = threading.Event()
        self._prepare()

    @property
    def status(self) -> LiveProducerStatus:
        """What this producer is doing now."""
        delivery, sender, feed = self._sender.delivery, self._sender, self._watch.status
        away_s, away_reason = self._broker_away()
        return LiveProducerStatus(
            name=self.name,
            state=self._describe_state(feed.state, away_s),
            game_id=self.game.game_id,
            replay_id=self._replay_id,
            resumed=self._resumed,
            sent=delivery.sent,
            acknowledged=delivery.acknowledged,
            failed=delivery.failed,
            queued=delivery.queued,
            feed=feed,
            away_s=away_s,
            away_reason=away_reason,
            last_partition=delivery.last_partition,
            last_offset=delivery.last_offset,
            failures=sender.failures,
            error=str(self.error) if self.error else "",
        )

    @property
    def teams(self) -> tuple[str, str]:
        """The home team and the visitors."""
        return self.game.home, self.game.away

    @property
    def events(self) -> tuple[ScoringEvent, ...]:
        """The plays of the game as they were sent, without those that were withdrawn."""
        return self._watch.events

    def look_now(self) -> None:
        """Look at the feed now, not only when it is due; returns at once."""
        self._asked.set()

    def __repr__(self) -> str:
        status = self.status
        teams = f"{self.game.away} @ {self.game.home}"
        return f"<LiveProducer {self.name}: {teams}, {status.state}, {status.feed.plays} plays, {status.sent} sent>"

    def _prepare(self) -> None:
        servers, topic, options = self._connection
        self._connector = Connector(servers, options)
        self._sender = RecordSender(servers, topic, name=self.name, options=options)
        self._watch = self._new_watch(LiveDiff())
        self._beside = ThreadPoolExecutor(1, thread_name_prefix=f"nbmomentum-{self.name}-look")
        self._under_way: Future[Look] | None = None
        self._replay_id, self._resumed = "", 0
        self._searching_since: float | None = None
        self._end = ""

    def _new_watch(self, diff: LiveDiff) -> LiveWatch:
        return LiveWatch(diff, interval_s=self._interval_s, now=self._now)

    def _run(self) -> None:
        with logs.writing():
            try:
                self._find_place()
                while not (self._stop_requested.is_set() or self._is_done()):
                    self._turn()
                self._end = "stopped" if self._stop_requested.is_set() else "finished"
            except BaseException:
                self._end = "failed"
                raise
            finally:
                self._beside.shutdown(wait=False, cancel_futures=True)
                self._sender.close()
                self._log(self._end)

    def _find_place(self) -> None:
        """Go on with the replay that lies in the topic, or begin one; waits for a broker."""
        while not self._stop_requested.is_set():
            try:
                self._resume()
            except (BrokerUnavailable, KafkaError) as error:
                self._searching_since = self._searching_since or time.monotonic()
                self._log("not_resumed", reason=f"{type(error).__name__}: {error}")
                self._stop_requested.wait(RETRY_S)
            else:
                self._searching_since = None
                return

    def _resume(self) -> None:
        _, topic, _ = self._connection
        found = newest_replay(self._connector, topic, self.game.game_id) if self._is_resuming else None
        if found is None or found.source != self._source:
            self._replay_id = new_replay_id()
        else:
            self._watch = self._new_watch(LiveDiff(found.events))
            self._replay_id, self._resumed = found.replay_id, len(found.events)
        self._log("replay", replay_id=self._replay_id, resumed=self._resumed)

    def _is_done(self) -> bool:
        return self._watch.is_over and self._sender.delivery.queued == 0

    def _turn(self) -> None:
        """Look where it is time to; take in what a look brought; never wait long."""
        self._sender.maintain()
        if self._under_way is not None:
            if self._under_way.done():
                self._take_in(self._under_way)
        elif self._watch.is_due or self._asked.is_set():
            self._asked.clear()
            self._under_way = self._beside.submit(self._look)
            return
        self._stop_requested.wait(IDLE_S)

    def _take_in(self, under_way: "Future[Look]") -> None:
        self._under_way = None
        try:
            changes = self._watch.seen(under_way.result())
        except NbmomentumError as error:
            self._watch.failed(error)
            self._log("feed_away", reason=str(error))
            return
        for change in changes:
            self._send(change)

    def _send(self, change: Change) -> None:
        event = change.event
        what = {"game_id": event.game_id, "event_id": event.event_id, "replay_id": self._replay_id}
        headers = [("replay_id", self._replay_id.encode()), ("source", self._source.encode())]
        if change.is_correction:
            self._log("correction", text=change.describe(), revision=event.revision)
        self._sender.send(Record(event.game_id.encode(), event.to_json(), headers, what))

    def _wake(self) -> None:
        self._connector.cancel()
        self._sender.cancel()

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
            return self._end or "starting"
        return "broker away" if away_s else feed_state

    def _log(self, what: str, **fields: Any) -> None:
        logs.log_event(f"producer.{self.name}", what, game_id=self.game.game_id, **fields)
