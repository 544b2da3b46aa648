"""`nbmomentum consume`: a consumer with its scoreboard in the terminal."""

from nbmomentum.cli.broker import joined_broker, new_group, place_text
from nbmomentum.cli.scoreboard import consumer_text, scoreboard
from nbmomentum.cli.tables import states_table
from nbmomentum.cli.terminal import Line, follow, noticed_signals, out, say
from nbmomentum.stream import BackgroundConsumer, Broker, GameSnapshot, ensure_topics, save_replay


def follow_topic(topic: str | None, *, group: str | None, servers: str | None, save: str | None) -> None:
    """Show the games of the topic as they come, until a signal.

    Raises:
        NbmomentumError: There is no broker, or an error ended the consumer.
    """
    with noticed_signals() as is_interrupted, joined_broker(servers) as broker:
        topic = topic or broker.topic
        consumer = _consumer(broker, topic, group, tail=True)
        say(f"Reading {place_text(broker, topic)}. Ctrl-C ends it.")
        with consumer:
            follow(
                consumer,
                is_interrupted,
                picture=lambda: scoreboard(_newest_first(consumer), consumer.status),
                line=lambda: _line(consumer),
            )
        _save(consumer, save)


def read_topic_once(topic: str | None, *, group: str | None, servers: str | None, save: str | None) -> None:
    """Read the topic to its present end and show its games.

    Raises:
        NbmomentumError: There is no broker, or an error ended the consumer.
    """
    with noticed_signals() as is_interrupted, joined_broker(servers) as broker:
        topic = topic or broker.topic
        consumer = _consumer(broker, topic, group, tail=False)
        say(f"Reading {place_text(broker, topic)}.")
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


def _consumer(broker: Broker, topic: str, group: str | None, *, tail: bool) -> BackgroundConsumer:
    servers, group_id = broker.bootstrap_servers, group or new_group(broker)
    ensure_topics(servers, topic)
    return BackgroundConsumer(bootstrap_servers=servers, group_id=group_id, topic=topic, tail=tail)


def _newest_first(consumer: BackgroundConsumer) -> list[GameSnapshot]:
    return sorted(consumer.snapshots().values(), key=lambda snapshot: snapshot.began, reverse=True)


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
