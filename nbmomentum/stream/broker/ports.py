"""Free ports on 127.0.0.1 for the nodes of a broker.

free_ports(2)      # [23817, 29004]
"""

import itertools
import random
import socket
from collections.abc import Collection

from nbmomentum.stream.broker.supervisor import LOOPBACK

# Below the ports that systems give to outgoing connections: a client that calls a stopped node again and again
# would else, by chance, one day get the node's own port and answer itself.
PORTS = range(20_000, 32_000)


def free_ports(count: int, *, besides: Collection[int] = ()) -> list[int]:
    """Different ports that nobody listens on now, none of them among `besides`."""
    candidates = random.sample(PORTS, len(PORTS))
    free = (port for port in candidates if port not in besides and _is_free(port))
    return list(itertools.islice(free, count))


def _is_free(port: int) -> bool:
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return False
    return True
