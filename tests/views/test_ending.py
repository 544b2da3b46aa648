"""The Stop button stops once, says how it went, and never hangs the page."""

from support import wait_until

from nbmomentum.runners import running
from nbmomentum.views import StopButton


def test_a_click_stops_everything_and_says_so() -> None:
    """The stopping happens in a thread of its own, and the line tells when it is done."""
    stopped: list[str] = []
    end = StopButton(lambda: stopped.append("all"))

    end.button.click()
    wait_until(lambda: "Stopped" in end.sentence, what="the line to say that all is stopped")

    assert stopped == ["all"]
    assert end.error == ""
    wait_until(lambda: not running(), what="the thread of the click to end")


def test_an_error_while_stopping_is_shown_as_text() -> None:
    """What went wrong stands where the user looks, escaped."""

    def stop() -> None:
        raise RuntimeError("<b>the broker</b> did not stop")

    end = StopButton(stop)

    end.stop()

    assert end.error == "RuntimeError: <b>the broker</b> did not stop"
    assert "&lt;b&gt;the broker" in end.sentence
    assert not end.button.disabled
