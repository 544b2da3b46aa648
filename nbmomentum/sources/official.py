"""Our figures of a bundled game beside the league's.

```python
comparison = compare(tracker.state, game)
comparison.is_final, [figure.name for figure in comparison.figures if not figure.is_equal]
```
"""

from collections.abc import Iterator

import msgspec

from nbmomentum.clock import period_name
from nbmomentum.momentum import GameState
from nbmomentum.sources.bundled import GameInfo


class Figure(msgspec.Struct, frozen=True):
    """One figure, counted twice.

    Attributes:
        name: Such as "Points in Q1" or "Lead changes".
        team: Whose it is; None where it is the game's.
        ours: As the events so far tell it; None for a period that has not begun.
        league: As the official box score has it, at the end of the game.
    """

    name: str
    team: str | None
    ours: int | None
    league: int

    @property
    def is_equal(self) -> bool:
        """Whether both are the same number."""
        return self.ours == self.league

    @property
    def label(self) -> str:
        """The name with its team, such as "MIA points in Q4"."""
        return f"{self.team} {self.name[:1].lower()}{self.name[1:]}" if self.team else self.name

    @property
    def text(self) -> str:
        """A line such as "MIA points in Q4: ours 21, the league's 23"."""
        ours = "none" if self.ours is None else self.ours
        return f"{self.label}: ours {ours}, the league's {self.league}"


class Comparison(msgspec.Struct, frozen=True):
    """All figures of a game that the league publishes.

    Attributes:
        is_final: Whether the game has come to its end; before it, ours are figures so far.
        figures: Those of the away team, then the home team's, then the game's.
    """

    is_final: bool
    figures: tuple[Figure, ...]

    @property
    def differences(self) -> list[Figure]:
        """The figures that are not equal; before the end that is no error."""
        return [figure for figure in self.figures if not figure.is_equal]


def compare(state: GameState, game: GameInfo) -> Comparison:
    """Our figures and the league's, side by side.

    Args:
        state: The game so far, as the events told it.
        game: The same game, with the official box score.
    """
    away = _figures_of_side(state, game, is_home=False)
    home = _figures_of_side(state, game, is_home=True)
    shared = (
        Figure("Lead changes", None, state.lead_changes, game.official["lead_changes"]),
        Figure("Times tied", None, state.times_tied, game.official["times_tied"]),
    )
    return Comparison(_is_final(state, game), (*away, *home, *shared))


def _is_final(state: GameState, game: GameInfo) -> bool:
    """Whether the last play is the one after which the feed states the final score, also if others were lost."""
    if not state.plays:
        return False
    last = state.plays[-1].event
    return (last.home_score, last.away_score) == (game.home_score, game.away_score)


def _figures_of_side(state: GameState, game: GameInfo, *, is_home: bool) -> Iterator[Figure]:
    side, team = ("home", game.home) if is_home else ("away", game.away)
    official = game.official[side]
    by_period = [getattr(points, side) for points in state.points_by_period]
    by_period += [None] * (game.periods - len(by_period))
    for period, (ours, league) in enumerate(zip(by_period, official["periods"], strict=False), start=1):
        yield Figure(f"Points in {period_name(period)}", team, ours, league)
    yield Figure("Points", team, state.home_score if is_home else state.away_score, official["points"])
    yield Figure("Largest lead", team, getattr(state.largest_lead, side), official["largest_lead"])
    if "largest_run" in official:  # not in every official box score
        yield Figure("Largest run", team, getattr(state.largest_run, side), official["largest_run"])
