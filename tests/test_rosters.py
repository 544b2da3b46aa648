"""The rosters: thirty teams, some hundred names, and no way out to the network."""

import subprocess
import sys

import pytest

from nbmomentum.errors import UnknownTeam
from nbmomentum.events import MAX_PLAYER_LENGTH
from nbmomentum.sources.bundled import list_games
from nbmomentum.sources.rosters import Team, active_players, find_team, list_teams

OFFLINE = """
import socket, sys
def refuse(*args, **kwargs): raise AssertionError("a connection was asked for")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
import nbmomentum.sources.rosters as rosters
assert "nba_api" not in sys.modules
assert len(rosters.list_teams()) == 30 and rosters.active_players()
assert "requests" not in sys.modules
"""


def test_there_are_thirty_teams_by_code() -> None:
    """Sorted, each with three capitals of its own."""
    codes = [team.code for team in list_teams()]

    assert len(set(codes)) == len(codes) == 30
    assert codes == sorted(codes)
    assert all(len(code) == 3 and code.isalpha() and code.isupper() for code in codes)


def test_team_is_found_by_its_code() -> None:
    """City, nickname and both together."""
    assert find_team("OKC") == Team("OKC", "Oklahoma City Thunder", "Oklahoma City", "Thunder")


def test_teams_of_the_bundled_games_are_among_them() -> None:
    """Static data and game tables speak of the same teams."""
    played = {code for game in list_games() for code in (game.home, game.away)}

    assert played <= {team.code for team in list_teams()}


@pytest.mark.parametrize("code", ["SEA", "okc", "", None])
def test_unknown_team_is_told_with_the_known_ones(code: str) -> None:
    """A typing error is answered with the list to choose from."""
    with pytest.raises(UnknownTeam, match=r"There are: ATL, BKN, .*WAS\."):
        find_team(code)


def test_names_of_players_fit_an_event() -> None:
    """Enough for thirty squads, none twice, none that an event would refuse."""
    names = active_players()

    assert len(set(names)) == len(names) >= 300
    assert all(name.isprintable() and 0 < len(name) <= MAX_PLAYER_LENGTH for name in names)


def test_rosters_need_no_network_and_load_nba_api_late() -> None:
    """Importing the module costs nothing; reading it opens no connection and loads no HTTP client."""
    done = subprocess.run([sys.executable, "-c", OFFLINE], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
