"""docker-compose.yml without a Docker engine: the specification's schema, pinned images, and listeners that fit."""

import importlib.resources
import json
import re
from pathlib import Path
from typing import Any

import pytest

from nbmomentum.stream.broker.kafka_files import VERSION

yaml = pytest.importorskip("yaml", reason="`uv sync --group compose` installs what reads docker-compose.yml")
jsonschema = pytest.importorskip("jsonschema", reason="`uv sync --group compose` installs it")

FILE = Path(__file__).parent.parent / "docker-compose.yml"
TEXT = FILE.read_text(encoding="utf-8")
VARIABLE = re.compile(r"\$\{NBMOMENTUM_CLASS_ADDRESS:-([^}]*)\}")
COMPOSE: dict[str, Any] = yaml.safe_load(VARIABLE.sub(r"\1", TEXT))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BROKERS = ("kafka", "kafka-1", "kafka-2", "kafka-3")
CLUSTER = BROKERS[1:]


def listeners(name: str, of: str = "KAFKA_LISTENERS") -> dict[str, str]:
    """A broker's listeners: the address of each, by its name."""
    return dict(listener.split("://") for listener in SERVICES[name]["environment"][of].split(","))


def published(name: str) -> list[tuple[str, str, str]]:
    """A service's ports: the address on this computer, the port there, the port in the container."""
    return [tuple(port.split(":")) for port in SERVICES[name]["ports"]]


def test_file_follows_the_compose_specification() -> None:
    """Its own JSON schema, as check-jsonschema carries it."""
    package = pytest.importorskip("check_jsonschema", reason="`uv sync --group compose` installs the schema")
    schema_file = importlib.resources.files(package) / "builtin_schemas" / "vendor" / "compose-spec.json"
    schema = json.loads(schema_file.read_text(encoding="utf-8"))

    errors = [error.message for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(COMPOSE)]

    assert schema["title"] == "Compose Specification"
    assert errors == []


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned(name: str) -> None:
    """To a whole version: the same tomorrow as today."""
    assert re.fullmatch(r"[a-z/-]+:v?\d+\.\d+\.\d+", SERVICES[name]["image"])


@pytest.mark.parametrize("name", BROKERS)
def test_brokers_run_the_kits_kafka(name: str) -> None:
    """The official image, of the version that `start_broker("apache")` runs."""
    assert SERVICES[name]["image"] == f"apache/kafka:{VERSION}"


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_this_computers_own(name: str) -> None:
    """Nobody else on the network reaches a broker without a password."""
    assert published(name)
    assert {address for address, _, _ in published(name)} == {"127.0.0.1"}


def test_the_class_reaches_one_broker_where_it_is_told_to() -> None:
    """With the address of this computer the one broker is published there, and tells its clients the same."""
    there: dict[str, Any] = yaml.safe_load(VARIABLE.sub("192.168.1.20", TEXT))["services"]
    changed = [name for name in SERVICES if there[name] != SERVICES[name]]

    assert changed == ["kafka"]
    assert there["kafka"]["ports"] == ["192.168.1.20:9092:9092"]
    assert "HOST://192.168.1.20:9092," in there["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    assert "${" not in VARIABLE.sub("", TEXT)


def test_no_port_is_published_twice() -> None:
    """All profiles can run at once, beside JupyterLab."""
    ports = [port for name in SERVICES for _, port, _ in published(name)]

    assert len(ports) == len({*ports, "8888"}) - 1


@pytest.mark.parametrize("name", BROKERS)
def test_listeners_are_where_they_are_said_to_be(name: str) -> None:
    """Clients here are sent to the published port, brokers and containers to the service's name."""
    here, told = listeners(name), listeners(name, "KAFKA_ADVERTISED_LISTENERS")
    ((_, port, inside),) = published(name)

    assert told["HOST"] == f"localhost:{port}"
    assert here["HOST"] == f":{port}" == f":{inside}"
    assert told["DOCKER"] == f"{name}{here['DOCKER']}"
    assert told.keys() == here.keys() - {"CONTROLLER"}


@pytest.mark.parametrize("name", BROKERS)
def test_listeners_have_a_protocol_and_a_use(name: str) -> None:
    """Each is named in the map, which names no other."""
    settings = SERVICES[name]["environment"]
    protocols = dict(pair.split(":") for pair in settings["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(","))

    assert protocols == dict.fromkeys(listeners(name), "PLAINTEXT")
    assert settings["KAFKA_INTER_BROKER_LISTENER_NAME"] == "DOCKER"
    assert settings["KAFKA_CONTROLLER_LISTENER_NAMES"] == "CONTROLLER"


@pytest.mark.parametrize("names", [BROKERS[:1], CLUSTER])
def test_voters_are_the_brokers_of_the_cluster(names: tuple[str, ...]) -> None:
    """Each votes under its own number; all share one cluster id, and no other cluster has it."""
    settings = {name: SERVICES[name]["environment"] for name in names}
    voters = {f"{settings[name]['KAFKA_NODE_ID']}@{name}{listeners(name)['CONTROLLER']}" for name in names}
    others = {SERVICES[name]["environment"]["CLUSTER_ID"] for name in BROKERS if name not in names}

    assert {setting["KAFKA_CONTROLLER_QUORUM_VOTERS"] for setting in settings.values()} == {",".join(sorted(voters))}
    assert len({setting["CLUSTER_ID"] for setting in settings.values()} - others) == 1


@pytest.mark.parametrize(("names", "copies"), [(BROKERS[:1], 1), (CLUSTER, 3)])
def test_internal_topics_have_as_many_copies_as_there_are_brokers(names: tuple[str, ...], copies: int) -> None:
    """One broker cannot hold three; three must hold three, or one that stops takes the groups with it."""
    topics = ("OFFSETS_TOPIC", "TRANSACTION_STATE_LOG", "SHARE_COORDINATOR_STATE_TOPIC")

    found = {SERVICES[name]["environment"][f"KAFKA_{topic}_REPLICATION_FACTOR"] for name in names for topic in topics}

    assert found == {copies}


def test_three_brokers_keep_what_two_have() -> None:
    """Replication and the least number of replicas in sync, as in the lesson about durability."""
    for name in CLUSTER:
        settings = SERVICES[name]["environment"]
        assert (settings["KAFKA_DEFAULT_REPLICATION_FACTOR"], settings["KAFKA_MIN_INSYNC_REPLICAS"]) == (3, 2)


@pytest.mark.parametrize("name", BROKERS)
def test_the_log_outlives_its_container(name: str) -> None:
    """It lies in a named volume of its own, where the broker writes it."""
    assert SERVICES[name]["volumes"] == [f"{name}:{SERVICES[name]['environment']['KAFKA_LOG_DIRS']}"]
    assert name in COMPOSE["volumes"]


@pytest.mark.parametrize("name", BROKERS)
def test_health_is_asked_of_a_listener_that_is_there(name: str) -> None:
    """A Kafka request, not only an open port."""
    command = SERVICES[name]["healthcheck"]["test"]

    assert command[:2] == ["CMD", "/opt/kafka/bin/kafka-broker-api-versions.sh"]
    assert command[-1] == f"localhost{listeners(name)['DOCKER']}"


def test_profiles_are_asked_for() -> None:
    """Without one, there is a single broker."""
    profiles = {name: service.get("profiles") for name, service in SERVICES.items()}

    assert profiles == {"kafka": None, **{name: ["cluster"] for name in CLUSTER}, "kafka-ui": ["ui"]}


def test_web_page_knows_every_broker() -> None:
    """Under the names that containers reach them by."""
    settings = SERVICES["kafka-ui"]["environment"]
    told = [
        ",".join(listeners(name, "KAFKA_ADVERTISED_LISTENERS")["DOCKER"] for name in names)
        for names in (BROKERS[:1], CLUSTER)
    ]

    assert [settings[f"KAFKA_CLUSTERS_{number}_BOOTSTRAPSERVERS"] for number in (0, 1)] == told


@pytest.mark.parametrize("names", [BROKERS[:1], CLUSTER])
def test_comment_names_the_servers_to_use(names: tuple[str, ...]) -> None:
    """What a reader copies is what the brokers advertise."""
    servers = ",".join(listeners(name, "KAFKA_ADVERTISED_LISTENERS")["HOST"] for name in names)

    assert re.search(rf"NBMOMENTUM_BOOTSTRAP_SERVERS={re.escape(servers)}\s", TEXT)
