"""All games behind one search field: found here and at the league's, fetched beside, and replayed."""

from collections.abc import Iterator, Sequence
from types import SimpleNamespace

import pytest
from support import wait_until

from nbmomentum.events import ScoringEvent
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.sources.nba import FeedClient, fetch_game, use_league
from nbmomentum.sources.nba.client import Spacing
from nbmomentum.sources.nba.search import search_league
from nbmomentum.sources.simulated import list_picks
from nbmomentum.sources.stand_in import StandInLeague
from nbmomentum.sources.stored import save_game
from nbmomentum.studio import GameFinder

CLIENT = FeedClient(attempts=1, timeout_s=5, spacing=Spacing(0))
FETCHED = "saved:nba-9922400001"


class Replay:
    """Begins what it is told to."""

    def __init__(self) -> None:
        self.events: Sequence[ScoringEvent] = load_game()

    @property
    def status(self) -> SimpleNamespace:
        """Which game it plays."""
        return SimpleNamespace(state="playing", speed=60.0, position_s=0.0, game_id=self.events[0].game_id)

    def restart(self, events: Sequence[ScoringEvent] | None = None) -> None:
        """Play these."""
        self.events = events or self.events


@pytest.fixture
def league() -> Iterator[StandInLeague]:
    """A league that every call of this test goes to."""
    with StandInLeague() as league:
        use_league(league.url)
        yield league


@pytest.fixture
def replay() -> Replay:
    """What plays the chosen game."""
    return Replay()


@pytest.fixture
def finder(replay: Replay) -> GameFinder:
    """A finder that asks once."""
    return GameFinder(
        replay,
        search=lambda words: search_league(words, client=CLIENT),
        fetch=lambda game_id: fetch_game(game_id, client=CLIENT),
    )


def ids(finder: GameFinder) -> list[str]:
    """The games of the list."""
    return [game.game_id for game in finder.found.games]


def settle(finder: GameFinder) -> None:
    """Wait until the league has answered."""
    wait_until(lambda: not finder.found.is_busy, what=f"the league's answer: {finder.found.sentence}")


def test_without_words_every_game_here_is_listed(finder: GameFinder) -> None:
    """Bundled, saved, simulated; nobody is asked."""
    save_game(load_game()[:57], name="half")

    found = finder.found

    assert ids(finder) == [
        *(game.game_id for game in list_games()),
        "saved:half",
        *(game.game_id for game in list_picks()),
    ]
    assert found.sentence.startswith(f"{len(found.games)} games on this computer.")
    assert found.replayed_id == "0021500277"


def test_words_narrow_the_list_and_the_league_adds_to_it(finder: GameFinder, league: StandInLeague) -> None:
    """First what is here, then what it has; other words forget its answer."""
    finder.search("celtics 2024-25")
    assert ids(finder) == ["0022400001"]

    finder.ask_league()
    assert finder.found.is_busy
    assert "The league is asked for 'celtics 2024-25'" in finder.found.sentence
    settle(finder)
    assert ids(finder) == ["0022400001", "9922400001"]
    assert finder.found.sentence == "1 game on this computer. The league has 1 game."

    finder.search("nobody")
    assert ids(finder) == []
    assert finder.found.sentence == "No game that fits on this computer."


def test_game_of_the_league_is_fetched_kept_and_replayed(
    finder: GameFinder, league: StandInLeague, replay: Replay
) -> None:
    """Then it is a game of this computer, listed once, and marked."""
    finder.search("celtics 2024-25")
    finder.ask_league()
    settle(finder)

    finder.replay("9922400001")
    assert "ATL @ BOS, 12 Nov 2024 is fetched." in finder.found.sentence
    settle(finder)

    assert ids(finder) == ["0022400001", FETCHED]
    assert finder.found.replayed_id == FETCHED
    assert replay.events[0].game_id == "9922400001"
    assert "it is kept on this computer" in finder.found.sentence


def test_game_of_this_computer_is_replayed_at_once(finder: GameFinder, replay: Replay) -> None:
    """A saved one stays marked though its plays carry another id."""
    save_game(load_game()[:57], name="half")

    finder.replay("saved:half")

    assert len(replay.events) == 57
    assert finder.found.replayed_id == "saved:half"
    finder.replay("sim-7-0062")
    assert finder.found.replayed_id == "sim-7-0062"


def test_league_out_of_reach_is_a_sentence(finder: GameFinder, league: StandInLeague) -> None:
    """The games here stay; the same for a game that cannot be fetched."""
    finder.search("celtics 2024-25")
    league.fail_next("403", path="leaguegamefinder")
    finder.ask_league()
    settle(finder)
    assert "refused with status 403. The league refuses many cloud and school networks" in finder.found.sentence
    assert ids(finder) == ["0022400001"]

    finder.ask_league()
    settle(finder)
    league.fail_next("empty", path="playbyplayv3")
    finder.replay("9922400001")
    settle(finder)
    assert "answered with an empty body." in finder.found.sentence
    assert finder.found.replayed_id == "0021500277"


def test_words_the_league_cannot_read_are_a_sentence(finder: GameFinder) -> None:
    """With examples, and nobody was asked."""
    finder.search("lead changes")
    finder.ask_league()
    settle(finder)

    assert "name a team, a season or a day" in finder.found.sentence


def test_later_choice_wins(finder: GameFinder, league: StandInLeague, replay: Replay) -> None:
    """A game that arrives after another one was chosen is not played."""
    finder.search("celtics 2024-25")
    finder.ask_league()
    settle(finder)
    league.fail_next("slow", path="playbyplayv3")

    finder.replay("9922400001")
    finder.replay("0022400001")
    wait_until(lambda: FETCHED in ids(GameFinder(replay)), what="the fetched game")

    assert finder.found.replayed_id == "0022400001"
