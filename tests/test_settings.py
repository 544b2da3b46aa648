"""Settings: where the kit writes, and which broker it is told to use."""

from pathlib import Path

import pytest

from nbmomentum import settings
from nbmomentum.errors import SettingsError


@pytest.fixture
def no_home_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody said where to write."""
    monkeypatch.delenv("NBMOMENTUM_HOME")


def pretend_package_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the package lie in this folder."""
    monkeypatch.setattr(settings, "PACKAGE_FOLDER", folder / "nbmomentum")


def test_home_is_what_the_variable_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in a checkout, and as an absolute path."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NBMOMENTUM_HOME", "class")

    assert settings.home() == tmp_path / "class"


def test_home_variable_may_start_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a shell."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("NBMOMENTUM_HOME", "~/class")

    assert settings.home() == tmp_path / "class"


@pytest.mark.usefixtures("no_home_variable")
def test_home_of_a_checkout_is_its_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where its pyproject.toml names this project."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "nbmomentum"\n')
    pretend_package_in(tmp_path, monkeypatch)

    assert settings.checkout_root() == tmp_path
    assert settings.home() == tmp_path


@pytest.mark.usefixtures("no_home_variable")
@pytest.mark.parametrize("pyproject", [None, '[project]\nname = "a-students-project"\n', "[tool.ruff]\n"])
def test_home_of_a_wheel_is_the_users_data_folder(
    pyproject: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it was installed into the folder of another project."""
    if pyproject is not None:
        (tmp_path / "pyproject.toml").write_text(pyproject)
    pretend_package_in(tmp_path, monkeypatch)
    monkeypatch.setattr(settings, "user_data_path", lambda name, appauthor: Path("/users/data", name))

    assert settings.checkout_root() is None
    assert settings.home() == Path("/users/data/nbmomentum")


def test_folder_is_made_when_it_is_first_asked_for(own_home: Path) -> None:
    """With its parents; asking again changes nothing."""
    assert settings.home_folder("logs") == own_home / "logs"
    assert settings.home_folder("logs").is_dir()


def test_home_that_cannot_be_written_says_what_to_do(own_home: Path) -> None:
    """The message names the folder and the variable."""
    own_home.write_text("a file, where a folder should be")

    with pytest.raises(SettingsError, match="Set NBMOMENTUM_HOME to a folder you can write to") as caught:
        settings.home_folder("logs")

    assert str(own_home / "logs") in str(caught.value)


@pytest.mark.parametrize("text", ["", "  "])
def test_no_servers_means_the_embedded_broker(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty variable is as good as none."""
    monkeypatch.setenv("NBMOMENTUM_BOOTSTRAP_SERVERS", text)

    assert settings.bootstrap_servers() is None


@pytest.mark.parametrize("text", ["localhost:9092", "a.example:9092,b.example:9093", "[::1]:9092", " kafka:1 "])
def test_servers_are_taken_as_they_stand(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One or several, names or addresses."""
    monkeypatch.setenv("NBMOMENTUM_BOOTSTRAP_SERVERS", text)

    assert settings.bootstrap_servers() == text.strip()


@pytest.mark.parametrize(
    "text", ["localhost", "9092", ":9092", "localhost:", "localhost:kafka", "a:1,,b:2", "a:0", "a:65536", "a:²"]
)
def test_servers_that_cannot_be_used_say_why(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message shows what was given and what it takes."""
    monkeypatch.setenv("NBMOMENTUM_BOOTSTRAP_SERVERS", text)

    with pytest.raises(SettingsError, match="NBMOMENTUM_BOOTSTRAP_SERVERS") as caught:
        settings.bootstrap_servers()

    assert text in str(caught.value)
    assert "localhost:9092" in str(caught.value)
