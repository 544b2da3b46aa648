"""What the options of the commands accept: games by id or name, speeds, topics, servers."""

import re

import typer

from nbmomentum.errors import SettingsError, UnknownGame
from nbmomentum.replay import AS_FAST_AS_POSSIBLE, ReplayClock
from nbmomentum.settings import checked_servers
from nbmomentum.sources.catalogue import find_any_game, kind_of, list_all_games
from nbmomentum.sources.game_info import GameInfo
from nbmomentum.sources.stored import checked_name

# Kafka allows 249 characters; the dead-letter topic's suffix must fit as well.
_TOPIC = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,230}")


def refuse_together(**given: bool) -> None:
    """Refuse options of which only one has a meaning, by their names with underscores.

    Raises:
        SettingsError: More than one was given.
    """
    together = [f"--{name.replace('_', '-')}" for name, is_given in given.items() if is_given]
    if len(together) > 1:
        raise SettingsError(f"{' and '.join(together)} exclude each other: leave out all but one.")


def find_game(text: str) -> GameInfo:
    """The game with this id, or the only one whose id, teams, date or note contain the text.

    The bundled games go first: their teams stay short to type, whatever was saved of them.

    Raises:
        typer.BadParameter: No game fits, or several do: then they are listed.
    """
    try:
        return find_any_game(text)
    except UnknownGame:
        fitting = _fitting(text)
    if len(fitting) == 1:
        return fitting[0]
    games = list_all_games()
    problem = f"{text!r} fits {len(fitting)} games; take one" if fitting else f"no game fits {text!r}; there are"
    raise typer.BadParameter(f"{problem}:\n\n" + "\n\n".join(map(_description, fitting or games)))


def _fitting(text: str) -> list[GameInfo]:
    """The games whose description contains the text: bundled ones, or if there are none, others."""
    fitting = [game for game in list_all_games() if text.casefold() in _description(game).casefold()]
    return [game for game in fitting if kind_of(game) == "bundled"] or fitting


def read_speed(text: str) -> float:
    """A replay speed: "60", "60x" or "60×" game seconds a second, or "max".

    Raises:
        typer.BadParameter: The text is no such speed.
    """
    if text.strip().casefold() == "max":
        return AS_FAST_AS_POSSIBLE
    try:
        speed = float(text.strip().rstrip("xX×"))
        return ReplayClock(speed=speed if speed < AS_FAST_AS_POSSIBLE else 0.0).speed
    except (ValueError, SettingsError) as error:
        raise typer.BadParameter(f"{text!r} is no speed; give 0.25 to 600, or max.") from error


def read_topic(text: str) -> str:
    """A topic name as Kafka allows it.

    Raises:
        typer.BadParameter: The text is no such name.
    """
    if not _TOPIC.fullmatch(text):
        raise typer.BadParameter(f"{text!r} is no topic name; use letters, digits, '.', '_' and '-'.")
    return text


def read_name(text: str) -> str:
    """The name of a saved game.

    Raises:
        typer.BadParameter: The text cannot be the name of a file.
    """
    try:
        return checked_name(text)
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error


def read_servers(text: str) -> str:
    """Servers as `host:port`, several separated by commas.

    Raises:
        typer.BadParameter: The text is no such list.
    """
    try:
        return checked_servers(text, "the address")
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error


def _description(game: GameInfo) -> str:
    return f"{game.game_id}  {game.title}: {game.note}"
