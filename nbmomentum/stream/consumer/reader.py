"""One member of a consumer group: a `KafkaConsumer`, owned by one thread, and what the group does to it.

What happens to the group comes as notes (`rebalance_notes`): the owner's thread takes one after the other, decides
where to start, and lets the records flow.
"""

import contextlib
import functools
import logging
import queue
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import CommitFailedError, IllegalStateError, KafkaError, UnknownTopicOrPartitionError
from kafka.structs import OffsetAndMetadata

from nbmomentum import logs
from nbmomentum.errors import BrokerUnavailable
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.cluster.client_ids import client_id
from nbmomentum.stream.cluster.polling import FETCH_MAX_WAIT_MS, Poller
from nbmomentum.stream.consumer.cooperation import (
    free_coordinator,
    is_cooperative,
    is_embedded,
    keep_answers,
    keep_partitions_while_joining,
    note_joins,
    records_of_kept_partitions,
)
from nbmomentum.stream.consumer.rebalance_notes import Joined, Note, NoteTaker, Rebalance
from nbmomentum.stream.consumer.standing import Standing, hold, standing_of
from nbmomentum.stream.topics import restore_topics

# Short, so that a member that died without a word is replaced within a cell's patience.
SESSION_TIMEOUT_MS = 6000
# Members hear of a rebalance by their heartbeats: this is how long one takes.
HEARTBEAT_INTERVAL_MS = 500
# How long a poll waits for the group's answer; a cooperative member reads on between two of them.
JOIN_TIMEOUT_MS = 100
ASK_TIMEOUT_MS = 500
# The question may wait behind a fetch that waits for records.
TIME_INDEX_TIMEOUT_MS = 2000
CLOSE_TIMEOUT_MS = 500
# The embedded broker may have forgotten who waits. A round takes half a second, and to ask again does no harm.
FORGOTTEN_AFTER_S = 2.0
MAX_POLL_RECORDS = 2000


@dataclass(frozen=True)
class Start:
    """Where to begin in an assigned partition, as offsets.

    Attributes:
        committed: What the group has saved; None if nothing.
        recover_from: Where the games' newest replays begin; equals `committed` when there is nothing to rebuild.
        low: The oldest record that is there.
    """

    committed: int | None
    recover_from: int
    low: int


class GroupReader:
    """Polls, pauses, seeks and commits for one group member; speaks of partitions by number. One thread only."""

    def __init__(
        self, connector: Connector, *, group_id: str, topic: str, name: str, options: dict[str, Any] | None = None
    ) -> None:
        self._connector = connector
        self._topic = topic
        self._log = f"consumer.{name}"
        self._options = {
            "group_id": group_id,
            "client_id": client_id(name),
            "auto_offset_reset": "earliest",
            "enable_auto_commit": False,
            "session_timeout_ms": SESSION_TIMEOUT_MS,
            "heartbeat_interval_ms": HEARTBEAT_INTERVAL_MS,
            "fetch_max_wait_ms": FETCH_MAX_WAIT_MS,
            "max_poll_records": MAX_POLL_RECORDS,
        } | (options or {})
        self._client: KafkaConsumer | None = None
        self._rebalances: queue.SimpleQueue[Note] = queue.SimpleQueue()
        self._knows_topic = False
        self._asked_to_join_at: float | None = None
        self._poller = Poller(self._log)
        self._troubles_at_end = ""
        self.away_since: float | None = None

    def ensure_connected(self) -> bool:
        """Connect and subscribe if that is not done yet; False while there is no broker, or no word of the topic."""
        if self._client is None:
            self._connect()
        self._knows_topic = self._knows_topic or (self._client is not None and self._learn_topic(self._client))
        return self._knows_topic

    def _connect(self) -> None:
        """Make the client and subscribe; leave a note when there is no broker."""
        if restore_topics(self._connector, self._topic, source=self._log):
            try:
                self._client = self._connector.connect(KafkaConsumer, **self._options)
            except BrokerUnavailable as error:
                logs.log_event(self._log, "not_connected", level=logging.WARNING, reason=str(error))
        if self._client is None:
            self.away_since = self.away_since or time.monotonic()
            return
        self.away_since = None
        hold(self._client)
        note_joins(self._client, lambda generation: self._rebalances.put(Joined(generation)))
        keep_answers(self._client)
        keep_partitions_while_joining(self._client)
        self._client.subscribe([self._topic], listener=NoteTaker(self._client, self._rebalances))

    def _learn_topic(self, client: KafkaConsumer) -> bool:
        """Wait a moment until the client knows the topic's partitions.

        kafka-python 3.0 joins without them when the group answers sooner, and shares out no partition at all.
        """
        if client._cluster.partitions_for_topic(self._topic) is None:
            with contextlib.suppress(KafkaError):
                client._net.run(client._manager.wait_for, client._cluster.request_update(), ASK_TIMEOUT_MS)
        return client._cluster.partitions_for_topic(self._topic) is not None

    @property
    def away_reason(self) -> str:
        """Why the broker is away, in a sentence; empty if it is not, or we cannot tell."""
        return "" if self.away_since is None else self._connector.trouble

    @property
    def is_joining(self) -> bool:
        """Whether this member joins its group, or was asked to join it again."""
        return bool(self._open_client._coordinator.need_rejoin())

    @property
    def standing(self) -> Standing | None:
        """Where this member stands in its group; None while there is no broker to ask."""
        if self._client is None or self.away_since is not None:
            return None
        return standing_of(self._client, self._topic)

    @property
    def is_stable(self) -> bool:
        """Whether this member has its place in the group, with the partitions that its owner knows of."""
        is_up_to_date = self._client is not None and self._rebalances.empty()
        return is_up_to_date and self._open_client._coordinator.generation_if_stable() is not None

    @property
    def elsewhere(self) -> tuple[int, ...]:
        """The topic's partitions that the group, once it is at rest, has not given to this member."""
        if not self.is_stable:
            return ()
        known = self._open_client._cluster.partitions_for_topic(self._topic) or set()
        return tuple(sorted(known - self.assigned()))

    def still_ours(self, revoked: Rebalance) -> set[int]:
        """The partitions that nobody else can have begun to read: what we own, and, until we join once more, these.

        After that their new owner has begun where the group's last commit was, and ours would set the group back.
        """
        generation = self._open_client._coordinator.generation_if_stable()
        if generation is None:
            return set()
        is_in_time = generation.generation_id == revoked.generation
        return self.assigned() | (set(revoked.partitions) if is_in_time else set())

    def poll(self, max_records: int | None = None) -> dict[int, list[Any]]:
        """The next records by partition; empty if none is there now: then rest a little before asking again."""
        self._unblock_parked_records()
        self._ask_again_if_forgotten(self._open_client)
        wait_ms = JOIN_TIMEOUT_MS if self.is_joining else 0
        batches = self._poller.poll(self._open_client, wait_ms=wait_ms, max_records=max_records)
        if not batches and self.is_joining:
            kept = functools.partial(records_of_kept_partitions, self._open_client, max_records)
            batches = self._poller.take(self._open_client, kept)
        return {tp.partition: records for tp, records in batches.items()}

    def _ask_again_if_forgotten(self, client: KafkaConsumer) -> None:
        if not self.is_joining or not is_embedded(client):
            self._asked_to_join_at = None
            return
        asked_at = self._asked_to_join_at = self._asked_to_join_at or time.monotonic()
        if time.monotonic() - asked_at > FORGOTTEN_AFTER_S:
            self._asked_to_join_at = None
            free_coordinator(client)
            logs.log_event(self._log, "joins_once_more", waited_s=FORGOTTEN_AFTER_S)

    def positions(self) -> dict[int, int]:
        """The next offset to read of each partition, by the client's own word; empty while the group rebalances.

        It moves on where there is no record to hand out: behind the marker of a transaction, or what it aborted.

        Raises:
            KafkaError: The log has been truncated.
        """
        found: dict[int, int] = {}
        if self._client is None or not self._rebalances.empty():
            return found
        for tp in self._client.assignment():
            with contextlib.suppress(IllegalStateError):  # it has just gone to another member
                position = self._client.position(tp, timeout_ms=ASK_TIMEOUT_MS)
                found |= {} if position is None else {tp.partition: int(position)}
        return found

    def standing_still(self) -> dict[int, str]:
        """The partitions that cannot be read on, and why."""
        return {tp.partition: reason for tp, reason in self._poller.standing_still().items()}

    def troubles(self, *, at_once: bool = False) -> str:
        """What of our partitions is not read, in words, or was not when this was closed.

        An open transaction of this moment is told `at_once`, or after a while.
        """
        if self._client is None:
            return self._troubles_at_end
        return self._poller.troubles(self._client, self._client.assignment(), at_once=at_once)

    def _unblock_parked_records(self) -> None:
        """Let kafka-python 3.0 find the records again that it put aside for a paused partition.

        It looks for them only while no other batch is in its hands, and takes one that is used up for such: a
        partition that is resumed, or sought, while the others are paused would then stay silent for ever.
        """
        fetcher = self._open_client._fetcher
        if fetcher._next_partition_records is not None and not fetcher._next_partition_records:
            fetcher._next_partition_records = None

    def take_rebalance(self) -> Note | None:
        """The oldest note of a rebalance that is not yet handled, or None."""
        try:
            return self._rebalances.get_nowait()
        except queue.Empty:
            return None

    def assigned(self) -> set[int]:
        """The partitions that are ours now."""
        return {tp.partition for tp in self._open_client.assignment()}

    def find_start(self, partition: int, end_offset: int) -> Start:
        """What the group committed in this partition, and from where its games must be rebuilt.

        Raises:
            KafkaError: The broker did not answer.
        """
        tp = TopicPartition(self._topic, partition)
        committed = self._open_client.committed(tp, metadata=True, timeout_ms=ASK_TIMEOUT_MS)
        try:
            low = self._open_client.beginning_offsets([tp], timeout_ms=ASK_TIMEOUT_MS)[tp]
        except KeyError as error:
            raise UnknownTopicOrPartitionError(f"The broker has lost partition {partition}.") from error
        if committed is None:
            return Start(None, low, low)
        first = _recover_from(committed)
        # Outside the log when its beginning was deleted, or its end lost in a crash.
        return Start(committed.offset, first if low <= first <= end_offset else low, low)

    def begin(self, partition: int, offset: int) -> None:
        """Read this partition from `offset` on.

        Raises:
            IllegalStateError: The group has just given it to another member.
        """
        try:
            self._open_client.seek(TopicPartition(self._topic, partition), offset)
        except ValueError as error:
            raise IllegalStateError(f"Partition {partition} is not ours any more.") from error
        self._poller.expect_records()

    def set_flowing(self, flowing: Iterable[int]) -> None:
        """Let records of these partitions through and hold all others back; the member keeps polling."""
        wanted = {TopicPartition(self._topic, partition) for partition in flowing}
        assigned = set(self._open_client.assignment())
        paused = set(self._open_client.paused())
        if resumable := (wanted & assigned) & paused:
            self._open_client.resume(*resumable)
        if pausable := (assigned - wanted) - paused:
            self._open_client.pause(*pausable)

    def end_offsets(self, partitions: Iterable[int]) -> dict[int, int] | None:
        """The end offset of each partition; None while the broker is away (`away_since`)."""
        wanted = [TopicPartition(self._topic, partition) for partition in partitions]
        try:
            ends = self._open_client.end_offsets(wanted, timeout_ms=ASK_TIMEOUT_MS) if wanted else {}
        except (KafkaError, KeyError):  # KeyError: a partition that the broker has lost
            self.away_since = self.away_since or time.monotonic()
            return None
        self.away_since = None
        return {tp.partition: offset for tp, offset in ends.items()}

    def offset_at(self, partition: int, timestamp_ms: int) -> int | None:
        """The offset of the first record whose record time is this or later; None if there is none.

        Raises:
            KafkaError: The broker did not answer.
        """
        tp = TopicPartition(self._topic, partition)
        found = self._open_client.offsets_for_times({tp: timestamp_ms}, timeout_ms=TIME_INDEX_TIMEOUT_MS).get(tp)
        return None if found is None else int(found.offset)

    def look_for_topics(self) -> None:
        """Give a broker that came back without its topics these topics again; may wait for a few seconds."""
        if self._client is not None:
            restore_topics(self._connector, self._topic, source=self._log)

    def commit(self, offsets: Mapping[int, tuple[int, int]]) -> str:
        """Save `{partition: (next offset, where a successor must begin to rebuild)}`. Returns the reason of a failure.

        A commit that fails is no loss: the records are read again, by us or by the partition's new owner.
        """
        wanted = {
            TopicPartition(self._topic, partition): OffsetAndMetadata(offset, f"rebuild-from={first}", -1)
            for partition, (offset, first) in offsets.items()
        }
        try:
            self._open_client.commit(wanted, timeout_ms=ASK_TIMEOUT_MS)
        except CommitFailedError:
            if is_cooperative(self._open_client):
                return "the group rebalances; the commit is tried again after that"
            return "the group gave these partitions to another member before the commit"
        except KafkaError as error:
            return f"the commit was not confirmed ({type(error).__name__}) and is tried again"
        return ""

    def close(self) -> None:
        """Leave the group; never takes longer than about half a second."""
        self._troubles_at_end = self.troubles(at_once=True)
        client, self._client, self._knows_topic = self._client, None, False
        if client is None:
            return
        if client._coordinator.rebalance_in_progress():
            free_coordinator(client)
        try:
            client.close(autocommit=False, timeout_ms=CLOSE_TIMEOUT_MS)
        except KafkaError as error:
            logs.log_event(self._log, "not_left", level=logging.WARNING, reason=str(error))
            client._client.close()

    @property
    def _open_client(self) -> KafkaConsumer:
        if self._client is None:
            raise BrokerUnavailable("This consumer is not connected yet; call ensure_connected() first.")
        return self._client


def _recover_from(committed: OffsetAndMetadata) -> int:
    """The offset our commits carry as metadata; a commit of another tool has none: then from the beginning."""
    label, _, number = (committed.metadata or "").partition("=")
    return int(number) if label == "rebuild-from" and number.isdecimal() else 0
