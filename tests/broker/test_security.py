"""TLS and passwords against Apache Kafka itself: the right ones get in, a wrong one is one sentence, none is shown."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from secure_kafka import PASSWORD, USER, SecureKafka, start_secure_kafka, why_not_here
from support import random_name, wait_until
from typer.testing import CliRunner

from nbmomentum.cli import app, doctor
from nbmomentum.errors import BrokerError, BrokerRefused, BrokerUnavailable
from nbmomentum.runners import Runner
from nbmomentum.settings import variable_of
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import BackgroundConsumer, GameProducer, LogTail, ensure_topics, open_kafka_consumer
from nbmomentum.stream.cluster.bare_clients import close_kafka_clients
from nbmomentum.stream.cluster.client import Connector, check_cluster
from nbmomentum.stream.cluster.round_trip import round_trip

GAME_ID = "0021500277"
WRONG = "hunter2-is-wrong"
# A refusal is told at once; a mismatch after the two seconds that a broker gets to answer.
PATIENCE_S = 15.0

Options = dict[str, Any]


@pytest.fixture(scope="session")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureKafka]:
    """One node with a listener for each way in."""
    if reason := why_not_here():
        pytest.skip(reason)
    broker, secure = start_secure_kafka(tmp_path_factory.mktemp("secure"))
    with broker:
        yield secure


@pytest.fixture
def login(secure: SecureKafka) -> Callable[..., Options]:
    """The right options for a listener, with changes."""

    def options(listener: str, **changes: Any) -> Options:
        trust = {"ssl_cafile": secure.file("authority.pem")}
        own = {"ssl_certfile": secure.file("client.pem"), "ssl_keyfile": secure.file("client.key")}
        user = {"sasl_plain_username": USER, "sasl_plain_password": PASSWORD}
        right = {
            "plain": {},
            "tls": {"security_protocol": "SSL", **trust},
            "password": {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN", **user},
            "secure": {"security_protocol": "SASL_SSL", "sasl_mechanism": "SCRAM-SHA-512", **trust, **user},
            "other_name": {"security_protocol": "SSL", **trust},
            "mutual": {"security_protocol": "SSL", **trust, **own},
        }[listener]
        return {name: value for name, value in (right | changes).items() if value is not None}

    return options


@pytest.fixture
def as_settings(monkeypatch: pytest.MonkeyPatch, secure: SecureKafka) -> Callable[[str, Options], str]:
    """Name a listener and the way into it by environment variables; returns the servers."""

    def set_variables(listener: str, options: Options) -> str:
        monkeypatch.setenv("NBMOMENTUM_BOOTSTRAP_SERVERS", secure.servers(listener))
        for name, value in options.items():
            monkeypatch.setenv(variable_of(name), str(value))
        return secure.servers(listener)

    return set_variables


@pytest.mark.parametrize(
    ("listener", "changes"),
    [
        ("tls", {}),
        ("password", {}),
        ("secure", {}),
        ("secure", {"sasl_mechanism": "SCRAM-SHA-256"}),
        ("mutual", {}),
        ("other_name", {"ssl_check_hostname": False}),
    ],
)
def test_right_settings_get_a_record_there_and_back(
    listener: str, changes: Options, login: Callable[..., Options], as_settings: Callable[[str, Options], str]
) -> None:
    """An admin client, a producer and a consumer, by the settings alone; the doctor finds all well."""
    servers = as_settings(listener, login(listener, **changes))

    cluster, _ = doctor.broker()  # and the learner's name there

    assert round_trip(servers) > 0
    assert cluster.is_ok, cluster.what


def test_a_game_goes_through_an_encrypted_log_with_a_password(
    login: Callable[..., Options],
    as_settings: Callable[[str, Options], str],
    stopping: Callable[[Runner], Any],
) -> None:
    """Every client of the kit uses the settings: topics, producer, consumer, dead letters, tail, a lesson's own."""
    servers, topic = as_settings("secure", login("secure")), random_name("topic")
    ensure_topics(servers, topic)
    with Connector(servers).admin() as admin:
        assert topic in admin.list_topics()
    bad = Connector(servers).connect(KafkaProducer)
    bad.send(topic, b"no event").get(timeout=10)
    bad.close(timeout=1)
    producer = GameProducer(
        load_game(GAME_ID), bootstrap_servers=servers, topic=topic, speed=float("inf"), name=random_name("producer")
    )
    consumer = BackgroundConsumer(
        bootstrap_servers=servers, topic=topic, group_id=random_name("group"), name=random_name("consumer")
    )
    tail = LogTail(bootstrap_servers=servers, topic=topic, name=random_name("tail"))
    for runner in (producer, consumer, tail):
        stopping(runner).start()

    wait_until(lambda: consumer.status.consumed >= 110 and consumer.status.lag == 0, what="the game", timeout_s=60)
    wait_until(lambda: len(tail.records()) >= 110, what="the tail")
    bare = open_kafka_consumer(servers, group_id=random_name("group"))

    state = consumer.states()[GAME_ID]
    assert (state.home_score, state.away_score, consumer.status.invalid) == (97, 95, 1)
    assert topic in bare.topics()
    close_kafka_clients()


WRONG_WAYS = [
    ("password", {"sasl_plain_password": WRONG}, "does not accept the password of 'student' (PLAIN)"),
    ("secure", {"sasl_plain_password": WRONG}, "does not accept the password of 'student' (SCRAM-SHA-512)"),
    ("secure", {"sasl_plain_username": "nobody"}, "does not accept the password of 'nobody'"),
    ("secure", {"sasl_mechanism": "PLAIN"}, "does not take PLAIN: set sasl_mechanism"),
    ("tls", {"ssl_cafile": None}, "is not trusted (unable to get local issuer certificate): set ssl_cafile"),
    ("other_name", {}, "is for another host"),
    ("mutual", {"ssl_certfile": None, "ssl_keyfile": None}, "wants a certificate of this client"),
]
WRONG_PROTOCOLS = [
    ("plain", "tls", "speaks PLAINTEXT, and this client SSL"),
    ("plain", "password", "speaks PLAINTEXT, and this client SASL_PLAINTEXT"),
    ("plain", "secure", "speaks PLAINTEXT, and this client SASL_SSL"),
    ("tls", "plain", "speaks SSL, and this client PLAINTEXT"),
    ("tls", "secure", "speaks SSL, and this client SASL_SSL"),
    ("password", "plain", "speaks SASL_PLAINTEXT with PLAIN, and this client PLAINTEXT"),
    ("secure", "plain", "speaks SASL_SSL with SCRAM-SHA-256 or SCRAM-SHA-512, and this client PLAINTEXT"),
    ("secure", "tls", "speaks SASL_SSL with SCRAM-SHA-256 or SCRAM-SHA-512, and this client SSL"),
]


def assert_told(error: BaseException | str, servers: str, said: str) -> None:
    """One clear sentence: what, where, what to do; and no password."""
    text = str(error)
    assert said in text
    assert servers in text
    assert "\n" not in text
    assert PASSWORD not in text
    assert WRONG not in text


@pytest.mark.parametrize("make", [KafkaAdminClient, KafkaProducer, KafkaConsumer])
@pytest.mark.parametrize(("listener", "changes", "said"), WRONG_WAYS)
def test_each_client_says_what_is_wrong(
    make: Any, listener: str, changes: Options, said: str, secure: SecureKafka, login: Callable[..., Options]
) -> None:
    """Within seconds."""
    connector, started = Connector(secure.servers(listener), login(listener, **changes)), time.monotonic()

    with pytest.raises(BrokerRefused) as caught:
        connector.connect(make)

    assert_told(caught.value, secure.servers(listener), said)
    assert connector.trouble == str(caught.value)
    assert time.monotonic() - started < PATIENCE_S


@pytest.mark.parametrize(("listener", "meant", "said"), WRONG_PROTOCOLS)
def test_client_and_listener_that_speak_different_protocols(
    listener: str, meant: str, said: str, secure: SecureKafka, login: Callable[..., Options]
) -> None:
    """Which one the listener speaks is found out and said."""
    with pytest.raises(BrokerRefused) as caught:
        Connector(secure.servers(listener), login(meant)).connect(KafkaConsumer)

    assert_told(caught.value, secure.servers(listener), f"{said}: set security_protocol")


@pytest.mark.parametrize("servers", ["no-such-host.invalid:9092", "localhost:1"])
def test_host_that_is_not_there_is_named(servers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may still come, so a runner waits; the sentence names the variable to check."""
    monkeypatch.setenv("NBMOMENTUM_BOOTSTRAP_SERVERS", servers)
    reason = "no computer is known by the name no-such-host" if "invalid" in servers else "nobody listens there"

    for ask in (check_cluster, ensure_topics, round_trip):
        with pytest.raises(BrokerUnavailable) as caught:
            ask(servers)
        assert_told(caught.value, servers, reason)
        assert "Check NBMOMENTUM_BOOTSTRAP_SERVERS" in str(caught.value)


@pytest.fixture
def runners(stopping: Callable[[Runner], Any]) -> Callable[[str], list[Runner]]:
    """A producer, a consumer and a tail, started."""

    def start(servers: str) -> list[Runner]:
        name = random_name("runner")
        made = [
            GameProducer(load_game(GAME_ID), bootstrap_servers=servers, name=f"{name}-producer"),
            BackgroundConsumer(bootstrap_servers=servers, group_id=name, name=f"{name}-consumer"),
            LogTail(bootstrap_servers=servers, name=f"{name}-tail"),
        ]
        return [stopping(runner).start() for runner in made]

    return start


@pytest.mark.parametrize(
    ("listener", "meant", "changes", "said"),
    [
        ("password", "password", {"sasl_plain_password": WRONG}, "does not accept the password"),
        ("tls", "tls", {"ssl_cafile": None}, "is not trusted"),
        ("other_name", "other_name", {}, "is for another host"),
        ("tls", "plain", {}, "speaks SSL, and this client PLAINTEXT"),
        ("plain", "tls", {}, "speaks PLAINTEXT, and this client SSL"),
    ],
)
def test_refusal_ends_runners_and_is_in_their_status_and_everywhere_else(
    listener: str,
    meant: str,
    changes: Options,
    said: str,
    login: Callable[..., Options],
    as_settings: Callable[[str, Options], str],
    runners: Callable[[str], list[Runner]],
) -> None:
    """Trying again would bring the same; the topics, the doctor and the command line say it too."""
    servers = as_settings(listener, login(meant, **changes))

    for runner in runners(servers):
        assert runner.join(PATIENCE_S)
        status: Any = runner.status  # type: ignore[attr-defined]
        assert status.state == "failed"
        assert_told(status.error, servers, said)
    for ask in (check_cluster, ensure_topics, round_trip):
        with pytest.raises(BrokerError) as caught:
            ask(servers)
        assert_told(caught.value, servers, said)
    (finding,) = doctor.broker()
    assert finding.is_ok is False
    assert_told(finding.what, servers, said)
    told = CliRunner().invoke(app.app, ["topics"], prog_name="nbmomentum")
    assert told.exit_code == 1
    assert " ".join(said.split()) in " ".join(told.output.split())


def test_host_that_is_not_there_is_a_state_with_a_reason(runners: Callable[[str], list[Runner]]) -> None:
    """It may come: the runners wait for it, and say why they do."""
    for runner in runners("no-such-host.invalid:9092"):
        wait_until(lambda r=runner: "no-such-host.invalid" in r.status.away_reason, what="the reason")  # type: ignore[attr-defined,misc]
        assert runner.is_running


@pytest.mark.parametrize("password", [PASSWORD, WRONG])
def test_password_is_shown_nowhere(
    password: str,
    own_home: Path,
    login: Callable[..., Options],
    as_settings: Callable[[str, Options], str],
    runners: Callable[[str], list[Runner]],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Not in a log at level DEBUG, a repr, a status, an error, a traceback's locals, the doctor or a file of ours."""
    servers = as_settings("password", login("password", sasl_plain_password=password))
    shown = []

    with caplog.at_level(logging.DEBUG):
        made = runners(servers)
        wait_until(lambda: made[1].error or made[1].status.partitions, what="the consumer", timeout_s=60)  # type: ignore[attr-defined]
        shown += [repr(runner) + repr(runner.status) + runner.explain_error() for runner in made]  # type: ignore[attr-defined]
        with contextlib.suppress(BrokerError):
            shown.append(str(round_trip(servers)))
        connector = Connector(servers)
        shown += [repr(connector), repr(connector._options({})), repr(vars(connector))]
        shown += [finding.what + finding.mend for finding in doctor.broker()]
        for runner in made:
            runner._halt(PATIENCE_S)
    printed = capfd.readouterr()
    logged = [record.getMessage() + repr(record.__dict__) for record in caplog.records]
    written = [file.read_text(errors="replace") for file in own_home.rglob("*") if file.is_file()]

    assert len(logged) > 100
    assert written
    leaks = [text for text in (*shown, *logged, *written, printed.out, printed.err) if password in text]
    assert leaks == []
