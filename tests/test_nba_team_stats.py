"""LeagueDashTeamStats read: hand-made answers of its shape, and a real one where it is at hand."""

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from seasons import BOS, MIA, OKC, advanced_row, base_row, payload

from nbmomentum.errors import SettingsError, UnexpectedPayload
from nbmomentum.sources.nba.client import Answer
from nbmomentum.sources.nba.team_stats import fetch_team_stats, parse_team_stats
from nbmomentum.sources.rosters import list_teams, team_code

FEEDS_VARIABLE = "NBMOMENTUM_FEEDS_DIR"


def test_base_and_advanced_are_joined_by_the_teams_number() -> None:
    """Whatever the order of either answer, a team gets its own ratings and its code."""
    base = payload(base_row(OKC, W=9, L=1), base_row(BOS))
    advanced = payload(advanced_row(BOS), advanced_row(OKC, NET_RATING=12.5))

    boston, oklahoma = parse_team_stats(base, advanced)

    assert (boston.team, oklahoma.team) == ("BOS", "OKC")
    assert (oklahoma.record, oklahoma.net_rating, oklahoma.origin) == ("9-1", 12.5, "NBA.com")
    assert (boston.offensive_rating, boston.defensive_rating, boston.pace) == (112.3, 106.1, 98.7)
    assert (boston.season, boston.as_of, boston.points_per_game) == ("2025-26", date(2026, 2, 20), 110.0)


def test_last_games_give_the_trend() -> None:
    """The net rating of the last games alone, and how many these are."""
    last = payload(advanced_row(OKC, NET_RATING=-3.0), LastNGames=5)

    [stats] = parse_team_stats(payload(base_row(OKC)), payload(advanced_row(OKC)), last_payload=last)

    assert (stats.last_games, stats.last_net_rating) == (5, -3.0)
    assert stats.trend == pytest.approx(-9.2)


def test_without_advanced_the_ratings_are_estimated_and_say_so() -> None:
    """880 + 0.44 · 250 − 120 + 130 = 1,000 possessions in 480 minutes."""
    [stats] = parse_team_stats(payload(base_row(OKC)))

    assert stats.origin == "NBA.com, estimated"
    assert (stats.offensive_rating, stats.net_rating, stats.defensive_rating) == (110.0, 5.0, 105.0)
    assert stats.pace == 100.0
    assert stats.last_net_rating is None


def test_averages_a_game_give_the_same_as_totals() -> None:
    """PerMode changes the counts and no rating."""
    averages = {name: base_row(OKC)[name] / 10 for name in ("MIN", "FGA", "FTA", "OREB", "TOV", "PTS", "PLUS_MINUS")}

    [stats] = parse_team_stats(payload(base_row(OKC, **averages), PerMode="PerGame"))

    assert stats == parse_team_stats(payload(base_row(OKC)))[0]


def test_before_the_first_game_there_are_no_ratings() -> None:
    """Opening night: zero games, and nothing to divide by."""
    zeros = dict.fromkeys(("GP", "W", "L", "MIN", "FGA", "FTA", "OREB", "TOV", "PTS", "PLUS_MINUS"), 0)

    [stats] = parse_team_stats(payload(base_row(OKC, **zeros)))

    assert (stats.games, stats.net_rating, stats.points_per_game) == (0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("base", "reason"),
    [
        ({}, "says which season"),
        ({"parameters": {"Season": "2025-26", "DateTo": "02/20/2026"}}, "no answer of LeagueDashTeamStats"),
        ({"parameters": None}, "says which season"),
        (payload(base_row(OKC), DateTo=None), "give as_of"),
        (payload(base_row(12)), "number 12; it is none of the thirty"),
        (payload(base_row(OKC, W="six")), "'six' in W"),
        (payload(base_row(OKC, W=6.5, L=3.5)), "6.5 in W"),
        (payload(base_row(OKC, PTS=None)), "None in PTS"),
        (payload(base_row(OKC, W=7)), "must add up to games"),
        (payload(base_row(OKC), Season="this one"), "The field season"),
    ],
)
def test_what_is_no_such_answer_is_told(base: dict[str, Any], reason: str) -> None:
    """A changed feed is one clear sentence."""
    with pytest.raises(UnexpectedPayload) as caught:
        parse_team_stats(base)

    assert reason in str(caught.value)


def test_a_team_that_only_one_answer_has_is_told() -> None:
    """Base and Advanced of two moments do not fit each other."""
    with pytest.raises(UnexpectedPayload, match=f"{MIA} in Base, and not in Advanced"):
        parse_team_stats(payload(base_row(MIA)), payload(advanced_row(OKC)))


class _League:
    """Answers like the league, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def ask(self, endpoint: type, **options: Any) -> Answer:
        """The answer that fits the measure and the number of games."""
        self.asked.append({"endpoint": endpoint.__name__} | options)
        is_last = options["last_n_games"] != "0"
        row = base_row(OKC) if options["measure_type_detailed_defense"] == "Base" else advanced_row(OKC)
        if is_last:
            row["NET_RATING"] = 9.9
        return Answer("the league", payload(row, LastNGames=int(options["last_n_games"]), DateTo=None))


def test_fetching_asks_for_this_season_both_measures_and_the_last_games() -> None:
    """The season is never left to nba_api's default, the league is 00, and the day is the one asked for."""
    league = _League()

    [stats] = fetch_team_stats("2025-26", date(2026, 2, 20), 5, client=league)  # type: ignore[arg-type]

    assert (stats.net_rating, stats.last_games, stats.last_net_rating) == (6.2, 5, 9.9)
    assert stats.as_of == date(2026, 2, 20)
    assert [call["measure_type_detailed_defense"] for call in league.asked] == ["Base", "Advanced", "Advanced"]
    assert [call["last_n_games"] for call in league.asked] == ["0", "0", "5"]
    same = {"endpoint": "LeagueDashTeamStats", "season": "2025-26", "league_id_nullable": "00"}
    assert all(call | same | {"date_to_nullable": "02/20/2026"} == call for call in league.asked)


def test_without_a_trend_two_calls_are_enough() -> None:
    """And the day is today's in the league's time zone."""
    league = _League()

    [stats] = fetch_team_stats("2025-26", client=league)  # type: ignore[arg-type]

    assert stats.last_net_rating is None
    assert len(league.asked) == 2
    assert abs((stats.as_of - datetime.now(UTC).date()).days) <= 1


@pytest.mark.parametrize(("season", "last_n"), [("2025", 0), ("2025-27", 0), ("", 0), ("2025-26", -1)])
def test_a_season_that_is_none_is_not_asked_for(season: str, last_n: int) -> None:
    """A slip is told before the league is asked."""
    league = _League()

    with pytest.raises(SettingsError):
        fetch_team_stats(season, last_n=last_n, client=league)  # type: ignore[arg-type]

    assert league.asked == []


def test_every_team_has_a_number() -> None:
    """The static data of nba_api knows all thirty, and nothing else."""
    assert [team_code(OKC), team_code(MIA), team_code(7)] == ["OKC", "MIA", None]


def test_a_real_answer_has_thirty_teams() -> None:
    """Counts as the league published them; net ratings of all games add up to about nothing."""
    folder = os.environ.get(FEEDS_VARIABLE)
    if not folder:
        pytest.skip(f"{FEEDS_VARIABLE} names no folder with stored answers")
    text = (Path(folder) / "leaguedashteamstats_2025-26_totals_base.json").read_text(encoding="utf-8")

    found = parse_team_stats(json.loads(text), as_of=date(2026, 2, 20))

    assert [stats.team for stats in found] == [team.code for team in list_teams()]
    atlanta = found[0]
    assert (atlanta.team, atlanta.record, atlanta.points_per_game) == ("ATL", "27-31", 116.9)
    assert all(95 < stats.pace < 110 and 100 < stats.offensive_rating < 125 for stats in found)
    assert abs(sum(stats.net_rating * stats.games for stats in found)) / sum(stats.games for stats in found) < 0.1
