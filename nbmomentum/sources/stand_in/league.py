"""The stand-in league itself: which games it has, how far they are, and which address gets which answer."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit
from zlib import crc32

import msgspec
from msgspec.structs import replace

from nbmomentum.errors import NbmomentumError, SettingsError, UnknownGame
from nbmomentum.runners import Runner
from nbmomentum.sources.bundled import list_games
from nbmomentum.sources.catalogue import find_any_game, load_any_game
from nbmomentum.sources.game_info import GameInfo
from nbmomentum.sources.simulated import ID_PREFIX
from nbmomentum.sources.stand_in import live_payloads, stats_payloads, team_payloads
from nbmomentum.sources.stand_in.faults import DENIED, Faults, Reply
from nbmomentum.sources.stand_in.game import GameView, ServedGame
from nbmomentum.sources.stand_in.server import LeagueServer

NAME: Final = "stand-in-league"
TONIGHT: Final = ("0021500277", "sim-7-0062", "sim-7-0068", "0021600270")
"""The games of the day; the first one is played."""
STAND_IN_PREFIX: Final = "99"
"""Ids of its games begin so; those of the league begin with 00."""

BEGAN_BEFORE: Final = timedelta(hours=3)
BEGINS_IN: Final = timedelta(hours=1)
LIVE_PATH: Final = "/static/json/liveData/"
STATS_PATH: Final = "/stats/"


class _Pace(NamedTuple):
    """A game on the clock: since when, from which moment of the game, how fast."""

    since_s: float
    from_elapsed_s: float
    speed: float


class StandInLeague(Runner):
    """A league on this computer that speaks as the NBA's feeds do, and does with its games what you say.

    Args:
        game_ids: The games of today, by their ids in the catalogue; other bundled games are the past's.
        speed: Game seconds a second, from 0.1 to 600; the first game begins as the league starts. None: nothing
            moves until it is told to.
        mishaps: Whether today's games say things wrong now and then, and correct themselves three baskets later.
        port: 0 takes a free one.
        name: Of its thread.
        now: The wall clock, with a zone.
        clock: A clock that never goes back, in seconds; it moves the games.

    Raises:
        UnknownGame: A game is not in the catalogue.
        SettingsError: The speed cannot be used; on start: the port cannot.
    """

    def __init__(
        self,
        game_ids: Sequence[str] = TONIGHT,
        *,
        speed: float | None = None,
        mishaps: bool = False,
        port: int = 0,
        name: str = NAME,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name)
        self._now, self._clock = now, clock
        self._speed = None if speed is None else _checked_speed(speed)
        self._port = port
        self._server: LeagueServer | None = None
        self._lock = threading.RLock()
        self._faults = Faults()
        self._asked: list[str] = []
        self._paces: dict[str, _Pace] = {}
        self._infos: dict[str, GameInfo] = {}
        self._games: dict[str, ServedGame] = {}
        for game_id in game_ids:
            self._add(find_any_game(game_id), tip_off=now() + BEGINS_IN, mishaps=mishaps)
        self._tonight = list(self._games)
        for game in list_games():
            if game.game_id not in game_ids:
                self._add(game, tip_off=game.tip_off, mishaps=False).serve_all()

    @property
    def url(self) -> str:
        """Where it answers, once it was started; for `use_league` and `NBMOMENTUM_STAND_IN`."""
        if self._server is None:
            raise SettingsError("The stand-in league has no address before it is started.")
        return self._server.url

    @property
    def game_ids(self) -> tuple[str, ...]:
        """Today's games, as the league knows them."""
        return tuple(self._tonight)

    @property
    def asked(self) -> tuple[str, ...]:
        """Every address that was asked, in order."""
        with self._lock:
            return tuple(self._asked)

    @property
    def faults_left(self) -> int:
        """How many of the faults that were asked for have not come yet."""
        return self._faults.left

    def start(self) -> Self:
        """Answer from now on; with a speed, the first game begins."""
        super().start()
        if self._speed is not None and self._tonight:
            self.begin(self._tonight[0], speed=self._speed)
        return self

    def begin(self, game_id: str, *, speed: float) -> None:
        """Let a game be played on the clock from where it is; a new speed takes effect at once.

        Args:
            game_id: Of today, by the league's id or the catalogue's.
            speed: Game seconds a second, from 0.1 to 600.

        Raises:
            UnknownGame: The league has no such game.
            SettingsError: The speed cannot be used.
        """
        with self._lock:
            game = self._at(game_id)
            from_s = self._elapsed_s(game)
            game.step = game.step or 0
            game.wall_s_per_game_s = 1 / _checked_speed(speed)
            game.tip_off = self._now() - timedelta(seconds=from_s / speed)
            self._paces[game.game_id] = _Pace(self._clock(), from_s, speed)

    def serve_prefix(self, game_id: str, n: int) -> None:
        """Serve the first `n` baskets of a game, and stop its clock; 0 has begun without a basket, all is final.

        Raises:
            UnknownGame: The league has no such game.
            SettingsError: The game has not so many baskets.
        """
        with self._lock:
            game = self._at(game_id)
            if type(n) is not int or not 0 <= n <= game.steps:
                raise SettingsError(f"The game {game.game_id} has 0 to {game.steps} baskets to serve, not {n!r:.40}.")
            if game.step is None:
                game.tip_off = self._now() - BEGAN_BEFORE
            self._paces.pop(game.game_id, None)
            game.step = n

    def end_game(self, game_id: str) -> None:
        """Serve the whole game: it is final."""
        with self._lock:
            self.serve_prefix(game_id, self._at(game_id).steps)

    def postpone(self, game_id: str) -> None:
        """Postpone a game: it keeps the status of a scheduled one, only its text tells."""
        with self._lock:
            game = self._at(game_id)
            game.is_postponed, game.step = True, None

    def steps_of(self, game_id: str) -> int:
        """How many baskets the whole game has."""
        with self._lock:
            return self._at(game_id).steps

    def insert_free_throw(self, game_id: str, *, before: int = 2) -> str:
        """Put a made free throw before the last `before` baskets that are served already; returns its actionNumber.

        The scores of all baskets after it follow, as in the league's feed.
        """
        with self._lock:
            return self._at(game_id).insert_free_throw(before=before)

    def revise_basket(self, game_id: str, action_number: str | None = None, *, points: int | None = None) -> str:
        """Say that a basket is worth something else, by default the last one served; returns its actionNumber."""
        with self._lock:
            return self._at(game_id).revise(action_number, points)

    def withdraw_basket(self, game_id: str, action_number: str | None = None) -> str:
        """Take a basket out of the feed, by default the last one served; returns its actionNumber."""
        with self._lock:
            return self._at(game_id).withdraw(action_number)

    def restore_basket(self, game_id: str, action_number: str) -> None:
        """Put a withdrawn basket back."""
        with self._lock:
            self._at(game_id).restore(action_number)

    def fail_next(self, fault: str, times: int = 1, *, path: str = "") -> None:
        """Let the next answers go wrong.

        Args:
            fault: "403", "404", "429", "500", "503", "empty", "{}", "truncated", "broken off", "slow" (after two
                seconds), "time-out" (never) or "repeat" (the answer before once more).
            times: How many answers.
            path: Only those whose address contains this, e.g. "playbyplay".

        Raises:
            SettingsError: There is no such fault.
        """
        self._faults.add(fault, times, path)

    def forgive(self) -> None:
        """Forget the faults that have not come yet."""
        self._faults.clear()

    def final_play_by_play(self, game_id: str) -> dict[str, Any]:
        """The live feed's file of a game as it will be at its end, with the corrections made until now."""
        with self._lock:
            game = self._at(game_id)
            return live_payloads.play_by_play(game.final_view(), self._now())

    def _prepare(self) -> None:
        self._server = LeagueServer(self._port, self._reply)

    def _run(self) -> None:
        server = self._server
        if server is None:
            return
        with server:
            while not self._stop_requested.is_set():
                server.handle_request()

    def _add(self, info: GameInfo, *, tip_off: datetime, mishaps: bool) -> ServedGame:
        game_id = stand_in_id(info.game_id)
        events = [replace(event, game_id=game_id) for event in load_any_game(info.game_id)]
        self._infos[game_id] = info
        self._games[game_id] = game = ServedGame(game_id, events, tip_off, mishaps=mishaps)
        return game

    def _at(self, game_id: str) -> ServedGame:
        """A game as far as its clock has brought it."""
        game = self._games.get(game_id) or self._games.get(stand_in_id(str(game_id)))
        if game is None:
            raise UnknownGame(f"The stand-in league has no game {game_id!r:.40}; it has {', '.join(self._games)}.")
        if game.game_id in self._paces:
            game.step = game.steps_until(self._elapsed_s(game))
        return game

    def _elapsed_s(self, game: ServedGame) -> float:
        """The moment the game is at."""
        pace = self._paces.get(game.game_id)
        if pace is None:
            return game.elapsed_of(game.step or 0)
        return pace.from_elapsed_s + (self._clock() - pace.since_s) * pace.speed

    def _view(self, game_id: str) -> GameView:
        return self._at(game_id).view()

    def _reply(self, address: str) -> Reply | None:
        """What a call of this path and query gets."""
        with self._lock:
            self._asked.append(address)
        return self._faults.reply(address, lambda: self._answer(address), self._stop_requested.wait)

    def _answer(self, address: str) -> Reply:
        path, asked = urlsplit(address).path, dict(parse_qsl(urlsplit(address).query))
        try:
            with self._lock:
                payload = self._payload(path, asked)
        except (ValueError, LookupError, NbmomentumError):  # what was asked for cannot be
            payload = None
        if payload is None:
            return Reply(403 if path.startswith(LIVE_PATH) else 404, DENIED)
        return Reply(200, msgspec.json.encode(payload))

    def _payload(self, path: str, asked: dict[str, str]) -> dict[str, Any] | None:
        """The answer to a path; None where there is no such file, as before a game begins."""
        if path.startswith(LIVE_PATH):
            return self._live_payload(path.removeprefix(LIVE_PATH))
        if path.startswith(STATS_PATH):
            return self._stats_payload(path.removeprefix(STATS_PATH).lower(), asked)
        return None

    def _live_payload(self, file: str) -> dict[str, Any] | None:
        if file == "scoreboard/todaysScoreboard_00.json":
            return live_payloads.scoreboard(self._today(), map(self._view, self._tonight), self._now())
        kind, _, game_id = file.removesuffix(".json").rpartition("_")
        makers = {"playbyplay/playbyplay": live_payloads.play_by_play, "boxscore/boxscore": live_payloads.box_score}
        game = self._view(game_id)
        return makers[kind](game, self._now()) if game.period else None

    def _stats_payload(self, endpoint: str, asked: dict[str, str]) -> dict[str, Any] | None:
        match endpoint:
            case "playbyplayv3":
                return stats_payloads.play_by_play_v3(self._view(asked["GameID"]), self._now())
            case "boxscoresummaryv3":
                game = self._view(asked["GameID"])
                return stats_payloads.box_score_summary(game, self._infos[game.game_id].computed, self._now())
            case "scoreboardv3":
                day = date.fromisoformat(asked["GameDate"])
                games = [
                    game for game in map(self._view, self._games) if live_payloads.local(game.tip_off).date() == day
                ]
                return stats_payloads.scoreboard_v3(day, games, self._now())
            case "leaguegamefinder":
                games = [game for game in map(self._view, self._games) if game.status == "final"]
                return stats_payloads.game_finder(games, asked)
            case "leaguedashteamstats":
                return team_payloads.team_stats(asked, self._today())
            case _:
                return None

    def _today(self) -> date:
        return live_payloads.local(self._now()).date()


def stand_in_id(game_id: str) -> str:
    """The id of a game of the catalogue in the stand-in league: "9921500277" for "0021500277"."""
    if game_id.startswith(ID_PREFIX):
        return f"{STAND_IN_PREFIX}{crc32(game_id.encode()) % 100_000_000:08}"
    return f"{STAND_IN_PREFIX}{game_id[len(STAND_IN_PREFIX) :]}"


def _checked_speed(speed: float) -> float:
    if isinstance(speed, int | float) and not isinstance(speed, bool) and 0.1 <= speed <= 600:
        return float(speed)
    raise SettingsError(f"A speed is 0.1 to 600 game seconds a second, not {speed!r:.40}.")
