"""What a rebalance did: why it came, how long it took, which partitions nobody read meanwhile, and which moved.

    log = RebalanceLog()
    log.note_cause("consumer-2 joined")
    log.update([consumer.status for consumer in consumers])
    log.rebalances[-1].describe()
    # "rebalance 2: consumer-2 joined; 0.6 s; partitions 0, 1 and 2 stopped for up to 0.5 s; partition 2 moved"

The members themselves tell when they gave a partition up and when they took it, so the times are exact to a few
hundredths of a second, also where the broker's own description is asked for only once in a while.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from nbmomentum.stream.status import ConsumerStatus, Death, Handover, partitions_text

KEPT_REBALANCES = 20
CAUSE_PATIENCE_S = 15.0
ENDED_STATES = frozenset({"failed", "stopped", "finished"})
UNSETTLED_STATES = frozenset({"starting", "joining", "recovering", "broker away"})
NO_CAUSE = "a change outside this kernel"


@dataclass(frozen=True)
class RebalanceReport:
    """One rebalance, from its cause to the moment when every partition was read again.

    Attributes:
        first: The group's own number of it.
        last: The same, or that of its last round: several changes at once, and cooperative ones, take more than one.
        at: When it began, in local time.
        reason: Why, in words.
        duration_s: From the cause to the end, in seconds.
        stopped: For how long nobody read a partition, in seconds, by partition; without those that were read on.
        moved: The partitions that have another owner than before.
        duplicates: Records that were processed and not committed when they changed hands: processed twice, at most.
        is_empty: Whether nobody is left: all partitions stand still until somebody joins.
    """

    first: int
    last: int
    at: datetime
    reason: str
    duration_s: float
    stopped: tuple[tuple[int, float], ...] = ()
    moved: tuple[int, ...] = ()
    duplicates: int = 0
    is_empty: bool = False

    def describe(self) -> str:
        """In words, as the event list shows it."""
        which = f"rebalance {self.last}" if self.first == self.last else f"rebalances {self.first} to {self.last}"
        parts = [f"{which}: {self.reason}", f"{self.duration_s:.1f} s", self._stopped_text()]
        if self.moved:
            parts.append(f"{partitions_text(self.moved)} moved")
        if self.duplicates:
            parts.append(f"{self.duplicates} record{' is' if self.duplicates == 1 else 's are'} processed twice")
        return "; ".join(parts)

    def _stopped_text(self) -> str:
        if self.is_empty:
            return "nobody is left, and nothing is read"
        if not self.stopped:
            return "nothing stopped"
        numbers = tuple(partition for partition, _ in self.stopped)
        longest_s = max(seconds for _, seconds in self.stopped)
        return f"{partitions_text(numbers)} stopped for up to {longest_s:.1f} s"


class RebalanceLog:
    """Watches the members of a group and reports each rebalance once it has come to its end. Used by one thread.

    Attributes:
        rebalances: The last reports, newest last.
    """

    def __init__(self) -> None:
        self.rebalances: tuple[RebalanceReport, ...] = ()
        self._causes: list[tuple[float, str]] = []
        self._generation = 0
        self._beyond = 0
        self._told_until_s = time.monotonic()
        self._owners: dict[int, str] = {}
        self._deaths: dict[str, Death] = {}

    @property
    def is_waiting(self) -> bool:
        """Whether a cause is known whose rebalance has not come to its end."""
        return bool(self._causes)

    def note_cause(self, text: str, at_s: float | None = None, *, beyond: int = 0) -> None:
        """Somebody joins or leaves now.

        Args:
            text: Who, and what, in words.
            at_s: When, in seconds of the monotonic clock; None for now.
            beyond: The generation that a leaving member had joined: its rebalance is a later one.
        """
        self._causes.append((time.monotonic() if at_s is None else at_s, text))
        self._beyond = max(self._beyond, beyond)

    def note_deaths(self, deaths: Iterable[Death]) -> None:
        """Members ended without leaving; each is a cause once, whoever has seen it."""
        for death in deaths:
            if death.member_id not in self._deaths:
                self._deaths[death.member_id] = death
                self.note_cause(death.text, death.at_s)

    def update(self, members: Iterable[ConsumerStatus], gone: Sequence[ConsumerStatus] = ()) -> bool:
        """Look at the members as they are now. Returns whether a rebalance has come to its end.

        Args:
            members: Those in the group.
            gone: Those that have left since the last report: they tell what they gave up.
        """
        present = [member for member in members if member.state not in ENDED_STATES]
        if not present:
            return self._note_end()
        generations = {member.generation or 0 for member in present}
        is_settled = len(generations) == 1 and not any(member.state in UNSETTLED_STATES for member in present)
        generation = max(generations)
        if not is_settled or generation == self._generation or 0 < generation <= self._beyond:
            self._forget_old_causes()
            return False
        self._report(generation, present, gone)
        return True

    def _forget_old_causes(self) -> None:
        """Who has left before it had joined, or never came to join, has caused no rebalance."""
        since_s = time.monotonic() - CAUSE_PATIENCE_S
        self._causes = [(at_s, text) for at_s, text in self._causes if at_s > since_s]
        self._beyond = self._beyond if self._causes else 0

    def _note_end(self) -> bool:
        """Nobody is left; the next member's group may begin to count anew."""
        if not self._generation:
            return False
        self._report(self._generation + 1, (), ())
        self._generation = 0
        return True

    def _report(self, generation: int, present: Sequence[ConsumerStatus], gone: Sequence[ConsumerStatus]) -> None:
        handovers = [h for member in (*present, *gone) for h in member.handovers] + [
            Handover(death.at_s, is_taken=False, partitions=death.partitions) for death in self._deaths.values()
        ]
        handovers = [handover for handover in handovers if handover.at_s > self._told_until_s]
        moments = [at_s for at_s, _ in self._causes] + [handover.at_s for handover in handovers]
        began_s, ended_s = min(moments, default=time.monotonic()), max(moments, default=time.monotonic())
        owners = {place.partition: member.name for member in present for place in member.partitions}
        report = RebalanceReport(
            first=min(self._generation + 1, generation) if self._generation else generation,
            last=generation,
            at=datetime.fromtimestamp(time.time() - (time.monotonic() - began_s)).astimezone(),
            reason=" and ".join(text for _, text in self._causes) or NO_CAUSE,
            duration_s=ended_s - began_s,
            stopped=tuple(sorted(_stopped(handovers).items())),
            moved=tuple(sorted(p for p, name in owners.items() if self._owners.get(p, name) != name)),
            duplicates=sum(handover.uncommitted for handover in handovers),
            is_empty=not present,
        )
        self.rebalances = (*self.rebalances, report)[-KEPT_REBALANCES:]
        self._causes, self._beyond, self._generation, self._owners = [], 0, generation, owners
        self._told_until_s = max(ended_s, self._told_until_s)


def _stopped(handovers: Iterable[Handover]) -> dict[int, float]:
    """How long each partition was read by nobody: from the first time it was given up until it was taken last."""
    given_up: dict[int, float] = {}
    taken: dict[int, float] = {}
    for handover in sorted(handovers, key=lambda handover: handover.at_s):
        for partition in handover.partitions:
            if handover.is_taken:
                taken[partition] = handover.at_s
            else:
                given_up.setdefault(partition, handover.at_s)
    return {p: taken[p] - at_s for p, at_s in given_up.items() if taken.get(p, 0.0) > at_s}
