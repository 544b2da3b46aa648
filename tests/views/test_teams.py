"""The palette: every colour readable in both themes, every pair told apart."""

from itertools import permutations, product
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbmomentum.sources.bundled import list_games
from nbmomentum.views.colours import distance
from nbmomentum.views.teams import MIN_DISTANCE, NEUTRAL, TEAM_CODES, colours_for, is_readable, team_colours

CODES = st.text(ascii_uppercase, min_size=3, max_size=3)


def test_there_are_thirty_teams() -> None:
    """The league of today, each with two colours of its own."""
    assert len(TEAM_CODES) == 30
    assert all(len(set(team_colours(team))) == 2 for team in TEAM_CODES)


@pytest.mark.parametrize("team", TEAM_CODES)
def test_both_colours_of_a_team_read_in_both_themes(team: str) -> None:
    """At least 3:1 on white and on JupyterLab's dark background."""
    assert [colour for colour in team_colours(team) if not is_readable(colour)] == []


@pytest.mark.parametrize("home", TEAM_CODES)
def test_no_two_teams_look_alike_in_a_game(home: str) -> None:
    """Every opponent is told apart, red-green blindness included."""
    pairs = [colours_for(home, away) for away in TEAM_CODES if away != home]

    assert min(distance(pair.home, pair.away) for pair in pairs) >= MIN_DISTANCE


def test_teams_play_in_their_own_colours() -> None:
    """No pair of today's teams needs a borrowed colour, and most home teams keep their first one."""
    pairs = list(permutations(TEAM_CODES, 2))

    for home, away in pairs:
        colours = colours_for(home, away)
        assert colours.home in team_colours(home)
        assert colours.away in team_colours(away)
    kept = sum(colours_for(home, away).home == team_colours(home)[0] for home, away in pairs)
    assert kept / len(pairs) > 0.9


def test_the_away_team_changes_first() -> None:
    """Red meets red: the home team stays red, the visitors change."""
    colours = colours_for("CHI", "MIA")

    assert colours.home == team_colours("CHI")[0]
    assert colours.away == team_colours("MIA")[1]


def test_unknown_codes_read_in_both_themes() -> None:
    """Historic and made-up teams get readable colours: one code of each first and last letter."""
    codes = [f"{first}Q{last}" for first, last in product(ascii_uppercase, repeat=2)]

    assert [code for code in codes if not all(map(is_readable, team_colours(code)))] == []


@given(CODES, CODES | st.sampled_from(TEAM_CODES))
def test_unknown_teams_are_told_apart(home: str, away: str) -> None:
    """The guarantee of a clear pair holds for any two codes."""
    colours = colours_for(home, away)

    assert distance(colours.home, colours.away) >= MIN_DISTANCE
    assert is_readable(colours.home)
    assert is_readable(colours.away)


def test_colours_of_an_unknown_code_stay_the_same() -> None:
    """Seattle looks the same in every process."""
    assert team_colours("SEA") == team_colours("SEA")
    assert colours_for("SEA", "VAN") == colours_for("SEA", "VAN")
    assert team_colours("SEA") == ("#21899c", "#d6533d")


def test_neutral_reads_in_both_themes() -> None:
    """What belongs to no team is readable as well."""
    assert is_readable(NEUTRAL)


def test_bundled_games_have_known_teams() -> None:
    """No bundled game falls back to derived colours."""
    assert {code for game in list_games() for code in (game.home, game.away)} <= set(TEAM_CODES)
