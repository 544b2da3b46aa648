"""What every group has committed in a topic, as the broker tells it to anybody who asks.

    watch = CommitsWatch(bootstrap_servers=broker.bootstrap_servers).start()
    watch.commits()["lesson-05"]  # {0: 117, 1: 93}: the committed offset by partition
    watch.stop()

Whoever the members are and wherever they run: a consumer's position is its own, what it commits is public.
"""

import logging
import time
from collections.abc import Mapping
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from nbmomentum import logs
from nbmomentum.errors import BrokerUnavailable
from nbmomentum.runners import Runner
from nbmomentum.stream.client import Connector
from nbmomentum.stream.groups import NOT_YET
from nbmomentum.stream.topics import TOPIC

ASK_INTERVAL_S = 0.5
RETRY_S = 0.2
# A class has a group each; a broker of a company has thousands, and asking for all of them would not end.
MAX_GROUPS = 50

Commits = Mapping[str, Mapping[int, int]]


class CommitsWatch(Runner):
    """Asks the broker about twice a second what the groups have committed in one topic.

    Args:
        bootstrap_servers: Where the client starts.
        topic: The topic; it need not exist yet.
        groups: Only these groups; None for all that the broker knows, the first fifty by name.
        name: The watch's name: starting another of this name stops this one.
        kafka_options: Options of a Kafka client about security and the network, by kafka-python's names.
    """

    def __init__(
        self,
        *,
        bootstrap_servers: str,
        topic: str = TOPIC,
        groups: tuple[str, ...] | None = None,
        name: str = "commits",
        kafka_options: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(name)
        self._connection = (bootstrap_servers, kafka_options)
        self._topic = topic
        self._groups = groups
        self._prepare()

    @property
    def away_s(self) -> float:
        """For how long the broker has not answered, in seconds; 0 if it does."""
        return 0.0 if self._away_since is None else time.monotonic() - self._away_since

    def commits(self) -> Commits:
        """The committed offset by group and partition, as it was heard last; the same object until one changes.

        Without groups that have committed nothing in this topic.
        """
        return self._commits

    def __repr__(self) -> str:
        return f"<CommitsWatch {self.name}: {len(self._commits)} groups of {self._topic}>"

    def _prepare(self) -> None:
        self._connector = Connector(*self._connection)
        self._away_since: float | None = None
        self._commits: Commits = {}

    def _run(self) -> None:
        with logs.writing():
            while not self._stop_requested.is_set():
                try:
                    self._watch()
                except (KafkaError, BrokerUnavailable) as error:
                    self._note(error)
                    self._stop_requested.wait(RETRY_S)
        self._away_since = None

    def _watch(self) -> None:
        """Ask again and again, by one client, until the stop or an error."""
        with self._connector.admin() as admin:
            while not self._stop_requested.is_set():
                heard = self._ask(admin)
                if heard != self._commits:
                    self._commits = heard
                self._away_since = None
                self._stop_requested.wait(ASK_INTERVAL_S)

    def _ask(self, admin: KafkaAdminClient) -> Commits:
        listed = self._groups or sorted({group["group_id"] for group in admin.list_groups()})
        found = admin.list_group_offsets(list(listed)[:MAX_GROUPS]) if listed else {}
        by_group = {
            group: {tp.partition: saved.offset for tp, saved in offsets.items() if self._is_ours(tp, saved)}
            for group, offsets in found.items()
        }
        return {group: dict(sorted(offsets.items())) for group, offsets in sorted(by_group.items()) if offsets}

    def _is_ours(self, tp: Any, saved: Any) -> bool:
        return bool(tp.topic == self._topic and saved.offset >= 0)

    def _note(self, error: Exception) -> None:
        """A broker that is away is a state; one that makes ready for groups is none."""
        if self._stop_requested.is_set() or isinstance(error, NOT_YET):
            return
        if self._away_since is None:
            self._away_since = time.monotonic()
            logs.log_event(f"commits.{self.name}", "not_heard", level=logging.WARNING, reason=str(error))

    def _wake(self) -> None:
        self._connector.cancel()
