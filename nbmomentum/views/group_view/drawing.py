"""The HTML of a group: columns of members, bars of lags, lines of rebalances. All outside text is escaped.

CSS classes, for tests in a browser: `kit-member` on each column with the member's name as `data-member`, `kit-chip`
on each of its partitions with the number as `data-partition`; `kit-lag` on each row of the table of lags, with its
number as `data-partition` and the trend as `data-trend`; `kit-rebalances` on the list.
"""

from collections.abc import Iterable

from nbmomentum.views.colours import text_on
from nbmomentum.views.group_view.picture import (
    GROWING,
    SHRINKING,
    GroupPicture,
    MemberColumn,
    PartitionLag,
    ToldRebalance,
    clock_text,
    records_text,
)
from nbmomentum.views.style import text

SHOWN_REBALANCES = 5
# The ends of the bars, at least: a lag of one record is no long bar.
LEAST_RECORDS = 20
LEAST_S = 300.0

PARTITION_COLOURS = ("#1f5fa8", "#b3541e", "#2e7d4f", "#7a3fa0", "#8a6d00", "#a02050")
ARROWS = {GROWING: "▲", SHRINKING: "▼"}

STRATEGY_WORDS = {
    "range": "Range: neighbouring partitions to one member. In a rebalance everybody gives up everything.",
    "roundrobin": "Round-robin: one partition to each member in turn. In a rebalance everybody gives up everything.",
    "sticky": "Sticky: as far as possible as before: few partitions move. Still everybody gives up everything first.",
    "cooperative-sticky": "Cooperative-sticky: as sticky, and only what moves stops; the rest is read on.",
}


def head_html(picture: GroupPicture) -> str:
    """The group in one line, and what its strategy does."""
    count = len(picture.members)
    members = "no member" if not count else f"{count} member{'' if count == 1 else 's'}"
    words = STRATEGY_WORDS.get(picture.strategy, picture.strategy)
    note = f" {text(picture.note)}" if picture.note else ""
    return (
        f'<p class="kit-group-line"><b>Group {text(picture.group_id)}</b>: '
        f'<span class="kit-group-state">{text(picture.state)}</span>, {members}</p>'
        f'<p class="kit-quiet kit-strategy-words">{text(words)}{note}</p>'
    )


def columns_html(picture: GroupPicture) -> str:
    """A column for each member, and one for partitions that nobody owns."""
    columns = "".join(map(_member_html, picture.members))
    orphans = [lag.partition for lag in picture.lags if not lag.owner]
    if orphans:
        columns += (
            '<div class="kit-member kit-nobody" role="listitem"><div class="kit-member-head"><b>Nobody</b></div>'
            f'<div class="kit-owned">{_chips_html(orphans)}</div><span class="kit-quiet">not read now</span></div>'
        )
    return f'<div class="kit-members" role="list" aria-label="Members and their partitions">{columns}</div>'


def lags_html(lags: Iterable[PartitionLag]) -> str:
    """A row for each partition: both lags, in records and on the game clock, as bars with their numbers."""
    lags = tuple(lags)
    most = max([LEAST_RECORDS, *(lag.committed_lag for lag in lags), *(lag.lag or 0 for lag in lags)])
    most_s = max([LEAST_S, *(lag.committed_lag_s or 0.0 for lag in lags), *(lag.lag_s or 0.0 for lag in lags)])
    rows = "".join(_lag_html(lag, most, most_s) for lag in lags)
    return (
        '<table class="kit-table kit-lags"><colgroup><col class="kit-narrow"><col class="kit-narrow"><col><col>'
        '<col><col><col class="kit-narrow"></colgroup><thead><tr><th scope="col" rowspan="2">Partition</th>'
        '<th scope="col" rowspan="2">Owner</th><th scope="colgroup" colspan="2">Lag: end − position</th>'
        '<th scope="colgroup" colspan="2">Committed lag: end − committed</th>'
        '<th scope="col" rowspan="2">Trend</th></tr><tr>'
        + '<th scope="col">records</th><th scope="col">game clock</th>' * 2
        + f"</tr></thead><tbody>{rows}</tbody></table>"
    )


def rebalances_html(rebalances: tuple[ToldRebalance, ...]) -> str:
    """The last rebalances, newest first."""
    lines = "".join(
        f'<li><span class="kit-quiet">{text(each.time)}</span> {text(each.words)}</li>'
        for each in reversed(rebalances[-SHOWN_REBALANCES:])
    )
    lines = lines or '<li class="kit-quiet">none yet</li>'
    return f'<h4 class="kit-heading">Rebalances</h4><ul class="kit-rebalances" aria-label="Rebalances">{lines}</ul>'


def words_html(picture: GroupPicture) -> str:
    """The picture in words, for whoever does not see it."""
    return f'<p class="kit-group-words">{text(picture.sentence)}</p>'


def _member_html(member: MemberColumn) -> str:
    owned = _chips_html(member.partitions) or '<span class="kit-quiet">no partition: it waits</span>'
    figures = [] if member.consumed is None else [f"{member.consumed:,} record{'' if member.consumed == 1 else 's'}"]
    if member.record_delay_s:
        figures.append(f"slow: {member.record_delay_s:g} s a record")
    idle = "" if member.partitions else " kit-idle"
    return (
        f'<div class="kit-member{idle}" role="listitem" data-member="{text(member.name)}">'
        f'<div class="kit-member-head"><b>{text(member.name)}</b> <span>{text(member.state)}</span></div>'
        f'<div class="kit-owned">{owned}</div><span class="kit-quiet">{text(" · ".join(figures))}</span></div>'
    )


def _chips_html(partitions: Iterable[int]) -> str:
    return "".join(_chip_html(partition) for partition in partitions)


def _chip_html(partition: int) -> str:
    colour = PARTITION_COLOURS[partition % len(PARTITION_COLOURS)]
    look = f"background:{colour};color:{text_on(colour)}"
    return f'<span class="kit-chip" data-partition="{partition}" style="{look}">Partition {partition}</span>'


def _lag_html(lag: PartitionLag, most: float, most_s: float) -> str:
    colour = PARTITION_COLOURS[lag.partition % len(PARTITION_COLOURS)]
    cells = (
        _bar_html(lag.lag, most, records_text(lag.lag), colour),
        _bar_html(lag.lag_s, most_s, clock_text(lag.lag_s), colour),
        _bar_html(lag.committed_lag, most, records_text(lag.committed_lag), colour),
        _bar_html(lag.committed_lag_s, most_s, clock_text(lag.committed_lag_s), colour),
    )
    return (
        f'<tr class="kit-lag" data-partition="{lag.partition}" data-trend="{text(lag.trend)}">'
        f'<th scope="row">{_chip_html(lag.partition)}</th><td>{text(lag.owner or "nobody")}</td>{"".join(cells)}'
        f'<td class="kit-trend kit-{text(lag.trend)}">{ARROWS.get(lag.trend, "=")} {text(lag.trend)}</td></tr>'
    )


def _bar_html(value: float | None, most: float, words: str, colour: str) -> str:
    width = 0.0 if value is None else 100 * min(1.0, value / most)
    return (
        f'<td class="kit-lag-cell"><span class="kit-lag-number">{text(words)}</span>'
        f'<span class="kit-lag-bar" aria-hidden="true"><i style="width:{width:.0f}%;background:{colour}"></i></span>'
        "</td>"
    )
