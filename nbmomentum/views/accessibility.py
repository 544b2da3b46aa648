"""Names for sliders: what ipywidgets leaves out and a screen reader needs.

The handle of an ipywidgets slider has the role of a slider but no accessible name, and no trait sets one; a
logarithmic slider says its exponent. A few lines of script, displayed with the view, copy the visible label to
the handle and read powers of two out as "64×" and seconds as "3:00". Without the script (or where a page refuses
it) the label stays visible in front of the slider.

```python
VBox([slider, slider_names()])
```
"""

from ipywidgets import Layout, Output

POWERS_OF_TWO = "kit-powers-of-two"  # the CSS class of a FloatLogSlider with base 2 whose unit is ×
MINUTES = "kit-minutes"  # the CSS class of a slider of seconds that are read as minutes

_SCRIPT = f"""
const readings = {{
  '{POWERS_OF_TWO}': (now) => (2 ** now < 10 ? Number((2 ** now).toPrecision(2)) : Math.round(2 ** now)) + '×',
  '{MINUTES}': (now) => Math.floor(now / 60) + ':' + String(Math.round(now % 60)).padStart(2, '0'),
}};
const name = (slider) => {{
  const handle = slider.querySelector('[role=slider]:not([aria-label])');
  const label = slider.querySelector('label');
  if (!handle || !label) return;
  handle.setAttribute('aria-label', label.textContent);
  for (const [kind, reading] of Object.entries(readings)) {{
    if (!slider.classList.contains(kind)) continue;
    const speak = () => handle.setAttribute('aria-valuetext', reading(Number(handle.getAttribute('aria-valuenow'))));
    speak();
    new MutationObserver(speak).observe(handle, {{attributeFilter: ['aria-valuenow']}});
  }}
}};
let looks = 0;
const timer = setInterval(() => {{
  document.querySelectorAll('.kit .widget-slider').forEach(name);
  if (++looks > 40) clearInterval(timer);
}}, 250);
"""


def slider_names() -> Output:
    """An invisible widget that names the sliders of the views around it, once they are on the page."""
    script = {"output_type": "display_data", "data": {"application/javascript": _SCRIPT}, "metadata": {}}
    return Output(outputs=(script,), layout=Layout(display="none"))
