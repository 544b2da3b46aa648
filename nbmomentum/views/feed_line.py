"""The feed line: how it goes with the feed of a live game, in figures and in words.

```python
line = FeedLine()
feed.connect(lambda: producer.status.feed, line)
```

CSS classes: `kit-feed` around all; `kit-correction` on the last correction in words, `kit-trouble` on what is wrong.
"""

from collections.abc import Iterator

from ipywidgets import HTML

from nbmomentum.sources.live_watch import FeedStatus
from nbmomentum.views.health import UNKNOWN, Figure, line_html
from nbmomentum.views.style import text
from nbmomentum.views.view import View

AWAY_STATE = "feed away"


class FeedLine(View[FeedStatus]):
    """When the feed was looked at and will be, what it corrected, and why it does not answer."""

    def __init__(self) -> None:
        self._html = HTML(_html(FeedStatus()))
        super().__init__(self._html, css_class="kit-feed")

    def _draw(self, status: FeedStatus) -> None:
        self._html.value = _html(status)


def _html(status: FeedStatus) -> str:
    correction = status.last_correction or "none so far"
    trouble = f'<p class="kit-trouble kit-error">{text(_trouble(status))}</p>' if status.trouble else ""
    return (
        f"{line_html('The feed of the game', _figures(status))}"
        f'<p class="kit-correction"><b>Last correction</b> {text(correction)}</p>{trouble}'
    )


def _figures(status: FeedStatus) -> Iterator[Figure]:
    yield "Feed", status.state, status.state == AWAY_STATE
    yield "Looks", f"{status.looks:,}", False
    yield "Last look", UNKNOWN if status.last_look is None else f"{status.last_look.astimezone():%H:%M:%S}", False
    yield "Next look", UNKNOWN if status.next_look_s is None else f"in {status.next_look_s:.0f} s", False
    yield "Plays", f"{status.plays:,}", False
    yield "Corrections", f"{status.corrections:,}", False
    yield "Scores that followed", f"{status.followers:,}", False


def _trouble(status: FeedStatus) -> str:
    if status.state == AWAY_STATE:
        return f"Feed away for {status.away_s:.0f} s: {status.trouble}"
    return status.trouble
