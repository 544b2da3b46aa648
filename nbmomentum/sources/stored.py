"""Games saved to `home/data`, to be replayed again: any game's events, corrections and all, as they came.

```python
save_game(events)  # home/data/0021500277.jsonl
[saved.name for saved in list_saved_games()]
events = load_saved_game("0021500277")
```

A file is JSON lines in UTF-8. The first line is the header: `format` ("nbmomentum.game"), `version` (1), `lines`
(how many follow) and `game` (the fields of `GameInfo`). Each other line is one event, byte for byte the value of
its record in the log. A file is written beside its place and moved there, so it is there whole or not at all.
"""

import re
from collections.abc import Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final, Literal, NamedTuple
from uuid import uuid4

import msgspec

from nbmomentum.errors import InvalidEvent, InvalidGameFile, SettingsError, UnknownGame
from nbmomentum.events import ScoringEvent
from nbmomentum.logs import log_event
from nbmomentum.settings import home, home_folder, unusable_home
from nbmomentum.sources.bundled import list_games
from nbmomentum.sources.game_info import GameInfo, describe_game, league_day

FOLDER: Final = "data"
SUFFIX: Final = ".jsonl"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
_NAME_RULE = "1 to 100 letters, digits, dots, dashes and underscores, the first a letter or digit"


class SavedGame(NamedTuple):
    """A file of saved events.

    Attributes:
        name: What `load_saved_game` takes.
        game: The description of the game, as far as it was saved.
        path: Where the file lies.
    """

    name: str
    game: GameInfo
    path: Path


class _Header(msgspec.Struct, kw_only=True):
    format: Literal["nbmomentum.game"] = "nbmomentum.game"
    version: Literal[1] = 1
    lines: int
    game: GameInfo


_decode_header = msgspec.json.Decoder(_Header).decode


def save_game(events: Sequence[ScoringEvent], *, game: GameInfo | None = None, name: str | None = None) -> Path:
    """Save the events of one game; a file of the same name is replaced.

    Args:
        events: Of one game, in the sequence in which a replay is to send them.
        game: What is known of it: its day, note and official figures are kept, all else is counted from the
            events. By default that of the bundled game with this id; where there is none, the day is that of
            the first event's wall time, else today.
        name: Of the file, without its suffix; by default the game's id.

    Returns:
        Where the file lies.

    Raises:
        InvalidEvent: There are no events, or they are of several games.
        SettingsError: The name cannot be one of a file, or the folder cannot be written.
    """
    described = _described(events, game)
    path = home_folder(FOLDER) / f"{checked_name(described.game_id if name is None else name)}{SUFFIX}"
    header = msgspec.json.encode(_Header(lines=len(events), game=described))
    write_whole(path, b"\n".join((header, *(event.to_json() for event in events), b"")))
    return path


def list_saved_games() -> list[SavedGame]:
    """The saved games by name. A file that is no saved game is left out; the log says why."""
    found = []
    for path in _files():
        try:
            found.append(SavedGame(path.stem, _header(path, _read(path, lines=1)[0]).game, path))
        except InvalidGameFile as error:
            log_event("saved games", "left out", reason=str(error))
    return found


def load_saved_game(name: str) -> list[ScoringEvent]:
    """The events of a saved game, in the sequence in which they were saved.

    Raises:
        UnknownGame: There is no file of this name.
        InvalidGameFile: The file is damaged or no saved game; the message names the line and the reason.
    """
    files = {path.stem: path for path in _files()}
    if name not in files:
        raise UnknownGame(f"No saved game has the name {name!r:.110}. There are: {', '.join(files) or 'none'}.")
    path = files[name]
    first, *lines = _read(path)
    header = _header(path, first)
    if len(lines) != header.lines:
        raise InvalidGameFile(
            f"{path.name}, line 1: it promises {header.lines} events, but {len(lines)} follow; "
            "the file was cut off or changed."
        )
    return [_event(path, number, line, header.game) for number, line in enumerate(lines, start=2)]


def checked_name(name: str) -> str:
    """A name that a saved game can have.

    Raises:
        SettingsError: It cannot be the name of a file.
    """
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise SettingsError(f"The name of a saved game is {_NAME_RULE}, not {name!r:.110}.")
    return name


def _described(events: Sequence[ScoringEvent], game: GameInfo | None) -> GameInfo:
    if events and game is None:
        game = next((each for each in list_games() if each.game_id == events[0].game_id), None)
    if game is not None:
        return describe_game(events, day=game.date, note=game.note, official=game.official)
    wall_time = events[0].wall_time if events else None
    return describe_game(events, day=league_day(wall_time) if wall_time else date.today(), note="saved from a replay")


def _files() -> list[Path]:
    return sorted(path for path in (home() / FOLDER).glob(f"*{SUFFIX}") if _NAME.fullmatch(path.stem))


def _read(path: Path, lines: int | None = None) -> list[bytes]:
    """The lines of a file, or the first of them; an empty file is one empty line."""
    try:
        with path.open("rb") as file:
            return list(islice(file, lines)) or [b""]
    except OSError as error:
        raise InvalidGameFile(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _header(path: Path, line: bytes) -> _Header:
    try:
        return _decode_header(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidGameFile(f"{path.name}, line 1: this is no header of a saved game: {error}.") from error


def _event(path: Path, number: int, line: bytes, game: GameInfo) -> ScoringEvent:
    try:
        event = ScoringEvent.from_json(line)
    except InvalidEvent as error:
        raise InvalidGameFile(f"{path.name}, line {number}: {error}") from error
    if (event.game_id, event.home, event.away) != (game.game_id, game.home, game.away):
        raise InvalidGameFile(
            f"{path.name}, line {number}: this event is of the game {event.game_id}, {event.away} @ {event.home}; "
            f"the file is of {game.game_id}, {game.away} @ {game.home}."
        )
    return event


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises:
        SettingsError: It cannot be written.
    """
    draft = path.with_name(f".{path.stem}.{uuid4().hex}.draft")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        raise unusable_home(path, error) from error
    finally:
        draft.unlink(missing_ok=True)
