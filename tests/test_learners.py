"""Whose topics and groups these are on a broker that others use, too: a name, a hub's user, or the home's own word."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nbmomentum.errors import SettingsError
from nbmomentum.settings import learner, name_in_kafka
from nbmomentum.stream import Broker
from nbmomentum.stream.broker import APACHE, EMBEDDED, EXTERNAL

ASK = "from nbmomentum.settings import learner; print(learner())"
SERVERS = "class.example:9092"


def as_kafka_compares(topic: str) -> str:
    """Kafka makes no topic whose name differs from another one's in dots and underscores alone."""
    return topic.replace(".", "_")


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"NBMOMENTUM_LEARNER": "anna", "JUPYTERHUB_USER": "hub-7"}, "anna"),
        ({"NBMOMENTUM_LEARNER": "  ", "JUPYTERHUB_USER": "hub-7"}, "hub-7"),
        ({"JUPYTERHUB_USER": " hub-7 "}, "hub-7"),
    ],
)
def test_name_is_the_learners_else_the_hubs(
    variables: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was set first counts, and an empty name is none."""
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)

    assert learner() == name


def test_without_a_name_the_home_keeps_a_word(own_home: Path) -> None:
    """Made once, read from then on; another home has another one."""
    first = learner()

    assert re.fullmatch("[a-z]{10}", first)
    assert (own_home / "learner").read_text() == f"{first}\n"
    assert learner() == first
    (own_home / "learner").write_text("")  # its maker was killed in between
    assert learner() not in ("", first)


def test_whoever_asks_first_makes_the_word_for_all(own_home: Path) -> None:
    """Six kernels of one home that start at once have one name."""
    askers = [subprocess.Popen([sys.executable, "-c", ASK], stdout=subprocess.PIPE, text=True) for _ in range(6)]

    words = {asker.communicate(timeout=60)[0] for asker in askers}

    assert words == {(own_home / "learner").read_text()}


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the variable; a name that is set needs no home."""
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("NBMOMENTUM_HOME", str(tmp_path / "taken"))

    with pytest.raises(SettingsError, match="NBMOMENTUM_HOME"):
        learner()
    monkeypatch.setenv("NBMOMENTUM_LEARNER", "anna")

    assert learner() == "anna"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("anna", "anna"),
        ("Anna-7", "Anna-7"),
        ("anna.b", "anna-b-0e200715"),
        ("anna_b", "anna-b-c939e6cd"),
        ("anna-b-0e200715", "anna-b-0e200715-"),
        ("ünal@school.example", "nal-school-example-"),
        ("王", "learner-"),
        ("a" * 41, "a" * 40 + "-"),
    ],
)
def test_names_that_kafka_or_a_reader_could_mistake_are_marked(text: str, name: str) -> None:
    """What is changed, or looks like a changed name, ends in eight digits of the original."""
    found = name_in_kafka(text)

    assert found.startswith(name)
    assert (found == text) == (text in ("anna", "Anna-7"))


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_learners_never_share_a_name(one: str, other: str) -> None:
    """Also as Kafka compares topics; and every name is legal and leaves room for what follows."""
    assume(one != other)
    names = [name_in_kafka(text) for text in (one, other)]

    assert len({as_kafka_compares(f"{name}.nba_momentum") for name in names}) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9-]{1,49}", name) for name in names)


@pytest.mark.parametrize("rung", [EMBEDDED, APACHE])
def test_on_the_kits_own_broker_names_stand_as_they_are(rung: object, own_home: Path) -> None:
    """What a lesson teaches is what lies there, and no word is made."""
    broker = Broker("127.0.0.1:1", rung)  # type: ignore[arg-type]

    assert (broker.learner, broker.topic, broker.named("lesson-03")) == ("", "nba_momentum", "lesson-03")
    assert "begin with" not in broker._repr_html_()
    assert not own_home.exists()


def test_on_a_broker_of_others_the_learners_name_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """In every topic and group; the banner says so."""
    monkeypatch.setenv("NBMOMENTUM_LEARNER", "anna")
    broker = Broker(SERVERS, EXTERNAL)

    assert (broker.topic, broker.named("lesson-03")) == ("anna.nba_momentum", "anna.lesson-03")
    assert "Your topics and groups begin with anna" in broker._repr_html_()
