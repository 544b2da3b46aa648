"""The games a consumer knows: one tracker for the replay of each game that counts, by partition.

That is the newest one by the log's order, whose first record lies last: what a producer's clock says does not matter.
A consumer may be told which replay is its reader's own; that one counts, also where somebody else begins a newer one.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState, GameTracker, Update
from nbmomentum.stream.log_reader.stored_records import header

# A successor reads the last replays of a game once more, so that one which is still sent is not taken for a new one.
KNOWN_REPLAYS = 8
UNNAMED = "without a name, from"

OwnReplay = Callable[[], str]


@dataclass(frozen=True)
class GameSnapshot:
    """A game as a consumer knows it after a record.

    Attributes:
        game_id: The game.
        replay_id: The replay of it that counts; records of others do not. Records that name none, such as those typed
            into a console producer, are one replay until another one begins, named for the place of its first record.
        partition: Where its records lie.
        first_offset: The offset of the replay's first record.
        offset: The offset of the last record that was folded; `first_offset` − 1 before the first.
        state: The fold of all records of this replay up to there.
        began: When the replay began, in seconds since 1970, and its number among those this consumer has met: the order
            of replays of different games, whose partitions have no order in common.
        records: Records of this replay that were read so far, each once.
        is_furthest: Whether the state has all of them: a reader that went back stands before the last.
    """

    game_id: str
    replay_id: str
    partition: int
    first_offset: int
    offset: int
    state: GameState
    began: tuple[float, int] = field(default=(0.0, 0), compare=False)
    records: int = field(default=0, compare=False)
    is_furthest: bool = field(default=True, compare=False)

    def has(self, record: Any) -> bool:
        """Whether a record of this game, from the first offset on, belongs to this replay."""
        named = "" if self.replay_id.startswith(UNNAMED) else self.replay_id
        return header(record, "replay_id") == named


@dataclass
class _Replay:
    """Where a replay begins, as it was met, and how much of it was read."""

    replay_id: str
    partition: int
    first_offset: int
    began: tuple[float, int]
    records: int = 0
    reached: int = -1

    def count(self, offset: int) -> None:
        """A record of it was read at this offset; one that is read again counts once."""
        if offset > self.reached:
            self.records, self.reached = self.records + 1, offset

    @property
    def is_unnamed(self) -> bool:
        return self.replay_id.startswith(UNNAMED)


@dataclass
class _Game:
    """All replays of a game, in the order of their first records, and the one that counts."""

    replays: list[_Replay]
    shown: _Replay
    tracker: GameTracker
    offset: int

    def find(self, replay_id: str, partition: int, offset: int) -> _Replay | None:
        """The replay that a record at this place belongs to; None if that begins with it."""
        if replay_id:
            return next((each for each in reversed(self.replays) if each.replay_id == replay_id), None)
        earlier = (r for r in reversed(self.replays) if r.partition != partition or r.first_offset <= offset)
        before = next(earlier, None)
        return before if before is not None and before.is_unnamed else None

    def snapshot(self, game_id: str) -> GameSnapshot:
        at = self.shown
        return GameSnapshot(
            game_id,
            at.replay_id,
            at.partition,
            at.first_offset,
            self.offset,
            self.tracker.state,
            at.began,
            at.records,
            is_furthest=self.offset >= at.reached,
        )


class GameStates:
    """Folds events into one tracker a game. Used by one thread."""

    def __init__(self) -> None:
        self._games: dict[str, _Game] = {}
        self._own_replay: OwnReplay = str
        self._begun = 0

    def follow(self, own_replay: OwnReplay) -> list[GameSnapshot]:
        """Let the reader's own replay count from now on; returns the games to be read again for its sake.

        Args:
            own_replay: Its id, asked whenever a replay begins; empty for none.
        """
        self._own_replay = own_replay
        changed = []
        for game_id, game in self._games.items():
            own = next((replay for replay in game.replays if replay.replay_id == own_replay()), game.shown)
            if own is not game.shown:
                game.shown = own
                changed.append(game.snapshot(game_id))
        return changed

    def apply(
        self, event: ScoringEvent, *, replay_id: str, partition: int, offset: int, written_s: float | None = None
    ) -> Update | None:
        """Fold one event; None if it belongs to a replay that does not count.

        Args:
            event: What the record says.
            replay_id: As its header names it; empty if it has none.
            partition: Where it lies.
            offset: Where it lies.
            written_s: Its record time, in seconds since 1970; None if it was written just now, whatever it claims.

        Raises:
            InvalidEvent: The event contradicts its game (other teams).
        """
        game = self._games.get(event.game_id)
        replay = game.find(replay_id, partition, offset) if game else None
        if game is None or replay is None:
            self._begun += 1
            began = min(time.time(), time.time() if written_s is None else written_s), self._begun
            replay = _Replay(replay_id or f"{UNNAMED} {partition}/{offset}", partition, offset, began)
            game = self._begin(event, replay)
        replay.count(offset)
        if replay is not game.shown:
            return None
        update = game.tracker.apply(event)
        game.offset = max(game.offset, offset)  # read once more, for another game's sake, it changes nothing
        return update

    def _begin(self, event: ScoringEvent, replay: _Replay) -> _Game:
        """Take in a replay that begins with this event: it counts, unless the reader's own does."""
        tracker = GameTracker(home=event.home, away=event.away)
        game = self._games.get(event.game_id)
        if game is None:
            game = self._games[event.game_id] = _Game([replay], replay, tracker, replay.first_offset)
            return game
        game.replays.append(replay)
        if game.shown.replay_id != self._own_replay():
            game.shown, game.tracker, game.offset = replay, tracker, replay.first_offset
        return game

    def snapshot(self, game_id: str) -> GameSnapshot:
        """The game as it stands."""
        return self._games[game_id].snapshot(game_id)

    def find(self, game_id: str) -> GameSnapshot | None:
        """The game as it stands, None if it is not ours."""
        return self.snapshot(game_id) if game_id in self._games else None

    @property
    def overtaken(self) -> tuple[str, ...]:
        """The games of which somebody else has begun a newer replay than the reader's own, which counts."""
        return tuple(game_id for game_id, game in self._games.items() if game.shown is not game.replays[-1])

    def forget_plays(self, game_id: str) -> None:
        """Begin this game's replay anew, before its first record."""
        game = self._games[game_id]
        game.tracker = GameTracker(home=game.tracker.state.home, away=game.tracker.state.away)
        game.offset = game.shown.first_offset - 1

    def cut(self, partition: int, offset: int) -> None:
        """The broker lost this partition's records from here on; what was folded of them stays."""
        for game in self._games.values():
            for replay in game.replays:
                if replay.partition == partition:
                    replay.first_offset = min(replay.first_offset, offset)
                    replay.reached = min(replay.reached, offset - 1)
            if game.shown.partition == partition:
                game.offset = min(game.offset, offset - 1)

    def drop(self, partitions: set[int]) -> list[str]:
        """Forget the games of partitions that moved to another member; returns their ids."""
        gone = self.games_of(partitions)
        for game_id in gone:
            del self._games[game_id]
        return gone

    def games_of(self, partitions: set[int]) -> list[str]:
        """The ids of the games in these partitions."""
        return [game_id for game_id, game in self._games.items() if game.shown.partition in partitions]

    def first_needed_offset(self, partition: int, position: int) -> int:
        """Where a successor must start to read to rebuild every game of this partition."""
        known = (r for game in self._games.values() for r in (*game.replays[-KNOWN_REPLAYS:], game.shown))
        return min((r.first_offset for r in known if r.partition == partition), default=position)
