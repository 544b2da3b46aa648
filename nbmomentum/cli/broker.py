"""`nbmomentum broker`: what the broker ladder does, told in sentences."""

import contextlib
import secrets
from collections.abc import Callable, Iterator

import typer
from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn
from rich.progress import Progress as Bar

from nbmomentum import settings
from nbmomentum.cli.terminal import err, say
from nbmomentum.errors import BrokerError
from nbmomentum.stream.broker import (
    EMBEDDED,
    EXTERNAL,
    MISSING,
    RUNGS,
    Broker,
    Progress,
    Rung,
    broker_status,
    find_java,
    find_kafka,
    hold_broker,
    release_broker,
    reset_broker,
    running_rungs,
    saved_bytes,
    start_broker,
    wanted_rung,
)
from nbmomentum.stream.cluster.client import check_cluster
from nbmomentum.stream.topics import TOPIC

FETCHED_BYTES_APART = 20_000_000


def joined_broker(servers: str | None) -> Broker:
    """The cluster named by the option or by the environment, else our lease on a broker of this computer."""
    return Broker(servers, EXTERNAL) if servers else start_broker()


def new_group(broker: Broker) -> str:
    """A group that nobody else is in."""
    return broker.named(f"terminal-{secrets.token_hex(2)}")


def place_text(broker: Broker, topic: str, *, shown: str = "") -> str:
    """Where a topic lies, and whose it is where others have theirs; `shown` is one that belongs to it."""
    whose = ""
    if broker.learner:
        whose = {
            broker.topic: f"; the topic is yours, `--topic {TOPIC}` takes the class's",
            TOPIC: "; the topic is the class's",
        }.get(topic, "")
    return f"{shown or topic} at {broker.bootstrap_servers} ({broker.engine} broker{whose})"


def hold(engine: str | None, nodes: int | None, port: int) -> None:
    """Start a broker with a lease that only `release` ends."""
    rung = wanted_rung(engine, nodes)
    before = broker_status(rung=rung)
    with _download_shown() as progress:
        broker = hold_broker(engine, nodes=nodes, port=port, progress=progress)
    name = _name(broker.rung)
    if before is None:
        say(f"{name} runs at {broker.bootstrap_servers}, until `nbmomentum broker stop`.", "green")
    elif before["is_held"]:
        say(f"{name} already runs at {broker.bootstrap_servers}, until `nbmomentum broker stop`.")
    else:
        say(f"{name} already ran at {broker.bootstrap_servers}; it now stays until `nbmomentum broker stop`.")
    if port and f":{port}" not in broker.bootstrap_servers.split(",")[0]:
        say(f"A running broker keeps its port; stop it first to have it on {port}.", "yellow")


def fetch() -> None:
    """Bring what the Apache rung needs onto this computer, and say where it lies."""
    java = find_java()
    say(f"Java {java.version}: {java.path}")
    with _download_shown() as progress:
        kafka = find_kafka(progress)
    say(f"Apache Kafka {kafka.version} from {kafka.origin}: {kafka.libs}", "green")


def release(engine: str | None, nodes: int | None, *, is_forced: bool) -> None:
    """End the lasting lease, or with force the broker; without an engine, of every broker that runs."""
    rungs = [rung for rung in running_rungs() if engine is None or rung == wanted_rung(engine, nodes)]
    if not rungs:
        say("No broker is running." if engine is None else f"{_name(wanted_rung(engine, nodes))} is not running.")
    for rung in rungs:
        _release(rung, is_forced=is_forced)


def report_status() -> bool:
    """Say what runs where; True if a broker runs, without trouble."""
    if servers := settings.bootstrap_servers():
        return _report_cluster(servers)
    rungs = running_rungs()
    if not rungs:
        say(f"No broker is running; {_saved_text()} in {settings.home_folder('broker')}.")
    are_up = [_report_rung(rung) for rung in rungs]  # each is told of, also after one that is down
    return bool(are_up) and all(are_up)


def empty(engine: str | None, nodes: int | None, *, is_confirmed: bool) -> None:
    """Delete what a broker has saved, after a question."""
    rung = wanted_rung(engine, nodes)
    size = saved_bytes(rung=rung)
    is_running = broker_status(rung=rung) is not None
    if not size and not is_running:
        say("The broker has saved nothing.")
        return
    if not is_confirmed and not is_running:
        name = _name(rung).replace("The ", "the ")
        typer.confirm(f"Delete all topics and records of {name} ({size_text(size)})?", abort=True)
    reset_broker(rung=rung)
    say(f"Deleted {size_text(size)}; the next start begins with an empty broker.", "green")


def size_text(size: int) -> str:
    """A number of bytes as people say it."""
    if size < 1000:
        return f"{size} bytes"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    if size < 1_000_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{size / 1_000_000_000:.1f} GB"


def _release(rung: Rung, *, is_forced: bool) -> None:
    if users := release_broker(rung=rung, force=is_forced):
        say(f"{_name(rung)} stops when the last of its users ends: {', '.join(users)}.", "yellow")
        say("`nbmomentum broker stop --force` stops it at once.")
    else:
        say(f"{_name(rung)} has stopped; {size_text(saved_bytes(rung=rung))} are saved.", "green")


def _report_rung(rung: Rung) -> bool:
    status = broker_status(rung=rung)
    if status is None:
        return False
    pids = ", ".join(str(node["pid"]) for node in status["nodes"])
    say(f"{_name(rung)} runs at {status['bootstrap_servers']} (process {pids}).", "green")
    for node in status["nodes"]:
        if not node["is_alive"]:
            fate = "has ended and is being started again" if node["is_wanted"] else "was stopped on purpose"
            say(f"Node {node['node']} {fate}.", "yellow")
    say(_users_text(status["leases"], status["is_held"]))
    if status["missing"]:
        say(MISSING.format(missing=status["missing"]), "red")
    if status["trouble"]:
        say(status["trouble"], "red")
    if status["restarts"]:
        say(f"Starts after a crash: {status['restarts']}.", "yellow")
    saved = size_text(saved_bytes(rung=rung))
    say(f"{saved[0].upper()}{saved[1:]} saved in {settings.home_folder('broker') / rung.folder_name}.")
    return bool(status["is_alive"]) and not status["trouble"]


def _saved_text() -> str:
    """What each rung has saved; the embedded broker is always named."""
    sizes = {rung: saved_bytes(rung=rung) for rung in RUNGS}
    shown = [rung for rung in RUNGS if sizes[rung] or rung == EMBEDDED]
    return ", ".join(f"{rung.folder_name} {size_text(sizes[rung])} saved" for rung in shown)


def _name(rung: Rung) -> str:
    if rung == EMBEDDED:
        return "The embedded broker"
    return "Apache Kafka" if rung.nodes == 1 else f"Apache Kafka on {rung.nodes} nodes"


@contextlib.contextmanager
def _download_shown() -> Iterator[Callable[[Progress], None]]:
    """Show a download as a bar; as a sentence now and then where there is no terminal. Nothing without a download."""
    columns = (TextColumn("Apache Kafka"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    bar = Bar(*columns, console=err, transient=True)
    task = bar.add_task("")
    told_bytes = 0

    def show(progress: Progress) -> None:
        nonlocal told_bytes
        bar.update(task, completed=progress.done_bytes, total=progress.total_bytes)
        if err.is_terminal:
            bar.start()
        elif progress.done_bytes - told_bytes >= FETCHED_BYTES_APART:
            told_bytes = progress.done_bytes
            say(f"Downloaded {size_text(told_bytes)} of Apache Kafka.")

    try:
        yield show
    finally:
        if err.is_terminal:
            bar.stop()


def _report_cluster(servers: str) -> bool:
    name = f"{settings.BOOTSTRAP_SERVERS_VARIABLE} names a cluster of your own, {servers}"
    try:
        check_cluster(servers)
    except BrokerError as error:
        say(f"{name}. {error}", "red")
        return False
    say(f"{name}: it answers.", "green")
    return True


def _users_text(leases: list[str], is_held: bool) -> str:
    users = [*leases, *(["`nbmomentum broker start`"] if is_held else [])]
    return f"Used by: {', '.join(users)}." if users else "Nobody uses it any more; it is about to stop."
