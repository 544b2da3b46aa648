"""What every group has committed in a topic, as the broker tells it to anybody who asks.

    watch = CommitsWatch(bootstrap_servers=broker.bootstrap_servers).start()
    watch.commits()["lesson-05"]  # {0: 117, 1: 93}: the committed offset by partition
    watch.stop()

Whoever the members are and wherever they run: a consumer's position is its own, what it commits is public.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kafka import KafkaAdminClient

from nbmomentum.stream.cluster.admin_watch import AdminWatch
from nbmomentum.stream.topics import TOPIC

ASK_INTERVAL_S = 0.5
# A class has a group each; a broker of a company has thousands, and asking for all of them would not end.
MAX_GROUPS = 50

Commits = Mapping[str, Mapping[int, int]]


class CommitsWatch(AdminWatch):
    """Asks the broker about twice a second what the groups have committed in one topic.

    Args:
        bootstrap_servers: Where the client starts.
        topic: The topic; it need not exist yet.
        groups: Only these groups; None for all that the broker knows, fifty at most by their names.
        first: Groups that are always among the fifty: those of the caller's own consumers.
        name: The watch's name: starting another of this name stops this one.
        kafka_options: Options of a Kafka client about security and the network, by kafka-python's names.
    """

    def __init__(
        self,
        *,
        bootstrap_servers: str,
        topic: str = TOPIC,
        groups: tuple[str, ...] | None = None,
        first: Iterable[str] = (),
        name: str = "commits",
        kafka_options: dict[str, Any] | None = None,
    ) -> None:
        self._topic = topic
        self._groups = groups
        self._first = sorted(set(first))
        super().__init__(bootstrap_servers, name=name, interval_s=ASK_INTERVAL_S, kafka_options=kafka_options)

    def commits(self) -> Commits:
        """The committed offset by group and partition, as it was heard last; the same object until one changes.

        Without groups that have committed nothing in this topic.
        """
        return self._commits

    def __repr__(self) -> str:
        return f"<CommitsWatch {self.name}: {len(self._commits)} groups of {self._topic}>"

    def _prepare(self) -> None:
        super()._prepare()
        self._commits: Commits = {}

    def _ask(self, admin: KafkaAdminClient) -> None:
        heard = self._heard(admin)
        if heard != self._commits:
            self._commits = heard

    def _heard(self, admin: KafkaAdminClient) -> Commits:
        listed = self._groups or self._known(admin)
        found = admin.list_group_offsets(list(listed)[:MAX_GROUPS]) if listed else {}
        by_group = {
            group: {tp.partition: saved.offset for tp, saved in offsets.items() if self._is_ours(tp, saved)}
            for group, offsets in found.items()
        }
        return {group: dict(sorted(offsets.items())) for group, offsets in sorted(by_group.items()) if offsets}

    def _known(self, admin: KafkaAdminClient) -> list[str]:
        """The groups that the broker knows by name, after our own."""
        known = {group["group_id"] for group in admin.list_groups()}
        return [*(group for group in self._first if group in known), *sorted(known - set(self._first))]

    def _is_ours(self, tp: Any, saved: Any) -> bool:
        return bool(tp.topic == self._topic and saved.offset >= 0)
