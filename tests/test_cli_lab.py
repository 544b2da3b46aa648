"""What the lab does before it serves: notebooks, ports, and a JupyterLab without pop-ups."""

import json
import os
import socket
from pathlib import Path

import pytest
import typer
from jupyter_core.paths import jupyter_config_path

from nbmomentum import settings
from nbmomentum.cli import lab
from nbmomentum.errors import SettingsError


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    """A folder with lessons, one of them in a subfolder, and a hidden file."""
    folder = tmp_path / "lessons"
    (folder / "images").mkdir(parents=True)
    (folder / ".ipynb_checkpoints").mkdir()
    for name in ("00_start_here.ipynb", "03_momentum.ipynb", "images/court.svg", ".ipynb_checkpoints/old.ipynb"):
        (folder / name).write_text(name)
    return folder


@pytest.mark.parametrize("text", [None, "00_start_here.ipynb", "00_start_here", "00", "notebooks/00_start_here.ipynb"])
def test_notebook_is_found_by_name_or_number(lessons: Path, text: str | None) -> None:
    """Without a name it is the first one."""
    assert lab.find_notebook(lessons, text) == "00_start_here.ipynb"


@pytest.mark.parametrize(("text", "problem"), [("zz", "no notebook fits 'zz'"), ("_", "'_' fits several notebooks")])
def test_other_names_list_the_notebooks(lessons: Path, text: str, problem: str) -> None:
    """A usage error that helps."""
    with pytest.raises(typer.BadParameter, match=f"{problem}; there are: 00_start_here.ipynb, 03_momentum.ipynb"):
        lab.find_notebook(lessons, text)


def test_taken_port_is_a_sentence() -> None:
    """It names the port, the reason and the way out."""
    with socket.create_server((lab.LOOPBACK, 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(SettingsError, match=f"Port {port} on 127.0.0.1 cannot be used: .*--port"):
            lab.check_port(port)


def test_checkout_serves_its_own_notebooks() -> None:
    """Who works in a checkout edits the lessons themselves."""
    assert lab.notebooks_folder() == settings.PACKAGE_FOLDER.parent / "notebooks"


def test_copies_are_made_once_and_changes_kept(lessons: Path, tmp_path: Path) -> None:
    """Missing files come, changed ones stay, hidden ones never come."""
    folder = tmp_path / "work"

    first = lab.copy_missing(lessons, folder)
    (folder / "00_start_here.ipynb").write_text("my notes")
    (folder / "images/court.svg").unlink()
    second = lab.copy_missing(lessons, folder)

    assert (first, second) == (3, 1)
    assert (folder / "00_start_here.ipynb").read_text() == "my notes"
    assert (folder / "images/court.svg").read_text() == "images/court.svg"
    assert not (folder / ".ipynb_checkpoints").exists()


def test_wheel_serves_copies_in_the_home(
    lessons: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is no checkout: the packaged lessons are copied to where the kit writes, and that is said."""
    monkeypatch.setattr(settings, "checkout_root", lambda: None)
    monkeypatch.setattr(lab, "files", lambda package: lessons.parent)
    monkeypatch.setattr(lab, "_PACKAGED_NOTEBOOKS", lessons.name)

    folder = lab.notebooks_folder()

    assert folder == own_home / "notebooks"
    assert (folder / "03_momentum.ipynb").is_file()
    assert "Copied 3 files" in capsys.readouterr().out


def test_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "taken").write_text("")

    with pytest.raises(SettingsError, match="taken cannot be written"):
        lab.notebooks_folder(tmp_path / "taken")


def test_jupyter_reads_our_settings_and_keeps_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    """No question about news, no look for updates, the glossary as a page: first ours, then the user's own places."""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", os.pathsep.join(["mine", "school"]))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")

    lab.prepare_environment()

    ours, *others = jupyter_config_path()
    page_config = json.loads(Path(ours, "labconfig", "page_config.json").read_text())
    overrides = json.loads(Path(ours, "labconfig", "default_setting_overrides.json").read_text())
    assert page_config["disabledExtensions"] == {"@jupyterlab/apputils-extension:announcements": True}
    assert overrides["@jupyterlab/apputils-extension:notification"] == {"checkForUpdates": False, "fetchNews": "false"}
    assert overrides["@jupyterlab/docmanager-extension:plugin"]["defaultViewers"] == {"markdown": "Markdown Preview"}
    assert {"mine", "school"} <= set(others)
