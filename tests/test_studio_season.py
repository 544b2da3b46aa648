"""What joins a season's table with its views: the ranking with its moves, the health line, a record in words."""

from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from seasons import DAY, team

from nbmomentum import studio
from nbmomentum.sources.team_stats import TeamStats
from nbmomentum.stream import Row, StoredRecord, Table, TableProducerStatus, TableStatus
from nbmomentum.views import LiveFeed

TOMORROW = date(2026, 2, 21)


NOTHING: Table[TeamStats] = Table()
READING = TableStatus("table", "group", "stats", "live", keys=2, consumed=3)
SENDING = TableProducerStatus("season", "playing", DAY, 3, 40, 2.0, 90, 0, 89, 0, 1)


@dataclass
class _Reader:
    """A table's reader that knows what it is told."""

    known: Table[TeamStats] = NOTHING
    status: TableStatus = READING

    def table(self) -> Table[TeamStats]:
        """What is known."""
        return self.known


@dataclass
class _Writer:
    """A producer that says what it is told."""

    status: TableProducerStatus = SENDING


@dataclass(frozen=True)
class _Broker:
    """A broker of a rung."""

    engine: str = "embedded"
    trouble: str = ""


def rows(*pairs: tuple[TeamStats, TeamStats | None]) -> Table[TeamStats]:
    """A table of these values and what they have replaced, the last one being the newest."""
    found = {value.team: Row(value, before, 1, 0, number) for number, (value, before) in enumerate(pairs)}
    return Table(MappingProxyType(found), newest=pairs[-1][0].team, records=7)


def record(value: bytes | None, key: bytes | None = b"OKC") -> StoredRecord:
    """A record of the topic of team stats."""
    return StoredRecord(0, 1, None, key, (), value, len(value or b""), None, "no event")


def test_standings_are_made_anew_only_when_the_table_changed() -> None:
    """The feed then draws nothing."""
    reader = _Reader()
    source = studio.standings_of(reader)  # type: ignore[arg-type]
    assert source().teams == ()
    first = source()

    reader.known = rows((team("OKC", net=3.0, as_of=TOMORROW), team("OKC", net=1.0)), (team("MIA", net=2.0), None))

    assert first is not source()
    assert source() is source()
    assert source().records == 7


def test_moves_are_since_the_day_before_the_newest_record() -> None:
    """OKC was behind MIA, which did not play; the newest record is the one of tomorrow."""
    pair = (team("MIA", net=2.0), None)
    reader = _Reader(rows(pair, (team("OKC", net=3.0, as_of=TOMORROW), team("OKC", net=1.0))))

    places = studio.standings_of(reader)().ranked("net")  # type: ignore[arg-type]

    assert [(place.stats.team, place.move) for place in places] == [("OKC", 1), ("MIA", -1)]


def health(reading: TableStatus, sending: TableProducerStatus) -> Any:
    """The health line's figures."""
    feed = LiveFeed(name="health of a season")
    return studio.season_health_of(_Broker(), _Writer(sending), _Reader(status=reading), feed)()  # type: ignore[arg-type]


def test_health_has_the_figures_of_both_sides() -> None:
    """From the broker to the table, without trouble."""
    line = health(READING, SENDING)

    assert (line.broker, line.sent, line.acknowledged, line.consumed) == ("embedded", 90, 89, 3)
    assert (line.producer_state, line.consumer_state, line.lag, line.error) == ("playing", "live", None, "")


def test_the_most_telling_trouble_is_told() -> None:
    """What ended a thread, then who is away, then the source, then the last bad record."""
    reading, sending = READING, SENDING
    bad = replace(reading, last_invalid="The value is not JSON.")
    silent = replace(sending, source_trouble="Nothing answers at the league.")

    assert health(bad, sending).error == "Dead letter: The value is not JSON."
    assert health(bad, silent).error == "Nothing answers at the league."
    away = health(replace(bad, away_s=3.2, away_reason="Nobody listens."), silent)
    assert away.error == "The broker has been away for 3 s; 1 records are queued. Nobody listens."
    assert health(replace(bad, error="a slip"), silent).error == "a slip"


def test_a_record_of_team_stats_in_words() -> None:
    """The stats, a deletion, or why it is neither."""
    assert studio.stats_words(record(team("OKC").to_json())) == "20 Feb 2026: OKC 30-10, net +5.0, last 10 +4.0"
    assert studio.stats_words(record(None)) == "Tombstone: OKC is deleted"
    assert studio.stats_words(record(None, key=None)) == "Tombstone: no key is deleted"
    assert studio.stats_words(record(b"{")).startswith("The value is not JSON")
