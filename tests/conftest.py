"""Rules for every test: a home of its own, nothing left behind, a quick and a full run, tiers that CI may require."""

import os
import re
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from support import wait_until

pytest_plugins = ["lab"]

TIERS = ("unit", "broker", "interop", "notebooks", "browser", "benchmarks")
REQUIRE_VARIABLE = "NBMOMENTUM_REQUIRE_TIERS"

# They name a cluster of the developer's, the way into it and whose names are used there, or a stand-in league.
CLUSTER_VARIABLES = (
    *map("NBMOMENTUM_".__add__, ("BOOTSTRAP_SERVERS", "BROKER", "KAFKA_", "SECURITY_", "SSL_", "SASL_")),
    *("NBMOMENTUM_LEARNER", "NBMOMENTUM_STAND_IN", "JUPYTERHUB_USER"),
)

# The browser driver's pool, and the thread on which jupyter_core runs what is asynchronous.
TOOL_THREADS = re.compile(r"asyncio_\d+|.* - runner")

_outcomes: Counter[tuple[str, str]] = Counter()
_left_out = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest` alone is the quick run."""
    parser.addoption("--full", action="store_true", help="run every test, not only those of the quick run")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the quick run does not need, unless tests were named or all are asked for."""
    is_quick = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.getoption("full")
    left_out = [item for item in items if is_quick and not _is_quick(item)]
    config.stash[_left_out] = len(left_out)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _is_quick(item)]


def _is_quick(item: pytest.Item) -> bool:
    """Whether a test proves the kit end to end on any computer, within minutes.

    That is the unit tier, the brokers' contract on the embedded one, and each notebook once.
    """
    tier = _tier(item.nodeid)
    if tier == "broker":
        callspec = getattr(item, "callspec", None)
        return callspec is not None and callspec.params.get("broker") == "embedded"
    return tier in ("unit", "notebooks") and item.get_closest_marker("full") is None


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the kit write into a folder of this test, and never use a cluster of the developer's."""
    home = tmp_path / "home"
    monkeypatch.setenv("NBMOMENTUM_HOME", str(home))
    for name in [name for name in os.environ if name.startswith(CLUSTER_VARIABLES)]:
        monkeypatch.delenv(name)
    return home


@pytest.fixture(autouse=True)
def feeds_as_they_were() -> Iterator[None]:
    """Whatever session or stand-in league a test gives nba_api, the next test finds none."""
    yield

    if client := sys.modules.get("nbmomentum.sources.nba.client"):
        client.use_league(None)
    for name in [name for name in sys.modules if name.startswith("nba_api.") and name.endswith(".http")]:
        for http in vars(sys.modules[name]).values():
            if isinstance(http, type) and "_session" in vars(http):
                http.set_session(None)


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """No thread and no child process of ours outlives a test."""
    threads, children = set(threading.enumerate()), {process.pid for process in _children()}

    yield

    wait_until(lambda: not _new_threads(threads), what=f"threads to end: {_new_threads(threads)}")
    wait_until(lambda: not _new_children(children), what=f"child processes to end: {_new_children(children)}")


def _new_threads(known: set[threading.Thread]) -> list[str]:
    """The names of threads that were not there before; what the test tools keep for themselves does not count."""
    new = [thread.name for thread in threading.enumerate() if thread not in known]
    return [name for name in new if not TOOL_THREADS.fullmatch(name)]


def _new_children(known: set[int]) -> set[int]:
    """Who was not there before; what one of the known starts again, e.g. a broker's node, belongs to that one."""
    return {process.pid for process in _children() if not known & {process.pid, process.ppid()}}


def _children() -> list[psutil.Process]:
    """Live descendants of this process; a browser's come and go as it likes."""
    descendants = psutil.Process().children(recursive=True)
    return [p for p in descendants if p.status() != psutil.STATUS_ZOMBIE and "chrom" not in p.name()]


def _tier(nodeid: str) -> str:
    """A test's tier is its folder below tests/; the top is the unit tier."""
    folder = Path(nodeid.split("::")[0]).parent.name
    return folder if folder in TIERS else "unit"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what became of each tier's tests."""
    if report.when == "call" or report.outcome == "skipped":
        _outcomes[_tier(report.nodeid), report.outcome] += 1


def _required_tiers() -> list[str]:
    value = os.environ.get(REQUIRE_VARIABLE, "")
    return list(TIERS) if value == "all" else [tier for tier in value.split(",") if tier]


def _missing_tiers() -> list[str]:
    """The required tiers that ran no test, or skipped one."""
    return [
        f"{tier}: {_outcomes[tier, 'passed']} passed, {_outcomes[tier, 'skipped']} skipped"
        for tier in _required_tiers()
        if _outcomes[tier, "passed"] == 0 or _outcomes[tier, "skipped"]
    ]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run whose required tiers were not tested whole."""
    if _missing_tiers() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what each tier did, and which required tier is not whole."""
    for tier in TIERS:
        counts = {outcome: n for (name, outcome), n in sorted(_outcomes.items()) if name == tier}
        terminalreporter.write_line(f"tier {tier}: " + (", ".join(f"{n} {o}" for o, n in counts.items()) or "no test"))
    if left_out := terminalreporter.config.stash[_left_out]:
        terminalreporter.write_line(f"quick run: {left_out} tests left out, `uv run pytest --full` runs them all")
    for line in _missing_tiers():
        terminalreporter.write_line(f"required tier not whole: {line}", red=True)
