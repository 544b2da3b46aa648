"""The ranking: by any column, with the places a team moved since the day before."""

from datetime import date

from seasons import team

from nbmomentum.sources.standings import COLUMNS, Standings, standings

YESTERDAY, TODAY = date(2026, 2, 20), date(2026, 2, 21)


def ranked(table: Standings, by: str = "net") -> list[tuple[str, int | None]]:
    """Teams and moves, the best first."""
    return [(place.stats.team, place.move) for place in table.ranked(by)]  # type: ignore[arg-type]


def test_each_column_puts_the_best_first() -> None:
    """A low defensive rating is a good one; a trend that is not known comes last."""
    one = team("OKC", wins=30, losses=10, offence=110.0, net=8.0, last=None)
    other = team("MIA", wins=20, losses=20, offence=118.0, net=1.0, last=-3.0)
    table = Standings(teams=(one, other))

    assert {by: table.ranked(by)[0].stats.team for by in COLUMNS} == {
        "wins": "OKC",
        "net": "OKC",
        "offence": "MIA",
        "defence": "OKC",
        "last": "MIA",
    }
    assert [place.rank for place in table.ranked()] == [1, 2]


def test_equals_are_in_the_order_of_net_rating_then_of_names() -> None:
    """No team jumps about because another one was read first."""
    a, b, c = team("BBB", net=1.0), team("AAA", net=1.0), team("CCC", net=2.0)

    assert [name for name, _ in ranked(Standings(teams=(a, b, c)), "wins")] == ["CCC", "AAA", "BBB"]


def test_moves_are_counted_since_the_day_before() -> None:
    """Up is positive; who did not play is compared with what was known already."""
    rows = [
        (team("OKC", net=1.0, as_of=TODAY), team("OKC", net=9.0)),
        (team("MIA", net=6.0, as_of=TODAY), team("MIA", net=2.0)),
        (team("BOS", net=5.0), team("BOS", net=50.0, as_of=date(2026, 2, 18))),
    ]

    table = standings(rows, newest=TODAY, records=6)

    assert ranked(table) == [("MIA", 2), ("BOS", 0), ("OKC", -2)]


def test_there_is_no_move_without_a_day_before() -> None:
    """The first day, and a replay that has gone back to it."""
    first = standings([(team("OKC"), None), (team("MIA"), None)], newest=YESTERDAY, records=2)
    back = standings([(team("OKC"), team("OKC", as_of=TODAY))], newest=YESTERDAY, records=3)

    assert ranked(first) == [("MIA", None), ("OKC", None)]
    assert ranked(back) == [("OKC", None)]


def test_words_say_who_is_best_and_who_is_hot() -> None:
    """The text twin's sentence."""
    table = Standings(teams=(team("OKC", net=9.0, last=1.0), team("MIA", net=1.0, last=7.5)))

    assert table.describe() == (
        "Best net rating: OKC 30-10, net rating +9.0 (last 10 games +1.0), as of 20 Feb 2026; "
        "the best last 10 games: MIA."
    )
    assert Standings().describe() == "No team yet."
    assert (Standings().as_of, Standings().season) == (None, "")
