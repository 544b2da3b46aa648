"""Why a connection failed, in one sentence: what, where, and what to do.

    error = explain("localhost:9093", {"security_protocol": "PLAINTEXT"}, KafkaConnectionError("socket disconnected"))
    str(error)   # "localhost:9093 speaks SSL, and this client PLAINTEXT: set security_protocol … to SSL."

A wrong password or certificate is in the client's own error. Where client and broker speak different protocols that
error only says that somebody hung up, so the listener is asked which one it speaks. No credentials are sent for it.
"""

import contextlib
import re
import socket
import ssl
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kafka.errors import SaslAuthenticationFailedError, UnsupportedSaslMechanismError

from nbmomentum.errors import BrokerRefused
from nbmomentum.settings import variable_of

ASK_TIMEOUT_S = 0.5
MAX_ANSWER_BYTES = 65536

API_VERSIONS, SASL_HANDSHAKE = 18, 17
ILLEGAL_SASL_STATE = 34

# OpenSSL's numbers of what was wrong with a certificate (X509_V_ERR_…).
NOT_YET_VALID, EXPIRED, WRONG_NAME, WRONG_ADDRESS = 9, 10, 62, 64

# What a broker says that does not accept our certificate, or has got none.
THEIR_ALERT = re.compile("ALERT_.*(CERTIFICATE|UNKNOWN_CA)")


@dataclass(frozen=True)
class Listener:
    """What a listener speaks.

    Attributes:
        security_protocol: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.
        mechanisms: The SASL mechanisms it offers; empty without SASL.
    """

    security_protocol: str
    mechanisms: tuple[str, ...] = ()


def explain(server: str, options: Mapping[str, Any], error: BaseException) -> BrokerRefused | None:
    """Why this server does not take a client with these options; None if it is just not there, or we cannot tell.

    Args:
        server: `host:port`.
        options: The client's options, by kafka-python's names.
        error: What its connection ended with.
    """
    sentence = credentials_sentence(server, options, error) or certificate_sentence(server, error)
    if not sentence:
        sentence = mismatch_sentence(server, options, find_listener(server))
    return BrokerRefused(sentence) if sentence else None


def is_final(error: BaseException) -> bool:
    """Whether trying again would bring the same: the password or the certificate is not accepted."""
    if isinstance(error, SaslAuthenticationFailedError | UnsupportedSaslMechanismError):
        return True
    cause = _tls_error(error)
    return isinstance(cause, ssl.SSLCertVerificationError) or _is_their_alert(cause)


def credentials_sentence(server: str, options: Mapping[str, Any], error: BaseException) -> str:
    """Of a password or mechanism that was not accepted."""
    user, mechanism = options.get("sasl_plain_username"), options.get("sasl_mechanism")
    if isinstance(error, SaslAuthenticationFailedError):
        return (
            f"{server} does not accept the password of {user!r} ({mechanism}): check "
            f"{_named('sasl_plain_username')} and {_named('sasl_plain_password')}."
        )
    return ""


def certificate_sentence(server: str, error: BaseException) -> str:
    """Of a certificate that was not accepted, by us or by them."""
    cause = _tls_error(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _of_their_certificate(server, cause)
    if _is_their_alert(cause):
        return (
            f"{server} wants a certificate of this client that it trusts: set {_named('ssl_certfile')} and "
            f"{_named('ssl_keyfile')}."
        )
    return ""


def mismatch_sentence(server: str, options: Mapping[str, Any], listener: Listener | None) -> str:
    """Of a client and a listener that speak different protocols."""
    ours, mechanism = options.get("security_protocol") or "PLAINTEXT", options.get("sasl_mechanism")
    if listener is None:
        return ""
    if ours != (theirs := listener.security_protocol):
        offered = f" with {' or '.join(listener.mechanisms)}" if listener.mechanisms else ""
        return (
            f"{server} speaks {theirs}{offered}, and this client {ours}: set {_named('security_protocol')} to {theirs}."
        )
    if listener.mechanisms and mechanism not in listener.mechanisms:
        offered = " or ".join(listener.mechanisms)
        return f"{server} does not take {mechanism}: set {_named('sasl_mechanism')} to {offered}."
    return ""


def find_listener(server: str) -> Listener | None:
    """What the listener at this address speaks; None if it gives no answer that we understand. Takes a few seconds."""
    for is_tls in (False, True):
        with contextlib.suppress(OSError, ValueError, struct.error):
            with _connected(server, is_tls) as connection:
                _ask(connection, API_VERSIONS, b"")
            mechanisms = _offered_mechanisms(server, is_tls)
            prefix = "SASL_" if mechanisms else ""
            return Listener(prefix + ("SSL" if is_tls else "PLAINTEXT"), mechanisms)
    return None


def _named(option: str) -> str:
    """An option as the settings file has it, and as an environment variable."""
    return f"{option} ({variable_of(option)})"


def _of_their_certificate(server: str, error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in (WRONG_NAME, WRONG_ADDRESS):
        return (
            f"The certificate of {server} is for another host: use a name that it holds in "
            "NBMOMENTUM_BOOTSTRAP_SERVERS, or have the broker's certificate made for this one."
        )
    if error.verify_code in (NOT_YET_VALID, EXPIRED):
        return f"The certificate of {server} is not valid today ({error.verify_message}): have it renewed."
    return (
        f"The certificate of {server} is not trusted ({error.verify_message}): set {_named('ssl_cafile')} to "
        "the file with the certificate of its authority."
    )


def _is_their_alert(error: BaseException | None) -> bool:
    return isinstance(error, ssl.SSLError) and bool(THEIR_ALERT.search(str(error.reason)))


def _tls_error(error: BaseException) -> BaseException | None:
    """What TLS said: kafka-python wraps it, as its argument or without naming it as the cause."""
    inner = next((argument for argument in error.args if isinstance(argument, ssl.SSLError)), None)
    return inner or (error if isinstance(error, ssl.SSLError) else error.__cause__ or error.__context__)


@contextlib.contextmanager
def _connected(server: str, is_tls: bool) -> Iterator[socket.socket]:
    host, _, port = server.strip().rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), ASK_TIMEOUT_S) as connection:
        if not is_tls:
            yield connection
            return
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # we ask what it speaks and tell nothing
        with context.wrap_socket(connection) as encrypted:
            yield encrypted


def _ask(connection: socket.socket, api_key: int, body: bytes) -> bytes:
    """Send one Kafka request, version 0 and without a client id. Returns the answer's body.

    Raises:
        ValueError: What came back is no answer to it.
    """
    number = 1
    request = struct.pack(">hhih", api_key, 0, number, -1) + body
    connection.sendall(struct.pack(">i", len(request)) + request)
    (size,) = struct.unpack(">i", _receive(connection, 4))
    if not 4 <= size <= MAX_ANSWER_BYTES:
        raise ValueError("no answer of Kafka's")
    answer = _receive(connection, size)
    if struct.unpack(">i", answer[:4]) != (number,):
        raise ValueError("an answer to another request")
    return answer[4:]


def _offered_mechanisms(server: str, is_tls: bool) -> tuple[str, ...]:
    """The SASL mechanisms of a listener, asked for with one that does not exist; none if it takes no SASL."""
    name = b"?"
    try:
        with _connected(server, is_tls) as connection:
            answer = _ask(connection, SASL_HANDSHAKE, struct.pack(">h", len(name)) + name)
    except (OSError, ValueError):
        return ()  # a broker that does not know this request hangs up
    error, count = struct.unpack(">hi", answer[:6])
    return () if error == ILLEGAL_SASL_STATE else tuple(sorted(_texts(answer[6:], count)))


def _texts(data: bytes, count: int) -> Iterator[str]:
    for _ in range(count):
        (length,) = struct.unpack(">h", data[:2])
        yield data[2 : 2 + length].decode()
        data = data[2 + length :]


def _receive(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        chunk = connection.recv(size - len(received))
        if not chunk:
            raise ConnectionResetError("hung up")
        received += chunk
    return received
