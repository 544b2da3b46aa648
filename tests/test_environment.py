"""environment.yml asks for what pyproject.toml asks for: the same packages, ranges and tested versions."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

yaml = pytest.importorskip("yaml", reason="`uv sync --group compose` installs what reads environment.yml")

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ENVIRONMENT: dict[str, Any] = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))

FROM_CONDA = ("jupyterlab", "ipywidgets", "bqplot", "pandas")
# Conda's alone: the interpreter, Java for Apache Kafka, and pip for the rest.
NOT_PYTHON_PACKAGES = ("python", "openjdk", "pip")


def by_name(lines: list[str]) -> dict[str, Requirement]:
    """Requirements by the name that all spellings share."""
    return {canonicalize_name(requirement.name): requirement for requirement in map(Requirement, lines)}


CONDA = by_name([line for line in ENVIRONMENT["dependencies"] if isinstance(line, str)])
(PIP_LINES,) = (entry["pip"] for entry in ENVIRONMENT["dependencies"] if isinstance(entry, dict))
PIP = by_name([line for line in PIP_LINES if not line.startswith("-")])
ASKED = by_name(PROJECT["project"]["dependencies"])
TESTED = by_name(PROJECT["tool"]["uv"]["constraint-dependencies"])


def test_every_dependency_is_there_once_and_no_other() -> None:
    """The widgets and their JupyterLab from conda, which builds them together; the rest by pip."""
    assert CONDA.keys() == {*FROM_CONDA, *NOT_PYTHON_PACKAGES}
    assert PIP.keys() == ASKED.keys() - set(FROM_CONDA)


@pytest.mark.parametrize("name", FROM_CONDA)
def test_conda_takes_the_projects_range(name: str) -> None:
    """And what pip finds there then satisfies the project."""
    assert CONDA[name].specifier == ASKED[name].specifier
    assert ASKED[name].specifier.contains(next(iter(TESTED[name].specifier)).version)


@pytest.mark.parametrize("name", PIP)
def test_pip_takes_the_tested_version(name: str) -> None:
    """The pin of pyproject.toml, with the same extras and for the same machines."""
    wanted = TESTED.get(name, ASKED[name])

    assert PIP[name].specifier == wanted.specifier
    assert (PIP[name].extras, str(PIP[name].marker)) == (ASKED[name].extras, str(ASKED[name].marker))


def test_python_is_as_new_as_the_project_needs() -> None:
    """The same lower bound."""
    assert str(CONDA["python"].specifier) == PROJECT["project"]["requires-python"]


def test_java_is_new_enough_for_kafka() -> None:
    """Kafka 4 runs on Java 17 and newer."""
    assert str(CONDA["openjdk"].specifier) == ">=17"


def test_the_kit_itself_comes_last() -> None:
    """From this checkout, so that its notebooks are the ones that run."""
    assert PIP_LINES[-1] == "-e ."
