"""The game picker: tonight's games as the scoreboard tells them, and a recorded one; a click follows a game.

```python
picker = GamePicker(studio.following(tonight, producer))
feed.connect(studio.tonight_of(tonight, producer), picker)
```

Each game is a button with all that is known of it as its name. The one that is followed is marked in words, too; the
mark comes from the producer, never from the click.

CSS classes: `kit-tonight` around all; `kit-tonight-sentence`, `kit-refresh`, `kit-tonight-games`, and
`kit-tonight-game` on each button, `kit-selected` on that of the game that is followed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ipywidgets import HTML, Button, HBox, Layout, VBox

from nbmomentum.sources.nba import source_name
from nbmomentum.sources.nba.scoreboard import ScheduledGame
from nbmomentum.views.commands import Commanding, action_button
from nbmomentum.views.style import text

MAX_GAMES = 16

_STATUS_WORDS = {"scheduled": "to come", "live": "live", "final": "over", "postponed": "postponed"}


class Pickable(Protocol):
    """What the picker commands; every call returns at once."""

    def follow(self, game_id: str) -> None:
        """Follow this game from now on."""

    def refresh(self) -> None:
        """Ask the scoreboard again."""


@dataclass(frozen=True)
class GamesToPick:
    """What there is to choose from, filled in by whoever knows.

    Attributes:
        games: Those of the scoreboard; the first sixteen are shown.
        sentence: How many there are, or why there are none.
        recorded_id: What `follow` calls the recorded game.
        recorded_title: What it is.
        followed_id: The game that is followed now.
        last_answer: When the scoreboard last answered; None if it never did.
    """

    games: tuple[ScheduledGame, ...] = ()
    sentence: str = ""
    recorded_id: str = "recorded"
    recorded_title: str = ""
    followed_id: str = ""
    last_answer: datetime | None = None


class GamePicker(Commanding[GamesToPick]):
    """The scoreboard of tonight as a list to choose from.

    Args:
        pickable: What to command.

    Attributes:
        refresh: The button that asks the scoreboard again.
        error: The last command's error in words; empty if it went well.
    """

    def __init__(self, pickable: Pickable) -> None:
        self._pickable = pickable
        self._shown = GamesToPick()
        self._sentence = HTML()
        self._sentence.add_class("kit-tonight-sentence")
        self.refresh = action_button("Refresh", "refresh", "kit-refresh", "110px")
        self.refresh.layout.flex = "0 0 auto"  # the sentence beside it can be long
        self.refresh.tooltip = "Ask the scoreboard again"
        self.refresh.on_click(lambda _: self._command(pickable.refresh))
        self._rows = tuple(self._row(place) for place in range(MAX_GAMES))
        self._recorded = self._row(None)
        games = VBox([*self._rows, self._recorded])
        games.add_class("kit-tonight-games")
        head = HBox([self._sentence, self.refresh])
        head.add_class("kit-row")
        super().__init__(head, games, css_class="kit-tonight")

    @property
    def buttons(self) -> tuple[Button, ...]:
        """The games that can be chosen, from the top; the recorded one is the last."""
        return tuple(row for row in (*self._rows, self._recorded) if row.layout.display != "none")

    def _row(self, place: int | None) -> Button:
        row = Button(layout=Layout(display="none"))
        row.add_class("kit-tonight-game")
        row.on_click(lambda _: self._picked(place))
        return row

    def _picked(self, place: int | None) -> None:
        shown = self._shown
        game_id = shown.recorded_id if place is None else shown.games[place].game_id
        self._command(lambda: self._pickable.follow(game_id))

    def _draw(self, shown: GamesToPick) -> None:
        self._shown = shown
        self._sentence.value = _sentence_html(shown)
        for place, row in enumerate(self._rows):
            game = shown.games[place] if place < len(shown.games) else None
            words = game_line(game) if game else ""
            _fill(row, words, is_followed=game is not None and game.game_id == shown.followed_id)
        recorded = f"recorded: {shown.recorded_title}, with made-up corrections" if shown.recorded_title else ""
        _fill(self._recorded, recorded, is_followed=shown.followed_id == shown.recorded_id)
        self._draw_error()


def game_line(game: ScheduledGame) -> str:
    """A game as a line of columns: "PHI  30 @ CLE  39   live       Q2 07:15"."""
    has_begun = game.status in ("live", "final")
    away, home = (game.away_score, game.home_score) if has_begun else ("–", "–")
    when = f"tip-off {game.local_tip_off()}" if game.status == "scheduled" else game.status_text
    return f"{game.away:<3} {away:>3} @ {game.home:<3} {home:>3}   {_STATUS_WORDS[game.status]:<10} {when}"


def _fill(row: Button, words: str, *, is_followed: bool) -> None:
    row.description = f"{words}  ◀ followed" if is_followed else words
    row.tooltip = "Follow this game"
    row.layout.display = None if words else "none"
    (row.add_class if is_followed else row.remove_class)("kit-selected")


def _sentence_html(shown: GamesToPick) -> str:
    credit = f"Data: {source_name()}"
    asked = f"{credit}, {shown.last_answer.astimezone():%H:%M:%S}" if shown.last_answer else credit
    return f'{text(shown.sentence)} <span class="kit-quiet">{text(asked)}</span>'
