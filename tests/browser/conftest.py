"""A browser test that misses its moment on a busy machine gets one more try; the summary names it."""

from pathlib import Path

import pytest

TRIES_AGAIN = 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, where the plugin is there to read the mark."""
    if not config.pluginmanager.hasplugin("rerunfailures"):
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=TRIES_AGAIN))
