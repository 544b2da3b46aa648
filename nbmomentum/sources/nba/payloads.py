"""Reading the feeds' JSON: a field that is missing or wrong is told with its place."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec

from nbmomentum.errors import InvalidEvent, UnexpectedPayload

Row = TypeVar("Row", bound=msgspec.Struct)

ADVICE = "The league may have changed this feed: `pip install --upgrade nba_api`, or replay a recorded game meanwhile."


def read(payload: object, kind: type[Row], place: str = "$") -> Row:
    """A part of a payload as a struct of ours; fields it does not name are ignored, "12" is read as 12.

    Args:
        payload: What the feed sent, or a part of it.
        kind: The struct, its fields in the feed's own spelling.
        place: Where in the whole payload this part lies, for the message.

    Raises:
        UnexpectedPayload: A field is missing or wrong; the message names its place.
    """
    try:
        return msgspec.convert(payload, kind, strict=False)
    except msgspec.ValidationError as error:
        # msgspec writes "..., got `null` - at `$.game.actions`"; without a place it means the part itself.
        reason, _, inner = str(error).partition(" - at ")
        where = f"{place}{inner.strip('`').removeprefix('$')}"
        raise UnexpectedPayload(f"At {where}: {reason}. {ADVICE}") from error


@contextmanager
def events_at(place: str) -> Iterator[None]:
    """Tell an event that cannot be as an answer of the feed that cannot be used, with its place."""
    try:
        yield
    except InvalidEvent as error:
        raise UnexpectedPayload(f"At {place}: {error} {ADVICE}") from error


class Actions(msgspec.Struct, rename="camel"):
    """The plays of a game as both play-by-play feeds send them; those that scored are looked at one by one."""

    game_id: str
    actions: list[dict[str, Any]]


class PlayByPlay(msgspec.Struct):
    """The whole answer of a play-by-play feed."""

    game: Actions
