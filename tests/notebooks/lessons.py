"""The notebooks as tests see them: their paths, and a kernel that runs their cells one by one.

A lesson is named by its number; `dashboard.ipynb` is a notebook and no lesson.
"""

import ast
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LESSONS = [path for path in NOTEBOOKS if path.stem[:2].isdecimal()]
GLOSSARY = FOLDER / "GLOSSARY.md"
CELL_TIMEOUT_S = 60

# Runs in the lesson's kernel and looks at whatever the lesson has made, under whatever names.
PROBE = """
def _probe():
    import threading
    from nbmomentum import runners, stream, studio, views
    parts = list({id(value): value for value in globals().values()}.values())
    screens = [part for part in parts if isinstance(part, (studio.Dashboard, studio.PipelineScreen))]
    parts += [part for screen in screens for part in vars(screen).values()]
    started = [part for part in parts if isinstance(part, runners.Runner)]
    statuses = [part.status for part in started if hasattr(part, "status")]
    consumers = [part for part in started if isinstance(part, stream.BackgroundConsumer)]
    newest = [consumer.latest().replay_id for consumer in consumers if consumer.latest()]
    producers = (stream.GameProducer, stream.LiveProducer)
    replays = [part.status.replay_id for part in started if isinstance(part, producers)]
    errors = [str(part.error) for part in started if part.error]
    errors += [part.error for part in parts if isinstance(part, views.StopButton) and part.error]
    errors += [status.last_error for status in statuses if getattr(status, "last_error", "")]
    errors += [failure for status in statuses for failure in getattr(status, "failures", ())]
    names = [thread.name for thread in threading.enumerate()]
    return {
        "threads": sorted(name for name in names if name.startswith(("nbmomentum-", "kafka-"))),
        "running": [runner.name for runner in runners.running()],
        "errors": errors,
        "has_plays": any(replay in newest for replay in replays) or not (consumers and replays),
    }
_probe()
"""
STOP = """
def _stop():
    from nbmomentum import studio, views
    parts = list(globals().values())
    parts += [part.end for part in parts if isinstance(part, studio.Dashboard)]
    ends = {id(part): part for part in parts if isinstance(part, views.StopButton)}
    for end in ends.values():
        end.stop()
    return len(ends)
_stop()
"""


@dataclass(frozen=True)
class Probe:
    """What a lesson's kernel holds at one moment.

    Attributes:
        threads: Names of the threads of the kit and of Kafka's clients.
        running: Names of the kit's runners whose threads are alive.
        errors: Whatever went wrong, in words.
        has_plays: Whether a play of a replay of this lesson has come through the log; True if it replays none.
    """

    threads: list[str]
    running: list[str]
    errors: list[str]
    has_plays: bool


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

    def verdicts(self) -> list[str]:
        """What the checks of the exercises said, in the order of the cells."""
        checks = [cell for _, cell in self.code_cells if ".check(" in cell.source]
        return [output["data"]["text/plain"] for cell in checks for output in cell.outputs if "data" in output]

    def evaluate(self, source: str) -> str:
        """Run this code in the lesson's kernel; returns what its last expression shows as text."""
        cell = nbformat.v4.new_code_cell(source)
        self.notebook.cells.append(cell)
        self.client.execute_cell(cell, len(self.notebook.cells) - 1)
        self.notebook.cells.pop()  # no part of the lesson: Run All must not run it again
        return "".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)

    def probe(self) -> Probe:
        """Look at what the lesson's kernel holds now."""
        return Probe(**ast.literal_eval(self.evaluate(PROBE)))

    def stop(self) -> None:
        """Press the lesson's Stop, by code."""
        assert self.evaluate(STOP) != "0", "the notebook has no Stop button"


@contextlib.contextmanager
def open_lesson(path: Path) -> Iterator[Lesson]:
    """A lesson with a running kernel; both end with the block."""
    lesson = Lesson(path)
    with lesson.client.setup_kernel():
        yield lesson


def cells_of(path: Path) -> list[Any]:
    """The cells of a notebook."""
    return list(nbformat.read(path, as_version=4).cells)


def code_of(cells: list[Any]) -> list[str]:
    """The sources of the code cells."""
    return [cell.source for cell in cells if cell.cell_type == "code"]


def prose_of(cells: list[Any]) -> list[str]:
    """The texts of the other cells."""
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def terms_met(cells: list[Any]) -> list[str]:
    """The terms that the recap of a lesson names."""
    recap = "\n".join(prose_of(cells)).split("**Terms met:**")[1]
    return [term.strip() for term in recap.split(".")[0].split(",")]
