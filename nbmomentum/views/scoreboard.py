"""The scoreboard: away at home as a broadcast shows it, with the clock, the current run and the last play.

```python
board = Scoreboard()
board.show(tracker.state)
```

The clock of a final state reads "Final". Where the score is not the one that the feed states with its plays, a line
below says so.

CSS classes: `kit-scoreboard`; inside it `kit-score` around the graphic, `kit-when`, `kit-run`, `kit-counts`,
`kit-last` and `kit-mismatch`.
"""

from ipywidgets import HTML

from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState
from nbmomentum.views.colours import text_on
from nbmomentum.views.style import text
from nbmomentum.views.teams import colours_for
from nbmomentum.views.view import View
from nbmomentum.views.words import DIFFERENT

MISMATCH_MEANING = (
    "With each play the feed states the score after it; the kit adds up the points itself. Where the two differ, "
    "a play is missing, wrong or not corrected yet."
)
SHOWN_RUN_POINTS = 4  # a single basket is no run yet


class Scoreboard(View[GameState]):
    """Both teams with their scores, the clock of the last play, the run, the counts and the last play in words."""

    def __init__(self) -> None:
        self._graphic = HTML()
        self._graphic.add_class("kit-score")
        self._strip = HTML()
        super().__init__(self._graphic, self._strip, css_class="kit-scoreboard")

    def _draw(self, state: GameState) -> None:
        self._graphic.value = _graphic_html(state)
        self._strip.value = _strip_html(state)


def run_text(state: GameState) -> str:
    """The current run in words, "MIA 7-0 run"; empty while it is a single basket."""
    run = state.run
    return f"{run.team} {run.points}-0 run" if run.team and run.points >= SHOWN_RUN_POINTS else ""


def lead_text(state: GameState) -> str:
    """Who leads by how much, "MIA by 3"; "level" while nobody does."""
    return f"{state.leader} by {abs(state.margin)}" if state.leader else "level"


def story_text(state: GameState) -> str:
    """What is to be told of the score: the current run, else who leads; at the end who has won, "MIA win by 2"."""
    if state.is_final and state.leader:
        return f"{state.leader} win by {abs(state.margin)}"
    return run_text(state) or lead_text(state)


def play_text(event: ScoringEvent) -> str:
    """A play in words, without the score: "Chris Bosh (MIA) scores 1, Q1 11:35"."""
    scorer = f"{event.player} ({event.team})" if event.player else event.team
    return f"{scorer} scores {event.points}, {event.game_clock}"


def _graphic_html(state: GameState) -> str:
    when, story = state.when, story_text(state)
    spoken = f"{state.away} {state.away_score} at {state.home} {state.home_score}, {when}, {story}"
    return (
        f'<div class="kit-score-bug" role="img" aria-label="{text(spoken)}">'
        f"{_side_html(state, is_home=False)}"
        f'<div class="kit-middle"><span class="kit-when">{_arrow("◀", state.away, state)}{text(when)}'
        f"{_arrow('▶', state.home, state)}</span>"
        f'<span class="kit-run">{text(story)}</span></div>'
        f"{_side_html(state, is_home=True)}</div>"
    )


def _side_html(state: GameState, *, is_home: bool) -> str:
    colours = colours_for(state.home, state.away)
    team, points, colour, side = (
        (state.home, state.home_score, colours.home, "home")
        if is_home
        else (state.away, state.away_score, colours.away, "away")
    )
    behind = "" if state.leader in (None, team) else " kit-behind"
    return (
        f'<div class="kit-side kit-{side}{behind}" style="background:{colour};color:{text_on(colour)}">'
        f'<div class="kit-tile"><b>{text(team)}</b><small>{side}<i class="kit-dash"></i></small></div>'
        f'<span class="kit-points">{points}</span></div>'
    )


def _arrow(sign: str, team: str, state: GameState) -> str:
    """Points from the clock to the team that leads; always there, so that nothing moves."""
    return f'<i class="kit-leads">{sign}</i>' if team == state.leader else f"<i>{sign}</i>"


def _strip_html(state: GameState) -> str:
    changes = _counted(state.lead_changes, "lead change")
    ties = "never tied" if not state.times_tied else f"tied {_counted(state.times_tied, 'time')}"
    last = play_text(state.plays[-1].event) if state.plays else "No play yet"
    return (
        f'<div class="kit-strip"><span class="kit-counts">{changes}, {ties}</span>'
        f'<span class="kit-last">{text(last)}</span></div>{_mismatch_html(state)}'
    )


def _mismatch_html(state: GameState) -> str:
    """The doubt about the score, and what it means where the mouse rests; nothing while there is none."""
    if not state.mismatches:
        return ""
    return (
        f'<div class="kit-mismatch" title="{text(MISMATCH_MEANING)}"><b aria-hidden="true">{DIFFERENT}</b> '
        f"{text(f'This score {state.mismatch_text}.')}</div>"
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
