"""The group view: members as columns, lags as bars, rebalances as lines; and what its controls command."""

import re
from dataclasses import replace
from typing import Any

import pytest

from nbmomentum.views import (
    GroupControls,
    GroupPicture,
    GroupView,
    MemberColumn,
    PartitionLag,
    ToldRebalance,
)
from nbmomentum.views.group_view.view import NOBODY_CHOSEN

MEMBERS = (
    MemberColumn("consumer-1", "live", (0, 1), consumed=12),
    MemberColumn("consumer-2", "live", (2,), consumed=1, record_delay_s=2.5),
    MemberColumn("consumer-3", "live", (), consumed=0),
)
LAGS = (
    PartitionLag(0, "consumer-1", lag=0, committed_lag=0, lag_s=0.0, committed_lag_s=0.0),
    PartitionLag(1, "consumer-1", lag=1, committed_lag=1, lag_s=5.0, committed_lag_s=5.0, trend="shrinking"),
    PartitionLag(2, "consumer-2", lag=39, committed_lag=40, lag_s=604.0, committed_lag_s=610.0, trend="growing"),
)

TOLD = tuple(ToldRebalance(f"19:04:{second:02}", f"rebalance {second}: somebody joined") for second in range(1, 8))
PICTURE = GroupPicture("lesson-05", "stable", "range", MEMBERS, LAGS, TOLD)


class Group:
    """Notes what it is asked for; refuses on request."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.error: Exception | None = None

    def add(self) -> None:
        """Somebody joins."""
        if self.error:
            raise self.error
        self.asked.append("add")

    def remove(self, name: str | None = None) -> None:
        """Somebody leaves."""
        self.asked.append(("remove", name))

    def set_strategy(self, strategy: str) -> None:
        """Another strategy."""
        self.asked.append(strategy)

    def set_record_delay(self, name: str, record_delay_s: float) -> None:
        """Somebody is slow."""
        self.asked.append((name, record_delay_s))


@pytest.fixture
def group() -> Group:
    """What the controls command."""
    return Group()


@pytest.fixture
def controls(group: Group) -> GroupControls:
    """Controls that have seen the picture."""
    controls = GroupControls(group)
    controls.show(PICTURE)
    return controls


def html_of(view: GroupView) -> str:
    """All that the view shows."""
    return "".join(part.value for part in view._parts)


def test_each_member_is_a_column_with_its_partitions() -> None:
    """By name and number; one that has none is said to wait, and a slow one to be slow."""
    view = GroupView()

    view.show(PICTURE)

    columns = re.findall(r'data-member="([\w-]+)"(.*?)(?=data-member|$)', html_of(view).split("<table")[0], re.DOTALL)
    owned = {name: re.findall(r'data-partition="(\d)"', html) for name, html in columns}
    assert owned == {"consumer-1": ["0", "1"], "consumer-2": ["2"], "consumer-3": []}
    assert "no partition: it waits" in dict(columns)["consumer-3"]
    assert "1 record · slow: 2.5 s a record" in dict(columns)["consumer-2"]


def test_both_lags_are_numbers_and_bars_and_the_trend_a_word() -> None:
    """In records and on the game clock; the longest bar is full, and an arrow stands before the word."""
    view = GroupView()

    view.show(PICTURE)

    row = html_of(view).split('class="kit-lag" data-partition="2"')[1]
    assert re.findall(r'kit-lag-number">([\d:]+)<', row) == ["39", "10:04", "40", "10:10"]
    assert [int(width) for width in re.findall(r"width:(\d+)%", row)] == [98, 99, 100, 100]
    assert "▲ growing" in row


def test_partition_that_nobody_owns_has_a_column_of_its_own() -> None:
    """Its lag cannot be known from a position, and the committed lag can."""
    view = GroupView()
    lag = PartitionLag(0, committed_lag=7, committed_lag_s=65.0, trend="growing")

    view.show(replace(PICTURE, members=(), lags=(lag,), state="empty"))

    assert "Nobody" in html_of(view)
    assert "no member" in html_of(view)
    assert view.sentence == (
        "The group has no members. Partition 0 is 7 records, 1:05 of play behind, growing, and nobody reads it."
    )


def test_newest_rebalances_come_first_and_old_ones_go() -> None:
    """Five at most: the list stands still on the page."""
    view = GroupView()

    view.show(PICTURE)

    assert re.findall(r"rebalance (\d):", html_of(view)) == ["7", "6", "5", "4", "3"]


def test_picture_can_be_read() -> None:
    """Who owns what, and what falls behind, in sentences."""
    view = GroupView()
    before = view.sentence

    view.show(PICTURE)

    assert before == ""
    assert view.sentence == (
        "consumer-1 owns partitions 0 and 1. consumer-2 owns partition 2. consumer-3 owns no partition. "
        "Partition 1 is 1 record, 0:05 of play behind, shrinking. "
        "Partition 2 is 40 records, 10:10 of play behind, growing."
    )


def test_names_from_outside_are_text() -> None:
    """A member elsewhere may have any name."""
    view, script = GroupView(), "<script>alert(1)</script>"

    view.show(GroupPicture(script, script, script, (MemberColumn(script, script),), (), (ToldRebalance("", script),)))

    assert "<script" not in html_of(view)


def test_buttons_command_the_chosen_member(group: Group, controls: GroupControls) -> None:
    """Add, remove, slow: each is one command; drawing is none."""
    controls.member.value = "consumer-2"
    controls.show(PICTURE)
    drawn = controls.delay.value
    controls.add.click()
    controls.delay.value = 4.0
    controls.remove.click()
    controls.strategy.value = "sticky"

    assert drawn == 2.5
    assert group.asked == ["add", ("consumer-2", 4.0), ("remove", "consumer-2"), "sticky"]


def test_nobody_is_chosen_at_first(group: Group, controls: GroupControls) -> None:
    """The dropdown asks for a choice; nobody can be slowed until then, and Remove takes the one that joined last."""
    before = controls.member.label, controls.delay.disabled

    controls.remove.click()
    controls.member.value = "consumer-1"
    controls.show(PICTURE)

    assert before == ("choose one", True)
    assert not controls.delay.disabled
    assert group.asked == [("remove", None)]


def test_chosen_member_stays_chosen_while_others_come_and_go(controls: GroupControls) -> None:
    """A member elsewhere cannot be commanded; the last one gone, nothing can."""
    controls.member.value = "consumer-2"

    elsewhere = MemberColumn("stranger", "elsewhere", (0,))
    controls.show(replace(PICTURE, members=(*MEMBERS[1:], elsewhere)))
    chosen = controls.member.value, controls.member.options
    controls.show(replace(PICTURE, members=(elsewhere,)))

    names = [(name, name) for name in ("consumer-2", "consumer-3")]
    assert chosen == ("consumer-2", (NOBODY_CHOSEN, *names))
    assert controls.member.value is None
    assert controls.remove.disabled
    assert controls.delay.disabled
    assert not controls.add.disabled


def test_six_members_are_the_most(controls: GroupControls) -> None:
    """The button says so before it is clicked."""
    controls.show(replace(PICTURE, members=tuple(MemberColumn(f"c-{n}", "live", consumed=0) for n in range(6))))

    assert controls.add.disabled


def test_refusal_is_shown(group: Group, controls: GroupControls) -> None:
    """Below the buttons, in words."""
    group.error = ValueError("no room")

    controls.add.click()
    controls.show(PICTURE)

    assert "no room" in controls.error
    assert "no room" in controls._error.value
