"""The line shown beside a stage is a line of the kit's own files, and calls what it claims to call."""

import ast
from pathlib import Path

import pytest

from nbmomentum.errors import SettingsError
from nbmomentum.settings import PACKAGE_FOLDER
from nbmomentum.stream import Stage
from nbmomentum.stream.producer.sender import RecordSender
from nbmomentum.stream.walk.walk_status import STAGES
from nbmomentum.studio.code_lines import excerpt_of
from nbmomentum.studio.walking import CALLS, code_of_stages
from nbmomentum.views import STATIONS, Excerpt


def calls_at(file: Path, number: int) -> set[str]:
    """What is called on this line of a file, as it is written there."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.lineno == number]
    return {ast.unparse(call.func) for call in calls}


@pytest.mark.parametrize("stage", STAGES)
def test_the_line_of_a_stage_is_in_the_file_and_is_the_call(stage: Stage) -> None:
    """Looked up by path and number in the file itself, without the code that found it."""
    function, call = CALLS[stage]

    excerpt = excerpt_of(function, call)

    file = PACKAGE_FOLDER.parent / excerpt.path
    lines = file.read_text(encoding="utf-8").splitlines()
    assert call in calls_at(file, excerpt.first_marked)
    assert all(lines[number - 1] == line for number, line in excerpt.lines)
    assert call in excerpt.marked


def test_stages_and_stations_are_the_same_seven() -> None:
    """In the same order, by the same names; the excerpt is short enough to be read at a glance."""
    code = code_of_stages()

    assert [stage.capitalize() for stage in STAGES] == list(STATIONS)
    assert len({excerpt.place for excerpt in code}) == len(STAGES)
    assert max(len(excerpt.lines) for excerpt in code) <= 10


def test_an_excerpt_leaves_the_docstring_out() -> None:
    """The head of the function, then what is near the call."""
    excerpt: Excerpt = excerpt_of(RecordSender.send, "self._hand_over")

    text = "\n".join(line for _, line in excerpt.lines)
    assert excerpt.lines[0][1].strip() == "def send(self, record: Record) -> None:"
    assert "Queue one record" not in text
    assert excerpt.marked == "self._hand_over(number)"


def test_a_call_that_is_not_there_is_told() -> None:
    """A function that was changed does not show the wrong line."""
    with pytest.raises(SettingsError, match=r"RecordSender\.send does not call self\._client\.send"):
        excerpt_of(RecordSender.send, "self._client.send")
