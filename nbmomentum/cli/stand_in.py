"""`nbmomentum lab --stand-in`: a league on this computer in place of the NBA's, for the kernels of the lab."""

import contextlib
import os
from collections.abc import Iterator

from nbmomentum.cli.terminal import say
from nbmomentum.settings import STAND_IN_VARIABLE


@contextlib.contextmanager
def stand_in_league(*, is_wanted: bool) -> Iterator[None]:
    """Let what this process starts ask a stand-in league, which ends with the block.

    Args:
        is_wanted: Whether to have one at all; without it nothing is changed.
    """
    if not is_wanted:
        yield
        return
    from nbmomentum.sources.stand_in.evening import Evening

    with Evening() as evening:
        os.environ[STAND_IN_VARIABLE] = evening.url
        say(f"A stand-in league plays tonight's games at {evening.url}; nothing is asked of the NBA.")
        try:
            yield
        finally:
            del os.environ[STAND_IN_VARIABLE]
