"""A consumer group in this kernel: real members that come and go, and what each of their rebalances did.

    group = GroupOfConsumers(bootstrap_servers=broker.bootstrap_servers, group_id="lesson-05", members=2).start()
    group.add()
    group.set_record_delay("consumer-2", 2.0)
    group.status.rebalances[-1].describe()
    group.stop()

Each member is a `BackgroundConsumer` with a thread of its own. The group's thread starts and stops them, so that
every control here returns at once.
"""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nbmomentum import logs
from nbmomentum.errors import RunnerError, SettingsError
from nbmomentum.runners import STOP_TIMEOUT_S, Runner
from nbmomentum.stream.consumer.background_consumer import BackgroundConsumer
from nbmomentum.stream.consumer.game_states import GameSnapshot
from nbmomentum.stream.groups.rebalances import RebalanceLog, RebalanceReport
from nbmomentum.stream.groups.strategies import strategy_options
from nbmomentum.stream.status import ConsumerStatus
from nbmomentum.stream.topics import TOPIC

MAX_MEMBERS = 6
LOOK_INTERVAL_S = 0.1
SETTLED_STATES = frozenset({"live", "paused"})


@dataclass(frozen=True)
class GroupOfConsumersStatus:
    """What the members of a group in this kernel do, at one moment.

    Attributes:
        name: The group's name among the runners.
        group_id: The group.
        state: starting, running, changing, stopped or failed.
        strategy: The assignment strategy of all members.
        members: The status of each member, by name.
        rebalances: The last rebalances, newest last.
        last_error: What ended a member, in words; empty if nothing did.
        error: What ended the group's own thread, in words; empty if nothing did.
    """

    name: str
    group_id: str
    state: str
    strategy: str
    members: tuple[ConsumerStatus, ...] = ()
    rebalances: tuple[RebalanceReport, ...] = ()
    last_error: str = ""
    error: str = ""


class GroupOfConsumers(Runner):
    """Owns the members of one group.

    Args:
        bootstrap_servers: Where the clients start.
        group_id: The consumer group.
        topic: The topic to read.
        members: How many there are at the start, 0 to 6.
        strategy: range, roundrobin, sticky or cooperative-sticky.
        name: The group's name: starting another of this name stops this one, and its members.
        member_name: How the members' names begin: "consumer" names them consumer-1, consumer-2, and so on.
        kafka_options: More options for `kafka.KafkaConsumer`, by its names.

    Attributes:
        group_id: The consumer group.
        topic: The topic it reads.

    Raises:
        SettingsError: There is no such strategy, or there are too many members.
    """

    def __init__(
        self,
        *,
        bootstrap_servers: str,
        group_id: str,
        topic: str = TOPIC,
        members: int = 1,
        strategy: str = "range",
        name: str = "group",
        member_name: str = "consumer",
        kafka_options: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(name)
        if not 0 <= members <= MAX_MEMBERS:
            raise SettingsError(f"A group in a notebook has 0 to {MAX_MEMBERS} members, not {members!r:.40}.")
        strategy_options(strategy)
        self.group_id, self.topic = group_id, topic
        self._settings: dict[str, Any] = {"bootstrap_servers": bootstrap_servers, "group_id": group_id, "topic": topic}
        self._member_name = member_name
        self._kafka_options = kafka_options or {}
        self._at_start = members
        self._strategy = strategy
        self._lock = threading.Lock()
        self._prepare()

    @property
    def status(self) -> GroupOfConsumersStatus:
        """What the members do now."""
        state = "failed" if self.error is not None else self._state
        return GroupOfConsumersStatus(
            self.name,
            self._settings["group_id"],
            "changing" if state == "running" and self._pending else state,
            self._strategy,
            tuple(member.status for member in self.members().values()),
            self._rebalances.rebalances,
            self._last_error,
            str(self.error) if self.error else "",
        )

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked for is done: every member has joined, and reads what it owns."""
        is_busy = self._state != "running" or self._pending or self._rebalances.is_waiting
        return not is_busy and all(member.status.state in SETTLED_STATES for member in self.members().values())

    def members(self) -> dict[str, BackgroundConsumer]:
        """The members by name."""
        return dict(sorted(self._members.items()))

    def snapshots(self) -> dict[str, GameSnapshot]:
        """The games of all members together, by id; where two know one game, the one that has read further."""
        found: dict[str, GameSnapshot] = {}
        for member in self.members().values():
            for game_id, snapshot in member.snapshots().items():
                known = found.get(game_id)
                if known is None or (snapshot.first_offset, snapshot.offset) > (known.first_offset, known.offset):
                    found[game_id] = snapshot
        return found

    def add(self) -> str:
        """Let another member join. Returns its name.

        Raises:
            SettingsError: There are six already.
        """
        with self._lock:
            free = (f"{self._member_name}-{number}" for number in range(1, MAX_MEMBERS + 1))
            name = next((name for name in free if name not in self._names), None)
            if name is None:
                raise SettingsError(f"There are {MAX_MEMBERS} members already; remove one first.")
            self._names.append(name)
        self._ask(lambda: self._join(name))
        return name

    def remove(self, name: str | None = None) -> str:
        """Let a member leave: this one, or the one that joined last. Returns its name.

        Raises:
            SettingsError: There is no such member.
        """
        with self._lock:
            name = self._known(name)
            self._names.remove(name)
        self._ask(lambda: self._leave(name))
        return name

    def resize(self, count: int) -> None:
        """Let members join, or leave, the last ones first, until there are so many.

        Raises:
            SettingsError: The count is not 0 to 6.
        """
        if count not in range(MAX_MEMBERS + 1):
            raise SettingsError(f"A group in a notebook has 0 to {MAX_MEMBERS} members, not {count!r:.40}.")
        while len(self._names) < count:
            self.add()
        while len(self._names) > count:
            self.remove()

    def set_strategy(self, strategy: str) -> None:
        """Share out by another strategy: all members leave, and join anew with it.

        Raises:
            SettingsError: There is no such strategy.
        """
        strategy_options(strategy)
        self._ask(lambda: self._change_strategy(strategy))

    def set_record_delay(self, name: str, record_delay_s: float) -> None:
        """Make a member slow: for so long each record keeps it busy, in seconds.

        Raises:
            SettingsError: There is no such member, or the delay is out of range.
        """
        with self._lock:
            member = self._members.get(self._known(name))
        if member is not None:
            member.set_record_delay(record_delay_s)
        self._delays[name] = record_delay_s

    def __repr__(self) -> str:
        status = self.status
        return f"<GroupOfConsumers {status.group_id}: {status.state}, {len(status.members)} members, {status.strategy}>"

    def _prepare(self) -> None:
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._pending = 0
        self._names: list[str] = []
        self._members: dict[str, BackgroundConsumer] = {}
        self._gone: list[BackgroundConsumer] = []
        self._delays: dict[str, float] = {}
        self._rebalances = RebalanceLog()
        self._last_error = ""
        self._state = "starting"

    def _run(self) -> None:
        for _ in range(self._at_start):
            self.add()
        try:
            with logs.writing():
                while not self._stop_requested.is_set():
                    self._obey()
                    self._look()
                    self._stop_requested.wait(LOOK_INTERVAL_S)
        finally:
            self._end(list(self._members.values()))
            self._state = "stopped"

    def _ask(self, command: Callable[[], None]) -> None:
        with self._lock:
            self._pending += 1
        self._commands.put(command)

    def _obey(self) -> None:
        """Carry out what was asked for."""
        while not self._commands.empty() and not self._stop_requested.is_set():
            self._commands.get()()
            with self._lock:
                self._pending -= 1
        self._state = "running"

    def _look(self) -> None:
        """Report a rebalance that has come to its end, and keep what ended a member."""
        statuses = [member.status for member in self._members.values()]
        self._last_error = next((f"{s.name}: {s.error}" for s in statuses if s.error), "")
        self._rebalances.note_deaths(death for status in statuses for death in status.deaths)
        if self._rebalances.update(statuses, [member.status for member in self._gone]):
            self._gone = []

    def _join(self, name: str) -> None:
        self._rebalances.note_cause(f"{name} joined")
        self._start(name)

    def _leave(self, name: str) -> None:
        at_s = time.monotonic()
        if member := self._members.get(name):
            self._end([member])
            self._drop(name)
            self._rebalances.note_cause(f"{name} left", at_s, beyond=member.status.generation or 0)

    def _change_strategy(self, strategy: str) -> None:
        names = list(self._members)
        self._rebalances.note_cause(f"all left and joined anew with {strategy}")
        self._end(list(self._members.values()))
        self._strategy = strategy
        for name in names:
            self._drop(name)
            self._start(name)

    def _start(self, name: str) -> None:
        options = strategy_options(self._strategy) | self._kafka_options
        delay_s = self._delays.get(name, 0.0)
        member = BackgroundConsumer(**self._settings, name=name, record_delay_s=delay_s, kafka_options=options)
        self._members = {**self._members, name: member.start()}

    def _drop(self, name: str) -> None:
        """Forget a member that has ended; what it gave up is told in the next report."""
        self._gone.append(self._members[name])
        self._members = {known: member for known, member in self._members.items() if known != name}

    def _end(self, members: list[BackgroundConsumer]) -> None:
        """Stop these members, all at once."""
        for member in members:
            member.request_stop()
        for member in members:
            try:
                member.stop(STOP_TIMEOUT_S)
            except RunnerError as error:
                self._last_error = str(error)
                logs.log_event(f"group.{self.name}", "member_failed", reason=str(error))

    def _known(self, name: str | None) -> str:
        if name is None and self._names:
            return self._names[-1]
        if name is None or name not in self._names:
            raise SettingsError(f"There is no member {name!r:.40}; there are {', '.join(self._names) or 'none'}.")
        return name
