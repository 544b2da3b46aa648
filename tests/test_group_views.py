"""What a group view is told: owners from the broker, lags from the members, game clocks from the log."""

from types import SimpleNamespace
from typing import Any

import pytest

from nbmomentum.events import ScoringEvent
from nbmomentum.reports import PartitionStatus
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import (
    ConsumerStatus,
    GroupDescription,
    GroupMember,
    GroupOfConsumersStatus,
    GroupStatus,
    PartitionTail,
    StoredRecord,
)
from nbmomentum.studio.group_views import Trends, group_of, members_of, places_of, trouble_of_group
from nbmomentum.studio.lag_index import LagIndex

PLAYS = load_game("0021500277")
OTHER = load_game("0021500051")


def record(offset: int, event: ScoringEvent | None, replay: str = "a") -> StoredRecord:
    """A record of partition 0 as a log's tail shows it."""
    return StoredRecord(0, offset, None, None, (("replay_id", replay.encode()),), b"", 0, event, "")


def tail_of(*records: StoredRecord) -> Any:
    """A tail that shows these records."""
    return SimpleNamespace(partitions=lambda: (PartitionTail(0, 0, records[-1].offset + 1, records),))


def troubled(name: str, trouble: str) -> ConsumerStatus:
    """A member whose group has a trouble."""
    return ConsumerStatus(name, "g", "joining", group_trouble=trouble)


def own(*members: ConsumerStatus, error: str = "") -> GroupOfConsumersStatus:
    """A group in this kernel."""
    return GroupOfConsumersStatus("group", "g", "running", "range", members, last_error=error)


def member(name: str, *partitions: int) -> ConsumerStatus:
    """A member that reads these partitions, at position 5 of 7."""
    places = tuple(PartitionStatus(partition, 5, 4, 7) for partition in partitions)
    return ConsumerStatus(name, "g", "live", consumed=5, partitions=places)


def described(state: str, **owned: tuple[int, ...]) -> GroupDescription:
    """A group as the broker describes it."""
    members = (GroupMember(name, f"nbmomentum-{name}", "", tuple(("t", p) for p in ps)) for name, ps in owned.items())
    return GroupDescription("g", state, "range", tuple(members))


def test_lag_on_the_game_clock_is_from_the_last_record_read_to_the_newest() -> None:
    """At the end it is 0, before the first record the whole game so far; unknown in an empty log."""
    index = LagIndex(tail_of(*(record(offset, play) for offset, play in enumerate(PLAYS[:40]))))
    before = index.seconds_behind(0, 0)

    index.update()

    assert before is None
    assert index.seconds_behind(0, 40) == 0.0
    assert index.seconds_behind(0, 10) == PLAYS[39].elapsed_s - PLAYS[9].elapsed_s
    assert index.seconds_behind(0, 0) == PLAYS[39].elapsed_s


def test_lag_on_the_game_clock_is_that_of_the_game_furthest_behind() -> None:
    """Two games share a partition: each has its clock, and a new replay begins at its tip-off."""
    records = [record(0, PLAYS[50]), record(1, OTHER[3]), record(2, PLAYS[51]), record(3, OTHER[30])]
    index = LagIndex(tail_of(*records, record(4, PLAYS[5], "b"), record(5, None)))

    index.update()

    assert index.seconds_behind(0, 3) == max(OTHER[30].elapsed_s - OTHER[3].elapsed_s, PLAYS[5].elapsed_s)


def test_index_forgets_a_log_that_was_made_anew() -> None:
    """Offsets begin again; what was known of them is of another log."""
    shown = [tail_of(*(record(offset, play) for offset, play in enumerate(PLAYS[:40]))), tail_of(record(0, PLAYS[0]))]
    index = LagIndex(SimpleNamespace(partitions=lambda: shown[0].partitions()))  # type: ignore[arg-type]
    index.update()

    shown.pop(0)
    index.update()

    assert index.seconds_behind(0, 0) == PLAYS[0].elapsed_s


@pytest.mark.parametrize(
    ("lags", "trend"),
    [
        ([0, 0, 0, 0], "steady"),
        ([0, 1, 0, 1], "steady"),
        ([1, 3, 5, 7], "growing"),
        ([7, 5, 3, 1], "shrinking"),
        ([0, 0, 9, 0], "steady"),
    ],
)
def test_trend_is_that_of_the_last_seconds(lags: list[int], trend: str) -> None:
    """A record on its way is no trend, and who has caught up does not fall behind."""
    seconds = iter(range(len(lags)))
    trends = Trends(now=lambda: float(next(seconds)))

    said = [trends.trend(0, lag) for lag in lags]

    assert said[-1] == trend
    assert said[0] == "steady"


def test_no_record_behind_is_no_time_behind() -> None:
    """Also where the log's tail knows a record already that the member has not heard of."""
    place = PartitionStatus(0, 7, 7, 7)
    group = SimpleNamespace(status=own(ConsumerStatus("consumer-1", "g", "live", partitions=(place,))))
    watch = SimpleNamespace(status=GroupStatus("w", "t", "watching", described("stable")))

    [lag] = group_of(group, watch, tail=tail_of(*(record(n, PLAYS[n]) for n in range(9))))().lags  # type: ignore[arg-type]

    assert (lag.lag, lag.lag_s, lag.committed_lag, lag.committed_lag_s) == (0, 0.0, 0, 0.0)


def test_owners_are_the_brokers_word_while_the_group_is_stable() -> None:
    """Members elsewhere are shown, too; in a rebalance the broker names no owners, and the members tell themselves."""
    group = own(member("consumer-1", 0, 1, 2))

    stable = members_of(group, described("stable", **{"consumer-1": (0, 2), "stranger": (1,)}))
    moving = members_of(group, described("rebalancing", **{"consumer-1": (), "stranger": ()}))

    assert [(m.name, m.partitions, m.consumed) for m in stable] == [("consumer-1", (0, 2), 5), ("stranger", (1,), None)]
    assert [(m.name, m.partitions) for m in moving] == [("consumer-1", (0, 1, 2)), ("stranger", ())]


def test_places_are_the_members_own_word_where_they_have_one() -> None:
    """It is newer than what the broker was asked half a second ago."""
    heard = GroupStatus(
        "w",
        "t",
        "watching",
        described("stable"),
        (PartitionStatus(0, None, 1, 2), PartitionStatus(1, None, None, 9, low=4)),
    )

    places = places_of(own(member("consumer-1", 0)), heard)

    assert places == (PartitionStatus(0, 5, 4, 7), PartitionStatus(1, None, None, 9, low=4))


def test_most_telling_trouble_comes_first() -> None:
    """What ended a member, then a broker that is away."""
    away = GroupStatus("w", "t", "broker away", described("stable"), away_s=3.2, away_reason="Nobody listens.")

    assert trouble_of_group(own(error="consumer-1: boom"), away) == "consumer-1: boom"
    assert trouble_of_group(own(), away) == "The broker has been away for 3 s. Nobody listens."


def test_trouble_of_a_group_is_what_its_members_wait_for() -> None:
    """Each member says it; one of them is told, with its name."""
    watched = GroupStatus("w", "t", "watching", described("rebalancing"))
    waiting = troubled("consumer-2", "It has been joining its group for 4 s, and waits for consumer-1 to join, too.")

    assert trouble_of_group(own(member("consumer-1"), waiting), watched) == f"consumer-2: {waiting.group_trouble}"
