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


def test_snapshot_counts_the_records_of_its_replay_each_once() -> None:
    """What is read again does not count again, and stands before the furthest until it is read to there."""
    games = fed(("a", PLAYS[0]), ("b", PLAYS[0]), ("b", PLAYS[1]))
    found = [games.snapshot("0021500277")]

    games.forget_plays("0021500277")
    for offset, play in enumerate(PLAYS[:2], start=1):
        found.append(games.snapshot("0021500277"))
        games.apply(play, replay_id="b", partition=2, offset=offset)

    assert [(s.records, s.is_furthest) for s in found] == [(2, True), (2, False), (2, False)]
    assert (games.snapshot("0021500277").records, games.snapshot("0021500277").is_furthest) == (2, True)


def test_older_replay_that_is_still_sent_is_superseded() -> None:
    """Its records say nothing any more, and do not move the place."""
    games = fed(("a", PLAYS[0]), ("b", PLAYS[0]))

    update = games.apply(PLAYS[1], replay_id="a", partition=2, offset=2)

    assert update is None
    assert games.snapshot("0021500277") == GameSnapshot("0021500277", "b", 2, 1, 1, fold(PLAYS[:1]))


def test_newest_replay_is_the_one_that_begins_last_in_the_log() -> None:
    """A producer whose clock is fast makes an id that sorts after all that come later; it hides none of them."""
    games = fed(("2099", PLAYS[0]), ("2015", PLAYS[0]), ("2099", PLAYS[1]), ("2015", PLAYS[1]))

    assert games.snapshot("0021500277") == GameSnapshot("0021500277", "2015", 2, 1, 3, fold(PLAYS[:2]))


def test_records_that_name_no_replay_are_one_until_another_begins() -> None:
    """A game typed into a console producer is drawn; what is typed after somebody's replay is a newer one."""
    typed = fed(*[("", play) for play in PLAYS])
    after = fed(("", PLAYS[0]), ("a", PLAYS[0]), ("", PLAYS[0]), ("", PLAYS[1]), ("a", PLAYS[1]))

    assert typed.snapshot("0021500277").state == fold(PLAYS)
    assert after.snapshot("0021500277").first_offset == 2
    assert after.snapshot("0021500277").state == fold(PLAYS[:2])


def test_unnamed_record_that_is_read_again_belongs_to_the_replay_it_lies_in() -> None:
    """A seek in another game passes it once more."""
    games = fed(("", PLAYS[0]), ("a", PLAYS[0]), ("", PLAYS[1]))

    update = games.apply(PLAYS[0], replay_id="", partition=2, offset=0)

    assert update is None
    assert games.snapshot("0021500277").state == fold(PLAYS[1:2])


def test_own_replay_counts_also_where_somebody_begins_a_newer_one() -> None:
    """And the games are named whose newest replay is not the reader's own."""
    games = GameStates()
    games.follow(lambda: "mine")
    for offset, (replay_id, play) in enumerate([("mine", PLAYS[0]), ("theirs", PLAYS[2]), ("mine", PLAYS[1])]):
        games.apply(play, replay_id=replay_id, partition=2, offset=offset)

    assert games.snapshot("0021500277") == GameSnapshot("0021500277", "mine", 2, 0, 2, fold(PLAYS[:2]))
    assert games.overtaken == ("0021500277",)


def test_own_replay_that_begins_anew_is_overtaken_no_longer() -> None:
    """Restart begins a newer one."""
    own = ["mine"]
    games = GameStates()
    games.follow(lambda: own[0])
    for offset, replay_id in enumerate(["mine", "theirs"]):
        games.apply(PLAYS[0], replay_id=replay_id, partition=2, offset=offset)

    own[0] = "mine, too"
    games.apply(PLAYS[0], replay_id="mine, too", partition=2, offset=2)

    assert games.snapshot("0021500277").replay_id == "mine, too"
    assert games.overtaken == ()


def test_replay_that_is_followed_late_is_to_be_read_again() -> None:
    """Somebody else's began before the reader said which is its own."""
    games = fed(("mine", PLAYS[0]), ("theirs", PLAYS[0]), ("mine", PLAYS[1]))

    (again,) = games.follow(lambda: "mine")

    assert (again.replay_id, again.first_offset) == ("mine", 0)
    assert games.follow(lambda: "mine") == []


def test_games_are_in_the_order_of_their_beginning() -> None:
    """By record time what lay there before, by the moment of reading what is written now, whatever it claims."""
    games = GameStates()
    games.apply(PLAYS[0], replay_id="a", partition=2, offset=0, written_s=2e9 * 4)  # a clock of the far future
    games.apply(OTHER[0], replay_id="b", partition=0, offset=0, written_s=None)
    newest = max(map(games.snapshot, games.games_of({0, 2})), key=lambda snapshot: snapshot.began)

    assert newest.game_id == OTHER[0].game_id


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
    """Two games share a partition; of many replays of a game the last eight are known to a successor."""
    begun = [(f"{number}", PLAYS[0]) for number in range(10)]
    games = fed(*begun, ("a", OTHER[0]))

    assert games.first_needed_offset(2, position=11) == 2
    assert games.first_needed_offset(0, position=9) == 9


def test_record_read_once_more_does_not_move_the_place() -> None:
    """The state is the fold up to there still; only a log that was cut short moves it back."""
    games = fed(*[("a", play) for play in PLAYS])

    games.apply(PLAYS[0], replay_id="a", partition=2, offset=0)
    assert games.snapshot("0021500277") == GameSnapshot("0021500277", "a", 2, 0, 2, fold(PLAYS))

    games.cut(1, 0)
    games.cut(2, 1)
    assert games.snapshot("0021500277").offset == 0
