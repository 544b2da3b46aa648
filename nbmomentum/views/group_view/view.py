"""The group view, and what commands a group: members join, leave and are slow; another strategy.

```python
view, controls = GroupView(), GroupControls(group)
feed.connect(studio.group_of(group, watch), view, controls)
```

Members are columns with the partitions they own, as the broker describes them; below are both lags of each partition
and the last rebalances. CSS classes, for tests in a browser: `kit-group` around the view (see `drawing` for its parts);
`kit-group-controls` around the controls; `kit-add-member`, `kit-remove-member`, `kit-member-choice`,
`kit-record-delay` (the slider), `kit-delay-text` and `kit-strategy` on their parts.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from ipywidgets import HTML, Dropdown, FloatSlider, HBox, Label, Layout

from nbmomentum.views.accessibility import slider_names
from nbmomentum.views.commands import Asked, Commanding, action_button
from nbmomentum.views.group_view.drawing import columns_html, head_html, lags_html, rebalances_html, words_html
from nbmomentum.views.group_view.look import group_sheet
from nbmomentum.views.group_view.picture import GroupPicture
from nbmomentum.views.style import error_html
from nbmomentum.views.view import View

MAX_MEMBERS = 6
MAX_DELAY_S = 5.0
DELAY_STEP_S = 0.5
NOBODY_CHOSEN = ("choose one", None)
STRATEGY_NAMES = {
    "Range": "range",
    "Round-robin": "roundrobin",
    "Sticky": "sticky",
    "Cooperative-sticky": "cooperative-sticky",
}


class Regroupable(Protocol):
    """What the controls command; every call returns at once."""

    def add(self) -> object:
        """Let another member join."""

    def remove(self, name: str | None = None) -> object:
        """Let this member leave."""

    def set_strategy(self, strategy: str) -> None:
        """Share out by another strategy."""

    def set_record_delay(self, name: str, record_delay_s: float) -> None:
        """Make a member slow."""


class GroupView(View[GroupPicture]):
    """Columns of members, bars of lags, and the last rebalances."""

    def __init__(self) -> None:
        self._parts = [HTML() for _ in range(5)]
        self._shown: GroupPicture | None = None
        super().__init__(group_sheet(), *self._parts, css_class="kit-group")

    @property
    def sentence(self) -> str:
        """What is shown, in words; empty before the first picture."""
        return "" if self._shown is None else self._shown.sentence

    def _draw(self, picture: GroupPicture) -> None:
        self._shown = picture
        head, columns, lags, words, rebalances = self._parts
        head.value = head_html(picture) + error_html(picture.trouble)
        columns.value = columns_html(picture)
        lags.value = lags_html(picture.lags)
        words.value = words_html(picture)
        rebalances.value = rebalances_html(picture.rebalances)


class GroupControls(Commanding[GroupPicture]):
    """Buttons for members, a slider for a slow one, and the strategies.

    Args:
        group: What to command.

    Attributes:
        add: The button that lets another member join.
        remove: The button that lets the chosen member leave, or the one that joined last.
        member: The dropdown with the members; None while none is chosen.
        delay: The slider: for how long each record keeps the chosen member busy, in seconds.
        strategy: The dropdown with the assignment strategies.
    """

    def __init__(self, group: Regroupable) -> None:
        self._group = group
        self._asked_delay, self._asked_strategy = Asked(), Asked()
        self._picture = GroupPicture("", "", "")
        self.add = action_button("Add member", "plus", "kit-add-member", "152px")
        self.remove = action_button("Remove member", "minus", "kit-remove-member", "182px")
        self.member = _dropdown("Member", [NOBODY_CHOSEN], "kit-member-choice", "230px")
        self.strategy = _dropdown("Strategy", list(STRATEGY_NAMES.items()), "kit-strategy", "264px")
        self.delay = _delay_slider()
        self._delay_text = Label(layout=Layout(width="120px"))
        self._delay_text.add_class("kit-delay-text")
        rows = [HBox([self.add, self.remove, self.strategy]), HBox([self.member, self.delay, self._delay_text])]
        for row in rows:
            row.add_class("kit-row")
        self._listen()
        super().__init__(*rows, slider_names(), css_class="kit-group-controls")
        self.widget.add_class("kit-controls")

    def _listen(self) -> None:
        self.add.on_click(lambda _: self._command(self._group.add))
        self.remove.on_click(lambda _: self._command(lambda: self._group.remove(self.member.value)))
        self.member.observe(lambda _: self._member_chosen(), names="value")
        self.strategy.observe(self._strategy_chosen, names="value")
        self.delay.observe(self._delay_moved, names="value")

    def _member_chosen(self) -> None:
        if not self._is_drawing_here():
            self._asked_delay.settle()
            self.invalidate()

    def _strategy_chosen(self, change: dict[str, Any]) -> None:
        if not self._is_drawing_here():
            self._asked_strategy.ask(change["new"])
            self._command(lambda: self._group.set_strategy(change["new"]))

    def _delay_moved(self, change: dict[str, Any]) -> None:
        name = self.member.value
        if not self._is_drawing_here() and name:
            self._asked_delay.ask(change["new"])
            self._command(lambda: self._group.set_record_delay(name, change["new"]))

    def _draw(self, picture: GroupPicture) -> None:
        self._picture = picture
        with self._drawing():
            self._draw_members(picture)
            self._draw_delay(picture)
            if self._asked_strategy.permits(picture.strategy) and picture.strategy in STRATEGY_NAMES.values():
                self.strategy.value = picture.strategy
        self._draw_error()

    def _draw_members(self, picture: GroupPicture) -> None:
        names = tuple(member.name for member in picture.members if member.consumed is not None)
        options = (NOBODY_CHOSEN, *((name, name) for name in names))
        if self.member.options != options:
            chosen = self.member.value
            self.member.options = options
            self.member.index = names.index(chosen) + 1 if chosen in names else 0
        self.add.disabled = len(names) >= MAX_MEMBERS
        self.remove.disabled = not names
        self.delay.disabled = self.member.value is None

    def _draw_delay(self, picture: GroupPicture) -> None:
        delays = {member.name: member.record_delay_s for member in picture.members}
        delay_s = delays.get(self.member.value, 0.0)
        self._delay_text.value = delay_text(delay_s)
        if self._asked_delay.permits(delay_s):
            self.delay.value = min(delay_s, MAX_DELAY_S)
        else:
            self.invalidate()  # the wait ends also where no other picture comes


def delay_text(delay_s: float) -> str:
    """A delay in words."""
    return f"{delay_s:g} s a record" if delay_s else "as fast as it can"


def _dropdown(label: str, options: Sequence[Any], css_class: str, width: str) -> Dropdown:
    dropdown = Dropdown(
        options=options, index=0, description=label, style={"description_width": "auto"}, layout=Layout(width=width)
    )
    dropdown.add_class(css_class)
    return dropdown


def _delay_slider() -> FloatSlider:
    slider = FloatSlider(
        min=0.0,
        max=MAX_DELAY_S,
        step=DELAY_STEP_S,
        description="Slow",
        readout=False,
        continuous_update=False,
        style={"description_width": "auto"},
        layout=Layout(width="auto", flex="1 1 160px", min_width="140px", max_width="420px"),
    )
    slider.add_class("kit-record-delay")
    return slider
