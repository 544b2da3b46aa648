"""A simulated league: any number of plausible games, the same ones for the same seed.

```python
events = simulate_game(seed=7, home="MIA", away="OKC")
for played in simulate_league(games=15, seed=7):
    played.game.title  # "DEN @ CHI, 19 Oct 2100"
load_simulated_game("sim-7-0003")  # the third of them
days = simulate_season(seed=7)  # all teams' stats after each round
```

Teams and names are real, who plays where and how well is drawn by lot, and nothing that happens says anything
about them. So that no simulated game can be taken for a real one, its id begins with "sim-" (the league's have
ten digits), and its day lies in the season of 2100-01.
"""

from nbmomentum.sources.simulated.league import (
    ID_PREFIX,
    SimulatedGame,
    find_simulated_game,
    load_simulated_game,
    simulate_game,
    simulate_league,
)
from nbmomentum.sources.simulated.picks import list_picks
from nbmomentum.sources.simulated.season import simulate_season

__all__ = [
    "ID_PREFIX",
    "SimulatedGame",
    "find_simulated_game",
    "list_picks",
    "load_simulated_game",
    "simulate_game",
    "simulate_league",
    "simulate_season",
]
