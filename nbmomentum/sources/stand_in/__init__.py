"""A league on this computer in place of the NBA's: it speaks as the feeds do, and its games grow as you say.

```python
with StandInLeague() as league:
    use_league(league.url)                     # or NBMOMENTUM_STAND_IN=http://127.0.0.1:PORT
    league.serve_prefix("0021500277", 40)      # the first 40 baskets
    league.insert_free_throw("0021500277")     # late, before rows that were served already
    league.revise_basket("0021500277")         # a three that was a two
    league.withdraw_basket("0021500277")       # one that never was
    league.fail_next("403", times=3)
```

A class without a network follows a game of it (`StandInLeague(speed=20, mishaps=True)`), and tests break it on
purpose. Its games are bundled and simulated ones under ids that begin with 99, so none is taken for one of tonight's.
"""

from nbmomentum.sources.stand_in.evening import Evening
from nbmomentum.sources.stand_in.league import StandInLeague, stand_in_id

__all__ = ["Evening", "StandInLeague", "stand_in_id"]
