"""The state of a game after its latest play: every figure, frozen, and cheap to take a snapshot of."""

import msgspec

from nbmomentum.clock import REGULATION_PERIODS, GameClock, period_name
from nbmomentum.momentum.figures import HALF_LIFE_S, HomeAway, Run, checked_half_life_s, decay
from nbmomentum.momentum.fold import Fold
from nbmomentum.momentum.plays import TIP_OFF, Figures, Plays


class GameState(msgspec.Struct, frozen=True):
    """A game as the events so far tell it; two states are equal when all their plays are.

    Attributes:
        game_id: None before the first event.
        home: The home team.
        away: The visiting team.
        half_life_s: Of the momentum index, in game seconds.
        plays: The effective events in order, each with the figures after it.
        is_final: Whether the game is over. No play tells that: it is set by whoever knows that none will follow.
    """

    game_id: str | None
    home: str
    away: str
    half_life_s: float = HALF_LIFE_S
    plays: Plays = msgspec.field(default_factory=Plays)
    is_final: bool = False

    @property
    def figures(self) -> Figures:
        """The figures after the last play, or those before the first."""
        return self.plays[-1] if self.plays else TIP_OFF

    @property
    def home_score(self) -> int:
        """Summed points of the home team."""
        return self.figures.home_score

    @property
    def away_score(self) -> int:
        """Summed points of the visitors."""
        return self.figures.away_score

    @property
    def margin(self) -> int:
        """Home minus away, in points."""
        return self.figures.margin

    @property
    def leader(self) -> str | None:
        """The team ahead, None while the score is level."""
        return None if self.margin == 0 else self.figures.last_leader

    @property
    def clock(self) -> GameClock | None:
        """When the last play happened, None before the first."""
        return self.plays[-1].event.game_clock if self.plays else None

    @property
    def when(self) -> str:
        """The clock in words: "Q3 4:12", "Tip-off" before the first play, "Final" or "Final, OT2" after the last."""
        if self.clock is None:
            return "Tip-off"
        if not self.is_final:
            return str(self.clock)
        return "Final" if self.period <= REGULATION_PERIODS else f"Final, {period_name(self.period)}"

    @property
    def period(self) -> int:
        """The period of the last play, 1 before the first."""
        return self.plays[-1].event.period if self.plays else 1

    @property
    def elapsed_s(self) -> float:
        """Seconds of play between the tip-off and the last play."""
        return self.figures.elapsed_s

    @property
    def lead_changes(self) -> int:
        """How often the lead passed from one team to the other; ties in between neither count nor reset."""
        return self.figures.lead_changes

    @property
    def times_tied(self) -> int:
        """How often the score became level after 0-0."""
        return self.figures.times_tied

    @property
    def largest_lead(self) -> HomeAway:
        """The largest margin of each side, in points, at least 0."""
        return self.figures.largest_lead

    @property
    def largest_run(self) -> HomeAway:
        """The most unanswered points of each side; runs carry over period ends."""
        return self.figures.largest_run

    @property
    def run(self) -> Run:
        """The unanswered points up to the last play."""
        return self.figures.run

    @property
    def mismatches(self) -> int:
        """Plays whose stated score differs from the summed one: something is missing or wrong before them."""
        return self.figures.mismatches

    @property
    def mismatch_text(self) -> str:
        """`mismatches` in words, "differs from the feed's own score in 3 plays"; empty where there are none."""
        return f"differs from the feed's own score in {_counted(self.mismatches, 'play')}" if self.mismatches else ""

    @property
    def momentum(self) -> float:
        """The momentum index at the last play, positive for the home team: Σ ±points · 2^(−Δt/half-life).

        It describes the recent past and is no forecast. Our teaching construct, no league figure.
        """
        return self.figures.momentum

    @property
    def win_probability(self) -> float:
        """Of the home team at the last play, 0 to 1; see `figures.win_probability`."""
        return self.figures.win_probability

    @property
    def excitement(self) -> float:
        """Sum of the absolute changes of win probability over the plays, from the pre-game value."""
        return self.figures.excitement

    @property
    def points_by_period(self) -> tuple[HomeAway, ...]:
        """Points of each side in each period up to the last one played."""
        home = [0] * max((play.event.period for play in self.plays), default=0)
        away = home.copy()
        for play in self.plays:
            (home if play.event.is_home else away)[play.event.period - 1] += play.event.points
        return tuple(map(HomeAway, home, away))

    def windowed_run(self, window_s: float, *, now_s: float | None = None) -> HomeAway:
        """Points of both sides in the last `window_s` game seconds, across periods: "12-2 in the last 3:00".

        Args:
            window_s: How far back to look; a play exactly that long ago is outside.
            now_s: The end of the window, in seconds of play; the last play where None.
        """
        end_s = self.elapsed_s if now_s is None else now_s
        inside = [play.event for play in self.plays if end_s - window_s < play.elapsed_s <= end_s]
        home = sum(event.points for event in inside if event.is_home)
        return HomeAway(home, sum(event.points for event in inside) - home)

    def momentum_at(self, elapsed_s: float) -> float:
        """The momentum index decayed further, to a time after the last play: what a chart draws between plays."""
        return self.momentum * decay(elapsed_s - self.elapsed_s, self.half_life_s)

    def as_final(self) -> "GameState":
        """The same game, with the word that it is over."""
        return msgspec.structs.replace(self, is_final=True)

    def with_half_life(self, half_life_s: float) -> "GameState":
        """The same game with the momentum index of another half-life; all its other figures stay.

        Args:
            half_life_s: In game seconds.

        Raises:
            ValueError: The half-life is not a positive number.
        """
        if checked_half_life_s(half_life_s) == self.half_life_s:
            return self
        fold = Fold(half_life_s)
        for play in self.plays:
            fold.append(play.event)
        return msgspec.structs.replace(self, half_life_s=half_life_s, plays=Plays(fold.plays))

    def describe(self) -> str:
        """The state in one plain sentence, for screen readers and logs."""
        if self.clock is None:
            return f"{self.away} @ {self.home}: no points yet."
        doubt = f"; this score {self.mismatch_text}" if self.mismatches else ""
        return (
            f"{self._score_line()}, {self.when}; {_counted(self.lead_changes, 'lead change')}, "
            f"{_counted(self.times_tied, 'tie')}, {self._run_line()}{doubt}."
        )

    def __repr__(self) -> str:
        return f"<GameState {self.game_id}: {self.describe()}>"

    def _score_line(self) -> str:
        if self.margin == 0:
            return f"{self.home} and {self.away} are level {self.home_score}-{self.away_score}"
        verb = "beat" if self.is_final else "lead"
        if self.margin > 0:
            return f"{self.home} {verb} {self.away} {self.home_score}-{self.away_score}"
        return f"{self.away} {verb} {self.home} {self.away_score}-{self.home_score}"

    def _run_line(self) -> str:
        runs = self.largest_run
        if runs.home == runs.away:
            return f"largest run {runs.home} by each side"
        (more, longer), (less, shorter) = sorted(((runs.home, self.home), (runs.away, self.away)), reverse=True)
        return f"largest run {more} by {longer}" + (f", {less} by {shorter}" if less else "")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
