"""From record to state: decoded, folded, announced; what cannot be read is buried."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from scoring import events_of

from nbmomentum import logs
from nbmomentum.errors import BrokerUnavailable
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import Alert, AlertWatch
from nbmomentum.stream.consumer.folding import Counts, RecordFolder
from nbmomentum.stream.consumer.game_states import GameStates

PLAYS = events_of([("MIA", 2, 10), ("OKC", 2, 20), ("OKC", 3, 30), ("MIA", 3, 40)])
GAME_ID = "0021500277"


@dataclass
class Record:
    """A consumer record, as far as folding looks at it."""

    offset: int
    value: bytes | None
    headers: list[tuple[str, bytes | None]] = field(default_factory=lambda: [("replay_id", b"a")])
    partition: int = 2
    key: bytes | None = GAME_ID.encode()
    topic: str = "nba_momentum"


class Graveyard:
    """Dead letters that are only kept."""

    def __init__(self) -> None:
        self.buried: list[tuple[int, str]] = []
        self.is_away = False

    def put(self, record: Any, reason: str) -> None:
        """Keep the record's offset and the reason."""
        if self.is_away:
            raise BrokerUnavailable("away")
        self.buried.append((record.offset, reason))


@pytest.fixture
def graveyard() -> Graveyard:
    """Where bad records go."""
    return Graveyard()


def folder_for(graveyard: Graveyard, alerts: AlertWatch | None = None) -> RecordFolder:
    """A folder with nothing folded yet."""
    return RecordFolder("consumer.test", GameStates(), graveyard, alerts)  # type: ignore[arg-type]


def one_superseded() -> list[Record]:
    """A record of a replay, the first of a newer one, and one more of the older."""
    return [Record(offset, PLAYS[0].to_json(), [("replay_id", name)]) for offset, name in enumerate([b"a", b"b", b"a"])]


def records_of(plays: list[ScoringEvent], first_offset: int = 0) -> list[Record]:
    """Plays as records of one partition."""
    return [Record(offset, play.to_json()) for offset, play in enumerate(plays, start=first_offset)]


def test_live_records_are_consumed(graveyard: Graveyard) -> None:
    """Each counts once, and the games they changed are told."""
    folder = folder_for(graveyard)

    changed = folder.fold(2, records_of(PLAYS), live_from=0)

    assert changed == {GAME_ID}
    assert folder.counts == Counts(consumed=4)


def test_records_of_the_past_are_recovered_without_alerts(graveyard: Graveyard) -> None:
    """They rebuild the state; only what is new is announced."""
    heard: list[Alert] = []
    folder = folder_for(graveyard, AlertWatch(on_alert=heard.append))

    folder.fold(2, records_of(PLAYS), live_from=3)

    assert folder.counts == Counts(consumed=1, recovered=3)
    assert [alert.text for alert in heard] == ["Tied 5-5 (Q1 11:20)"]


def test_bad_record_is_buried_with_its_reason(graveyard: Graveyard) -> None:
    """The good ones around it are folded."""
    folder = folder_for(graveyard)
    good = records_of(PLAYS)

    changed = folder.fold(2, [*good[:2], Record(2, b"?"), Record(3, None)], live_from=0)

    assert changed == {GAME_ID}
    assert [offset for offset, _ in graveyard.buried] == [2, 3]
    assert (folder.counts.consumed, folder.counts.invalid) == (4, 2)
    assert folder.counts.last_invalid == graveyard.buried[-1][1] != ""


def test_bad_record_of_the_past_was_buried_before(graveyard: Graveyard) -> None:
    """Rebuilding a game sends no second dead letter."""
    folder = folder_for(graveyard)

    folder.fold(2, [Record(0, b"?")], live_from=1)

    assert graveyard.buried == []
    assert folder.counts == Counts(recovered=1)


def test_burial_that_fails_ends_the_fold(graveyard: Graveyard) -> None:
    """The caller must not go past a record that is nowhere."""
    folder, graveyard.is_away = folder_for(graveyard), True

    with pytest.raises(BrokerUnavailable):
        folder.fold(2, [Record(0, b"?"), *records_of(PLAYS, 1)], live_from=0)

    assert folder.counts == Counts()


@pytest.mark.parametrize("headers", [[], [("replay_id", None)], [("replay_id", b"\xff")], [("other", b"a")]])
def test_record_without_a_replay_is_read_all_the_same(
    graveyard: Graveyard, headers: list[tuple[str, bytes | None]]
) -> None:
    """Somebody else's producer sends no header of ours."""
    folder = folder_for(graveyard)

    folder.fold(2, [Record(0, PLAYS[0].to_json(), headers)], live_from=0)

    assert folder.counts == Counts(consumed=1)


def test_superseded_records_change_nothing_and_are_counted(graveyard: Graveyard) -> None:
    """A replay that a newer one has replaced."""
    folder = folder_for(graveyard)

    changed = folder.fold(2, one_superseded(), live_from=0)

    assert changed == {GAME_ID}
    assert folder.counts == Counts(consumed=3, superseded=1)


def test_superseded_record_that_is_read_again_counts_once(graveyard: Graveyard) -> None:
    """And a reader that stands before it has met none; a record in the place of a lost one is judged anew."""
    folder = folder_for(graveyard)
    folder.fold(2, one_superseded(), live_from=0)
    folder.fold(2, one_superseded(), live_from=3)

    assert folder.counts == Counts(consumed=3, recovered=3, superseded=1)
    assert [folder.counts_at({2: position}).superseded for position in (1, 2, 3)] == [0, 0, 1]
    folder.cut(2, 2)
    folder.fold(2, [Record(2, PLAYS[1].to_json(), [("replay_id", b"b")])], live_from=0)
    assert folder.counts_at({2: 3}).superseded == 0


def test_record_that_a_later_replay_replaced_is_no_superseded_one(graveyard: Graveyard) -> None:
    """It counted when it came; to read it again for another game's sake does not change that."""
    folder = folder_for(graveyard)
    records = [records_of(PLAYS)[0], Record(1, PLAYS[0].to_json(), [("replay_id", b"z")])]

    folder.fold(2, records, live_from=0)
    folder.fold(2, records, live_from=2)

    assert folder.counts_at({2: 2}).superseded == 0


def test_callback_that_raises_is_kept_as_words(graveyard: Graveyard) -> None:
    """A learner's mistake is shown, and neither counts nor stops."""

    def on_alert(alert: Alert) -> None:
        raise KeyError(alert.kind)

    folder = folder_for(graveyard, AlertWatch(on_alert=on_alert))

    folder.fold(2, records_of(PLAYS), live_from=0)

    assert folder.callback_error == "the alert callback raised KeyError: <AlertKind.TIE: 'tie'>"
    assert folder.counts == Counts(consumed=4)


def test_second_replay_is_announced_like_the_first(graveyard: Graveyard) -> None:
    """One watch, two replays of a game: both are told."""
    heard: list[Alert] = []
    folder = folder_for(graveyard, AlertWatch(on_alert=heard.append))
    again = [Record(r.offset + 4, r.value, [("replay_id", b"b")]) for r in records_of(PLAYS)]

    folder.fold(2, records_of(PLAYS), live_from=0)
    first = len(heard)
    folder.fold(2, again, live_from=0)

    assert first == 3
    assert len(heard) == 2 * first


def test_log_has_a_line_per_record_update_and_alert(graveyard: Graveyard) -> None:
    """Records of the past have none: they were logged when they were consumed."""
    path = logs.acquire()
    folder = folder_for(graveyard, AlertWatch())

    folder.fold(2, [*records_of(PLAYS), Record(4, b"?")], live_from=1)
    folder.flush_log()
    logs.release()

    text = path.read_text(encoding="utf-8")
    assert {what: text.count(f'"what":"{what}"') for what in ("consumed", "update", "alert", "invalid")} == {
        "consumed": 3,
        "update": 3,
        "alert": 3,
        "invalid": 1,
    }


def test_flood_is_logged_as_a_range_without_the_past(graveyard: Graveyard, monkeypatch: pytest.MonkeyPatch) -> None:
    """The offsets of what was consumed, in one line."""
    monkeypatch.setattr(logs, "LINES_PER_S", 2)
    path = logs.acquire()
    folder = folder_for(graveyard)

    folder.fold(2, records_of(PLAYS), live_from=1)
    folder.flush_log()
    logs.release()

    [line] = path.read_text(encoding="utf-8").splitlines()
    assert '"first_offset":1,"last_offset":3,"records":3' in line
