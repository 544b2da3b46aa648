"""Alerts: the plays worth calling out. A lead change, a tie, a run that reaches the threshold."""

from collections.abc import Callable, Iterable
from enum import StrEnum

import msgspec

from nbmomentum.momentum.plays import Play
from nbmomentum.momentum.tracker import Update

RUN_THRESHOLD_POINTS = 8


class AlertKind(StrEnum):
    """What there is to call out."""

    LEAD_CHANGE = "lead_change"
    TIE = "tie"
    RUN = "run"


class Alert(msgspec.Struct, frozen=True):
    """Something worth calling out, and the play that brought it.

    Attributes:
        kind: What it is.
        play: The play that made it so.
    """

    kind: AlertKind
    play: Play

    @property
    def text(self) -> str:
        """A line such as "OKC take the lead 45-44 (Q2 0:31)"."""
        return f"{self._headline()} ({self.play.event.game_clock})"

    def _headline(self) -> str:
        play = self.play
        high, low = max(play.home_score, play.away_score), min(play.home_score, play.away_score)
        if self.kind is AlertKind.LEAD_CHANGE:
            return f"{play.event.team} take the lead {high}-{low}"
        if self.kind is AlertKind.TIE:
            return f"Tied {high}-{low}"
        return f"{play.run.team} on {_article(play.run.points)} {play.run.points}-0 run"


def alerts(plays: Iterable[Play], *, run_threshold: int = RUN_THRESHOLD_POINTS) -> list[Alert]:
    """The alerts of a sequence of plays, in their order.

    A run is called out once, at the play with which it reaches the threshold; that play may take it past
    the threshold, so the text can say 9-0 where the threshold is 8. The first lead of a game is no alert.

    Args:
        plays: Of one game, or any part of it: each play knows its own past.
        run_threshold: Unanswered points that make a run worth a call.
    """
    return [Alert(kind, play) for play in plays for kind in _kinds(play, run_threshold)]


class AlertWatch:
    """Calls each alert of a live game once. It may watch several games; a game replayed anew is called anew.

    Args:
        run_threshold: Unanswered points that make a run worth a call. May be set from another thread; a lower
            one takes effect with the next run.
        on_alert: Called with each new alert, in the thread that observes.

    Raises:
        ValueError: The threshold is not a whole number of at least 1.
    """

    def __init__(
        self,
        *,
        run_threshold: int = RUN_THRESHOLD_POINTS,
        on_alert: Callable[[Alert], None] | None = None,
    ) -> None:
        self.run_threshold = run_threshold
        self._on_alert = on_alert
        self._called: dict[str, set[tuple[str, AlertKind]]] = {}

    @property
    def run_threshold(self) -> int:
        """Unanswered points that make a run worth a call."""
        return self._run_threshold

    @run_threshold.setter
    def run_threshold(self, points: int) -> None:
        if type(points) is not int or points < 1:
            raise ValueError(f"The run threshold is a whole number of points from 1 up, not {points!r}.")
        self._run_threshold = points

    def observe(self, update: Update) -> list[Alert]:
        """The alerts this update brought: those of plays it appended or changed, none of them twice.

        A correction calls only what was not true before it, so a game recovered without a watch stays quiet.
        """
        new = self.find(update)
        self.tell(new)
        return new

    def find(self, update: Update) -> list[Alert]:
        """The alerts of `observe`, not yet told to anybody."""
        if update.previous.game_id is None:
            self._called.pop(update.event.game_id, None)  # a tracker's first event: this game begins anew
        if update.changed_from is None:
            return []
        called = self._called.setdefault(update.event.game_id, set())
        threshold = self._run_threshold
        old = alerts(update.previous.plays[update.changed_from :], run_threshold=threshold)
        called.update(_identity(alert) for alert in old)
        found = alerts(update.state.plays[update.changed_from :], run_threshold=threshold)
        new = [alert for alert in found if _identity(alert) not in called]
        called.update(_identity(alert) for alert in new)
        return new

    def tell(self, found: Iterable[Alert]) -> None:
        """Call `on_alert` with each of these."""
        if self._on_alert is not None:
            for alert in found:
                self._on_alert(alert)


def _kinds(play: Play, run_threshold: int) -> list[AlertKind]:
    kinds = []
    if play.is_lead_change:
        kinds.append(AlertKind.LEAD_CHANGE)
    if play.is_tie:
        kinds.append(AlertKind.TIE)
    if play.run.points - play.event.points < run_threshold <= play.run.points:
        kinds.append(AlertKind.RUN)
    return kinds


def _identity(alert: Alert) -> tuple[str, AlertKind]:
    return alert.play.event.event_id, alert.kind


def _article(number: int) -> str:
    # "an" before eight, eleven, eighteen and the eighties
    return "an" if number in (8, 11, 18) or 80 <= number <= 89 else "a"
