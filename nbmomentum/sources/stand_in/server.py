"""The HTTP of the stand-in league: one address on this computer, one thread a call, no word on stderr."""

import contextlib
import socket
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from nbmomentum.errors import SettingsError
from nbmomentum.logs import log_event
from nbmomentum.sources.stand_in.faults import Reply

LOOPBACK: Final = "127.0.0.1"
CALL_TIMEOUT_S: Final = 5.0
ACCEPT_INTERVAL_S: Final = 0.1


class LeagueServer(ThreadingHTTPServer):
    """Answers every GET with what `answer` makes of its path and query.

    Args:
        port: 0 takes a free one.
        answer: Returns the reply, or None to hang up without a word.

    Raises:
        SettingsError: The port cannot be used.
    """

    daemon_threads = False  # so that closing joins them
    allow_reuse_address = sys.platform != "win32"
    timeout = ACCEPT_INTERVAL_S

    def __init__(self, port: int, answer: Callable[[str], Reply | None]) -> None:
        self.answer = answer
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        try:
            super().__init__((LOOPBACK, port), _Handler)
        except (OSError, OverflowError) as error:
            raise SettingsError(f"The stand-in league cannot use port {port} ({error}); 0 takes a free one.") from error

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{LOOPBACK}:{self.server_address[1]}"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer a call on a thread of its own."""
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a call."""
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close, and hang up on whoever is still connected: one that says nothing would be waited for."""
        with self._open_lock:
            for request in self._open:
                with contextlib.suppress(OSError):
                    request.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, *_: Any) -> None:
        """Write down what went wrong with a call; a client that hangs up is no error."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):
            log_event("stand-in league", "call failed", reason=repr(error))


class _Handler(BaseHTTPRequestHandler):
    server: LeagueServer
    timeout = CALL_TIMEOUT_S

    def do_GET(self) -> None:
        if (reply := self.server.answer(self.path)) is None:
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json" if reply.status == 200 else "application/xml")
        promised = len(reply.body) if reply.promised_bytes is None else reply.promised_bytes
        self.send_header("Content-Length", str(promised))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: stderr is a student's."""
