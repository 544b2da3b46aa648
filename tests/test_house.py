"""The house rules that tools enforce: format, lint, types, import contracts, and nothing that must not be committed."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
REGISTRY_HOSTS = re.compile(r"\b(?:pypi|pythonhosted|maven|npmjs|crates)[.](?:org|com|io)\b")

LINTERS = {
    "format": ("ruff", ["-m", "ruff", "format", "--check", "."]),
    "lint": ("ruff", ["-m", "ruff", "check", "."]),
    "types": ("mypy", ["-m", "mypy"]),
    "imports": ("importlinter.cli", ["-c", "from importlinter.cli import lint_imports_command as lint; lint()"]),
}


@pytest.mark.parametrize("rule", LINTERS)
def test_house_rule_holds(rule: str) -> None:
    """Format, lint, strict types and import contracts are clean."""
    module, command = LINTERS[rule]
    if importlib.util.find_spec(module.split(".")[0]) is None:
        pytest.skip(f"{module} is not installed; `uv sync --group lint` installs it")

    result = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout + result.stderr


def _tracked_files() -> list[Path]:
    result = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        pytest.skip("this is no git checkout")
    return [ROOT / line for line in result.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_file_names_a_registry_host() -> None:
    """Packages are named, never the hosts they come from."""
    texts = [path for path in _tracked_files() if path.suffix != ".png"]

    named = [path.name for path in texts if REGISTRY_HOSTS.search(path.read_text(encoding="utf-8"))]

    assert named == []


def test_lock_files_are_not_tracked() -> None:
    """Tested versions are constraints in pyproject.toml; lock files record download addresses."""
    assert [path.name for path in _tracked_files() if path.name.endswith(".lock")] == []
