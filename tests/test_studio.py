"""Where stream and views meet: which game is shown, the health of the way, and an end that stops every part."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from nbmomentum import studio
from nbmomentum.errors import RunnerError
from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import GameSnapshot
from nbmomentum.stream.status import ConsumerStatus, ProducerStatus

PLAYS = tuple(load_game("0021500277"))


@dataclass
class FakeProducer:
    """What studio asks of a producer."""

    status: ProducerStatus
    events: tuple[Any, ...] = PLAYS


@dataclass
class FakeConsumer:
    """What studio asks of a consumer."""

    status: ConsumerStatus = field(default_factory=lambda: ConsumerStatus("consumer", "group", "live"))
    known: dict[str, GameSnapshot] = field(default_factory=dict)

    def snapshots(self) -> dict[str, GameSnapshot]:
        """The games it knows."""
        return self.known


@dataclass
class Part:
    """Something to stop."""

    name: str
    stopped: list[str]
    error: Exception | None = None

    def stop(self) -> None:
        """Note the call, and fail if asked to."""
        self.stopped.append(self.name)
        if self.error:
            raise self.error


def _producer(**changes: Any) -> FakeProducer:
    values = {
        "name": "producer",
        "state": "playing",
        "game_id": "0021500277",
        "replay_id": "b",
        "sent": 3,
        "acknowledged": 2,
        "failed": 0,
        "queued": 1,
        "position": 3,
        "total": 110,
        "speed": 60.0,
        "position_s": 12.0,
    }
    return FakeProducer(ProducerStatus(**(values | changes)))


def _final() -> GameState:
    tracker = GameTracker(home="MIA", away="OKC")
    for play in PLAYS:
        tracker.apply(play)
    return tracker.state


def _snapshot(replay_id: str) -> GameSnapshot:
    return GameSnapshot("0021500277", replay_id, 2, 0, 109, _final())


def test_the_game_of_the_current_replay_is_shown() -> None:
    """What the consumer knows of the producer's newest replay."""
    consumer = FakeConsumer(known={"0021500277": _snapshot("b")})

    state = studio.game_of(_producer(), consumer)()

    assert state == _final()


def test_an_older_replay_is_an_empty_board() -> None:
    """After Restart the old final is not shown while the first play is under way."""
    consumer = FakeConsumer(known={"0021500277": _snapshot("a")})

    state = studio.game_of(_producer(), consumer)()

    assert (state.home, state.away, len(state.plays)) == ("MIA", "OKC", 0)


def test_a_broker_that_is_away_is_said_first() -> None:
    """How long, and how many records wait."""
    consumer = FakeConsumer(ConsumerStatus("consumer", "group", "broker away", away_s=12.3, last_error="late answer"))

    text = studio.trouble_of(_producer(queued=7), consumer, drawing_error="")

    assert text == "The broker has been away for 12 s; 7 records are queued."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"error": "the thread died"}, "the thread died"),
        ({"last_error": "late answer"}, "late answer"),
        ({"last_invalid": "The value is empty."}, "Dead letter: The value is empty."),
        ({}, ""),
    ],
)
def test_trouble_is_said_in_words(changes: dict[str, str], said: str) -> None:
    """What ended a thread, what was survived, the last dead letter, or nothing."""
    consumer = FakeConsumer(ConsumerStatus("consumer", "group", "live", **changes))

    assert studio.trouble_of(_producer(), consumer, drawing_error="") == said


def test_every_part_is_stopped_although_one_fails() -> None:
    """The error of one part keeps no other part alive, and is shown."""
    stopped: list[str] = []
    parts = [Part("producer", stopped, RuntimeError("no")), Part("feed", stopped), Part("broker", stopped)]
    end = studio.end_of_lesson(*parts)

    end.stop()

    assert stopped == ["producer", "feed", "broker"]
    assert end.error == "RuntimeError: no"


def test_until_lets_others_go_on_while_it_waits() -> None:
    """A task of the same loop, such as a button's, is not held up by a cell that waits."""
    seen: list[str] = []

    async def cell() -> None:
        click = asyncio.get_running_loop().call_soon(seen.append, "click")
        await studio.until(lambda: seen)
        click.cancel()

    asyncio.run(cell())

    assert seen == ["click"]


def test_until_gives_up_with_a_sentence() -> None:
    """What never comes true ends the wait, and says where to look."""
    with pytest.raises(RunnerError, match="Look at the status"):
        asyncio.run(studio.until(lambda: False, timeout_s=0.0))
