"""The stats feeds' shapes of games: PlayByPlayV3, ScoreboardV3, BoxScoreSummaryV3, LeagueGameFinder."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from nbmomentum.sources.game_info import season_of
from nbmomentum.sources.rosters import find_team, team_id
from nbmomentum.sources.stand_in.game import GameView
from nbmomentum.sources.stand_in.live_payloads import local, meta, period_points, play_by_play, scoreboard

_FINDER_COLUMNS: Final = (
    "SEASON_ID TEAM_ID TEAM_ABBREVIATION TEAM_NAME GAME_ID GAME_DATE MATCHUP WL MIN PTS FGM FGA FG_PCT FG3M FG3A "
    "FG3_PCT FTM FTA FT_PCT OREB DREB REB AST STL BLK TOV PF PLUS_MINUS"
)
TEAM_MINUTES: Final = 240
TEAM_OVERTIME_MINUTES: Final = 25


def play_by_play_v3(game: GameView, now: datetime) -> dict[str, Any]:
    """`playbyplayv3`: the same plays, each with an id in order; three scores in four are left blank."""
    rows = play_by_play(game, now)["game"]["actions"]
    actions = [_action(number, row, game) for number, row in enumerate(rows, start=1)]
    return {"meta": meta(now), "game": {"gameId": game.game_id, "videoAvailable": 0, "actions": actions}}


def scoreboard_v3(day: date, games: Iterable[GameView], now: datetime) -> dict[str, Any]:
    """`scoreboardv3`."""
    board = scoreboard(day, games, now)
    lists = ("nationalBroadcasters", "homeTvBroadcasters", "awayTvBroadcasters")
    for game in board["scoreboard"]["games"]:
        game |= {"gameLabel": "", "isNeutral": False, "teamLeaders": {}, "broadcasters": {name: [] for name in lists}}
    return board


def box_score_summary(game: GameView, figures: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """`boxscoresummaryv3`, with the figures of the finished game: `computed` of its description."""
    home_score, away_score = game.score
    return {
        "meta": meta(now),
        "boxScoreSummary": {
            "gameId": game.game_id,
            "gameCode": f"{local(game.tip_off):%Y%m%d}/{game.away}{game.home}",
            "gameStatus": 3 if game.status == "final" else 2,
            "gameStatusText": game.status_text,
            "period": game.period,
            "gameClock": game.clock,
            "gameTimeUTC": f"{game.tip_off:%Y-%m-%dT%H:%M:%SZ}",
            "gameEt": f"{local(game.tip_off):%Y-%m-%dT%H:%M:%SZ}",
            "homeTeamId": team_id(game.home),
            "awayTeamId": team_id(game.away),
            "homeTeam": _summary_team(game, game.home, home_score),
            "awayTeam": _summary_team(game, game.away, away_score),
            "postgameCharts": {
                "homeTeam": _chart(game.home, home_score, figures, "home"),
                "awayTeam": _chart(game.away, away_score, figures, "away"),
            },
        },
    }


def game_finder(games: Iterable[GameView], asked: Mapping[str, str]) -> dict[str, Any]:
    """`leaguegamefinder`: two rows a game, the newest first; by team, season, days or game."""
    rows = [row for game in games for row in _finder_rows(game) if _is_asked_for(row, asked)]
    rows.sort(key=lambda row: (row["GAME_DATE"], row["GAME_ID"]), reverse=True)
    columns = _FINDER_COLUMNS.split()
    values = [[row.get(column) for column in columns] for row in rows]
    result = {"name": "LeagueGameFinderResults", "headers": columns, "rowSet": values}
    return {"resource": "leaguegamefinder", "parameters": dict(asked), "resultSets": [result]}


def _action(number: int, row: Mapping[str, Any], game: GameView) -> dict[str, Any]:
    team, result = row.get("teamTricode", ""), row.get("shotResult", "")
    is_free_throw = row["actionType"] == "freethrow"
    is_stated = not result or (result == "Made" and number % 4 == 0)
    return {
        "actionNumber": row["actionNumber"],
        "clock": row["clock"],
        "period": row["period"],
        "teamId": row.get("teamId", 0),
        "teamTricode": team,
        "personId": row["personId"],
        "playerName": row.get("playerName", ""),
        "playerNameI": row.get("playerNameI", ""),
        "xLegacy": 0,
        "yLegacy": 0,
        "shotDistance": 0,
        "shotResult": "" if is_free_throw else result,
        "isFieldGoal": row["isFieldGoal"],
        "scoreHome": row["scoreHome"] if is_stated else "",
        "scoreAway": row["scoreAway"] if is_stated else "",
        "pointsTotal": int(row["scoreHome"]) + int(row["scoreAway"]) if is_stated else 0,
        "location": {game.home: "h", game.away: "v"}.get(team, ""),
        "description": row["description"],
        "actionType": "Free Throw" if is_free_throw else f"{result} Shot" if result else row["actionType"],
        "subType": row["subType"],
        "videoAvailable": 0,
        "shotValue": 0 if is_free_throw or not result else int(row["actionType"][0]),
        "actionId": number,
    }


def _summary_team(game: GameView, code: str, score: int) -> dict[str, Any]:
    team = find_team(code)
    names = {"teamId": team_id(code), "teamCity": team.city, "teamName": team.nickname, "teamTricode": code}
    return names | {"score": score, "periods": period_points(game, code), "inactives": []}


def _chart(code: str, score: int, figures: Mapping[str, Any], side: str) -> dict[str, Any]:
    statistics = {
        "points": score,
        "biggestLead": figures["largest_lead"][side],
        "leadChanges": figures["lead_changes"],
        "timesTied": figures["times_tied"],
        "biggestScoringRun": figures["largest_run"][side],
    }
    return {"teamId": team_id(code), "teamTricode": code, "statistics": statistics}


def _finder_rows(game: GameView) -> Iterator[dict[str, Any]]:
    home_score, away_score = game.score
    day = local(game.tip_off).date()
    sides = (
        (game.home, f"{game.home} vs. {game.away}", home_score, home_score - away_score),
        (game.away, f"{game.away} @ {game.home}", away_score, away_score - home_score),
    )
    for code, matchup, points, margin in sides:
        yield {
            "SEASON_ID": f"2{season_of(day)[:4]}",
            "TEAM_ID": team_id(code),
            "TEAM_ABBREVIATION": code,
            "TEAM_NAME": find_team(code).full_name,
            "GAME_ID": game.game_id,
            "GAME_DATE": day.isoformat(),
            "MATCHUP": matchup,
            "WL": "W" if margin > 0 else "L",
            "MIN": TEAM_MINUTES + TEAM_OVERTIME_MINUTES * max(0, game.period - 4),
            "PTS": points,
            "PLUS_MINUS": float(margin),
        }


def _is_asked_for(row: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    day = date.fromisoformat(row["GAME_DATE"])
    same = {"TeamID": str(row["TEAM_ID"]), "GameID": row["GAME_ID"], "Season": season_of(day)}
    first, last = asked.get("DateFrom"), asked.get("DateTo")
    return (
        all(asked.get(name) in (None, "", value) for name, value in same.items())
        and (not first or day >= _day(first))
        and (not last or day <= _day(last))
    )


def _day(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()
