"""Games of the past: found, fetched once, kept; and what is told when the league has none or gives something else."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from feeds import ScriptedSession, trial
from nba_api.library.http import NBAHTTP

from nbmomentum.errors import (
    InvalidGameFile,
    SettingsError,
    SourceUnavailable,
    UnexpectedPayload,
    UnknownGame,
    UnknownTeam,
)
from nbmomentum.momentum import GameTracker
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.sources.catalogue import find_any_game, kind_of, load_any_game
from nbmomentum.sources.game_info import season_of
from nbmomentum.sources.nba import FeedClient, fetch_game, find_games, use_league
from nbmomentum.sources.nba.client import Spacing
from nbmomentum.sources.nba.recorded import fetched_name, parse_found_games, parse_summary
from nbmomentum.sources.nba.search import GameQuery, read_query, search_league
from nbmomentum.sources.official import compare
from nbmomentum.sources.stand_in import StandInLeague

CLIENT = FeedClient(attempts=1, timeout_s=5, spacing=Spacing(0))
GAME = "9922400001"  # ATL @ BOS, 12 November 2024, as the stand-in league knows it


@pytest.fixture
def league() -> Iterator[StandInLeague]:
    """A league that every call of this test goes to."""
    with StandInLeague() as league:
        use_league(league.url)
        yield league


def test_second_fetch_needs_no_network(league: StandInLeague, own_home: Path) -> None:
    """The game lies in home/data; the league is gone, and it is still there."""
    first = fetch_game(GAME, client=CLIENT)
    asked = len(league.asked)
    league.stop()

    assert fetch_game(GAME, client=CLIENT) == first

    assert (len(league.asked), asked) == (2, 2)
    assert (own_home / "data" / f"nba-{GAME}.jsonl").is_file()
    assert [event.points for event in first] == [event.points for event in load_game("0022400001")]


def test_fetched_game_has_its_day_and_official_figures(league: StandInLeague) -> None:
    """As a bundled one: the league's figures are those of its box score."""
    events = fetch_game(GAME, client=CLIENT)

    game = find_any_game(GAME)
    bundled = next(each for each in list_games() if each.game_id == "0022400001")
    assert (game.title, game.home_score, game.away_score) == ("ATL @ BOS, 12 Nov 2024", 116, 117)
    assert {name: game.official[name] for name in ("lead_changes", "times_tied")} == {
        name: bundled.official[name] for name in ("lead_changes", "times_tied")
    }
    tracker = GameTracker(home="BOS", away="ATL")
    for event in events:
        tracker.apply(event)
    assert compare(tracker.state, game).differences == []


def test_fetched_game_is_in_the_catalogue(league: StandInLeague) -> None:
    """By its own id, and among the saved ones."""
    with pytest.raises(UnknownGame):
        find_any_game(GAME)

    events = fetch_game(GAME, client=CLIENT)

    game = find_any_game(GAME)
    assert (game.game_id, kind_of(game), game.note) == (
        f"saved:nba-{GAME}",
        "saved",
        "fetched from the stand-in league, 117 plays",
    )
    assert load_any_game(GAME) == load_any_game(game.game_id) == events
    assert fetched_name(GAME) == f"nba-{GAME}"


def test_games_are_found(league: StandInLeague) -> None:
    """By team, season and day; the newest first."""
    [game] = find_games(day=date(2015, 12, 18), client=CLIENT)
    assert (game.title, game.note) == ("DET @ CHI, 18 Dec 2015", "at the stand-in league, to be fetched")
    assert (game.home_score, game.away_score, game.periods, game.events) == (144, 147, 8, 0)

    titles = [game.title for game in find_games(season="2015-16", client=CLIENT)]
    assert titles[-1].endswith("2015")
    assert "DET @ CHI, 18 Dec 2015" in titles
    assert [game.title for game in find_games(team="DET", season="2015-16", client=CLIENT)] == [
        "DET @ CHI, 18 Dec 2015"
    ]
    assert find_games(team="DET", day=date(2024, 11, 12), client=CLIENT) == []


def test_team_alone_means_this_season(league: StandInLeague) -> None:
    """Else the answer would be decades long."""
    games = find_games(team="BOS", client=CLIENT, today=lambda: date(2025, 3, 1))

    assert [game.title for game in games] == ["ATL @ BOS, 12 Nov 2024"]
    assert "Season=2024-25" in league.asked[-1]


@pytest.mark.parametrize(
    ("day", "season"),
    [(date(2024, 7, 31), "2023-24"), (date(2024, 10, 1), "2024-25"), (date(1999, 12, 31), "1999-00")],
)
def test_season_turns_in_august(day: date, season: str) -> None:
    """It is named after both years."""
    assert season_of(day) == season


def test_what_is_no_team_or_season_is_told() -> None:
    """Before anybody is asked."""
    with pytest.raises(UnknownTeam, match="No team has the code 'XXX'"):
        find_games(team="XXX")
    for season in ("2024", "2024-26", "24-25"):
        with pytest.raises(SettingsError, match=season):
            find_games(season=season)


@pytest.mark.parametrize("game_id", ["", "sim-7-0003", "22400001", "../../etc/x", "00224000011", None])
def test_what_is_no_id_of_the_league_is_told(game_id: Any) -> None:
    """Before anybody is asked."""
    with pytest.raises(UnknownGame, match="one has ten digits, such as 0022400001"):
        fetch_game(game_id)


def test_game_that_is_not_over_is_not_kept(league: StandInLeague, own_home: Path) -> None:
    """The sentence says how to follow it; half a game is no recorded game."""
    league.serve_prefix("0021500277", 40)

    with pytest.raises(UnknownGame, match=r"is not final yet\. `nbmomentum produce --live 9921500277` follows it\."):
        fetch_game("9921500277", client=CLIENT)
    league.serve_prefix("0021500277", 0)
    with pytest.raises(UnknownGame, match=r"no plays of a game 9921500277: it has not begun, or there is none\."):
        fetch_game("9921500277", client=CLIENT)

    assert not (own_home / "data").exists()


def test_trouble_of_the_league_is_told(league: StandInLeague, own_home: Path) -> None:
    """And nothing is kept."""
    league.fail_next("empty", path="boxscoresummaryv3")
    with pytest.raises(UnexpectedPayload, match=r"/stats/boxscoresummaryv3\?GameID=9922400001 answered with an empty"):
        fetch_game(GAME, client=CLIENT)
    league.stop()
    with pytest.raises(SourceUnavailable, match="Nothing answers at"):
        fetch_game(GAME, client=CLIENT)

    assert not (own_home / "data").exists()


def test_damaged_copy_is_told(league: StandInLeague, own_home: Path) -> None:
    """Nobody takes half a game for a whole one."""
    fetch_game(GAME, client=CLIENT)
    path = own_home / "data" / f"nba-{GAME}.jsonl"
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(InvalidGameFile, match=path.name):
        fetch_game(GAME, client=CLIENT)


HEADERS = ["GAME_ID", "GAME_DATE", "MATCHUP", "TEAM_ABBREVIATION", "WL", "PTS", "MIN"]
HOME = ["0022400001", "2024-11-12", "BOS vs. ATL", "BOS", "L", 116, 240]
AWAY = ["0022400001", "2024-11-12", "ATL @ BOS", "ATL", "W", 117, 241]


def answer(*rows: list[Any], headers: list[str] = HEADERS) -> dict[str, Any]:
    """An answer of LeagueGameFinder."""
    return {"resultSets": [{"name": "LeagueGameFinderResults", "headers": headers, "rowSet": list(rows)}]}


def test_rows_of_a_game_are_joined() -> None:
    """Minutes are rounded in the feed; a game without a winner is still played; a row alone is left out."""
    [game] = parse_found_games(answer(AWAY, HOME))
    assert (game.title, game.periods) == ("ATL @ BOS, 12 Nov 2024", 4)

    overtime = [[*row[:6], minutes] for row, minutes in ((HOME, 264), (AWAY, 266))]
    assert parse_found_games(answer(*overtime))[0].periods == 5
    assert parse_found_games(answer([*HOME[:4], None, *HOME[5:]], AWAY)) == []
    assert parse_found_games(answer(AWAY)) == []
    assert parse_found_games(answer()) == []


def test_game_on_a_neutral_floor_is_found() -> None:
    """Both rows say "MIA @ WAS": whose code stands after "@" is at home."""
    [game] = parse_found_games(trial("finder_neutral_site"))

    assert (game.game_id, game.title) == ("0022400147", "MIA @ WAS, 2 Nov 2024")
    assert (game.away_score, game.home_score) == (118, 98)


def test_both_rows_of_a_game_may_be_written_from_the_home_team() -> None:
    """As "BOS vs. ATL" in both; a game whose rows tell nothing is left out, and said to the log."""
    twice = [[*row[:2], "BOS vs. ATL", *row[3:]] for row in (HOME, AWAY)]
    [game] = parse_found_games(answer(*twice))
    assert game.title == "ATL @ BOS, 12 Nov 2024"

    assert parse_found_games(answer(HOME, [*AWAY[:2], "ATL vs. BOS", *AWAY[3:]])) == []


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({}, r"^At \$\.resultSets\[0\]: KeyError"),
        (answer([*HOME[:2], "BOS", *HOME[3:]]), r"^At MATCHUP of 0022400001: 'BOS' names no two teams\."),
        ({"resultSets": []}, r"^At \$\.resultSets\[0\]: IndexError"),
        (answer(HOME[:3]), r"^At \$\.resultSets\[0\]: ValueError"),
        (answer([7, *HOME[1:]]), r"^At \$\.resultSets\[0\]\.rowSet\[0\]\.GAME_ID: Expected `str`, got `int`"),
        (answer([*HOME[:1], "soon", *HOME[2:]], AWAY), r"^At GAME_DATE of 0022400001: 'soon' is no day\."),
    ],
)
def test_malformed_answer_is_told_with_its_place(payload: Any, place: str) -> None:
    """And with what to do."""
    with pytest.raises(UnexpectedPayload, match=place):
        parse_found_games(payload)


def summary(**changes: Any) -> dict[str, Any]:
    """An answer of BoxScoreSummaryV3."""
    team = {"score": 97, "periods": [{"period": 1, "score": 97}]}
    statistics = {"biggestLead": 6, "leadChanges": 38, "timesTied": 11, "biggestScoringRun": 7}
    charts = {"homeTeam": {"statistics": statistics}, "awayTeam": {"statistics": statistics}}
    whole = {"gameCode": "20151203/OKCMIA", "gameStatus": 3, "homeTeam": team, "awayTeam": team} | changes
    return {"boxScoreSummary": {"postgameCharts": charts} | whole}


@pytest.mark.parametrize(
    "charts", [None, {}, {"homeTeam": {}, "awayTeam": {}}, {"homeTeam": {"statistics": {}}, "awayTeam": {}}]
)
def test_box_score_without_figures_is_a_game_without_official_ones(charts: Any) -> None:
    """Old games lack some."""
    assert parse_summary(summary(), load_game()).official["lead_changes"] == 38
    assert parse_summary(summary(postgameCharts=charts), load_game()).official == {}


def charts_with(**changes: int) -> dict[str, Any]:
    """A summary whose statistics of both teams have these figures."""
    statistics = {"biggestLead": 6, "leadChanges": 38, "timesTied": 11, "biggestScoringRun": 7} | changes
    return summary(postgameCharts={"homeTeam": {"statistics": statistics}, "awayTeam": {"statistics": statistics}})


def test_zeros_that_the_league_never_measured_are_not_official() -> None:
    """Somebody leads after the first play, and where both teams have led the lead has changed."""
    zeros = charts_with(biggestLead=0, leadChanges=0, timesTied=0, biggestScoringRun=0)

    assert parse_summary(zeros, load_game()).official == {}
    assert parse_summary(charts_with(leadChanges=0), load_game()).official == {}
    no_periods = {"score": 97, "periods": [{"period": 1, "score": 0}, {"period": 2, "score": 0}]}
    assert parse_summary(summary(homeTeam=no_periods), load_game()).official == {}


def test_run_that_the_league_never_measured_is_left_out() -> None:
    """The other figures stand."""
    official = parse_summary(charts_with(biggestScoringRun=0), load_game()).official

    assert official["home"] == {"points": 97, "periods": [97], "largest_lead": 6}
    assert official["lead_changes"] == 38


def test_zero_that_a_game_can_have_is_official() -> None:
    """Never tied."""
    assert parse_summary(charts_with(timesTied=0), load_game()).official["times_tied"] == 0


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({"boxScoreSummary": None}, r"^At \$\.boxScoreSummary: Expected `object`, got `null`"),
        (summary(gameCode="x"), r"^At \$\.boxScoreSummary\.gameCode: no day in 'x'"),
        (summary(gameStatus="final"), r"^At \$\.boxScoreSummary\.gameStatus: "),
    ],
)
def test_malformed_box_score_is_told_with_its_place(payload: Any, place: str) -> None:
    """And with what to do."""
    with pytest.raises(UnexpectedPayload, match=place):
        parse_summary(payload, load_game())


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("BOS", GameQuery(("BOS",), None, None)),
        ("boston celtics 2024-25", GameQuery(("BOS",), "2024-25", None)),
        ("Hawks @ Celtics, 2024-11-12", GameQuery(("ATL", "BOS"), None, date(2024, 11, 12))),
        ("golden state vs. Trail Blazers", GameQuery(("GSW", "POR"), None, None)),
        ("2015-16", GameQuery((), "2015-16", None)),
        ("Lakers Los Angeles", GameQuery(("LAL",), None, None)),
        ("LA Clippers", GameQuery(("LAC",), None, None)),
        ("the 76ers at St. Louis, 1960-61 season", GameQuery(("ATL", "PHI"), "1960-61", None)),
        ("BOS 2024-11-12 2024-25", GameQuery(("BOS",), "2024-25", date(2024, 11, 12))),
        ("NJN 1996-97", GameQuery(("BKN",), "1996-97", None)),
        ("New Jersey", GameQuery(("BKN",), None, None)),
        ("seattle supersonics vs. VAN 1996-97", GameQuery(("OKC", "MEM"), "1996-97", None)),
        ("Sonics", GameQuery(("OKC",), None, None)),
        ("Hornets 1996-97", GameQuery(("CHA",), "1996-97", None)),
        ("Hornets 2012-11-12", GameQuery(("NOP",), None, date(2012, 11, 12))),
        ("Charlotte 2012-13", GameQuery(("CHA",), "2012-13", None)),
        ("Hornets 2024-25", GameQuery(("CHA",), "2024-25", None)),
        ("Jazz 1975-76", GameQuery(("UTA",), "1975-76", None)),
        ("Philadelphia 1955-56", GameQuery(("GSW",), "1955-56", None)),
    ],
)
def test_words_are_read(text: str, query: GameQuery) -> None:
    """Teams by code, city or nickname; a city of two teams names none."""
    assert sorted(read_query(text).teams) == sorted(query.teams)
    assert read_query(text)[1:] == query[1:]


@pytest.mark.parametrize("text", ["", "Los Angeles", "who won?", "2024", "BOSTONIAN", "the game of"])
def test_words_that_ask_for_nothing_are_told(text: str) -> None:
    """With examples."""
    with pytest.raises(SettingsError, match=r'name a team, a season or a day: "BOS 2024-25", "2024-11-12"\.'):
        read_query(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("NJX 1996-97", "^'njx' is no team, season or day the kit knows\\."),
        ("Nets lead changes 2024-25", "^'lead', 'changes' are no team, season or day the kit knows\\."),
        ("BOS 2024-25 2023-24", "^'2023', '24' are no team"),
        ("Los Angeles 2024-25", "^'los angeles' is the name of several teams: LAC, LAL\\."),
        ("New York 1976-77", "^'new york' is the name of several teams: BKN, NYK\\."),
        ("Celtics Los Angeles", "^'los angeles' is the name of several teams: LAC, LAL\\."),
    ],
)
def test_word_that_is_no_teams_is_told(text: str, told: str) -> None:
    """To leave it out would list every game of the season."""
    with pytest.raises(SettingsError, match=told) as caught:
        read_query(text)

    assert 'name a team, a season or a day: "BOS 2024-25", "2024-11-12".' in str(caught.value)


@pytest.mark.parametrize("text", ["2024-13-01", "2024-26", "2024-11-31"])
def test_day_or_season_that_is_none_is_told(text: str) -> None:
    """It looks like one."""
    with pytest.raises(SettingsError, match=text):
        read_query(text)


def test_league_is_searched(league: StandInLeague) -> None:
    """Both teams must play in it."""
    assert [game.game_id for game in search_league("hawks celtics 2024-25", client=CLIENT)] == [GAME]
    assert search_league("hawks bulls 2024-25", client=CLIENT) == []


SEASON_1996 = {
    "0029600001": (("CHH", 1610612766), ("NJN", 1610612751)),
    "0029600002": (("SEA", 1610612760), ("VAN", 1610612763)),
    "0029600003": (("NJN", 1610612751), ("SEA", 1610612760)),
    "0029600004": (("BOS", 1610612738), ("CHI", 1610612741)),
}


@pytest.fixture
def season_1996() -> FeedClient:
    """A league that answers with four games of 1996-97, in the codes of that time and today's numbers."""
    rows = []
    for game_id, ((away, away_id), (home, home_id)) in SEASON_1996.items():
        rows.append([game_id, "1996-11-12", f"{home} vs. {away}", home, "L", 90, 240, home_id])
        rows.append([game_id, "1996-11-12", f"{away} @ {home}", away, "W", 97, 240, away_id])
    NBAHTTP.set_session(ScriptedSession((200, json.dumps(answer(*rows, headers=[*HEADERS, "TEAM_ID"])))))
    return CLIENT


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Nets 1996-97", ["NJN @ SEA", "CHH @ NJN"]),
        ("NJN 1996-97", ["NJN @ SEA", "CHH @ NJN"]),
        ("BKN 1996-97", ["NJN @ SEA", "CHH @ NJN"]),
        ("New Jersey Nets, Seattle 1996-97", ["NJN @ SEA"]),
        ("Grizzlies 1996-97", ["SEA @ VAN"]),
        ("Hornets 1996-97", ["CHH @ NJN"]),
        ("1996-97", ["BOS @ CHI", "NJN @ SEA", "SEA @ VAN", "CHH @ NJN"]),
    ],
)
def test_team_is_found_under_its_older_code(season_1996: FeedClient, text: str, titles: list[str]) -> None:
    """By the league's number; a game keeps the codes of its time."""
    found = search_league(text, client=season_1996)

    assert [game.title.partition(",")[0] for game in found] == titles


@pytest.mark.parametrize("team", ["NJN", "BKN"])
def test_games_of_a_team_are_asked_for_by_any_of_its_codes(season_1996: FeedClient, team: str) -> None:
    """Both are one franchise."""
    assert len(find_games(team=team, season="1996-97", client=season_1996)) == 2


def test_game_of_another_league_is_refused_before_anybody_is_asked(league: StandInLeague) -> None:
    """It would be timed by the wrong clock."""
    with pytest.raises(UnexpectedPayload, match=r"^The game 1022500900 is of the WNBA"):
        fetch_game("1022500900", client=CLIENT)

    assert not league.asked
