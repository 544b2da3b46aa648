"""What the dashboard's server does before it serves: Voila or a sentence, its settings, a page without a network."""

import re
import sys
from pathlib import Path

import pytest

from nbmomentum.cli import dashboard
from nbmomentum.errors import SettingsError

TEMPLATE = dashboard._JUPYTER_DATA / "voila" / "templates" / dashboard.TEMPLATE


def test_without_voila_one_sentence_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what shows the same without it."""
    monkeypatch.setitem(sys.modules, "voila.app", None)

    with pytest.raises(SettingsError, match=r"pip install 'nbmomentum\[voila\]'.*nbmomentum lab dashboard"):
        dashboard.serve_dashboard(port=None, is_dark=False, is_browser_wanted=False)


def test_a_missing_notebook_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It names the file."""
    monkeypatch.setattr(dashboard, "_voila_class", lambda: None)
    monkeypatch.setattr(dashboard, "notebooks_folder", lambda: tmp_path)

    with pytest.raises(SettingsError, match=r"There is no .*dashboard\.ipynb"):
        dashboard.serve_dashboard(port=None, is_dark=False, is_browser_wanted=False)


def test_it_listens_on_this_computer_only_and_asks_for_the_token() -> None:
    """Whatever the user's own configuration says."""
    arguments = dashboard._arguments(Path("dashboard.ipynb"), 8899, "secret", is_dark=True)

    assert {"--Voila.ip=127.0.0.1", "--Voila.token=secret", "--Voila.port=8899"} <= set(arguments)
    assert "--VoilaConfiguration.theme=dark" in arguments


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    """A class may have no network: our page names no address, and leaves out the block that names some."""
    page = (TEMPLATE / "index.html.j2").read_text()

    assert re.findall(r"https?://", page) == []
    assert "super.super()" in page
