"""The live feed's play-by-play as scoring events.

```python
events = parse_live_play_by_play(payload, home="BKN", away="GSW")
```

The feed inserts, edits and withdraws plays long after the fact, so a payload is always read whole. A play is known
by `actionNumber`, which never changes; its place is `orderNumber`. Which team is at home the feed does not say.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from nbmomentum.events import ScoringEvent
from nbmomentum.sources.nba.client import DEFAULT_CLIENT, FeedClient
from nbmomentum.sources.nba.leagues import check_clock, throw_points
from nbmomentum.sources.nba.payloads import Actions, PlayByPlay, events_at, read
from nbmomentum.sources.nba.scorers import scorer

FREE_THROW: Final = "freethrow"
POINTS: Final = {"2pt": 2, "3pt": 3, FREE_THROW: 1}


class _Basket(msgspec.Struct, rename="camel"):
    action_number: int
    order_number: int
    action_type: str
    period: int
    clock: str
    team_tricode: str
    score_home: int
    score_away: int
    person_id: int = 0
    player_name: str | None = None
    player_name_i: str | None = None
    description: str | None = None
    time_actual: str | None = None


def parse_live_play_by_play(payload: dict[str, Any], *, home: str, away: str) -> list[ScoringEvent]:
    """The scoring events of the live feed's play-by-play, in the feed's order, each at revision 0.

    Args:
        payload: The whole answer, as nba_api's live `PlayByPlay(...).get_dict()` gives it.
        home: The home team, three capitals.
        away: The visiting team.

    Raises:
        UnexpectedPayload: The payload is none of this feed, or its game was not played by the NBA's clock; the message
            names the place.
    """
    game = read(payload, PlayByPlay).game
    check_clock(game)
    return list(_events(game, home, away))


def fetch_live_plays(game_id: str, *, home: str, away: str, client: FeedClient = DEFAULT_CLIENT) -> list[ScoringEvent]:
    """The scoring events of a game as its live feed has them now, the whole list.

    Raises:
        SourceError: They could not be had; the message says why and what to do. Before the tip-off the league has
            no file yet, and refuses.
    """
    from nba_api.live.nba.endpoints.playbyplay import PlayByPlay

    answer = client.ask(PlayByPlay, game_id=game_id)
    return answer.read(lambda payload: parse_live_play_by_play(payload, home=home, away=away))


def _events(game: Actions, home: str, away: str) -> Iterator[ScoringEvent]:
    before = (0, 0)
    for number, action in enumerate(game.actions):
        if action.get("shotResult") == "Made" and action.get("actionType") in POINTS:
            place = f"$.game.actions[{number}]"
            basket = read(action, _Basket, place)
            after = (basket.score_home, basket.score_away)
            side = 0 if basket.team_tricode == home else 1
            gained = after[side] - before[side]
            yield _event(game.game_id, basket, gained, place, home, away)
            before = after


def _event(game_id: str, basket: _Basket, gained: int, place: str, home: str, away: str) -> ScoringEvent:
    is_throw = basket.action_type == FREE_THROW
    with events_at(place):
        return ScoringEvent(
            game_id=game_id,
            event_id=str(basket.action_number),
            order=basket.order_number,
            period=basket.period,
            clock=basket.clock,
            team=basket.team_tricode,
            player=scorer(basket.person_id, basket.player_name_i, basket.player_name, description=basket.description),
            points=throw_points(game_id, gained) if is_throw else POINTS[basket.action_type],
            home=home,
            away=away,
            home_score=basket.score_home,
            away_score=basket.score_away,
            wall_time=basket.time_actual,
        )
