"""`nbmomentum consume`: a consumer with its scoreboard in the terminal."""

import secrets

from nbmomentum.cli.broker import joined_broker
from nbmomentum.cli.scoreboard import consumer_text, scoreboard
from nbmomentum.cli.tables import states_table
from nbmomentum.cli.terminal import Line, follow, noticed_signals, out, say
from nbmomentum.stream import BackgroundConsumer, GameSnapshot, ensure_topics, save_replay


def follow_topic(topic: str, *, group: str | None, servers: str | None, save: str | None) -> None:
    """Show the games of the topic as they come, until a signal.

    Raises:
        NbmomentumError: There is no broker, or an error ended the consumer.
    """
    with noticed_signals() as is_interrupted, joined_broker(servers) as broker:
        consumer = _consumer(broker.bootstrap_servers, topic, group, tail=True)
        say(f"Reading {topic} at {broker.bootstrap_servers} ({broker.engine} broker). Ctrl-C ends it.")
        with consumer:
            follow(
                consumer,
                is_interrupted,
                picture=lambda: scoreboard(_newest_first(consumer), consumer.status),
                line=lambda: _line(consumer),
            )
        _save(consumer, save)


def read_topic_once(topic: str, *, group: str | None, servers: str | None, save: str | None) -> None:
    """Read the topic to its present end and show its games.

    Raises:
        NbmomentumError: There is no broker, or an error ended the consumer.
    """
    with noticed_signals() as is_interrupted, joined_broker(servers) as broker:
        consumer = _consumer(broker.bootstrap_servers, topic, group, tail=False)
        with consumer:
            while not (is_interrupted() or consumer.join(0.1)):
                pass
        _save(consumer, save)
    _show_games(consumer)


def _save(consumer: BackgroundConsumer, name: str | None) -> None:
    """Save the replay that began last under this name, if one is given; while the broker is still there."""
    if name is None:
        return
    if consumer.latest() is None:
        say("Nothing was saved: no game has been read.")
    else:
        say(f"Saved to {save_replay(consumer, name=name)}; `nbmomentum produce --game saved:{name}` replays it.")


def _consumer(servers: str, topic: str, group: str | None, *, tail: bool) -> BackgroundConsumer:
    ensure_topics(servers, topic)
    group_id = group or f"terminal-{secrets.token_hex(2)}"
    return BackgroundConsumer(bootstrap_servers=servers, group_id=group_id, topic=topic, tail=tail)


def _newest_first(consumer: BackgroundConsumer) -> list[GameSnapshot]:
    return sorted(consumer.snapshots().values(), key=lambda snapshot: snapshot.replay_id, reverse=True)


def _line(consumer: BackgroundConsumer) -> Line:
    """Where nobody looks: a line for each new play, and when the consumer's state changes."""
    status, newest = consumer.status, consumer.latest()
    lags = f"lag {status.lag}, committed lag {status.committed_lag}, dead letters {status.invalid}"
    game = newest.state.describe() if newest else "No game yet."
    key = (status.state, status.invalid, newest and (newest.replay_id, newest.offset))
    return Line(key, f"{game} [{status.state}, {lags}]")


def _show_games(consumer: BackgroundConsumer) -> None:
    """The end: every game as it stands, and the consumer's figures."""
    snapshots = _newest_first(consumer)
    if snapshots:
        out.print(states_table(snapshot.state for snapshot in snapshots))
    else:
        say("The topic holds no game yet; `nbmomentum produce` replays one into it.")
    out.print(consumer_text(consumer.status))
