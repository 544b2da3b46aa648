"""`nbmomentum produce --live`: follow one of tonight's games into the topic, with a live line."""

from collections.abc import Sequence

from nbmomentum.cli.broker import joined_broker, place_text
from nbmomentum.cli.terminal import Line, follow, noticed_signals, printable, say
from nbmomentum.errors import UnknownGame
from nbmomentum.sources.nba import LeagueFeed, ScheduledGame, credit, todays_games
from nbmomentum.stream import LiveProducer, LiveProducerStatus, ensure_topics

ANY = "any"


def follow_game(text: str, *, topic: str | None, servers: str | None) -> bool:
    """Follow a game to its end, or until a signal. True if every record that was sent has arrived.

    Args:
        text: The id of one of tonight's games, a team that plays in it, or "any" for one that is under way.
        topic: The topic to write to; None is the one that the lessons write to.
        servers: A cluster of the user's own; None is this computer's broker.

    Raises:
        NbmomentumError: The scoreboard does not answer or has no such game, there is no broker, or an error ended
            the producer.
    """
    game = find_game(text, todays_games())
    with noticed_signals() as is_interrupted, joined_broker(servers) as broker:
        topic = topic or broker.topic
        ensure_topics(broker.bootstrap_servers, topic)
        producer = LiveProducer(LeagueFeed(game), bootstrap_servers=broker.bootstrap_servers, topic=topic)
        say(f"{game.describe()}: live, into {place_text(broker, topic)}.")
        say(f"{credit()} Ctrl-C ends it; a later start goes on from there.")
        with producer:
            follow(
                producer,
                is_interrupted,
                picture=lambda: printable(status_text(producer.status)),
                line=lambda: _line(producer.status),
            )
        status = producer.status
    _summarize(producer, status)
    return not status.failed


def find_game(text: str, games: Sequence[ScheduledGame]) -> ScheduledGame:
    """The game with this id, of this team, or any: first one that is under way, else the next one.

    Raises:
        UnknownGame: No game fits, or several do; the message lists them.
    """
    wanted = text.strip().casefold()
    open_games = [game for game in games if game.status in ("live", "scheduled")]
    if wanted == ANY:
        fitting = sorted(open_games, key=_turn)[:1]
    else:
        fitting = [game for game in games if wanted in (game.game_id, game.home.casefold(), game.away.casefold())]
    if len(fitting) == 1:
        return fitting[0]
    raise UnknownGame(_no_choice(text, fitting, games))


def _turn(game: ScheduledGame) -> tuple[bool, bool, float]:
    """Those under way first, then by their tip-off; a game whose time is not set comes last."""
    tip_off = game.tip_off
    return not game.is_under_way, tip_off is None, tip_off.timestamp() if tip_off else 0.0


def _no_choice(text: str, fitting: Sequence[ScheduledGame], games: Sequence[ScheduledGame]) -> str:
    listed = "".join(f"\n{game.game_id}  {game.describe()}" for game in fitting or games)
    if fitting:
        return f"{len(fitting)} games fit {text!r:.40}; take one by its id:{listed}"
    if games:
        return f"No game of today fits {text!r:.40}; there are:{listed}"
    return "The league has no games today. `nbmomentum games` lists those that can be replayed at any time."


def status_text(status: LiveProducerStatus) -> str:
    """The live line: the feed, what became of the records, and the last correction."""
    feed = status.feed
    text = f"{status.state}: {feed.plays} plays, {status.sent} sent, {status.acknowledged} acknowledged"
    text += f", {status.queued} queued" if status.queued else ""
    text += f", {feed.corrections} {'correction' if feed.corrections == 1 else 'corrections'}"
    text += f" (last: {feed.last_correction})" if feed.last_correction else ""
    if status.away_s:
        return f"{text}. Broker away for {status.away_s:.0f} s. {status.away_reason}".rstrip()
    return f"{text}. {feed.describe()}"


def _line(status: LiveProducerStatus) -> Line:
    """Where nobody looks: a line when something came and when it has arrived, and when the state changes."""
    key = (status.state, status.sent, status.queued == 0, status.feed.corrections, status.failed)
    return Line(key, status_text(status))


def _summarize(producer: LiveProducer, status: LiveProducerStatus) -> None:
    last = producer.events[-1] if producer.events else None
    if status.state == "finished" and last is not None:
        say(f"Final: {last.away} {last.away_score}, {last.home} {last.home_score}.", "bold")
    else:
        say("Stopped; the log keeps what was sent, and a later start goes on from there.")
    resumed = f", {status.resumed} lay in the topic before" if status.resumed else ""
    say(f"{status.sent} records sent, {status.acknowledged} acknowledged, {status.failed} failed{resumed}.")
    for reason in status.failures:
        say(reason, "red")
