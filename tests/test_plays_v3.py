"""The play-by-play of finished games becomes scoring events."""

from typing import Any

import pytest
from feeds import V3_BASKET, V3_FREE_THROW, play_by_play, real_feed, trial
from independent import figures_of, official_figures_of

from nbmomentum.errors import UnexpectedPayload
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameTracker
from nbmomentum.sources.bundled import GameInfo, list_games, load_game
from nbmomentum.sources.nba import parse_play_by_play_v3
from nbmomentum.sources.nba.scorers import scorer

STORED = ("0022200552", "0022400001")
BLANK = {"scoreHome": "", "scoreAway": ""}


def parsed(*actions: Any) -> list[ScoringEvent]:
    """The events of these rows: CHI at CLE."""
    return parse_play_by_play_v3(play_by_play(*actions))


def mismatches(events: list[ScoringEvent]) -> int:
    """In how many plays the summed score is not the stated one."""
    tracker = GameTracker(home=events[0].home, away=events[0].away)
    for event in events:
        tracker.apply(event)
    return tracker.state.mismatches


def test_basket_becomes_an_event() -> None:
    """Identity and place are the action's id; the feed does not say when it was."""
    event, _ = parsed(V3_BASKET, V3_FREE_THROW)

    assert event == ScoringEvent(
        game_id="0022599999",
        event_id="3",
        order=3,
        period=1,
        clock="PT11M41.00S",
        team="CHI",
        player="DeMar DeRozan",
        points=3,
        home="CLE",
        away="CHI",
        home_score=0,
        away_score=3,
    )


@pytest.mark.parametrize(
    ("description", "points"),
    [
        ("Mitchell Free Throw 1 of 2 (1 PTS)", [1]),
        ("Mitchell Free Throw Technical (31 PTS)", [1]),
        ("MISS Mitchell Free Throw 2 of 2", []),
        ("MISS Mitchell Free Throw 2 of 2 (1 PTS)", []),
        ("Mitchell Free Throw 1 of 2", []),
        (None, []),
    ],
)
def test_free_throw_tells_in_its_description_whether_it_was_made(description: str | None, points: list[int]) -> None:
    """It has no shotResult, and pointsTotal is both scores added."""
    _, *events = parsed(V3_BASKET, V3_FREE_THROW | {"description": description})

    assert [event.points for event in events] == points


def test_missed_shot_is_no_event() -> None:
    """Its value says what it would have been worth."""
    missed = V3_BASKET | {"shotResult": "Missed", "actionType": "Missed Shot"}

    assert len(parsed(missed, V3_BASKET, V3_FREE_THROW)) == 2


def test_blank_score_is_carried_from_row_to_row() -> None:
    """The last one stated, and the points since."""
    second = V3_BASKET | BLANK | {"actionId": 4, "shotValue": 2}
    third = V3_FREE_THROW | BLANK

    events = parsed(V3_BASKET, {**second, "shotResult": "Missed"}, second, third)

    assert [(event.home_score, event.away_score) for event in events] == [(0, 3), (0, 5), (1, 5)]


def test_stated_score_that_does_not_fit_is_kept_for_the_tracker_to_tell() -> None:
    """It counts the points, and reports the mismatch."""
    events = parsed(V3_BASKET, V3_FREE_THROW | {"scoreAway": "7"})

    tracker = GameTracker(home="CLE", away="CHI")
    for event in events:
        tracker.apply(event)
    assert (tracker.state.home_score, tracker.state.away_score, tracker.state.mismatches) == (1, 3, 1)


def test_free_throw_of_the_g_league_counts_what_the_score_gained() -> None:
    """One throw for all points of a foul: 2-2 as the feed states; a row without a score counts one."""
    basket, throw = trial("gleague_one_throw_for_two_v3")["game"]["actions"]
    blank = throw | BLANK | {"actionId": 3}

    events = parse_play_by_play_v3(play_by_play(basket, throw, blank, game_id="2022500901"))

    assert [event.points for event in events] == [2, 2, 1]
    assert [(event.home_score, event.away_score) for event in events] == [(2, 0), (2, 2), (2, 3)]
    assert mismatches(events) == 0
    of_the_nba = parse_play_by_play_v3(play_by_play(basket, throw))
    assert (of_the_nba[1].points, mismatches(of_the_nba)) == (1, 1)


@pytest.mark.parametrize(
    ("league", "name"),
    [
        ("10", "the WNBA, whose quarters have 10 minutes"),
        ("13", "a summer league in California"),
        ("14", "a summer league in Orlando"),
        ("15", "the summer league in Las Vegas"),
        ("16", "a summer league in Utah"),
        ("37", r"another league \(37\), whose clock the kit does not know"),
    ],
)
def test_game_of_a_league_with_another_clock_is_refused(league: str, name: str) -> None:
    """By its id; the end of a game of ten-minute quarters would be told 480 seconds late."""
    payload = trial("wnba_quarters_v3")
    payload["game"]["gameId"] = f"{league}22500900"

    with pytest.raises(UnexpectedPayload, match=rf"^The game {league}22500900 is of {name}") as told:
        parse_play_by_play_v3(payload)

    assert "The kit's clock is the NBA's: four quarters of 12 minutes, overtimes of 5." in str(told.value)


@pytest.mark.parametrize(
    ("period", "clock", "told"),
    [
        (1, "PT20M00.00S", "Q1 begins at 20:00"),
        (4, "PT10M", "Q4 begins at 10:00"),
        (5, "PT02M00S", "OT1 begins at 2:00"),
    ],
)
def test_period_of_another_length_is_refused(period: int, clock: str, told: str) -> None:
    """Whatever the id says: halves of an exhibition game, quarters by other rules, a short overtime."""
    start = {"actionId": 1, "actionType": "period", "subType": "start", "period": period, "clock": clock}

    with pytest.raises(UnexpectedPayload, match=rf"^At \$\.game\.actions\[0\]: {told}\. The kit's clock is the NBA's"):
        parsed(start, V3_BASKET, V3_FREE_THROW)


@pytest.mark.parametrize(
    ("period", "clock"), [(1, "PT12M00.00S"), (5, "PT05M00.00S"), (2, "PT11M59.00S"), (2, "PT00M00.00S"), (2, None)]
)
def test_start_of_a_period_by_our_clock_is_none_of_that(period: int, clock: str | None) -> None:
    """Nor is a row whose clock is a slip, and says no length."""
    start = {"actionId": 1, "actionType": "period", "subType": "start", "period": period, "clock": clock or ""}

    assert len(parsed(start, V3_BASKET, V3_FREE_THROW)) == 2


def test_overtime_of_the_g_league_is_refused() -> None:
    """Its quarters are the NBA's, its overtime is played to a target score."""
    throw = V3_FREE_THROW | {"period": 5, "clock": "PT02M00.00S"}

    with pytest.raises(UnexpectedPayload, match="is of the G League and went to overtime"):
        parse_play_by_play_v3(play_by_play(V3_BASKET, throw, game_id="2022500901"))


def test_blank_scorer_takes_the_name_of_the_description() -> None:
    """As a club from abroad sends it."""
    assert [event.player for event in parse_play_by_play_v3(trial("foreign_club_no_name_v3"))] == ["One", "Zwei"]


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("Zwei 4' Jump Shot (2 PTS)", "Zwei"),
        ("Van den Drei 27' 3PT Step Back Jump Shot (3 PTS) (Zwei 1 AST)", "Van den Drei"),
        ("Vier Jr. Driving Finger Roll Layup (2 PTS)", "Vier Jr."),
        ("Zwei 3PT Jump Shot (3 PTS)", "Zwei"),
        ("J. Fünf alley-oop DUNK (2 PTS)", "J. Fünf"),
        ("Banks Free Throw 1 of 2 (1 PTS)", "Banks"),
        ("Hook Hook Shot (2 PTS)", "Hook"),
        ("(2 PTS)", ""),
        ("Layup (2 PTS)", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_name_of_a_description_ends_before_the_shot(description: str | None, name: str) -> None:
    """Distance, value or kind of shot; where none of them follows nobody is named."""
    assert scorer(0, "", " ", None, description=description) == name


def test_home_and_away_follow_from_the_location() -> None:
    """Rows of the team as a whole name no team, and rows of the game no location."""
    team_rebound = {"actionId": 2, "actionType": "Rebound", "period": 1, "clock": "PT11M50.00S", "location": "h"}
    start = {"actionId": 1, "actionType": "period", "period": 1, "clock": "PT12M00.00S", "teamTricode": ""}

    events = parsed(start, team_rebound, V3_BASKET, V3_FREE_THROW)

    assert {(event.home, event.away) for event in events} == {("CLE", "CHI")}


def test_game_that_has_not_begun_has_no_events() -> None:
    """No rows, or the first row alone."""
    start = {"actionId": 1, "actionType": "period", "period": 1, "clock": "PT12M00.00S"}

    assert parsed() == parsed(start) == []


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({}, r"^At \$: Object missing required field `game`\."),
        ({"game": {"gameId": "1", "actions": None}}, r"^At \$\.game\.actions: Expected `array`, got `null`\."),
        (play_by_play(V3_BASKET, {"actionId": 4}), r"^At \$\.game\.actions\[1\]: Object missing required field"),
        (play_by_play(V3_BASKET), r"^At \$\.game\.actions: location and teamTricode do not name two teams\."),
        (play_by_play(V3_BASKET | {"shotValue": 0}, V3_FREE_THROW), r"^At \$\.game\.actions\[0\]: The field points"),
        (play_by_play(V3_BASKET | {"scoreHome": "-"}, V3_FREE_THROW), r"^At \$\.game\.actions\[0\]: '-' is no score\."),
        (play_by_play(V3_BASKET, V3_FREE_THROW | {"clock": ""}), r"^At \$\.game\.actions\[1\]: The field clock"),
    ],
)
def test_malformed_payload_is_told_with_its_place(payload: Any, place: str) -> None:
    """And with what to do."""
    with pytest.raises(UnexpectedPayload, match=place) as told:
        parse_play_by_play_v3(payload)

    assert "`pip install --upgrade nba_api`" in str(told.value)


@pytest.mark.parametrize(
    "game", [game for game in list_games() if game.game_id in STORED], ids=lambda game: game.game_id
)
def test_real_game_gives_the_official_figures(game: GameInfo) -> None:
    """CHI at CLE with an overtime, ATL at BOS by one point: the box score's, as they came with the bundled games."""
    events = parse_play_by_play_v3(real_feed(f"v3_pbp_{game.game_id}.json"))

    tracker = GameTracker(home=game.home, away=game.away)
    for event in events:
        tracker.apply(event)

    assert figures_of(tracker.state) == official_figures_of(game)
    assert [(event.period, event.clock, event.points) for event in events] == [
        (event.period, event.clock, event.points) for event in load_game(game.game_id)
    ]
