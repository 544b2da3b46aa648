"""How the commands talk: one sentence, a live picture, or plain lines where the output is no terminal."""

import contextlib
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text

from nbmomentum.errors import BrokerWarning
from nbmomentum.runners import Runner

FRAME_INTERVAL_S = 0.1

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Line(NamedTuple):
    """A plain line, written when its key differs from that of the line before."""

    key: object
    text: str


def say(text: str, style: str = "") -> None:
    """Write one sentence; it is not broken into lines where the reader is a program."""
    out.print(printable(text, style), soft_wrap=not out.is_terminal)


def complain(text: str) -> None:
    """Write one red sentence to standard error."""
    err.print(printable(text, "bold red"), soft_wrap=not err.is_terminal)


@contextlib.contextmanager
def warnings_told() -> Iterator[None]:
    """Write the kit's own warnings as one yellow sentence each, to standard error."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def tell(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
            if issubclass(category, BrokerWarning):
                err.print(printable(str(message), "yellow"), soft_wrap=not err.is_terminal)
            else:
                show(message, category, *place, **more)

        warnings.showwarning = tell
        yield


def printable(text: str, style: str = "") -> Text:
    """A text from outside, with what could steer the terminal (escape sequences) made visible instead."""
    return Text(
        "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text), style=style
    )


def allow_any_text() -> None:
    """Write a question mark for what the terminal's encoding lacks, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


@contextlib.contextmanager
def noticed_signals(on_signal: Callable[[], None] | None = None) -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C, a kill or a closed terminal be a request to end, which the block asks for.

    A second signal changes nothing: every stop is bounded in time.

    Args:
        on_signal: Called at the first signal, for whoever cannot ask.
    """
    received: list[int] = []

    def note(number: int, _: object) -> None:
        received.append(number)
        if on_signal is not None and len(received) == 1:
            on_signal()

    previous = {number: signal.signal(number, note) for number in _ending_signals()}
    try:
        yield lambda: bool(received)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _ending_signals() -> list[int]:
    """Ctrl-C even where a shell started us in the background with it ignored; but a `nohup` is respected."""
    numbers = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    return list(numbers)


def follow(
    runner: Runner,
    is_interrupted: Callable[[], bool],
    *,
    picture: Callable[[], RenderableType],
    line: Callable[[], Line],
) -> None:
    """Show a runner until it ends or the user ends it: a live picture, or plain lines where there is no terminal."""
    if out.is_terminal:
        with Live(picture(), console=out, auto_refresh=False) as live:
            is_over = False
            while not is_over:
                is_over = is_interrupted() or runner.join(FRAME_INTERVAL_S)
                live.update(picture(), refresh=True)
    else:
        _follow_in_lines(runner, is_interrupted, line)


def _follow_in_lines(runner: Runner, is_interrupted: Callable[[], bool], line: Callable[[], Line]) -> None:
    last_key: object = None
    is_over = False
    while not is_over:
        is_over = is_interrupted() or runner.join(FRAME_INTERVAL_S)
        key, text = line()
        if key != last_key:
            say(text)
        last_key = key
