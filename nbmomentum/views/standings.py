"""The live ranking of all teams: rank, moves, record, ratings and the trend of the last games, sortable by a button.

```python
table = StandingsTable()
table.show(standings)
table.rank_by("defence")
```

A bar beside the net rating has its length, to the right above zero and to the left below; the mark on it is the net
rating of the last games: beyond the bar's end a team plays better than its season. `StandingsTextTwin` says the same
in sentences and one plain table.

CSS classes: `kit-standings` around all, `kit-sort` on each button, `kit-ranking` on the tables, `kit-move` on a move.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from ipywidgets import HTML, Button, HBox, Label, Layout

from nbmomentum.sources.game_info import day_text
from nbmomentum.sources.rosters import list_teams
from nbmomentum.sources.standings import COLUMNS, Column, Place, Standings
from nbmomentum.sources.team_stats import TeamStats, signed
from nbmomentum.views.colours import text_on
from nbmomentum.views.style import text
from nbmomentum.views.teams import team_colours
from nbmomentum.views.view import View
from nbmomentum.views.words import UNKNOWN, Words, words_html

MIN_BAR_RATING: Final = 6.0
"""A net rating that fills half of the bar's place, or more where a team has more."""
TREND_RATING: Final = 2.0
"""From here on the last games are told as better or worse than the season."""
NO_TEAM = '<p class="kit-quiet">No team yet: the table waits for its first record.</p>'


class _Head(NamedTuple):
    """A column that can be ranked by: what its button and its head say, and what a reader should know."""

    button: str
    head: str
    meaning: str


_HEADS: Final[dict[Column, _Head]] = {
    "wins": _Head("Wins", "W-L", "wins by games"),
    "net": _Head("Net", "Net", "points above the opponents per 100 possessions"),
    "offence": _Head("Offence", "Off", "points scored per 100 possessions"),
    "defence": _Head("Defence", "Def", "points allowed per 100 possessions, the fewest first"),
    "last": _Head("Last games", "Last", "net rating of the last games alone"),
}


class StandingsTable(View[Standings]):
    """All teams in two tables side by side, ranked by one of the columns.

    Args:
        by: The column to rank by at first.

    Attributes:
        buttons: By column; a click ranks by it.
    """

    def __init__(self, *, by: Column = "net") -> None:
        self._by: Column = by
        self.buttons = {column: self._button(column) for column in COLUMNS}
        self._title = HTML(layout=Layout(flex="1 1 auto", min_width="0"))
        label = Label("Rank by", layout=Layout(flex="0 0 auto", overflow="visible"))
        head = HBox([self._title, label, *self.buttons.values()])
        head.add_class("kit-row")
        self._tables = HTML(NO_TEAM)
        self._tables.add_class("kit-ranking-box")
        super().__init__(head, self._tables, css_class="kit-standings")
        self._mark_button()

    @property
    def by(self) -> Column:
        """The column that the teams are ranked by."""
        return self._by

    def rank_by(self, column: Column) -> None:
        """Rank by this column from the next drawing on."""
        self._by = column
        self.invalidate()

    def _button(self, column: Column) -> Button:
        head = _HEADS[column]
        width_px = 44 + 9 * len(head.button)  # wide enough for a wide font
        button = Button(description=head.button, layout=Layout(width=f"{width_px}px", flex="0 0 auto"))
        button.tooltip = f"Rank by {head.meaning}"
        button.add_class("kit-sort").add_class(f"kit-sort-{column}")
        button.on_click(lambda _: self.rank_by(column))
        return button

    def _draw(self, standings: Standings) -> None:
        self._mark_button()
        self._title.value = _title_html(standings)
        places = standings.ranked(self._by)
        self._tables.value = _tables_html(places, self._by, standings.records) if places else NO_TEAM

    def _mark_button(self) -> None:
        for column, button in self.buttons.items():
            (button.add_class if column == self._by else button.remove_class)("mod-active")


class StandingsTextTwin(View[Standings]):
    """The ranking by net rating in one sentence and one plain table, with each team's side of the average."""

    def __init__(self) -> None:
        self._html = HTML(words_html(Words("In words", "No team yet.", (), ())))
        self._sentence = ""
        super().__init__(self._html, css_class="kit-twin")

    @property
    def sentence(self) -> str:
        """The sentence shown, as plain text; empty before the first table."""
        return self._sentence

    def _draw(self, standings: Standings) -> None:
        words = standings_words(standings)
        self._sentence = words.sentence
        self._html.value = words_html(words)


def standings_words(standings: Standings) -> Words:
    """A ranking in words."""
    places = standings.ranked("net")
    last = places[0].stats.last_games if places else 0
    head = ("Rank", "Team", "Move", "W-L", "Net", "Offence", "Defence", f"Last {last}", "Than the average")
    rows = tuple(_words_row(place, quadrant(place.stats, standings.teams)) for place in places)
    sentence = f"{origin_text(standings)} {standings.describe()}".strip()
    return Words("The teams in words", sentence, head, rows)


def _words_row(place: Place, side: str) -> tuple[str, ...]:
    stats = place.stats
    return (
        str(place.rank),
        stats.team,
        move_text(place.move) or "none",
        stats.record,
        signed(stats.net_rating),
        f"{stats.offensive_rating:.1f}",
        f"{stats.defensive_rating:.1f}",
        UNKNOWN if stats.last_net_rating is None else signed(stats.last_net_rating),
        side,
    )


def average_ratings(teams: Sequence[TeamStats]) -> tuple[float, float]:
    """The mean offensive and defensive rating of these teams; 0 of none."""
    count = max(1, len(teams))
    offence, defence = sum(t.offensive_rating for t in teams), sum(t.defensive_rating for t in teams)
    return offence / count, defence / count


def quadrant(stats: TeamStats, teams: Sequence[TeamStats]) -> str:
    """Which side of the average a team is on: "better offence, weaker defence"."""
    offence, defence = average_ratings(teams)
    attack = "better" if stats.offensive_rating >= offence else "weaker"
    guard = "better" if stats.defensive_rating <= defence else "weaker"
    return f"{attack} offence, {guard} defence"


def origin_text(standings: Standings) -> str:
    """Which figures these are, up to which day; empty while there are none."""
    as_of = standings.as_of
    if as_of is None:
        return ""
    origins = {stats.origin for stats in standings.teams}
    kind = "simulated figures of no real games" if standings.is_simulated else f"Data: {', '.join(sorted(origins))}"
    return f"Season {standings.season}, as of {day_text(as_of)} ({kind})."


def move_text(move: int | None) -> str:
    """A move with its arrow, "▲ 3" or "▼ 2"; "=" for none, empty where it is unknown."""
    if move is None:
        return ""
    if move == 0:
        return "="
    return f"{'▲' if move > 0 else '▼'} {abs(move)}"


def _title_html(standings: Standings) -> str:
    as_of = standings.as_of
    if as_of is None:
        return "<b>The table</b>"
    kind = " · simulated" if standings.is_simulated else ""
    return f'<span title="{text(origin_text(standings))}"><b>{text(day_text(as_of))}</b>{kind}</span>'


def _tables_html(places: Sequence[Place], by: Column, records: int) -> str:
    half = -(-len(places) // 2)
    last = places[0].stats.last_games
    level = max(MIN_BAR_RATING, *(_largest(place.stats) for place in places))
    tables = "".join(_table_html(part, by, level) for part in (places[:half], places[half:]) if part)
    origins = sorted({place.stats.origin for place in places})
    origin = "Simulated figures, of no real games." if "simulated" in origins else f"Data: {', '.join(origins)}."
    caption = f"{len(places)} rows from {records:,} records. Bar: net rating; mark on it: of the last {last} games. "
    return f'<div class="kit-rankings">{tables}</div><p class="kit-quiet">{text(caption + origin)}</p>'


def _largest(stats: TeamStats) -> float:
    return max(abs(stats.net_rating), abs(stats.last_net_rating or 0.0))


def _table_html(places: Sequence[Place], by: Column, level: float) -> str:
    rows = "".join(_row_html(place, level) for place in places)
    last = places[0].stats.last_games
    columns = "".join(_head_html(column, by, last) for column in COLUMNS)
    head = f'<th scope="col">#</th><th scope="col" aria-label="Move"></th><th scope="col">Team</th>{columns}'
    return f'<table class="kit-ranking"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _head_html(column: Column, by: Column, last: int) -> str:
    head = f"Last {last}" if column == "last" else _HEADS[column].head
    order = ' aria-sort="ascending"' if column == "defence" else ' aria-sort="descending"'
    mark = "▾" if column == by else ""
    bar = '<td aria-hidden="true"></td>' if column == "net" else ""
    return f'<th scope="col"{order if column == by else ""}>{text(head)}{mark}</th>{bar}'


def _row_html(place: Place, level: float) -> str:
    stats = place.stats
    return (
        f"<tr><td>{place.rank}</td>{_move_html(place.move)}{_team_html(stats.team)}"
        f"<td>{stats.record}</td><td><b>{signed(stats.net_rating)}</b></td>{_bar_html(stats, level)}"
        f"<td>{stats.offensive_rating:.1f}</td><td>{stats.defensive_rating:.1f}</td>"
        f"<td>{_last_html(stats)}</td></tr>"
    )


def _move_html(move: int | None) -> str:
    tone = "" if not move else " kit-up" if move > 0 else " kit-down"
    return f'<td class="kit-move{tone}">{move_text(move)}</td>'


def _team_html(code: str) -> str:
    colour = team_colours(code)[0]
    names = {team.code: team.full_name for team in list_teams()}
    return (
        f'<th scope="row"><span class="kit-chip" style="background:{colour};color:{text_on(colour)}" '
        f'title="{text(names.get(code, code))}">{text(code)}</span></th>'
    )


def _bar_html(stats: TeamStats, level: float) -> str:
    """The net rating as a bar in the team's colour, from the middle; a mark for the last games."""
    half = 50 * stats.net_rating / level
    last = stats.last_net_rating
    mark = "" if last is None else f'<i style="left:{50 + 50 * last / level:.1f}%"></i>'
    place = f"left:{50 + min(0.0, half):.1f}%;width:{abs(half):.1f}%;background:{team_colours(stats.team)[0]}"
    return f'<td class="kit-net" aria-hidden="true"><span class="kit-net-bar"><b style="{place}"></b>{mark}</span></td>'


def _last_html(stats: TeamStats) -> str:
    """The last games' net rating, and whether that is better or worse than the season's."""
    if stats.last_net_rating is None or stats.trend is None:
        return UNKNOWN
    arrow = "↗" if stats.trend >= TREND_RATING else "↘" if stats.trend <= -TREND_RATING else "→"
    return f"{signed(stats.last_net_rating)} {arrow}"
