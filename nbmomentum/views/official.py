"""The badge at the end of a bundled game: our figures and the league's, side by side.

```python
badge = OfficialFigures()
badge.show(tracker.state)
```

While the game runs it says "so far" and keeps the league's figures to itself: they would give the end away. Where
there is no room for the figures, `OfficialVerdict` is their headline alone.

CSS classes: `kit-official` around all, `kit-verdict` on the headline, `kit-differs` on a row that is not equal;
`kit-badge` around the headline alone.
"""

from collections.abc import Iterable, Sequence

from ipywidgets import HTML

from nbmomentum.momentum import GameState
from nbmomentum.sources.bundled import GameInfo, list_games
from nbmomentum.sources.official import Comparison, Figure, compare
from nbmomentum.views.style import text
from nbmomentum.views.view import View
from nbmomentum.views.words import DIFFERENT, UNKNOWN, Readable, Words

EQUAL = "✓"


class OfficialFigures(Readable):
    """Points by period, largest lead, lead changes, ties, and the largest run where the league has it.

    Args:
        games: Those with official figures; the bundled ones where None.
    """

    def __init__(self, games: Iterable[GameInfo] | None = None) -> None:
        self._games = {game.game_id: game for game in (list_games() if games is None else games)}
        self._html = HTML()
        super().__init__(self._html, css_class="kit-official")

    def words(self, state: GameState) -> Words:
        """The verdict, and a line a figure."""
        game = self._games.get(state.game_id or "")
        if game is None:
            return Words("Official figures", _without_game(state), (), ())
        comparison = compare(state, game)
        is_final = comparison.is_final
        rows = tuple(
            (figure.label, _ours(figure), _league(figure, is_final), _mark((figure,), is_final=is_final))
            for figure in comparison.figures
        )
        sentence = " ".join(filter(None, _verdict(comparison, state, game)))
        return Words("Official figures", sentence, ("Figure", "Ours", "The league's", "Equal"), rows)

    def _draw(self, state: GameState) -> None:
        game = self._games.get(state.game_id or "")
        self._html.value = _badge_html(state, game) if game else f"<p>{text(_without_game(state))}</p>"


class OfficialVerdict(View[GameState]):
    """One line at the end of a game: whether our figures equal the league's. Empty until then.

    Args:
        games: Those with official figures; the bundled ones where None.
    """

    def __init__(self, games: Iterable[GameInfo] | None = None) -> None:
        self._games = {game.game_id: game for game in (list_games() if games is None else games)}
        self._html = HTML()
        super().__init__(self._html, css_class="kit-badge")

    def _draw(self, state: GameState) -> None:
        game = self._games.get(state.game_id or "")
        self._html.value = _verdict_html(state, game) if game else ""


def _verdict_html(state: GameState, game: GameInfo) -> str:
    comparison = compare(state, game)
    if not comparison.is_final:
        return ""
    headline, addition = _verdict(comparison, state, game)
    tone = " kit-error" if comparison.differences else ""
    return f'<p class="kit-verdict{tone}" title="{text(addition)}">{text(headline)}</p>'


def _without_game(state: GameState) -> str:
    if state.game_id is None:
        return "Official figures: no play yet."
    return f"There are no official figures of the game {state.game_id} in the kit."


def _verdict(comparison: Comparison, state: GameState, game: GameInfo) -> tuple[str, str]:
    """The headline, and what there is to add."""
    figures, differences = len(comparison.figures), comparison.differences
    if not comparison.is_final:
        return f"So far: {len(state.plays)} of {game.events} plays.", "The league's figures are shown at the end."
    if not differences:
        return f"{EQUAL} All {figures} figures equal the league's.", ""
    named = "; ".join(figure.text for figure in differences)
    return f"{DIFFERENT} {len(differences)} of {figures} figures differ from the league's.", f"{named}."


def _badge_html(state: GameState, game: GameInfo) -> str:
    comparison = compare(state, game)
    is_final = comparison.is_final
    headline, addition = _verdict(comparison, state, game)
    tone = " kit-error" if is_final and comparison.differences else ""
    of_teams = [figure for figure in comparison.figures if figure.team]
    of_game = [figure for figure in comparison.figures if not figure.team]
    return (
        f'<p class="kit-verdict{tone}">{text(headline)}</p><p>{text(addition)}</p><div class="kit-tables">'
        f"{_figures_html(of_teams, (game.away, game.home), is_final=is_final)}"
        f"{_figures_html(of_game, ('The game',), is_final=is_final)}</div>"
    )


def _figures_html(figures: Sequence[Figure], owners: Sequence[str], *, is_final: bool) -> str:
    """A table with a row a name, and for each owner ours and the league's figure."""
    by_name: dict[str, list[Figure]] = {}
    for figure in figures:
        by_name.setdefault(figure.name, []).append(figure)
    rows = "".join(_row_html(name, same, is_final=is_final) for name, same in by_name.items())
    return f'<table class="kit-table"><thead>{_head_html(owners)}</thead><tbody>{rows}</tbody></table>'


def _head_html(owners: Sequence[str]) -> str:
    """The owners above "ours" and "league"; a single owner stands in front of them and saves a line."""
    whose = '<th scope="col">ours</th><th scope="col" class="kit-league">league</th>' * len(owners)
    if len(owners) == 1:
        return f'<tr><th scope="col">{text(owners[0])}</th>{whose}<td></td></tr>'
    groups = "".join(f'<th colspan="2" scope="colgroup">{text(owner)}</th>' for owner in owners)
    return f"<tr><td></td>{groups}<td></td></tr><tr><td></td>{whose}<td></td></tr>"


def _row_html(name: str, figures: Sequence[Figure], *, is_final: bool) -> str:
    cells = "".join(_pair_html(figure, is_final=is_final) for figure in figures)
    return f'<tr><th scope="row">{text(name)}</th>{cells}<td>{_mark(figures, is_final=is_final)}</td></tr>'


def _pair_html(figure: Figure, *, is_final: bool) -> str:
    tone = " kit-differs" if is_final and not figure.is_equal else ""
    return (
        f'<td class="kit-ours{tone}">{_ours(figure)}</td><td class="kit-league{tone}">{_league(figure, is_final)}</td>'
    )


def _mark(figures: Sequence[Figure], *, is_final: bool) -> str:
    """Whether all are equal; before the end there is nothing to say."""
    if not is_final:
        return ""
    return EQUAL if all(figure.is_equal for figure in figures) else DIFFERENT


def _league(figure: Figure, is_final: bool) -> str:
    return str(figure.league) if is_final else UNKNOWN


def _ours(figure: Figure) -> str:
    return UNKNOWN if figure.ours is None else str(figure.ours)
