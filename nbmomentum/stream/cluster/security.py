"""The way into a cluster: which security options a client of the kit gets, checked before it connects.

    secured("kafka.example.org:9093", {"client_id": "me"})   # … and what NBMOMENTUM_SASL_… and kafka.toml say

The settings of `nbmomentum.settings` hold for every client, save one: on 127.0.0.1 the kit's own brokers listen, so
there they hold only for the cluster that was named with them. What a caller passes as an option wins.

A password is a `Secret` from here on, and lines of kafka-python's debug log that would hold one are left out.
"""

import logging
import ssl
from collections.abc import Mapping
from typing import Any

from kafka.protocol.sasl import SaslAuthenticateRequest, SaslBytesRequest

from nbmomentum import settings
from nbmomentum.errors import SettingsError
from nbmomentum.settings import SECRETS, Secret

OWN_HOST = "127.0.0.1"
# The loggers of kafka-python that write what goes over the wire.
WIRE_LOGGERS = ("kafka.net.connection", "kafka.protocol.parser")

_SSL_OPTIONS = (*settings.SSL_FILES, "ssl_password", "ssl_check_hostname")
# The passwords that clients of this process were given.
_secrets: set[bytes] = set()


def secured(bootstrap_servers: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """These options and the security options of this cluster, as kafka-python's clients take them.

    Args:
        bootstrap_servers: Where the client starts.
        options: What the caller asks for, by kafka-python's names.

    Raises:
        SettingsError: A setting, a certificate or a key cannot be used; the message never holds a secret.
    """
    merged = {**settings_for(bootstrap_servers), **options}
    given = {name: merged[name] for name in SECRETS if merged.get(name)}
    hidden = {name: value if isinstance(value, Secret) else Secret(value) for name, value in given.items()}
    _secrets.update(secret.encode() for secret in hidden.values())
    merged |= hidden
    if uses_tls(merged) and merged.get("ssl_context") is None and not merged.get("ssl_crlfile"):
        merged["ssl_context"] = _tls_context(merged)
        merged = {name: value for name, value in merged.items() if name not in _SSL_OPTIONS}
    return merged


def settings_for(bootstrap_servers: str) -> dict[str, Any]:
    """The security settings that hold for these servers; none for a broker of the kit's own."""
    options = settings.security_options()
    if not options or not all(_host(server) == OWN_HOST for server in bootstrap_servers.split(",")):
        return options
    named = (settings.bootstrap_servers() or "").split(",")
    is_named = any(server.strip() in map(str.strip, named) for server in bootstrap_servers.split(","))
    return options if is_named else {}


def uses_tls(options: Mapping[str, Any]) -> bool:
    """Whether a client with these options encrypts."""
    return options.get("security_protocol") in ("SSL", "SASL_SSL")


def _host(server: str) -> str:
    return server.strip().rpartition(":")[0]


def _tls_context(options: Mapping[str, Any]) -> ssl.SSLContext:
    """As kafka-python makes it, but before the first connection: a file that cannot be used is told at once."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = options.get("ssl_check_hostname", True)
    authority, certificate = options.get("ssl_cafile"), options.get("ssl_certfile")
    try:
        if authority:
            context.load_verify_locations(authority)
        else:
            context.load_default_certs()
    except OSError as error:  # ssl.SSLError is one
        raise SettingsError(f"ssl_cafile {authority} holds no certificates in PEM form ({_reason(error)}).") from error
    if certificate:
        _load_own_certificate(context, options)
    return context


def _load_own_certificate(context: ssl.SSLContext, options: Mapping[str, Any]) -> None:
    certificate, key, password = (options.get(name) for name in ("ssl_certfile", "ssl_keyfile", "ssl_password"))
    try:
        # Without a function OpenSSL would ask on the terminal, where nobody may be.
        context.load_cert_chain(str(certificate), key, password=lambda: password or "")
    except OSError as error:
        hint = "Is ssl_password right?" if password else "An encrypted key needs ssl_password."
        which = f"ssl_keyfile {key}" if key else "the key in it"
        raise SettingsError(
            f"ssl_certfile {certificate} and {which} cannot be used ({_reason(error)}). {hint}"
        ) from error


def _reason(error: OSError) -> str:
    return getattr(error, "reason", None) or error.strerror or type(error).__name__


class _NoCredentials(logging.Filter):
    """Leaves out the lines that show a request with credentials."""

    def filter(self, record: logging.LogRecord) -> bool:
        arguments = record.args if isinstance(record.args, tuple) else ()
        return not any(map(_holds_credentials, arguments))


def _holds_credentials(argument: object) -> bool:
    if isinstance(argument, bytes | bytearray):
        return any(secret in argument for secret in _secrets)
    return isinstance(argument, SaslAuthenticateRequest | SaslBytesRequest)


for _name in WIRE_LOGGERS:
    logging.getLogger(_name).addFilter(_NoCredentials())
