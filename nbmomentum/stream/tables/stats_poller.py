"""A source of team stats asked on a schedule."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from nbmomentum import logs
from nbmomentum.errors import NbmomentumError
from nbmomentum.stream.tables.table_producer import IDLE_S, Day, TableProducer

POLL_INTERVAL_S: Final = 3600.0
FIRST_RETRY_S: Final = 15.0


class StatsPoller(TableProducer):
    """Asks a source for the stats of today, on a schedule, until it is stopped.

    A source that gives nothing is asked again, after a pause that doubles up to the interval; the reason is in the
    status meanwhile.

    Args:
        look: Brings the stats of all teams; it may take its time, and raise the kit's errors.
        interval_s: Between two looks, in seconds.
        looks: After how many answers to end; None for never.
        options: Those of `TableProducer`.
    """

    def __init__(
        self,
        look: Callable[[], Day],
        *,
        interval_s: float = POLL_INTERVAL_S,
        looks: int | None = None,
        now: Callable[[], float] = time.monotonic,
        **options: Any,
    ) -> None:
        self._look = look
        self._interval_s = interval_s
        self._looks = looks
        self._now = now
        self._trouble = ""
        super().__init__(**options)

    def _prepare(self) -> None:
        super()._prepare()
        self._trouble = ""
        self._retry_s = min(FIRST_RETRY_S, self._interval_s)
        self._due_at_s = self._now()

    def _work(self) -> None:
        beside = ThreadPoolExecutor(1, thread_name_prefix=f"nbmomentum-{self.name}-look")
        under_way: Future[Day] | None = None
        try:
            while not (self._stop_requested.is_set() or self._is_done()):
                self._sender.maintain()
                if under_way is not None and under_way.done() and self._can_send():
                    self._take_in(under_way)
                    under_way = None
                elif under_way is None and self._is_due():
                    self._state, under_way = "asking", beside.submit(self._look)
                else:
                    self._stop_requested.wait(IDLE_S)
        finally:
            beside.shutdown(wait=False, cancel_futures=True)

    def _is_due(self) -> bool:
        return not self._has_all() and self._now() >= self._due_at_s

    def _has_all(self) -> bool:
        return self._looks is not None and self._position >= self._looks

    def _is_done(self) -> bool:
        return self._has_all() and self._sender.delivery.queued == 0

    def _take_in(self, under_way: "Future[Day]") -> None:
        try:
            self._send_day(under_way.result())
        except NbmomentumError as error:
            self._trouble, self._state = str(error), "source away"
            self._due_at_s = self._now() + self._retry_s
            self._retry_s = min(2 * self._retry_s, self._interval_s)
            logs.log_event(f"producer.{self.name}", "source_away", reason=str(error))
        else:
            self._trouble, self._state = "", "waiting"
            self._due_at_s = self._now() + self._interval_s
            self._retry_s = min(FIRST_RETRY_S, self._interval_s)

    def _source_trouble(self) -> str:
        return self._trouble
