"""One member of a consumer group at work: polls, decodes, folds, commits, and rebuilds games. One thread only.

    member = Member(...)
    while not member.is_at_end():
        member.turn()
    member.close()

A record is committed after it was processed, and after its dead letter was acknowledged; never before.
"""

import logging
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from kafka.errors import KafkaError

from nbmomentum import logs
from nbmomentum.errors import BrokerUnavailable
from nbmomentum.stream.cluster.polling import IDLE_S
from nbmomentum.stream.consumer.folding import RecordFolder
from nbmomentum.stream.consumer.game_states import GameSnapshot, GameStates, OwnReplay
from nbmomentum.stream.consumer.group_care import GroupCare
from nbmomentum.stream.consumer.pace import Pace
from nbmomentum.stream.consumer.progress import Handovers, Progress, Reached, past_of
from nbmomentum.stream.consumer.reader import GroupReader
from nbmomentum.stream.consumer.rebalance_notes import Joined, Note, Rebalance
from nbmomentum.stream.consumer.seeking import MomentOf, Seek, Seeking, to_the_end
from nbmomentum.stream.dead_letters import DeadLetters
from nbmomentum.stream.status import ConsumerStatus

RETRY_S = 0.2
COMMIT_INTERVAL_S = 0.1
LAG_INTERVAL_S = 0.25
# After a batch this small the commit and the lags do not wait: a class that steps sees exact numbers.
SMALL_BATCH = 20

Commands = queue.SimpleQueue[Callable[[], None]]


class Member:
    """Does one turn after another; what it knows is published as `snapshots` and `status`, anew at each change.

    Args:
        reader: The member's client.
        care: Finds out what keeps its group from going on.
        folder: What becomes of records.
        games: The states it folds into.
        dead_letters: Where it sends what cannot be read.
        commands: Carried out between two turns.
        stop_requested: Ends every rest.
        blank: The status to begin with: its name and group.

    Attributes:
        snapshots: The games as they stand, by id.
        status: What the member is doing.
        pace: How fast it reads; changed by commands.
    """

    def __init__(
        self,
        *,
        reader: GroupReader,
        care: GroupCare,
        folder: RecordFolder,
        games: GameStates,
        dead_letters: DeadLetters,
        commands: Commands,
        stop_requested: threading.Event,
        blank: ConsumerStatus,
    ) -> None:
        self._reader = reader
        self._care = care
        self._folder = folder
        self._games = games
        self._dead_letters = dead_letters
        self._commands = commands
        self._stop_requested = stop_requested
        self._log = f"consumer.{blank.name}"
        self.status = blank
        self.snapshots: Mapping[str, GameSnapshot] = {}
        self._progress: dict[int, Progress] = {}
        self._reached: defaultdict[int, Reached] = defaultdict(Reached)
        self._unhandled: Note | None = None
        self._generation: int | None = None
        self._handovers = Handovers()
        self._seeking = Seeking(reader, self._progress)
        self._rebalances = 0
        self._is_joining = True
        self.pace = Pace()
        self._committed_at = self._lags_known_at = 0.0
        self._last_error = ""

    def turn(self) -> None:
        """One turn of the loop: commands, rebalances, records, lags."""
        try:
            self._obey()
            if self._reader.ensure_connected():
                self._handle_rebalances()
                rebuilding = self._rebuilding()
                batches = self._read()
                self._process(batches, rebuilding)
                if not (batches or self._reader.is_joining):
                    self._stop_requested.wait(IDLE_S)
            else:
                self._stop_requested.wait(RETRY_S)
        except (KafkaError, BrokerUnavailable) as error:
            self._note_error(f"{type(error).__name__}: {error}")
            self._read_on_from_here()
            self._stop_requested.wait(RETRY_S)
        self._folder.tick_log()
        self._care.look(self._reader.standing)
        self.publish_status()
        if self._reader.away_since is not None:
            self._reader.look_for_topics()

    def is_at_end(self) -> bool:
        """Whether every end offset found at the assignment is reached and committed, as far as it can be."""
        return not self._is_joining and all(
            progress.is_at_end or partition in self._reader.standing_still()
            for partition, progress in self._progress.items()
        )

    def left_unread(self) -> str:
        """Why some partition was not read to its end, in words; empty if all were."""
        stuck = [reason for partition, reason in self._reader.standing_still().items() if partition in self._progress]
        return " ".join(stuck)

    def leave(self) -> None:
        """Say that all partitions are given up now: the reader is about to leave the group."""
        self._note_given_up(tuple(sorted(self._progress)), time.monotonic())

    def seek(self, game_id: str, moment_of: MomentOf, *, hold: bool) -> None:
        """Go back to the replay's first record with an empty game; the next turns read up to the moment, then hold."""
        game = self._games.find(game_id)
        progress = self._progress.get(game.partition) if game else None
        if game is None or progress is None or progress.is_recovering:
            self._note_error(f"Game {game_id} is not here now: its partition has just changed hands. Seek once more.")
            return
        self.commit()
        moment = moment_of(game)  # it may ask the broker, which may not answer
        ends = self._reader.end_offsets([game.partition]) or {}
        # Another game of this partition may be held before this one begins: nothing of it is left out.
        start = min(game.first_offset, progress.position)
        self._seeking.begin(Seek(game, moment, ends.get(game.partition, progress.end_offset)), start)
        self._games.forget_plays(game_id)
        if hold:
            self.pace.pause()
        else:
            self.pace.resume()

    def follow(self, own_replay: OwnReplay) -> None:
        """Let this replay count; where another one of its game did until now, read it again from its first record."""
        for game in self._games.follow(own_replay):
            progress = self._progress[game.partition]
            if progress.is_recovering:
                self._reader.begin(game.partition, game.first_offset)
                self._games.forget_plays(game.game_id)
                progress.position = game.first_offset
            else:
                self.seek(game.game_id, lambda _: to_the_end, hold=self.pace.is_paused)

    def commit(self) -> None:
        """Save the position of every partition that moved; what cannot be saved now is saved at a later turn."""
        if self._reader.is_stable:
            self._save(set(self._progress))

    def _save(self, partitions: set[int]) -> None:
        offsets = {
            partition: (progress.position, self._games.first_needed_offset(partition, progress.position))
            for partition, progress in self._progress.items()
            if partition in partitions and not progress.is_committed
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

    def publish_status(self, state: str | None = None) -> None:
        """Say anew what this member is doing: this word, or what it finds."""
        away_since = self._reader.away_since
        self.status = replace(
            self.status,
            state=state or self._describe_state(),
            rebalances=self._rebalances,
            generation=self._generation,
            duplicates=self._handovers.duplicates,
            handovers=self._handovers.latest,
            record_delay_s=self.pace.record_delay_s,
            seeks=self._seeking.ended,
            partitions=tuple(self._progress[partition].status() for partition in sorted(self._progress)),
            elsewhere=self._care.owners_of(() if self._unhandled else self._reader.elsewhere, self._generation),
            away_s=0.0 if away_since is None else time.monotonic() - away_since,
            away_reason=self._reader.away_reason,
            overtaken=self._games.overtaken,
            lost=sum(reached.lost for reached in self._reached.values()),
            group_trouble="" if state else self._care.trouble,
            deaths=self._care.deaths,
            last_error=self._folder.callback_error
            or self._last_error
            or self._reader.troubles(at_once=state is not None),
            **asdict(self._folder.counts_at({at: progress.position for at, progress in self._progress.items()})),
        )

    def _obey(self) -> None:
        """Carry out the commands; those after a seek wait until it is over."""
        while self._seeking.partition is None and not self._commands.empty():
            self._commands.get()()

    def _read(self) -> dict[int, list[Any]]:
        """The next records by partition.

        While paused, or busy with a record, these are those of the past, to rebuild games, and then the steps.
        """
        if self._seeking.partition is not None:
            return self._seeking.read()
        recovering = self._recovering()
        is_past_only = self.pace.is_one_by_one and bool(recovering)
        if is_past_only or self.pace.is_resting:
            self._reader.set_flowing(recovering)
        else:
            self._reader.set_flowing(self._seeking.steps_go_to() if self.pace.steps else self._progress)
        polled = self._reader.poll(None if is_past_only else self.pace.at_once)
        batches = {partition: records for partition, records in polled.items() if partition in self._progress}
        return past_of(batches, self._progress, begin=self._reader.begin) if is_past_only else batches

    def _recovering(self) -> set[int]:
        return {partition for partition, progress in self._progress.items() if progress.is_recovering}

    def _rebuilding(self) -> set[int]:
        """The partitions whose games are on their way to a state that can be shown."""
        sought = self._seeking.partition
        return self._recovering() | (set() if sought is None else {sought})

    def _process(self, batches: dict[int, list[Any]], rebuilding: set[int]) -> None:
        """Fold a poll's records, wait for their dead letters, then publish and commit."""
        before = replace(self._folder.counts)
        try:
            changed = [self._fold(partition, records) for partition, records in batches.items()]
            self._dead_letters.settle()
            self._pass_gaps()
        except (KafkaError, BrokerUnavailable):
            self._folder.counts = before
            self._go_back(batches)
            raise
        self._seeking.end_if_over()
        consumed = self._folder.counts.consumed - before.consumed
        stepped = sum(len(records) for partition, records in batches.items() if partition not in rebuilding)
        self.pace.note_read(stepped)
        self._publish_snapshots(set().union(*changed, self._games.games_of(rebuilding)))
        if batches:
            self.publish_status()  # the group never has more than we have told
        if consumed <= SMALL_BATCH or time.monotonic() - self._committed_at >= COMMIT_INTERVAL_S:
            self.commit()
        self._refresh_lags(is_due=0 < consumed <= SMALL_BATCH)

    def _pass_gaps(self) -> None:
        """Move on over offsets that no record comes of: transactions' markers, what they aborted, what is compacted."""
        for partition, position in self._reader.positions().items():
            progress = self._progress.get(partition)
            if progress is not None and position > progress.position:
                progress.advance_to(position)
                self._reached[partition].read(position, frozenset())

    def _fold(self, partition: int, records: list[Any]) -> set[str]:
        progress = self._progress[partition]
        if records[0].offset < progress.position:
            self._seeking.give_up()
            progress.restart_from(records[0].offset)
            self._games.cut(partition, records[0].offset)
            self._folder.cut(partition, records[0].offset)
        changed = self._folder.fold(partition, records, live_from=progress.live_from, new_from=progress.end_at_start)
        progress.advance_to(records[-1].offset + 1)
        self._reached[partition].read(
            progress.position, {self._games.snapshot(game_id).replay_id for game_id in changed}
        )
        return changed

    def _go_back(self, batches: dict[int, list[Any]]) -> None:
        """These records are not read: a dead letter was not acknowledged. Folding twice changes nothing."""
        self._dead_letters.close()
        for partition, records in batches.items():
            self._progress[partition].position = records[0].offset

    def _read_on_from_here(self) -> None:
        """After an error: what the client takes for read, and we have not processed, is read again."""
        self._seeking.look_again()
        for partition in self._reader.assigned() & set(self._progress) if self._progress else ():
            self._reader.begin(partition, self._progress[partition].position)

    def _handle_rebalances(self) -> None:
        """Take and give up partitions as the group decided; one that fails is tried again at the next turn."""
        while note := self._unhandled or self._reader.take_rebalance():
            self._unhandled = note
            if isinstance(note, Joined):
                # Of a rebalance in two rounds, the second is still to come.
                self._generation, self._is_joining, self._last_error = note.generation, self._reader.is_joining, ""
            else:
                self._change_hands(note)
            self._unhandled = None

    def _change_hands(self, rebalance: Rebalance) -> None:
        """Take these partitions, or give them up."""
        partitions = rebalance.partitions
        if self._seeking.partition in partitions:
            self._seeking.give_up()
        if rebalance.is_assigned:
            # A later rebalance, still in the queue, may have taken some away again.
            partitions = tuple(sorted(self._reader.assigned() & set(partitions)))
            self._take(partitions)
            self._handovers.note(partitions, is_taken=True, at_s=time.monotonic())
        else:
            self._save(self._reader.still_ours(rebalance))
            self._note_given_up(partitions, rebalance.at_s)
            self._give_up(set(partitions))
        logs.log_event(self._log, "assigned" if rebalance.is_assigned else "revoked", partitions=rebalance.partitions)

    def _note_given_up(self, partitions: tuple[int, ...], at_s: float) -> None:
        """What could not be committed until now is processed once more by whoever has these partitions next."""
        owned = self._progress.keys() & set(partitions)
        uncommitted = sum(self._progress[partition].uncommitted for partition in owned)
        self._handovers.note(partitions, is_taken=False, at_s=at_s, uncommitted=uncommitted)

    def _take(self, partitions: tuple[int, ...]) -> None:
        """Start in each partition where its games begin, and rebuild them up to the committed offset."""
        ends = self._reader.end_offsets(partitions)
        if ends is None:
            raise BrokerUnavailable("The broker went away during a rebalance.")
        for partition in partitions:
            end = ends[partition]
            self._look_for_loss(partition, end)
            start = self._reader.find_start(partition, end)
            live_from = start.recover_from if start.committed is None else min(start.committed, end)
            progress = Progress(
                partition, start.recover_from, start.committed, live_from, end, end, live_from, start.low
            )
            self._progress[partition] = progress
            self._reader.begin(partition, start.recover_from)
        self._rebalances += 1
        self._is_joining = False

    def _give_up(self, partitions: set[int]) -> None:
        """The partitions belong to others now: forget their games."""
        gone = self._games.drop(partitions)
        for partition in partitions:
            self._progress.pop(partition, None)
        self.snapshots = {game_id: s for game_id, s in self.snapshots.items() if game_id not in gone}
        self._is_joining = True

    def _publish_snapshots(self, changed: set[str]) -> None:
        """Publish these games, each as one new snapshot; a game that is being rebuilt waits for its end."""
        fresh = map(self._games.snapshot, changed)
        rebuilding = self._rebuilding()
        ready = {s.game_id: s for s in fresh if s.partition not in rebuilding}
        if ready:
            self.snapshots = {**self.snapshots, **ready}

    def _refresh_lags(self, *, is_due: bool) -> None:
        now = time.monotonic()
        if not is_due and now - self._lags_known_at < LAG_INTERVAL_S:
            return
        self._lags_known_at = now
        for partition, end in (self._reader.end_offsets(self._progress) or {}).items():
            self._look_for_loss(partition, end)
            self._progress[partition].end_offset = max(end, self._progress[partition].position)

    def _look_for_loss(self, partition: int, end: int) -> None:
        if lost := self._reached[partition].compare(end):
            logs.log_event(self._log, "lost", level=logging.WARNING, partition=partition, end=end, records=lost)

    def _describe_state(self) -> str:
        if self._reader.away_since is not None:
            return "broker away"
        if self._is_joining:
            return "joining"
        if self._seeking.partition is not None:
            return "seeking"
        if self._recovering():
            return "recovering"
        return "paused" if self.pace.is_paused else "live"

    def _note_error(self, text: str) -> None:
        self._last_error = text
        logs.log_event(self._log, "error", level=logging.WARNING, reason=text)
