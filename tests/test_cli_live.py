"""`produce --live`: which of tonight's games is meant, and what the live line says."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import structs

from nbmomentum.cli.live import find_game, status_text
from nbmomentum.errors import UnknownGame
from nbmomentum.sources.live_watch import FeedStatus
from nbmomentum.sources.nba import ScheduledGame
from nbmomentum.stream import LiveProducerStatus


def game(game_id: str, teams: str, status: Any = "scheduled", hour: int = 1) -> ScheduledGame:
    """A game of tonight."""
    away, home = teams.split(" @ ")
    return ScheduledGame(
        game_id=game_id,
        home=home,
        away=away,
        status=status,
        status_text="Q2 07:15",
        home_score=39,
        away_score=30,
        period=2,
        clock="",
        tip_off=datetime(2025, 11, 6, hour, tzinfo=UTC),
    )


TONIGHT = [
    game("1", "PHI @ CLE", "final"),
    game("2", "SAC @ GSW", hour=3),
    game("3", "OKC @ MIA", "live", hour=2),
    game("4", "LAL @ LAC", hour=1),
]
STATUS = LiveProducerStatus("producer", "live", "3", sent=45, acknowledged=44, queued=1)
FEED = FeedStatus(
    "live", plays=44, next_look_s=7.0, corrections=1, last_correction="withdrawn: X (MIA) scores 2, Q1 9:00"
)


@pytest.mark.parametrize(("text", "game_id"), [("mia", "3"), ("SAC", "2"), ("1", "1"), (" any ", "3")])
def test_game_is_found_by_id_or_team_or_any(text: str, game_id: str) -> None:
    """Any is one that is under way."""
    assert find_game(text, TONIGHT).game_id == game_id


def test_any_is_the_next_one_where_none_is_under_way() -> None:
    """Whoever starts early waits for the first tip-off."""
    assert find_game("any", [each for each in TONIGHT if each.status != "live"]).game_id == "4"


def test_game_whose_time_is_not_set_comes_last() -> None:
    """It may be any hour."""
    unset = structs.replace(game("5", "BOS @ NYK"), tip_off=None)

    assert find_game("any", [unset, TONIGHT[1]]).game_id == "2"
    assert find_game("any", [unset]).game_id == "5"


@pytest.mark.parametrize(
    ("text", "games", "told"),
    [
        ("BOS", TONIGHT, ["No game of today fits 'BOS'; there are:", "3  OKC @ MIA, 30-39, Q2 07:15"]),
        ("SAC", [TONIGHT[1], game("5", "SAC @ GSW")], ["2 games fit 'SAC'; take one by its id:", "\n2  ", "\n5  "]),
        ("any", TONIGHT[:1], ["No game of today fits 'any'"]),
        ("any", [], ["The league has no games today.", "nbmomentum games"]),
    ],
)
def test_no_choice_is_told_with_the_list(text: str, games: list[ScheduledGame], told: list[str]) -> None:
    """What there is, and what to do."""
    with pytest.raises(UnknownGame) as caught:
        find_game(text, games)

    assert [part for part in told if part not in str(caught.value)] == []


def test_live_line_tells_counts_and_the_last_correction() -> None:
    """One line: what was sent, what was taken back, when the feed is looked at next."""
    assert status_text(replace(STATUS, feed=FEED)) == (
        "live: 44 plays, 45 sent, 44 acknowledged, 1 queued, 1 correction "
        "(last: withdrawn: X (MIA) scores 2, Q1 9:00). The feed answers, next look in 7 s."
    )


def test_live_line_says_who_is_away() -> None:
    """The feed or the broker, for how long, and why."""
    feed = replace(FEED, state="feed away", away_s=40.2, trouble="Nothing answers at cdn.", last_correction="")
    no_feed = status_text(replace(STATUS, state="feed away", feed=feed))
    no_broker = status_text(replace(STATUS, state="broker away", feed=FEED, away_s=12.0, away_reason="Nobody answers."))

    assert no_feed.endswith("1 correction. Feed away for 40 s, next look in 7 s: Nothing answers at cdn.")
    assert no_broker.endswith("Broker away for 12 s. Nobody answers.")
