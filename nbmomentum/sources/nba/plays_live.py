"""The live feed's play-by-play as scoring events.

```python
events = parse_live_play_by_play(payload, home="BKN", away="GSW")
```

The feed inserts, edits and withdraws plays long after the fact, so a payload is always read whole. A play is known
by `actionNumber`, which never changes; its place is `orderNumber`. Which team is at home the feed does not say.
"""

from typing import Any, Final

import msgspec

from nbmomentum.events import ScoringEvent
from nbmomentum.sources.nba.client import DEFAULT_CLIENT, FeedClient
from nbmomentum.sources.nba.payloads import PlayByPlay, events_at, read
from nbmomentum.sources.rosters import player_name

POINTS: Final = {"2pt": 2, "3pt": 3, "freethrow": 1}


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
    time_actual: str | None = None


def parse_live_play_by_play(payload: dict[str, Any], *, home: str, away: str) -> list[ScoringEvent]:
    """The scoring events of the live feed's play-by-play, in the feed's order, each at revision 0.

    Args:
        payload: The whole answer, as nba_api's live `PlayByPlay(...).get_dict()` gives it.
        home: The home team, three capitals.
        away: The visiting team.

    Raises:
        UnexpectedPayload: The payload is none of this feed; the message names the place.
    """
    game = read(payload, PlayByPlay).game
    return [
        _event(game.game_id, action, f"$.game.actions[{place}]", home, away)
        for place, action in enumerate(game.actions)
        if action.get("shotResult") == "Made" and action.get("actionType") in POINTS
    ]


def fetch_live_plays(game_id: str, *, home: str, away: str, client: FeedClient = DEFAULT_CLIENT) -> list[ScoringEvent]:
    """The scoring events of a game as its live feed has them now, the whole list.

    Raises:
        SourceError: They could not be had; the message says why and what to do. Before the tip-off the league has
            no file yet, and refuses.
    """
    from nba_api.live.nba.endpoints.playbyplay import PlayByPlay

    answer = client.ask(PlayByPlay, game_id=game_id)
    return answer.read(lambda payload: parse_live_play_by_play(payload, home=home, away=away))


def _event(game_id: str, action: dict[str, Any], place: str, home: str, away: str) -> ScoringEvent:
    basket = read(action, _Basket, place)
    with events_at(place):
        return ScoringEvent(
            game_id=game_id,
            event_id=str(basket.action_number),
            order=basket.order_number,
            period=basket.period,
            clock=basket.clock,
            team=basket.team_tricode,
            player=player_name(basket.person_id) or basket.player_name_i or basket.player_name or "",
            points=POINTS[basket.action_type],
            home=home,
            away=away,
            home_score=basket.score_home,
            away_score=basket.score_away,
            wall_time=basket.time_actual,
        )
