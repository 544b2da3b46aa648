"""The rules every lesson keeps: one question, small cells, no outputs, an end that stops what was started."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from lessons import LESSONS

MIN_CELLS, MAX_CELLS = 15, 30
MAX_LINES = 15
MAX_LINE_CHARS = 100


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def cells(request: pytest.FixtureRequest) -> list[Any]:
    """The cells of one lesson."""
    path: Path = request.param
    return list(nbformat.read(path, as_version=4).cells)


def _code(cells: list[Any]) -> list[str]:
    return [cell.source for cell in cells if cell.cell_type == "code"]


def _prose(cells: list[Any]) -> list[str]:
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def test_there_are_lessons() -> None:
    """The rules below have something to check."""
    assert len(LESSONS) >= 2


def test_a_lesson_is_15_to_30_cells(cells: list[Any]) -> None:
    """Ten to twenty minutes of one question."""
    assert MIN_CELLS <= len(cells) <= MAX_CELLS


def test_cells_are_short(cells: list[Any]) -> None:
    """No code cell is longer than 15 lines or wider than the page."""
    for source in _code(cells):
        lines = [line for line in source.splitlines() if line.strip()]

        assert len(lines) <= MAX_LINES
        assert max(map(len, lines)) <= MAX_LINE_CHARS


def test_code_is_introduced_by_prose(cells: list[Any]) -> None:
    """Sentence, cell, sentence: at most three code cells follow each other."""
    kinds = "".join("c" if cell.cell_type == "code" else "m" for cell in cells)

    assert "cccc" not in kinds


def test_first_cell_says_what_and_where_to(cells: list[Any]) -> None:
    """Title, one question, goals, what runs, previous and next."""
    first = cells[0].source

    assert first.startswith("# ")
    assert "?**" in first
    for part in ("you will be able to", "What runs here", "Previous:", "Next:"):
        assert part in first


def test_recap_names_terms_and_two_modifications(cells: list[Any]) -> None:
    """The end repeats the goals, the terms met and two things to modify."""
    text = "\n".join(_prose(cells))

    for part in ("## What you have seen", "**Terms met:**", "**Two things to modify:**"):
        assert part in text


def test_every_term_met_was_introduced_in_bold(cells: list[Any]) -> None:
    """A term in the recap was bold where it first appeared."""
    text = "\n".join(_prose(cells))
    terms = text.split("**Terms met:**")[1].split(".")[0]

    missing = [term for term in map(str.strip, terms.split(",")) if f"**{term}" not in text.replace("**Terms", "")]

    assert missing == []


def test_setup_is_two_imports_and_one_call(cells: list[Any]) -> None:
    """The broker is up by the second code cell."""
    setup = "\n".join(_code(cells)[:2])

    assert setup.count("import") <= 4
    assert "broker = start_broker()" in setup


def test_the_last_cell_stops_what_was_started(cells: list[Any]) -> None:
    """The last code cell is the end of the lesson, and the broker is stopped last."""
    assert "studio.end_of_lesson(producer, consumer, feed, broker)" in cells[-1].source


def test_an_exercise_is_predicted_and_checked(cells: list[Any]) -> None:
    """There is a prediction, left open, and its check."""
    code = "\n".join(_code(cells))

    assert "prediction = ..." in code
    assert ".check(" in code


def test_stored_without_outputs(cells: list[Any]) -> None:
    """Outputs and counts belong to a reader's run."""
    for cell in cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
