"""The stand-in league: nba_api's own classes run against it; its games grow, correct themselves, and fail on demand."""

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from nba_api.live.nba.endpoints import BoxScore, PlayByPlay, ScoreBoard
from nba_api.stats.endpoints import (
    BoxScoreSummaryV3,
    LeagueDashTeamStats,
    LeagueGameFinder,
    PlayByPlayV3,
    ScoreboardV3,
)

from nbmomentum.errors import SettingsError, SourceRefused, SourceUnavailable, UnexpectedPayload, UnknownGame
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.sources.nba import (
    FeedClient,
    ask,
    credit,
    fetch_live_plays,
    fetch_status,
    games_on,
    parse_live_play_by_play,
    parse_play_by_play_v3,
    todays_games,
    use_league,
)
from nbmomentum.sources.nba.client import Spacing
from nbmomentum.sources.nba.team_stats import fetch_team_stats
from nbmomentum.sources.stand_in import StandInLeague, stand_in_id

GAME = "0021500277"  # OKC @ MIA, 110 baskets
STAND_IN = stand_in_id(GAME)
IMPATIENT = FeedClient(timeout_s=0.5, attempts=1, spacing=Spacing(0))
NOW = datetime(2025, 11, 6, 1, 0, tzinfo=UTC)  # eight in the evening in New York


class FakeClocks:
    """A wall clock and a steady one that move when they are told to."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    def now(self) -> datetime:
        """The wall clock."""
        return datetime.fromtimestamp(NOW.timestamp() + self.passed_s, UTC)

    def clock(self) -> float:
        """The steady clock."""
        return self.passed_s


@pytest.fixture
def clocks() -> FakeClocks:
    """Time that costs none."""
    return FakeClocks()


@pytest.fixture
def league(clocks: FakeClocks) -> Iterator[StandInLeague]:
    """A league that every call of this test goes to."""
    with StandInLeague(now=clocks.now, clock=clocks.clock) as league:
        use_league(league.url)
        yield league


def served() -> list[ScoringEvent]:
    """The plays of the game as the real nba_api class brings them."""
    return fetch_live_plays(STAND_IN, home="MIA", away="OKC", client=IMPATIENT)


def facts(events: list[ScoringEvent]) -> list[tuple[Any, ...]]:
    """What happened, whatever the feed calls it."""
    return [(e.period, e.clock, e.team, e.player, e.points, e.home_score, e.away_score) for e in events]


def folded(events: list[ScoringEvent]) -> GameState:
    """The state after these events: OKC at MIA."""
    tracker = GameTracker(home="MIA", away="OKC")
    for event in events:
        tracker.apply(event)
    return tracker.state


def test_whole_game_is_the_bundled_one(league: StandInLeague) -> None:
    """Under an id that no real game has, with the feed's numbers and the time of each play."""
    league.end_game(GAME)

    events = served()

    assert facts(events) == facts(load_game(GAME))
    assert {event.game_id for event in events} == {"9921500277"}
    assert [event.event_id for event in events] == [event.event_id for event in load_game(GAME)]
    assert all(event.wall_time for event in events)
    assert folded(events).lead_changes == 38


def test_game_grows_by_prefixes(league: StandInLeague) -> None:
    """What was served stays as it was."""
    league.serve_prefix(GAME, 40)
    first = served()
    league.serve_prefix(STAND_IN, 41)

    assert len(first) == 40
    assert served()[:-1] == first


def test_game_that_has_not_begun_has_no_file(league: StandInLeague) -> None:
    """As in the league's own feed: it refuses."""
    with pytest.raises(SourceRefused, match="status 403"):
        served()

    league.serve_prefix(GAME, 0)
    assert served() == []


def test_late_free_throw_moves_the_scores_after_it(league: StandInLeague) -> None:
    """It has a new number and an early place; the rows after it change nothing but their running score."""
    league.serve_prefix(GAME, 40)
    before = served()

    number = league.insert_free_throw(GAME, before=3)

    after = served()
    late = after[-4]
    assert (late.event_id, late.points) == (number, 1)
    assert before[-4].order < late.order < before[-3].order
    assert number not in {event.event_id for event in before}
    assert [(e.event_id, e.order, e.points) for e in after if e is not late] == [
        (e.event_id, e.order, e.points) for e in before
    ]
    gained = [
        a.home_score + a.away_score - b.home_score - b.away_score for a, b in zip(after[-3:], before[-3:], strict=True)
    ]
    assert gained == [1, 1, 1]
    assert folded(after).mismatches == 0


def test_score_is_revised(league: StandInLeague) -> None:
    """The same basket, worth something else; the score goes back or forward."""
    league.serve_prefix(GAME, 40)
    before = served()[-1]

    number = league.revise_basket(GAME, points=3 if before.points == 2 else 2)

    after = served()[-1]
    assert after.event_id == before.event_id == number
    assert after.points != before.points


def test_basket_is_withdrawn_and_restored(league: StandInLeague) -> None:
    """It is gone from the list, and comes back as it was."""
    league.serve_prefix(GAME, 40)
    before = served()

    number = league.withdraw_basket(GAME)
    assert [event.event_id for event in served()] == [event.event_id for event in before[:-1]]

    league.restore_basket(GAME, number)
    assert served() == before


def test_feed_repeats_itself(league: StandInLeague) -> None:
    """An old copy once more, then the new one."""
    league.serve_prefix(GAME, 40)
    first = served()
    league.serve_prefix(GAME, 44)

    league.fail_next("repeat")

    assert served() == first
    assert len(served()) == 44


def test_corrections_stay_until_the_end(league: StandInLeague) -> None:
    """The final file that is promised is the one that is served."""
    league.serve_prefix(GAME, 30)
    league.insert_free_throw(GAME)
    league.withdraw_basket(GAME)
    promised = league.final_play_by_play(GAME)

    league.end_game(GAME)

    assert parse_live_play_by_play(promised, home="MIA", away="OKC") == served()


def test_mishaps_are_corrected_three_baskets_later() -> None:
    """Late free throws, threes that were twos, baskets that never were: the end is the bundled game's."""
    with StandInLeague(mishaps=True) as league:
        use_league(league.url)
        steps, seen = league.steps_of(GAME), []
        for step in range(steps + 1):
            league.serve_prefix(GAME, step)
            seen.append({event.event_id: event.points for event in served()})

    assert facts_match_the_end(seen[-1])
    withdrawn = [n for n in range(steps) if seen[n].keys() - seen[n + 1].keys()]
    revised = [n for n in range(steps) if any(seen[n + 1].get(i, p) != p for i, p in seen[n].items())]
    assert len(withdrawn) >= 2
    assert len(revised) >= 2


def facts_match_the_end(points: dict[str, int]) -> bool:
    """Whether these are the baskets of the bundled game."""
    return points == {event.event_id: event.points for event in load_game(GAME)}


def test_game_on_the_clock(clocks: FakeClocks) -> None:
    """At sixty game seconds a second, a quarter takes twelve; each play has the time at which it was served."""
    with StandInLeague(speed=60, now=clocks.now, clock=clocks.clock) as league:
        use_league(league.url)
        assert served() == []

        clocks.passed_s = 12.0
        first_quarter = served()
        assert {event.period for event in first_quarter} == {1}
        assert folded(first_quarter).points_by_period[0].home == 23

        league.begin(GAME, speed=600)
        clocks.passed_s = 12.0 + 36 * 60 / 600
        events = served()

    assert events[: len(first_quarter)] == first_quarter
    assert len(events) == 110
    times = [event.wall_time for event in events if event.wall_time]
    assert times == sorted(times)
    assert NOW.isoformat()[:16] == times[0][:16]


def test_scoreboard_tells_how_each_game_stands(league: StandInLeague) -> None:
    """Live, final with padded text, postponed and scheduled; the real class and our parser agree."""
    first, second, third, fourth = league.game_ids
    league.serve_prefix(first, 40)
    league.end_game(second)
    league.postpone(third)

    games = todays_games(client=IMPATIENT)

    assert [game.game_id for game in games] == [first, second, third, fourth]
    assert [game.status for game in games] == ["live", "final", "postponed", "scheduled"]
    fortieth = load_game(GAME)[39]
    assert (games[0].away_score, games[0].home_score) == (fortieth.away_score, fortieth.home_score)
    assert (games[0].period, games[0].clock) == (fortieth.period, fortieth.clock)
    assert games[0].describe(UTC).startswith("OKC @ MIA, ")
    assert games[1].status_text == "Final/OT2"
    assert games[3].tip_off == datetime(2025, 11, 6, 2, 0, tzinfo=UTC)
    raw = ask(ScoreBoard).payload["scoreboard"]
    assert raw["gameDate"] == "2025-11-05"
    assert raw["games"][1]["gameStatusText"] == "Final/OT2           "


def test_box_score_tells_the_teams(league: StandInLeague) -> None:
    """Also of a game that is on no board."""
    league.serve_prefix(GAME, 40)

    game = fetch_status(STAND_IN, client=IMPATIENT)

    assert (game.home, game.away, game.status) == ("MIA", "OKC", "live")


@pytest.mark.parametrize("game", [game for game in list_games() if game.game_id != GAME], ids=lambda game: game.game_id)
def test_game_of_the_past_through_the_stats_feed(league: StandInLeague, game: Any) -> None:
    """PlayByPlayV3 with most scores left blank gives the bundled game."""
    league.end_game(game.game_id)

    answer = ask(PlayByPlayV3, game_id=stand_in_id(game.game_id))

    assert facts(parse_play_by_play_v3(answer.payload)) == facts(load_game(game.game_id))
    blank = [action for action in answer.payload["game"]["actions"] if action["scoreHome"] == ""]
    assert len(blank) > 0.5 * len(answer.payload["game"]["actions"])


def test_board_of_a_day_of_the_past(league: StandInLeague) -> None:
    """The stats feeds have any day."""
    [game] = games_on(date(2015, 12, 18), client=IMPATIENT)

    assert (game.title, game.status, game.status_text) == ("DET @ CHI", "final", "Final/OT4")
    assert games_on(date(2015, 12, 19), client=IMPATIENT) == []


def test_summary_has_the_official_figures(league: StandInLeague) -> None:
    """Those of the bundled game, under its day."""
    game = next(game for game in list_games() if game.game_id == "0021500391")

    summary = ask(BoxScoreSummaryV3, game_id=stand_in_id(game.game_id)).payload["boxScoreSummary"]

    assert summary["gameCode"] == "20151218/DETCHI"
    assert [period["score"] for period in summary["homeTeam"]["periods"]] == game.official["home"]["periods"]
    figures = summary["postgameCharts"]["awayTeam"]["statistics"]
    assert (figures["leadChanges"], figures["timesTied"], figures["biggestLead"]) == (
        game.official["lead_changes"],
        game.official["times_tied"],
        game.official["away"]["largest_lead"],
    )


def test_games_are_found_by_team_season_and_day(league: StandInLeague) -> None:
    """Two rows a game, as the feed has them."""

    def found(**asked: str) -> set[tuple[str, str]]:
        payload = ask(LeagueGameFinder, player_or_team_abbreviation="T", **asked).payload["resultSets"][0]
        rows = [dict(zip(payload["headers"], row, strict=True)) for row in payload["rowSet"]]
        return {(row["GAME_DATE"], row["MATCHUP"]) for row in rows}

    assert ("2015-12-18", "CHI vs. DET") in found()
    assert found(date_from_nullable="12/18/2015", date_to_nullable="12/18/2015") == {
        ("2015-12-18", "CHI vs. DET"),
        ("2015-12-18", "DET @ CHI"),
    }
    assert found(season_nullable="2024-25") == {("2024-11-12", "BOS vs. ATL"), ("2024-11-12", "ATL @ BOS")}
    assert found(season_nullable="1999-00") == set()


def team_rows(**asked: Any) -> list[dict[str, Any]]:
    """The rows of team stats, by the feed's columns."""
    payload = ask(LeagueDashTeamStats, season="2025-26", **asked).payload["resultSets"][0]
    return [dict(zip(payload["headers"], row, strict=True)) for row in payload["rowSet"]]


def test_team_stats_have_the_feeds_columns(league: StandInLeague) -> None:
    """54 of Base, and those of Advanced; all thirty teams, as many wins as losses."""
    base = team_rows(date_to_nullable="12/01/2025")
    advanced = team_rows(date_to_nullable="12/01/2025", measure_type_detailed_defense="Advanced")

    assert len(base[0]) == 54
    assert list(base[0])[:6] == ["TEAM_ID", "TEAM_NAME", "GP", "W", "L", "W_PCT"]
    assert {"OFF_RATING", "DEF_RATING", "NET_RATING", "PACE", "NET_RATING_RANK"} <= set(advanced[0])
    assert len(base) == len(advanced) == 30
    assert sum(row["W"] for row in base) == sum(row["L"] for row in base)
    assert sum(row["PLUS_MINUS"] for row in base) == 0
    assert sorted(row["W_RANK"] for row in base)[0] == 1


def test_team_stats_of_any_day(league: StandInLeague) -> None:
    """Games up to it count, the last ones alone if asked for; before the season there are none."""
    assert {row["GP"] for row in team_rows(date_to_nullable="10/22/2025")} == {1}
    assert {row["GP"] for row in team_rows(date_to_nullable="10/23/2025")} == {2}
    assert {row["GP"] for row in team_rows(date_to_nullable="12/01/2025", last_n_games="10")} == {10}
    assert {row["GP"] for row in team_rows()} == {8}  # until today, the 5th of November
    assert team_rows(date_to_nullable="10/01/2025") == []
    assert max(row["PTS"] for row in team_rows(per_mode_detailed="PerGame")) < 160


@pytest.mark.parametrize(
    ("fault", "kind", "sentence"),
    [
        ("403", SourceRefused, "refused with status 403. The league refuses many cloud and school networks"),
        ("404", SourceRefused, "refused with status 404. There is no such game, or it has not begun."),
        ("429", SourceRefused, "refused with status 429. This network asked too often."),
        ("500", SourceRefused, "refused with status 500. The league's server has trouble of its own."),
        ("503", SourceRefused, "refused with status 503. The league's server has trouble of its own."),
        ("empty", UnexpectedPayload, "answered with an empty body."),
        ("{}", UnexpectedPayload, "answered with JSON that holds nothing."),
        ("truncated", UnexpectedPayload, "answered with something that is no JSON."),
        ("broken off", UnexpectedPayload, "broke off in the middle of its answer."),
        ("slow", SourceUnavailable, "did not answer within 0.5 s. Check the network"),
        ("time-out", SourceUnavailable, "did not answer within 0.5 s. Check the network"),
    ],
)
def test_faults_are_told_in_one_sentence(
    league: StandInLeague, fault: str, kind: type[Exception], sentence: str
) -> None:
    """With the address; and the next answer is right again."""
    league.serve_prefix(GAME, 40)
    league.fail_next(fault)

    with pytest.raises(kind) as told:
        served()

    assert str(told.value).startswith(f"{league.url}/static/json/liveData/playbyplay/playbyplay_{STAND_IN}.json ")
    assert sentence in str(told.value)
    assert league.faults_left == 0
    assert len(served()) == 40


def test_slow_answer_is_waited_for_by_the_patient(league: StandInLeague) -> None:
    """Two seconds are not too long for everybody."""
    league.serve_prefix(GAME, 40)
    league.fail_next("slow")

    assert len(fetch_live_plays(STAND_IN, home="MIA", away="OKC", client=FeedClient(attempts=1))) == 40


def test_fault_of_one_feed_spares_the_others(league: StandInLeague) -> None:
    """By a part of its address."""
    league.serve_prefix(GAME, 40)
    league.fail_next("500", times=2, path="playbyplay")

    assert todays_games(client=IMPATIENT)
    for _ in range(2):
        with pytest.raises(SourceRefused):
            served()
    league.fail_next("500", times=7)
    league.forgive()
    assert len(served()) == 40


def test_league_that_stops_hangs_up_at_once(league: StandInLeague) -> None:
    """A call it kept waiting does not keep it."""
    league.fail_next("time-out")
    with pytest.raises(SourceUnavailable):
        todays_games(client=IMPATIENT)

    began = time.monotonic()
    league.stop()
    assert time.monotonic() - began < 5

    with pytest.raises(SourceUnavailable, match="Nothing answers at"):
        todays_games(client=IMPATIENT)


def test_caller_that_says_nothing_keeps_nobody(league: StandInLeague) -> None:
    """Somebody connects and is silent, as a client that looks for another server on this port."""
    port = int(league.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)):
        assert todays_games(client=IMPATIENT)
        began = time.monotonic()
        league.stop()

    assert time.monotonic() - began < 3


def test_nothing_else_is_served(league: StandInLeague, capfd: pytest.CaptureFixture[str]) -> None:
    """Other paths, other games and strange questions are refused, and stderr stays a student's."""
    paths = [
        "/",
        "/etc/passwd",
        "/stats/playbyplayv2?GameID=1",
        "/stats/playbyplayv3",
        "/stats/scoreboardv3?GameDate=x",
    ]
    for path in [
        *paths,
        "/static/json/liveData/playbyplay/playbyplay_0099999999.json",
        "/static/json/liveData/x_1.json",
    ]:
        with pytest.raises(urllib.error.HTTPError, match=r"40[34]"):
            urllib.request.urlopen(f"{league.url}{path}")  # noqa: S310

    assert capfd.readouterr().err == ""
    assert len(league.asked) == 7


@pytest.mark.parametrize(
    ("do", "what"),
    [
        (lambda league: league.fail_next("418"), "There is no fault '418'; there are 403, "),
        (lambda league: league.fail_next("403", times=0), "from 1 up, not 0"),
        (lambda league: league.serve_prefix(GAME, 111), "0 to 110 baskets to serve, not 111"),
        (lambda league: league.serve_prefix(GAME, -1), "not -1"),
        (lambda league: league.withdraw_basket(GAME), "serves no basket yet"),
        (lambda league: league.begin(GAME, speed=0), "0.1 to 600 game seconds a second, not 0"),
        (lambda league: league.begin(GAME, speed=float("nan")), "not nan"),
    ],
)
def test_what_cannot_be_is_told(league: StandInLeague, do: Any, what: str) -> None:
    """One sentence that says what can."""
    with pytest.raises(SettingsError) as told:
        do(league)

    assert what in str(told.value)


def test_unknown_games_and_busy_ports_are_told(league: StandInLeague) -> None:
    """Before anything is served."""
    with pytest.raises(UnknownGame, match=r"has no game '0029999999'; it has 9921500277, "):
        league.serve_prefix("0029999999", 1)
    with pytest.raises(UnknownGame, match="No game has the id"):
        StandInLeague(["0029999999"])
    port = int(league.url.rpartition(":")[2])
    with pytest.raises(SettingsError, match=f"cannot use port {port} "):
        StandInLeague(port=port, name="another").start()
    with pytest.raises(SettingsError, match="no address before it is started"):
        StandInLeague().url  # noqa: B018


def test_classes_of_nba_api_find_all_they_look_for(league: StandInLeague) -> None:
    """Their own attributes, as a student's cell uses them."""
    league.end_game(GAME)
    found: dict[type, Any] = {}

    def kept(endpoint: type, **options: Any) -> Any:
        found[endpoint] = endpoint(**options)
        return found[endpoint]

    for endpoint in (ScoreBoard, PlayByPlay, BoxScore, PlayByPlayV3, BoxScoreSummaryV3, ScoreboardV3):
        game = {"game_date": "2015-12-18"} if endpoint is ScoreboardV3 else {"game_id": STAND_IN}
        IMPATIENT.ask(partial(kept, endpoint), **({} if endpoint is ScoreBoard else game))

    assert found[ScoreBoard].score_board_date == "2025-11-05"
    assert found[PlayByPlay].actions.get_dict()[-1]["subType"] == "end"
    assert found[BoxScore].home_team.get_dict()["score"] == 97
    assert len(found[PlayByPlayV3].play_by_play.get_dict()["data"]) > 110
    assert len(found[ScoreboardV3].game_header.get_dict()["data"]) == 1
    assert len(found[BoxScoreSummaryV3].other_stats.get_dict()["data"]) == 2


def test_nobody_takes_it_for_the_nba(league: StandInLeague) -> None:
    """What is shown with its data says whose it is; its team stats are simulated."""
    assert credit() == "Data: the stand-in league, made up or long over, not the NBA's."
    assert {stats.origin for stats in fetch_team_stats("2025-26", date(2025, 12, 1), client=IMPATIENT)} == {"simulated"}

    use_league(None)
    assert credit() == "Data: NBA.com, for private, non-commercial use."
