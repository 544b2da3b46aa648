"""`nbmomentum broker`: what the broker ladder does, told in sentences."""

import typer

from nbmomentum import settings
from nbmomentum.cli.terminal import say
from nbmomentum.stream.broker import (
    EXTERNAL,
    Broker,
    broker_status,
    hold_broker,
    release_broker,
    reset_broker,
    saved_bytes,
    start_broker,
)
from nbmomentum.stream.client import is_reachable


def joined_broker(servers: str | None) -> Broker:
    """The cluster named by the option or by the environment, else our lease on the embedded broker."""
    return Broker(servers, EXTERNAL) if servers else start_broker()


def hold(port: int) -> None:
    """Start the broker with a lease that only `release` ends."""
    before = broker_status()
    broker = hold_broker(port=port)
    if before is None:
        say(f"The embedded broker runs at {broker.bootstrap_servers}, until `nbmomentum broker stop`.", "green")
    elif before["is_held"]:
        say(f"The embedded broker already runs at {broker.bootstrap_servers}, until `nbmomentum broker stop`.")
    else:
        say(
            f"The embedded broker already ran at {broker.bootstrap_servers}; "
            "it now stays until `nbmomentum broker stop`."
        )
    if port and not broker.bootstrap_servers.endswith(f":{port}"):
        say(f"A running broker keeps its port; stop it first to have it on {port}.", "yellow")


def release(*, is_forced: bool) -> None:
    """End the lasting lease, or with force the broker."""
    if broker_status() is None:
        say("No embedded broker is running.")
    elif users := release_broker(force=is_forced):
        say(f"The broker stops when the last of its users ends: {', '.join(users)}.", "yellow")
        say("`nbmomentum broker stop --force` stops it at once.")
    else:
        say(f"The embedded broker has stopped; {size_text(saved_bytes())} are saved.", "green")


def report_status() -> bool:
    """Say what runs where; True if a broker runs."""
    if servers := settings.bootstrap_servers():
        return _report_cluster(servers)
    status = broker_status()
    saved = f"{size_text(saved_bytes())} saved in {settings.home_folder('broker')}"
    if status is None:
        say(f"No embedded broker is running; {saved}.")
        return False
    say(f"The embedded broker runs at {status['bootstrap_servers']} (process {status['broker_pid']}).", "green")
    if not status["is_alive"]:
        say("Its process has ended and is being started again.", "yellow")
    say(_users_text(status["leases"], status["is_held"]))
    if status["restarts"]:
        say(f"Starts after a crash: {status['restarts']}.", "yellow")
    say(f"{saved[0].upper()}{saved[1:]}.")
    return bool(status["is_alive"])


def empty(*, is_confirmed: bool) -> None:
    """Delete what the broker has saved, after a question."""
    size = saved_bytes()
    if not size and broker_status() is None:
        say("The broker has saved nothing.")
        return
    if not is_confirmed and broker_status() is None:
        typer.confirm(f"Delete all topics and records of the embedded broker ({size_text(size)})?", abort=True)
    reset_broker()
    say(f"Deleted {size_text(size)}; the next start begins with an empty broker.", "green")


def size_text(size: int) -> str:
    """A number of bytes as people say it."""
    if size < 1000:
        return f"{size} bytes"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"


def _report_cluster(servers: str) -> bool:
    is_there = is_reachable(servers)
    answer = "it answers" if is_there else "nothing answers there"
    say(
        f"{settings.BOOTSTRAP_SERVERS_VARIABLE} names a cluster of your own, {servers}: {answer}.",
        "green" if is_there else "red",
    )
    return is_there


def _users_text(leases: list[str], is_held: bool) -> str:
    users = [*leases, *(["`nbmomentum broker start`"] if is_held else [])]
    return f"Used by: {', '.join(users)}." if users else "Nobody uses it any more; it is about to stop."
