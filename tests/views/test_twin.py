"""The text twin."""

from collections.abc import Callable

from ipywidgets import Widget
from scoring import events_of, fold

from nbmomentum.momentum import GameState
from nbmomentum.views import MomentumChart, OfficialFigures, TextTwin, WindowedRun, WinProbabilityChart


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


def test_the_words_of_charts_follow_the_games(game: list[GameState], html_of: Callable[[Widget], str]) -> None:
    """Each under its own title, the same sentence that the chart says of itself."""
    charts = MomentumChart(), WinProbabilityChart(), WindowedRun(), OfficialFigures()
    twin = TextTwin(*charts)

    for view in (*charts, twin):
        view.show(game[-1])

    html = html_of(twin.widget)
    titles = ["In words", "Margin and momentum", "Win probability", "Windowed run", "Official figures"]
    assert [html.count(f'<section aria-label="{title}">') for title in titles] == [1] * 5
    assert twin.sentence == " ".join([game[-1].describe(), *(chart.sentence for chart in charts)])
    assert html.count("<table") == 5


def test_the_twin_follows_the_sliders_of_its_charts(game: list[GameState]) -> None:
    """A moved slider asks both for a new drawing."""
    window = WindowedRun(window_s=60)
    twin = TextTwin(window)
    twin.show(game[-1])

    window.slider.value = 600
    is_stale = twin.is_stale
    twin.show(game[-1])

    assert is_stale
    assert "in the last 10:00" in twin.sentence


def test_a_chart_has_no_sentence_before_its_first_state() -> None:
    """Nothing is said of nothing."""
    assert MomentumChart().sentence == WindowedRun().sentence == ""


def test_a_score_that_is_not_the_feeds_is_told() -> None:
    """In the sentence that is read aloud."""
    twin = TextTwin()

    twin.show(fold(events_of([("MIA", 2, 10), ("OKC", 2, 20)])[1:]))

    assert twin.sentence.endswith("; this score differs from the feed's own score in 1 play.")


def _row(head: str, *cells: object) -> str:
    return f'<tr><th scope="row">{head}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
