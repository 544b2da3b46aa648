"""`nbmomentum doctor`: looks at everything the kit needs, one line each, and says how to mend what is missing."""

import platform
import shutil
import socket
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from nbmomentum import settings
from nbmomentum.cli.broker import size_text
from nbmomentum.cli.lab import LOOPBACK, prepare_environment
from nbmomentum.cli.terminal import say
from nbmomentum.errors import BrokerError, BrokerStartFailed, NbmomentumError, SettingsError
from nbmomentum.runners import Runner
from nbmomentum.stream.broker import (
    EXTERNAL,
    ROOM_MB,
    Broker,
    find_java,
    present_kafka,
    saved_bytes,
    start_broker,
    wanted_rung,
)
from nbmomentum.stream.cluster.round_trip import round_trip
from nbmomentum.stream.topics import TOPIC, describe_topics

PYTHON_MIN = (3, 11)
SHOWN_PACKAGES = ("kafka-python", "noida-db", "jupyterlab", "ipywidgets", "bqplot")
LABEXTENSIONS = {"@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets", "bqplot": "bqplot"}
KERNEL = "python3"
FEED_TIMEOUT_S = 3.0
FEEDS_DEADLINE_S = 6.0
INSTALL = "In a checkout: `uv sync`. Elsewhere: `pip install --force-reinstall {}`."


@dataclass(frozen=True)
class Finding:
    """What was found, and how to mend it.

    Attributes:
        is_ok: None is a remark: nothing that keeps the kit from working.
        what: One sentence.
        mend: What to do; empty if there is nothing to do.
    """

    is_ok: bool | None
    what: str
    mend: str = ""


class FeedCheck(Runner):
    """Asks a feed on a thread of its own: a name that is not resolved keeps nobody waiting.

    Args:
        what: The feed's name.
        ask: Asks it, and returns what it answered in words.
    """

    def __init__(self, what: str, ask: Callable[[], str]) -> None:
        super().__init__(f"doctor {what}")
        self._ask = ask
        self._what = what
        self._found: Finding | None = None

    @property
    def finding(self) -> Finding:
        """What came of it until now."""
        silence = (
            f"{self._what}: no answer within {FEEDS_DEADLINE_S:g} s. Recorded and simulated games need no network."
        )
        return self._found or Finding(None, silence)

    def _run(self) -> None:
        try:
            self._found = Finding(True, f"{self._what}: {self._ask()}")
        except NbmomentumError as error:
            self._found = Finding(None, f"{self._what}: {error}")


def examine() -> bool:
    """Look at everything, say each finding as it comes, and sum up. True if nothing is missing."""
    ills = 0
    for look in LOOKS:
        for finding in look():
            _tell(finding)
            ills += finding.is_ok is False
    if ills:
        say(f"{ills} {'thing needs' if ills == 1 else 'things need'} mending.", "bold red")
    else:
        say("All is well. `nbmomentum lab` opens the lessons.", "bold green")
    return not ills


def python() -> Iterator[Finding]:
    """The interpreter."""
    wanted = ".".join(map(str, PYTHON_MIN))
    yield Finding(
        sys.version_info >= PYTHON_MIN,
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}",
        f"Install Python {wanted} or newer, e.g. `uv python install {wanted}`.",
    )


def packages() -> Iterator[Finding]:
    """Every package the kit requires, at a version that fits."""
    ills = [ill for line in metadata.requires("nbmomentum") or [] if (ill := _package_ill(Requirement(line)))]
    yield from ills
    if not ills:
        versions = ", ".join(f"{name} {version}" for name in SHOWN_PACKAGES if (version := _version(name)))
        yield Finding(True, f"Packages: {versions}")


def home() -> Iterator[Finding]:
    """The folder the kit writes to, and what lies in it."""
    try:
        sizes = {name: _folder_bytes(settings.home_folder(name)) for name in ("broker", "logs")}
        tempfile.TemporaryFile(dir=settings.home()).close()
    except NbmomentumError as error:
        yield Finding(False, str(error))
    except OSError as error:
        yield Finding(False, str(settings.unusable_home(settings.home(), error)))
    else:
        held = ", ".join(f"{name} {size_text(size)}" for name, size in sizes.items())
        yield _room(f"Home {settings.home()}: {held}", saved_bytes() + ROOM_MB * 1_000_000)


def port() -> Iterator[Finding]:
    """A free port on this computer."""
    mend = f"Allow programs to listen on {LOOPBACK} (firewall, sandbox)."
    try:
        with socket.create_server((LOOPBACK, 0)) as probe:
            yield Finding(True, f"Ports on {LOOPBACK} can be used, e.g. {probe.getsockname()[1]}")
    except OSError as error:
        yield Finding(False, f"No port on {LOOPBACK} can be used: {error}.", mend)


def broker() -> Iterator[Finding]:
    """A record to the embedded broker and back, in a folder of its own; or the cluster of the environment."""
    try:
        servers = settings.bootstrap_servers()
        yield _cluster(servers) if servers else _embedded_broker()
        if servers:
            yield _learner(servers)
    except NbmomentumError as error:
        yield Finding(False, str(error), "" if isinstance(error, BrokerError) else "Correct or unset the variable.")


def apache() -> Iterator[Finding]:
    """Java and Kafka's files for the Apache rung: a remark, unless every notebook was told to stand on it."""
    is_wanted = True
    try:
        is_wanted = wanted_rung().engine == "apache"
        java, kafka = find_java(), present_kafka()
    except (BrokerStartFailed, SettingsError) as error:
        yield Finding(False if is_wanted else None, f"Apache rung: {error}")
        return
    if kafka is None:
        yield Finding(None, f"Apache rung: Java {java.version}; `nbmomentum broker fetch` brings Kafka.")
    else:
        yield Finding(True, f"Apache rung: Kafka {kafka.version} from {kafka.origin}, Java {java.version}")


def jupyterlab() -> Iterator[Finding]:
    """JupyterLab with its pages, and the parts of it that draw our widgets."""
    version = _version("jupyterlab")
    if version is None or not any(Path(path, "static", "index.html").is_file() for path in _jupyter_paths("lab")):
        yield Finding(False, "JupyterLab is not installed, or its pages are missing.", INSTALL.format("jupyterlab"))
        return
    yield Finding(True, f"JupyterLab {version}")
    for name, package in LABEXTENSIONS.items():
        is_there = any(Path(path, name, "package.json").is_file() for path in _jupyter_paths("labextensions"))
        what = f"JupyterLab has {name}" if is_there else f"JupyterLab has no {name}: figures stay empty."
        yield Finding(is_there, what, INSTALL.format(package))


def kernel() -> Iterator[Finding]:
    """The default kernel is this Python, so that notebooks import what is installed here."""
    mend = INSTALL.format("ipykernel")
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError as error:
        yield Finding(False, f"Kernels cannot be started: {error}.", mend)
        return
    prepare_environment()
    try:
        command = KernelSpecManager().get_kernel_spec(KERNEL).argv[0]
    except NoSuchKernel:
        yield Finding(False, f"There is no kernel {KERNEL!r}.", mend)
        return
    # Jupyter replaces a bare name by the Python that runs it.
    is_ours = Path(command).parent in (Path(), Path(sys.executable).parent)
    if is_ours:
        yield Finding(True, f"Notebooks run on {sys.executable}")
    else:
        yield Finding(False, f"Notebooks run on another Python: {command}.", f"Remove that kernel, or {mend}")


def browser() -> Iterator[Finding]:
    """A browser to open; without one the address can still be opened by hand."""
    try:
        name = getattr(webbrowser.get(), "name", "") or "the system's own"
        yield Finding(True, f"Browser: {Path(name).name}")
    except webbrowser.Error:
        yield Finding(None, "No browser found; `nbmomentum lab` prints the address to open.")


def feeds() -> Iterator[Finding]:
    """The league's feeds, both at once and not for long: remarks, since a lesson has games without them."""
    checks = [FeedCheck("Live feed", _ask_live_board), FeedCheck("Stats feed", _ask_stats_board)]
    deadline_s = time.monotonic() + FEEDS_DEADLINE_S
    for check in checks:
        check.start()
    for check in checks:
        check.join(max(0.0, deadline_s - time.monotonic()))
        yield check.finding


LOOKS: tuple[Callable[[], Iterable[Finding]], ...] = (
    python,
    packages,
    home,
    port,
    broker,
    apache,
    jupyterlab,
    kernel,
    browser,
    feeds,
)


def _tell(finding: Finding) -> None:
    mark, style = {True: ("✔", "green"), False: ("✘", "red"), None: ("•", "yellow")}[finding.is_ok]
    say(f"{mark} {finding.what}", style)
    if finding.is_ok is False and finding.mend:
        say(f"  {finding.mend}")


def _package_ill(wanted: Requirement) -> Finding | None:
    """What is wrong with a required package; None if it is as it should be, or not for this machine."""
    if wanted.marker is not None and not wanted.marker.evaluate():
        return None
    mend = INSTALL.format(f'"{wanted}"')
    version = _version(wanted.name)
    if version is None:
        return Finding(False, f"{wanted.name} is not installed.", mend)
    if not wanted.specifier.contains(version, prereleases=True):
        return Finding(False, f"{wanted.name} {version} is installed; the kit needs {wanted.specifier}.", mend)
    if "crc32c" in wanted.extras and _version("crc32c") is None:
        return Finding(False, "crc32c is not installed; without it Kafka is three to four times slower.", mend)
    return None


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _room(what: str, needed: int) -> Finding:
    """Whether the disk of the home has room for the broker: its log is saved beside the one saved before."""
    free = shutil.disk_usage(settings.home()).free
    mend = (
        f"The broker needs {size_text(needed)} to save its log: free some space, empty it by "
        f"`nbmomentum broker reset`, or set {settings.HOME_VARIABLE} to a folder on another disk."
    )
    return Finding(free >= needed, f"{what}; {size_text(free)} free on its disk", mend)


def _folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _cluster(servers: str) -> Finding:
    topics = describe_topics(servers)
    return Finding(True, f"The cluster of {settings.BOOTSTRAP_SERVERS_VARIABLE}, {servers}, has {len(topics)} topics")


def _learner(servers: str) -> Finding:
    """Whose names the topics and groups of this computer have on a server that a class shares."""
    broker = Broker(servers, EXTERNAL)
    return Finding(
        True,
        f"Your name there is {broker.learner}, your topic {broker.topic}; {TOPIC} is the class's. "
        f"{settings.LEARNER_VARIABLE} gives you another name.",
    )


def _embedded_broker() -> Finding:
    """Start a broker of our own, and leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="nbmomentum-doctor-", ignore_cleanup_errors=True) as folder:
        started = time.monotonic()
        with start_broker("embedded", home=folder) as broker:
            ready_s = time.monotonic() - started
            trip_s = round_trip(broker.bootstrap_servers)
    return Finding(
        True,
        f"Embedded broker: ready after {ready_s * 1000:.0f} ms, a record there and back in {trip_s * 1000:.0f} ms",
    )


def _ask_live_board() -> str:
    from nbmomentum.sources.nba import FeedClient, league_address, todays_games

    games = todays_games(client=FeedClient(timeout_s=FEED_TIMEOUT_S, attempts=1))
    place = league_address() or "cdn.nba.com"
    return f"{place} answers, {len(games)} game{'' if len(games) == 1 else 's'} today"


def _ask_stats_board() -> str:
    from nbmomentum.sources.nba import FeedClient, games_on, league_address

    yesterday = date.today() - timedelta(days=1)
    games_on(yesterday, client=FeedClient(timeout_s=FEED_TIMEOUT_S, attempts=1))
    return f"{league_address() or 'stats.nba.com'} answers"


def _jupyter_paths(*names: str) -> list[str]:
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        return []
    return list(jupyter_path(*names))
