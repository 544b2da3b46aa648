"""`nbmomentum produce`: replay a game into the topic, with a live line."""

import math

from rich.text import Text

from nbmomentum.cli.broker import joined_broker, place_text
from nbmomentum.cli.terminal import Line, follow, noticed_signals, say
from nbmomentum.clock import GameClock
from nbmomentum.sources.catalogue import FETCHED_PREFIX, SAVED_PREFIX, find_any_game, kind_of, load_any_game
from nbmomentum.sources.game_info import GameInfo
from nbmomentum.stream import GameProducer, ProducerStatus, ensure_topics


def replay_game(game: GameInfo, *, speed: float, topic: str | None, servers: str | None) -> bool:
    """Replay a game to its end, or until a signal. True if every record that was sent has arrived.

    Raises:
        NbmomentumError: There is no broker, or an error ended the producer.
    """
    events = load_any_game(game.game_id)
    with noticed_signals() as is_interrupted, joined_broker(servers) as broker:
        topic = topic or broker.topic
        ensure_topics(broker.bootstrap_servers, topic)
        producer = GameProducer(
            events, bootstrap_servers=broker.bootstrap_servers, speed=speed, topic=topic, source=kind_of(game)
        )
        say(f"{game.title} ({kind_of(game)}), into {place_text(broker, topic)}")
        with producer:
            follow(
                producer,
                is_interrupted,
                picture=lambda: Text(status_text(producer.status, clock_of(producer))),
                line=lambda: _line(producer.status, clock_of(producer)),
            )
        status = producer.status
    _summarize(game, status, clock_of(producer))
    return not status.failed


def fetched_game(game_id: str) -> GameInfo:
    """A finished game of the league's: from this computer if it was fetched before, else from NBA.com.

    Raises:
        NbmomentumError: The league has no such game, or could not be asked.
    """
    from nbmomentum.sources.nba import credit, fetch_game

    events = fetch_game(game_id)
    game = find_any_game(f"{SAVED_PREFIX}{FETCHED_PREFIX}{game_id}")
    say(f"{game.title}: {len(events)} plays. {credit()}")
    return game


def clock_of(producer: GameProducer) -> GameClock:
    """Where the replay is."""
    return GameClock.from_elapsed(producer.status.position_s)


def status_text(status: ProducerStatus, clock: GameClock) -> str:
    """The live line: clock, speed, and what became of the records."""
    speed = "max" if math.isinf(status.speed) else f"{status.speed:g}×"
    state = f"broker away for {status.away_s:.0f} s" if status.away_s else status.state
    text = f"{clock}  {speed}  {state}: {status.sent} of {status.total} sent, {status.acknowledged} acknowledged"
    text += f", {status.queued} queued" if status.queued else ""
    text += f", {status.failed} failed" if status.failed else ""
    return f"{text}. {status.away_reason}" if status.away_reason else text


def _line(status: ProducerStatus, clock: GameClock) -> Line:
    """Where nobody looks: a line for each period, and when the state changes."""
    return Line((status.state, clock.period, status.failed), status_text(status, clock))


def _summarize(game: GameInfo, status: ProducerStatus, clock: GameClock) -> None:
    if status.state == "finished":
        say(f"Final: {game.away} {game.away_score}, {game.home} {game.home_score}.", "bold")
    else:
        say(f"Stopped at {clock}; the log keeps what was sent.")
    counts = f"{status.sent} of {status.total} plays sent, {status.acknowledged} acknowledged, {status.failed} failed"
    place = f"; partition {status.last_partition}, offset {status.last_offset}" if status.acknowledged else ""
    say(f"{counts}{place}.")
    for reason in status.failures:
        say(reason, "red")
