"""A few simulated games worth a look, described beforehand: to list them, none has to be played and nothing loaded.

```python
for game in list_picks():
    game.title, game.note  # "BOS @ HOU, 27 Oct 2100", "simulated: two overtimes"
```
"""

from functools import cache
from importlib.resources import files

import msgspec

from nbmomentum.sources.game_info import GameInfo


@cache
def list_picks() -> tuple[GameInfo, ...]:
    """The picked games; their events come from `load_simulated_game`."""
    picks = msgspec.json.decode((files("nbmomentum.sources.simulated") / "picks.json").read_bytes())
    return tuple(
        msgspec.convert({"game_id": game_id, "official": {}, **pick}, GameInfo) for game_id, pick in picks.items()
    )
