"""Team stats kept in `home/data`, a file a day, so that a season can be replayed date by date without a network.

```python
save_day(stats)  # home/data/team_stats/2025-26/2026-02-20.json
days = load_days("2025-26")
```

A file is a JSON array of `TeamStats`, each as its record's value. A file is written beside its place and moved
there, so it is there whole or not at all.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from nbmomentum.errors import InvalidGameFile, InvalidTeamStats, SettingsError, UnknownGame
from nbmomentum.settings import home, home_folder
from nbmomentum.sources.stored import write_whole
from nbmomentum.sources.team_stats import TeamStats

FOLDER: Final = "data/team_stats"

Day = tuple[TeamStats, ...]


def save_day(stats: Sequence[TeamStats]) -> Path:
    """Keep the stats of one day; those that were kept of this day are replaced.

    Returns:
        Where the file lies.

    Raises:
        SettingsError: There are no stats, they are of several days, or the folder cannot be written.
    """
    days = {(each.season, each.as_of) for each in stats}
    if len(days) != 1:
        raise SettingsError(f"A day's stats are of one season and one day, not of {len(days)}.")
    [(season, as_of)] = days
    path = home_folder(f"{FOLDER}/{season}") / f"{as_of.isoformat()}.json"
    write_whole(path, b"[" + b",\n".join(each.to_json() for each in stats) + b"]\n")
    return path


def list_saved_seasons() -> list[str]:
    """The seasons of which a day is kept."""
    return sorted({path.parent.name for path in (home() / FOLDER).glob("*/*.json")})


def load_days(season: str) -> list[Day]:
    """The days kept of a season, the first one first.

    Raises:
        UnknownGame: No day of this season is kept.
        InvalidGameFile: A file is damaged; the message names it and the reason.
    """
    seasons = list_saved_seasons()
    if season not in seasons:
        kept = ", ".join(seasons) or "none"
        raise UnknownGame(f"No day of the season {season!r:.20} is kept on this computer. There are: {kept}.")
    return [_load(path) for path in sorted((home() / FOLDER / season).glob("*.json"))]


def _load(path: Path) -> Day:
    try:
        return tuple(TeamStats.from_json(bytes(value)) for value in _decode(path.read_bytes()))
    except OSError as error:
        raise InvalidGameFile(f"{path.name} cannot be read: {error.strerror or error}.") from error
    except (msgspec.DecodeError, InvalidTeamStats, RecursionError) as error:
        raise InvalidGameFile(f"{path.name} holds no team stats: {error}") from error


_decode = msgspec.json.Decoder(list[msgspec.Raw]).decode
