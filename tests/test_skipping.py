"""Skipping the quiet parts of a replay: where crunch time begins, which moment comes next, and who is told."""

from dataclasses import dataclass, field, replace

import pytest

from nbmomentum import studio
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream.status import ConsumerStatus, ProducerStatus

PLAYS = tuple(load_game("0021500277"))
STATUS = ProducerStatus("producer", "playing", "0021500277", "replay", 0, 0, 0, 0, 0, len(PLAYS), 60.0, 0.0)


@dataclass
class FakeProducer:
    """What skipping asks of a producer."""

    status: ProducerStatus = STATUS
    events: tuple[ScoringEvent, ...] = PLAYS
    jumps: list[float] = field(default_factory=list)

    def jump(self, to: float) -> None:
        """Note the command."""
        self.jumps.append(to)


@dataclass
class FakeConsumer:
    """What skipping asks of a consumer."""

    state: str = "live"
    resumed: int = 0

    @property
    def status(self) -> ConsumerStatus:
        """Its state is all that counts."""
        return ConsumerStatus("consumer", "group", self.state)

    def resume(self) -> None:
        """Count the command."""
        self.resumed += 1


def next_moment(producer: FakeProducer, *, threshold: int = 8) -> float:
    """Where the button leads."""
    studio.skipping(producer, FakeConsumer(), lambda: threshold).to_next_moment()  # type: ignore[arg-type]
    return producer.jumps[-1]


@pytest.mark.parametrize(("game_id", "clock"), [("0021500277", "Q4 5:00"), ("0021500391", "OT4 5:00")])
def test_crunch_time_is_five_minutes_before_the_end(game_id: str, clock: str) -> None:
    """Of the fourth period, or of the last overtime."""
    assert str(studio.crunch_time(load_game(game_id))) == clock


def test_the_next_moment_is_the_first_alert_after_the_replay_clock() -> None:
    """From tip-off the first tie or lead change; from there the following one."""
    first = next_moment(FakeProducer())
    second = next_moment(FakeProducer(replace(STATUS, position_s=first)))

    assert 0 < first < second < PLAYS[-1].elapsed_s


def test_a_lower_threshold_brings_a_moment_no_later() -> None:
    """Runs of two points are everywhere."""
    assert next_moment(FakeProducer(), threshold=2) <= next_moment(FakeProducer(), threshold=20)


def test_after_the_last_moment_comes_the_end() -> None:
    """The last play, where nothing more is worth a call."""
    assert next_moment(FakeProducer(replace(STATUS, position_s=PLAYS[-1].elapsed_s))) == PLAYS[-1].elapsed_s


def test_a_replay_that_has_ended_begins_with_its_first_moment() -> None:
    """The button of a finished game leads somewhere."""
    ended = replace(STATUS, state="finished", position_s=PLAYS[-1].elapsed_s)

    assert next_moment(FakeProducer(ended)) == next_moment(FakeProducer())


@pytest.mark.parametrize(("state", "resumed"), [("paused", 1), ("seeking", 1), ("live", 0)])
def test_a_consumer_that_is_held_reads_on(state: str, resumed: int) -> None:
    """Who skips wants to see where it leads."""
    producer, consumer = FakeProducer(), FakeConsumer(state)

    studio.skipping(producer, consumer, lambda: 8).to_crunch_time()  # type: ignore[arg-type]

    assert (producer.jumps, consumer.resumed) == ([4 * 720 - 300], resumed)
