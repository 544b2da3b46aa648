"""Free ports on 127.0.0.1 for the nodes of a broker.

free_ports(2)      # [23817, 29004]
"""

import itertools
import random
import socket
from collections.abc import Collection

from nbmomentum.errors import BrokerStartFailed
from nbmomentum.stream.broker.questions import LOOPBACK

# Below the ports that systems give to outgoing connections: a client that calls a stopped node again and again
# would else, by chance, one day get the node's own port and answer itself.
PORTS = range(20_000, 32_000)
LAST_PORT = 65_535


def free_ports(count: int, *, besides: Collection[int] = ()) -> list[int]:
    """Different ports that nobody listens on now, none of them among `besides`."""
    candidates = random.sample(PORTS, len(PORTS))
    free = (port for port in candidates if port not in besides and _is_free(port))
    return list(itertools.islice(free, count))


def fixed_ports(first: int, count: int) -> list[int]:
    """This port and the following ones.

    Raises:
        BrokerStartFailed: One of them is taken, or there is no such port.
    """
    ports = list(range(first, first + count))
    if ports[-1] > LAST_PORT:
        raise BrokerStartFailed(f"There is no port {ports[-1]}; the last one is {LAST_PORT}.")
    for port in ports:
        if not _is_free(port):
            raise BrokerStartFailed(
                f"The broker did not start: port {port} is already in use by another program. "
                "Choose another port, or none: then a free one is taken."
            )
    return ports


def _is_free(port: int) -> bool:
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return False
    return True
