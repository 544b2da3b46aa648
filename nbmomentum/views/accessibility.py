"""Names for sliders: what ipywidgets leaves out and a screen reader needs.

The handle of an ipywidgets slider has the role of a slider but no accessible name, and no trait sets one; a
logarithmic slider says its exponent. A few lines of script, displayed with the view, copy the visible label to
the handle and read powers of two out as "64×". Without the script (or where a page refuses it) the label stays
visible in front of the slider.

```python
VBox([slider, slider_names()])
```
"""

from ipywidgets import Layout, Output

POWERS_OF_TWO = "kit-powers-of-two"  # the CSS class of a FloatLogSlider with base 2 whose unit is ×

_SCRIPT = f"""
const speak = (handle) => {{
  const value = 2 ** handle.getAttribute('aria-valuenow');
  handle.setAttribute('aria-valuetext', (value < 10 ? Number(value.toPrecision(2)) : Math.round(value)) + '×');
}};
const name = (slider) => {{
  const handle = slider.querySelector('[role=slider]:not([aria-label])');
  const label = slider.querySelector('label');
  if (!handle || !label) return;
  handle.setAttribute('aria-label', label.textContent);
  if (!slider.classList.contains('{POWERS_OF_TWO}')) return;
  speak(handle);
  new MutationObserver(() => speak(handle)).observe(handle, {{attributeFilter: ['aria-valuenow']}});
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
