"""Teams by every name they have had."""

import pytest

from nbmomentum.sources.franchises import FORMER, current_code, names_of, teams_called
from nbmomentum.sources.rosters import list_teams


@pytest.mark.parametrize(
    ("name", "year", "teams"),
    [
        ("CHH", 1996, {"CHA"}),
        ("njn", None, {"BKN"}),
        ("SEA", 1996, {"OKC"}),
        ("VAN", 1996, {"MEM"}),
        ("NOH", 2012, {"NOP"}),
        ("PHL", 1985, {"PHI"}),
        ("Hornets", 1996, {"CHA"}),
        ("Hornets", 2012, {"NOP"}),
        ("Hornets", None, {"CHA"}),
        ("Bobcats", None, {"CHA"}),
        ("Oklahoma City", 2005, {"NOP"}),
        ("Oklahoma City", None, {"OKC"}),
        ("Brooklyn", 1996, {"BKN"}),
        ("Los Angeles", None, {"LAC", "LAL"}),
        ("Zephyrs", 1962, {"WAS"}),
        ("St. Louis", 1960, {"ATL"}),
        ("Springfield", None, set()),
    ],
)
def test_name_is_that_of_the_season(name: str, year: int | None, teams: set[str]) -> None:
    """Else of whoever has it now, else of whoever had it."""
    assert teams_called(name, year) == teams


def test_every_franchise_is_one_of_the_thirty() -> None:
    """The table hangs together: no team has two codes in one season, and no old code is another team's."""
    today = {team.code for team in list_teams()}
    seasons = [(former.team, year, former.code) for former in FORMER for year in range(former.first, former.last + 1)]

    assert {former.team for former in FORMER} <= today
    assert len({season[:2] for season in seasons}) == len(set(seasons))
    assert all(current_code(former.code) == former.team for former in FORMER)
    assert all(current_code(code) == code for code in today)
    assert current_code("XXX") == "XXX"


def test_game_is_looked_for_by_the_names_of_its_time_and_of_today() -> None:
    """The Nets of New Jersey; OKC's game of 2015 is none of Seattle's."""
    assert names_of("NJN", 1996) == ("BKN", "New Jersey Nets", "Brooklyn Nets")
    assert names_of("OKC", 2015) == ("OKC", "Oklahoma City Thunder")
    assert names_of("XXX", 2015) == ("XXX",)
