"""A busy machine: a page gets more time, and a test that misses its moment one more try; a league for lesson 08."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import support
from panels.live_game import MAIN_GAME, OTHER_GAME

from nbmomentum.sources.stand_in import StandInLeague

TRIES_AGAIN = 1
PATIENCE_S = 60.0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, where the plugin is there to read the mark."""
    if not config.pluginmanager.hasplugin("rerunfailures"):
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=TRIES_AGAIN))


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is slow is no failure; what never comes still is."""
    monkeypatch.setattr(support, "PATIENCE_S", PATIENCE_S)


@pytest.fixture
def league() -> Iterator[StandInLeague]:
    """A league of two games: one is at its 40th basket, the other one has not begun."""
    with StandInLeague([MAIN_GAME, OTHER_GAME], name=support.random_name("league")) as league:
        league.serve_prefix(MAIN_GAME, 40)
        yield league
