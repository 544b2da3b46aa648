"""Apache Kafka with a listener for each way in, and the certificates and users that go with them.

| listener | speaks | asks for |
|---|---|---|
| plain | PLAINTEXT | nothing |
| tls | SSL | trust in its certificate |
| password | SASL_PLAINTEXT | a password, PLAIN |
| secure | SASL_SSL | a password, SCRAM-SHA-256 or SCRAM-SHA-512 |
| other_name | SSL | nothing, but its certificate is for another host |
| mutual | SSL | a certificate of the client |
"""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kafka.admin import UserScramCredentialUpsertion

from nbmomentum.errors import BrokerStartFailed
from nbmomentum.stream import Broker, start_broker
from nbmomentum.stream.broker.java import find_java
from nbmomentum.stream.broker.kafka_files import present_kafka
from nbmomentum.stream.broker.ports import free_ports
from nbmomentum.stream.cluster.client import Connector

USER = "student"
PASSWORD = "correct horse battery"  # noqa: S105 (a test's own)
LISTENERS = {
    "plain": "PLAINTEXT",
    "tls": "SSL",
    "password": "SASL_PLAINTEXT",
    "secure": "SASL_SSL",
    "other_name": "SSL",
    "mutual": "SSL",
}
SCRAM = ("SCRAM-SHA-256", "SCRAM-SHA-512")
MODULE = "org.apache.kafka.common.security"


@dataclass(frozen=True)
class SecureKafka:
    """Where its listeners are, and the files that a client needs."""

    ports: Mapping[str, int]
    files: Path

    def servers(self, listener: str) -> str:
        """Where a client starts; by name, which the certificates hold."""
        return f"localhost:{self.ports[listener]}"

    def file(self, name: str) -> str:
        """A certificate or key in PEM form."""
        return str(self.files / name)


def why_not_here() -> str:
    """What this computer lacks to run it; empty if it can."""
    missing = [tool for tool in ("openssl",) if shutil.which(tool) is None]
    try:
        find_java()
        if present_kafka() is None and shutil.which("mvn") is None:
            missing.append("Kafka's files, or Maven to fetch them")
    except BrokerStartFailed as error:
        missing.append(str(error))
    return f"missing: {', '.join(missing)}" if missing else ""


def start_secure_kafka(folder: Path) -> tuple[Broker, SecureKafka]:
    """Start one node of the Apache rung with all the listeners, and give it a user."""
    files = folder / "certificates"
    make_certificates(files)
    first, controller, *others = free_ports(len(LISTENERS) + 1)
    secure = SecureKafka(dict(zip(LISTENERS, (first, *others), strict=True)), files)
    rung = folder / "broker" / "apache-1"
    rung.mkdir(parents=True)
    (rung / "extra.properties").write_text(_properties(secure, controller))
    broker = start_broker("apache", port=first, home=folder / "broker")
    with Connector(broker.bootstrap_servers).admin() as admin:
        users = [UserScramCredentialUpsertion(USER, mechanism, PASSWORD) for mechanism in SCRAM]
        for user in users:
            assert admin.alter_user_scram_credentials([user]) == {USER: None}
    return broker, secure


def make_certificates(folder: Path) -> None:
    """An authority, and what it signed: for the broker, for a broker of another name, for a client."""
    folder.mkdir()
    _openssl(folder, "authority", "-subj", "/CN=class authority")
    names = {"broker": "DNS:localhost,IP:127.0.0.1", "other_name": "DNS:kafka.example.org", "client": "DNS:student"}
    for name, alternative in names.items():
        signed = ["-CA", "authority.pem", "-CAkey", "authority.key", "-addext", f"subjectAltName={alternative}"]
        _openssl(folder, name, "-subj", f"/CN={name}", *signed, "-addext", "basicConstraints=critical,CA:FALSE")
        (folder / f"{name}.store.pem").write_text(
            (folder / f"{name}.key").read_text() + (folder / f"{name}.pem").read_text()
        )


def _openssl(folder: Path, name: str, *options: str) -> None:
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key"]
    command = ["openssl", "req", "-x509", *key, "-out", f"{name}.pem", "-days", "2", *options]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _properties(secure: SecureKafka, controller: int) -> str:
    """What is added to the rung's own configuration; the last value of a key counts."""
    names = {"plain": "PLAINTEXT"}  # the rung's own, which the node itself uses
    listeners = {names.get(name, name.upper()): port for name, port in secure.ports.items()}
    told = {
        name: f"{name}://{'127.0.0.1' if name == 'PLAINTEXT' else 'localhost'}:{p}" for name, p in listeners.items()
    }
    here = [f"{name}://127.0.0.1:{port}" for name, port in {**listeners, "CONTROLLER": controller}.items()]
    protocols = {names.get(name, name.upper()): protocol for name, protocol in LISTENERS.items()}
    settings = {
        "listeners": ",".join(here),
        "advertised.listeners": ",".join(told.values()),
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "listener.security.protocol.map": ",".join(
            f"{name}:{protocol}" for name, protocol in {**protocols, "CONTROLLER": "PLAINTEXT"}.items()
        ),
        "inter.broker.listener.name": "PLAINTEXT",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": secure.file("broker.store.pem"),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": secure.file("authority.pem"),
        "listener.name.other_name.ssl.keystore.type": "PEM",
        "listener.name.other_name.ssl.keystore.location": secure.file("other_name.store.pem"),
        "listener.name.mutual.ssl.client.auth": "required",
        "listener.name.password.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.password.plain.sasl.jaas.config": (
            f'{MODULE}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
        ),
        "listener.name.secure.sasl.enabled.mechanisms": ",".join(SCRAM),
        **{
            f"listener.name.secure.{mechanism.lower()}.sasl.jaas.config": f"{MODULE}.scram.ScramLoginModule required;"
            for mechanism in SCRAM
        },
    }
    return "".join(f"{key}={value}\n" for key, value in settings.items())
