"""How the commands talk: signals, lines for programs, pictures for people, nothing that steers the terminal."""

import os
import signal
import threading
import warnings
from io import StringIO

import pytest
from rich.console import Console
from rich.text import Text
from support import random_name, wait_until

from nbmomentum.cli import terminal
from nbmomentum.cli.terminal import Line, follow, noticed_signals, printable, warnings_told
from nbmomentum.errors import BrokerWarning
from nbmomentum.runners import Runner


class Idle(Runner):
    """Runs until it is stopped, or told that its work is done."""

    def __init__(self) -> None:
        super().__init__(random_name("idle"))
        self.is_done = threading.Event()

    def _run(self) -> None:
        wait_until(lambda: self.is_done.is_set() or self._stop_requested.is_set())


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """Where the commands write in this test; no terminal."""
    page = StringIO()
    monkeypatch.setattr(terminal, "out", Console(file=page, width=80, highlight=False))
    return page


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_is_a_request_to_end(number: int) -> None:
    """Nothing is interrupted; whoever asks is told. Afterwards the handlers are what they were."""
    before = signal.getsignal(number)

    with noticed_signals() as is_interrupted:
        asked_before = is_interrupted()
        os.kill(os.getpid(), number)
        asked_after = is_interrupted()

    assert (asked_before, asked_after) == (False, True)
    assert signal.getsignal(number) is before


def test_callback_hears_the_first_signal_only() -> None:
    """A second Ctrl-C does not disturb the stop that the first one began."""
    heard = []

    with noticed_signals(lambda: heard.append(1)):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    assert heard == [1]


def test_ctrl_c_works_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell starts background jobs with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)

    try:
        with noticed_signals() as is_interrupted:
            os.kill(os.getpid(), signal.SIGINT)
            noticed = is_interrupted()
    finally:
        signal.signal(signal.SIGINT, before)

    assert noticed


def test_nohup_is_respected() -> None:
    """Who asked to live on when the terminal closes lives on."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)

    try:
        with noticed_signals() as is_interrupted:
            os.kill(os.getpid(), signal.SIGHUP)
            noticed = is_interrupted()
    finally:
        signal.signal(signal.SIGHUP, before)

    assert not noticed


def test_escape_sequences_are_made_visible() -> None:
    """A player's name cannot clear the screen, nor write in red."""
    assert (
        printable("\x1b[2Jevil\x07 [red]x[/red]").plain
        == "\N{REPLACEMENT CHARACTER}[2Jevil\N{REPLACEMENT CHARACTER} [red]x[/red]"
    )


def test_sentence_for_a_program_stays_on_its_line(page: StringIO) -> None:
    """A pipe gets whole sentences, whatever the width."""
    terminal.say("word " * 60)

    assert page.getvalue().count("\n") == 1


def test_lines_are_written_on_change_only(page: StringIO) -> None:
    """A line for each new key, and the last one at the end of the runner."""
    keys = iter([1, 1, 2, 2])

    with Idle() as runner:

        def line() -> Line:
            key = next(keys, 3)
            if key == 3:
                runner.is_done.set()
            return Line(key, f"key {key}")

        follow(runner, lambda: False, picture=Text, line=line)

    assert page.getvalue() == "key 1\nkey 2\nkey 3\n"


def test_picture_is_drawn_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last picture is that of the end, and it stays."""
    page = StringIO()
    monkeypatch.setattr(terminal, "out", Console(file=page, width=80, force_terminal=True, color_system=None))
    pictures = iter(["first", "second"])

    with Idle() as runner:

        def picture() -> Text:
            text = next(pictures, "last")
            if text == "last":
                runner.is_done.set()
            return Text(text)

        follow(runner, lambda: False, picture=picture, line=lambda: Line(0, "never"))

    drawn = page.getvalue()
    assert drawn.index("first") < drawn.index("second") < drawn.index("last")
    assert "never" not in drawn


def test_warning_of_the_kit_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file's name and a line of code."""
    page = StringIO()
    monkeypatch.setattr(terminal, "err", Console(file=page, width=80, highlight=False))

    with warnings_told():
        warnings.simplefilter("always")
        warnings.warn("The broker loads 143 MB.", BrokerWarning, stacklevel=1)

    assert page.getvalue() == "The broker loads 143 MB.\n"
