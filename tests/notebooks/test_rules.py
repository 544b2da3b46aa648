"""The rules every lesson keeps: one question, small cells, no outputs, an end that stops what was started."""

import ast
import re
from collections import Counter
from pathlib import Path
from typing import Any, TypeGuard

import pytest
from lessons import FOLDER, GLOSSARY, LESSONS, NOTEBOOKS, cells_of, code_of, prose_of, terms_met

from nbmomentum import exercises
from nbmomentum.exercises import Exercise

MIN_CELLS, MAX_CELLS = 15, 30
MAX_LINES = 15
MAX_LINE_CHARS = 100
# Numbers of lessons that are still on their way; whoever brings one takes it out here.
COMING = (6,)
FIGURES = ("ScoreChart(", "RatingsChart(", "MomentumChart(", "WinProbabilityChart(", "WindowedRun(")
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
GLOSSARY_ENTRY = re.compile(r"^\*\*(.+?)\*\* ", re.MULTILINE)

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def cells(request: pytest.FixtureRequest) -> list[Any]:
    """The cells of one lesson."""
    path: Path = request.param
    return cells_of(path)


def test_there_are_lessons() -> None:
    """The rules below have something to check: lessons numbered from 00 on; a gap is a lesson known to come."""
    numbers = [int(path.stem[:2]) for path in LESSONS]

    assert sorted([*numbers, *COMING]) == list(range(len(LESSONS) + len(COMING)))
    assert len(LESSONS) >= 4


def test_a_lesson_is_15_to_30_cells(cells: list[Any]) -> None:
    """Ten to twenty minutes of one question."""
    assert MIN_CELLS <= len(cells) <= MAX_CELLS


@every_notebook
def test_cells_are_short(path: Path) -> None:
    """No code cell is longer than 15 lines or wider than the page."""
    for source in code_of(cells_of(path)):
        lines = [line for line in source.splitlines() if line.strip()]

        assert len(lines) <= MAX_LINES
        assert max(map(len, lines)) <= MAX_LINE_CHARS


def test_most_cells_are_one_idea(cells: list[Any]) -> None:
    """One to eight lines; at most one cell of a lesson needs more."""
    lengths = [len([line for line in source.splitlines() if line.strip()]) for source in code_of(cells)]

    assert len([length for length in lengths if length > 8]) <= 1


def test_code_is_introduced_by_prose(cells: list[Any]) -> None:
    """Sentence, cell, sentence: at most three code cells follow each other."""
    kinds = "".join("c" if cell.cell_type == "code" else "m" for cell in cells)

    assert "cccc" not in kinds


def test_no_cell_waits_for_long(cells: list[Any]) -> None:
    """What takes time returns at once with a live status: no sleep, no loop without end, no join without a limit."""
    code = "\n".join(code_of(cells))

    assert re.findall(r"\bsleep\(|while True|\.join\(\)|\.get\(\)", code) == []


@every_notebook
def test_cell_that_waits_says_for_what(path: Path) -> None:
    """`studio.until` has its words: a learner who waits for longer than expected reads them."""
    calls = [node for code in code_of(cells_of(path)) for node in ast.walk(ast.parse(code)) if _is_wait(node)]

    assert [ast.unparse(call) for call in calls if len(call.args) < 2] == []


@every_lesson
def test_first_cell_says_what_and_where_to(path: Path) -> None:
    """Title with the lesson's number, one question, goals, what runs, previous and next."""
    first = cells_of(path)[0].source

    assert first.startswith(f"# {path.stem[:2]} · ")
    assert "?**" in first
    for part in ("you will be able to", "What runs here", "Previous:", "Next:"):
        assert part in first


def test_lessons_are_a_chain() -> None:
    """Each lesson's previous and next are its neighbours; after the last one more are on their way."""
    before, after = ["none", *_names(LESSONS[:-1])], [*_names(LESSONS[1:]), "more lessons are on their way"]

    for path, previous, following in zip(LESSONS, before, after, strict=True):
        line = next(line for line in cells_of(path)[0].source.splitlines() if line.startswith("Previous:"))

        assert previous in line.split("Next:")[0]
        assert following in line.split("Next:")[1]


def _names(paths: list[Path]) -> list[str]:
    return [f"({path.name})" for path in paths]


@every_notebook
def test_links_lead_somewhere(path: Path) -> None:
    """Every file that the text links to is there."""
    linked = LINK.findall("\n".join(prose_of(cells_of(path))))

    assert [name for name in linked if "://" not in name and not (FOLDER / name).is_file()] == []


def test_recap_names_terms_and_two_modifications(cells: list[Any]) -> None:
    """The end repeats the goals, the terms met and two things to modify, and leads to the glossary."""
    text = "\n".join(prose_of(cells))

    for part in ("## What you have seen", "**Terms met:**", "**Two things to modify:**", "(GLOSSARY.md)"):
        assert part in text


def test_every_term_met_was_introduced_in_bold(cells: list[Any]) -> None:
    """A term in the recap was bold where it first appeared."""
    text = "\n".join(prose_of(cells)).replace("**Terms", "")

    assert [term for term in terms_met(cells) if f"**{term}" not in text] == []


def test_every_term_met_is_in_the_glossary(cells: list[Any]) -> None:
    """What a lesson calls a term can be looked up."""
    assert [term for term in terms_met(cells) if term not in _glossary()] == []


def test_the_glossary_is_sorted_and_names_nothing_twice() -> None:
    """A reader finds a term where the alphabet says; each entry is one or two sentences."""
    entries = _glossary()
    lines = [line for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if GLOSSARY_ENTRY.match(line)]

    assert entries == sorted(set(entries), key=str.casefold)
    assert [line for line in lines if not 1 <= len(re.findall(r"[.!?](?= |$)", line)) <= 3] == []


def _glossary() -> list[str]:
    """The terms of the glossary, in its order."""
    return GLOSSARY_ENTRY.findall(GLOSSARY.read_text(encoding="utf-8"))


def test_setup_is_two_imports_and_one_call(cells: list[Any]) -> None:
    """The broker is up by the second code cell."""
    setup, call, _ = "\n".join(code_of(cells)[:2]).partition("broker = start_broker()")

    assert call
    assert len(re.findall(r"^(?:from|import) ", setup, re.MULTILINE)) <= 2


@every_notebook
def test_the_last_cell_stops_what_was_started(path: Path) -> None:
    """The last cell is the end of the lesson, and the broker is stopped last; the dashboard has a Stop of its own."""
    cells = cells_of(path)

    assert cells[-1].cell_type == "code"
    if path in LESSONS:
        assert re.search(r"studio\.end_of_lesson\([^)]*\bbroker\s*\)", cells[-1].source)
    else:
        assert f"{cells[-1].source} = studio.dashboard(broker" in "\n".join(code_of(cells))


def test_an_exercise_is_predicted_and_checked(cells: list[Any]) -> None:
    """There is a prediction, left open, its check, and a word on how to get a hint."""
    code = "\n".join(code_of(cells))

    assert re.search(r"^prediction = \.\.\.$", code, re.MULTILINE)
    assert ".check(" in code
    assert ".hint(" in "\n".join(prose_of(cells))


@every_lesson
def test_every_exercise_is_asked_once(path: Path) -> None:
    """The lesson checks each exercise of its module, and none of another one."""
    module = f"lesson_{path.stem[:2]}"
    there_are = [name for name, value in vars(getattr(exercises, module)).items() if isinstance(value, Exercise)]

    asked = re.findall(r"(lesson_\d\d)\.(\w+)\.check\(", "\n".join(code_of(cells_of(path))))

    assert sorted(asked) == sorted((module, name) for name in there_are)


def test_a_figure_has_a_text_twin(cells: list[Any]) -> None:
    """Where a lesson draws, it says the same in words."""
    code = "\n".join(code_of(cells))

    assert "TextTwin(" in code or not any(figure in code for figure in FIGURES)


def test_no_function_is_defined_twice() -> None:
    """A helper that a second lesson needs belongs into the library."""
    trees = [ast.parse(source) for path in LESSONS for source in code_of(cells_of(path))]
    functions = [ast.dump(node) for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]

    assert [function for function, times in Counter(functions).items() if times > 1] == []


@every_notebook
def test_stored_without_outputs(path: Path) -> None:
    """Outputs and counts belong to a reader's run."""
    for cell in cells_of(path):
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def _is_wait(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "until"
