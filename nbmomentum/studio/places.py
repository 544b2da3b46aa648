"""Where a reader stands in a game: a source for seek controls, and what they command.

```python
seek = views.SeekControls(studio.seeking(producer, consumer))
feed.connect(studio.place_of(producer, consumer), seek)
```
"""

from collections.abc import Callable

from nbmomentum.clock import REGULATION_LENGTH_S, period_length_s, period_start_s
from nbmomentum.momentum import GameState
from nbmomentum.stream import BackgroundConsumer, GameSnapshot, Producing
from nbmomentum.views import Place, Seekable

HELD_STATES = frozenset({"paused", "seeking"})


def place_of(game: Producing | str, consumer: BackgroundConsumer) -> Callable[[], Place | None]:
    """A source for seek controls: where the consumer stands in the game that the producer replays.

    Args:
        game: A producer, for whatever game it replays; or the id of one game.
        consumer: Who reads it.
    """
    furthest: GameSnapshot | None = None

    def place() -> Place | None:
        nonlocal furthest
        status, snapshot = consumer.status, snapshot_of(game, consumer)
        if snapshot is None and isinstance(game, str):
            return None
        if snapshot is None or furthest is None or furthest.replay_id != snapshot.replay_id:
            furthest = snapshot
        elif len(snapshot.state.plays) >= len(furthest.state.plays):
            furthest = snapshot  # a reader that went back still knows what is to come
        return Place(
            game_id=game_id_of(game),
            elapsed_s=snapshot.state.elapsed_s if snapshot else 0.0,
            period=snapshot.state.period if snapshot else 1,
            end_s=_end_s(furthest.state if furthest else None),
            is_held=status.state in HELD_STATES,
            state=status.state,
            next_s=_next_s(snapshot.state, furthest.state) if snapshot and furthest else None,
            behind=status.lag,
        )

    return place


def seeking(game: Producing | str, consumer: BackgroundConsumer) -> Seekable:
    """What seek controls command: the consumer, always on the game that the producer replays.

    seek = views.SeekControls(studio.seeking(producer, consumer))
    """
    return _Seeking(game, consumer)


class _Seeking:
    def __init__(self, game: Producing | str, consumer: BackgroundConsumer) -> None:
        self._game = game
        self._consumer = consumer

    def seek_game(self, to: float) -> None:
        self._consumer.seek_game(to, game_id=game_id_of(self._game))

    def seek_play(self, event_id: str) -> None:
        self._consumer.seek_play(event_id, game_id=game_id_of(self._game))

    def step_back(self) -> None:
        self._consumer.step_back(game_id=game_id_of(self._game))

    def step(self) -> None:
        self._consumer.step()

    def resume(self) -> None:
        self._consumer.resume()


def game_id_of(game: Producing | str) -> str:
    """The id of the game that is meant now."""
    return game if isinstance(game, str) else game.status.game_id


def snapshot_of(game: Producing | str, consumer: BackgroundConsumer) -> GameSnapshot | None:
    """What the consumer knows of the game; of an older replay than the producer's it is nothing."""
    if isinstance(game, str):
        return consumer.snapshots().get(game)
    replayed = game.status
    snapshot = consumer.snapshots().get(replayed.game_id)
    return snapshot if snapshot is not None and snapshot.replay_id == replayed.replay_id else None


def _end_s(known: GameState | None) -> float:
    """The end of the last period known, regulation at least, in seconds of play."""
    period = max((play.event.period for play in known.plays), default=1) if known else 1
    return max(REGULATION_LENGTH_S, period_start_s(period) + period_length_s(period))


def _next_s(shown: GameState, known: GameState) -> float | None:
    """When the play after those shown happened, in seconds of play; None where none is known."""
    return next((play.elapsed_s for play in known.plays if play.elapsed_s > shown.elapsed_s), None)
