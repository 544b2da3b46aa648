"""Eight real games that come with the kit, as facts: who scored how much, and when.

```python
for game in list_games():
    game.title  # "OKC @ MIA, 3 Dec 2015"
events = load_game("0021500277")
```
"""

import csv
from datetime import UTC, date, datetime, time
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from nbmomentum.clock import GameClock
from nbmomentum.errors import UnknownGame
from nbmomentum.events import ScoringEvent

DEFAULT_GAME_ID: Final = "0021500277"

_GAMES = files("nbmomentum") / "games"
_TIP_OFF_TIME: Final = time(19, 0)
_TIP_OFF_ZONE: Final = "America/New_York"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class GameInfo(msgspec.Struct, frozen=True):
    """One bundled game.

    Attributes:
        game_id: The league's id of the game.
        home: The home team.
        away: The visiting team.
        date: The day it was played, in the league's time zone.
        note: Why it is here.
        home_score: Final score of the home team.
        away_score: Final score of the visitors.
        periods: How many were played, overtimes included.
        events: How many scoring events there are.
        official: Figures of the official box score; `home` and `away` hold points, periods and largest lead.
        computed: The same figures and the largest runs, counted independently from the events.
    """

    game_id: str
    home: str
    away: str
    date: date
    note: str
    home_score: int
    away_score: int
    periods: int
    events: int
    official: dict[str, Any]
    computed: dict[str, Any]

    @property
    def title(self) -> str:
        """A line such as "OKC @ MIA, 3 Dec 2015"."""
        # strftime would answer in the reader's locale
        month = _MONTHS[self.date.month - 1]
        return f"{self.away} @ {self.home}, {self.date.day} {month} {self.date.year}"

    @property
    def tip_off(self) -> datetime:
        """When the game is taken to have begun: 19:00 in New York on its day, in UTC."""
        return datetime.combine(self.date, _TIP_OFF_TIME, ZoneInfo(_TIP_OFF_ZONE)).astimezone(UTC)


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
