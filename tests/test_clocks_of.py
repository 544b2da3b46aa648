"""From log and reader to three clocks, and from a typed moment to a seek."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nbmomentum import studio
from nbmomentum.errors import InvalidClock
from nbmomentum.momentum import GameTracker
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.stream import GameSnapshot, StoredRecord

PLAYS = load_game("0021500277")[:5]
GAME_ID = "0021500277"
TIP_OFF = list_games()[0].tip_off


def stored(offset: int, replay_id: bytes = b"new") -> StoredRecord:
    """A play as it lies in the log."""
    play = PLAYS[offset % len(PLAYS)]
    headers = (("replay_id", replay_id), ("source", b"bundled"))
    return StoredRecord(2, offset, 1_700_000_000_000 + offset, b"", headers, play.to_json(), 1, play, "")


@dataclass
class Part:
    """A producer, a consumer and a tail in one: it says what it is told to say, and notes its commands."""

    status: Any = None
    kept: tuple[StoredRecord, ...] = ()
    known: int = 0

    def __post_init__(self) -> None:
        self.status = Status()
        self.commands: list[tuple[Any, ...]] = []

    def records(self) -> tuple[StoredRecord, ...]:
        """What lies in the log."""
        return self.kept

    def snapshots(self) -> dict[str, GameSnapshot]:
        """What the reader has folded."""
        state = GameTracker(home="MIA", away="OKC").state
        return {GAME_ID: GameSnapshot(GAME_ID, "new", 2, 5, 4 + self.known, state)} if self.known else {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("seek") or name == "resume":
            return lambda *values, **named: self.commands.append((name, *values, *named.values()))
        raise AttributeError(name)


@dataclass(frozen=True)
class Status:
    """What both say of themselves."""

    replay_id: str = "new"
    game_id: str = GAME_ID
    state: str = "live"


def test_only_the_current_replay_is_on_the_clocks() -> None:
    """An older one lies before it; what the reader has folded is known; nothing new, the same object."""
    part = Part(kept=tuple(stored(n, b"old") for n in range(5)) + tuple(stored(n) for n in range(5, 10)), known=3)
    source: Any = studio.clocks_of(part, part, part)  # type: ignore[arg-type]

    clocks = source()

    assert source() is clocks
    assert [play.offset for play in clocks.plays] == [5, 6, 7, 8, 9]
    assert (clocks.known, clocks.end_s, clocks.is_held) == (3, 2880.0, False)
    assert clocks.plays[0].event_time == TIP_OFF + timedelta(seconds=PLAYS[0].elapsed_s)
    part.status = replace(part.status, state="paused")
    assert source().is_held


def test_a_game_that_nobody_knows_has_no_tip_off() -> None:
    """Its plays have no event time, unless the feed says it."""
    assert studio.tip_off_of("0099999999") is None
    assert studio.tip_off_of(GAME_ID) == TIP_OFF


def test_each_clock_becomes_its_own_seek() -> None:
    """The game clock goes on as it is, a time of day finds its day: that of the game, or today."""
    part = Part()
    seeking = studio.clock_seeking(part, part)  # type: ignore[arg-type]
    moment = TIP_OFF + timedelta(seconds=90)

    seeking.seek_clock("Game clock", "Q3 4:12")
    seeking.seek_clock("Event time", f"{moment.astimezone():%H:%M:%S}")
    seeking.seek_clock("Record time", f"{datetime.now():%H:%M:%S}")
    seeking.resume()

    names = [name for name, *_ in part.commands]
    assert names == ["seek_game", "seek_event_time", "seek_record_time", "resume"]
    assert part.commands[0][1:] == ("Q3 4:12", GAME_ID)
    assert part.commands[1][1:] == (moment, TIP_OFF, GAME_ID)
    assert abs(part.commands[2][1] - datetime.now().astimezone()) < timedelta(minutes=1)


@pytest.mark.parametrize("hour", [0, 2, 12, 23])
def test_a_time_of_day_is_the_nearest_one(hour: int) -> None:
    """Also on the other side of midnight."""
    near = datetime(2026, 1, 31, hour, 30, tzinfo=UTC).astimezone()

    for minutes in (-300, -31, 0, 31, 300):
        moment = near + timedelta(minutes=minutes)
        assert studio.at_time(f"{moment:%H:%M:%S}.5", near) == moment.replace(microsecond=500_000)


@pytest.mark.parametrize("text", ["", "half past eight", "24:00:00", "20:61:05", "20:31", "20:31:05.1234"])
def test_what_is_no_time_of_day_is_told(text: str) -> None:
    """With what one writes instead."""
    with pytest.raises(InvalidClock, match="write"):
        studio.at_time(text, None)
