"""The scoreboard: which games there are, how each stands, and what the feed's oddities hide."""

import json
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from feeds import FakeTime, ScriptedSession, real_feed
from nba_api.library.http import NBAHTTP

from nbmomentum.errors import SourceRefused, UnexpectedPayload
from nbmomentum.sources.nba import FeedClient, ScheduledGame, parse_box_score, parse_scoreboard, todays_games
from nbmomentum.sources.nba.client import Spacing
from nbmomentum.views.tonight import game_line

BERLIN = ZoneInfo("Europe/Berlin")
GAME: dict[str, Any] = {
    "gameId": "0022500171",
    "gameStatus": 2,
    "gameStatusText": "Q2 07:15",
    "period": 2,
    "gameClock": "PT07M15.00S",
    "gameTimeUTC": "2025-11-06T00:30:00Z",
    "gameEt": "2025-11-05T19:30:00Z",  # as in the real feed: New York's time that says it is UTC
    "homeTeam": {"teamTricode": "CLE", "score": 39},
    "awayTeam": {"teamTricode": "PHI", "score": 30},
}


def board(*games: dict[str, Any], day: str = "2025-11-05") -> dict[str, Any]:
    """A scoreboard as both feeds send it; its meta.time is a clock of twelve hours that does not say which half."""
    meta = {"version": 1, "code": 200, "time": "2025-11-05 07:54:14.5414"}
    return {"meta": meta, "scoreboard": {"gameDate": day, "leagueId": "00", "games": list(games)}}


def only(**changes: Any) -> ScheduledGame:
    """The one game on a board."""
    [game] = parse_scoreboard(board(GAME | changes))
    return game


def client_of(session: ScriptedSession) -> FeedClient:
    """A client that asks once, answered by this session."""
    NBAHTTP.set_session(session)
    time = FakeTime()
    return FeedClient(attempts=1, now=time.now, sleep=time.sleep, spacing=Spacing())


def test_live_game() -> None:
    """Teams, score, period, clock, and the tip-off in UTC."""
    assert only() == ScheduledGame(
        game_id="0022500171",
        home="CLE",
        away="PHI",
        status="live",
        status_text="Q2 07:15",
        home_score=39,
        away_score=30,
        period=2,
        clock="PT07M15.00S",
        tip_off=datetime(2025, 11, 6, 0, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("number", "text", "status", "line"),
    [
        (1, "7:30 pm ET", "scheduled", "PHI @ CLE, tip-off 01:30"),
        (2, "Half", "live", "PHI @ CLE, 30-39, Half"),
        (3, "Final               ", "final", "PHI @ CLE, 30-39, Final"),
        (3, "Final/OT2", "final", "PHI @ CLE, 30-39, Final/OT2"),
        (1, "PPD", "postponed", "PHI @ CLE, postponed"),
        (1, " Postponed ", "postponed", "PHI @ CLE, postponed"),
        (1, "Cancelled", "postponed", "PHI @ CLE, postponed"),
    ],
)
def test_status_follows_number_and_text(number: int, text: str, status: str, line: str) -> None:
    """Texts are padded, and a postponed game keeps the number of one that is to come."""
    game = only(gameStatus=number, gameStatusText=text)

    assert (game.status, game.status_text) == (status, text.strip())
    assert game.describe(BERLIN) == line


def test_tip_off_is_told_on_the_readers_clock() -> None:
    """Half past seven in the evening in New York."""
    assert only().local_tip_off(BERLIN) == "01:30"
    assert only().local_tip_off(ZoneInfo("America/New_York")) == "19:30"


@pytest.mark.parametrize(
    "changes",
    [
        {"gameStatusText": "TBD"},
        {"gameStatusText": " tbd ", "gameTimeUTC": "2026-04-18T04:00:00Z"},
        {"gameStatusText": "", "gameTimeUTC": ""},
        {"gameStatusText": "", "gameTimeUTC": None},
        {"gameStatusText": "", "gameTimeUTC": "TBD"},
        {"gameStatusText": "", "gameTimeUTC": "1900-01-01T00:00:00Z"},
    ],
)
def test_tip_off_that_is_not_set_has_no_time(changes: dict[str, Any]) -> None:
    """The feed may hold a time all the same, such as midnight in New York; and one such game hides no other."""
    [game, other] = parse_scoreboard(board(GAME | {"gameStatus": 1} | changes, GAME))

    assert game.tip_off is None
    assert game.describe(BERLIN) == "PHI @ CLE, tip-off not set yet"
    assert game_line(game).endswith("tip-off not set yet")
    assert other.describe(BERLIN) == "PHI @ CLE, 30-39, Q2 07:15"


def test_game_before_its_tip_off_has_nothing_yet() -> None:
    """Scores and clock may be missing, and a playoff series may not know its teams."""
    team = {"teamTricode": None, "score": None}

    game = only(gameStatus=1, gameStatusText="TBD", period=None, gameClock=None, homeTeam=team, awayTeam={})

    assert (game.title, game.home_score, game.period, game.clock) == ("TBD @ TBD", 0, 0, "")


def test_day_without_games() -> None:
    """In summer the board is empty."""
    assert parse_scoreboard(board()) == []


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({}, r"^At \$: Object missing required field `scoreboard`\."),
        ({"scoreboard": {"gameDate": "2025-11-05"}}, r"^At \$\.scoreboard: Object missing required field `games`\."),
        (board(GAME, {}), r"^At \$\.scoreboard\.games\[1\]: Object missing required field `gameId`\."),
        (board(GAME | {"gameStatus": 9}), r"^At \$\.scoreboard\.games\[0\]\.gameStatus: 9 is none of 1, 2, 3\."),
        (board(GAME | {"gameTimeUTC": "soon"}), r"^At \$\.scoreboard\.games\[0\]\.gameTimeUTC: Invalid RFC3339"),
        (board(GAME | {"gameTimeUTC": "2025-11-06T00:30:00"}), r"gameTimeUTC: the time has no zone\."),
        (board(GAME | {"homeTeam": 7}), r"^At \$\.scoreboard\.games\[0\]\.homeTeam: "),
    ],
)
def test_malformed_board_is_told_with_its_place(payload: Any, place: str) -> None:
    """And with what to do."""
    with pytest.raises(UnexpectedPayload, match=place):
        parse_scoreboard(payload)


def test_box_score_tells_the_same_of_one_game() -> None:
    """A game that is on no board of today."""
    assert parse_box_score({"meta": {}, "game": GAME}) == only()


NIGHT = datetime(2025, 11, 6, 5, 20, tzinfo=UTC)  # twenty past midnight in New York


def test_game_past_midnight_is_on_the_board_of_the_day_before() -> None:
    """It comes first; what has ended there is left out."""
    ended = GAME | {"gameId": "0022500170", "gameStatus": 3}
    tonight = GAME | {"gameId": "0022500180", "gameStatus": 1}
    session = ScriptedSession(
        (200, json.dumps(board(tonight, day="2025-11-06"))), (200, json.dumps(board(ended, GAME)))
    )

    games = todays_games(client=client_of(session), now=lambda: NIGHT)

    assert [game.game_id for game in games] == ["0022500171", "0022500180"]
    assert session.asked[1] == "https://stats.nba.com/stats/scoreboardv3"


@pytest.mark.parametrize(
    ("day", "now"),
    [
        pytest.param("2025-11-05", NIGHT, id="the live board has not turned yet"),
        pytest.param("2025-11-06", datetime(2025, 11, 6, 23, 0, tzinfo=UTC), id="evening"),
    ],
)
def test_the_day_before_is_asked_only_at_night(day: str, now: datetime) -> None:
    """One call is enough the rest of the day."""
    session = ScriptedSession((200, json.dumps(board(GAME, day=day))))

    assert len(todays_games(client=client_of(session), now=lambda: now)) == 1

    assert len(session.asked) == 1


def test_stats_feeds_that_refuse_do_not_hide_the_live_board() -> None:
    """They refuse many networks; the live board rarely does."""
    session = ScriptedSession((200, json.dumps(board(GAME, day="2025-11-06"))), (403, ""))

    assert len(todays_games(client=client_of(session), now=lambda: NIGHT)) == 1


def test_live_board_that_refuses_is_told() -> None:
    """With the address."""
    with pytest.raises(SourceRefused, match=r"todaysScoreboard_00\.json refused with status 403\."):
        todays_games(client=client_of(ScriptedSession((403, ""))))


def test_real_live_board() -> None:
    """20 April 2023: two games in play, one final."""
    games = parse_scoreboard(real_feed("live_scoreboard_20230420.json"))

    assert [game.describe(UTC) for game in games] == [
        "SAC @ GSW, 30-39, Q2 07:15",
        "PHX @ LAC, 12-10, Q1 06:05",
        "PHI @ BKN, 102-97, Final",
    ]


def test_real_board_of_the_stats_feeds() -> None:
    """5 November 2025: all are final."""
    games = parse_scoreboard(real_feed("stats_scoreboardv3_20251105.json"))

    assert {game.status for game in games} == {"final"}
    assert games[0].title == "PHI @ CLE"
    assert {game.tip_off.date() for game in games if game.tip_off} == {date(2025, 11, 6)}


def test_real_box_score() -> None:
    """GSW at BKN, 22 December 2020."""
    game = parse_box_score(real_feed("live_box_0022000001.json"))

    assert game.describe(UTC) == "GSW @ BKN, 99-125, Final"
    assert game.tip_off
    assert game.tip_off.astimezone(ZoneInfo("America/New_York")).date() == date(2020, 12, 22)
