"""Eight real games that come with the kit, as facts: who scored how much, and when.

```python
for game in list_games():
    game.title  # "OKC @ MIA, 3 Dec 2015"
events = load_game("0021500277")
```
"""

import csv
from importlib.resources import files
from typing import Final

import msgspec

from nbmomentum.clock import GameClock
from nbmomentum.errors import UnknownGame
from nbmomentum.events import ScoringEvent
from nbmomentum.sources.game_info import GameInfo

__all__ = ["DEFAULT_GAME_ID", "GameInfo", "list_games", "load_game"]

DEFAULT_GAME_ID: Final = "0021500277"

_GAMES = files("nbmomentum") / "games"


def list_games() -> list[GameInfo]:
    """The bundled games, the default one first."""
    index = msgspec.json.decode((_GAMES / "index.json").read_bytes())
    return [msgspec.convert({"game_id": game_id, **entry}, GameInfo) for game_id, entry in index.items()]


def load_game(game_id: str = DEFAULT_GAME_ID) -> list[ScoringEvent]:
    """The scoring events of a bundled game, in order; without an id, of the one with 38 lead changes.

    Raises:
        UnknownGame: No bundled game has this id.
    """
    games = {game.game_id: game for game in list_games()}
    if game_id not in games:
        raise UnknownGame(f"No bundled game has the id {game_id!r}. There are: {', '.join(games)}.")
    lines = (_GAMES / f"{game_id}.csv").read_text(encoding="utf-8").splitlines()
    return [_event(games[game_id], row) for row in csv.DictReader(lines)]


def _event(game: GameInfo, row: dict[str, str]) -> ScoringEvent:
    return ScoringEvent(
        game_id=game.game_id,
        event_id=row["action"],
        order=int(row["order"]),
        period=int(row["period"]),
        clock=GameClock(int(row["period"]), float(row["seconds_remaining"])).to_iso(),
        team=row["team"],
        player=row["player"],
        points=int(row["points"]),
        home=game.home,
        away=game.away,
        home_score=int(row["home_score"]),
        away_score=int(row["away_score"]),
    )
