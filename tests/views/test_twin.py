"""The text twin."""

from collections.abc import Callable

from ipywidgets import Widget

from nbmomentum.momentum import GameState
from nbmomentum.views import TextTwin


def test_the_sentence_is_the_state_in_words(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """What `describe` says is on the page and readable from code."""
    twin = TextTwin()

    twin.show(game[-1])

    assert twin.sentence == game[-1].describe()
    assert f"<p>{twin.sentence}</p>" in html_of(twin.widget)


def test_the_line_score_is_the_official_one(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """Points by period, total, largest lead and run of OKC at MIA."""
    twin = TextTwin()

    twin.show(game[-1])

    html = html_of(twin.widget)
    assert _row("OKC (away)", 28, 23, 25, 19, 95, 6, 7) in html
    assert _row("MIA (home)", 23, 27, 24, 23, 97, 6, 7) in html


def test_periods_to_come_are_no_zeros(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """Before the first play all four periods are open."""
    twin = TextTwin()

    twin.show(game[0])

    assert _row("MIA (home)", "–", "–", "–", "–", 0, 0, 0) in html_of(twin.widget)


def test_overtimes_get_columns(overtimes: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """Four overtimes, named."""
    twin = TextTwin()

    twin.show(overtimes[-1])

    assert '<th scope="col">OT4</th>' in html_of(twin.widget)
    assert _row("DET (away)", 30, 25, 19, 31, 11, 7, 4, 20, 147, 8, 11) in html_of(twin.widget)


def _row(head: str, *cells: object) -> str:
    return f'<tr><th scope="row">{head}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
