"""The broker of the benchmarks: one for the run, in a folder of its own."""

from collections.abc import Iterator

import pytest

from nbmomentum.stream import Broker, start_broker


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """The embedded broker."""
    with start_broker(home=tmp_path_factory.mktemp("broker")) as broker:
        yield broker
