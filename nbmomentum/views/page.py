"""Whether anybody looks: a page in a hidden tab says so, and a live feed draws nothing until it is seen again.

A browser runs no animation frames in a hidden tab. The charts' transitions wait for one, so that each drawing
stays in the page's memory until somebody looks: measured, 28 MB a minute. A feed that rests meanwhile keeps the
page as small as it was; the first tick after that draws the newest state.

Voila builds its page after the notebook has run, from the state that the widgets have at one moment. What is drawn
between that moment and the last widget on the page never gets there: so nobody looks until the page says that it
is there.

```python
page = PageWatch()
feed = LiveFeed(page=page)
VBox([page.widget, chart.widget])
```

CSS class: `kit-page-watch`, an invisible checkbox that a few lines of script on the page tick and clear.
"""

import os

from ipywidgets import Checkbox, Layout, VBox

from nbmomentum.views.scripts import script

# Voila tells its kernels so.
PAGE_TO_COME_VARIABLE = "VOILA_PREHEAT"

_SCRIPT = """
const boxes = () => document.querySelectorAll('.kit-page-watch input');
const tell = () => boxes().forEach((box) => { if (box.checked !== document.hidden) box.click(); });
let looks = 0;
const timer = setInterval(() => { tell(); if (boxes().length && ++looks > 40) clearInterval(timer); }, 250);
if (!window.nbmomentumWatches) {
  window.nbmomentumWatches = true;
  document.addEventListener('visibilitychange', tell);
}
"""


class PageWatch:
    """Knows whether the page that shows it is hidden; without a page, as in a test, it is not. A page to come is.

    Attributes:
        widget: Invisible; to be displayed with the views.
    """

    def __init__(self) -> None:
        self._box = Checkbox(value=PAGE_TO_COME_VARIABLE in os.environ, description="This page is hidden")
        self._box.add_class("kit-page-watch")
        self.widget = VBox([self._box, script(_SCRIPT)], layout=Layout(display="none"))

    @property
    def is_hidden(self) -> bool:
        """Whether nobody can see the page."""
        is_ticked: bool = self._box.value
        return is_ticked
