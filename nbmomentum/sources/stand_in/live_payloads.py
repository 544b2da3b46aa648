"""The live feeds' shapes: scoreboard, play-by-play and box score of games as they stand."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from nbmomentum.sources.rosters import find_team, player_id, team_id
from nbmomentum.sources.stand_in.game import KINDS, ORDER_STEP, GameView, Row

NUMBERS: Final = {"scheduled": 1, "postponed": 1, "live": 2, "final": 3}
LEAGUE_ZONE: Final = ZoneInfo("America/New_York")
FRAME_NUMBERS: Final = 900_000
"""The actionNumbers of rows that are no baskets begin here."""

_NOWHERE: Final = {"x": None, "y": None, "side": None, "xLegacy": None, "yLegacy": None}
"""Where on the court: the kit does not know."""


def scoreboard(day: date, games: Iterable[GameView], now: datetime) -> dict[str, Any]:
    """`todaysScoreboard_00.json`."""
    board = {"gameDate": day.isoformat(), "leagueId": "00", "leagueName": "Stand-in league"}
    return {"meta": meta(now), "scoreboard": board | {"games": [board_game(game) for game in games]}}


def meta(now: datetime) -> dict[str, Any]:
    """The head of each answer; its clock has twelve hours, as the league's."""
    return {"version": 1, "code": 200, "request": "stand-in league", "time": f"{now:%Y-%m-%d %I:%M:%S.%f}"}


def board_game(game: GameView) -> dict[str, Any]:
    """A game on a scoreboard, of the live feed or of the stats feeds."""
    home_score, away_score = game.score
    return {
        "gameId": game.game_id,
        "gameCode": f"{local(game.tip_off):%Y%m%d}/{game.away}{game.home}",
        "gameStatus": NUMBERS[game.status],
        "gameStatusText": game.status_text,
        "period": game.period,
        "gameClock": game.clock,
        "gameTimeUTC": utc(game.tip_off),
        "gameEt": f"{local(game.tip_off):%Y-%m-%dT%H:%M:%SZ}",  # New York's time with a Z, as the league writes it
        "regulationPeriods": 4,
        "ifNecessary": False,
        "seriesGameNumber": "",
        "seriesText": "",
        "seriesConference": "",
        "poRoundDesc": "",
        "gameSubtype": "",
        "homeTeam": _team(game, game.home, home_score),
        "awayTeam": _team(game, game.away, away_score),
        "gameLeaders": {"homeLeaders": {}, "awayLeaders": {}},
        "pbOdds": {"team": None, "odds": 0.0, "suspended": 0},
    }


def play_by_play(game: GameView, now: datetime) -> dict[str, Any]:
    """`playbyplay_GAME.json`: all that is served now, in the feed's order."""
    actions = sorted([*_frame(game), *map(_action, game.rows)], key=lambda action: action["orderNumber"])
    return {"meta": meta(now), "game": {"gameId": game.game_id, "actions": actions}}


def box_score(game: GameView, now: datetime) -> dict[str, Any]:
    """`boxscore_GAME.json`."""
    described = board_game(game)
    for side in ("homeTeam", "awayTeam"):
        described[side] = described[side] | {"players": [], "statistics": {"points": described[side]["score"]}}
    arena = {"arenaId": 0, "arenaName": "Stand-in Arena", "arenaTimezone": "America/New_York"}
    more = {"duration": 0, "attendance": 0, "sellout": "0", "arena": arena, "officials": []}
    return {"meta": meta(now), "game": described | more}


def utc(moment: datetime) -> str:
    """A time as the feeds write it: "2025-11-06T00:30:00Z"."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def local(moment: datetime) -> datetime:
    """The same moment in New York."""
    return moment.astimezone(LEAGUE_ZONE)


def period_points(game: GameView, team: str) -> list[dict[str, Any]]:
    """A team's points by period, as box scores and boards list them."""
    periods = max(4, game.period)
    points = [0] * periods
    for row in game.rows:
        if row.event.team == team:
            points[row.event.period - 1] += row.points
    kinds = ["REGULAR"] * 4 + ["OVERTIME"] * (periods - 4)
    return [{"period": place + 1, "periodType": kinds[place], "score": score} for place, score in enumerate(points)]


def _team(game: GameView, code: str, score: int) -> dict[str, Any]:
    team = find_team(code)
    names = {"teamId": team_id(code), "teamName": team.nickname, "teamCity": team.city, "teamTricode": code}
    record = {"wins": 0, "losses": 0, "seed": 0, "inBonus": None, "timeoutsRemaining": 0}
    return names | record | {"score": score, "periods": period_points(game, code)}


def _action(row: Row) -> dict[str, Any]:
    event, wall_time = row.event, row.wall_time
    person = player_id(event.player)
    short = _short(event.player) if person else event.player  # a name no number stands for is kept whole
    return {
        "actionNumber": row.number,
        "clock": event.clock,
        "timeActual": f"{wall_time:%Y-%m-%dT%H:%M:%S}.{wall_time.microsecond // 100_000}Z",
        "period": event.period,
        "periodType": "REGULAR" if event.period <= 4 else "OVERTIME",
        "teamId": team_id(event.team),
        "teamTricode": event.team,
        "actionType": KINDS[row.points],
        "subType": "1 of 1" if row.points == 1 else "Jump Shot",
        "qualifiers": [],
        "possession": team_id(event.team),
        **_NOWHERE,
        "personId": person,
        "scoreHome": str(row.home_score),
        "scoreAway": str(row.away_score),
        "edited": utc(wall_time),
        "orderNumber": row.order,
        "isFieldGoal": int(row.points > 1),
        "shotResult": "Made",
        "pointsTotal": row.made_so_far,  # not what this play is worth
        "description": f"{short} {'Free Throw 1 of 1' if row.points == 1 else 'Jump Shot'} ({row.made_so_far} PTS)",
        "playerName": event.player.rpartition(" ")[2],
        "playerNameI": short,
        "personIdsFilter": [person],
    }


def _short(name: str) -> str:
    """The name as the feed writes it, "C. Bosh" for "Chris Bosh"."""
    first, _, rest = name.partition(" ")
    return f"{first[:1]}. {rest}" if rest else name


def _frame(game: GameView) -> Iterator[dict[str, Any]]:
    """The rows that are no baskets: periods that begin and end, shots that miss, the end of the game."""
    if game.period == 0:
        return
    yield _frame_row(game, 1, "period", "start", order=1)
    for number, (before, after) in enumerate(zip(game.rows, game.rows[1:], strict=False)):
        if before.event.period != after.event.period:
            yield _frame_row(game, after.event.period, "period", "start", order=after.order - ORDER_STEP // 10)
        elif number % 4 == 0:
            yield _missed(after)
    if game.status == "final":
        yield _frame_row(game, game.period, "game", "end", order=game.rows[-1].order + ORDER_STEP)


def _frame_row(game: GameView, period: int, kind: str, part: str, *, order: int) -> dict[str, Any]:
    before: Sequence[Row] = [row for row in game.rows if row.order < order]
    home_score, away_score = (before[-1].home_score, before[-1].away_score) if before else (0, 0)
    clock = "PT00M00.00S" if part == "end" else f"PT{12 if period <= 4 else '05'}M00.00S"
    wall_time = utc(before[-1].wall_time if before else game.tip_off)
    return {
        "actionNumber": FRAME_NUMBERS + order,
        "clock": clock,
        "timeActual": wall_time,
        "period": period,
        "periodType": "REGULAR" if period <= 4 else "OVERTIME",
        "actionType": kind,
        "subType": part,
        "qualifiers": [],
        "possession": 0,
        **_NOWHERE,
        "personId": 0,
        "scoreHome": str(home_score),
        "scoreAway": str(away_score),
        "edited": wall_time,
        "orderNumber": order,
        "isFieldGoal": 0,
        "description": f"{kind.title()} {part.title()}",
        "personIdsFilter": [],
    }


def _missed(row: Row) -> dict[str, Any]:
    """A shot that missed, just before a basket."""
    order = row.order - ORDER_STEP // 5
    change = {"actionNumber": FRAME_NUMBERS + order, "orderNumber": order, "shotResult": "Missed"}
    missed = _action(row) | change | {"actionType": "2pt", "description": f"MISS {row.event.player} Jump Shot"}
    score = {"scoreHome": str(row.home_score), "scoreAway": str(row.away_score)}
    side = "scoreHome" if row.event.is_home else "scoreAway"
    return missed | score | {side: str(int(score[side]) - row.points)}
