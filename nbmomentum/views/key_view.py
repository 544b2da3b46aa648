"""From a key to its partition, step by step, for any key that is typed: bytes, hash, sign bit, remainder.

```python
view = KeyView(partition_steps, key="0021500277", partitions=3)
view.text.value = "0021500391"
```

It needs no live feed: each change of the text or of the number of partitions is drawn at once.

CSS classes, for tests in a browser: `kit-key-view` around all, `kit-key-text` and `kit-key-partitions` on the fields,
`kit-steps` around the steps, `kit-step-partition` on the result.
"""

from collections.abc import Callable
from typing import Protocol

from ipywidgets import HTML, BoundedIntText, HBox, Layout, Text

from nbmomentum.views.style import text
from nbmomentum.views.view import View

MAX_PARTITIONS = 12
MAX_BYTES_SHOWN = 24
BITS = 32

_CSS = """
.kit .kit-key-fields { align-items: center; gap: 4px 20px; flex-flow: row wrap; }
.kit .kit-key-fields input { height: 34px; font-size: var(--kit-body); }
.kit .kit-steps { list-style: none; margin: 4px 2px 0; padding: 0; display: grid; gap: 8px 14px; align-items: baseline;
  grid-template-columns: max-content minmax(0, 1fr); }
.kit .kit-steps li { display: contents; }
.kit .kit-steps code { font-family: var(--jp-code-font-family, ui-monospace, monospace); font-size: 14px;
  background: none; color: var(--kit-quiet); padding: 0; white-space: nowrap; }
.kit .kit-steps .kit-value { font-size: var(--kit-label); font-weight: 700; overflow-wrap: anywhere; }
.kit .kit-steps .kit-value small { font-size: var(--kit-small); font-weight: 400; color: var(--kit-quiet);
  padding-left: 10px; }
.kit .kit-byte { display: inline-block; margin: 0 3px 3px 0; padding: 0 4px; text-align: center; line-height: 1.2;
  border: 1px solid var(--kit-quiet); border-radius: 4px; font-size: 14px; font-weight: 600; min-width: 2ch;
  font-family: var(--jp-code-font-family, ui-monospace, monospace); }
.kit .kit-byte i { display: block; font-style: normal; font-weight: 400; font-size: 12px; color: var(--kit-quiet);
  min-height: 1.2em; }
.kit .kit-bits { font-family: var(--jp-code-font-family, ui-monospace, monospace); font-size: 14px; font-weight: 400;
  padding-left: 10px; white-space: nowrap; }
.kit .kit-bits b { border: 2px solid var(--kit-ink); border-radius: 3px; padding: 0 2px; margin-right: 2px; }
.kit .kit-places { display: inline-flex; gap: 4px; }
.kit .kit-places span { min-width: 30px; padding: 2px 6px; text-align: center; border-radius: 4px;
  border: 1px solid var(--kit-quiet); font-weight: 400; color: var(--kit-quiet); }
.kit .kit-places .kit-step-partition { background: var(--kit-ink); color: var(--kit-paper); font-weight: 700;
  border-color: var(--kit-ink); }
"""


class Steps(Protocol):
    """How a key comes to its partition."""

    @property
    def number(self) -> int:
        """The key's hash, from 0 to 2^32 − 1."""

    @property
    def without_sign(self) -> int:
        """The same with its highest bit taken away."""

    @property
    def partition(self) -> int:
        """The remainder of the division by the number of partitions."""


StepsOf = Callable[[bytes, int], Steps]


class KeyView(View[str]):
    """A field for a key, and what becomes of it.

    Args:
        steps_of: The steps from a key's bytes to one of so many partitions.
        key: The key to begin with.
        partitions: How many partitions to begin with.

    Attributes:
        text: The field of the key.
        partitions: The field of the number of partitions, 1 to 12.
    """

    def __init__(self, steps_of: StepsOf, *, key: str, partitions: int) -> None:
        self._steps_of = steps_of
        self.text = Text(key, description="Key", style=_AS_WIDE_AS_ITS_TEXT, layout=Layout(width="340px"))
        self.text.add_class("kit-key-text")
        self.partitions = BoundedIntText(
            partitions,
            min=1,
            max=MAX_PARTITIONS,
            description="Partitions",
            style=_AS_WIDE_AS_ITS_TEXT,
            layout=Layout(width="160px"),
        )
        self.partitions.add_class("kit-key-partitions")
        fields = HBox([self.text, self.partitions])
        fields.add_class("kit-key-fields")
        self._steps = HTML()
        style = HTML(f"<style>{_CSS}</style>")
        style.add_class("kit-sheet")
        super().__init__(style, fields, self._steps, css_class="kit-key-view")
        for field in (self.text, self.partitions):
            field.observe(lambda _: self.show(self.text.value), names="value")
        self.show(key)

    @property
    def sentence(self) -> str:
        """The last step in words, as plain text."""
        key, count = self.text.value, self.partitions.value
        steps = self._steps_of(_bytes(key), count)
        return f"{steps.without_sign} divided by {count} leaves {steps.partition}: partition {steps.partition}."

    def _draw(self, key: str) -> None:
        data, count = _bytes(key), self.partitions.value
        steps = self._steps_of(data, count)
        rows = (
            ("key.encode()", _bytes_html(data)),
            ("number = murmur2(key)", f"{steps.number:,}{_bits_html(steps.number)}"),
            ("number = number & 0x7fffffff", f"{steps.without_sign:,}{_bits_html(steps.without_sign)}"),
            (f"number % {count}", f"{_places_html(steps.partition, count)}{_division_html(steps, count)}"),
        )
        items = "".join(f'<li><code>{code}</code><span class="kit-value">{value}</span></li>' for code, value in rows)
        self._steps.value = f'<ol class="kit-steps" aria-label="From the key to its partition">{items}</ol>'


_AS_WIDE_AS_ITS_TEXT = {"description_width": "auto"}


def _bytes(key: str) -> bytes:
    """UTF-8; half a character, which a page may send, is no text and becomes a question mark."""
    return key.encode(errors="replace")


def _bytes_html(data: bytes) -> str:
    """Each byte in hexadecimal, and below it the letter where it is one."""
    shown = data[:MAX_BYTES_SHOWN]
    boxes = "".join(f'<span class="kit-byte">{byte:02x}<i>{_letter(byte)}</i></span>' for byte in shown)
    more = f", {MAX_BYTES_SHOWN} of them shown" if len(data) > len(shown) else ""
    return f"{boxes}<small>{len(data)} byte{'' if len(data) == 1 else 's'}{more}</small>"


def _letter(byte: int) -> str:
    return text(chr(byte)) if 0x20 < byte < 0x7F else ""


def _bits_html(number: int) -> str:
    """The 32 bits, the one that would be the sign in a frame."""
    bits = f"{number:0{BITS}b}"
    groups = " ".join(bits[start : start + 8] for start in range(8, BITS, 8))
    return f'<span class="kit-bits"><b>{bits[0]}</b>{bits[1:8]} {groups}</span>'


def _places_html(partition: int, count: int) -> str:
    """All partitions, the chosen one filled."""
    places = "".join(
        f'<span class="kit-step-partition">{number}</span>' if number == partition else f"<span>{number}</span>"
        for number in range(count)
    )
    return f'<span class="kit-places">{places}</span>'


def _division_html(steps: Steps, count: int) -> str:
    times = steps.without_sign // count
    return f"<small>{times:,} × {count} + <b>{steps.partition}</b>: partition {steps.partition}</small>"
