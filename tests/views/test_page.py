"""A hidden page: the feed rests while nobody looks, and draws the newest state when somebody does."""

from typing import Any

import pytest
from support import random_name, wait_until

from nbmomentum.views import LiveFeed, PageWatch


class Recorder:
    """A view that remembers what it was shown."""

    def __init__(self) -> None:
        self.shown: list[Any] = []

    def show(self, value: Any) -> None:
        """Remember the value."""
        self.shown.append(value)


def test_a_page_is_seen_until_it_says_otherwise() -> None:
    """A kernel without a page draws as ever."""
    page = PageWatch()

    assert not page.is_hidden


def test_a_page_to_come_is_not_seen_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Voila fetches the state of all widgets once; what would be drawn meanwhile is lost."""
    monkeypatch.setenv("VOILA_PREHEAT", "False")

    assert PageWatch().is_hidden


def test_nothing_is_drawn_while_the_page_is_hidden() -> None:
    """The ticks go by; seen again, the newest value is drawn, and only that."""
    page, view, reads = PageWatch(), Recorder(), []
    feed = LiveFeed(hz=20, name=random_name("feed"), page=page).connect(lambda: len(reads), view)
    with feed:
        wait_until(lambda: view.shown == [0], what="the first drawing")
        page._box.value = True
        wait_until(lambda: page.is_hidden, what="the page to hide")
        reads.extend(range(7))
        seen_while_hidden = not feed.join(0.3) and list(view.shown)
        page._box.value = False
        wait_until(lambda: view.shown[-1] == 7, what="the newest value")

    assert seen_while_hidden == [0]
    assert view.shown == [0, 7]


def test_stopping_draws_the_end_even_where_nobody_looks() -> None:
    """Who comes back to a stopped game sees how it stood."""
    page, view, values = PageWatch(), Recorder(), ["playing"]
    page._box.value = True
    with LiveFeed(hz=20, name=random_name("feed"), page=page).connect(lambda: values[-1], view):
        values.append("stopped")

    assert view.shown == ["stopped"]
