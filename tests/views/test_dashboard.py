"""The dashboard's parts: two buttons that skip, the badge at a game's end, and a layout of four areas."""

from dataclasses import dataclass, field

import pytest
from ipywidgets import Box

from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.sources.bundled import load_game
from nbmomentum.views import (
    Highlights,
    OfficialVerdict,
    Scoreboard,
    StopButton,
    TabsWithBadge,
    dashboard_panel,
    tabbed,
)

PLAYS = load_game("0021500277")


@dataclass
class FakeSkipping:
    """What the buttons command; it notes the commands, or fails."""

    commands: list[str] = field(default_factory=list)
    error: Exception | None = None

    def to_crunch_time(self) -> None:
        """Note the command."""
        self.commands.append("crunch")
        if self.error:
            raise self.error

    def to_next_moment(self) -> None:
        """Note the command."""
        self.commands.append("next")


def state_after(plays: int) -> GameState:
    """The default game after its first plays."""
    tracker = GameTracker(home=PLAYS[0].home, away=PLAYS[0].away)
    for play in PLAYS[:plays]:
        tracker.apply(play)
    return tracker.state


def classes(box: Box) -> list[str]:
    """The kit's CSS classes of a box."""
    return [name for name in box._dom_classes if name.startswith("kit")]


def test_each_button_passes_its_command_on() -> None:
    """Next moment and crunch time, in the order of the clicks."""
    skipping = FakeSkipping()
    highlights = Highlights(skipping)

    highlights.next.click()
    highlights.crunch.click()

    assert skipping.commands == ["next", "crunch"]


def test_a_command_that_fails_is_shown() -> None:
    """The error stands below the buttons, as text."""
    highlights = Highlights(FakeSkipping(error=ValueError("<no> game")))

    highlights.crunch.click()
    highlights.show(None)

    assert highlights.error == "ValueError: <no> game"
    assert "&lt;no&gt; game" in highlights._error.value


@pytest.mark.parametrize(("plays", "said"), [(0, ""), (len(PLAYS) - 1, ""), (len(PLAYS), "figures equal the league")])
def test_the_badge_speaks_at_the_end_only(plays: int, said: str) -> None:
    """Empty while the game runs; then the headline of the comparison."""
    verdict = OfficialVerdict()

    verdict.show(state_after(plays))

    assert (said in verdict._html.value) if said else verdict._html.value == ""


def test_the_badge_of_a_game_without_official_figures_is_empty() -> None:
    """There is nothing to compare with."""
    verdict = OfficialVerdict(games=[])

    verdict.show(state_after(len(PLAYS)))

    assert verdict._html.value == ""


def test_the_panel_has_four_areas_with_their_views() -> None:
    """Each view stands in the area it was given for, in order; the badge beside the tabs."""
    board, verdict, end, highlights = (
        Scoreboard(),
        OfficialVerdict(),
        StopButton(lambda: None, waiting=""),
        Highlights(FakeSkipping()),
    )
    badged = TabsWithBadge(tabbed({"Score": Scoreboard()}), verdict)

    panel = dashboard_panel(top=[highlights], left=[board, badged], right=[], bottom=[end])

    areas = panel.children[-1].children
    assert [classes(area)[-1] for area in areas] == ["kit-top", "kit-left", "kit-right", "kit-bottom"]
    assert areas[1].children == (board.widget, badged.widget)
    assert verdict.widget in badged.widget.children
    assert end.sentence == ""
