"""The key view of lesson 01 on a page: a key is typed, and its way to a partition read."""

from lab import NotebookPage
from support import wait_until


def follow_a_key(page: NotebookPage) -> None:
    """Another game's id is another partition; with more partitions the remainder alone is another."""
    page.part(".kit-key-view")
    wait_until(lambda: page.text(".kit-step-partition") == "0", what="the partition of the first game")

    page.page.locator(".kit-key-text input").fill("0021500277")
    wait_until(lambda: page.text(".kit-step-partition") == "2", what="the partition of the other game")
    steps = page.text(".kit-steps")
    page.page.locator(".kit-key-partitions input").fill("12")
    page.page.keyboard.press("Enter")
    wait_until(lambda: "number % 12" in page.text(".kit-steps"), what="the other remainder")

    assert page.text(".kit-steps").split("number % ")[0] == steps.split("number % ")[0]
