"""The league's own feeds, through nba_api: tonight's games, their plays as they come, and any game of the past.

```python
for game in todays_games():
    game.title, game.status
events = fetch_game("0022400001")
```

Data: NBA.com, for private, non-commercial use; what is fetched stays on this computer. nba_api is loaded when a
feed is asked, not before.
"""

from nbmomentum.sources.nba.client import FeedClient, ask, credit, league_address, source_name, use_league
from nbmomentum.sources.nba.league_feed import LeagueFeed
from nbmomentum.sources.nba.plays_live import fetch_live_plays, parse_live_play_by_play
from nbmomentum.sources.nba.plays_v3 import parse_play_by_play_v3
from nbmomentum.sources.nba.recorded import fetch_game, find_games
from nbmomentum.sources.nba.scoreboard import (
    ScheduledGame,
    fetch_status,
    games_on,
    parse_box_score,
    parse_scoreboard,
    todays_games,
)
from nbmomentum.sources.nba.tonight import RECORDED_ID, Tonight, TonightStatus

__all__ = [
    "RECORDED_ID",
    "FeedClient",
    "LeagueFeed",
    "ScheduledGame",
    "Tonight",
    "TonightStatus",
    "ask",
    "credit",
    "fetch_game",
    "fetch_live_plays",
    "fetch_status",
    "find_games",
    "games_on",
    "league_address",
    "parse_box_score",
    "parse_live_play_by_play",
    "parse_play_by_play_v3",
    "parse_scoreboard",
    "source_name",
    "todays_games",
    "use_league",
]
