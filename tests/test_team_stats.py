"""The record of team performance: its JSON form, what it refuses, and its words."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seasons import team

from nbmomentum.errors import InvalidTeamStats
from nbmomentum.sources.team_stats import TeamStats, signed


def test_json_goes_there_and_back() -> None:
    """The record's value is compact, in the order of the class, and reads as what was written."""
    stats = team("OKC", wins=42, losses=14, net=11.2, last=8.9)

    value = stats.to_json()

    assert TeamStats.from_json(value) == stats
    assert list(json.loads(value)) == list(TeamStats.__struct_fields__)
    assert b'"as_of":"2026-02-20"' in value


def test_fields_of_a_later_kit_are_ignored() -> None:
    """A newer producer may say more."""
    value = json.loads(team("OKC").to_json()) | {"coach": "somebody"}

    assert TeamStats.from_json(json.dumps(value)) == team("OKC")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"team": "okc"}, "The field team must be three capital letters, not 'okc'."),
        ({"season": "2025-27"}, "The field season must be a season"),
        ({"season": None}, "The field season must be a season"),
        ({"as_of": "2026-13-01"}, "The field as_of must be a day"),
        ({"wins": -1}, "The field wins must be a whole number"),
        ({"wins": 41.5}, "The field wins must be a whole number"),
        ({"wins": 50}, "must add up to games, but 50 + 10 is not 40"),
        ({"net_rating": "good"}, "The field net_rating must be a number"),
        ({"pace": -3.0}, "The field pace must be a number from 0 up, not -3.0."),
        ({"origin": "a friend"}, "The field origin must be"),
        ({"last_net_rating": []}, "The field last_net_rating must be a number, or null"),
    ],
)
def test_what_cannot_be_is_told_by_its_field(change: dict[str, Any], reason: str) -> None:
    """Each field's rule, in one sentence."""
    value = json.loads(team("OKC").to_json()) | change

    with pytest.raises(InvalidTeamStats) as caught:
        TeamStats.from_json(json.dumps(value))

    assert reason in str(caught.value)


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b"3", b"\xff", b'"' + b"\\ud800" + b'"', b"[" * 5000])
def test_what_is_no_stats_is_refused_with_a_reason(value: bytes | None) -> None:
    """Whatever lies in the topic, it is told in a sentence."""
    with pytest.raises(InvalidTeamStats, match=r"^The value "):
        TeamStats.from_json(value)


def test_a_missing_field_is_named() -> None:
    """The net rating is not made up."""
    value = json.loads(team("OKC").to_json())
    del value["net_rating"]

    with pytest.raises(InvalidTeamStats, match="The field net_rating is missing"):
        TeamStats.from_json(json.dumps(value))


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_no_value_ends_a_consumer(value: bytes | str) -> None:
    """Anything at all that is no stats is an error of the kit's."""
    with pytest.raises(InvalidTeamStats, match=r"^The "):
        TeamStats.from_json(value)


def test_the_day_alone_is_no_news() -> None:
    """A team that did not play says the same as yesterday."""
    today = team("OKC", as_of=date(2026, 2, 21))

    assert today.says_the_same_as(team("OKC"))
    assert not today.says_the_same_as(team("OKC", wins=31, losses=9))
    assert not today.says_the_same_as(None)


def test_words_name_record_rating_trend_and_simulation() -> None:
    """One line a team; simulated figures are never told without that word."""
    real = team("OKC", wins=42, losses=14, net=11.2, last=8.9)

    assert real.describe() == "OKC 42-14, net rating +11.2 (last 10 games +8.9), as of 20 Feb 2026"
    assert team("OKC", last=None).describe() == "OKC 30-10, net rating +5.0, as of 20 Feb 2026"
    assert team("OKC", origin="simulated").describe().endswith(", simulated")
    assert real.brief() == "20 Feb 2026: OKC 42-14, net +11.2, last 10 +8.9"
    assert team("OKC", last=None, origin="simulated").brief() == "20 Feb 2026: OKC 30-10, net +5.0, simulated"
    assert real.trend == pytest.approx(-2.3)


def test_signs_are_written_with_a_real_minus() -> None:
    """And a rounded nothing has none."""
    assert [signed(figure) for figure in (3.44, -3.46, 0.04, -0.04)] == ["+3.4", "−3.5", "0.0", "0.0"]
