"""`nbmomentum games`: the games on this computer, and those of the league that words ask for."""

from nbmomentum.cli.tables import games_table
from nbmomentum.cli.terminal import out, say
from nbmomentum.errors import SettingsError, SourceError
from nbmomentum.sources.catalogue import list_all_games, matching_games

SHOWN = 40


def list_games() -> None:
    """Show all games on this computer."""
    out.print(games_table(list_all_games()))


def search_games(text: str) -> None:
    """Show the games that fit the words: on this computer, then at the league.

    A league that does not answer, or cannot be asked for a word, is told, and hides no game on this computer.

    Raises:
        SettingsError: Nothing on this computer fits, and the words ask the league for nothing.
    """
    from nbmomentum.sources.nba import credit, source_name
    from nbmomentum.sources.nba.search import search_league

    if here := matching_games(text):
        say("On this computer:", "bold")
        out.print(games_table(here))
    try:
        found = search_league(text)
    except (SourceError, SettingsError) as error:
        if not here and isinstance(error, SettingsError):
            raise
        say(f"Games at {source_name()} cannot be listed. {error}", "yellow")
        return
    count = f"{len(found)} finished game{'' if len(found) == 1 else 's'}:" if found else "no finished game fits."
    say(f"At {source_name()}, {count}", "bold")
    if found:
        out.print(games_table(found[:SHOWN]))
        more = f" {len(found) - SHOWN} more are not shown: add a team or a day." if len(found) > SHOWN else ""
        say(f"`nbmomentum produce --fetch ID` replays one.{more} {credit()}")
