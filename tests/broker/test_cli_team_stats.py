"""`produce --team-stats` and `consume --table` against the stand-in league and the embedded broker."""

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from seasons import team
from support import random_name
from typer.testing import CliRunner, Result

from nbmomentum.cli import app
from nbmomentum.cli import team_stats as command
from nbmomentum.cli.team_stats import Wanted
from nbmomentum.sources.nba import FeedClient, use_league
from nbmomentum.sources.nba.team_stats import fetch_team_stats
from nbmomentum.sources.rosters import list_teams
from nbmomentum.sources.simulated import simulate_season
from nbmomentum.sources.stand_in import StandInLeague
from nbmomentum.sources.stored_days import list_saved_seasons, load_days, save_day
from nbmomentum.sources.team_stats import TeamStats
from nbmomentum.stream import Broker

SEASON = "2025-26"


@pytest.fixture
def league() -> Iterator[StandInLeague]:
    """A league on this computer, asked in place of the NBA."""
    with StandInLeague(["0021500277"], name=random_name("league")) as league:
        use_league(league.url)
        yield league
        use_league(None)


@pytest.fixture
def nobody() -> Iterator[None]:
    """An address where nobody answers, in place of the NBA's."""
    use_league("http://127.0.0.1:9")
    yield
    use_league(None)


def run(broker: Broker, topic: str, *words: str) -> Result:
    """Run a command line in this process, on this broker and topic."""
    arguments = [*words, "--topic", topic, "--bootstrap-servers", broker.bootstrap_servers]
    result = CliRunner().invoke(app.app, arguments, prog_name="nbmomentum")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_leagues_stats_are_sent_and_shown(
    broker: Broker, topic: str, league: StandInLeague, own_home: Path
) -> None:
    """Thirty teams through the real nba_api; a second look sends nothing; the table shows them by net rating."""
    first = run(broker, topic, "produce", "--team-stats", "--season", SEASON)
    second = run(broker, topic, "produce", "--team-stats", "--season", SEASON)
    shown = run(broker, topic, "consume", "--table", "--once")

    assert (first.exit_code, second.exit_code, shown.exit_code) == (0, 0, 0)
    assert "it held 0 teams" in first.output
    assert "30 records sent, 0 teams unchanged" in first.output
    assert "it held 30 teams" in second.output
    assert "0 records sent, 30 teams unchanged" in second.output
    assert all(team.code in shown.output for team in list_teams())
    assert "30 teams from 30 records, 0 deleted, 0 invalid, lag 0" in " ".join(shown.output.split())
    assert "Simulated figures, of no real games; as of" in shown.output
    assert len([path for path in league.asked if "leaguedashteamstats" in path]) == 6
    assert list_saved_seasons() == []


def test_the_real_leagues_stats_are_kept(
    broker: Broker, topic: str, nobody: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file a day, to be replayed later."""
    asked = []

    def fetch(season: str, *, last_n: int) -> list[TeamStats]:
        asked.append((season, last_n))
        return [team("MIA"), team("OKC", net=9.0)]

    monkeypatch.setattr(command, "fetch_team_stats", fetch)

    sent = run(broker, topic, "produce", "--team-stats", "--season", SEASON)
    shown = run(broker, topic, "consume", "--table", "--once")

    assert "2 records sent" in sent.output
    assert "Data: NBA.com; as of 20 Feb 2026." in shown.output
    assert asked == [(SEASON, 10)]
    assert [len(day) for day in load_days(SEASON)] == [2]


def test_a_league_that_is_away_is_one_sentence(
    broker: Broker, topic: str, nobody: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the address and what to do; nothing is sent."""
    impatient = partial(fetch_team_stats, client=FeedClient(timeout_s=1.0, attempts=1))
    monkeypatch.setattr(command, "fetch_team_stats", impatient)

    result = run(broker, topic, "produce", "--team-stats", "--season", SEASON)

    assert result.exit_code == 1
    assert "Nothing answers at http://127.0.0.1:9/stats/leaguedashteamstats" in result.output


def test_a_season_that_is_none_is_told(broker: Broker, topic: str) -> None:
    """Before anybody is asked."""
    result = run(broker, topic, "produce", "--team-stats", "--season", "2025")

    assert result.exit_code == 1
    assert "A season is written as 2025-26, not '2025'." in result.output


def test_days_kept_on_this_computer_are_replayed(
    broker: Broker, topic: str, nobody: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other, without asking the league; what did not change costs no record."""
    monkeypatch.setattr(command, "DAYS_PER_S", 20.0)
    for number in (20, 21, 22):
        save_day([team(code, net=float(number == 21), as_of=date(2026, 2, number)) for code in ("MIA", "OKC")])
    save_day([team("MIA", as_of=date(2026, 2, 23)), team("OKC", net=0.0, as_of=date(2026, 2, 23))])

    result = run(broker, topic, "produce", "--team-stats", "--saved", "--season", SEASON)

    assert result.exit_code == 0
    assert "Finished: as of 23 Feb 2026; 7 records sent, 1 teams unchanged." in result.output


def test_a_simulated_season_is_never_taken_for_real(
    broker: Broker, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so when it is sent, and when it is shown."""
    monkeypatch.setattr(command, "DAYS_PER_S", 20.0)
    monkeypatch.setattr(command, "simulate_season", lambda seed: simulate_season(seed=seed, rounds=2))

    sent = run(broker, topic, "produce", "--team-stats", "--simulated")
    shown = run(broker, topic, "consume", "--table", "--once")

    assert sent.exit_code == 0
    assert "A simulated season, of no real games" in sent.output
    assert "60 records sent" in sent.output
    assert "Simulated figures, of no real games; as of 21 Oct 2100." in shown.output
    assert re.search(r"[▲▼]\d", shown.output)


def test_an_empty_table_says_what_to_do(broker: Broker, topic: str) -> None:
    """And ends well."""
    result = run(broker, topic, "consume", "--table", "--once")

    assert result.exit_code == 0
    assert "No team yet" in result.output


def test_the_present_season_begins_in_october() -> None:
    """Where none is named, it is the one that today belongs to."""
    assert re.fullmatch(r"20\d\d-\d\d", Wanted(None).named_season)
    assert Wanted("2020-21").named_season == "2020-21"
