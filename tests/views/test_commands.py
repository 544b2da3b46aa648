"""Enter in a text field: the command runs, with letters too that come after it."""

from ipywidgets import Text

from nbmomentum.views.commands import LATE_LETTERS_S, on_enter


class Field:
    """A field that the test types into, and what Enter has read."""

    def __init__(self) -> None:
        self.text = Text()
        self.now_s = 100.0
        self.read: list[str] = []
        on_enter(self.text, lambda: self.read.append(self.text.value), now=lambda: self.now_s)

    def press(self, key: str = "submit") -> None:
        """What the page sends for a key."""
        self.text._handle_custom_msg({"event": key}, [])


def test_enter_runs_the_command_and_typing_does_not() -> None:
    """Other messages of the page are none of its business."""
    field = Field()

    field.text.value = "Q3 4:12"
    field.press("other")
    field.press()

    assert field.read == ["Q3 4:12"]


def test_letters_that_come_late_run_it_once_more() -> None:
    """They were typed before Enter; what is typed a while after it is another text."""
    field = Field()

    field.text.value = "Q3 4:1"
    field.press()
    field.text.value = "Q3 4:12"
    field.now_s += LATE_LETTERS_S
    field.text.value = "Q3 4:1"

    assert field.read == ["Q3 4:1", "Q3 4:12"]
