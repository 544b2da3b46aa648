"""The end of a lesson, brought into sight: JupyterLab leaves the page elsewhere, after Run All and after Shift + Enter.

It shows the top of the last cell, or a new cell below it, and what the last cell has drawn stands below the fold. So
what is drawn there says by a few lines of script where it wants to be: its upper edge at the page's. It does so once,
while the page settles, and never again: whoever scrolls, clicks or types meanwhile has the page to themselves, and a
page that was loaded anew stays where it is.

```python
VBox([board.widget, chart.widget, brought_into_sight()])
```
"""

from ipywidgets import Output

from nbmomentum.views.scripts import script

PANELS = ".kit-panel, .kit-frame"
SETTLES_MS = 4000
# In tenths of a second: for so long it stands where it wants to be, and that is that.
SETTLED_LOOKS = 8

_SCRIPT = f"""
if (navigator.userActivation?.hasBeenActive ?? true) {{
  const until = performance.now() + {SETTLES_MS};
  let isLeftAlone = true, looks = 0;
  for (const kind of ['wheel', 'pointerdown', 'keydown', 'touchstart'])
    document.addEventListener(kind, () => {{ isLeftAlone = false; }}, {{ capture: true, once: true, passive: true }});
  const timer = setInterval(() => {{
    const panel = element.closest('{PANELS}');
    const page = panel && panel.closest('.jp-WindowedPanel-outer');
    if (!isLeftAlone || looks > {SETTLED_LOOKS} || performance.now() > until) return clearInterval(timer);
    if (!page || !panel.offsetHeight) return;
    const off = panel.getBoundingClientRect().top - page.getBoundingClientRect().top;
    page.scrollTop += off;
    looks = Math.abs(off) > 1 ? 0 : looks + 1;
  }}, 100);
}}
"""


def brought_into_sight() -> Output:
    """An invisible widget: the panel that it stands in comes to the top of its notebook's page when its cell runs."""
    return script(_SCRIPT)
