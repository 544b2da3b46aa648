"""The embedded rung: the `noida-db` wheel's own binary, its data in `home/broker/embedded`."""

import os
import stat
from importlib.resources import files
from pathlib import Path

from nbmomentum import settings
from nbmomentum.errors import BrokerStartFailed
from nbmomentum.stream.broker.child import READY_TIMEOUT_S, NodePlan
from nbmomentum.stream.broker.folders import check_room, saved_in
from nbmomentum.stream.broker.saving import draft_of

# It answers when it has loaded its log: 20 to 50 MB in a second, and a busy laptop may take ten times as long.
LOADING_S_PER_MB = 0.5
ROOM_MB = 50


def plan_nodes(folder: Path, port: int) -> list[NodePlan]:
    """How to run the one node: the binary itself, not its Python wrapper.

    Raises:
        BrokerStartFailed: There is no wheel of the broker for this platform, or no room to save the log.
    """
    if (draft := draft_of(log_file(folder))).is_file():
        draft.unlink()  # a save that failed has left it, and it fills the disk
    saved_mb = saved_in(folder) // 1_000_000
    check_room(folder, ROOM_MB + saved_mb, "the embedded broker")  # a save needs room beside what it replaces
    data = folder / "data"
    data.mkdir(exist_ok=True)
    argv = [str(_binary()), "start", "--only", "kafka", "--kafka-port", str(port), "--data-dir", str(data)]
    return [
        NodePlan(
            1,
            argv,
            port,
            folder=str(folder),
            log=str(folder / "broker.log"),
            ready_timeout_s=round(READY_TIMEOUT_S + LOADING_S_PER_MB * saved_mb),
            saves_to=str(log_file(folder)),
        )
    ]


def log_file(folder: Path) -> Path:
    """The file that the broker saves its whole log to."""
    return folder / "data" / "kafka.json"


def _binary() -> Path:
    name = "noida-db.exe" if os.name == "nt" else "noida-db"
    try:
        binary = Path(str(files("noida_db").joinpath(name)))
    except ModuleNotFoundError as error:
        raise BrokerStartFailed(
            "The embedded broker is not installed (there is no wheel for this platform). "
            f"Run a Kafka cluster and set {settings.BOOTSTRAP_SERVERS_VARIABLE}=host:port."
        ) from error
    if not os.access(binary, os.X_OK):
        binary.chmod(binary.stat().st_mode | stat.S_IXUSR)
    return binary
