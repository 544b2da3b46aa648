"""The ranking on a page: rows in order, moves with arrows, a button a column, and the same in words."""

import re
from collections.abc import Callable
from datetime import date

from ipywidgets import Widget
from seasons import team

from nbmomentum.sources.simulated import simulate_season
from nbmomentum.sources.standings import COLUMNS, Standings
from nbmomentum.views import StandingsTable, StandingsTextTwin
from nbmomentum.views.colours import contrast, text_on
from nbmomentum.views.standings import move_text, quadrant
from nbmomentum.views.teams import TEAM_CODES, team_colours

HtmlOf = Callable[[Widget], str]

TODAY = date(2026, 2, 21)
STANDINGS = Standings(
    teams=(
        team("OKC", wins=31, net=9.0, offence=118.0, last=2.0, as_of=TODAY),
        team("MIA", wins=20, losses=20, net=2.0, offence=120.0, last=6.5, as_of=TODAY),
        team("BOS", wins=25, losses=15, net=-4.0, offence=108.0, last=None, as_of=TODAY),
    ),
    before=(team("OKC", net=1.0), team("MIA", net=2.0), team("BOS", net=0.0)),
    records=1234,
)


def teams_of(html: str) -> list[str]:
    """The teams in the order of the rows."""
    return re.findall(r'class="kit-chip"[^>]*>(\w+)<', html)


def test_rows_are_ranked_by_net_rating_at_first(html_of: HtmlOf) -> None:
    """Rank, move, team, record, ratings and the last games; a move has an arrow and a number."""
    table = StandingsTable()

    table.show(STANDINGS)

    html = html_of(table.widget)
    assert teams_of(html) == ["OKC", "MIA", "BOS"]
    assert "▲ 1" in html
    assert "▼ 1" in html
    assert "31-10" in html
    assert "+9.0" in html
    assert "2.0 ↘" in html
    assert "+6.5 ↗" in html
    assert "21 Feb 2026" in html
    assert "3 rows from 1,234 records" in html
    assert "Data: NBA.com." in html


def test_a_click_ranks_by_its_column(html_of: HtmlOf) -> None:
    """The callback only asks to be drawn again; the head says which column it is, and in which order."""
    table = StandingsTable()
    table.show(STANDINGS)
    ranked = {}

    for column in COLUMNS:
        table.buttons[column].click()
        assert table.is_stale
        table.show(STANDINGS)
        html = html_of(table.widget)
        ranked[column] = teams_of(html)[0]
        assert html.count("aria-sort=") == 2
        assert [name for name, button in table.buttons.items() if "mod-active" in button._dom_classes] == [column]

    assert ranked == {"wins": "OKC", "net": "OKC", "offence": "MIA", "defence": "OKC", "last": "MIA"}
    assert table.by == "last"


def test_buttons_say_what_they_rank_by() -> None:
    """For a mouse and for a screen reader."""
    assert StandingsTable().buttons["defence"].tooltip == (
        "Rank by points allowed per 100 possessions, the fewest first"
    )


def test_simulated_figures_say_so(html_of: HtmlOf) -> None:
    """Above the table, below it, and in the words."""
    table, twin = StandingsTable(), StandingsTextTwin()
    standings = Standings(teams=simulate_season(seed=7, rounds=1)[0], records=30)

    table.show(standings)
    twin.show(standings)

    assert "· simulated" in html_of(table.widget)
    assert "Simulated figures, of no real games." in html_of(table.widget)
    assert "NBA.com" not in html_of(table.widget)
    assert "simulated figures of no real games" in twin.sentence


def test_thirty_teams_stand_in_two_tables(html_of: HtmlOf) -> None:
    """Fifteen rows each, so that they fit on a projector."""
    table = StandingsTable()

    table.show(Standings(teams=simulate_season(seed=7, rounds=1)[0]))

    parts = html_of(table.widget).split("<tbody>")[1:]
    assert [len(teams_of(part)) for part in parts] == [15, 15]


def test_the_same_standings_send_nothing(sent: list[str]) -> None:
    """Only what changed goes to the page."""
    table = StandingsTable()
    table.show(STANDINGS)
    sent.clear()

    table.show(STANDINGS)

    assert sent == []


def test_before_the_first_record_there_is_a_word(html_of: HtmlOf) -> None:
    """And no error."""
    table, twin = StandingsTable(), StandingsTextTwin()

    table.show(Standings())
    twin.show(Standings())

    assert "No team yet" in html_of(table.widget)
    assert twin.sentence == "No team yet."


def test_codes_from_outside_are_text(html_of: HtmlOf) -> None:
    """A team's code is three capitals; nothing else can come so far, and its colours exist for any."""
    table = StandingsTable()

    table.show(Standings(teams=(team("XYZ"),)))

    assert teams_of(html_of(table.widget)) == ["XYZ"]


def test_every_chip_is_readable() -> None:
    """Text on a team's colour has a contrast for large, bold letters at least."""
    assert all(contrast(text_on(team_colours(code)[0]), team_colours(code)[0]) >= 4.3 for code in TEAM_CODES)


def test_the_twin_has_a_row_a_team() -> None:
    """With its move, its ratings, and its side of the average."""
    twin = StandingsTextTwin()

    twin.show(STANDINGS)

    assert "Best net rating: OKC 31-10" in twin.sentence
    assert "Data: NBA.com" in twin.sentence
    assert quadrant(STANDINGS.teams[1], STANDINGS.teams) == "better offence, weaker defence"


def test_moves_in_words() -> None:
    """An arrow and a number; unknown is empty, none is an equals sign."""
    assert [move_text(move) for move in (3, -2, 0, None)] == ["▲ 3", "▼ 2", "=", ""]
