"""Scoring events: their JSON form, and a clear sentence for everything that is none."""

import json
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring import FIELDS, event

from nbmomentum.clock import MAX_PERIOD, GameClock, period_length_s
from nbmomentum.errors import InvalidEvent
from nbmomentum.events import MAX_COUNT, ScoringEvent
from nbmomentum.sources.bundled import list_games, load_game

EXAMPLE = (
    b'{"game_id":"0021500277","event_id":"10","order":3,"revision":0,"retracted":false,'
    b'"period":1,"clock":"PT11M35.00S","team":"MIA","player":"Chris Bosh","points":1,'
    b'"home":"MIA","away":"OKC","home_score":1,"away_score":0,"wall_time":null}'
)
PRINTABLE = st.text(max_size=60).filter(str.isprintable)
IDS = PRINTABLE.filter(bool)
COUNTS = st.integers(0, MAX_COUNT)


@st.composite
def valid_fields(draw: st.DrawFn) -> dict[str, Any]:
    """Any field values an event accepts."""
    period = draw(st.integers(1, MAX_PERIOD))
    left = draw(st.integers(0, period_length_s(period) * 100))
    home, away = draw(st.lists(st.from_regex(r"\A[A-Z]{3}\Z"), min_size=2, max_size=2, unique=True))
    return {
        "game_id": draw(IDS),
        "event_id": draw(IDS),
        "order": draw(COUNTS),
        "revision": draw(COUNTS),
        "retracted": draw(st.booleans()),
        "period": period,
        "clock": GameClock(period, left / 100).to_iso(),
        "team": draw(st.sampled_from([home, away])),
        "player": draw(PRINTABLE),
        "points": draw(st.integers(1, 3)),
        "home": home,
        "away": away,
        "home_score": draw(COUNTS),
        "away_score": draw(COUNTS),
        "wall_time": draw(st.none() | st.datetimes().map(lambda time: f"{time.isoformat()}Z")),
    }


def test_example_of_the_design_reads_and_writes_byte_for_byte() -> None:
    """The JSON form is exactly the fields of the class in their order."""
    read = ScoringEvent.from_json(EXAMPLE)

    assert read == event()
    assert read.to_json() == EXAMPLE
    assert ScoringEvent.__struct_fields__ == tuple(FIELDS)


@given(valid_fields())
def test_json_leads_back_to_the_event(fields: dict[str, Any]) -> None:
    """Every event survives the way through a record, and its bytes are canonical."""
    original = ScoringEvent(**fields)

    read = ScoringEvent.from_json(original.to_json())

    assert read == original
    assert json.loads(original.to_json()) == fields
    assert ScoringEvent.from_json(json.dumps(fields)).to_json() == original.to_json()


@pytest.mark.parametrize("name", ["revision", "retracted", "wall_time"])
def test_three_fields_may_be_left_out(name: str) -> None:
    """Sources that know no corrections and no wall time need not say so."""
    fields = {key: value for key, value in FIELDS.items() if key != name}

    assert ScoringEvent.from_json(json.dumps(fields)) == event()


@pytest.mark.parametrize("name", sorted(FIELDS.keys() - {"revision", "retracted", "wall_time"}))
def test_every_other_field_is_required(name: str) -> None:
    """The reason names the field that is missing."""
    fields = {key: value for key, value in FIELDS.items() if key != name}

    with pytest.raises(InvalidEvent, match=f"^The field {name} is missing.$"):
        ScoringEvent.from_json(json.dumps(fields))


@pytest.mark.parametrize(
    "extra",
    [b'"colour":"red"', b'"deep":{"a":[1,{"b":null}]}', b'"huge":1' + b"0" * 5000, b'"far":1e999', b'"\\u0000":0'],
)
def test_unknown_fields_are_ignored(extra: bytes) -> None:
    """A feed may add what the kit does not know, however odd."""
    assert ScoringEvent.from_json(EXAMPLE[:-1] + b"," + extra + b"}") == event()


WRONG_FIELDS = [
    ({"points": 0}, "The field points must be 1, 2 or 3, not 0."),
    ({"points": 4}, "The field points must be 1, 2 or 3, not 4."),
    ({"points": -2}, "The field points must be 1, 2 or 3, not -2."),
    ({"points": True}, "The field points must be 1, 2 or 3: expected `int`, got `bool`."),
    ({"points": 2.0}, "The field points must be 1, 2 or 3: expected `int`, got `float`."),
    ({"points": "2"}, "The field points must be 1, 2 or 3: expected `int`, got `str`."),
    ({"points": None}, "The field points must be 1, 2 or 3: expected `int`, got `null`."),
    ({"points": 10**30}, "The field points must be 1, 2 or 3, not 1000000000000000000000000000000."),
    ({"team": "LAL"}, "The field team must be MIA or OKC, not 'LAL'."),
    ({"team": "Miami"}, "The field team must be three capital letters, not 'Miami'."),
    ({"team": 5}, "The field team must be three capital letters: expected `str`, got `int`."),
    ({"home": "OKC", "team": "OKC"}, "The fields home and away must differ, both are OKC."),
    ({"home": "mia", "team": "mia"}, "The field team must be three capital letters, not 'mia'."),
    ({"home": "mia"}, "The field home must be three capital letters, not 'mia'."),
    ({"away": "ÖKC"}, "The field away must be three capital letters, not 'ÖKC'."),
    ({"away": "OK1"}, "The field away must be three capital letters, not 'OK1'."),
    ({"away": ""}, "The field away must be three capital letters, not ''."),
    ({"period": 0}, "The field period must be a whole number from 1 to 20, not 0."),
    ({"period": 21}, "The field period must be a whole number from 1 to 20, not 21."),
    ({"period": 1.5}, "The field period must be a whole number from 1 to 20: expected `int`, got `float`."),
    ({"order": -1}, "The field order must be a whole number from 0 to 2^53 - 1, not -1."),
    ({"order": 2**53}, "The field order must be a whole number from 0 to 2^53 - 1, not 9007199254740992."),
    ({"revision": -1}, "The field revision must be a whole number from 0 to 2^53 - 1, not -1."),
    ({"home_score": -1}, "The field home_score must be a whole number from 0 to 2^53 - 1, not -1."),
    ({"away_score": "0"}, "The field away_score must be a whole number from 0 to 2^53 - 1: expected `int`, got `str`."),
    ({"retracted": 0}, "The field retracted must be true or false: expected `bool`, got `int`."),
    ({"retracted": None}, "The field retracted must be true or false: expected `bool`, got `null`."),
    ({"game_id": ""}, "The field game_id must be a text of 1 to 64 printable characters, not ''."),
    ({"game_id": "a\nb"}, "The field game_id must be a text of 1 to 64 printable characters, not 'a\\nb'."),
    (
        {"event_id": "9" * 65},
        f"The field event_id must be a text of 1 to 64 printable characters, not '{'9' * 59}….",
    ),
    ({"event_id": 10}, "The field event_id must be a text of 1 to 64 printable characters: expected `str`, got `int`."),
    ({"player": "\x1b[31m"}, "The field player must be a text of at most 200 printable characters, not '\\x1b[31m'."),
    (
        {"player": None},
        "The field player must be a text of at most 200 printable characters: expected `str`, got `null`.",
    ),
    (
        {"clock": "PT12M00.01S"},
        "The field clock does not fit: The clock of Q1 runs from 12:00 down to 0:00; "
        "720.01 seconds remaining is outside.",
    ),
    (
        {"period": 5, "clock": "PT05M01.00S"},
        "The field clock does not fit: The clock of OT1 runs from 5:00 down to 0:00; "
        "301.0 seconds remaining is outside.",
    ),
    (
        {"clock": "11:35"},
        "The field clock does not fit: '11:35' is no ISO duration of minutes and seconds such as \"PT04M12.00S\".",
    ),
    ({"clock": 695}, 'The field clock must be an ISO duration such as "PT11M35.00S": expected `str`, got `int`.'),
]
_WALL_TIME_RULE = 'The field wall_time must be a time in UTC such as "2015-12-04T00:12:41Z", or null'


@pytest.mark.parametrize(("changes", "reason"), WRONG_FIELDS)
def test_wrong_field_is_refused_with_a_sentence(changes: dict[str, Any], reason: str) -> None:
    """The reason names the field, what it must be, and what it is."""
    with pytest.raises(InvalidEvent) as refused:
        ScoringEvent.from_json(json.dumps(FIELDS | changes))

    assert str(refused.value) == reason


@pytest.mark.parametrize("changes", [changes for changes, _ in WRONG_FIELDS])
def test_wrong_field_is_refused_in_python_too(changes: dict[str, Any]) -> None:
    """An event that exists is a valid one, however it was made."""
    with pytest.raises(InvalidEvent, match=r"^The fields? \w+"):
        event(**changes)
    with pytest.raises(InvalidEvent, match=r"^The fields? \w+"):
        msgspec.structs.replace(event(), **changes)


@pytest.mark.parametrize(
    "wall_time",
    ["2015-12-04T00:12:41Z", "2015-12-04T00:12:41.5Z", "2015-12-04T00:12:41.123456+00:00", "2015-12-04T00:12Z"],
)
def test_wall_time_is_iso_in_utc(wall_time: str) -> None:
    """Feeds write fractions of a second, or none."""
    assert event(wall_time=wall_time).wall_time == wall_time


@pytest.mark.parametrize(
    "wall_time",
    [
        "",
        "yesterday",
        "2015-12-04",
        "2015-12-04T00:12:41",
        "2015-12-04 00:12:41Z",
        "2015-12-03T19:12:41-05:00",
        "2015-13-04T00:12:41Z",
        "2015-12-04T25:12:41Z",
        "2015-12-04T00:12:41Z\n",
        1449187961,
        False,
    ],
)
def test_other_wall_times_are_refused(wall_time: object) -> None:
    """A time without its zone, or in another one, would be compared wrongly."""
    with pytest.raises(InvalidEvent) as refused:
        ScoringEvent.from_json(json.dumps(FIELDS | {"wall_time": wall_time}))

    assert str(refused.value).startswith(_WALL_TIME_RULE)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "The value must be bytes or text, not null."),
        (7, "The value must be bytes or text, not 7."),
        (b"", "The value is empty."),
        ("", "The value is empty."),
        (b"   ", "The value is not JSON: Input data was truncated."),
        (b"{", "The value is not JSON: Input data was truncated."),
        (EXAMPLE[:-20], "The value is not JSON: Input data was truncated."),
        (EXAMPLE + b"}", "The value is not JSON: JSON is malformed: trailing characters (byte 234)."),
        (b"points: 2", "The value is not JSON: JSON is malformed: invalid character (byte 0)."),
        (b"null", "The value is JSON, but no event: expected `object`, got `null`."),
        (b"[]", "The value is JSON, but no event: expected `object`, got `array`."),
        (b"42", "The value is JSON, but no event: expected `object`, got `int`."),
        (EXAMPLE.replace(b"Bosh", b"Bo\xffsh"), "The value is not UTF-8: invalid start byte at byte 145."),
        (EXAMPLE[:-1] + b',"extra":"\xff"}', "The value is not UTF-8: invalid start byte at byte 242."),
        (EXAMPLE.decode().encode("utf-16"), "The value is not UTF-8: invalid start byte at byte 0."),
        (b"\x00" * 1_000_000, "The value is not JSON: JSON is malformed: invalid character (byte 0)."),
        (b"[" * 1_000_000, "The value is JSON, but no event: expected `object`, got `array`."),
        (b'{"extra":' + b"[" * 1_000_000, "The value is nested too deeply for an event."),
    ],
    ids=lambda value: str(value)[:24],
)
def test_value_that_is_no_event_is_refused_with_a_sentence(value: bytes | str | None, reason: str) -> None:
    """Whatever lies in a topic, the reader learns in one sentence why it is no event."""
    with pytest.raises(InvalidEvent) as refused:
        ScoringEvent.from_json(value)

    assert str(refused.value) == reason


@pytest.mark.parametrize("value", ['{"game_id":"\ud800"}', EXAMPLE.decode().replace("Bosh", "\\ud800")])
def test_lone_surrogates_are_refused(value: str) -> None:
    """Half a character cannot be written to a log again."""
    with pytest.raises(InvalidEvent, match=r"^The value is not JSON"):
        ScoringEvent.from_json(value)


def test_a_megabyte_of_noise_is_refused_shortly() -> None:
    """The reason fits into a header, whatever the value was."""
    noise = bytes(reversed(range(256))) * 4_000
    fields = FIELDS | {"player": "x" * 1_000_000, "team": "y" * 1_000_000}

    for value in (noise, json.dumps(fields).encode(), json.dumps(FIELDS | {"clock": "z" * 1_000_000}).encode()):
        with pytest.raises(InvalidEvent) as refused:
            ScoringEvent.from_json(value)
        assert len(str(refused.value)) < 300


@given(st.binary() | st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_any_value_returns_an_event_or_raises_invalid_event(value: bytes | str) -> None:
    """Nothing that arrives makes a consumer fail in another way."""
    with suppress(InvalidEvent):
        assert isinstance(ScoringEvent.from_json(value), ScoringEvent)


@given(
    st.sampled_from(sorted(FIELDS)),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2),
)
def test_any_field_value_returns_an_event_or_raises_invalid_event(name: str, value: object) -> None:
    """No single field makes a consumer fail in another way, and what is accepted can be written again."""
    with suppress(InvalidEvent):
        read = ScoringEvent.from_json(json.dumps(FIELDS | {name: value}))

        assert ScoringEvent.from_json(read.to_json()) == read


def test_event_is_immutable() -> None:
    """What was read from the log stays as it was."""
    with pytest.raises(AttributeError):
        event().points = 3  # type: ignore[misc]


@pytest.mark.parametrize(("team", "is_home", "signed_points"), [("MIA", True, 2), ("OKC", False, -2)])
def test_points_count_for_the_side_that_scored(team: str, is_home: bool, signed_points: int) -> None:
    """The margin is home minus away."""
    scored = event(team=team, points=2)

    assert scored.is_home is is_home
    assert scored.signed_points == signed_points


def test_clock_is_read_as_game_time() -> None:
    """Period and clock name a moment of the game."""
    scored = event(period=5, clock="PT04M30.50S")

    assert scored.game_clock == GameClock(5, 270.5)
    assert scored.elapsed_s == 2909.5


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"order": 9, "event_id": "10"}, {"order": 10, "event_id": "9"}),
        ({"event_id": "9"}, {"event_id": "10"}),
        ({"event_id": "a9"}, {"event_id": "a10"}),
        ({"event_id": "9"}, {"event_id": "a"}),
        ({"event_id": "2-9-x"}, {"event_id": "2-10-a"}),
        ({"event_id": "07"}, {"event_id": "7"}),
        ({"event_id": "7"}, {"event_id": "7a"}),
        ({"event_id": "1"}, {"event_id": "²"}),
    ],
)
def test_order_compares_digits_as_numbers(first: dict[str, Any], second: dict[str, Any]) -> None:
    """Order first, then the id, in which 9 comes before 10."""
    assert event(**first).order_key < event(**second).order_key


@given(IDS, IDS)
def test_order_is_total(first: str, second: str) -> None:
    """Two ids are in one order or they are the same id."""
    one, other = event(event_id=first).order_key, event(event_id=second).order_key

    assert (one < other) + (other < one) + (first == second) == 1


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "Chris Bosh (MIA) scores 1, Q1 11:35, 1-0"),
        ({"player": ""}, "MIA scores 1, Q1 11:35, 1-0"),
        ({"retracted": True, "revision": 1}, "Withdrawn: Chris Bosh (MIA) scores 1, Q1 11:35, 1-0"),
        (
            {"player": "N. Vučević", "points": 3, "period": 6, "clock": "PT00M08.20S"},
            "N. Vučević (MIA) scores 3, OT2 0:08.2, 1-0",
        ),
    ],
)
def test_describe_is_a_plain_line(changes: dict[str, Any], line: str) -> None:
    """Who, how much, when, and the score."""
    assert event(**changes).describe() == line


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "MIA +1 Q1 11:35 1-0 C. Bosh"),
        ({"player": ""}, "MIA +1 Q1 11:35 1-0"),
        ({"retracted": True}, "MIA withdrawn Q1 11:35 1-0 C. Bosh"),
    ],
)
def test_brief_line_begins_with_the_points(changes: dict[str, Any], line: str) -> None:
    """A narrow column cuts the player's name, never the points."""
    assert event(**changes).brief() == line


@pytest.mark.parametrize("game_id", [game.game_id for game in list_games()])
def test_real_events_survive_the_log(game_id: str) -> None:
    """Every bundled event reads back from its record."""
    for original in load_game(game_id):
        assert ScoringEvent.from_json(original.to_json()) == original
