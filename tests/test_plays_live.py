"""The live feed's play-by-play becomes scoring events."""

from typing import Any

import pytest
from feeds import LIVE_BASKET, LIVE_PERIOD, play_by_play, real_feed

from nbmomentum.errors import UnexpectedPayload
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameTracker, HomeAway
from nbmomentum.sources.nba import parse_live_play_by_play


def parsed(*actions: Any) -> list[ScoringEvent]:
    """The events of these rows: GSW at BKN."""
    return parse_live_play_by_play(play_by_play(*actions), home="BKN", away="GSW")


def test_basket_becomes_an_event() -> None:
    """Identity is the action's number, its place the order number, its time the feed's."""
    assert parsed(LIVE_PERIOD, LIVE_BASKET) == [
        ScoringEvent(
            game_id="0022599999",
            event_id="10",
            order=100000,
            period=1,
            clock="PT11M38.00S",
            team="GSW",
            player="Stephen Curry",
            points=1,
            home="BKN",
            away="GSW",
            home_score=0,
            away_score=1,
            wall_time="2025-11-05T00:07:26.0Z",
        )
    ]


@pytest.mark.parametrize(("kind", "points"), [("2pt", 2), ("3pt", 3), ("freethrow", 1)])
def test_points_follow_the_kind_of_shot(kind: str, points: int) -> None:
    """Never from pointsTotal, which is what the player has made so far."""
    [event] = parsed(LIVE_BASKET | {"actionType": kind, "pointsTotal": 27})

    assert event.points == points


@pytest.mark.parametrize("change", [{"shotResult": "Missed"}, {"shotResult": None}, {"actionType": "turnover"}])
def test_what_did_not_score_is_no_event(change: dict[str, Any]) -> None:
    """A miss, a row without a result, a row of another kind."""
    assert parsed(LIVE_BASKET | change) == []


def test_rows_keep_the_feeds_order() -> None:
    """A late insertion has a high number and an early place."""
    late = LIVE_BASKET | {"actionNumber": 900, "orderNumber": 95000}

    assert [(event.event_id, event.order) for event in parsed(late, LIVE_BASKET)] == [("900", 95000), ("10", 100000)]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({}, "Stephen Curry"),
        ({"personId": 0}, "S. Curry"),
        ({"personId": 0, "playerNameI": None}, "Curry"),
        ({"personId": 0, "playerNameI": " ", "playerName": ""}, "S. Curry"),
        ({"personId": 0, "playerNameI": None, "playerName": None, "description": None}, ""),
    ],
)
def test_name_is_as_long_as_it_is_known(change: dict[str, Any], name: str) -> None:
    """In full where nba_api's list has the player's id, else as the feed writes it, in the description at last."""
    assert parsed(LIVE_BASKET | change)[0].player == name


def test_free_throw_of_the_g_league_counts_what_the_score_gained() -> None:
    """One throw stands for all points of a foul there, and for one point everywhere else."""
    throws = [LIVE_BASKET | {"scoreAway": "2"}, LIVE_BASKET | {"scoreAway": "5"}, LIVE_BASKET | {"scoreAway": "12"}]

    def points(game_id: str) -> list[int]:
        payload = play_by_play(*throws, game_id=game_id)
        return [event.points for event in parse_live_play_by_play(payload, home="BKN", away="GSW")]

    assert points("2022500901") == [2, 3, 1]
    assert points("0022500901") == [1, 1, 1]


def test_game_by_another_clock_is_refused() -> None:
    """The WNBA's by its id, any other by the time at which a period begins."""
    ten = LIVE_PERIOD | {"clock": "PT10M00.00S"}

    with pytest.raises(UnexpectedPayload, match=r"is of the WNBA, whose quarters have 10 minutes\."):
        parse_live_play_by_play(play_by_play(LIVE_BASKET, game_id="1022500900"), home="BKN", away="GSW")
    with pytest.raises(UnexpectedPayload, match=r"^At \$\.game\.actions\[0\]: Q1 begins at 10:00\."):
        parsed(ten, LIVE_BASKET)


def test_game_without_plays_has_no_events() -> None:
    """It has just begun."""
    assert parsed() == []


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({}, r"^At \$: Object missing required field `game`\."),
        ({"game": None}, r"^At \$\.game: Expected `object`, got `null`\."),
        ({"game": {"gameId": "1"}}, r"^At \$\.game: Object missing required field `actions`\."),
        (play_by_play(7), r"^At \$\.game\.actions\[0\]: Expected `object`, got `int`\."),
        ([], r"^At \$: Expected `object`, got `array`\."),
        (play_by_play(game_id=7), r"^At \$\.game\.gameId: "),  # type: ignore[arg-type]
    ],
)
def test_malformed_payload_is_told_with_its_place(payload: Any, place: str) -> None:
    """And with what to do."""
    with pytest.raises(UnexpectedPayload, match=place) as told:
        parse_live_play_by_play(payload, home="BKN", away="GSW")

    assert "`pip install --upgrade nba_api`" in str(told.value)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"actionNumber": None}, r"^At \$\.game\.actions\[1\]\.actionNumber: Expected `int`, got `null`\."),
        ({"scoreHome": "x"}, r"^At \$\.game\.actions\[1\]\.scoreHome: Expected `int`, got `str`\."),
        ({"clock": "11:38"}, r"^At \$\.game\.actions\[1\]: The field clock does not fit"),
        ({"teamTricode": "LAL"}, r"^At \$\.game\.actions\[1\]: The field team must be BKN or GSW, not 'LAL'\."),
        ({"period": 0}, r"^At \$\.game\.actions\[1\]: The field period must be"),
        ({"timeActual": "yesterday"}, r"^At \$\.game\.actions\[1\]: The field wall_time must be"),
    ],
)
def test_malformed_basket_is_told_with_its_place(change: dict[str, Any], reason: str) -> None:
    """The row is counted from 0, as in the payload."""
    with pytest.raises(UnexpectedPayload, match=reason):
        parsed(LIVE_PERIOD, LIVE_BASKET | change)


def test_malformed_row_that_did_not_score_does_no_harm() -> None:
    """The feed has many kinds of rows, and the kit reads one."""
    assert parsed({"actionType": "substitution", "clock": None}, {}) == []


def test_real_game_gives_the_official_figures() -> None:
    """GSW at BKN, 22 December 2020: the box score's points, periods, lead changes, ties and largest leads."""
    events = parse_live_play_by_play(real_feed("live_pbp_0022000001.json"), home="BKN", away="GSW")
    box = real_feed("live_box_0022000001.json")["game"]
    home, away = box["homeTeam"], box["awayTeam"]

    tracker = GameTracker(home="BKN", away="GSW")
    for event in events:
        tracker.apply(event)

    state = tracker.state
    assert (state.home_score, state.away_score, state.mismatches) == (home["score"], away["score"], 0) == (125, 99, 0)
    assert list(state.points_by_period) == [
        HomeAway(ours["score"], theirs["score"]) for ours, theirs in zip(home["periods"], away["periods"], strict=True)
    ]
    figures = home["statistics"]
    assert (state.lead_changes, state.times_tied) == (figures["leadChanges"], figures["timesTied"]) == (1, 1)
    assert state.largest_lead == HomeAway(figures["biggestLead"], away["statistics"]["biggestLead"])
