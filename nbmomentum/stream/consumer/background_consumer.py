"""The background consumer: a member of a group that works in a thread, and publishes immutable snapshots.

    consumer = BackgroundConsumer(bootstrap_servers=broker.bootstrap_servers, group_id="lesson-03").start()
    consumer.states()["0021500277"].home_score
    consumer.status.lag
    consumer.stop()

Its work is done by `nbmomentum.stream.consumer.member`; here are the thread, its controls, and what it shows of itself.
"""

import contextlib
import queue
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from nbmomentum import logs
from nbmomentum.clock import GameClock, elapsed_of
from nbmomentum.errors import BrokerError, SettingsError, UnknownGame
from nbmomentum.momentum import AlertWatch, GameState
from nbmomentum.runners import Runner
from nbmomentum.settings import checked_steps
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.consumer.folding import RecordFolder
from nbmomentum.stream.consumer.game_states import GameSnapshot, GameStates
from nbmomentum.stream.consumer.group_care import GroupCare
from nbmomentum.stream.consumer.member import Member
from nbmomentum.stream.consumer.reader import GroupReader
from nbmomentum.stream.consumer.seeking import Moment, MomentOf, after_play, at_clock, at_event_time, before_offset
from nbmomentum.stream.dead_letters import DeadLetters
from nbmomentum.stream.status import ConsumerStatus
from nbmomentum.stream.topics import TOPIC

MAX_RECORD_DELAY_S = 60.0


class BackgroundConsumer(Runner):
    """Reads the topic as one member of a group and keeps the state of each game.

    The thread owns the Kafka client. Controls return at once and take effect at the next poll, within 0.1 s.

    Args:
        bootstrap_servers: Where the client starts.
        group_id: The consumer group; its committed offsets are where the next start goes on.
        topic: The topic to read.
        tail: True: wait for new records until stopped. False: end at the end offsets found at the start.
        name: The consumer's name: starting another of this name stops this one.
        alerts: Watches live updates for runs, lead changes and ties.
        record_delay_s: For how long each record keeps this member busy, in seconds: a slow member, whose lag grows.
        kafka_options: More options for `kafka.KafkaConsumer`, by its names.
    """

    def __init__(
        self,
        *,
        bootstrap_servers: str,
        group_id: str,
        topic: str = TOPIC,
        tail: bool = True,
        name: str = "consumer",
        alerts: AlertWatch | None = None,
        record_delay_s: float = 0.0,
        kafka_options: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(name)
        self._bootstrap_servers = bootstrap_servers
        self._group_id = group_id
        self._topic = topic
        self._tail = tail
        self._alerts = alerts
        self._record_delay_s = _checked_delay(record_delay_s)
        self._kafka_options = kafka_options
        self._log = f"consumer.{name}"
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._own_replay: Callable[[], str] = str
        self._prepare()

    @property
    def status(self) -> ConsumerStatus:
        """What this consumer is doing now."""
        if self.error is not None:
            return replace(self._member.status, state="failed", error=str(self.error))
        return self._member.status

    def states(self) -> dict[str, GameState]:
        """The state of each game by its id."""
        return {game_id: snapshot.state for game_id, snapshot in self._member.snapshots.items()}

    def snapshots(self) -> dict[str, GameSnapshot]:
        """The state of each game with its replay and its place in the log, by game id."""
        return dict(self._member.snapshots)

    def latest(self) -> GameSnapshot | None:
        """The game whose replay began last, or None before the first record."""
        return max(self._member.snapshots.values(), key=lambda snapshot: snapshot.began, default=None)

    def follow(self, own_replay: Callable[[], str]) -> None:
        """Let one's own replay count, also where somebody else has begun a newer one of its game in the same topic.

            consumer.follow(lambda: producer.status.replay_id)

        Args:
            own_replay: The id of the replay, asked whenever a replay begins; empty for none.
        """
        self._own_replay = own_replay
        self._commands.put(lambda: self._member.follow(own_replay))

    def pause(self) -> None:
        """Process no more records; the member stays in its group."""
        self._commands.put(lambda: self._member.pace.pause())

    def resume(self) -> None:
        """Go on processing."""
        self._commands.put(lambda: self._member.pace.resume())

    def step(self, n: int = 1) -> None:
        """Pause, and process the next n records, or as soon as they are written.

        Raises:
            SettingsError: n is less than 1.
        """
        steps = checked_steps(n)
        self._commands.put(lambda: self._member.pace.step(steps))

    def set_record_delay(self, record_delay_s: float) -> None:
        """Be busy with each record for so long, in seconds; the member polls on, and its group keeps it.

        Raises:
            SettingsError: The delay is negative, or more than 60 seconds.
        """
        delay_s = self._record_delay_s = _checked_delay(record_delay_s)
        self._commands.put(lambda: self._member.pace.set_record_delay(delay_s))

    def seek_game(self, to: GameClock | str | float, *, game_id: str | None = None, hold: bool = True) -> None:
        """Show a game as it was at this clock: read its replay again from its first record up to there.

        Nothing is drawn on the way, no alert is told twice, and what the group has committed stays.

        Args:
            to: "Q3 4:12", a clock, or seconds of play; beyond the log's end it is its end.
            game_id: The game; None is the one whose replay began last.
            hold: Pause there; otherwise read on to the end of the log.

        Raises:
            InvalidClock: `to` is no time of a game.
            UnknownGame: No record of this game has been read.
        """
        elapsed_s = elapsed_of(to)
        self._ask_seek(game_id, lambda _: at_clock(elapsed_s), hold=hold)

    def seek_play(self, event_id: str, *, game_id: str | None = None, hold: bool = True) -> None:
        """Show a game as it was when this play came; see `seek_game`.

        Raises:
            UnknownGame: No record of this game has been read.
        """
        self._ask_seek(game_id, lambda _: after_play(event_id), hold=hold)

    def seek_record_time(self, to: datetime, *, game_id: str | None = None, hold: bool = True) -> None:
        """Show what the log knew of a game at this record time: by its records before it; see `seek_game`.

        The broker finds the place by its time index, `offsets_for_times`; the state is read up to there as ever.

        Args:
            to: The moment, to the millisecond; without a time zone it is this computer's.
            game_id: The game; None is the one whose replay began last.
            hold: Pause there; otherwise read on to the end of the log.

        Raises:
            UnknownGame: No record of this game has been read.
        """
        timestamp_ms = round(to.timestamp() * 1000)
        self._ask_seek(game_id, lambda game: self._before_time(game, timestamp_ms), hold=hold)

    def seek_event_time(
        self, to: datetime, *, tip_off: datetime | None = None, game_id: str | None = None, hold: bool = True
    ) -> None:
        """Show a game as it was at this time in the arena; see `seek_game`.

        Args:
            to: The moment; without a time zone it is this computer's.
            tip_off: When the game began, for plays whose feed does not say when they happened.
            game_id: The game; None is the one whose replay began last.
            hold: Pause there; otherwise read on to the end of the log.

        Raises:
            UnknownGame: No record of this game has been read.
        """
        moment = to.astimezone(UTC)
        self._ask_seek(game_id, lambda _: at_event_time(moment, tip_off), hold=hold)

    def step_back(self, *, game_id: str | None = None) -> None:
        """Pause, and show a game as it was before its last record; see `seek_game`.

        Raises:
            UnknownGame: No record of this game has been read.
        """
        self._ask_seek(game_id, lambda game: before_offset(game.offset), hold=True)

    def __repr__(self) -> str:
        status = self.status
        return f"<BackgroundConsumer {self.name}: {status.state}, {status.consumed} consumed, lag {status.lag}>"

    def _ask_seek(self, game_id: str | None, moment_of: MomentOf, *, hold: bool) -> None:
        known = self.latest() if game_id is None else self._member.snapshots.get(game_id)
        if known is None:
            which = "any game" if game_id is None else f"game {game_id}"
            raise UnknownGame(f"No record of {which} has been read yet; start a producer and wait for its first play.")
        self._commands.put(lambda: self._member.seek(known.game_id, moment_of, hold=hold))

    def _before_time(self, game: GameSnapshot, timestamp_ms: int) -> Moment:
        """Before the first record of this time or a later one; beyond the log's end it is its end."""
        offset = self._reader.offset_at(game.partition, timestamp_ms)
        return before_offset(sys.maxsize if offset is None else offset)

    def _prepare(self) -> None:
        """A fresh start: nothing is known but what the group has committed."""
        self._connector = Connector(self._bootstrap_servers, self._kafka_options)
        self._dead_letters = DeadLetters(self._connector, self._topic, group_id=self._group_id, source=self._log)
        games = GameStates()
        games.follow(self._own_replay)
        self._folder = RecordFolder(self._log, games, self._dead_letters, self._alerts)
        self._reader = GroupReader(
            self._connector,
            group_id=self._group_id,
            topic=self._topic,
            name=self.name,
            options=self._kafka_options,
        )
        self._member = Member(
            reader=self._reader,
            care=GroupCare(self._connector, group_id=self._group_id, topic=self._topic, name=self.name),
            folder=self._folder,
            games=games,
            dead_letters=self._dead_letters,
            commands=self._commands,
            stop_requested=self._stop_requested,
            blank=ConsumerStatus(self.name, self._group_id, "starting"),
        )
        self._member.pace.set_record_delay(self._record_delay_s)

    def _run(self) -> None:
        with logs.writing(), contextlib.ExitStack() as ending:
            ending.push(self._say_how_it_ended)
            ending.callback(self._folder.flush_log)
            ending.callback(self._reader.close)
            ending.callback(self._dead_letters.close)
            while not self._stop_requested.is_set() and not self._is_finished():
                self._member.turn()
            self._member.commit()
            self._member.leave()
            self._see_all_was_read()

    def _is_finished(self) -> bool:
        return not self._tail and self._member.is_at_end()

    def _see_all_was_read(self) -> None:
        """Who reads up to the end, and cannot, does not end as if all were well."""
        if not self._stop_requested.is_set() and (unread := self._member.left_unread()):
            raise BrokerError(unread)

    def _say_how_it_ended(self, exc_type: type[BaseException] | None, *_: object) -> None:
        ended_well = "stopped" if self._stop_requested.is_set() else "finished"
        self._member.publish_status("failed" if exc_type else ended_well)
        status = self._member.status
        logs.log_event(self._log, status.state, consumed=status.consumed)

    def _wake(self) -> None:
        self._connector.cancel()


def _checked_delay(record_delay_s: float) -> float:
    if not 0 <= record_delay_s <= MAX_RECORD_DELAY_S:
        raise SettingsError(
            f"A record's delay is 0 to {MAX_RECORD_DELAY_S:g} seconds, not {record_delay_s!r:.40}: a member that is "
            "busy for longer looks dead to a class."
        )
    return float(record_delay_s)
