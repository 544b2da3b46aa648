"""`nbmomentum produce --team-stats` and `consume --table`: all teams' stats into a compacted topic, and out of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from nbmomentum.cli.broker import joined_broker, new_group, place_text
from nbmomentum.cli.terminal import Line, follow, noticed_signals, out, printable, say
from nbmomentum.sources.game_info import day_text
from nbmomentum.sources.nba import credit, source_name
from nbmomentum.sources.nba.team_stats import fetch_team_stats
from nbmomentum.sources.simulated import simulate_season
from nbmomentum.sources.standings import Place
from nbmomentum.sources.stored_days import load_days, save_day
from nbmomentum.sources.team_stats import LAST_GAMES, TeamStats, checked_season, signed
from nbmomentum.stream import (
    Broker,
    SeasonProducer,
    StatsPoller,
    TableConsumer,
    TableProducerStatus,
    ensure_topics,
    standings_in,
)
from nbmomentum.stream.tables import TableProducer
from nbmomentum.stream.topics import team_stats_topic

SIMULATED_SEED = 7
DAYS_PER_S = 2.0
FIRST_MONTH = 10


class Wanted(NamedTuple):
    """Which stats to send.

    Attributes:
        season: Such as "2025-26"; None is the present one.
        is_simulated: A simulated season, day by day.
        is_saved: The days of the season that are kept on this computer.
        every_s: Ask the league again after so many seconds, until a signal; None is once.
    """

    season: str | None
    is_simulated: bool = False
    is_saved: bool = False
    every_s: float | None = None

    def describe(self) -> str:
        """What it is, and whose."""
        if self.is_simulated:
            return "A simulated season, of no real games"
        origin = "kept on this computer" if self.is_saved else f"from {source_name()}"
        return f"Season {self.named_season}, {origin}"

    @property
    def named_season(self) -> str:
        """The season by its name; a new one begins in October."""
        today = datetime.now(UTC).date()
        first = today.year if today.month >= FIRST_MONTH else today.year - 1
        return self.season or f"{first}-{(first + 1) % 100:02}"


def send_team_stats(wanted: Wanted, *, topic: str | None, servers: str | None) -> bool:
    """Send all teams' stats: those of today, or day by day. True if every record that was sent has arrived.

    Args:
        wanted: Which.
        topic: The event topic whose `.team_stats` is written; None is the one that the lessons write to.
        servers: A cluster of the user's own; None is this computer's broker.

    Raises:
        NbmomentumError: The season is none, the league or a broker does not answer, or an error ended the producer.
    """
    with noticed_signals() as is_interrupted, joined_broker(servers) as broker:
        topic = topic or broker.topic
        ensure_topics(broker.bootstrap_servers, topic)
        known = _values_in(topic, broker)
        producer = _producer(wanted, bootstrap_servers=broker.bootstrap_servers, topic=topic, known=lambda: known)
        place = f"into {place_text(broker, topic, shown=team_stats_topic(topic))}"
        say(f"{wanted.describe()}, {place}; it held {len(known)} teams.")
        if not (wanted.is_simulated or wanted.is_saved):
            say(credit())
        with producer:
            follow(
                producer,
                is_interrupted,
                picture=lambda: printable(status_text(producer.status)),
                line=lambda: _line(producer.status),
            )
        status = producer.status
    _summarize(status)
    return not status.failed


def show_table(topic: str | None, *, group: str | None, is_once: bool, servers: str | None) -> None:
    """Show the ranking as the table knows it: once, or live until a signal.

    Raises:
        NbmomentumError: There is no broker, or an error ended the table's reader.
    """
    with noticed_signals() as is_interrupted, joined_broker(servers) as broker:
        topic = topic or broker.topic
        ensure_topics(broker.bootstrap_servers, topic)
        table = _table(topic, broker, group, tail=not is_once)
        with table:
            if is_once:
                while not (is_interrupted() or table.join(0.1)):
                    pass
            else:
                follow(table, is_interrupted, picture=lambda: ranking(table), line=lambda: _table_line(table))
    if is_once:
        out.print(ranking(table))


def ranking(table: TableConsumer) -> RenderableType:
    """The teams by net rating, and how the table was made."""
    places = standings_in(table.table()).ranked("net")
    status = table.status
    made = f"{status.keys} teams from {status.consumed} records, {status.tombstones} deleted, {status.invalid} invalid"
    line = printable(f"{status.topic}: {status.state}, {made}, lag {'–' if status.lag is None else status.lag}.")
    if not places:
        return Group(Text("No team yet; `nbmomentum produce --team-stats --simulated` sends a season."), line)
    return Group(_ranking_table(places), line, Text(_figures_text(places)))


def status_text(status: TableProducerStatus) -> str:
    """The live line: where it is, and what became of the records."""
    total = "" if status.total is None else f" of {status.total}"
    day = "" if status.day is None else f"day {status.position}{total}, {day_text(status.day)}; "
    text = f"{status.state}: {day}{status.sent} records sent, {status.acknowledged} acknowledged"
    text += f", {status.unchanged} teams unchanged"
    text += f", {status.failed} failed" if status.failed else ""
    if status.away_s:
        return f"{text}. Broker away for {status.away_s:.0f} s. {status.away_reason}".rstrip()
    return f"{text}. {status.source_trouble}".rstrip()


def _producer(wanted: Wanted, **options: Any) -> TableProducer:
    season = wanted.named_season
    if wanted.is_simulated:
        return SeasonProducer(simulate_season(seed=SIMULATED_SEED), days_per_s=DAYS_PER_S, **options)
    if wanted.is_saved:
        return SeasonProducer(load_days(season), days_per_s=DAYS_PER_S, **options)
    checked_season(season)
    if wanted.every_s is None:
        today = _fetch_and_keep(season)  # asked here: what goes wrong is the command's own error
        return SeasonProducer([today], **options)
    return StatsPoller(lambda: _fetch_and_keep(season), interval_s=wanted.every_s, **options)


def _fetch_and_keep(season: str) -> Sequence[TeamStats]:
    stats = fetch_team_stats(season, last_n=LAST_GAMES)
    if stats and not any(each.is_simulated for each in stats):  # a stand-in's are not to be found among the real ones
        save_day(stats)
    return stats


def _values_in(topic: str, broker: Broker) -> dict[str, TeamStats]:
    """What the topic holds already, so that only changes are sent."""
    table = _table(topic, broker, None, tail=False)
    with table:
        table.join()
    return table.values()


def _table(topic: str, broker: Broker, group: str | None, *, tail: bool) -> TableConsumer:
    group_id = group or new_group(broker)
    return TableConsumer(bootstrap_servers=broker.bootstrap_servers, group_id=group_id, topic=topic, tail=tail)


def _ranking_table(places: Sequence[Place]) -> RichTable:
    last = places[0].stats.last_games
    table = RichTable(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("#", "", "Team", "W-L", "Net", "Off", "Def", f"Last {last}"):
        table.add_column(name, justify="left" if name == "Team" else "right")
    for place in places:
        stats = place.stats
        recent = "–" if stats.last_net_rating is None else signed(stats.last_net_rating)
        ratings = (signed(stats.net_rating), f"{stats.offensive_rating:.1f}", f"{stats.defensive_rating:.1f}", recent)
        table.add_row(str(place.rank), _move(place.move), stats.team, stats.record, *ratings)
    return table


def _move(move: int | None) -> str:
    return "" if not move else f"{'▲' if move > 0 else '▼'}{abs(move)}"


def _figures_text(places: Sequence[Place]) -> str:
    newest = max(place.stats.as_of for place in places)
    origins = sorted({place.stats.origin for place in places})
    kind = "Simulated figures, of no real games" if "simulated" in origins else f"Data: {', '.join(origins)}"
    return f"{kind}; as of {day_text(newest)}."


def _line(status: TableProducerStatus) -> Line:
    """Where nobody looks: a line for each day, and when the state changes."""
    return Line((status.state, status.position, status.failed, status.source_trouble), status_text(status))


def _table_line(table: TableConsumer) -> Line:
    """Where nobody looks: a line when the table has changed."""
    status, known = table.status, standings_in(table.table())
    text = f"{known.describe()} [{status.state}, {status.keys} teams from {status.consumed} records]"
    return Line((status.state, status.consumed), text)


def _summarize(status: TableProducerStatus) -> None:
    day = "nothing" if status.day is None else f"as of {day_text(status.day)}"
    say(f"{status.state.capitalize()}: {day}; {status.sent} records sent, {status.unchanged} teams unchanged.")
    for reason in status.failures:
        say(reason, "red")
