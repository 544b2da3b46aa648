"""How far apart two colours are, also to colour-blind eyes, and how well one reads on a background.

```python
contrast("#bf2143", WHITE)  # 6.0
distance("#c8102e", "#5a7d00")  # 6.8: red and olive, nearly one colour to many eyes
distance("#c8102e", "#3a61ac")  # 64
```

Colours are sRGB as `#rrggbb`. Red-green blindness is simulated with the matrices of Machado, Oliveira and
Fernandes (2009) at full severity; distances are CIE76, the length of the difference in CIELAB: about 2 is just
noticeable side by side, 25 is told apart at a glance on a projector.
"""

import math
from functools import lru_cache

WHITE = "#ffffff"
DARK = "#111111"  # the cell background of JupyterLab's dark theme

_Triple = tuple[float, float, float]
_Matrix = tuple[_Triple, _Triple, _Triple]

_SIGHTS: dict[str, _Matrix] = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
SIGHTS = tuple(_SIGHTS)

_TO_XYZ: _Matrix = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE_POINT: _Triple = (0.95047, 1.0, 1.08883)


def contrast(colour: str, background: str) -> float:
    """The WCAG contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(colour), luminance(background)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of a colour, 0 (black) to 1 (white)."""
    return _apply(_TO_XYZ, _linear_rgb(colour))[1]


def text_on(colour: str) -> str:
    """White or near-black, whichever reads better on this colour (always at 4.3:1 or more)."""
    return max((WHITE, DARK), key=lambda text: contrast(text, colour))


@lru_cache(maxsize=1024)
def distance(one: str, other: str) -> float:
    """The smallest CIE76 distance of two colours over normal sight, protanopia and deuteranopia."""
    return min(math.dist(_seen(one, sight), _seen(other, sight)) for sight in SIGHTS)


@lru_cache(maxsize=1024)
def _seen(colour: str, sight: str) -> _Triple:
    """The CIELAB coordinates of a colour as one kind of sight sees it."""
    red, green, blue = _apply(_SIGHTS[sight], _linear_rgb(colour))
    return _lab((_clamp(red), _clamp(green), _clamp(blue)))


def _lab(linear: _Triple) -> _Triple:
    xyz = _apply(_TO_XYZ, linear)
    fx, fy, fz = (_lab_curve(value / white) for value, white in zip(xyz, _WHITE_POINT, strict=True))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _lab_curve(ratio: float) -> float:
    return math.cbrt(ratio) if ratio > 0.008856 else 7.787 * ratio + 16 / 116


def _linear_rgb(colour: str) -> _Triple:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _apply(matrix: _Matrix, vector: _Triple) -> _Triple:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def _clamp(channel: float) -> float:
    return min(1.0, max(0.0, channel))
