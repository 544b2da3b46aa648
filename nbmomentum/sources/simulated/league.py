"""The league around the simulated games: squads and strengths by lot, a schedule, ids, and events out of baskets."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Final, NamedTuple

from nbmomentum.clock import REGULATION_PERIODS
from nbmomentum.errors import SettingsError, UnknownGame
from nbmomentum.events import MAX_COUNT, ScoringEvent
from nbmomentum.sources.game_info import GameInfo, describe_game
from nbmomentum.sources.rosters import active_players, find_team, list_teams
from nbmomentum.sources.simulated.court import SQUAD_SIZE, Basket, Count, count_game, play_game

ID_PREFIX: Final = "sim-"
MAX_GAMES: Final = 9_999_999

HOME_EDGE_POINTS: Final = 3.7
"""By how much a home team would win an average game, did not leaders slacken; about 2.5 are left of it."""
STRENGTH_SPREAD_POINTS: Final = 5.6
"""Standard deviation of what a team is better than the average one, in points a game."""

SEASON_OPENS: Final = date(2100, 10, 19)
ROUND_EVERY: Final = timedelta(days=2)
GAMES_A_ROUND: Final = 15

_LEAGUE_ID = re.compile(r"sim-(\d{1,16})-(\d{4,7})", re.ASCII)


class SimulatedGame(NamedTuple):
    """A game of the simulated league.

    Attributes:
        game: Its description, as the bundled games have one; `official` is empty.
        events: Its scoring events, in order.
    """

    game: GameInfo
    events: list[ScoringEvent]


class _Squad(NamedTuple):
    players: tuple[str, ...]
    strength_points: float


def simulate_game(*, seed: int, home: str, away: str, game_id: str | None = None) -> list[ScoringEvent]:
    """The scoring events of one simulated game; the same arguments give the same game.

    Only the names of the players also depend on the installed nba_api, from whose list they are drawn.

    Args:
        seed: Draws squads and strengths, and with the teams and the id what happens.
        home: The home team, one of the thirty.
        away: The visiting team.
        game_id: Begins with "sim-"; by default such as "sim-7-OKC-MIA".

    Raises:
        UnknownTeam: A team is none of the thirty.
        SettingsError: The seed is no whole number from 0 to 2^53 - 1, the id begins otherwise, or a team
            is to play itself.
    """
    game_id = f"{ID_PREFIX}{checked_seed(seed)}-{away}-{home}" if game_id is None else game_id
    if not game_id.startswith(ID_PREFIX):
        raise SettingsError(f"The id of a simulated game begins with {ID_PREFIX!r}, not {game_id!r:.40}.")
    if find_team(home) == find_team(away):
        raise SettingsError(f"A team plays another one; home and away are both {home}.")
    baskets = play_game(*_lot(seed, game_id, home, away))
    return _events(baskets, game_id, home, away, _league(seed))


def _lot(seed: int, game_id: str, home: str, away: str) -> tuple[Random, float]:
    """What a game is played with: its chance, and the home team's edge in points."""
    league = _league(seed)
    edge_points = HOME_EDGE_POINTS + league[home].strength_points - league[away].strength_points
    # Text as a seed is hashed the same way in every process; a tuple would not do.
    return Random(f"{seed} {game_id} {away}@{home}"), edge_points  # noqa: S311


def count_round(seed: int, round_: int) -> list[tuple[str, str, Count]]:
    """Home, away and the numbers of each game of one round of `simulate_league`, the first round being 0."""
    size = GAMES_A_ROUND
    numbers = range(round_ * size + 1, (round_ + 1) * size + 1)
    pairs = [(number, *_pairing(seed, number)) for number in numbers]
    return [(home, away, count_game(*_lot(seed, _league_id(seed, number), home, away))) for number, home, away in pairs]


def day_of(round_: int) -> date:
    """The day of a round, the first being 0."""
    return SEASON_OPENS + ROUND_EVERY * round_


def simulate_league(*, games: int, seed: int) -> Iterator[SimulatedGame]:
    """The first games of a season, one after the other, each made when it is asked for.

    Every two days all thirty teams play, fifteen games a round; 1,230 games are a season. The ids are
    "sim-<seed>-<number>", and a game does not depend on how many others are asked for.

    Args:
        games: How many.
        seed: Draws the schedule, the squads and the games.

    Raises:
        SettingsError: The number of games is no whole number from 1 to 9,999,999, or the seed none from 0 up.
    """
    if type(games) is not int or not 1 <= games <= MAX_GAMES:
        raise SettingsError(f"A number of games is a whole number from 1 to {MAX_GAMES}, not {games!r:.40}.")
    checked_seed(seed)
    return (_league_game(seed, number) for number in range(1, games + 1))


def load_simulated_game(game_id: str) -> list[ScoringEvent]:
    """The scoring events of a game of `simulate_league`, made again from its id.

    Raises:
        UnknownGame: The id is none of the simulated league.
    """
    return find_simulated_game(game_id).events


def find_simulated_game(game_id: str) -> SimulatedGame:
    """A game of `simulate_league` with its description, made again from its id.

    Raises:
        UnknownGame: The id is none of the simulated league.
    """
    found = _LEAGUE_ID.fullmatch(game_id) if isinstance(game_id, str) else None
    seed, number = (int(found[1]), int(found[2])) if found else (0, 0)
    if number == 0 or game_id != _league_id(seed, number) or seed > MAX_COUNT:
        raise UnknownGame(f"No simulated game has the id {game_id!r:.40}; one is such as {_league_id(7, 1)!r}.")
    return _league_game(seed, number)


def _league_game(seed: int, number: int) -> SimulatedGame:
    home, away = _pairing(seed, number)
    events = simulate_game(seed=seed, home=home, away=away, game_id=_league_id(seed, number))
    day = day_of(_round_and_court(number)[0])
    return SimulatedGame(describe_game(events, day=day, note=_note(seed, events[-1].period)), events)


def _league_id(seed: int, number: int) -> str:
    return f"{ID_PREFIX}{seed}-{number:04}"


def _note(seed: int, periods: int) -> str:
    overtimes = periods - REGULATION_PERIODS
    return f"simulated, seed {seed}" + (f", {overtimes if overtimes > 1 else ''}OT" if overtimes else "")


def _round_and_court(number: int) -> tuple[int, int]:
    """When and where the game with this number takes place, both from 0: fifteen games are a round."""
    return divmod(number - 1, GAMES_A_ROUND)


def _pairing(seed: int, number: int) -> tuple[str, str]:
    """Home and away, by the circle method: 29 rounds until all have met, then the same with the sides changed."""
    *circle, pivot = _league(seed)
    round_, court = _round_and_court(number)
    size = len(circle)
    one, other = circle[(round_ + court) % size], circle[(round_ - court) % size]
    if court == 0:
        return (one, pivot) if round_ % 2 else (pivot, one)
    return (one, other) if round_ // size % 2 == 0 else (other, one)


@lru_cache(maxsize=8)
def _league(seed: int) -> dict[str, _Squad]:
    """Squads by team, the teams in an order drawn by lot; no player is in two."""
    rng = Random(f"league {seed}")  # noqa: S311
    codes = [team.code for team in list_teams()]
    rng.shuffle(codes)
    strengths = [rng.gauss(0, STRENGTH_SPREAD_POINTS) for _ in codes]
    # The names come last: another release of nba_api changes who plays, and not what happens.
    names = rng.sample(active_players(), SQUAD_SIZE * len(codes))
    return {
        code: _Squad(tuple(names[place * SQUAD_SIZE :][:SQUAD_SIZE]), strengths[place])
        for place, code in enumerate(codes)
    }


def _events(baskets: list[Basket], game_id: str, home: str, away: str, league: dict[str, _Squad]) -> list[ScoringEvent]:
    home_score, away_score, events = 0, 0, []
    for basket in baskets:
        home_score += basket.points if basket.is_home else 0
        away_score += 0 if basket.is_home else basket.points
        team = home if basket.is_home else away
        events.append(
            ScoringEvent(
                game_id=game_id,
                event_id=str(basket.number),
                order=basket.number,
                period=basket.clock.period,
                clock=basket.clock.to_iso(),
                team=team,
                player=league[team].players[basket.player],
                points=basket.points,
                home=home,
                away=away,
                home_score=home_score,
                away_score=away_score,
            )
        )
    return events


def checked_seed(seed: int) -> int:
    """A seed that a league can be drawn with.

    Raises:
        SettingsError: It is no whole number from 0 to 2^53 - 1.
    """
    if type(seed) is not int or not 0 <= seed <= MAX_COUNT:
        raise SettingsError(f"A seed is a whole number from 0 to 2^53 - 1, not {seed!r:.40}.")
    return seed
