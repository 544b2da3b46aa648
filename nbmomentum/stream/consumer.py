"""The background consumer: polls, decodes, folds and commits in a thread, and publishes immutable snapshots.

    consumer = BackgroundConsumer(bootstrap_servers=broker.bootstrap_servers, group_id="lesson-03").start()
    consumer.states()["0021500277"].home_score
    consumer.status.lag
    consumer.stop()

A record is committed after it was processed, and after its dead letter was acknowledged; never before.
"""

import contextlib
import logging
import queue
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from kafka.errors import KafkaError

from nbmomentum import logs
from nbmomentum.errors import BrokerUnavailable
from nbmomentum.momentum import AlertWatch, GameState
from nbmomentum.runners import Runner
from nbmomentum.settings import checked_steps
from nbmomentum.stream.client import Connector
from nbmomentum.stream.dead_letters import DeadLetters
from nbmomentum.stream.folding import RecordFolder
from nbmomentum.stream.game_states import GameSnapshot, GameStates
from nbmomentum.stream.progress import Progress
from nbmomentum.stream.reader import GroupReader, Rebalance
from nbmomentum.stream.status import ConsumerStatus
from nbmomentum.stream.topics import TOPIC

RETRY_S = 0.2
IDLE_S = 0.03
COMMIT_INTERVAL_S = 0.1
LAG_INTERVAL_S = 0.25
# After a batch this small the commit and the lags do not wait: a class that steps sees exact numbers.
SMALL_BATCH = 20


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
        kafka_options: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(name)
        self._bootstrap_servers = bootstrap_servers
        self._group_id = group_id
        self._topic = topic
        self._tail = tail
        self._alerts = alerts
        self._kafka_options = kafka_options
        self._log = f"consumer.{name}"
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._prepare()

    @property
    def status(self) -> ConsumerStatus:
        """What this consumer is doing now."""
        if self.error is not None:
            return replace(self._status, state="failed", error=str(self.error))
        return self._status

    def states(self) -> dict[str, GameState]:
        """The state of each game by its id."""
        return {game_id: snapshot.state for game_id, snapshot in self._snapshots.items()}

    def snapshots(self) -> dict[str, GameSnapshot]:
        """The state of each game with its replay and its place in the log, by game id."""
        return dict(self._snapshots)

    def latest(self) -> GameSnapshot | None:
        """The game whose replay began last, or None before the first record."""
        return max(self._snapshots.values(), key=lambda snapshot: snapshot.replay_id, default=None)

    def pause(self) -> None:
        """Process no more records; the member stays in its group."""
        self._commands.put(self._pause)

    def resume(self) -> None:
        """Go on processing."""
        self._commands.put(self._resume)

    def step(self, n: int = 1) -> None:
        """Pause, and process the next n records, or as soon as they are written.

        Raises:
            SettingsError: n is less than 1.
        """
        steps = checked_steps(n)
        self._commands.put(lambda: self._step(steps))

    def __repr__(self) -> str:
        status = self.status
        return f"<BackgroundConsumer {self.name}: {status.state}, {status.consumed} consumed, lag {status.lag}>"

    def _prepare(self) -> None:
        """A fresh start: nothing is known but what the group has committed."""
        self._connector = Connector(self._bootstrap_servers, self._kafka_options)
        self._reader = GroupReader(
            self._connector,
            group_id=self._group_id,
            topic=self._topic,
            name=self.name,
            options=self._kafka_options,
        )
        self._dead_letters = DeadLetters(self._connector, self._topic, source=self._log)
        self._games = GameStates()
        self._folder = RecordFolder(self._log, self._games, self._dead_letters, self._alerts)
        self._progress: dict[int, Progress] = {}
        self._snapshots: Mapping[str, GameSnapshot] = {}
        self._unhandled: Rebalance | None = None
        self._rebalances = 0
        self._is_joining = True
        self._is_paused = False
        self._steps = 0
        self._committed_at = 0.0
        self._lags_known_at = 0.0
        self._last_error = ""
        self._status = ConsumerStatus(self.name, self._group_id, "starting")

    def _run(self) -> None:
        with logs.writing(), contextlib.ExitStack() as ending:
            ending.push(self._say_how_it_ended)
            ending.callback(self._folder.flush_log)
            ending.callback(self._reader.close)
            ending.callback(self._dead_letters.close)
            while not self._stop_requested.is_set() and not self._is_at_end():
                self._turn()
            self._commit()

    def _say_how_it_ended(self, exc_type: type[BaseException] | None, *_: object) -> None:
        ended_well = "stopped" if self._stop_requested.is_set() else "finished"
        self._publish_status("failed" if exc_type else ended_well)
        logs.log_event(self._log, self._status.state, consumed=self._status.consumed)

    def _wake(self) -> None:
        self._connector.cancel()

    def _turn(self) -> None:
        """One turn of the loop: commands, rebalances, records, lags."""
        while not self._commands.empty():
            self._commands.get()()
        try:
            if self._reader.ensure_connected():
                self._handle_rebalances()
                recovering = self._recovering()
                batches = self._read(recovering)
                self._process(batches, recovering)
                if not (batches or self._reader.is_joining):
                    self._stop_requested.wait(IDLE_S)
            else:
                self._stop_requested.wait(RETRY_S)
        except (KafkaError, BrokerUnavailable) as error:
            self._note_error(f"{type(error).__name__}: {error}")
            self._stop_requested.wait(RETRY_S)
        self._folder.tick_log()
        self._publish_status()
        if self._reader.away_since is not None:
            self._reader.look_for_topics()

    def _read(self, recovering: set[int]) -> dict[int, list[Any]]:
        """The next records by partition; while paused those of the past, to rebuild games, and then the steps."""
        is_past_only = self._is_paused and bool(recovering)
        if is_past_only or (self._is_paused and not self._steps):
            self._reader.set_flowing(recovering)
        else:
            self._reader.set_flowing(self._progress)
        polled = self._reader.poll(None if is_past_only else self._steps or None)
        batches = {partition: records for partition, records in polled.items() if partition in self._progress}
        return self._past_of(batches) if is_past_only else batches

    def _past_of(self, batches: dict[int, list[Any]]) -> dict[int, list[Any]]:
        """The records that the group had processed before; what follows them is read again when it is its turn."""
        past = {}
        for partition, records in batches.items():
            progress = self._progress[partition]
            past[partition] = [record for record in records if record.offset < progress.live_from]
            if len(past[partition]) < len(records):
                self._reader.begin(partition, progress.live_from)
            if not past[partition]:
                progress.advance_to(progress.live_from)  # none is left of them in the log
        return {partition: records for partition, records in past.items() if records}

    def _recovering(self) -> set[int]:
        return {partition for partition, progress in self._progress.items() if progress.is_recovering}

    def _process(self, batches: dict[int, list[Any]], rebuilding: set[int]) -> None:
        """Fold a poll's records, wait for their dead letters, then publish and commit."""
        before = replace(self._folder.counts)
        try:
            changed = [self._fold(partition, records) for partition, records in batches.items()]
            self._dead_letters.settle()
        except (KafkaError, BrokerUnavailable):
            self._folder.counts = before
            self._go_back(batches)
            raise
        consumed = self._folder.counts.consumed - before.consumed
        self._steps = max(0, self._steps - consumed)
        self._publish_snapshots(set().union(*changed, self._games.games_of(rebuilding)))
        if consumed <= SMALL_BATCH or time.monotonic() - self._committed_at >= COMMIT_INTERVAL_S:
            self._commit()
        self._refresh_lags(is_due=0 < consumed <= SMALL_BATCH)

    def _fold(self, partition: int, records: list[Any]) -> set[str]:
        progress = self._progress[partition]
        if records[0].offset < progress.position:
            progress.restart_from(records[0].offset)
        changed = self._folder.fold(partition, records, live_from=progress.live_from)
        progress.advance_to(records[-1].offset + 1)
        return changed

    def _go_back(self, batches: dict[int, list[Any]]) -> None:
        """Read these records again: a dead letter of theirs was not acknowledged. Folding twice changes nothing."""
        self._dead_letters.close()
        for partition, records in batches.items():
            self._progress[partition].position = records[0].offset
            self._reader.begin(partition, records[0].offset)

    def _commit(self) -> None:
        """Save the position of every partition that moved; what cannot be saved now is saved at a later turn."""
        offsets = {
            partition: (progress.position, self._games.first_needed_offset(partition, progress.position))
            for partition, progress in self._progress.items()
            if not progress.is_committed
        }
        if not offsets or self._reader.away_since is not None:
            return
        if trouble := self._reader.commit(offsets):
            self._note_error(trouble)
            return
        self._committed_at = time.monotonic()
        self._last_error = ""
        for partition, (offset, _) in offsets.items():
            self._progress[partition].committed = offset

    def _handle_rebalances(self) -> None:
        """Take and give up partitions as the group decided; one that fails is tried again at the next turn."""
        while rebalance := self._unhandled or self._reader.take_rebalance():
            self._unhandled = rebalance
            if rebalance.is_assigned:
                # A later rebalance, still in the queue, may have taken some away again.
                self._take(tuple(self._reader.assigned() & set(rebalance.partitions)))
            else:
                self._give_up(set(rebalance.partitions))
            what = "assigned" if rebalance.is_assigned else "revoked"
            logs.log_event(self._log, what, partitions=rebalance.partitions)
            self._unhandled = None

    def _take(self, partitions: tuple[int, ...]) -> None:
        """Start in each partition where its games begin, and rebuild them up to the committed offset."""
        ends = self._reader.end_offsets(partitions)
        if ends is None:
            raise BrokerUnavailable("The broker went away during a rebalance.")
        for partition in partitions:
            end = ends[partition]
            start = self._reader.find_start(partition, end)
            live_from = min(start.committed or 0, end)
            progress = Progress(partition, start.recover_from, start.committed, live_from, end, end)
            self._progress[partition] = progress
            self._reader.begin(partition, start.recover_from)
        self._rebalances += 1
        self._is_joining = False

    def _give_up(self, partitions: set[int]) -> None:
        """The partitions belong to others now: forget their games."""
        gone = self._games.drop(partitions)
        for partition in partitions:
            self._progress.pop(partition, None)
        self._snapshots = {game_id: s for game_id, s in self._snapshots.items() if game_id not in gone}
        self._is_joining = True

    def _publish_snapshots(self, changed: set[str]) -> None:
        """Publish these games, each as one new snapshot; a game that is being rebuilt waits for its end."""
        fresh = map(self._games.snapshot, changed)
        ready = {s.game_id: s for s in fresh if not self._progress[s.partition].is_recovering}
        if ready:
            self._snapshots = {**self._snapshots, **ready}

    def _refresh_lags(self, *, is_due: bool) -> None:
        now = time.monotonic()
        if not is_due and now - self._lags_known_at < LAG_INTERVAL_S:
            return
        self._lags_known_at = now
        for partition, end in (self._reader.end_offsets(self._progress) or {}).items():
            self._progress[partition].end_offset = max(end, self._progress[partition].position)

    def _publish_status(self, state: str | None = None) -> None:
        away_since = self._reader.away_since
        self._status = ConsumerStatus(
            name=self.name,
            group_id=self._group_id,
            state=state or self._describe_state(),
            rebalances=self._rebalances,
            partitions=tuple(self._progress[partition].status() for partition in sorted(self._progress)),
            away_s=0.0 if away_since is None else time.monotonic() - away_since,
            last_error=self._folder.callback_error or self._last_error,
            **asdict(self._folder.counts),
        )

    def _describe_state(self) -> str:
        if self._reader.away_since is not None:
            return "broker away"
        if self._is_joining:
            return "joining"
        if self._recovering():
            return "recovering"
        return "paused" if self._is_paused else "live"

    def _is_at_end(self) -> bool:
        """With `tail=False`: whether every end offset found at the assignment is reached and committed."""
        if self._tail or self._is_joining:
            return False
        return all(progress.is_at_end for progress in self._progress.values())

    def _note_error(self, text: str) -> None:
        self._last_error = text
        logs.log_event(self._log, "error", level=logging.WARNING, reason=text)

    def _pause(self) -> None:
        self._is_paused, self._steps = True, 0

    def _resume(self) -> None:
        self._is_paused, self._steps = False, 0

    def _step(self, n: int) -> None:
        self._is_paused, self._steps = True, self._steps + n
