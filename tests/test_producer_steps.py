"""A step sends one play, also where the next one has the same game clock, such as the second of two free throws."""

import msgspec
import pytest

from nbmomentum.sources.bundled import load_game
from nbmomentum.stream.producer.game_producer import GameProducer, Replay
from nbmomentum.stream.producer.sender import Record

FIRST = load_game("0021500277")[0]
SAME_CLOCK = [msgspec.structs.replace(FIRST, event_id=str(number), order=number) for number in range(1, 5)]
TURNS = 3


class Sent:
    """In the place of a sender: keeps what it is given."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def send(self, record: Record) -> None:
        """Keep the play's id."""
        self.ids.append(record.what["event_id"])


@pytest.fixture
def producer() -> GameProducer:
    """A paused producer of four plays with one game clock; the test takes its thread's turns."""
    producer = GameProducer(SAME_CLOCK, bootstrap_servers="127.0.0.1:1")
    producer._replay = Replay("replay", tuple(SAME_CLOCK))
    producer._sender = Sent()  # type: ignore[assignment]
    producer._state = "playing"
    producer._is_over = False
    producer.pause()
    return producer


def take_turns(producer: GameProducer) -> list[str]:
    """Some turns of the producer's thread; the ids of the plays sent so far."""
    for _ in range(TURNS):
        if producer._next < len(SAME_CLOCK):
            producer._send_when_due(SAME_CLOCK[producer._next])
    sender = producer._sender
    assert isinstance(sender, Sent)
    return list(sender.ids)


def test_a_step_sends_one_play_of_several_with_the_same_clock(producer: GameProducer) -> None:
    """However often the thread comes by, the next play waits for the next step."""
    producer.step()
    after_one = take_turns(producer)
    producer.step(2)
    after_three = take_turns(producer)

    assert after_one == ["1"]
    assert after_three == ["1", "2", "3"]


def test_after_a_step_play_goes_on_with_the_rest(producer: GameProducer) -> None:
    """Resumed, what is due is sent."""
    producer.step()
    take_turns(producer)

    producer.resume()

    assert take_turns(producer) == ["1", "2", "3", "4"]


def test_after_a_step_a_jump_sends_all_plays_up_to_there(producer: GameProducer) -> None:
    """A jump while paused still means what it says, also to where the clock stands."""
    producer.step()
    take_turns(producer)

    producer.jump(FIRST.elapsed_s)

    assert take_turns(producer) == ["1", "2", "3", "4"]
