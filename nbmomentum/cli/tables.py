"""The tables: games to replay, topics, games as a consumer knows them."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from nbmomentum.cli.terminal import printable
from nbmomentum.momentum import GameState
from nbmomentum.sources.catalogue import kind_of
from nbmomentum.sources.game_info import GameInfo

if TYPE_CHECKING:  # the list of games is shown without importing Kafka
    from nbmomentum.stream.cluster.replicas import PartitionInfo
    from nbmomentum.stream.topics import TopicReport

_FOR_EVER_MS = "-1"


def games_table(listed: Iterable[GameInfo]) -> Table:
    """Games by kind: id, teams, date, final score, and what each is."""
    table = _table("Game", "Away @ home", "Date", "Final", "What happens")
    for _, games in groupby(listed, key=kind_of):
        for game in games:
            teams, date = f"{game.away} @ {game.home}", game.date.isoformat()
            table.add_row(game.game_id, teams, date, _final(game), game.note)
        table.add_section()
    return table


def topics_table(
    reports: "Sequence[TopicReport]", copies: "Mapping[str, Sequence[PartitionInfo]] | None" = None
) -> Group:
    """A row for each partition, and below the settings of each topic that differ from the broker's own.

    Args:
        reports: The topics.
        copies: By topic, where the copies of its partitions lie; shown when there is more than one of any.
    """
    copies = copies or {}
    is_replicated = any(len(info.replicas) > 1 for infos in copies.values() for info in infos)
    table = _table("Topic", "Partition", "Low", "End", "Records")
    table.columns[0].overflow = "fold"
    for column in table.columns[1:]:
        column.justify = "right"
    for name in ("Leader", "Replicas", "In sync") if is_replicated else ():
        table.add_column(name)
    for report in reports:
        infos = {info.partition: info for info in copies.get(report.name, ())} if is_replicated else {}
        for place, range_ in enumerate(report.partitions):
            figures = map(str, (range_.partition, range_.low, range_.end, range_.records))
            table.add_row("" if place else report.name, *figures, *_copies(infos.get(range_.partition)))
    settings = [Text(f"{r.name}: {', '.join(map(_setting, r.config.items()))}") for r in reports if r.config]
    return Group(table, *settings)


def states_table(states: Iterable[GameState]) -> Group:
    """Games as they stand, one row each; below them whose score is not the one its feed states."""
    states = list(states)
    doubts = [printable(f"{s.game_id or '–'}: this score {s.mismatch_text}.", "yellow") for s in states if s.mismatches]
    return Group(_states(states), *doubts)


def _states(states: Iterable[GameState]) -> Table:
    table = _table("Game", "Away @ home", "Score", "Clock", "Lead changes", "Ties", "Runs")
    for number in (4, 5):
        table.columns[number].justify = "right"
    for state in states:
        table.add_row(
            printable(state.game_id or "–"),
            f"{state.away} @ {state.home}",
            f"{state.away_score}-{state.home_score}",
            str(state.clock or "–"),
            str(state.lead_changes),
            str(state.times_tied),
            f"{state.largest_run.away}, {state.largest_run.home}",
        )
    return table


def letters_of(bootstrap_servers: str, reports: "Sequence[TopicReport]") -> list[str]:
    """What each topic of dead letters is about: every group writes its own letter about a bad record."""
    from nbmomentum.stream.dead_letters import read_dead_letters
    from nbmomentum.stream.topics import events_topic

    lines = []
    for report in reports:
        topic, letters = events_topic(report.name), sum(range_.records for range_ in report.partitions)
        if topic and letters:
            records = len(read_dead_letters(bootstrap_servers, topic))
            lines.append(f"{report.name}: {letters} letters about {records} bad records; each group writes its own.")
    return lines


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        table.add_column(name)
    return table


def _copies(info: "PartitionInfo | None") -> list[str]:
    if info is None:
        return []
    leader = "none" if info.leader is None else str(info.leader)
    return [leader, ", ".join(map(str, info.replicas)), ", ".join(map(str, info.in_sync))]


def _final(game: GameInfo) -> str:
    overtimes = game.periods - 4
    suffix = f" ({overtimes if overtimes > 1 else ''}OT)" if overtimes else ""
    return f"{game.away_score}-{game.home_score}{suffix}"


def _setting(setting: tuple[str, str]) -> str:
    """A Kafka setting as it is written there; the endless retention with its meaning."""
    name, value = setting
    return f"{name}={value}" + (" (kept for ever)" if (name, value) == ("retention.ms", _FOR_EVER_MS) else "")
