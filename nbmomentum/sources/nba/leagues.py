"""Whose game a feed tells, and by which clock it was played: the kit times the NBA's clock, and refuses another.

```python
check_clock(game)  # raises for a game of the WNBA, of a summer league, of halves of twenty minutes
is_one_throw_for_all("2022500901")  # True: in the G League one free throw stands for two or three
```

The first two digits of a game's id are its league; a feed's own rows say what the clock shows when a period begins.
"""

import re
from typing import Any, Final, TypeGuard

from nbmomentum.clock import MAX_PERIOD, REGULATION_PERIODS, period_length_s, period_name
from nbmomentum.errors import UnexpectedPayload
from nbmomentum.sources.nba.payloads import Actions

NBA: Final = "00"
G_LEAGUE: Final = "20"
STAND_IN: Final = "99"

_OTHER_CLOCKS: Final = {
    "10": "the WNBA, whose quarters have 10 minutes",
    "13": "a summer league in California, whose quarters have 10 minutes",
    "14": "a summer league in Orlando, whose quarters have 10 minutes",
    "15": "the summer league in Las Vegas, whose quarters have 10 minutes",
    "16": "a summer league in Utah, whose quarters have 10 minutes",
}
_OUR_CLOCK: Final = (
    "The kit's clock is the NBA's: four quarters of 12 minutes, overtimes of 5. Choose a game of the NBA."
)
_LEAGUE_ID = re.compile(r"\d{10}", re.ASCII)
_WHOLE_MINUTES = re.compile(r"PT(\d{1,2})M(?:00(?:\.0+)?S)?", re.ASCII)


def is_league_id(game_id: object) -> TypeGuard[str]:
    """Whether this looks like an id of the league's: ten digits."""
    return isinstance(game_id, str) and _LEAGUE_ID.fullmatch(game_id) is not None


def is_one_throw_for_all(game_id: str) -> bool:
    """Whether a free throw of this game may count 2 or 3: the G League gives one for all points of a foul."""
    return is_league_id(game_id) and game_id.startswith(G_LEAGUE)


def throw_points(game_id: str, gained: int) -> int:
    """What a made free throw counts.

    Args:
        game_id: The league's id.
        gained: By how much the score that the feed states rose with it.
    """
    return gained if is_one_throw_for_all(game_id) and gained in (1, 2, 3) else 1


def check_league(game_id: object) -> None:
    """Refuse a game of a league with another clock; an id that is none of the league's says nothing.

    Raises:
        UnexpectedPayload: The game is of another league; the message says of which.
    """
    if is_league_id(game_id) and (league := game_id[:2]) not in (NBA, G_LEAGUE, STAND_IN):
        other = _OTHER_CLOCKS.get(league, f"another league ({league}), whose clock the kit does not know")
        raise UnexpectedPayload(f"The game {game_id} is of {other}. {_OUR_CLOCK}")


def check_clock(game: Actions) -> None:
    """Refuse a game that was not played by the NBA's clock: it would be timed wrongly, and nobody would see it.

    Raises:
        UnexpectedPayload: It is of another league, or a period begins with another time on its clock.
    """
    check_league(game.game_id)
    for place, action in enumerate(game.actions):
        period = action.get("period")
        if type(period) is not int or not 1 <= period <= MAX_PERIOD:
            continue  # told with its place by whoever reads the row
        if is_one_throw_for_all(game.game_id) and period > REGULATION_PERIODS:
            raise UnexpectedPayload(
                f"The game {game.game_id} is of the G League and went to overtime, whose clock is another. {_OUR_CLOCK}"
            )
        length_s = _stated_length_s(action)
        if length_s not in (None, period_length_s(period)):
            raise UnexpectedPayload(
                f"At $.game.actions[{place}]: {period_name(period)} begins at {length_s // 60}:00. {_OUR_CLOCK}"
            )


def _stated_length_s(action: dict[str, Any]) -> int | None:
    """What the clock shows at the start of a period, in whole minutes; None for any other row."""
    if (action.get("actionType"), action.get("subType")) != ("period", "start"):
        return None
    found = _WHOLE_MINUTES.fullmatch(str(action.get("clock")))
    return 60 * int(found[1]) or None if found else None
