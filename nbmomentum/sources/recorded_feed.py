"""A recorded game in the place of a live one: it grows by a clock and is corrected like a live feed.

```python
feed = RecordedFeed("0021500277")
feed.look().plays  # a few; later more, and some of them otherwise
```

For a class without a network, or an evening without a game. The plays are real. The corrections are made up, of the
kinds that live feeds make: a basket is told wrongly first, a free throw comes late, a basket that never counted is
withdrawn.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from nbmomentum.events import ScoringEvent
from nbmomentum.sources.bundled import DEFAULT_GAME_ID, list_games, load_game
from nbmomentum.sources.live_watch import Look

SOURCE: Final = "bundled"
SPEED: Final = 60.0
INTERVAL_S: Final = 1.0
# From the third play on every ninth one is told wrongly at first, for so many game seconds.
FIRST_SLIP, SLIPS_APART = 3, 9
SLIP_LENGTH_S: Final = 150.0
# Room in the feed's order for a play between two others.
_ORDERS_APART: Final = 10


class RecordedFeed:
    """A bundled game that seems to be played now.

    Args:
        game_id: Of a bundled game.
        speed: Game seconds a second.
        interval_s: Between two looks, in seconds.
        now: A clock that never goes back, in seconds; the game begins with the first look.

    Attributes:
        source: What the header of each record says.

    Raises:
        UnknownGame: No bundled game has this id.
    """

    source = SOURCE

    def __init__(
        self,
        game_id: str = DEFAULT_GAME_ID,
        *,
        speed: float = SPEED,
        interval_s: float = INTERVAL_S,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._plays = load_game(game_id)
        self._speed = speed
        self._now = now
        self._began_at: float | None = None
        self.interval_s = interval_s
        self.game_id = game_id
        self.home, self.away = self._plays[0].home, self._plays[0].away
        self.title = next(game.title for game in list_games() if game.game_id == game_id)

    def look(self) -> Look:
        """The whole game as far as it is played, with what is wrong about it at this moment."""
        if self._began_at is None:
            self._began_at = self._now()
        elapsed_s = self._elapsed_s()
        told = [play for place, play in enumerate(self._plays, start=1) for play in _told(place, play, elapsed_s)]
        is_final = elapsed_s > self._plays[-1].elapsed_s + SLIP_LENGTH_S
        return Look(tuple(_with_scores(told)), is_final=is_final)

    def resumes(self, events: Sequence[ScoringEvent], /) -> bool:
        """What is of a moment still to come lies there from an earlier evening; that game is not gone on with."""
        elapsed_s = self._elapsed_s()
        return self._began_at is not None and all(event.elapsed_s <= elapsed_s for event in events)

    def _elapsed_s(self) -> float:
        """The moment the game is at, in seconds of play; 0 before it begins."""
        return 0.0 if self._began_at is None else (self._now() - self._began_at) * self._speed

    def __repr__(self) -> str:
        return f"<RecordedFeed {self.title}, {self.game_id}>"


def _told(place: int, play: ScoringEvent, elapsed_s: float) -> Iterator[ScoringEvent]:
    """How a play is told at this moment: not yet, rightly, or with the slip that its place brings."""
    if play.elapsed_s > elapsed_s:
        return
    play = msgspec.structs.replace(play, order=play.order * _ORDERS_APART)
    is_slip = place >= FIRST_SLIP and (place - FIRST_SLIP) % SLIPS_APART == 0
    if not is_slip or elapsed_s > play.elapsed_s + SLIP_LENGTH_S:
        yield play
        return
    match (place - FIRST_SLIP) // SLIPS_APART % 3:
        case 0:
            yield play
            yield _never_counted(play)
        case 1:
            yield msgspec.structs.replace(play, points=play.points % 3 + 1)
        case _:
            return  # it comes late


def _never_counted(play: ScoringEvent) -> ScoringEvent:
    """A basket of the same player right after this play; it will be withdrawn."""
    return msgspec.structs.replace(play, event_id=f"{play.event_id}-waved-off", order=play.order + 1, points=2)


def _with_scores(plays: Iterable[ScoringEvent]) -> Sequence[ScoringEvent]:
    """The plays with the running scores that follow from them, as a feed states them."""
    scores = {True: 0, False: 0}
    stated = []
    for play in plays:
        scores[play.is_home] += play.points
        stated.append(msgspec.structs.replace(play, home_score=scores[True], away_score=scores[False]))
    return stated
