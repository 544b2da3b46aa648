"""Team stats kept on this computer, a file a day."""

from datetime import date
from pathlib import Path

import pytest
from seasons import team

from nbmomentum.errors import InvalidGameFile, SettingsError, UnknownGame
from nbmomentum.sources.stored import list_saved_games
from nbmomentum.sources.stored_days import list_saved_seasons, load_days, save_day

FRIDAY, SATURDAY = date(2026, 2, 20), date(2026, 2, 21)


def test_days_come_back_in_their_order(own_home: Path) -> None:
    """Whichever was kept first."""
    days = [[team("MIA", as_of=day), team("OKC", as_of=day)] for day in (FRIDAY, SATURDAY)]
    save_day(days[1])

    path = save_day(days[0])

    assert path == own_home / "data" / "team_stats" / "2025-26" / "2026-02-20.json"
    assert [list(day) for day in load_days("2025-26")] == days
    assert list_saved_seasons() == ["2025-26"]
    assert list_saved_games() == []


def test_a_day_kept_again_is_replaced() -> None:
    """Figures of a day may still change."""
    save_day([team("OKC", net=1.0)])

    save_day([team("OKC", net=2.0)])

    assert [[stats.net_rating for stats in day] for day in load_days("2025-26")] == [[2.0]]


@pytest.mark.parametrize("stats", [[], [team("OKC"), team("MIA", as_of=SATURDAY)]])
def test_a_day_is_one_day(stats: list[object]) -> None:
    """Neither none nor two."""
    with pytest.raises(SettingsError, match="one season and one day"):
        save_day(stats)  # type: ignore[arg-type]


def test_an_unknown_season_names_those_there_are() -> None:
    """None at first."""
    with pytest.raises(UnknownGame, match=r"'2024-25' is kept on this computer\. There are: none"):
        load_days("2024-25")


@pytest.mark.parametrize("content", [b"", b"{}", b"[3]", b"[" * 5000])
def test_a_damaged_file_is_named(content: bytes) -> None:
    """With the reason."""
    save_day([team("OKC")]).write_bytes(content)

    with pytest.raises(InvalidGameFile, match=r"2026-02-20\.json holds no team stats"):
        load_days("2025-26")
