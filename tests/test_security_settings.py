"""The way into a cluster: settings from variables and a file, checked, used by every client, and never shown."""

import json
import logging
import subprocess
from pathlib import Path
from typing import Any

import pytest
from kafka.protocol.sasl import SaslAuthenticateRequest

from nbmomentum import settings
from nbmomentum.errors import SettingsError
from nbmomentum.settings import Secret, security_options, variable_of
from nbmomentum.stream.cluster.client import Connector
from nbmomentum.stream.cluster.security import WIRE_LOGGERS, secured

PASSWORD = "correct horse battery"  # noqa: S105 (a test's own)
LOGIN = {
    "security_protocol": "SASL_SSL",
    "sasl_mechanism": "SCRAM-SHA-512",
    "sasl_plain_username": "student7",
    "sasl_plain_password": PASSWORD,
}


def set_variables(monkeypatch: pytest.MonkeyPatch, **options: str) -> None:
    """Set options as environment variables."""
    for name, value in options.items():
        monkeypatch.setenv(variable_of(name), value)


def write_file(file: Path, text: str = "", mode: int = 0o600, **options: Any) -> Path:
    """A settings file, readable by its owner only unless told otherwise."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text + "".join(f"{name} = {json.dumps(value)}\n" for name, value in options.items()))
    file.chmod(mode)
    return file


@pytest.fixture
def own_certificate(tmp_path: Path) -> dict[str, str]:
    """A certificate and its encrypted key, as openssl makes them; the password is `PASSWORD`."""
    certificate, key = tmp_path / "me.pem", tmp_path / "me.key"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-passout", f"pass:{PASSWORD}"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    try:
        subprocess.run(
            ["openssl", "req", "-x509", *kind, *files, "-subj", "/CN=me", "-days", "2"], check=True, capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    return {"ssl_certfile": str(certificate), "ssl_keyfile": str(key)}


def test_nothing_set_is_nothing_asked_for() -> None:
    """A cluster without security needs no option, and an empty variable is as good as none."""
    assert security_options() == {}


@pytest.mark.parametrize("mechanism", settings.SASL_MECHANISMS)
@pytest.mark.parametrize("protocol", ["SASL_PLAINTEXT", "SASL_SSL"])
def test_variables_are_kafkas_own_options_in_capitals(
    protocol: str, mechanism: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of a login, by kafka-python's names."""
    login = LOGIN | {"security_protocol": protocol, "sasl_mechanism": mechanism}
    set_variables(monkeypatch, **login, ssl_cafile="")

    assert security_options() == login


def test_file_in_the_home_says_the_same(own_home: Path) -> None:
    """With the servers; a file it names lies beside it."""
    authority = write_file(own_home / "ca.pem")
    write_file(own_home / "kafka.toml", bootstrap_servers="kafka.example.org:9093", ssl_cafile="ca.pem", **LOGIN)

    assert settings.bootstrap_servers() == "kafka.example.org:9093"
    assert security_options() == {**LOGIN, "ssl_cafile": str(authority)}


def test_file_may_lie_elsewhere_and_a_variable_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class file for all, and a name of one's own."""
    file = write_file(tmp_path / "class" / "cluster.toml", bootstrap_servers="a:1", **LOGIN)
    monkeypatch.setenv("NBMOMENTUM_KAFKA_SETTINGS", str(file))
    monkeypatch.setenv("NBMOMENTUM_BOOTSTRAP_SERVERS", "b:2")
    set_variables(monkeypatch, sasl_plain_username="student8")

    assert settings.bootstrap_servers() == "b:2"
    assert security_options()["sasl_plain_username"] == "student8"


@pytest.mark.parametrize(
    ("value", "is_checked"),
    [("true", True), ("1", True), ("False", False), ("no", False), (True, True), (False, False)],
)
def test_host_name_check_is_a_switch(value: Any, is_checked: bool, own_home: Path, monkeypatch: Any) -> None:
    """In the file as TOML has it, as a variable in words."""
    if isinstance(value, bool):
        write_file(own_home / "kafka.toml", security_protocol="SSL", ssl_check_hostname=value)
    else:
        set_variables(monkeypatch, security_protocol="SSL", ssl_check_hostname=value)

    assert security_options()["ssl_check_hostname"] is is_checked


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"security_protocol": "TLS"}, "is 'TLS'; it takes PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL"),
        (LOGIN | {"sasl_mechanism": "GSSAPI"}, "is 'GSSAPI'; it takes PLAIN, SCRAM-SHA-256, SCRAM-SHA-512"),
        ({"security_protocol": "SSL", "ssl_check_hostname": "maybe"}, "is 'maybe'; it takes true or false"),
        ({"security_protocol": "SSL", "ssl_cafile": "/no/such/ca.pem"}, "there is no file /no/such/ca.pem"),
        ({"security_protocol": "SASL_SSL"}, "also needs NBMOMENTUM_SASL_MECHANISM, NBMOMENTUM_SASL_PLAIN_USERNAME"),
        ({"sasl_plain_username": "me"}, "would not be used: security_protocol is PLAINTEXT"),
        ({"ssl_check_hostname": "no"}, "Set NBMOMENTUM_SECURITY_PROTOCOL to SSL or SASL_SSL"),
        (LOGIN | {"security_protocol": "SSL"}, "to SASL_PLAINTEXT or SASL_SSL"),
        ({"security_protocol": "SSL", "ssl_password": PASSWORD}, "also needs its certificate, NBMOMENTUM_SSL_CERTFILE"),
        ({"sasl_password": PASSWORD}, "There is no setting NBMOMENTUM_SASL_PASSWORD; there are NBMOMENTUM_SECURITY"),
    ],
)
def test_settings_that_cannot_be_used_say_why(
    options: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was given and what it takes; a password is never in it."""
    set_variables(monkeypatch, **options)

    with pytest.raises(SettingsError) as caught:
        security_options()

    assert said in str(caught.value)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'sasl_password = "{PASSWORD}"', "has 'sasl_password'; it takes bootstrap_servers, security_protocol"),
        (f"sasl_plain_password = {PASSWORD}", "is no TOML"),
        ("sasl_plain_password = 4711", "sasl_plain_password in"),
        ("bootstrap_servers = 'kafka'", "host:port"),
        ("bootstrap_servers = 7", "host:port"),
    ],
)
def test_file_that_cannot_be_used_says_why(text: str, said: str, own_home: Path) -> None:
    """And where it lies."""
    file = write_file(own_home / "kafka.toml", text)

    with pytest.raises(SettingsError) as caught:
        (settings.bootstrap_servers(), security_options())

    assert said in str(caught.value)
    assert str(file) in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert caught.value.__cause__ is None


def test_file_that_was_named_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a typo would mean no password."""
    monkeypatch.setenv("NBMOMENTUM_KAFKA_SETTINGS", "/no/such/kafka.toml")

    with pytest.raises(SettingsError, match="NBMOMENTUM_KAFKA_SETTINGS names /no/such/"):
        security_options()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_file_with_a_password_is_for_its_owner_only(mode: int, own_home: Path) -> None:
    """Others of this computer could read it; the sentence says what to do. Without a password anybody may."""
    file = write_file(own_home / "kafka.toml", mode=mode, **LOGIN)

    with pytest.raises(SettingsError, match=f"chmod 600 {file}"):
        security_options()

    write_file(file, mode=mode, security_protocol="SSL")
    assert security_options() == {"security_protocol": "SSL"}


@pytest.mark.parametrize("text", [f"me:{PASSWORD}@kafka.example.org:9092", "kafka://me:correct@a:1"])
def test_address_with_a_password_is_refused_and_not_shown(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address is shown everywhere."""
    monkeypatch.setenv("NBMOMENTUM_BOOTSTRAP_SERVERS", text)

    with pytest.raises(SettingsError, match="a user or password") as caught:
        settings.bootstrap_servers()

    assert "correct" not in str(caught.value)


def test_secret_is_what_it_is_and_shows_nothing() -> None:
    """In no form in which a text is shown; a client that joins or encodes it gets it whole."""
    secret = Secret(PASSWORD)

    assert {str(secret), f"{secret}", f"{secret:>3}", "%s" % secret, repr(secret)} == {"***", "'***'"}  # noqa: UP031
    assert PASSWORD not in repr({"password": secret})
    assert (secret.encode(), "\0".join(["me", secret])) == (PASSWORD.encode(), f"me\0{PASSWORD}")


@pytest.mark.parametrize(
    ("servers", "named", "is_secured"),
    [
        ("kafka.example.org:9093", None, True),
        ("kafka.example.org:9093", "other.example.org:9093", True),
        ("127.0.0.1:41234", None, False),
        ("127.0.0.1:41234", "kafka.example.org:9093", False),
        ("127.0.0.1:9093", "127.0.0.1:9093", True),
        ("127.0.0.1:9094", "127.0.0.1:9093, 127.0.0.1:9094", True),
    ],
)
def test_settings_hold_for_all_but_the_kits_own_brokers(
    servers: str, named: str | None, is_secured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those are on 127.0.0.1 and speak plaintext; a cluster there must be named."""
    set_variables(monkeypatch, **LOGIN)
    if named:
        monkeypatch.setenv("NBMOMENTUM_BOOTSTRAP_SERVERS", named)

    options = secured(servers, {"client_id": "me"})

    assert options["client_id"] == "me"
    assert options.get("sasl_plain_password") == (PASSWORD if is_secured else None)


def test_option_of_the_caller_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """And its password is a secret as well."""
    set_variables(monkeypatch, **LOGIN)

    own = PASSWORD[::-1]

    options = secured("kafka.example.org:9093", {"sasl_plain_password": own})

    assert options["sasl_plain_password"] == own
    assert own not in repr(options)


def test_clients_own_certificate_is_loaded_before_it_connects(own_certificate: dict[str, str]) -> None:
    """With the password of its key; what is handed on is the finished context."""
    options = secured("a:1", {"security_protocol": "SSL", **own_certificate, "ssl_password": PASSWORD})

    assert options["ssl_context"].check_hostname
    assert options.keys() & set(settings.SECURITY_OPTIONS) == {"security_protocol"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ssl_password": "wrong"}, "Is ssl_password right?"),
        ({"ssl_password": ""}, "An encrypted key needs ssl_password."),
        ({"ssl_certfile": __file__}, f"ssl_certfile {__file__}"),
        ({"ssl_cafile": __file__}, f"ssl_cafile {__file__} holds no certificates"),
    ],
)
def test_certificate_that_cannot_be_used_is_told_at_once(
    changes: dict[str, str], said: str, own_certificate: dict[str, str]
) -> None:
    """Before anything connects, and nothing asks on the terminal."""
    options = {"security_protocol": "SSL", **own_certificate, "ssl_password": PASSWORD, **changes}

    with pytest.raises(SettingsError) as caught:
        Connector("a:1", options)

    assert said in str(caught.value)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("logger", WIRE_LOGGERS)
def test_debug_log_leaves_out_what_holds_a_password(logger: str, caplog: pytest.LogCaptureFixture) -> None:
    """kafka-python writes every request, and its bytes, at level DEBUG."""
    secured("a:1", {**LOGIN, "security_protocol": "SASL_PLAINTEXT"})
    token = f"\0student7\0{PASSWORD}".encode()

    with caplog.at_level(logging.DEBUG, logger="kafka"):
        logging.getLogger(logger).debug("%s Request %d: %s", "node", 3, SaslAuthenticateRequest(token))
        logging.getLogger(logger).debug("%s Send: %r", "node", bytearray(b"\0\0\0\x09" + token))
        logging.getLogger(logger).debug("%s Send: %r", "node", b"something else")

    assert [record.getMessage() for record in caplog.records] == ["node Send: b'something else'"]
