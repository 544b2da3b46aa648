"""How long a basket takes from the log to the page: acknowledged by the broker, drawn in the browser."""

import json
import statistics
from datetime import datetime
from pathlib import Path

import pytest
from lab import Lab, NotebookPage
from support import wait_until

STEPS = 30
NOTEBOOK = "03_from_points_to_momentum.ipynb"

# Notes when the text of the scoreboard changes, on the page's clock (the machine's, in milliseconds).
WATCH_SCORE = """() => {
    window.changes = [];
    let shown = '';
    const note = () => {
        const text = document.querySelector('.kit-score')?.innerText ?? '';
        if (text !== shown) { shown = text; window.changes.push(Date.now()); }
    };
    new MutationObserver(note).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


@pytest.fixture
def paused(notebook: NotebookPage) -> NotebookPage:
    """Lesson 03, paused after its first play."""
    notebook.open(NOTEBOOK)
    notebook.run_all()
    wait_until(lambda: notebook.page.locator(".kit-score .kit-points").count() == 2, what="the scoreboard")
    notebook.click(".kit-play")
    wait_until(lambda: "paused" in notebook.text(".kit-clock"), what="the pause")
    return notebook


def _acknowledged_ms(home: Path) -> list[float]:
    """When each record was acknowledged, from the log files, in milliseconds since 1970."""
    lines = [json.loads(line) for log in (home / "logs").glob("*.jsonl") for line in log.read_text().splitlines()]
    times = [datetime.fromisoformat(line["time"]) for line in lines if line["what"] == "sent"]
    return sorted(time.timestamp() * 1000 for time in times)


def test_from_the_log_to_the_page(paused: NotebookPage, lab: Lab) -> None:
    """Prints the time from acknowledgement to a changed page, beside the feed's own tick of 100 ms."""
    changes = "() => window.changes"
    already = len(_acknowledged_ms(lab.home))
    paused.page.evaluate(WATCH_SCORE)

    for step in range(1, STEPS + 1):
        paused.click(".kit-step")
        wait_until(lambda step=step: len(paused.page.evaluate(changes)) >= step, what=f"change {step} of the page")

    wait_until(lambda: len(_acknowledged_ms(lab.home)) >= already + STEPS, what="the log lines")
    sent, shown = _acknowledged_ms(lab.home)[already:], paused.page.evaluate(changes)
    delays_ms = [page - broker for broker, page in zip(sent, shown, strict=False)]
    tick_ms = 100
    print(
        f"\nrecord acknowledged to page changed: median {statistics.median(delays_ms):.0f} ms, "
        f"worst {max(delays_ms):.0f} ms of {len(delays_ms)} plays; {statistics.median(delays_ms) / tick_ms:.1f} ticks "
        "of the live feed"
    )
    assert len(delays_ms) == STEPS
