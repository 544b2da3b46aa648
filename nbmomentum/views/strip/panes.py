"""The strip's parts as HTML: the token, the offsets, the form of a play and the code at a station."""

from collections.abc import Iterator

from nbmomentum.reports import PartitionStatus
from nbmomentum.views.colours import text_on
from nbmomentum.views.scoreboard import play_text
from nbmomentum.views.strip.walk import STATIONS, Excerpt, Form, Walk
from nbmomentum.views.style import text
from nbmomentum.views.teams import NEUTRAL, colours_for
from nbmomentum.views.words import UNKNOWN

# As the strip shows them, in this order: name and attribute of a place.
FIGURES = {
    "Partition": "partition",
    "End offset": "end_offset",
    "Position": "position",
    "Committed": "committed",
    "Lag": "lag",
    "Committed lag": "committed_lag",
}
NOT_BEGUN = "No play is on its way yet. Press Step stage."


def token_html(walk: Walk) -> str:
    """The play as a token in its team's colour: "MIA +2"."""
    if walk.event is None:
        return f'<span class="kit-pill" style="background:{NEUTRAL};color:{text_on(NEUTRAL)}">start</span>'
    colours = colours_for(walk.event.home, walk.event.away)
    colour = colours.home if walk.event.is_home else colours.away
    label = f"{walk.event.team} +{walk.event.points}"
    return f'<span class="kit-pill" style="background:{colour};color:{text_on(colour)}">{text(label)}</span>'


def line_html(walk: Walk) -> str:
    """Which play this is, in words."""
    if walk.event is None:
        return f"<b>{walk.total} plays</b> wait at the producer"
    state = f" · {walk.state}" if walk.state not in ("waiting", "playing") else ""
    return f"<b>Play {walk.number} of {walk.total}</b> · {text(play_text(walk.event))}{text(state)}"


def offsets_html(walk: Walk, station: int) -> str:
    """The three offsets and both lags at a station; what it has changed is shown as "3 → 4"."""
    before, now = (dict(_offset_figures(place)) for place in walk.places_at(station))
    pairs = "".join(_offset_html(name, before[name], value) for name, value in now.items())
    return f'<dl class="kit-figures kit-walk-offsets" aria-label="Where the reader stands">{pairs}</dl>'


def _offset_figures(place: PartitionStatus | None) -> Iterator[tuple[str, str]]:
    for name, attribute in FIGURES.items():
        number = getattr(place, attribute, None)
        yield name, "none" if place and name == "Committed" and number is None else _number(number)


def _offset_html(name: str, before: str, now: str) -> str:
    if before == now:
        return f"<div><dt>{name}</dt><dd>{now}</dd></div>"
    return f'<div class="kit-changed"><dt>{name}</dt><dd>{before} → {now}</dd></div>'


def _number(number: int | None) -> str:
    return UNKNOWN if number is None else f"{number:,}"


def form_html(walk: Walk, station: int) -> str:
    """The play's form at a station, numbered from 0; a station ahead says that it was not there yet."""
    if station >= len(walk.forms):
        ahead = NOT_BEGUN if walk.event is None else "The play has not come here yet."
        return f'<h4 class="kit-heading">{_title(station)}</h4><p class="kit-ahead">{ahead}</p>'
    form = walk.forms[station]
    return (
        f'<h4 class="kit-heading">{_title(station)}</h4><p class="kit-said">{text(form.sentence)}</p>'
        f'<dl class="kit-form">{"".join(_pair_html(*pair) for pair in form.figures)}</dl>{_raw_html(form)}'
    )


def _title(station: int) -> str:
    return f"{station + 1} · {STATIONS[station]}"


def _pair_html(name: str, value: str) -> str:
    return f"<div><dt>{text(name)}</dt><dd>{text(value)}</dd></div>"


def _raw_html(form: Form) -> str:
    if not form.raw:
        return ""
    return f'<pre class="kit-json">{text(form.raw).replace(",", ",<wbr>")}</pre>'


def code_html(excerpt: Excerpt) -> str:
    """The code of a station: file, line and function above it, the call marked by a sign, weight and ground."""
    indent = min((len(line) - len(line.lstrip()) for _, line in excerpt.lines if line.strip()), default=0)
    lines, last = [], excerpt.lines[0][0] - 1 if excerpt.lines else 0
    for number, line in excerpt.lines:
        if number != last + 1:
            lines.append('<span class="kit-gap">⋮</span>')
        lines.append(_code_line_html(number, line[indent:], is_marked=excerpt.is_marked(number)))
        last = number
    return (
        f'<h4 class="kit-heading kit-code-place">{text(excerpt.place)} <small>in {text(excerpt.name)}</small></h4>'
        f'<pre class="kit-code">{"".join(lines)}</pre>'
    )


def _code_line_html(number: int, line: str, *, is_marked: bool) -> str:
    # A line that does not fit goes on below its own beginning, not below the line number.
    depth = len(line) - len(line.lstrip())
    kind, sign = ("kit-line kit-here", "▸") if is_marked else ("kit-line", " ")
    return (
        f'<span class="{kind}"><i>{sign}{number:>4}</i>'
        f'<span style="padding-left:{depth + 2}ch;text-indent:-2ch">{text(line.lstrip()) or " "}</span></span>'
    )


def sentence(walk: Walk, station: int) -> str:
    """All of it in one or two sentences, for whoever does not see the strip."""
    if walk.event is None:
        return NOT_BEGUN
    excerpt = walk.code[station]
    where = f"Play {walk.number} of {walk.total}, {play_text(walk.event)}"
    at = f"station {station + 1} of {len(STATIONS)}, {STATIONS[station].lower()}"
    form = walk.forms[station].sentence if station < len(walk.forms) else "Not there yet."
    numbers = ", ".join(f"{name.lower()} {value}" for name, value in _offset_figures(walk.places_at(station)[1]))
    return f"{where}: {at}. {form} {numbers.capitalize()}. Code: {excerpt.place}: {excerpt.marked}"
