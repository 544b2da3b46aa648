"""What asks the broker the same questions again and again, through one admin client in a thread of its own.

    class Watch(AdminWatch):
        def _ask(self, admin: KafkaAdminClient) -> None:
            self.groups = admin.list_groups()

A broker that is away is a state, and heard of again when it returns.
"""

import logging
import time
from collections.abc import Mapping
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError, KafkaError, NotCoordinatorError

from nbmomentum import logs
from nbmomentum.errors import BrokerUnavailable
from nbmomentum.runners import Runner
from nbmomentum.stream.cluster.client import Connector

RETRY_S = 0.2
# Apache Kafka makes its topic of offsets when the first group is asked for, and has no coordinator until then.
NOT_YET = (CoordinatorNotAvailableError, CoordinatorLoadInProgressError, NotCoordinatorError)


class AdminWatch(Runner):
    """Asks until it is stopped; subclasses implement `_ask`, and may extend `_note_away` and `_prepare`.

    Args:
        bootstrap_servers: Where the client starts.
        name: The watch's name: starting another of this name stops this one.
        interval_s: The rest between two questions, in seconds.
        kafka_options: Options of a Kafka client about security and the network, by kafka-python's names.
    """

    def __init__(
        self, bootstrap_servers: str, *, name: str, interval_s: float, kafka_options: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(name)
        self._connection = (bootstrap_servers, kafka_options)
        self._interval_s = interval_s
        self._prepare()

    @property
    def away_s(self) -> float:
        """For how long the broker has not answered, in seconds; 0 if it does."""
        return 0.0 if self._away_since is None else time.monotonic() - self._away_since

    @property
    def away_reason(self) -> str:
        """Why the broker is away, in a sentence; empty if it is not, or nobody can tell."""
        return "" if self._away_since is None else self._connector.trouble

    def _ask(self, admin: KafkaAdminClient) -> None:
        """Ask once, and keep what was heard; implemented by subclasses."""
        raise TypeError(f"{type(self).__name__} has no _ask to use {admin} for")

    def _note_away(self) -> None:
        """The broker did not answer; `away_s` and `away_reason` say more."""

    def _prepare(self) -> None:
        self._connector = Connector(*self._connection)
        self._away_since: float | None = None

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
                self._ask(admin)
                self._away_since = None
                self._stop_requested.wait(self._interval_s)

    def _note(self, error: Exception) -> None:
        """A broker that is away is a state; one that makes ready for groups is none."""
        if self._stop_requested.is_set() or isinstance(error, NOT_YET):
            return
        if self._away_since is None:
            self._away_since = time.monotonic()
            logs.log_event(f"watch.{self.name}", "not_heard", level=logging.WARNING, reason=str(error))
        self._note_away()

    def _wake(self) -> None:
        self._connector.cancel()
