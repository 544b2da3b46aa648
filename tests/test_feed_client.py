"""The layer around nba_api: what goes wrong is told in one sentence, what may pass is tried again, calls keep apart."""

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest
import requests
from feeds import FakeTime, Reply, ScriptedSession
from nba_api.library.http import NBAHTTP
from nba_api.live.nba.endpoints import PlayByPlay, ScoreBoard
from nba_api.stats.endpoints import LeagueDashTeamStats, PlayByPlayV3

from nbmomentum.errors import SettingsError, SourceError, SourceRefused, SourceUnavailable, UnexpectedPayload
from nbmomentum.sources.nba import client
from nbmomentum.sources.nba.client import Answer, FeedClient, Spacing, ask, league_address, may_pass, use_league

SCOREBOARD = "https://cdn.nba.com/static/json/liveData/scoreboard/todaysScoreboard_00.json"
PLAYS = "https://stats.nba.com/stats/playbyplayv3?GameID=0022400001"
GOOD = json.dumps({"game": {"gameId": "0022400001", "actions": []}})
DEAD = "http://127.0.0.1:9"


@pytest.fixture
def fake_time() -> FakeTime:
    """Time that costs none."""
    return FakeTime()


def answering(*replies: Reply) -> ScriptedSession:
    """Let nba_api be answered so."""
    NBAHTTP.set_session(session := ScriptedSession(*replies))
    return session


def client_of(time: FakeTime, attempts: int = 1) -> FeedClient:
    """A client that asks once, in this time."""
    return FeedClient(attempts=attempts, now=time.now, sleep=time.sleep, spacing=Spacing())


def test_answer_is_the_payload_and_its_address(fake_time: FakeTime) -> None:
    """The address names the game."""
    answering((200, GOOD))

    answer = client_of(fake_time).ask(PlayByPlayV3, game_id="0022400001")

    assert answer == Answer(PLAYS, json.loads(GOOD))


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (403, "Try from another network, or replay a recorded game."),
        (404, "There is no such game, or it has not begun."),
        (429, "This network asked too often. Wait a few minutes and try again, or replay a recorded game."),
        (500, "The league's server has trouble of its own. Wait a few minutes and try again"),
        (503, "The league's server has trouble of its own."),
    ],
)
def test_status_that_nba_api_ignores_is_a_refusal(fake_time: FakeTime, status: int, advice: str) -> None:
    """The sentence has the address, the status and what to do."""
    answering((status, "<html>Access Denied</html>"))

    with pytest.raises(SourceRefused) as told:
        client_of(fake_time).ask(ScoreBoard)

    assert str(told.value).startswith(f"{SCOREBOARD} refused with status {status}. ")
    assert advice in str(told.value)
    assert told.value.status == status


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("", "an empty body"),
        (" \n", "an empty body"),
        ("{}", "JSON that holds nothing"),
        ("[]", "JSON that holds nothing"),
        ("7", "JSON that holds nothing"),
        ("<html></html>", "something that is no JSON"),
        (GOOD[:-5], "something that is no JSON"),
        ("[" * 100_000, "something that is no JSON"),
    ],
)
@pytest.mark.parametrize("endpoint", [lambda **more: PlayByPlay("0022400001", **more), ScoreBoard])
def test_body_without_a_payload_is_unexpected(
    fake_time: FakeTime, endpoint: Callable[..., Any], body: str, what: str
) -> None:
    """What nba_api would show as JSONDecodeError, a missing attribute or no rows."""
    session = answering((200, body))

    with pytest.raises(UnexpectedPayload) as told:
        client_of(fake_time).ask(endpoint)

    assert str(told.value) == (
        f"{session.asked[0]} answered with {what}. "
        "Try again; if it stays so, `pip install --upgrade nba_api`, or replay a recorded game."
    )


@pytest.mark.parametrize(
    ("endpoint", "options", "payload"),
    [
        (LeagueDashTeamStats, {"season": "2025-26"}, {"resource": "leaguedashteamstats"}),
        (LeagueDashTeamStats, {"season": "2025-26"}, {"resultSets": [{"name": "LeagueDashTeamStats"}]}),
        (LeagueDashTeamStats, {"season": "2025-26"}, {"resultSets": []}),
        (PlayByPlayV3, {"game_id": "0022400001"}, {"game": None}),
    ],
)
def test_missing_keys_are_unexpected(
    fake_time: FakeTime, endpoint: Callable[..., Any], options: dict[str, Any], payload: dict[str, Any]
) -> None:
    """What nba_api would show as a KeyError of its own, far from the cause."""
    answering((200, json.dumps(payload)))

    with pytest.raises(UnexpectedPayload, match=r"^https://\S+ sent something nba_api cannot read\. The league may"):
        client_of(fake_time).ask(endpoint, **options)


def test_payload_that_a_parser_refuses_is_told_with_its_address() -> None:
    """The parser knows the place, the answer the address."""

    def refuse(payload: dict[str, Any]) -> None:
        raise UnexpectedPayload("At $.game: Expected `object`, got `null`.")

    with pytest.raises(UnexpectedPayload, match=r"^http://x sent something else than it should\. At \$\.game: "):
        Answer("http://x", {}).read(refuse)


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (requests.ConnectTimeout(), SourceUnavailable, "did not answer within 10.0 s. Check the network"),
        (requests.ReadTimeout(), SourceUnavailable, "did not answer within 10.0 s. Check the network"),
        (requests.exceptions.ChunkedEncodingError(), UnexpectedPayload, "broke off in the middle of its answer."),
        (requests.ConnectionError(), SourceUnavailable, "(ConnectionError). Check the network, or replay a recorded"),
    ],
)
def test_trouble_on_the_way_is_told(
    fake_time: FakeTime, error: Exception, kind: type[SourceError], sentence: str
) -> None:
    """With the address and what to do."""
    answering(error)

    with pytest.raises(kind) as told:
        client_of(fake_time).ask(ScoreBoard)

    assert SCOREBOARD in str(told.value)
    assert sentence in str(told.value)


def test_refused_connection_is_told(fake_time: FakeTime) -> None:
    """Nobody listens there: the operating system's own word is in the sentence."""
    use_league(DEAD)

    with pytest.raises(SourceUnavailable) as told:
        client_of(fake_time).ask(ScoreBoard)

    assert str(told.value) == (
        f"Nothing answers at {DEAD}/static/json/liveData/scoreboard/todaysScoreboard_00.json (Connection refused). "
        "Check the network, or replay a recorded game: `nbmomentum games` lists those on this computer."
    )


def test_no_network_is_told(fake_time: FakeTime, monkeypatch: pytest.MonkeyPatch) -> None:
    """No name can be resolved."""

    def no_answer(*args: object, **more: object) -> None:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", no_answer)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(SourceUnavailable, match=r"^Nothing answers at https://cdn\S+ \(Temporary failure in name res"):
        client_of(fake_time).ask(ScoreBoard)


def test_what_may_pass_is_tried_again(fake_time: FakeTime) -> None:
    """After pauses that grow and are never quite the same."""
    session = answering((500, ""), (200, ""), (200, GOOD))

    client_of(fake_time, attempts=3).ask(PlayByPlay, game_id="0022400001")

    assert len(session.asked) == 3
    first_s, second_s = fake_time.naps_s
    assert 1 <= first_s <= 2 <= second_s <= 3


def test_last_error_is_the_one_that_is_told(fake_time: FakeTime) -> None:
    """Of three attempts, the third."""
    session = answering((500, ""), (429, ""), requests.ReadTimeout())

    with pytest.raises(SourceUnavailable, match="did not answer"):
        client_of(fake_time, attempts=3).ask(ScoreBoard)

    assert len(session.asked) == 3


def test_no_is_taken_for_an_answer(fake_time: FakeTime) -> None:
    """To ask again what the league refuses brings the same, and a longer ban."""
    session = answering((403, ""))

    with pytest.raises(SourceRefused):
        client_of(fake_time, attempts=3).ask(ScoreBoard)

    assert (len(session.asked), fake_time.naps_s) == (1, [])


@pytest.mark.parametrize(
    ("error", "may"),
    [
        (SourceUnavailable(""), True),
        (UnexpectedPayload(""), True),
        (SourceRefused("", status=429), True),
        (SourceRefused("", status=502), True),
        (SourceRefused("", status=403), False),
        (SourceRefused("", status=404), False),
        (SettingsError(""), False),
    ],
)
def test_only_a_no_does_not_pass(error: Exception, may: bool) -> None:
    """And a mistake of ours."""
    assert may_pass(error) is may


def test_mistake_of_the_caller_stays_one(fake_time: FakeTime) -> None:
    """An option nba_api does not have is no fault of the feed."""
    with pytest.raises(TypeError, match="game_number"):
        client_of(fake_time).ask(PlayByPlayV3, game_number=7)


def test_stats_calls_are_apart_and_live_ones_need_not_be(fake_time: FakeTime) -> None:
    """0.6 s from one to the next, also when the first one failed."""
    answering((200, GOOD), (403, ""), (200, GOOD))
    patient = client_of(fake_time)

    patient.ask(PlayByPlayV3, game_id="1")
    fake_time.now_s += 0.25
    with pytest.raises(SourceRefused):
        patient.ask(PlayByPlayV3, game_id="2")
    patient.ask(PlayByPlay, game_id="3")
    fake_time.now_s += 5
    patient.ask(PlayByPlayV3, game_id="4")

    assert fake_time.naps_s == [pytest.approx(0.35)]


def test_attempts_are_apart_too(fake_time: FakeTime) -> None:
    """The pause between attempts is longer, so nothing is added to it."""
    answering((500, ""), (200, GOOD))

    client_of(fake_time, attempts=2).ask(PlayByPlayV3, game_id="1")

    assert len(fake_time.naps_s) == 1


def test_other_use_of_nba_api_passes_through(fake_time: FakeTime) -> None:
    """A student's own cell sees what nba_api shows, and its session is kept."""
    session = answering((200, GOOD))
    client_of(fake_time).ask(PlayByPlay, game_id="0022400001")
    session.replies = [(403, GOOD)]

    assert PlayByPlay("0022400001").get_dict() == json.loads(GOOD)

    other = answering((200, GOOD))
    client_of(fake_time).ask(PlayByPlay, game_id="0022400002")
    assert len(other.asked) == 1


def test_stand_in_is_asked_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    """By name or by the environment; the name wins, and None is the NBA again."""
    assert league_address() is None

    monkeypatch.setenv("NBMOMENTUM_STAND_IN", "http://localhost:81/")
    assert league_address() == "http://localhost:81"

    use_league("http://127.0.0.1:8123")
    assert league_address() == "http://127.0.0.1:8123"

    use_league(None)
    assert league_address() == "http://localhost:81"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "127.0.0.1:8123",
        "https://127.0.0.1:8123",
        "http://10.0.0.7:8123",
        "http://127.0.0.1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "http://me@127.0.0.1:8123",
        "http://127.0.0.1:8123@example.org:80",
        "http://127.0.0.1.example.org:80",
        "http://127.0.0.1:8123/x",
        7,
    ],
)
def test_stand_in_on_another_computer_is_refused(address: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class's laptops are not led to somebody's server."""
    with pytest.raises(SettingsError, match=r"takes an address on this computer, e\.g\. http://127\.0\.0\.1:8123\."):
        use_league(address)

    assert client._chosen is None


def test_stand_in_of_the_environment_is_checked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable, and nothing was asked."""
    monkeypatch.setenv("NBMOMENTUM_STAND_IN", "http://example.org:80")

    with pytest.raises(SettingsError, match=r"^NBMOMENTUM_STAND_IN is 'http://example\.org:80'"):
        ask(ScoreBoard)
