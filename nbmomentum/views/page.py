"""Whether anybody looks: a page in a hidden tab says so, and a live feed draws nothing until it is seen again.

A browser runs no animation frames in a hidden tab. The charts' transitions wait for one, so that each drawing
stays in the page's memory until somebody looks: measured, 28 MB a minute. A feed that rests meanwhile keeps the
page as small as it was; the first tick after that draws the newest state.

```python
page = PageWatch()
feed = LiveFeed(page=page)
VBox([page.widget, chart.widget])
```

CSS class: `kit-page-watch`, an invisible checkbox that a few lines of script on the page tick and clear.
"""

from ipywidgets import Checkbox, Layout, Output, VBox

_SCRIPT = """
const tell = () => document.querySelectorAll('.kit-page-watch input').forEach(
  (box) => { if (box.checked !== document.hidden) box.click(); });
let looks = 0;
const timer = setInterval(() => { tell(); if (++looks > 40) clearInterval(timer); }, 250);
if (!window.nbmomentumWatches) {
  window.nbmomentumWatches = true;
  document.addEventListener('visibilitychange', tell);
}
"""


class PageWatch:
    """Knows whether the page that shows it is hidden; without a page, as in a test, it is not.

    Attributes:
        widget: Invisible; to be displayed with the views.
    """

    def __init__(self) -> None:
        self._box = Checkbox(value=False, description="This page is hidden")
        self._box.add_class("kit-page-watch")
        script = {"output_type": "display_data", "data": {"application/javascript": _SCRIPT}, "metadata": {}}
        self.widget = VBox([self._box, Output(outputs=(script,))], layout=Layout(display="none"))

    @property
    def is_hidden(self) -> bool:
        """Whether nobody can see the page."""
        is_ticked: bool = self._box.value
        return is_ticked
