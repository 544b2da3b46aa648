"""One play at a time on its whole way from the producer to the figure, stage by stage, on command.

    walk = PipelineWalk(load_game("0021500277"), bootstrap_servers=broker.bootstrap_servers, topic=topic).start()
    walk.step()  # one stage; walk.step_play() goes on to the last one
    walk.status.stage, walk.status.place
    walk.stop()

Nothing here is acted: it calls what `GameProducer` and `BackgroundConsumer` call, in their order, as a member of a
real group, and stands still between two calls. Meanwhile the member polls on with all partitions paused, or its group
would take it for dead.
"""

import contextlib
import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from kafka.errors import KafkaError

from nbmomentum import logs
from nbmomentum.errors import BrokerUnavailable, SettingsError
from nbmomentum.events import ScoringEvent
from nbmomentum.reports import PartitionStatus
from nbmomentum.runners import Runner
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.cluster.polling import IDLE_S
from nbmomentum.stream.consumer.game_states import GameStates
from nbmomentum.stream.consumer.group_care import GroupCare
from nbmomentum.stream.consumer.reader import GroupReader
from nbmomentum.stream.log_reader.stored_records import header, stored_record
from nbmomentum.stream.producer.game_producer import new_replay_id, play_record
from nbmomentum.stream.producer.sender import RecordSender
from nbmomentum.stream.walk.walk_status import STAGES, Stage, WalkStatus

PACE_MIN_S, PACE_MAX_S = 0.05, 10.0
RETRY_S = 0.2


class PipelineWalk(Runner):
    """Walks plays through producer, log and consumer, one stage at a time; the thread owns both clients.

    All controls return at once, from any thread.

    Args:
        events: The plays, in the order to walk.
        bootstrap_servers: Where the clients start.
        topic: Where the records go: one of its own, or the walk passes over what others write.
        group_id: The consumer group; it should have no other member.
        pace_s: From one stage to the next while it plays, 0.05 to 10 seconds.
        name: The walk's name: starting another of this name stops this one.

    Raises:
        SettingsError: There is no play, or the pace is out of range.
    """

    def __init__(
        self,
        events: Sequence[ScoringEvent],
        *,
        bootstrap_servers: str,
        topic: str,
        group_id: str = "walk",
        pace_s: float = 1.5,
        name: str = "walk",
    ) -> None:
        super().__init__(name)
        if not events:
            raise SettingsError("A walk needs at least one play.")
        self.events = tuple(events)
        self._bootstrap_servers = bootstrap_servers
        self._blank = WalkStatus(name, topic, group_id, len(events), pace_s=_checked_pace_s(pace_s))
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._do: dict[Stage, Callable[[], bool]] = {
            Stage.PRODUCER: self._make_record,
            Stage.PARTITION: self._send,
            Stage.POLL: self._poll,
            Stage.DECODE: self._decode,
            Stage.FOLD: self._fold,
            Stage.COMMIT: self._commit,
            Stage.FIGURE: self._hand_out,
        }
        self._prepare()

    @property
    def status(self) -> WalkStatus:
        """Where the walk stands; the same object until something changes."""
        if self.error is not None:
            return replace(self._status, state="failed", error=str(self.error))
        return self._status

    def step(self) -> None:
        """Pause, and do one more stage; after the last stage it is the first one of the next play."""
        self._commands.put(lambda: self._ask_for(1))

    def step_play(self) -> None:
        """Pause, and go on to the last stage: of the play on its way, else of the next one."""
        self._commands.put(self._ask_for_rest)

    def play(self) -> None:
        """Walk on by itself, a stage each `pace_s`; a finished walk begins anew."""
        self._commands.put(self._begin_playing)

    def pause(self) -> None:
        """Stand still after the stage that is under way."""
        self._commands.put(self._stand_still)

    def restart(self) -> None:
        """Begin anew with the first play, as a new replay. The log keeps the old one."""
        self._commands.put(self._begin_anew)

    def set_pace(self, pace_s: float) -> None:
        """Change how long it stands at each stage while it plays.

        Raises:
            SettingsError: It is no number from 0.05 to 10.
        """
        checked_s = _checked_pace_s(pace_s)
        self._commands.put(lambda: self._set(pace_s=checked_s))

    def __repr__(self) -> str:
        status = self.status
        where = f"play {status.number} of {status.total}, {status.stage}" if status.stage else "before the first play"
        return f"<PipelineWalk {self.name}: {status.state}, {where}>"

    def _prepare(self) -> None:
        """A fresh start: new clients, a new replay, nothing read."""
        topic, name = self._blank.topic, self.name
        self._connector = Connector(self._bootstrap_servers)
        self._sender = RecordSender(self._bootstrap_servers, topic, name=name)
        self._reader = GroupReader(self._connector, group_id=self._blank.group_id, topic=topic, name=name)
        self._care = GroupCare(self._connector, group_id=self._blank.group_id, topic=topic, name=name)
        self._games = GameStates()
        self._committed: dict[int, int | None] = {}
        self._positions: dict[int, int] = {}
        self._lows: dict[int, int] = {}
        self._is_placed = False
        self._is_playing = False
        self._steps = 0
        self._under_way: Stage | None = None
        self._is_done = False
        self._place: PartitionStatus | None = None
        self._due_at = 0.0
        self._is_sent, self._failed = False, 0
        self._received: Any = None
        self._status = replace(self._blank, replay_id=new_replay_id())

    def _run(self) -> None:
        with logs.writing(), contextlib.ExitStack() as ending:
            ending.push(self._say_how_it_ended)
            ending.callback(self._sender.close)
            ending.callback(self._reader.close)
            while not self._stop_requested.is_set():
                self._turn()

    def _turn(self) -> None:
        """Commands, the clients' upkeep, then the stage that is due; what the broker refuses is tried again."""
        try:
            self._obey()
            self._sender.maintain()
            if self._reader.ensure_connected():
                self._stay_in_group()
                if self._is_placed:
                    self._work()
            self._care.look(self._reader.standing)
            self._set(state=self._describe_state(), group_trouble=self._care.trouble)
            self._stop_requested.wait(IDLE_S)
        except (KafkaError, BrokerUnavailable) as error:
            self._set(state=self._describe_state(), trouble=f"{type(error).__name__}: {error}")
            self._stop_requested.wait(RETRY_S)
        if self._reader.away_since is not None:
            self._reader.look_for_topics()

    def _obey(self) -> None:
        while not self._commands.empty():
            self._commands.get()()

    def _ask_for(self, stages: int) -> None:
        self._is_playing = False
        self._steps += stages

    def _ask_for_rest(self) -> None:
        done = self._under_way or self._status.stage
        is_new = self._under_way is None and self._status.is_between_plays
        left = len(STAGES) if is_new or done is None else len(STAGES) - STAGES.index(done) - (self._under_way is None)
        self._is_playing, self._steps = False, left

    def _begin_playing(self) -> None:
        if self._is_finished:
            self._begin_anew()
        self._is_playing, self._steps, self._due_at = True, 0, 0.0

    def _stand_still(self) -> None:
        self._is_playing, self._steps = False, 0

    def _begin_anew(self) -> None:
        self._under_way, self._is_done, self._steps = None, False, 0
        status = self._status
        fresh = replace(self._blank, state="waiting", pace_s=status.pace_s, partitions=status.partitions)
        self._status = replace(fresh, replay_id=new_replay_id(), places=(status.place,))

    def _stay_in_group(self) -> None:
        """Take the partitions over that the group gives, and poll without taking a record."""
        while self._reader.take_rebalance() is not None:
            self._is_placed = False
        assigned = self._reader.assigned()
        if not self._is_placed and assigned:
            self._take(assigned)
        if self._under_way is not Stage.POLL:
            self._reader.set_flowing(())
            self._reader.poll()

    def _take(self, partitions: set[int]) -> None:
        """Start where the group has committed; after a broker was away, where the walk stands."""
        ends = self._reader.end_offsets(partitions)
        if ends is None:
            raise BrokerUnavailable("The broker went away while the group was formed.")
        for partition in partitions:
            start = self._reader.find_start(partition, ends[partition])
            first = start.recover_from if start.committed is None else start.committed
            offset = min(self._positions.get(partition, first), ends[partition])
            self._reader.begin(partition, offset)
            self._positions[partition], self._committed[partition] = offset, start.committed
            self._lows[partition] = start.low
        self._is_placed = True
        self._set(partitions=len(partitions))

    def _work(self) -> None:
        """Begin the next stage if it is due; do what is left of the one under way, then ask for its offsets."""
        if self._under_way is None and self._is_due():
            self._begin_stage()
        if self._under_way is None:
            return
        self._is_done = self._is_done or self._do[self._under_way]()
        if self._is_done and self._find_place():
            self._end_stage(self._under_way)

    def _is_due(self) -> bool:
        if self._is_finished:
            self._stand_still()
        return self._steps > 0 or (self._is_playing and time.monotonic() >= self._due_at)

    def _begin_stage(self) -> None:
        status = self._status
        if status.is_between_plays:
            event = self.events[status.number]
            fresh = dict.fromkeys(("stage", "record", "acknowledged", "received", "decoded", "update"))
            self._set(number=status.number + 1, event=event, places=(status.place,), **fresh)
            self._is_sent, self._received = False, None
        done = self._status.stage
        self._under_way = STAGES[0 if done is None else STAGES.index(done) + 1]

    def _end_stage(self, stage: Stage) -> None:
        places = (*self._status.places, self._place)
        self._under_way, self._is_done = None, False
        self._steps = max(0, self._steps - 1)
        self._due_at = time.monotonic() + self._status.pace_s
        self._set(stage=stage, places=places, trouble="")
        logs.log_event(f"walk.{self.name}", "stage", stage=stage, play=self._status.number)

    def _make_record(self) -> bool:
        record = play_record(self._event, replay_id=self._status.replay_id, source="walk")
        self._set(record=record)
        return True

    def _send(self) -> bool:
        """Send the record, and wait for its acknowledgement: whether that has come."""
        delivery = self._sender.delivery
        if delivery.queued:
            return False
        if self._is_sent and delivery.failed > self._failed:
            self._is_sent, self._failed = False, delivery.failed
            raise BrokerUnavailable(f"The record was not delivered: {self._sender.failures[-1]}")
        if not self._is_sent and self._status.record is not None:
            self._is_sent = True
            self._sender.send(self._status.record)
            return False
        self._set(acknowledged=(delivery.last_partition, delivery.last_offset))
        return True

    def _poll(self) -> bool:
        """Poll a record: whether it was ours. What others have written is passed over."""
        self._reader.set_flowing(self._positions)
        for partition, records in self._reader.poll(max_records=1).items():
            self._positions[partition] = records[-1].offset + 1
            if (partition, records[-1].offset) == self._status.acknowledged:
                self._received = records[-1]
                self._set(received=stored_record(self._received))
                self._reader.set_flowing(())
                return True
        self._positions |= self._reader.positions()
        if trouble := self._reader.troubles():
            self._set(trouble=trouble)
        return False

    def _decode(self) -> bool:
        self._set(decoded=ScoringEvent.from_json(self._received.value))
        return True

    def _fold(self) -> bool:
        record, event = self._received, self._status.decoded
        if event is not None:
            update = self._games.apply(
                event, replay_id=header(record, "replay_id"), partition=record.partition, offset=record.offset
            )
            self._set(update=update)
        return True

    def _commit(self) -> bool:
        """Save for the group that this record is done: whether that was confirmed."""
        partition = self._received.partition
        position = self._positions[partition]
        first = self._games.first_needed_offset(partition, position)
        if trouble := self._reader.commit({partition: (position, first)}):
            self._set(trouble=trouble)
            return False
        self._committed[partition] = position
        return True

    def _hand_out(self) -> bool:
        self._set(shown=self._games.snapshot(self._event.game_id).state)
        return True

    def _find_place(self) -> bool:
        """Ask for the three offsets in the partition of the game, if that is known: whether there is an answer."""
        partition = self._sender.delivery.last_partition
        if partition is None or partition not in self._positions:
            return True
        ends = self._reader.end_offsets([partition])
        if ends is None:  # away, or it answers a fetch first that waits for records
            return False
        position, committed = self._positions[partition], self._committed.get(partition)
        self._place = PartitionStatus(partition, position, committed, ends[partition], self._lows[partition])
        return True

    @property
    def _event(self) -> ScoringEvent:
        return self.events[self._status.number - 1]

    @property
    def _is_finished(self) -> bool:
        status = self._status
        return self._under_way is None and status.number == status.total and status.is_between_plays

    def _describe_state(self) -> str:
        if self._reader.away_since is not None or self._sender.away_s():
            return "broker away"
        if not self._is_placed:
            return "joining"
        if self._is_finished:
            return "finished"
        return "playing" if self._is_playing else "waiting"

    def _set(self, **changes: Any) -> None:
        """Publish these changes, if they are any."""
        changed = {name: value for name, value in changes.items() if getattr(self._status, name) is not value}
        if any(getattr(self._status, name) != value for name, value in changed.items()):
            self._status = replace(self._status, **changed)

    def _say_how_it_ended(self, exc_type: type[BaseException] | None, *_: object) -> None:
        self._set(state="failed" if exc_type else "stopped")
        logs.log_event(f"walk.{self.name}", self._status.state, plays=self._status.number)

    def _wake(self) -> None:
        self._connector.cancel()
        self._sender.cancel()


def _checked_pace_s(pace_s: float) -> float:
    if isinstance(pace_s, bool) or not isinstance(pace_s, int | float) or not PACE_MIN_S <= pace_s <= PACE_MAX_S:
        raise SettingsError(f"A pace is a number of seconds from {PACE_MIN_S:g} to {PACE_MAX_S:g}, not {pace_s!r:.40}.")
    return float(pace_s)
