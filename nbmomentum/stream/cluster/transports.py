"""What kafka-python 3.0 leaves undone where a client meets the network: last words, endless waits, open sockets.

    net_client = KafkaNetClient(**config)
    mend_transports(net_client._manager)

It reaches into the client library, for as long as that needs it; nothing else of the kit's depends on how it is done.
"""

import contextlib
import socket
from typing import Any

from kafka.errors import KafkaConnectionError
from kafka.net.inet import create_connection
from kafka.net.manager import KafkaConnectionManager
from kafka.net.transport import KafkaSSLTransport, KafkaTCPTransport


def mend_transports(manager: KafkaConnectionManager) -> None:
    """Let this manager's connections be heard to their end, and closed where their handshake comes to nothing."""

    async def build_transport(node: Any, timeout_at: float) -> KafkaTCPTransport:
        transport = await _connected_transport(manager, node, timeout_at)
        _hear_last_words(transport)
        is_ready = False
        give_up = manager._net.call_at(timeout_at, lambda: _end(transport))
        try:
            await transport.handshake()
            is_ready = True
        except Exception as error:
            raise KafkaConnectionError(f"Handshake failed: {error}") from error
        finally:
            manager._net.cancel(give_up)
            if not is_ready:  # it failed, or the client was closed meanwhile: nobody else knows this socket
                transport.close()
        return transport

    manager._build_transport = build_transport


async def _connected_transport(manager: KafkaConnectionManager, node: Any, timeout_at: float) -> KafkaTCPTransport:
    """A connection to this node, before its handshake; as the manager itself makes it."""
    net, config = manager._net, manager.config
    options, proxy = config["socket_options"], config["proxy_url"]
    sock = await create_connection(net, node.host, node.port, options, proxy_url=proxy, timeout_at=timeout_at)
    if not manager.ssl_enabled:
        return KafkaTCPTransport(net, sock, host=node.host)
    ssl_options = {name: value for name, value in config.items() if name.startswith("ssl_")}
    try:
        return KafkaSSLTransport(net, sock, host=node.host, **ssl_options)
    except Exception:
        sock.close()
        raise


def _end(transport: KafkaTCPTransport) -> None:
    """Let a handshake that waits for an answer fail: kafka-python 3.0 would wait for ever."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(transport._sock, socket.SHUT_RDWR)  # not TLS's own, which would wait for an answer too


def _hear_last_words(transport: KafkaTCPTransport) -> None:
    """Let a broker's answer be read that it gives as it hangs up: kafka-python 3.0 drops what comes with the end.

    A wrong password is answered in this way, and would be taken for a broker that is away.
    """
    receive = transport._sock_recv

    def receive_then_end() -> tuple[bytes, Exception | None]:
        received, error = receive()
        return received, None if received else error

    transport._sock_recv = receive_then_end
