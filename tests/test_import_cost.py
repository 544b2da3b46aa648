"""The front door: its names, and that opening it loads nothing heavy."""

import importlib
import json
import pkgutil
import subprocess
import sys

import pytest

import nbmomentum

HEAVY = ("kafka", "nba_api", "ipywidgets", "bqplot", "pandas", "numpy", "requests", "IPython")
LIST_MODULES = "import json, sys, {}; print(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"


def modules_after_import(name: str) -> set[str]:
    """Top-level modules a fresh interpreter holds after one import."""
    done = subprocess.run([sys.executable, "-c", LIST_MODULES.format(name)], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    "name",
    [
        "nbmomentum",
        "nbmomentum.momentum",
        "nbmomentum.sources.bundled",
        "nbmomentum.sources.catalogue",
        "nbmomentum.sources.simulated",
        "nbmomentum.tables",
    ],
)
def test_import_loads_no_widgets_no_pandas_and_no_kafka(name: str) -> None:
    """A worker process, a test or a script pays for the core alone."""
    loaded = modules_after_import(name)

    assert "msgspec" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_front_door_opens_to_the_core() -> None:
    """Every public name is there, and the example of the docstring works."""
    from nbmomentum import GameTracker, load_game

    tracker = GameTracker(home="MIA", away="OKC")
    for event in load_game("0021500277"):
        tracker.apply(event)

    assert tracker.state.lead_changes == 38
    assert all(hasattr(nbmomentum, name) for name in nbmomentum.__all__)
    assert {
        "GameClock",
        "GameState",
        "InvalidEvent",
        "NbmomentumError",
        "ReplayClock",
        "ScoringEvent",
        "list_games",
    } <= set(nbmomentum.__all__)


PUBLIC = [
    name
    for _, name, is_package in pkgutil.walk_packages(nbmomentum.__path__, "nbmomentum.")
    if is_package and "_notebooks" not in name
]


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_there(name: str) -> None:
    """What a package lists as its own can be imported: `from ... import *` in a cell does."""
    package = importlib.import_module(name)

    assert [public for public in getattr(package, "__all__", ()) if not hasattr(package, public)] == []
