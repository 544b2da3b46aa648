"""Contrast and distance of colours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbmomentum.views.colours import DARK, WHITE, contrast, distance, text_on

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("colour", "background", "expected"),
    [("#000000", WHITE, 21.0), (WHITE, WHITE, 1.0), ("#777777", WHITE, 4.48), ("#ff0000", WHITE, 4.0)],
)
def test_contrast_is_that_of_the_guidelines(colour: str, background: str, expected: float) -> None:
    """Known ratios of WCAG 2, to two digits."""
    assert contrast(colour, background) == pytest.approx(expected, abs=0.01)


@given(COLOURS, COLOURS)
def test_distance_is_symmetric_and_zero_to_itself(one: str, other: str) -> None:
    """A distance of colours is a distance."""
    assert distance(one, other) == distance(other, one)
    assert distance(one, one) == 0.0


def test_black_and_white_are_a_hundred_apart() -> None:
    """The lightness of CIELAB runs from 0 to 100, for every kind of sight."""
    assert distance("#000000", WHITE) == pytest.approx(100, abs=0.1)


def test_red_and_green_come_close_to_colour_blind_eyes() -> None:
    """A red and a green far apart to normal sight are counted as the colour-blind see them."""
    red, green, blue = "#c8102e", "#5a7d00", "#3a61ac"

    assert distance(red, green) < 35 < distance(red, blue)


@given(COLOURS)
def test_text_reads_on_every_colour(colour: str) -> None:
    """White or near-black reads on any background at 4.3:1."""
    assert text_on(colour) in (WHITE, DARK)
    assert contrast(text_on(colour), colour) >= 4.3
