"""Runs the supervisor: `python supervise.py PLAN`, without what the packages above it import.

Importing `nbmomentum.stream` brings kafka-python and more, which takes longer than the start of a broker.
"""

import sys
from pathlib import Path
from types import ModuleType

_HERE = Path(__file__).resolve().parent


def _stand_in(name: str, folder: Path) -> None:
    """Let modules of this package be imported, and not the package itself."""
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package


if __name__ == "__main__":
    _stand_in("nbmomentum", _HERE.parents[1])
    _stand_in("nbmomentum.stream", _HERE.parent)
    _stand_in("nbmomentum.stream.broker", _HERE)

    from nbmomentum.stream.broker.supervisor import main

    sys.exit(main())
