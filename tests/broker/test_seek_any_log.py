"""Seek in a log as it may be: games that take turns, bad records, plays told twice, corrected and withdrawn."""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from independent import plain_producer
from msgspec.structs import replace
from support import random_name, wait_until

from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.sources.simulated import load_simulated_game
from nbmomentum.stream import BackgroundConsumer, Broker, ensure_topics

OLD_REPLAY, REPLAY = "1", "2"
NO_EVENT = b"no event"
LAST_S = 7680  # the end of the twentieth period: no game gets there
SIMULATED = ("sim-7-0001", "sim-7-0062")  # the second one goes into overtime twice


def disturbed(events: Sequence[ScoringEvent], luck: random.Random) -> list[ScoringEvent]:
    """The plays as a live feed may tell them: some twice, some corrected or withdrawn a few plays later."""
    told = list(events)
    for event in luck.sample(list(events), k=len(events) // 6):
        changed = luck.choice(
            [event, replace(event, revision=1, points=4 - event.points), replace(event, revision=1, retracted=True)]
        )
        told.insert(told.index(event) + luck.randint(1, 9), changed)
    return told


def all_games() -> dict[str, list[ScoringEvent]]:
    """The bundled games and two simulated ones, each as its newest replay tells it."""
    luck = random.Random(7)  # noqa: S311 (the same games in every run)
    games = {game.game_id: load_game(game.game_id) for game in list_games()}
    games |= {game_id: list(load_simulated_game(game_id)) for game_id in SIMULATED}
    return {game_id: disturbed(events, luck) for game_id, events in games.items()}


GAMES = all_games()


def fresh(game_id: str, events: Sequence[ScoringEvent]) -> GameState:
    """A replay of these events alone, from an empty game."""
    tracker = GameTracker(home=GAMES[game_id][0].home, away=GAMES[game_id][0].away)
    for event in events:
        tracker.apply(event)
    return tracker.state


def until(game_id: str, elapsed_s: float) -> list[ScoringEvent]:
    """What a replay has sent when its clock shows this time."""
    return list(takewhile(lambda event: event.elapsed_s <= elapsed_s, GAMES[game_id]))


def in_turns(luck: random.Random) -> Iterator[tuple[str, bytes, str]]:
    """Key, value and replay of each record: the games take turns, each in its order, with noise between them."""
    yield from ((game_id, events[0].to_json(), OLD_REPLAY) for game_id, events in GAMES.items())
    left = {game_id: iter(events) for game_id, events in GAMES.items()}
    while left:
        game_id = luck.choice(sorted(left))
        if event := next(left[game_id], None):
            yield game_id, event.to_json(), REPLAY
        else:
            del left[game_id]
        if luck.random() < 0.05:
            yield game_id, NO_EVENT, REPLAY
        if luck.random() < 0.05:
            yield game_id, luck.choice(GAMES[game_id]).to_json(), OLD_REPLAY


class Reader:
    """A consumer that has read a log of ten games to its end, and the place of each game's events in that log."""

    def __init__(self, consumer: BackgroundConsumer, places: dict[str, list[int]]) -> None:
        self.consumer = consumer
        self._places = places

    def seek(self, game_id: str, elapsed_s: float) -> GameState:
        """The state after a seek, once the consumer holds there."""
        return self._finish(game_id, lambda: self.consumer.seek_game(elapsed_s, game_id=game_id))

    def step_back(self, game_id: str) -> GameState:
        """The state after a step back."""
        return self._finish(game_id, lambda: self.consumer.step_back(game_id=game_id))

    def wrong_games(self) -> list[str]:
        """The games whose state is not the fold of all records up to the last one that the consumer names."""
        snapshots = self.consumer.snapshots().items()
        return [game_id for game_id, known in snapshots if known.state != self._fold_up_to(game_id, known.offset)]

    def _finish(self, game_id: str, command: Callable[[], None]) -> GameState:
        before = self.consumer.status.seeks
        command()
        wait_until(lambda: self.consumer.status.seeks > before, what="the seek")
        wait_until(lambda: self.consumer.status.state == "paused", what="the consumer to hold")
        return self.consumer.states()[game_id]

    def _fold_up_to(self, game_id: str, offset: int) -> GameState:
        told = sum(place <= offset for place in self._places[game_id])
        return fresh(game_id, GAMES[game_id][:told])


def write_log(servers: str, topic: str) -> dict[str, list[int]]:
    """Write the games' records; returns the offsets of each game's newest replay."""
    places: dict[str, list[int]] = {game_id: [] for game_id in GAMES}
    with plain_producer(servers) as send:
        for game_id, value, replay_id in in_turns(random.Random(7)):  # noqa: S311 (the same log in every run)
            place = send(topic, value, key=game_id.encode(), headers=[("replay_id", replay_id.encode())])
            if replay_id == REPLAY and value != NO_EVENT:
                places[game_id].append(place.offset)
    return places


@pytest.fixture(scope="module")
def reader(broker: Broker) -> Iterator[Reader]:
    """It has read the whole log."""
    topic, names = random_name("topic"), {"group_id": random_name("group"), "name": random_name("consumer")}
    ensure_topics(broker.bootstrap_servers, topic)
    places = write_log(broker.bootstrap_servers, topic)
    with BackgroundConsumer(bootstrap_servers=broker.bootstrap_servers, topic=topic, **names) as consumer:
        wait_until(lambda: len(consumer.states()) == len(GAMES) and consumer.status.lag == 0, what="the whole log")
        yield Reader(consumer, places)


GAME_IDS = st.sampled_from(sorted(GAMES))
ANY_TEST = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, float]:
    """A game, and a time: any second, or exactly when one of its plays was."""
    game_id = draw(GAME_IDS)
    plays = st.sampled_from([event.elapsed_s for event in GAMES[game_id]])
    return game_id, float(draw(st.one_of(st.integers(0, 4200), plays)))


def test_the_log_is_as_bad_as_it_may_be(reader: Reader) -> None:
    """There are corrections, bad records and an older replay; and each game is the fold of its newest one."""
    status = reader.consumer.status

    assert reader.consumer.states() == {game_id: fresh(game_id, events) for game_id, events in GAMES.items()}
    assert min(status.invalid, status.superseded) > 20
    assert sum(event.revision for events in GAMES.values() for event in events) > 50


@given(moment=moments())
@ANY_TEST
def test_state_after_any_seek_is_that_of_a_fresh_replay(reader: Reader, moment: tuple[str, float]) -> None:
    """The whole state, not the score alone; and no other game of the partition misses a record."""
    state = reader.seek(*moment)

    assert state == fresh(moment[0], until(*moment))
    assert reader.wrong_games() == []


@given(moment=moments(), steps=st.integers(1, 4))
@ANY_TEST
def test_steps_back_and_a_seek_forward_return_the_identical_state(
    reader: Reader, moment: tuple[str, float], steps: int
) -> None:
    """Each step back is the replay without its last record; the same moment sought again is the same state."""
    game_id, told = moment[0], until(*moment)
    held = reader.seek(*moment)

    for step in range(1, steps + 1):
        assert reader.step_back(game_id) == fresh(game_id, told[: max(0, len(told) - step)])

    assert reader.seek(*moment) == held


def test_after_all_seeks_the_end_of_the_log_is_what_it_was(reader: Reader) -> None:
    """Each game sought to its end is whole again, and nothing was consumed or buried twice."""
    before = reader.consumer.status

    ends = {game_id: reader.seek(game_id, LAST_S) for game_id in GAMES}

    assert ends == {game_id: fresh(game_id, events) for game_id, events in GAMES.items()}
    after = reader.consumer.status
    assert (after.consumed, after.invalid) == (before.consumed, before.invalid)
