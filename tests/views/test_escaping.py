"""Outside text is text in every view: a player's name never becomes markup."""

from collections.abc import Callable
from typing import Any, NoReturn

import msgspec
import pytest
from ipywidgets import Widget
from replays import Reader, Replay, Status, Walker
from scoring import event, fold

from nbmomentum.momentum import GameState
from nbmomentum.sources.bundled import list_games
from nbmomentum.views import (
    STATIONS,
    AlertFeed,
    Excerpt,
    Form,
    Health,
    HealthLine,
    MomentumChart,
    OfficialFigures,
    PipelineStrip,
    Place,
    ReplayControls,
    Scoreboard,
    ScoreChart,
    SeekControls,
    TextTwin,
    View,
    Walk,
    WindowedRun,
    WinProbabilityChart,
)

HOSTILE = '<img src=x onerror="alert(1)">'
ESCAPED = "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;"


def _hostile_game() -> GameState:
    """Two plays of a player with a hostile name, the second one a lead change."""
    first = event(player=HOSTILE)
    second = event(event_id="11", order=11, team="OKC", player=HOSTILE, points=3, clock="PT11M00.00S", away_score=3)
    return fold([first, second])


def _refusing_controls() -> ReplayControls:
    class Refusing(Replay):
        def step(self, n: int = 1) -> NoReturn:
            """Fail with a message from outside."""
            raise ValueError(HOSTILE * n)

    games = [msgspec.structs.replace(list_games()[0], note=HOSTILE)]
    controls = ReplayControls(Refusing(), games=games)
    controls.step.click()
    return controls


def _refusing_seek() -> SeekControls:
    class Refusing(Reader):
        def seek_play(self, event_id: str) -> NoReturn:
            """Fail with a message from outside."""
            raise ValueError(event_id)

    controls = SeekControls(Refusing())
    controls.go_to(HOSTILE)
    return controls


def _clickable_alerts() -> AlertFeed:
    return AlertFeed(on_moment=print)


def _strip() -> PipelineStrip:
    return PipelineStrip(Walker())


def _hostile_walk() -> Walk:
    form = Form(HOSTILE, ((HOSTILE, HOSTILE),), raw=HOSTILE)
    code = Excerpt(HOSTILE, HOSTILE, ((1, HOSTILE),), 1, 1)
    play = event(player=HOSTILE)
    return Walk(HOSTILE, 1, 1, play, 1, (form,), (code,) * len(STATIONS), trouble=HOSTILE)


CASES: list[tuple[Callable[[], View[Any]], object, bool]] = [
    (Scoreboard, _hostile_game(), True),
    (ScoreChart, _hostile_game(), False),
    (AlertFeed, _hostile_game(), False),
    (TextTwin, _hostile_game(), False),
    (MomentumChart, _hostile_game(), False),
    (WinProbabilityChart, _hostile_game(), False),
    (WindowedRun, _hostile_game(), False),
    (OfficialFigures, fold([event(game_id=HOSTILE)]), True),
    (HealthLine, Health(broker=HOSTILE, producer_state=HOSTILE, consumer_state=HOSTILE, error=HOSTILE), True),
    (_refusing_controls, Status(state=HOSTILE), True),
    (_refusing_seek, Place(HOSTILE, 0.0, 1, 2880.0, is_held=False, state=HOSTILE), True),
    (_clickable_alerts, _hostile_game(), False),
    (_strip, _hostile_walk(), True),
]


@pytest.mark.parametrize(("make", "value", "is_shown"), CASES, ids=[case[0].__name__ for case in CASES])
def test_hostile_text_is_shown_as_text(
    make: Callable[[], View[Any]], value: object, is_shown: bool, html_of: Callable[[Widget], str]
) -> None:
    """No view lets markup through; where the text belongs, it is there to read."""
    view = make()

    view.show(value)

    html = html_of(view.widget)
    assert "<img" not in html
    assert (ESCAPED in html) == is_shown


def test_tooltips_are_plain_text_of_the_page() -> None:
    """The tooltip of bqplot sets its text as text, so that the name stays as it is."""
    chart = ScoreChart()

    chart.show(_hostile_game())

    assert HOSTILE in chart.lead_changes.names[0]
    assert chart.lead_changes.tooltip.fields == ["name"]
