"""Names for sliders: what ipywidgets leaves out and a screen reader needs.

The handle of an ipywidgets slider has the role of a slider but no accessible name, and no trait sets one; a
slider of stops says which one it is. A few lines of script, displayed with the view, copy the visible label to
the handle and read stops out as "60×", seconds as "3:00" and seconds of play as "Q3 4:12". Without the script (or
where a page refuses it) the label stays visible in front of the slider.

The same script keeps the handle of a game clock under the hand that drags it, and lets the clock beside it say where
that is: a game that goes on meanwhile would move both, and the mouse would be released at a moment nobody chose.

```python
VBox([slider, slider_names()])
```
"""

from ipywidgets import Output

from nbmomentum.clock import OVERTIME_LENGTH_S, PERIOD_LENGTH_S, REGULATION_PERIODS
from nbmomentum.views.scripts import script

SPEEDS = "kit-speeds"  # the CSS class of a slider of stops, which are read by their names
MINUTES = "kit-minutes"  # the CSS class of a slider of seconds that are read as minutes
GAME_CLOCK = "kit-game-clock"  # the CSS class of a slider of seconds of play that are read as period and clock

_SCRIPT = f"""
const minutes = (seconds) => Math.floor(seconds / 60) + ':' + String(Math.round(seconds % 60)).padStart(2, '0');
const gameClock = (now) => {{
  const regulation = {REGULATION_PERIODS} * {PERIOD_LENGTH_S};
  const period = Math.max(1, Math.ceil(now / {PERIOD_LENGTH_S}));
  if (now <= regulation) return 'Q' + period + ' ' + minutes(period * {PERIOD_LENGTH_S} - now);
  const overtime = Math.ceil((now - regulation) / {OVERTIME_LENGTH_S});
  return 'OT' + overtime + ' ' + minutes(regulation + overtime * {OVERTIME_LENGTH_S} - now);
}};
const readings = {{
  '{SPEEDS}': (_, slider) => slider.querySelector('.widget-readout').textContent,
  '{MINUTES}': minutes,
  '{GAME_CLOCK}': gameClock,
}};
const steady = (slider) => {{
  const track = slider.querySelector('.noUi-target');
  if (!track || !track.noUiSlider || track.isSteady) return;
  track.isSteady = true;
  const set = track.noUiSlider.set;
  track.noUiSlider.set = (...values) => track.querySelector('.noUi-active') || set(...values);
}};
const name = (slider) => {{
  const handle = slider.querySelector('[role=slider]:not([aria-label])');
  const label = slider.querySelector('label');
  if (!handle || !label) return;
  handle.setAttribute('aria-label', label.textContent);
  if (slider.classList.contains('{GAME_CLOCK}')) steady(slider);
  for (const [kind, reading] of Object.entries(readings)) {{
    if (!slider.classList.contains(kind)) continue;
    const speak = () => {{
      const words = reading(Number(handle.getAttribute('aria-valuenow')), slider);
      handle.setAttribute('aria-valuetext', words);
      const clock = handle.classList.contains('noUi-active') && slider.parentElement.querySelector('.kit-seek-time');
      if (clock) clock.textContent = words;
    }};
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
    return script(_SCRIPT)
