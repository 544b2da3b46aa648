"""The wire sheet: what is in the diagram, what is cut, and where it is saved."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from nbmomentum.errors import SettingsError
from nbmomentum.views import LoggedRecord, SheetGroup, SheetTopic, WireSheet

HOSTILE = '<script>alert("1")</script>]]>'
PLAY = LoggedRecord(
    partition=2,
    offset=109,
    key="0021500277",
    time=None,
    headers=(("replay_id", b"9f21"), ("source", b"bundled")),
    value=b'{"game_id":"0021500277","player":"Dwyane Wade","points":1}',
    words="",
)
TOPIC = SheetTopic(
    "nba_momentum",
    ((0, 0, 105), (1, 0, 0), (2, 10, 110)),
    ("retention.ms=-1",),
    PLAY,
    source="source: bundled",
)
GROUP = SheetGroup("scores", 2, {"nba_momentum": {0: 105, 2: 108}})


def texts(sheet: WireSheet) -> list[str]:
    """The words of the diagram, which must be well-formed XML."""
    root = ET.fromstring(sheet.svg)  # noqa: S314 (our own)
    return ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]


def test_topics_keys_record_forms_and_groups_are_in_the_diagram() -> None:
    """Partitions with offsets, the newest record field by field, the rule of the key, committed offsets."""
    words = texts(WireSheet("nba_momentum", broker="embedded", topics=[TOPIC], groups=[GROUP]))

    for line in (
        "nba_momentum on the embedded broker",
        "partition 0: 105 records, offsets 0 to 104, next 105",
        "partition 1: no record, next 0",
        "partition 2: 100 records, offsets 10 to 109, next 110",
        "retention.ms=-1",
        "key      0021500277",
        "header   source: bundled",
        'value    {"game_id": "0021500277", "player": "Dwyane Wade", ',
        '         "points": 1}',
        "  % 3",
        "group scores",
        "2 members",
        "committed in nba_momentum",
        "  partition 2: 108",
    ):
        assert line in words


def test_a_sentence_says_the_same() -> None:
    """For screen readers, and as the diagram's name."""
    sheet = WireSheet("nba_momentum", broker="embedded", topics=[TOPIC], groups=[GROUP])

    assert sheet.sentence == (
        "nba_momentum on the embedded broker: 1 topic with 205 records, read by scores (2 members)."
    )
    assert f'aria-label="{sheet.sentence}"' in sheet.svg


def test_an_empty_broker_is_a_diagram() -> None:
    """Nothing written, nobody reads."""
    sheet = WireSheet("x", broker="embedded", topics=[SheetTopic("x", ((0, 0, 0),))], groups=[])

    assert "partition 0: no record, next 0" in texts(sheet)
    assert sheet.sentence == "x on the embedded broker: 1 topic with 0 records, read by no group."
    assert "producer" not in texts(sheet)


def test_text_from_outside_stays_text_and_inside_its_box() -> None:
    """Names, key, headers and value of a hostile record, whatever their length."""
    record = replace(PLAY, key=HOSTILE * 9, headers=((HOSTILE, b"\xff" * 300),) * 30, value=HOSTILE.encode() * 900)
    topic = replace(TOPIC, name=HOSTILE, settings=(HOSTILE * 9,), sample=record, source=HOSTILE, writer=HOSTILE)

    words = texts(
        WireSheet(HOSTILE, broker=HOSTILE, topics=[topic], groups=[SheetGroup(HOSTILE * 9, 1, {HOSTILE: {}})])
    )

    assert max(map(len, words)) <= 100
    assert len(words) < 50


@pytest.mark.parametrize("value", [b"", b"\xff\xfe", b"[1, 2]", b'"text"', b"{}", b"{" * 5000])
def test_a_value_that_is_no_object_is_shown_as_it_is(value: bytes) -> None:
    """A record's value may be anything."""
    sheet = WireSheet("x", broker="b", topics=[replace(TOPIC, sample=replace(PLAY, value=value))], groups=[])

    assert any(line.startswith("value") for line in texts(sheet))


def test_it_is_saved_as_a_file_and_shown_in_a_cell(own_home: Path, tmp_path: Path) -> None:
    """In home/data, or where you say."""
    sheet = WireSheet("nba_momentum", broker="embedded", topics=[TOPIC], groups=[GROUP])

    saved, mine = sheet.save(), sheet.save(tmp_path / "mine.svg")

    assert saved == own_home / "data" / "wire-sheet.svg"
    assert saved.read_text(encoding="utf-8") == mine.read_text(encoding="utf-8") == sheet._repr_html_() == sheet.svg


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """In a sentence."""
    sheet = WireSheet("x", broker="b", topics=[], groups=[])

    with pytest.raises(SettingsError, match="cannot be written"):
        sheet.save(tmp_path / "nowhere" / "x.svg")
