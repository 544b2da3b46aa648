"""The colours of the thirty teams, and of any other code, readable in both themes and told apart in every game.

```python
colours_for("MIA", "OKC")  # GameColours(home='#bf2143', away='#007ac1')
```

The hues are the teams' own; the lightness is moved so far that each colour has a contrast of at least 3:1 on
white and on JupyterLab's dark background. Red meets red in many games, so a pair is chosen by its measured
distance, for colour-blind eyes too: the away team changes into its second colour first, as on a court.
"""

import colorsys
import zlib
from dataclasses import dataclass
from functools import lru_cache

from nbmomentum.views.colours import DARK, WHITE, contrast, distance, luminance

MIN_CONTRAST = 3.0
MIN_DISTANCE = 25.0

NEUTRAL = "#80868b"  # for what belongs to neither team; 3:1 on both themes as well

_TEAMS: dict[str, tuple[str, str]] = {
    "ATL": ("#e03a3e", "#5b7f95"),
    "BKN": ("#777d84", "#b0562a"),
    "BOS": ("#007a33", "#b08c48"),
    "CHA": ("#00788c", "#b86a2e"),
    "CHI": ("#ce1141", "#7d8287"),
    "CLE": ("#ae3853", "#be8800"),
    "DAL": ("#0265b2", "#8d9093"),
    "DEN": ("#b78b00", "#3a61ac"),
    "DET": ("#2f59d3", "#c8102e"),
    "GSW": ("#3a61ac", "#b68b00"),
    "HOU": ("#ce1141", "#8a9199"),
    "IND": ("#be8800", "#39649e"),
    "LAC": ("#c8102e", "#3a61ac"),
    "LAL": ("#7a4dad", "#be8800"),
    "MEM": ("#5d76a9", "#be8800"),
    "MIA": ("#bf2143", "#cd8000"),
    "MIL": ("#197145", "#0077c0"),
    "MIN": ("#2a6799", "#62a200"),
    "NOP": ("#4b6586", "#ab8e51"),
    "NYK": ("#e27300", "#006bb6"),
    "OKC": ("#007ac1", "#ef3b24"),
    "ORL": ("#0077c0", "#8a9299"),
    "PHI": ("#006bb6", "#ed174c"),
    "PHX": ("#e56020", "#6d51b6"),
    "POR": ("#e03a3e", "#7d8287"),
    "SAC": ("#7b4fa5", "#7f868d"),
    "SAS": ("#7d858b", "#c06a1f"),
    "TOR": ("#ce1141", "#7d44c6"),
    "UTA": ("#7a5bb5", "#cd8000"),
    "WAS": ("#3b659b", "#e31837"),
}
TEAM_CODES = tuple(_TEAMS)

# Blue and amber keep their distance under red-green blindness: one of the two differs from any colour.
_SPARES = ("#3a61ac", "#be8800")


@dataclass(frozen=True)
class GameColours:
    """The two colours of one game, as `#rrggbb`."""

    home: str
    away: str


def team_colours(team: str) -> tuple[str, str]:
    """The first and second colour of a team; an unknown code gets its own two, always the same."""
    return _TEAMS.get(team) or _derived(team)


def is_readable(colour: str) -> bool:
    """Whether a colour keeps `MIN_CONTRAST` on the white and on the dark background."""
    return min(contrast(colour, WHITE), contrast(colour, DARK)) >= MIN_CONTRAST


@lru_cache(maxsize=256)
def colours_for(home: str, away: str) -> GameColours:
    """Two colours at least `MIN_DISTANCE` apart; the home team keeps its first colour where it can."""
    home_first, home_second = team_colours(home)
    away_first, away_second = team_colours(away)
    choices = [
        GameColours(home_colour, away_colour)
        for home_colour in (home_first, home_second)
        for away_colour in (away_first, away_second)
    ]
    choices += [GameColours(home_first, spare) for spare in _SPARES]
    clear = [pair for pair in choices if distance(pair.home, pair.away) >= MIN_DISTANCE]
    return clear[0]


def _derived(team: str) -> tuple[str, str]:
    """Two opposite hues from the code's checksum (Python's own hash changes with each process)."""
    hue = zlib.crc32(team.encode()) % 360 / 360
    return _readable(hue), _readable((hue + 0.5) % 1)


def _readable(hue: float) -> str:
    """The colour of this hue whose luminance lies halfway between what white and dark allow."""
    low, high = 0.0, 1.0
    middle = (MIN_CONTRAST * (luminance(DARK) + 0.05) + (luminance(WHITE) + 0.05) / MIN_CONTRAST) / 2 - 0.05
    for _ in range(20):
        lightness = (low + high) / 2
        low, high = (lightness, high) if luminance(_hex(hue, lightness)) < middle else (low, lightness)
    return _hex(hue, low)


def _hex(hue: float, lightness: float) -> str:
    channels = colorsys.hls_to_rgb(hue, lightness, 0.65)
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
