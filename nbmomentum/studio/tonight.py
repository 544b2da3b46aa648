"""Tonight's games and the producer that follows one of them: a source for the picker, and what the picker commands.

```python
picker = views.GamePicker(studio.following(tonight, producer))
feed.connect(studio.tonight_of(tonight, producer), picker)
```
"""

from collections.abc import Callable

from nbmomentum.sources.live_watch import LiveSource
from nbmomentum.sources.nba import RECORDED_ID, LeagueFeed, ScheduledGame, Tonight, TonightStatus
from nbmomentum.sources.recorded_feed import RecordedFeed
from nbmomentum.stream import LiveProducer
from nbmomentum.views import GamesToPick, Pickable


def tonight_of(tonight: Tonight, producer: LiveProducer) -> Callable[[], GamesToPick]:
    """A source for the picker: the games there are, and which of them the producer follows.

    The scoreboard is asked every half a minute. The followed game is looked at more often, and its line tells what
    the last look has found: the league is not asked once more for that.
    """
    recorded_title = RecordedFeed().title

    def games() -> GamesToPick:
        status, source = tonight.status, producer.source
        return GamesToPick(
            games=_as_last_told(status, source),
            sentence=status.sentence,
            recorded_id=RECORDED_ID,
            recorded_title=recorded_title,
            followed_id=RECORDED_ID if isinstance(source, RecordedFeed) else source.game_id,
            last_answer=status.last_answer,
        )

    return games


def _as_last_told(status: TonightStatus, source: LiveSource) -> tuple[ScheduledGame, ...]:
    """The scoreboard's games, the followed one as its own feed told it where that was later."""
    told = source.told if isinstance(source, LeagueFeed) else None
    if told is None or (status.last_answer is not None and told[1] <= status.last_answer):
        return status.games
    return tuple(told[0] if game.game_id == told[0].game_id else game for game in status.games)


def following(tonight: Tonight, producer: LiveProducer) -> Pickable:
    """What the picker commands: the producer follows another game, the scoreboard is asked again."""
    return _Following(tonight, producer)


class _Following:
    def __init__(self, tonight: Tonight, producer: LiveProducer) -> None:
        self._tonight = tonight
        self._producer = producer

    def follow(self, game_id: str) -> None:
        self._producer.follow(self._tonight.feed_of(game_id))

    def refresh(self) -> None:
        self._tonight.refresh()
