"""The embedded rung: the `noida-db` wheel's own binary, its data in `home/broker/embedded`."""

import os
import stat
from importlib.resources import files
from pathlib import Path

from nbmomentum import settings
from nbmomentum.errors import BrokerStartFailed
from nbmomentum.stream.broker.supervisor import NodePlan


def plan_nodes(folder: Path, port: int) -> list[NodePlan]:
    """How to run the one node: the binary itself, not its Python wrapper.

    Raises:
        BrokerStartFailed: There is no wheel of the broker for this platform.
    """
    data = folder / "data"
    data.mkdir(exist_ok=True)
    argv = [str(_binary()), "start", "--only", "kafka", "--kafka-port", str(port), "--data-dir", str(data)]
    return [NodePlan(1, argv, port, folder=str(folder), log=str(folder / "broker.log"))]


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
