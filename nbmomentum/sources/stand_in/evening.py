"""An evening of the stand-in league: its games one after another, at the pace of a class, over and over.

```python
with Evening() as evening:
    use_league(evening.url)
```
"""

from collections.abc import Sequence
from itertools import cycle
from typing import Final, Self

from nbmomentum.runners import Runner
from nbmomentum.sources.catalogue import load_any_game
from nbmomentum.sources.stand_in.league import TONIGHT, StandInLeague

CLASS_SPEED: Final = 8.0
"""Six minutes a game: a basket every few seconds, a correction about every half a minute."""
PAUSE_S: Final = 20.0


class Evening(Runner):
    """Starts a stand-in league whose games are never all over, and stops it with itself.

    Args:
        game_ids: The games, by their ids in the catalogue.
        speed: Game seconds a second, from 0.1 to 600.
        pause_s: Between two games, in seconds.
        name: Of its thread.

    Raises:
        UnknownGame: A game is not in the catalogue.
        SettingsError: The speed cannot be used.
    """

    def __init__(
        self,
        game_ids: Sequence[str] = TONIGHT,
        *,
        speed: float = CLASS_SPEED,
        pause_s: float = PAUSE_S,
        name: str = "stand-in-evening",
    ) -> None:
        super().__init__(name)
        self._lengths_s = {game_id: load_any_game(game_id)[-1].elapsed_s for game_id in game_ids}
        self._speed = speed
        self._pause_s = pause_s
        self.league = StandInLeague(game_ids, mishaps=True, name=f"{name}-league")

    @property
    def url(self) -> str:
        """Where the league answers."""
        return self.league.url

    def start(self) -> Self:
        """Start league and games; whoever starts an evening may ask for its address at once. Returns self."""
        self.league.start()
        return super().start()

    def _run(self) -> None:
        try:
            for game_id in cycle(self._lengths_s):
                self.league.serve_prefix(game_id, 0)
                self.league.begin(game_id, speed=self._speed)
                if self._stop_requested.wait(self._lengths_s[game_id] / self._speed + self._pause_s):
                    return
        finally:
            self.league.stop()
