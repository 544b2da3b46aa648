"""An evening of the stand-in league: one game after another, and the league ends with it."""

from collections.abc import Iterator

import pytest
from support import random_name, wait_until

from nbmomentum.errors import SourceUnavailable
from nbmomentum.sources.nba import FeedClient, LeagueFeed, ScheduledGame, todays_games, use_league
from nbmomentum.sources.stand_in import Evening

CLIENT = FeedClient(timeout_s=10, attempts=1)


@pytest.fixture
def evening() -> Iterator[Evening]:
    """Two games in fast motion, five seconds each, that every call of this process goes to."""
    with Evening(["0021500277", "0021500051"], speed=600, pause_s=0, name=random_name("evening")) as evening:
        use_league(evening.url)
        try:
            yield evening
        finally:
            use_league(None)


def games() -> list[ScheduledGame]:
    """Tonight's games of the league."""
    return todays_games(client=CLIENT)


def test_games_are_played_one_after_another_and_corrected(evening: Evening) -> None:
    """The first one is under way at once, and looked at every second; when it is over the next one begins."""
    first, second = games()
    feed = LeagueFeed(first, client=CLIENT)
    has_grown = feed.look()
    wait_until(lambda: games()[1].is_under_way, what="the second game")

    assert (first.is_under_way, second.status, feed.interval_s) == (True, "scheduled", 1.0)
    assert has_grown.has_begun
    assert games()[0].status == "final"
    assert feed.look().is_final


def test_league_ends_with_the_evening(evening: Evening) -> None:
    """Nothing answers any more."""
    evening.stop()

    with pytest.raises(SourceUnavailable):
        games()
