"""The kit's own source, cut around one call: what a view shows as "the line that does it".

```python
excerpt_of(GroupReader.commit, "self._open_client.commit").place  # "nbmomentum/stream/consumer/reader.py:187"
```

The lines are read from the file that Python has loaded, and the call is found by its name in the syntax tree: no copy
of a line is kept anywhere, so none can be out of date.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbmomentum.errors import SettingsError
from nbmomentum.settings import PACKAGE_FOLDER
from nbmomentum.views import Excerpt

LINES_BEFORE = 3
LINES_AFTER = 2


def excerpt_of(function: Callable[..., Any], call: str) -> Excerpt:
    """The lines around a call inside a function of the kit, without the docstring.

    Args:
        function: One of the kit's own.
        call: What is called there, as it is written, without the arguments: "self._client.send".

    Raises:
        SettingsError: The function has no such call.
    """
    lines, first = inspect.getsourcelines(function)
    definition = ast.parse(textwrap.dedent("".join(lines))).body[0]
    found = _find_call(definition, call)
    if found is None or not isinstance(definition, ast.FunctionDef):
        raise SettingsError(f"{function.__qualname__} does not call {call}.")
    shown = _shown_lines(definition, found, len(lines))
    file = inspect.getsourcefile(function) or ""
    start, end = found.lineno, found.end_lineno or found.lineno
    return Excerpt(
        path=_path_in_package(file),
        name=function.__qualname__,
        lines=tuple((first + at - 1, lines[at - 1].rstrip()) for at in shown),
        first_marked=first + start - 1,
        last_marked=first + end - 1,
    )


def _find_call(definition: ast.stmt, call: str) -> ast.Call | None:
    calls = (node for node in ast.walk(definition) if isinstance(node, ast.Call))
    return next((node for node in calls if ast.unparse(node.func) == call), None)


def _shown_lines(definition: ast.FunctionDef, call: ast.Call, length: int) -> list[int]:
    """Numbers inside the function, from 1: its head, and what is near the call."""
    head = range(definition.lineno, definition.body[0].lineno)
    is_documented = ast.get_docstring(definition) is not None
    body_starts = (definition.body[0].end_lineno or 0) + 1 if is_documented else definition.body[0].lineno
    near = range(max(body_starts, call.lineno - LINES_BEFORE), (call.end_lineno or call.lineno) + LINES_AFTER + 1)
    decorators = range(1, definition.lineno)
    return [at for at in range(1, length + 1) if at in head or at in near or at in decorators]


def _path_in_package(file: str) -> str:
    """The path as one reads it: from the package's folder on, with slashes."""
    return Path(file).resolve().relative_to(PACKAGE_FOLDER.resolve().parent).as_posix()
