"""A live game of the stand-in league through the real nba_api into the log: growth, corrections, faults, restarts."""

import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from independent import read_topic
from support import random_name, wait_until

from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.runners import Runner
from nbmomentum.settings import STAND_IN_VARIABLE
from nbmomentum.sources.nba import FeedClient, LeagueFeed, ScheduledGame, parse_live_play_by_play, todays_games
from nbmomentum.sources.stand_in import StandInLeague
from nbmomentum.stream import Broker, LiveProducer, start_broker

CLIENT = FeedClient(timeout_s=1.0, attempts=1)
FAULTS = ("403", "404", "429", "500", "503", "empty", "{}", "truncated", "broken off", "repeat")
PLAYS = 110


@pytest.fixture
def league(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInLeague]:
    """A league whose one game has begun, and grows when it is told to; also for the processes of this test."""
    with StandInLeague(["0021500277"], name=random_name("league")) as league:
        monkeypatch.setenv(STAND_IN_VARIABLE, league.url)
        league.serve_prefix(league.game_ids[0], 0)
        yield league


@pytest.fixture
def game(league: StandInLeague) -> ScheduledGame:
    """The game, as the scoreboard tells it."""
    (game,) = todays_games(client=CLIENT)
    return game


@pytest.fixture
def follow(
    broker: Broker, topic: str, game: ScheduledGame, stopping: Callable[[Runner], Any]
) -> Callable[[], LiveProducer]:
    """Start a producer of this test's own that follows the game."""

    def start() -> LiveProducer:
        feed = LeagueFeed(game, client=CLIENT, interval_s=0.05)
        producer: LiveProducer = stopping(
            LiveProducer(feed, bootstrap_servers=broker.bootstrap_servers, topic=topic, name=random_name("live"))
        )
        return producer.start()

    return start


def events_in(servers: str, topic: str) -> list[ScoringEvent]:
    """The events in the log, in their order."""
    return [ScoringEvent.from_json(record.value) for record in read_topic(servers, topic)]


def folded(events: list[ScoringEvent]) -> GameState:
    """The state after these events."""
    tracker = GameTracker(home=events[0].home, away=events[0].away)
    for event in events:
        tracker.apply(event)
    return tracker.state


def told(state: GameState) -> list[ScoringEvent]:
    """The plays as a feed tells them: without revisions."""
    return [msgspec.structs.replace(play.event, revision=0) for play in state.plays]


def ids(events: list[ScoringEvent]) -> list[tuple[str, int]]:
    """What makes a record one of a kind."""
    return [(event.event_id, event.revision) for event in events]


def something_happens(league: StandInLeague, game_id: str, served: int, chance: random.Random) -> int:
    """One thing a live feed does; returns how many baskets of the game are served then."""
    match chance.randrange(5):
        case 0 if served:
            league.insert_free_throw(game_id, before=chance.randint(1, 5))
        case 1 if served:
            league.revise_basket(game_id)
        case 2 if served:
            league.withdraw_basket(game_id)
        case 3:
            league.fail_next(chance.choice(FAULTS), chance.randint(1, 2))
        case _:
            served = min(PLAYS - 1, served + chance.randint(1, 9))
            league.serve_prefix(game_id, served)
    return served


def wait_for_an_answer(producer: LiveProducer) -> None:
    """Wait until the feed has answered once more, after whatever faults."""
    looks = producer.status.feed.looks
    wait_until(lambda: producer.status.feed.looks > looks, what="the next answer")


@pytest.mark.parametrize("seed", [5, 11, 23])
def test_any_growth_ends_in_the_final_file(
    broker: Broker,
    topic: str,
    league: StandInLeague,
    game: ScheduledGame,
    follow: Callable[[], LiveProducer],
    seed: int,
) -> None:
    """Whatever the feed did on the way, with two restarts among it: the fold of the log is the final file's."""
    chance, served, producer = random.Random(seed), 0, follow()  # noqa: S311 (no secret)
    for step in range(30):
        served = something_happens(league, game.game_id, served, chance)
        wait_for_an_answer(producer)
        if step in (10, 20):
            producer.stop()
            producer = follow()
    league.forgive()
    league.end_game(game.game_id)

    assert producer.join(30)

    log = events_in(broker.bootstrap_servers, topic)
    final = parse_live_play_by_play(league.final_play_by_play(game.game_id), home=game.home, away=game.away)
    state = folded(log)
    assert told(state) == final
    assert (state.home_score, state.away_score, state.mismatches) == (final[-1].home_score, final[-1].away_score, 0)
    assert len(set(ids(log))) == len(log)
    assert producer.status.state == "finished"


def test_game_that_has_not_begun_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, stopping: Callable[[Runner], Any], broker: Broker, topic: str
) -> None:
    """The league has no file before the tip-off, and refuses: the state says that the game has not begun."""
    with StandInLeague(["0021500051"], name=random_name("league")) as league:
        monkeypatch.setenv(STAND_IN_VARIABLE, league.url)
        (to_come,) = todays_games(client=CLIENT)
        feed = LeagueFeed(to_come, client=CLIENT, interval_s=0.05)
        producer: LiveProducer = stopping(
            LiveProducer(feed, bootstrap_servers=broker.bootstrap_servers, topic=topic, name=random_name("live"))
        )
        producer.start()
        wait_until(lambda: producer.status.state == "before tip-off", what="the scoreboard's word")
        league.serve_prefix(to_come.game_id, 3)
        wait_until(lambda: producer.status.acknowledged == 3, what="the first plays")
        producer.stop()

    assert (to_come.status, producer.status.failed) == ("scheduled", 0)


class Command:
    """`nbmomentum produce --live MIA` in a process of its own."""

    def __init__(self, page: Path) -> None:
        self._page = page
        words = [sys.executable, "-m", "nbmomentum", "produce", "--live", "MIA"]
        with page.open("w") as output:
            self._process = subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT)

    def kill(self) -> None:
        """End it whatever it does."""
        self._process.kill()
        self._process.wait()

    def wait_for(self, text: str) -> str:
        """Wait until it has written this; returns all it has written."""
        wait_until(lambda: text in self._page.read_text(encoding="utf-8"), what=f"{text!r} on the terminal")
        return self._page.read_text(encoding="utf-8")

    def end(self, number: int | None = None) -> int:
        """Send a signal, if one is given, and wait for the exit code."""
        if number is not None:
            self._process.send_signal(number)
        return self._process.wait(30)


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Callable[[], Command]]:
    """Start the command; ended at the end of the test."""
    started: list[Command] = []

    def start() -> Command:
        started.append(Command(tmp_path / f"terminal-{len(started)}.txt"))
        return started[-1]

    yield start
    for each in started:
        each.kill()


def test_command_follows_a_game_and_goes_on_after_a_kill(
    league: StandInLeague, game: ScheduledGame, command: Callable[[], Command]
) -> None:
    """Stopped, killed, started again: every play of the final is in the log once."""
    with start_broker() as held:  # or the log would be saved and read again between two commands
        league.serve_prefix(game.game_id, 20)
        first = command()
        first.wait_for("20 acknowledged")
        stopped = first.end(signal.SIGINT)
        league.serve_prefix(game.game_id, 40)
        second = command()
        second.wait_for("20 acknowledged")
        second.end(signal.SIGKILL)
        league.withdraw_basket(game.game_id)
        league.end_game(game.game_id)
        third = command()
        finished = third.end()
        log = events_in(held.bootstrap_servers, "nba_momentum")
        text = third.wait_for("Final: ")

    assert (stopped, finished) == (0, 0)
    assert "OKC @ MIA" in text
    assert "71 records sent, 71 acknowledged, 0 failed, 40 lay in the topic before." in text
    assert len(set(ids(log))) == len(log) == 111
    assert len(folded(log).plays) == 109
