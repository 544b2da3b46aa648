"""Fixtures of the views' tests: games folded play by play, and what a view sends to its page."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from ipywidgets import Widget

from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.sources.bundled import load_game

LEAD_CHANGES_GAME = "0021500277"
OVERTIMES_GAME = "0021500391"


@cache
def _states(game_id: str) -> list[GameState]:
    events = load_game(game_id)
    tracker = GameTracker(home=events[0].home, away=events[0].away)
    states = [tracker.state]
    for event in events:
        tracker.apply(event)
        states.append(tracker.state)
    return states


@pytest.fixture
def game() -> list[GameState]:
    """OKC at MIA with its 38 lead changes: the state before the first play and after each."""
    return _states(LEAD_CHANGES_GAME)


@pytest.fixture
def overtimes() -> list[GameState]:
    """DET at CHI with its four overtimes, play by play."""
    return _states(OVERTIMES_GAME)


@pytest.fixture
def final_of() -> Callable[[str], GameState]:
    """The state at the end of a bundled game."""
    return lambda game_id: _states(game_id)[-1]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The name of each widget model that sends an update to the page, in order."""
    names: list[str] = []

    def record(self: Any, msg: dict[str, Any], buffers: Any = None) -> None:
        if msg["method"] == "update":
            names.append(type(self).__name__)

    monkeypatch.setattr(Widget, "_send", record)
    return names


@pytest.fixture
def html_of() -> Callable[[Widget], str]:
    """All HTML a widget and its children put into the page."""
    return _html


def _html(widget: Widget) -> str:
    own = widget.value if type(widget).__name__ == "HTML" else ""
    if getattr(widget, "description_allow_html", False):
        own += widget.description
    return own + "".join(_html(child) for child in getattr(widget, "children", ()))
