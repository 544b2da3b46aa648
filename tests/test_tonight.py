"""Tonight's games: asked for in the background; each reason why there are none has its own sentence."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from scoring import event
from support import random_name, wait_until

from nbmomentum.errors import NbmomentumError, SourceRefused, SourceUnavailable, UnexpectedPayload, UnknownGame
from nbmomentum.sources.live_diff import LiveDiff
from nbmomentum.sources.live_watch import LiveWatch, Look
from nbmomentum.sources.nba import RECORDED_ID, LeagueFeed, ScheduledGame, Tonight, league_feed, tonight
from nbmomentum.sources.recorded_feed import RecordedFeed
from nbmomentum.studio.tonight import tonight_of

NOVEMBER = datetime(2025, 11, 5, 23, 0, tzinfo=UTC)
AUGUST = datetime(2025, 8, 5, 23, 0, tzinfo=UTC)


def game(**changes: Any) -> ScheduledGame:
    """A game on the board, with changes."""
    fields = {
        "game_id": "0022500171",
        "home": "CLE",
        "away": "PHI",
        "status": "live",
        "status_text": "Q2 07:15",
        "home_score": 39,
        "away_score": 30,
        "period": 2,
        "clock": "PT07M15.00S",
        "tip_off": datetime(2025, 11, 6, 0, 30, tzinfo=UTC),
    }
    return ScheduledGame(**fields | changes)


LATER = game(game_id="0022500172", status="scheduled")


def asked(answer: Callable[[], Sequence[ScheduledGame]], today: datetime = NOVEMBER) -> Tonight:
    """Tonight after the first answer; stopped."""
    found = Tonight(ask=answer, today=lambda: today, name=random_name("tonight"))
    with found:
        wait_until(lambda: found.status.is_asked, what="the first answer")
    return found


def failing(error: Exception) -> Callable[[], Sequence[ScheduledGame]]:
    """A scoreboard that raises this."""

    def ask() -> Sequence[ScheduledGame]:
        raise error

    return ask


def test_games_are_counted_by_what_they_are_at() -> None:
    """One sentence over the list."""
    found = asked(lambda: [game(), LATER, game(game_id="3", status="final"), game(game_id="4", status="postponed")])

    assert found.status.sentence == "4 games today: 1 under way, 1 to come, 1 over, 1 postponed."
    assert (found.status.is_reachable, found.status.last_answer) == (True, NOVEMBER)
    assert found.best_id() == "0022500171"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SourceUnavailable("Nothing answers."), "The league's scoreboard cannot be reached. Nothing answers."),
        (SourceRefused("Status 403.", status=403), "The league's scoreboard refuses this network. Status 403."),
        (UnexpectedPayload("No JSON."), "The league's scoreboard answers something else than it should. No JSON."),
    ],
)
def test_each_reason_has_its_own_sentence(error: Exception, sentence: str) -> None:
    """No network, refused, changed: the reader is told which, and the recorded game is there."""
    found = asked(failing(error))

    assert (found.status.sentence, found.status.is_reachable) == (sentence, False)
    assert found.best_id() == RECORDED_ID
    assert isinstance(found.feed_of(found.best_id()), RecordedFeed)


@pytest.mark.parametrize(
    ("today", "sentence"),
    [(NOVEMBER, "No games today."), (AUGUST, "It is the off-season: the league plays again in October.")],
)
def test_no_games_and_the_off_season_are_told_apart(today: datetime, sentence: str) -> None:
    """Both are an empty board."""
    assert asked(list, today).status.sentence == sentence


def test_silence_is_no_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-up of a name that hangs: after a moment the status says so; the answer is taken when it comes."""
    monkeypatch.setattr(tonight, "LONGEST_WAIT_S", 0.05)
    may_answer = threading.Event()
    found = Tonight(ask=lambda: [game()] if may_answer.wait(15) else [], name=random_name("tonight"))

    with found:
        wait_until(lambda: found.status.is_asked, what="patience to end")
        silence = found.status.sentence
        may_answer.set()
        wait_until(lambda: found.status.is_reachable, what="the answer")

    assert silence.startswith("The league's scoreboard cannot be reached: no answer")
    assert found.status.sentence == "1 game today: 1 under way."


def test_refresh_asks_again_and_a_failure_keeps_the_games() -> None:
    """What was known stays to be chosen from; the sentence says that it is old."""
    answers = iter([[LATER], [LATER, game()]])

    def ask() -> Sequence[ScheduledGame]:
        if (answer := next(answers, None)) is None:
            raise SourceUnavailable("Nothing answers.")
        return answer

    found = Tonight(ask=ask, interval_s=1000, name=random_name("tonight"))
    with found:
        wait_until(lambda: len(found.status.games) == 1, what="the first answer")
        first_choice = found.best_id()
        found.refresh()
        wait_until(lambda: len(found.status.games) == 2, what="the second answer")
        found.refresh()
        wait_until(lambda: not found.status.is_reachable, what="the failure")

    assert (first_choice, found.best_id(), len(found.status.games)) == (RECORDED_ID, "0022500171", 2)
    assert isinstance(found.feed_of("0022500172"), LeagueFeed)
    with pytest.raises(UnknownGame, match="no game '7' now"):
        found.feed_of("7")


def board_and_plays(
    monkeypatch: pytest.MonkeyPatch, *, box: ScheduledGame | Exception, board: Sequence[ScheduledGame] = ()
) -> list[str]:
    """Let the feeds answer this; returns what is asked for, as it is asked."""
    calls: list[str] = []

    def status(game_id: str, **_: Any) -> ScheduledGame:
        calls.append("box score")
        if isinstance(box, Exception):
            raise box
        return box

    def plays(game_id: str, **_: Any) -> list[Any]:
        calls.append("plays")
        return []

    def games(**_: Any) -> Sequence[ScheduledGame]:
        calls.append("scoreboard")
        return board

    monkeypatch.setattr(league_feed, "fetch_status", status)
    monkeypatch.setattr(league_feed, "fetch_live_plays", plays)
    monkeypatch.setattr(league_feed, "todays_games", games)
    return calls


def test_followed_game_is_shown_as_its_own_feed_told_it_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """No question more for that; a scoreboard that answers later counts again, and other games are its own affair."""
    calls = board_and_plays(monkeypatch, box=game(home_score=44))
    board = [game(), LATER]
    found = Tonight(ask=lambda: board, name=random_name("tonight"))
    with found:
        wait_until(lambda: found.status.is_asked, what="the first answer")
    source = LeagueFeed(game())
    shown = tonight_of(found, SimpleNamespace(source=source))  # type: ignore[arg-type]
    assert shown().games == (game(), LATER)

    source.look()

    assert shown().games == (game(home_score=44), LATER)
    assert calls == ["box score", "plays"]
    board[0] = game(home_score=46)
    with found:
        wait_until(lambda: shown().games == (game(home_score=46), LATER), what="the scoreboard's next answer")


@pytest.mark.parametrize(("status", "is_final"), [("live", False), ("final", True)])
def test_look_asks_how_the_game_stands_and_for_its_plays(
    monkeypatch: pytest.MonkeyPatch, status: str, is_final: bool
) -> None:
    """The box score knows the game on whichever day's board it is."""
    calls = board_and_plays(monkeypatch, box=game(status=status))

    look = LeagueFeed(game()).look()

    assert (look, calls) == (Look(is_final=is_final), ["box score", "plays"])


def test_before_the_tip_off_the_scoreboard_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The league refuses to show files that it does not have yet; that is no outage."""
    refused = SourceRefused("Status 403.", status=403)
    calls = board_and_plays(monkeypatch, box=refused, board=[LATER])

    look = LeagueFeed(LATER).look()

    assert (look, calls) == (Look(has_begun=False), ["box score", "scoreboard"])


def test_postponed_game_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for it learns that it will not begin tonight."""
    postponed = game(status="postponed")
    board_and_plays(monkeypatch, box=SourceRefused("Status 403.", status=403), board=[postponed])
    watch = LiveWatch(LiveDiff())

    watch.seen(LeagueFeed(postponed).look())

    assert (watch.status.state, watch.status.trouble) == ("before tip-off", "The game is postponed.")


@pytest.mark.parametrize(
    ("on_board", "box"),
    [
        (game(), SourceRefused("Status 403.", status=403)),
        (LATER, SourceRefused("Status 500.", status=500)),
        (LATER, SourceUnavailable("Nothing answers.")),
    ],
)
def test_refusal_of_a_game_that_has_begun_is_one(
    monkeypatch: pytest.MonkeyPatch, on_board: ScheduledGame, box: NbmomentumError
) -> None:
    """Any other failure is told as it is."""
    board_and_plays(monkeypatch, box=box, board=[on_board])

    with pytest.raises(type(box)):
        LeagueFeed(on_board).look()


@pytest.mark.parametrize(
    ("wall_time", "resumes"),
    [("2025-11-06T00:41:07Z", True), (None, True), ("2025-11-05T22:10:00Z", False)],
)
def test_a_game_is_resumed_unless_it_is_an_earlier_one(wall_time: str | None, resumes: bool) -> None:
    """A stand-in league plays its game every evening under the same id; the league's own ids are used once."""
    assert LeagueFeed(game()).resumes([event(wall_time=wall_time)]) is resumes


def test_teams_and_tip_off_that_the_board_did_not_know_come_with_the_box_score(monkeypatch: pytest.MonkeyPatch) -> None:
    """A play-off game stands on the board before its teams are known; any replay of it is gone on with."""
    board_and_plays(monkeypatch, box=game())
    feed = LeagueFeed(game(home="TBD", away="TBD", status="scheduled", tip_off=None))
    assert feed.resumes([event(wall_time="2025-11-05T22:10:00Z")])

    feed.look()

    assert (feed.title, feed.home, feed.away) == ("PHI @ CLE", "CLE", "PHI")
    assert not feed.resumes([event(wall_time="2025-11-05T22:10:00Z")])
