"""The games a consumer knows: one tracker for the newest replay of each game, by partition."""

from dataclasses import dataclass

from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState, GameTracker, Update


@dataclass(frozen=True)
class GameSnapshot:
    """A game as a consumer knows it after a record.

    Attributes:
        game_id: The game.
        replay_id: The newest replay of it; records of older ones no longer count.
        partition: Where its records lie.
        first_offset: The offset of the replay's first record.
        offset: The offset of the last record that was folded; `first_offset` − 1 before the first.
        state: The fold of all records of this replay up to there.
    """

    game_id: str
    replay_id: str
    partition: int
    first_offset: int
    offset: int
    state: GameState


@dataclass
class _Tracked:
    replay_id: str
    partition: int
    first_offset: int
    offset: int
    tracker: GameTracker

    def snapshot(self, game_id: str) -> GameSnapshot:
        return GameSnapshot(game_id, self.replay_id, self.partition, self.first_offset, self.offset, self.tracker.state)


class GameStates:
    """Folds events into one tracker a game. Used by one thread."""

    def __init__(self) -> None:
        self._games: dict[str, _Tracked] = {}

    def apply(self, event: ScoringEvent, *, replay_id: str, partition: int, offset: int) -> Update | None:
        """Fold one event; None if it belongs to a replay that a newer one has superseded.

        Raises:
            InvalidEvent: The event contradicts its game (other teams).
        """
        tracked = self._games.get(event.game_id)
        if tracked is not None and replay_id < tracked.replay_id:
            return None
        if tracked is None or replay_id > tracked.replay_id:
            tracker = GameTracker(home=event.home, away=event.away)
            tracked = _Tracked(replay_id, partition, offset, offset, tracker)
        update = tracked.tracker.apply(event)
        tracked.offset = max(tracked.offset, offset)  # read once more, for another game's sake, it changes nothing
        self._games[event.game_id] = tracked
        return update

    def snapshot(self, game_id: str) -> GameSnapshot:
        """The game as it stands."""
        return self._games[game_id].snapshot(game_id)

    def find(self, game_id: str) -> GameSnapshot | None:
        """The game as it stands, None if it is not ours."""
        return self.snapshot(game_id) if game_id in self._games else None

    def forget_plays(self, game_id: str) -> None:
        """Begin this game's replay anew, before its first record."""
        tracked = self._games[game_id]
        tracked.tracker = GameTracker(home=tracked.tracker.state.home, away=tracked.tracker.state.away)
        tracked.offset = tracked.first_offset - 1

    def cut(self, partition: int, offset: int) -> None:
        """The broker lost this partition's records from here on; what was folded of them stays."""
        for tracked in self._games.values():
            if tracked.partition == partition:
                tracked.offset = min(tracked.offset, offset - 1)

    def drop(self, partitions: set[int]) -> list[str]:
        """Forget the games of partitions that moved to another member; returns their ids."""
        gone = self.games_of(partitions)
        for game_id in gone:
            del self._games[game_id]
        return gone

    def games_of(self, partitions: set[int]) -> list[str]:
        """The ids of the games in these partitions."""
        return [game_id for game_id, tracked in self._games.items() if tracked.partition in partitions]

    def first_needed_offset(self, partition: int, position: int) -> int:
        """Where a successor must start to read to rebuild every game of this partition."""
        starts = (t.first_offset for t in self._games.values() if t.partition == partition)
        return min(starts, default=position)
