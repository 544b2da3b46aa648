"""Where stream and views meet: which game is shown, the health of the way, and an end that stops every part."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from nbmomentum import studio
from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.reports import PartitionStatus
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import GameSnapshot
from nbmomentum.stream.status import ConsumerStatus, ProducerStatus
from nbmomentum.views import LiveFeed, Place

PLAYS = tuple(load_game("0021500277"))


@dataclass
class FakeProducer:
    """What studio asks of a producer."""

    status: ProducerStatus
    events: tuple[Any, ...] = PLAYS
    teams: tuple[str, str] = (PLAYS[0].home, PLAYS[0].away)


@dataclass
class FakeConsumer:
    """What studio asks of a consumer."""

    status: ConsumerStatus = field(default_factory=lambda: ConsumerStatus("consumer", "group", "live"))
    known: dict[str, GameSnapshot] = field(default_factory=dict)
    own_replay: Callable[[], str] = str

    def follow(self, own_replay: Callable[[], str]) -> None:
        """Keep which replay is to count."""
        self.own_replay = own_replay

    def snapshots(self) -> dict[str, GameSnapshot]:
        """The games it knows."""
        return self.known


@dataclass
class SeekingConsumer(FakeConsumer):
    """What studio asks of a consumer that can be moved; it notes the commands."""

    commands: list[tuple[Any, ...]] = field(default_factory=list)

    def seek_game(self, to: float, *, game_id: str) -> None:
        """Note the command."""
        self.commands.append(("seek_game", to, game_id))

    def seek_play(self, event_id: str, *, game_id: str) -> None:
        """Note the command."""
        self.commands.append(("seek_play", event_id, game_id))

    def step_back(self, *, game_id: str) -> None:
        """Note the command."""
        self.commands.append(("step_back", game_id))

    def step(self) -> None:
        """Note the command."""
        self.commands.append(("step",))

    def resume(self) -> None:
        """Note the command."""
        self.commands.append(("resume",))


@dataclass
class FakeBroker:
    """What studio asks of a broker."""

    engine: str = "embedded"
    trouble: str = ""


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


@pytest.mark.parametrize(("state", "commands"), [("paused", [("resume",)]), ("seeking", [("resume",)]), ("live", [])])
def test_who_begins_a_game_lets_the_reader_go_on(state: str, commands: list[tuple[Any, ...]]) -> None:
    """Restart, Play again or another game while the reader is held: once, and not before a game has begun."""
    consumer = SeekingConsumer(ConsumerStatus("consumer", "group", state))
    producer = _producer(replay_id="")
    source = studio.game_of(producer, consumer)

    for replay_id in ("a", "a", "b", "b"):
        producer.status = replace(producer.status, replay_id=replay_id)
        source()
        if replay_id == "a":
            assert consumer.commands == []

    assert consumer.commands == commands


@pytest.mark.parametrize(
    ("partitions", "elsewhere", "words"),
    [
        ((0, 1), {2: ""}, "Another member of your group g has this game's partition, 2: this page cannot show it."),
        ((), {0: "b", 1: "b", 2: "a"}, "Another member of your group g, a, has this game's partition, 2: this page"),
        (
            (2,),
            {0: "a", 1: "a"},
            "Another member of your group g, a, has partitions 0 and 1 of the topic; this game's is",
        ),
        ((0, 1, 2), {}, ""),
    ],
)
def test_another_member_of_the_group_is_told(
    partitions: tuple[int, ...], elsewhere: dict[int, str], words: str
) -> None:
    """Where one consumer follows a game nobody else should be in its group, whoever has the game's partition."""
    places = tuple(PartitionStatus(number, 0, 0, 0) for number in partitions)
    status = ConsumerStatus("consumer", "g", "live", partitions=places, elsewhere=elsewhere)

    trouble = studio.trouble_of(_producer(), FakeConsumer(status), drawing_error="")

    assert trouble.startswith(words)
    assert bool(trouble) == bool(words)


def test_a_broker_that_is_away_is_said_first() -> None:
    """How long, and how many records wait."""
    status = ConsumerStatus("consumer", "group", "broker away", away_s=12.3, last_error="late answer")

    plain = studio.trouble_of(_producer(queued=7), FakeConsumer(status), drawing_error="")
    explained = studio.trouble_of(
        _producer(queued=7), FakeConsumer(replace(status, away_reason="No Kafka broker answers.")), drawing_error=""
    )

    assert plain == "The broker has been away for 12 s; 7 records are queued."
    assert explained == f"{plain} No Kafka broker answers."


def test_a_broker_that_cannot_save_is_said_before_what_was_survived() -> None:
    """But after a broker that is away: that is what stands still now."""
    reading = ConsumerStatus("consumer", "group", "live", last_error="late answer")
    away = replace(reading, away_s=12.3)

    told = studio.trouble_of(_producer(), FakeConsumer(reading), drawing_error="", broker_trouble="The disk is full.")
    still = studio.trouble_of(_producer(), FakeConsumer(away), drawing_error="", broker_trouble="The disk is full.")

    assert told == "The disk is full."
    assert still.startswith("The broker has been away")


def test_what_ended_a_thread_is_said_before_a_broker_that_is_away() -> None:
    """It will not come back by itself."""
    consumer = FakeConsumer(ConsumerStatus("consumer", "group", "failed", away_s=12.3, error="wrong password"))

    assert studio.trouble_of(_producer(), consumer, drawing_error="") == "wrong password"


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


def test_health_tells_the_offsets_of_the_games_partition() -> None:
    """Others that the consumer reads do not count, and before the first record nothing is known."""
    places = (PartitionStatus(1, 7, 7, 7), PartitionStatus(2, 81, 110, 115))
    consumer = FakeConsumer(ConsumerStatus("consumer", "group", "paused", partitions=places))
    health = studio.health_of(FakeBroker(), _producer(), consumer, LiveFeed())

    before = health().place
    consumer.known = {"0021500277": _snapshot("b")}

    assert before is None
    assert health().place == places[1]
    assert (health().lag, health().committed_lag) == (34, 5)


def _after(plays: int, replay_id: str = "b") -> dict[str, GameSnapshot]:
    """The game after its first plays."""
    tracker = GameTracker(home="MIA", away="OKC")
    for play in PLAYS[:plays]:
        tracker.apply(play)
    return {"0021500277": GameSnapshot("0021500277", replay_id, 2, 0, plays - 1, tracker.state)}


def _status(state: str, behind: int = 0) -> ConsumerStatus:
    return ConsumerStatus("consumer", "group", state, partitions=(PartitionStatus(2, 10, 10, 10 + behind),))


def test_the_place_is_that_of_the_last_play_shown() -> None:
    """A consumer that follows the log knows of no next play."""
    consumer = FakeConsumer(_status("live"), _after(50))

    place = studio.place_of(_producer(), consumer)()

    last = PLAYS[49]
    assert place == Place("0021500277", last.elapsed_s, last.period, 2880, is_held=False, state="live", behind=0)


def test_a_reader_that_went_back_still_knows_what_is_to_come() -> None:
    """The next play is known, so the handle may stand anywhere before it; a new replay begins without."""
    consumer = FakeConsumer(_status("live"), _after(50))
    place_of_game = studio.place_of(_producer(), consumer)
    place_of_game()

    consumer.status, consumer.known = _status("paused", 85), _after(10)
    back = place_of_game()
    consumer.known = _after(10, replay_id="c")
    anew = studio.place_of("0021500277", consumer)()

    assert back is not None
    assert (back.elapsed_s, back.is_held, back.behind) == (PLAYS[9].elapsed_s, True, 85)
    assert back.next_s == min(play.elapsed_s for play in PLAYS if play.elapsed_s > back.elapsed_s)
    assert anew is not None
    assert anew.next_s is None


@pytest.mark.parametrize(
    ("state", "is_held"), [("paused", True), ("seeking", True), ("live", False), ("recovering", False)]
)
def test_held_is_what_the_reader_asked_for(state: str, is_held: bool) -> None:
    """Paused, or on its way to where it will hold."""
    place = studio.place_of(_producer(), FakeConsumer(_status(state), _after(5)))()

    assert place is not None
    assert (place.is_held, place.state) == (is_held, state)


def test_overtimes_that_were_seen_stay_in_reach() -> None:
    """Back in the first period the slider still ends with the last overtime known."""
    tracker = GameTracker(home="CHI", away="DET")
    states = [tracker.apply(play).state for play in load_game("0021500391")]
    snapshots = [GameSnapshot("0021500391", "b", 2, 0, 0, state) for state in (states[-1], states[3])]
    consumer = FakeConsumer(_status("paused"))
    place_of_game = studio.place_of("0021500391", consumer)

    places = []
    for snapshot in snapshots:
        consumer.known = {"0021500391": snapshot}
        places.append(place_of_game())

    assert [place.end_s for place in places if place] == [4080, 4080]
    assert [place.period for place in places if place] == [8, 1]


def test_a_new_replay_starts_at_the_tip_off() -> None:
    """What the consumer knows of an older replay is no place in this one; a game never read has none."""
    consumer = FakeConsumer(_status("live", 3), _after(50, replay_id="a"))

    assert studio.place_of("0021600270", consumer)() is None
    assert studio.place_of(_producer(), consumer)() == Place(
        "0021500277", 0.0, 1, 2880, is_held=False, state="live", behind=3
    )


def test_commands_mean_the_game_that_is_replayed() -> None:
    """The consumer may know many games; the controls act on the producer's."""
    consumer = SeekingConsumer()
    reader = studio.seeking(_producer(game_id="0021500391"), consumer)

    reader.seek_game(1188)
    reader.seek_play("342")
    reader.step_back()
    reader.step()
    reader.resume()

    assert consumer.commands == [
        ("seek_game", 1188, "0021500391"),
        ("seek_play", "342", "0021500391"),
        ("step_back", "0021500391"),
        ("step",),
        ("resume",),
    ]
