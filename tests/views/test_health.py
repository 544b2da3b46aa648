"""The health line."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from ipywidgets import Widget

from nbmomentum.reports import PartitionStatus
from nbmomentum.views import Health, HealthLine, LiveFeed

FULL = Health(
    broker="embedded",
    producer_state="playing",
    of_replay=(33, 32),
    sent=84,
    acknowledged=83,
    failed=0,
    consumer_state="following",
    consumed=82,
    invalid=0,
    lag=1,
    committed_lag=12,
    frames=1234,
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Broker", "embedded"),
        ("Producer", "playing"),
        ("Sent", "33 (+51 others)"),
        ("Acknowledged", "83"),
        ("Failed", "0"),
        ("Consumer", "following"),
        ("Consumed", "32 (+50 others)"),
        ("Invalid", "0"),
        ("Lag", "1"),
        ("Committed lag", "12"),
        ("Frames", "1,234"),
    ],
)
def test_every_figure_is_named(name: str, value: str, html_of: Callable[[Widget], str]) -> None:
    """Both lags stand side by side, each with its name."""
    line = HealthLine()

    line.show(FULL)

    assert f"<dt>{name}</dt><dd>{value}</dd>" in html_of(line.widget)


def test_offsets_stand_beside_the_lags_that_are_counted_from_them(html_of: Callable[[Widget], str]) -> None:
    """On request a second line lets a reader do the two subtractions."""
    line = HealthLine(with_offsets=True)

    line.show(replace(FULL, place=PartitionStatus(partition=2, position=109, committed=98, end_offset=110)))

    first, second = html_of(line.widget).split("</dl>")[:2]
    names = ["Partition", "Position", "Committed", "End offset", "Lag", "Committed lag"]
    assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", second) == list(
        zip(names, ["2", "109", "98", "110", "1", "12"], strict=True)
    )
    assert "lag" not in first.casefold()


def test_offsets_are_not_shown_unasked(html_of: Callable[[Widget], str]) -> None:
    """The usual line stays one line."""
    line = HealthLine()

    line.show(replace(FULL, place=PartitionStatus(partition=2, position=109, committed=98, end_offset=110)))

    assert "End offset" not in html_of(line.widget)


def test_unknown_figures_are_no_zeros(html_of: Callable[[Widget], str]) -> None:
    """What nobody reported is a dash."""
    line = HealthLine()

    line.show(Health())

    assert html_of(line.widget).count("<dd>–</dd>") == 11


@pytest.mark.parametrize("name", ["failed", "invalid"])
def test_what_calls_for_attention_stands_out(name: str, html_of: Callable[[Widget], str]) -> None:
    """Failed and invalid records are marked, zeros are not."""
    line = HealthLine()
    line.show(FULL)
    calm = html_of(line.widget)

    line.show(replace(FULL, **{name: 3}))

    assert "<dd class=kit-error>" not in calm
    assert f"<dt>{name.capitalize()}</dt><dd class=kit-error>3</dd>" in html_of(line.widget)


def test_an_error_is_shown_in_words(html_of: Callable[[Widget], str]) -> None:
    """The last error stands below the figures until it is gone."""
    line = HealthLine()

    line.show(replace(FULL, error="broker away for 12 s, 7 queued"))
    with_error = html_of(line.widget)
    line.show(FULL)

    assert "Error: broker away for 12 s, 7 queued" in with_error
    assert "Error" not in html_of(line.widget)


def test_counting_frames_asks_for_no_frame() -> None:
    """Drawing the number of frames would go on for ever."""
    feed = LiveFeed()
    feed.connect(lambda: replace(FULL, frames=feed.frames), HealthLine())

    drawn = [feed.render_once() for _ in range(3)]

    assert drawn == [True, False, False]
