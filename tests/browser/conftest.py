"""A busy machine: a page gets more time, and a test that misses its moment one more try; the summary names it."""

from pathlib import Path

import pytest
import support

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
