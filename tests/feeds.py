"""Hand-made payloads in the shape of the NBA's feeds, what answers with them, and the folder of stored real ones."""

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

FEEDS_VARIABLE = "NBMOMENTUM_FEEDS_DIR"

LIVE_BASKET: dict[str, Any] = {
    "actionNumber": 10,
    "clock": "PT11M38.00S",
    "timeActual": "2025-11-05T00:07:26.0Z",
    "period": 1,
    "periodType": "REGULAR",
    "teamId": 1610612744,
    "teamTricode": "GSW",
    "actionType": "freethrow",
    "subType": "1 of 2",
    "personId": 201939,
    "scoreHome": "0",
    "scoreAway": "1",
    "edited": "2025-11-05T00:07:26Z",
    "orderNumber": 100000,
    "isFieldGoal": 0,
    "shotResult": "Made",
    "pointsTotal": 1,
    "description": "S. Curry Free Throw 1 of 2 (1 PTS)",
    "playerName": "Curry",
    "playerNameI": "S. Curry",
}
LIVE_PERIOD: dict[str, Any] = {
    "actionNumber": 2,
    "clock": "PT12M00.00S",
    "timeActual": "2025-11-05T00:06:19.0Z",
    "period": 1,
    "actionType": "period",
    "subType": "start",
    "personId": 0,
    "scoreHome": "0",
    "scoreAway": "0",
    "edited": "2025-11-05T00:06:19Z",
    "orderNumber": 20000,
    "isFieldGoal": 0,
    "description": "Period Start",
}
V3_BASKET: dict[str, Any] = {
    "actionNumber": 7,
    "clock": "PT11M41.00S",
    "period": 1,
    "teamId": 1610612741,
    "teamTricode": "CHI",
    "personId": 201942,
    "playerName": "DeRozan",
    "playerNameI": "D. DeRozan",
    "shotResult": "Made",
    "isFieldGoal": 1,
    "scoreHome": "0",
    "scoreAway": "3",
    "pointsTotal": 3,
    "location": "v",
    "description": "DeRozan 24' 3PT Jump Shot (3 PTS)",
    "actionType": "Made Shot",
    "subType": "Jump Shot",
    "shotValue": 3,
    "actionId": 3,
}
V3_FREE_THROW: dict[str, Any] = {
    "actionNumber": 14,
    "clock": "PT11M05.00S",
    "period": 1,
    "teamTricode": "CLE",
    "personId": 1628378,
    "playerName": "Mitchell",
    "playerNameI": "D. Mitchell",
    "shotResult": "",
    "isFieldGoal": 0,
    "scoreHome": "1",
    "scoreAway": "3",
    "pointsTotal": 4,
    "location": "h",
    "description": "Mitchell Free Throw 1 of 2 (1 PTS)",
    "actionType": "Free Throw",
    "subType": "Free Throw 1 of 2",
    "shotValue": 0,
    "actionId": 9,
}


def play_by_play(*actions: Any, game_id: str = "0022599999") -> dict[str, Any]:
    """A play-by-play as both feeds send it."""
    return {"meta": {"version": 1, "code": 200}, "game": {"gameId": game_id, "actions": list(actions)}}


def real_feed(name: str) -> Any:
    """A stored real response; skips the test where there are none."""
    folder = os.environ.get(FEEDS_VARIABLE)
    if not folder:
        pytest.skip(f"{FEEDS_VARIABLE} names no folder of stored real responses")
    return json.loads((Path(folder) / name).read_text(encoding="utf-8"))


def trial(name: str) -> Any:
    """A small hand-made payload that the kit once read wrongly."""
    return json.loads((Path(__file__).parent / "trials" / f"{name}.json").read_text(encoding="utf-8"))


Reply = tuple[int, str] | Exception


class ScriptedSession:
    """Answers what it was told to, one after the other, the last one for ever."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[str] = []

    def get(self, url: str, **_: Any) -> Any:
        """What nba_api calls."""
        self.asked.append(url)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return SimpleNamespace(status_code=reply[0], text=reply[1], url=url)


class FakeTime:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.naps_s: list[float] = []

    def now(self) -> float:
        """The time in seconds."""
        return self.now_s

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.naps_s.append(seconds)
        self.now_s += seconds
