"""How Kafka clients are made: which options reach which client, and what is said when one cannot be made."""

from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError

from nbmomentum.errors import BrokerUnavailable, SettingsError
from nbmomentum.stream.cluster import client
from nbmomentum.stream.cluster.client import Connector


@pytest.fixture(autouse=True)
def somebody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that there is a broker."""
    monkeypatch.setattr(client, "is_reachable", lambda _: True)


def options_of(connector: Connector, **options: Any) -> dict[str, Any]:
    """What a client made with these options would get."""
    return connector.connect(lambda **given: given, **options)


def test_way_to_the_cluster_is_every_clients() -> None:
    """Security that was given for the consumer holds for the admin client and the dead letters too."""
    connector = Connector("a:1,b:2", {"security_protocol": "SASL_SSL", "sasl_plain_username": "me", "linger_ms": 5})

    options = options_of(connector, request_timeout_ms=7)

    assert options["bootstrap_servers"] == ["a:1", "b:2"]
    assert (options["security_protocol"], options["sasl_plain_username"]) == ("SASL_SSL", "me")
    assert options["request_timeout_ms"] == 7
    assert "linger_ms" not in options


def test_own_options_win_over_ours() -> None:
    """Our time-outs are defaults."""
    assert options_of(Connector("a:1"))["bootstrap_timeout_ms"] == client.BOOTSTRAP_TIMEOUT_MS
    assert options_of(Connector("a:1"), bootstrap_timeout_ms=1)["bootstrap_timeout_ms"] == 1


def test_somebody_who_does_not_answer_is_no_broker_to_start() -> None:
    """It is busy, or stands still, and another broker would mend nothing; the client's own error is the cause."""

    def make(**_: Any) -> None:
        raise KafkaTimeoutError("Unable to bootstrap")

    with pytest.raises(BrokerUnavailable, match=r"listens at a:1, but.*within 2 s.*broker status") as caught:
        Connector("a:1").connect(make)

    assert isinstance(caught.value.__cause__, KafkaTimeoutError)
    assert "start_broker" not in str(caught.value)


def test_options_that_cannot_be_used_are_no_broker_that_is_away() -> None:
    """Waiting would not help."""

    def make(**_: Any) -> None:
        raise ValueError("Unrecognized configs: typo")

    with pytest.raises(SettingsError, match="typo"):
        Connector("a:1").connect(make)


def test_cancelled_connector_makes_no_client() -> None:
    """Its runner is about to end."""
    connector = Connector("a:1")

    connector.cancel()

    assert connector.is_cancelled
    with pytest.raises(BrokerUnavailable, match="cancelled"):
        options_of(connector)
