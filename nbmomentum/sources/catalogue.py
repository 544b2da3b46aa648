"""Every game that can be replayed, each under one id: the bundled ones, those saved on this computer, simulated ones.

```python
for game in list_all_games():
    game.game_id, game.title, game.note
load_any_game("0021500391")       # bundled
load_any_game("saved:my-replay")  # from home/data
load_any_game("sim-7-0003")       # any game of the simulated league, listed or not
```

To list them is cheap: no game is played and no network asked.
"""

from typing import Final, Literal

from msgspec.structs import replace

from nbmomentum.errors import UnknownGame
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.sources.franchises import names_of
from nbmomentum.sources.game_info import GameInfo, season_of
from nbmomentum.sources.simulated import ID_PREFIX, find_simulated_game, list_picks, load_simulated_game
from nbmomentum.sources.stored import SavedGame, list_saved_games, load_saved_game

SAVED_PREFIX: Final = "saved:"
FETCHED_PREFIX: Final = "nba-"
"""Names of saved games that came from the league begin so; the rest is its id of the game."""

Kind = Literal["bundled", "saved", "simulated", "remote"]


def list_all_games() -> list[GameInfo]:
    """The bundled games, the default one first; then the saved ones by name; then a few simulated ones."""
    return [*list_games(), *map(_described, list_saved_games()), *list_picks()]


def matching_games(text: str) -> list[GameInfo]:
    """The games whose id, teams, date, season or note contain every word of the text; all of them for no word."""
    words = text.casefold().split()
    return [game for game in list_all_games() if all(word in _searched(game) for word in words)]


def find_any_game(game_id: str) -> GameInfo:
    """The description of a game by its id; a saved game's name alone will do where it is nothing else's id.

    A game that `fetch_game` brought from the league is found by the league's id.

    Raises:
        UnknownGame: No game has this id.
    """
    games = {game.game_id: game for game in list_all_games()}
    for known in (game_id, f"{SAVED_PREFIX}{game_id}", f"{SAVED_PREFIX}{FETCHED_PREFIX}{game_id}"):
        if known in games:
            return games[known]
    if isinstance(game_id, str) and game_id.startswith(ID_PREFIX):
        return find_simulated_game(game_id).game
    raise UnknownGame(
        f"No game has the id {game_id!r:.110}. list_all_games() and `nbmomentum games` show those there are; "
        f"a saved game's is {SAVED_PREFIX}NAME, a simulated one's {ID_PREFIX}SEED-NUMBER, such as {ID_PREFIX}7-0003. "
        "`nbmomentum produce --fetch ID` brings one of the league's."
    )


def load_any_game(game_id: str) -> list[ScoringEvent]:
    """The events of a game by its id, in the sequence in which a replay sends them.

    The events of a saved game carry the id of the game that was saved.

    Raises:
        UnknownGame: No game has this id.
        InvalidGameFile: The file of the saved game is damaged; the message names the line and the reason.
    """
    game = find_any_game(game_id)
    match kind_of(game):
        case "saved":
            return load_saved_game(game.game_id.removeprefix(SAVED_PREFIX))
        case "simulated":
            return load_simulated_game(game.game_id)
        case _:
            return load_game(game.game_id)


def kind_of(game: GameInfo) -> Kind:
    """Where the events of a game come from; those of a remote one are still at the league's."""
    if game.game_id.startswith(SAVED_PREFIX):
        return "saved"
    if not game.events:
        return "remote"
    return "simulated" if game.game_id.startswith(ID_PREFIX) else "bundled"


def _searched(game: GameInfo) -> str:
    """What words are looked for in."""
    season = season_of(game.date)
    names = " ".join(name for code in (game.home, game.away) for name in names_of(code, int(season[:4])))
    return f"{game.game_id} {game.title} {game.date.isoformat()} {season} {names} {game.note}".casefold()


def _described(saved: SavedGame) -> GameInfo:
    """A saved game under an id of its own: it may be a replay of a bundled game, and it may be half of one."""
    plays = f"{saved.game.events} play{'' if saved.game.events == 1 else 's'}"
    is_fetched = saved.name == f"{FETCHED_PREFIX}{saved.game.game_id}"
    note = f"{saved.game.note}, {plays}" if is_fetched else f"saved as {saved.name}, {plays}"
    return replace(saved.game, game_id=f"{SAVED_PREFIX}{saved.name}", note=note)
