"""The producer: replays the scoring plays of a game into the topic, on a clock that can be slowed and stopped.

    producer = GameProducer(load_game("0021500277"), bootstrap_servers=broker.bootstrap_servers, speed=60)
    producer.start()
    producer.set_speed(300)
    producer.stop()

Each start is a *replay*: its id is a header on every record, and sorts by the time of the start.
"""

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from nbmomentum import logs
from nbmomentum.clock import GameClock, elapsed_of
from nbmomentum.events import ScoringEvent
from nbmomentum.replay import ReplayClock
from nbmomentum.runners import Runner
from nbmomentum.settings import checked_steps
from nbmomentum.stream.producer.sender import Delivery, Record, RecordSender
from nbmomentum.stream.status import ProducerStatus
from nbmomentum.stream.topics import TOPIC

IDLE_S = 0.05

_latest_lock = threading.Lock()
_latest_start = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Replay:
    """One start of a producer: its id, and the plays to send."""

    replay_id: str
    events: tuple[ScoringEvent, ...]


class GameProducer(Runner):
    """Sends a game's plays as records, one at a time, each when the replay clock reaches it.

    All controls return at once, from any thread. The thread ends after the last play is acknowledged; `restart`
    begins a new replay, from a running or an ended producer.

    Args:
        events: The plays, in the order to send; each waits for its own game clock.
        bootstrap_servers: Where the client starts.
        speed: Game seconds per second: 0.25 to 600, or `math.inf` for as fast as possible.
        name: The producer's name: starting another of this name stops this one.
        topic: The topic to write to.
        source: Where the plays come from; a header on each record.
        kafka_options: More options for `kafka.KafkaProducer`, by its names.
    """

    def __init__(
        self,
        events: Sequence[ScoringEvent],
        *,
        bootstrap_servers: str,
        speed: float = 60.0,
        name: str = "producer",
        topic: str = TOPIC,
        source: str = "bundled",
        kafka_options: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(name)
        self.clock = ReplayClock(speed=speed)
        self._replay = Replay("", tuple(events))
        self._source = source
        self._connection = (bootstrap_servers, topic, kafka_options)
        self._sender = self._new_sender()
        self._carried = Delivery()
        self._lost_before = 0
        self._next = 0
        self._steps = 0
        self._stepped_to_s: float | None = None
        self._coming_events: tuple[ScoringEvent, ...] | None = None
        self._is_restart_requested = False
        self._begin_at_s = 0.0
        self._is_over = True
        self._end_position_s = 0.0
        self._state = "starting"
        self._controls = threading.Lock()

    @property
    def status(self) -> ProducerStatus:
        """What this producer is doing now."""
        delivery, replay, position = self._sender.delivery, self._replay, self._next
        upcoming = replay.events[min(position, len(replay.events) - 1)] if replay.events else None
        away_s = self._sender.away_s() if self.is_running else 0.0
        return ProducerStatus(
            name=self.name,
            state=self._describe_state(away_s),
            game_id=upcoming.game_id if upcoming else "",
            replay_id=replay.replay_id,
            sent=self._carried.sent + delivery.sent,
            acknowledged=self._carried.acknowledged + delivery.acknowledged,
            failed=self._carried.failed + delivery.failed,
            queued=delivery.queued,
            position=position,
            total=len(replay.events),
            speed=self.clock.speed,
            position_s=self._position_s(replay, position),
            away_s=away_s,
            away_reason=self._sender.away_reason if self.is_running else "",
            last_partition=delivery.last_partition,
            last_offset=delivery.last_offset,
            failures=self._sender.failures,
            lost=max(0, self._carried.lost + delivery.lost - self._lost_before),
            error=str(self.error) if self.error else "",
        )

    @property
    def events(self) -> tuple[ScoringEvent, ...]:
        """The plays of the current replay."""
        return self._replay.events

    @property
    def teams(self) -> tuple[str, str]:
        """The home team and the visitors of the game that is replayed."""
        first = self._replay.events[0]
        return first.home, first.away

    def set_speed(self, speed: float) -> None:
        """Change the speed at once, in game seconds per second; the game clock does not jump."""
        self.clock.set_speed(speed)

    def pause(self) -> None:
        """Stop the replay clock."""
        self.clock.pause()

    def resume(self) -> None:
        """Let the replay clock go on."""
        with self._controls:
            self._steps = 0
        self.clock.resume()

    def step(self, n: int = 1) -> None:
        """Pause, and send the next n plays.

        Raises:
            SettingsError: n is less than 1.
        """
        steps = checked_steps(n)
        # Paused first: a replay as fast as possible would run on between the two.
        self.clock.pause()
        with self._controls:
            self._steps += steps
        self.clock.interrupt()

    def restart(self, events: Sequence[ScoringEvent] | None = None) -> None:
        """Begin a new replay from tip-off, of the same plays or of others. The log keeps the old one."""
        with self._controls:
            if events is not None:
                self._coming_events = tuple(events)
            self._is_restart_requested = True
            self._steps = 0
            self._state = "starting"
            is_over = self._is_over
        self.clock.resume()
        self.clock.interrupt()
        if is_over:
            self.start()

    def jump(self, to: GameClock | str | float) -> None:
        """Go to this game clock: forward sends all plays up to there at once, then goes on at the set speed.

        The log never changes, so a jump backwards, like one after the last play, begins a new replay there.

        Args:
            to: "Q4 5:00", a clock, or seconds of play.

        Raises:
            InvalidClock: `to` is no time of a game.
        """
        elapsed_s = elapsed_of(to)
        with self._controls:
            is_about_to_begin = self._state == "starting" and not self._is_over
            is_ahead = self._state == "playing" and not self._is_over and elapsed_s >= self.clock.position_s
            if is_ahead:
                self._stepped_to_s = None
                self.clock.jump(elapsed_s)
            else:
                self._begin_at_s = elapsed_s
        if not (is_ahead or is_about_to_begin):
            self.restart()

    def __repr__(self) -> str:
        status = self.status
        return f"<GameProducer {self.name}: {status.state}, {status.position} of {status.total} plays sent>"

    def _prepare(self) -> None:
        self._renew_sender()
        self._is_over = False
        self._state = "starting"

    def _run(self) -> None:
        try:
            with logs.writing():
                self._replay_and_close()
        finally:
            self._end_position_s = self.clock.position_s
            self._steps = 0
            self._is_over = True

    def _position_s(self, replay: Replay, position: int) -> float:
        """The replay clock; after the last play it stands still, while that waits to be acknowledged."""
        position_s = self._end_position_s if self._is_over else self.clock.position_s
        if replay.events and position >= len(replay.events):
            return min(position_s, replay.events[-1].elapsed_s)
        return position_s

    def _replay_and_close(self) -> None:
        try:
            self._replay_until_done()
            self._state = "stopped" if self._stop_requested.is_set() else "finished"
        except BaseException:
            self._state = "failed"
            raise
        finally:
            self._sender.close()
            logs.log_event(f"producer.{self.name}", self._state, replay_id=self._replay.replay_id)

    def _replay_until_done(self) -> None:
        """Replay after replay, until one is sent and acknowledged to its end or a stop is asked for."""
        self._begin_replay()
        while not self._stop_requested.is_set():
            if self._is_restart_requested:
                self._begin_replay()
            self._sender.maintain()
            if self._next < len(self._replay.events):
                self._send_when_due(self._replay.events[self._next])
            elif self._sender.delivery.queued == 0:
                if self._is_really_over():
                    return
            else:
                self._stop_requested.wait(IDLE_S)

    def _begin_replay(self) -> None:
        with self._controls:
            self._is_restart_requested = False
            events = self._replay.events if self._coming_events is None else self._coming_events
            self._coming_events = None
            begin_at_s, self._begin_at_s = self._begin_at_s, 0.0
            self._next = 0
            self._stepped_to_s = None
            self._replay = replay = Replay(new_replay_id(), events)
            self._lost_before = self._carried.lost + self._sender.delivery.lost
            self.clock.jump(begin_at_s)
            self._state = "playing"
        plays = len(replay.events)
        logs.log_event(f"producer.{self.name}", "replay", replay_id=replay.replay_id, plays=plays, of=self._source)

    def _send_when_due(self, event: ScoringEvent) -> None:
        """Wait a little for this play's turn; send it when it has come."""
        if self._take_step():
            self._stepped_to_s = max(event.elapsed_s, self.clock.position_s)
            self.clock.jump(self._stepped_to_s)
        elif self._is_between_steps():
            self._stop_requested.wait(IDLE_S)
            return
        elif not self.clock.wait_until(event.elapsed_s, timeout_s=IDLE_S):
            return
        self._sender.send(play_record(event, replay_id=self._replay.replay_id, source=self._source))
        self._next += 1

    def _is_between_steps(self) -> bool:
        """Whether the clock stands where a step has put it: the second of two free throws is a step of its own."""
        return self.clock.is_paused and self.clock.position_s == self._stepped_to_s

    def _is_really_over(self) -> bool:
        """Decide the end under the lock: a restart comes either before it, or starts a new thread."""
        with self._controls:
            self._is_over = not self._is_restart_requested
            return self._is_over

    def _take_step(self) -> bool:
        with self._controls:
            has_step = self._steps > 0
            self._steps -= has_step
        return has_step

    def _wake(self) -> None:
        self.clock.interrupt()
        self._sender.cancel()

    def _new_sender(self) -> RecordSender:
        servers, topic, options = self._connection
        return RecordSender(servers, topic, name=self.name, options=options)

    def _renew_sender(self) -> None:
        """A sender for this life of the thread; what earlier ones counted is carried on."""
        self._carried = self._carried + self._sender.delivery
        self._sender = self._new_sender()

    def _describe_state(self, away_s: float) -> str:
        if self.error is not None:
            return "failed"
        if not self.is_running:
            return self._state
        if away_s:
            return "broker away"
        is_paused = self._state == "playing" and self.clock.is_paused and self._next < len(self._replay.events)
        return "paused" if is_paused else self._state


def play_record(event: ScoringEvent, *, replay_id: str, source: str) -> Record:
    """The record of a play: its game is the key, its JSON the value; headers name the replay and the source."""
    headers = [("replay_id", replay_id.encode()), ("source", source.encode())]
    what = {"game_id": event.game_id, "event_id": event.event_id, "replay_id": replay_id}
    return Record(event.game_id.encode(), event.to_json(), headers, what)


def new_replay_id() -> str:
    """The id of a replay that starts now; ids sort by their start, also when the computer's clock is set back."""
    global _latest_start
    with _latest_lock:
        _latest_start = max(datetime.now(UTC), _latest_start + timedelta(microseconds=1))
        return f"{_latest_start:%Y-%m-%dT%H:%M:%S.%f}Z-{secrets.token_hex(2)}"
