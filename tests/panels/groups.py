"""The group view on a page, in the words of a user: members in columns, both lags of a partition, rebalances."""

from collections.abc import Sequence

from independent import committed, described, end_offsets
from lab import NotebookPage
from support import wait_until

PATIENCE_S = 120.0  # a new kernel, and rebalances, on a busy machine


def columns(page: NotebookPage) -> dict[str, tuple[int, ...]]:
    """The members on the page, and the partitions in their columns."""
    script = """cards => cards.map(card => [card.dataset.member,
        [...card.querySelectorAll('.kit-chip')].map(chip => Number(chip.dataset.partition))])"""
    found = page.page.locator(".kit-member[data-member]").evaluate_all(script)
    return {name: tuple(sorted(partitions)) for name, partitions in found}


def lags(page: NotebookPage, partition: int) -> dict[str, str]:
    """The row of a partition: its four figures and its trend."""
    row = page.page.locator(f".kit-lag[data-partition='{partition}']")
    names = ("lag", "lag_clock", "committed", "committed_clock")
    figures = dict(zip(names, row.locator(".kit-lag-number").all_inner_texts(), strict=True))
    return figures | {"trend": row.get_attribute("data-trend") or ""}


def wait_for_members(
    page: NotebookPage, servers: str, group_id: str, shares: Sequence[int]
) -> dict[str, tuple[int, ...]]:
    """Wait until the page and the broker itself show members with so many partitions each, [1, 2]; returns them."""
    seen: dict[str, tuple[int, ...]] = {}

    def is_so() -> bool:
        seen.clear()
        seen.update(columns(page))
        owned = sorted(sum(seen.values(), ()))
        return (
            sorted(map(len, seen.values())) == sorted(shares)
            and owned == [0, 1, 2]
            and seen == described(servers, group_id)
        )

    wait_until(is_so, what=f"members with {shares} partitions, as the broker says", timeout_s=PATIENCE_S)
    return seen


def wait_for_event(page: NotebookPage, words: str) -> str:
    """Wait until the newest rebalance says this; returns it."""
    newest = page.page.locator(".kit-rebalances li").first
    wait_until(lambda: words in newest.inner_text(), what=words, timeout_s=PATIENCE_S)
    return newest.inner_text()


def choose(page: NotebookPage, dropdown: str, option: str) -> None:
    """Choose an option of a dropdown by its label."""
    page.page.get_by_label(dropdown, exact=True).select_option(label=option)


def group_of(page: NotebookPage) -> str:
    """The id of the group that is shown."""
    return page.text(".kit-group-line b").removeprefix("Group ")


def committed_lags(page: NotebookPage) -> dict[int, int]:
    """End offset minus committed offset of each partition, as the view says."""
    rows = page.page.locator(".kit-lag").evaluate_all(
        "rows => rows.map(row => [row.dataset.partition, row.querySelectorAll('.kit-lag-number')[2].textContent])"
    )
    return {int(partition): int(number.replace(",", "")) for partition, number in rows}


def wait_for_lags_of_the_broker(page: NotebookPage, servers: str, group_id: str, topic: str) -> dict[int, int]:
    """Wait until the committed lags are those of an independent client; offsets that moved meanwhile do not count."""

    def is_so() -> bool:
        before = committed_lags(page)
        ends, saved = end_offsets(servers, topic), committed(servers, group_id)
        told = {
            partition: end - (saved[partition].offset if partition in saved else 0) for partition, end in ends.items()
        }
        return before == told == committed_lags(page)

    wait_until(is_so, what="the broker's own lags", timeout_s=PATIENCE_S)
    return committed_lags(page)
