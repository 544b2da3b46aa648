"""Polling a consumer without keeping a processor busy while there is nothing to read, and past what cannot be read.

    poller = Poller()
    while True:
        batches = poller.poll(client)
        if not batches:
            stop_requested.wait(IDLE_S)

The embedded broker answers a fetch at once, also with nothing (it has no long polling), and kafka-python fetches
again until its time-out: an idle consumer would use a whole processor. So only a poll that follows records waits;
any other takes what has come in the background, and its caller rests before it asks again.

Apache Kafka does wait, and answers one request of a connection after the other: a question for the end offsets
stands behind a fetch that waits for records. Its fetches must wait for less time than a question may take.

A batch that cannot be read keeps none of the other partitions up. It is tried three times. Then it is left out, where
its header says where the next one begins: nobody else could read it either. Where that is unknown, or only a package
is missing here, the partition stands still instead. Both is told in words, by `Poller.troubles`.
"""

import contextlib
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from nbmomentum import logs
from nbmomentum.stream.cluster.fetches import UnreadableRecords, held_back

# How long the owner of a consumer rests after a poll that brought nothing.
IDLE_S = 0.03
POLL_TIMEOUT_MS = 5
# For how long a broker holds back a fetch that finds no record.
FETCH_MAX_WAIT_MS = 100
# How often a batch is fetched before it is taken for unreadable: a fault on the way is gone the next time.
TRIES = 3
# A transaction is open for a moment whenever there is one at all; after this long it is worth a word.
HELD_BACK_S = 1.0

Batches = dict[TopicPartition, list[Any]]


class PollFailed(KafkaError):  # type: ignore[misc]
    """The client library failed in a way that it does not know itself; the message says how."""

    __str__ = Exception.__str__


class Poller:
    """Polls one consumer; used by its one thread.

    Args:
        log: The name that lines about unreadable records are written under; empty for none.
    """

    def __init__(self, log: str = "") -> None:
        self._log = log
        self._expects_records = False
        self._tries: Counter[tuple[TopicPartition, int]] = Counter()
        self._standing: dict[TopicPartition, UnreadableRecords] = {}
        self._left_out: dict[TopicPartition, dict[int, UnreadableRecords]] = {}

    def expect_records(self) -> None:
        """The consumer was sent to a place where there are records: let the next poll wait for them."""
        self._expects_records = True

    def poll(self, client: KafkaConsumer, *, wait_ms: int = 0, max_records: int | None = None) -> Batches:
        """The next records by partition; empty if none is there now.

        Args:
            client: The consumer.
            wait_ms: How long to wait at least, for what else a poll does, such as joining a group.
            max_records: No more than these; None for the client's own limit.

        Raises:
            PollFailed: A fault of the client library.
            KafkaError: What else its poll raises.
        """
        timeout_ms = max(wait_ms, POLL_TIMEOUT_MS if self._expects_records else 0)
        batches = self.take(client, lambda: client.poll(timeout_ms=timeout_ms, max_records=max_records))
        self._expects_records = bool(batches)
        return batches

    def take(self, client: KafkaConsumer, read: Callable[[], Batches]) -> Batches:
        """The records that `read` brings; none where it meets some that cannot be read. Raises as `poll` does."""
        try:
            batches = read()
        except UnreadableRecords as unreadable:
            self._pass_over(client, unreadable)
            return {}
        except KafkaError:
            raise
        except Exception as error:
            raise PollFailed(f"kafka-python's poll failed: {type(error).__name__}: {error}") from error
        for partition in batches:
            self._standing.pop(partition, None)
        return batches

    def standing_still(self) -> dict[TopicPartition, str]:
        """The partitions that cannot be read on, and why."""
        return {partition: str(unreadable) for partition, unreadable in self._standing.items()}

    def troubles(self, client: KafkaConsumer, partitions: Iterable[TopicPartition], *, at_once: bool = False) -> str:
        """What of these partitions is not read, in words; empty if nothing is amiss.

        Args:
            client: The consumer.
            partitions: Those it reads.
            at_once: Whether a transaction that has just been opened is worth a word.
        """
        ours = set(partitions)
        words = [str(unreadable) for partition, unreadable in self._standing.items() if partition in ours]
        words += [_left_out(found) for partition, found in self._left_out.items() if partition in ours]
        for partition, held in held_back(client).items():
            if partition in ours and (at_once or time.monotonic() - held.since >= HELD_BACK_S):
                place = f"the last {held.offsets} offsets of partition {partition.partition}"
                words.append(f"An open transaction holds back {place}.")
        return " ".join(words)

    def _pass_over(self, client: KafkaConsumer, unreadable: UnreadableRecords) -> None:
        """Try again for a while; then leave the batch out, or stand still before it."""
        partition, offset, next_offset = unreadable.partition, unreadable.offset, unreadable.next_offset
        self._tries[partition, offset] += 1
        if self._tries[partition, offset] < TRIES:
            return
        is_new = partition not in self._standing and offset not in self._left_out.get(partition, {})
        if next_offset is None or unreadable.is_ours:
            self._standing[partition] = unreadable
        else:
            with contextlib.suppress(ValueError):  # the group has just given it to another member
                client.seek(partition, next_offset)
            self._left_out.setdefault(partition, {})[offset] = unreadable
            del self._tries[partition, offset]
        if is_new and self._log:
            place = {"partition": partition.partition, "offset": offset, "next_offset": next_offset}
            logs.log_event(self._log, "unreadable", level=logging.WARNING, reason=unreadable.reason, **place)


def _left_out(found: dict[int, UnreadableRecords]) -> str:
    """What was left out of one partition, in words: the newest by its offsets, the others by their number."""
    newest, before = list(found.values())[-1], len(found) - 1
    last = (newest.next_offset or newest.offset + 1) - 1
    others = f" {before} {'batch' if before == 1 else 'batches'} before, too." if before else ""
    place = f"The records at offsets {newest.offset} to {last} of partition {newest.partition.partition}"
    return f"{place} cannot be read; they are left out ({newest.reason}).{others}"
