"""From record to state: decode, fold, announce; what cannot be read goes to the dead letters."""

import logging
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nbmomentum import logs
from nbmomentum.errors import InvalidEvent
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import AlertWatch, Update
from nbmomentum.stream.consumer.game_states import GameStates
from nbmomentum.stream.dead_letters import DeadLetters
from nbmomentum.stream.log_reader.stored_records import header


@dataclass
class Counts:
    """What became of the records so far; the names are those of `ConsumerStatus`."""

    consumed: int = 0
    recovered: int = 0
    invalid: int = 0
    superseded: int = 0
    last_invalid: str = ""


class Superseded:
    """Where the records lie that belonged to a replay that did not count when they were first read.

    A record that is read again is not judged again: by then a later replay may be known, and a seek in one game
    passes the records of the others.
    """

    def __init__(self) -> None:
        self._offsets: defaultdict[int, list[int]] = defaultdict(list)
        self._judged: defaultdict[int, int] = defaultdict(int)

    def judge(self, partition: int, offset: int, *, is_superseded: bool) -> None:
        """This record was read; what was found of it the first time stands."""
        if offset < self._judged[partition]:
            return
        self._judged[partition] = offset + 1
        if is_superseded:
            self._offsets[partition].append(offset)

    def cut(self, partition: int, offset: int) -> None:
        """The broker lost this partition's records from here on: those that take their offsets are others."""
        del self._offsets[partition][bisect_left(self._offsets[partition], offset) :]
        self._judged[partition] = min(self._judged[partition], offset)

    def count(self, positions: Mapping[int, int] | None = None) -> int:
        """How many there are; of these partitions, how many before these positions."""
        ends = positions or {}
        return sum(
            bisect_left(offsets, ends[partition]) if partition in ends else len(offsets)
            for partition, offsets in self._offsets.items()
        )


class RecordFolder:
    """Folds records into games. Used by one thread.

    Args:
        log: The name its lines are written under.
        games: The states to fold into.
        dead_letters: Where records go that cannot be read.
        alerts: Told of every live update; None for nobody.
    """

    def __init__(self, log: str, games: GameStates, dead_letters: DeadLetters, alerts: AlertWatch | None) -> None:
        self._log = log
        self._games = games
        self._dead_letters = dead_letters
        self._alerts = alerts
        self._lines = logs.RecordLines(log, "consumed")
        self._superseded = Superseded()
        self.counts = Counts()
        self.callback_error = ""

    def counts_at(self, positions: Mapping[int, int]) -> Counts:
        """The counts of a reader that stands here, by partition: a seek back takes superseded records away again."""
        return replace(self.counts, superseded=self._superseded.count(positions))

    def cut(self, partition: int, offset: int) -> None:
        """The broker lost this partition's records from here on."""
        self._superseded.cut(partition, offset)

    def fold(self, partition: int, records: Sequence[Any], *, live_from: int, new_from: int = 0) -> set[str]:
        """Fold one partition's records in order; returns the ids of the games they changed.

        Records before the offset `live_from` were processed earlier: they rebuild states, and raise no alert. Those
        from `new_from` on were written after this member had joined.

        Raises:
            BrokerUnavailable, KafkaError: A dead letter could not be queued.
        """
        live = [record for record in records if record.offset >= live_from]
        has_lines = self._lines.allows(len(live))
        changed = set()
        for record in records:
            is_live = record.offset >= live_from
            written_s = None if record.offset >= new_from else record.timestamp / 1000
            game_id = self._fold_record(record, written_s, is_live=is_live, has_line=has_lines and is_live)
            if game_id is not None:
                changed.add(game_id)
        if live and not has_lines:
            self._lines.add_range(partition, live[0].offset, live[-1].offset, len(live))
        return changed

    def tick_log(self) -> None:
        """Write the log lines of a second that is over."""
        self._lines.tick()

    def flush_log(self) -> None:
        """Write the log lines that were gathered."""
        self._lines.flush()

    def _fold_record(self, record: Any, written_s: float | None, *, is_live: bool, has_line: bool) -> str | None:
        try:
            event = ScoringEvent.from_json(record.value)
            update = self._games.apply(
                event,
                replay_id=header(record, "replay_id"),
                partition=record.partition,
                offset=record.offset,
                written_s=written_s,
            )
        except InvalidEvent as error:
            self._bury(record, str(error), is_live=is_live)
            return None
        if is_live:
            self.counts.consumed += 1
        else:
            self.counts.recovered += 1
        if has_line:
            self._lines.line(record.partition, record.offset, game_id=event.game_id, event_id=event.event_id)
        self._superseded.judge(record.partition, record.offset, is_superseded=update is None)
        if update is None:
            self.counts.superseded = self._superseded.count()
            return None
        if is_live:
            self._announce(event.game_id, update, has_line=has_line)
        return event.game_id

    def _bury(self, record: Any, reason: str, *, is_live: bool) -> None:
        """Send a bad record to the dead letters, unless that was done when it was first read."""
        if not is_live:
            self.counts.recovered += 1
            return
        self._dead_letters.put(record, reason)
        self.counts.consumed += 1
        self.counts.invalid += 1
        self.counts.last_invalid = reason
        place = {"partition": record.partition, "offset": record.offset}
        logs.log_event(self._log, "invalid", level=logging.WARNING, reason=reason, **place)

    def _announce(self, game_id: str, update: Update, *, has_line: bool) -> None:
        """Write an update's line, and tell the alerts."""
        if has_line:
            state = update.state
            figures: dict[str, Any] = {
                "home_score": state.home_score,
                "away_score": state.away_score,
                "lead_changes": state.lead_changes,
                "momentum": round(state.momentum, 3),
            }
            logs.log_event(self._log, "update", game_id=game_id, kind=update.kind, **figures)
        if self._alerts is not None:
            self._tell(self._alerts, game_id, update)

    def _tell(self, alerts: AlertWatch, game_id: str, update: Update) -> None:
        found = alerts.find(update)
        for alert in found:
            logs.log_event(self._log, "alert", game_id=game_id, kind=alert.kind, text=alert.text)
        try:
            alerts.tell(found)
        except Exception as error:  # noqa: BLE001 (a learner's callback may raise anything; it is shown, not fatal)
            self.callback_error = f"the alert callback raised {type(error).__name__}: {error}"
            logs.log_event(self._log, "callback_error", level=logging.WARNING, reason=self.callback_error)
