"""The thirty teams and the names of the players, from the static data inside nba_api: no network.

```python
find_team("OKC").full_name  # "Oklahoma City Thunder"
len(active_players())  # about 500
```

nba_api's static players carry no team: who plays where is not known here.
"""

from functools import cache

import msgspec

from nbmomentum.errors import UnknownTeam


class Team(msgspec.Struct, frozen=True):
    """One of the thirty teams.

    Attributes:
        code: Three capitals, as in the events: "OKC".
        full_name: "Oklahoma City Thunder".
        city: "Oklahoma City".
        nickname: "Thunder".
    """

    code: str
    full_name: str
    city: str
    nickname: str


@cache
def list_teams() -> tuple[Team, ...]:
    """The thirty teams, by code."""
    from nba_api.stats.static import teams

    rows = teams.get_teams()
    found = [Team(row["abbreviation"], row["full_name"], row["city"], row["nickname"]) for row in rows]
    return tuple(sorted(found, key=lambda team: team.code))


def find_team(code: str) -> Team:
    """The team with this code.

    Raises:
        UnknownTeam: None of the thirty has it.
    """
    teams = {team.code: team for team in list_teams()}
    if code not in teams:
        raise UnknownTeam(f"No team has the code {code!r:.40}. There are: {', '.join(teams)}.")
    return teams[code]


@cache
def _names_by_id() -> dict[int, str]:
    from nba_api.stats.static import players

    return {row["id"]: row["full_name"] for row in players.get_players()}


def player_name(person_id: int) -> str | None:
    """The full name of the player with the league's id, e.g. of 201939; None where the installed nba_api has none."""
    return _names_by_id().get(person_id)


@cache
def _codes_by_id() -> dict[int, str]:
    from nba_api.stats.static import teams

    return {row["id"]: row["abbreviation"] for row in teams.get_teams()}


def team_code(team_id: int) -> str | None:
    """The code of the team with the league's number, "OKC" for 1610612760; None where it is none of the thirty."""
    return _codes_by_id().get(team_id)


@cache
def _team_ids() -> dict[str, int]:
    return {code: team_id for team_id, code in _codes_by_id().items()}


def team_id(code: str) -> int:
    """The league's number of a team, 1610612760 for "OKC"; 0 where it is none of the thirty."""
    return _team_ids().get(code, 0)


@cache
def _ids_by_name() -> dict[str, int]:
    return {name: person_id for person_id, name in sorted(_names_by_id().items())}


def player_id(full_name: str) -> int:
    """The league's number of a player, 201939 for "Stephen Curry"; 0 where the installed nba_api has none."""
    return _ids_by_name().get(full_name, 0)


@cache
def active_players() -> tuple[str, ...]:
    """The full names of the players that were active when the installed nba_api was made, in the order of its ids."""
    from nba_api.stats.static import players

    rows = sorted(players.get_active_players(), key=lambda row: row["id"])
    return tuple(dict.fromkeys(row["full_name"] for row in rows))  # a name two players share counts once
