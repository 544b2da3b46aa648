"""The games a consumer knows: the newest replay of each, and where it lies in the log."""

import pytest
from scoring import event, events_of, fold

from nbmomentum.errors import InvalidEvent
from nbmomentum.events import ScoringEvent
from nbmomentum.stream.consumer.game_states import GameSnapshot, GameStates

PLAYS = events_of([("MIA", 2, 10), ("OKC", 3, 20), ("MIA", 3, 30)])
OTHER = [event(game_id="0021500051", home="GSW", away="MEM", team="GSW")]


def fed(*records: tuple[str, ScoringEvent], partition: int = 2) -> GameStates:
    """Games after records given as (replay, event), from offset 0 on."""
    games = GameStates()
    for offset, (replay_id, play) in enumerate(records):
        games.apply(play, replay_id=replay_id, partition=partition, offset=offset)
    return games


def test_snapshot_is_the_fold_with_its_place_in_the_log() -> None:
    """Which replay, where it begins, how far it was read."""
    games = fed(("a", OTHER[0]), *[("a", play) for play in PLAYS])

    assert games.snapshot("0021500277") == GameSnapshot("0021500277", "a", 2, 1, 3, fold(PLAYS))


def test_newer_replay_replaces_the_older() -> None:
    """The game begins anew at the first record of the newer one."""
    games = fed(("a", PLAYS[0]), ("a", PLAYS[1]), ("b", PLAYS[0]))

    assert games.snapshot("0021500277") == GameSnapshot("0021500277", "b", 2, 2, 2, fold(PLAYS[:1]))


def test_older_replay_that_is_still_sent_is_superseded() -> None:
    """Its records say nothing any more, and do not move the place."""
    games = fed(("b", PLAYS[0]))

    update = games.apply(PLAYS[1], replay_id="a", partition=2, offset=1)

    assert update is None
    assert games.snapshot("0021500277") == GameSnapshot("0021500277", "b", 2, 0, 0, fold(PLAYS[:1]))


def test_event_of_another_matchup_is_refused_and_changes_nothing() -> None:
    """The same game id with other teams is no event of this game."""
    games = fed(("a", PLAYS[0]))

    with pytest.raises(InvalidEvent):
        games.apply(event(home="LAL", away="BOS", team="LAL"), replay_id="a", partition=2, offset=1)

    assert games.snapshot("0021500277") == GameSnapshot("0021500277", "a", 2, 0, 0, fold(PLAYS[:1]))


def test_snapshot_does_not_change_with_later_events() -> None:
    """Views hold it while the consumer goes on."""
    games = fed(("a", PLAYS[0]))
    held = games.snapshot("0021500277")

    games.apply(PLAYS[1], replay_id="a", partition=2, offset=1)

    assert held.state == fold(PLAYS[:1])


def test_dropped_partitions_take_their_games_along() -> None:
    """They belong to another member now."""
    games = fed(("a", PLAYS[0]))
    games.apply(OTHER[0], replay_id="a", partition=0, offset=7)

    assert games.games_of({0, 1}) == ["0021500051"]
    assert games.drop({2}) == ["0021500277"]
    assert games.games_of({0, 1, 2}) == ["0021500051"]


def test_successor_begins_where_the_oldest_game_of_the_partition_begins() -> None:
    """Two games share a partition; a replay that was superseded is not needed."""
    games = fed(("a", PLAYS[0]), ("a", OTHER[0]), ("b", PLAYS[0]), ("b", PLAYS[1]))

    assert games.first_needed_offset(2, position=4) == 1
    assert games.first_needed_offset(0, position=9) == 9


def test_record_read_once_more_does_not_move_the_place() -> None:
    """The state is the fold up to there still; only a log that was cut short moves it back."""
    games = fed(*[("a", play) for play in PLAYS])

    games.apply(PLAYS[0], replay_id="a", partition=2, offset=0)
    assert games.snapshot("0021500277") == GameSnapshot("0021500277", "a", 2, 0, 2, fold(PLAYS))

    games.cut(1, 0)
    games.cut(2, 1)
    assert games.snapshot("0021500277").offset == 0
