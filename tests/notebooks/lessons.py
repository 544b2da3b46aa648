"""The lessons as tests see them: their paths, and a kernel that runs their cells one by one."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent.parent / "notebooks"
LESSONS = sorted(FOLDER.glob("*.ipynb"))
CELL_TIMEOUT_S = 60


class Lesson:
    """A notebook and a fresh kernel for it."""

    def __init__(self, path: Path) -> None:
        self.notebook = nbformat.read(path, as_version=4)
        self.client = NotebookClient(
            self.notebook, timeout=CELL_TIMEOUT_S, resources={"metadata": {"path": str(FOLDER)}}
        )

    @property
    def code_cells(self) -> list[tuple[int, Any]]:
        """The code cells with their indices."""
        return [(index, cell) for index, cell in enumerate(self.notebook.cells) if cell.cell_type == "code"]

    def run_all(self) -> None:
        """Run every cell once, from the top; a cell that raises fails the test."""
        for index, cell in self.code_cells:
            self.client.execute_cell(cell, index)

    def run_each_twice(self) -> None:
        """Run every cell, and run it again before the next one."""
        for index, cell in self.code_cells:
            self.client.execute_cell(cell, index)
            self.client.execute_cell(cell, index)

    def evaluate(self, source: str) -> str:
        """Run this code in the lesson's kernel; returns what its last expression shows as text."""
        cell = nbformat.v4.new_code_cell(source)
        self.notebook.cells.append(cell)
        self.client.execute_cell(cell, len(self.notebook.cells) - 1)
        self.notebook.cells.pop()  # no part of the lesson: Run All must not run it again
        return "".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)


@contextlib.contextmanager
def open_lesson(path: Path) -> Iterator[Lesson]:
    """A lesson with a running kernel; both end with the block."""
    lesson = Lesson(path)
    with lesson.client.setup_kernel():
        yield lesson
