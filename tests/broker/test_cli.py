"""The command line with the embedded broker: the two terminals of the class demo, and the broker's life."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from kafka import KafkaProducer
from support import random_name, wait_until
from typer.testing import CliRunner, Result

from nbmomentum.cli import app
from nbmomentum.sources.nba import use_league
from nbmomentum.sources.stand_in import StandInLeague
from nbmomentum.stream import Broker
from nbmomentum.stream.broker import broker_status, release_broker, settle_broker

FINAL_SCORE = "95-97"


class Terminal:
    """A command in a process of its own, writing to a file; `press_ctrl_c` ends it as a user does."""

    def __init__(self, page: Path, *words: str) -> None:
        self._page = page
        with page.open("w") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "nbmomentum", *words], stdout=output, stderr=subprocess.STDOUT
            )

    @property
    def text(self) -> str:
        """What it has written so far."""
        return self._page.read_text(encoding="utf-8")

    def wait_for(self, text: str) -> None:
        """Wait until it has written this."""
        wait_until(lambda: text in self.text, what=f"{text!r} in the terminal")

    def press_ctrl_c(self, number: int = signal.SIGINT) -> int:
        """Send the signal and return the exit code."""
        self._process.send_signal(number)
        return self._process.wait(20)

    def kill(self) -> None:
        """End it whatever it does."""
        self._process.kill()
        self._process.wait()


def run(*words: str) -> Result:
    """Run a command line in this process."""
    result = CliRunner().invoke(app.app, words, prog_name="nbmomentum")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Open a terminal with a command in it; closed at the end of the test."""
    opened: list[Terminal] = []

    def open_terminal(*words: str) -> Terminal:
        opened.append(Terminal(tmp_path / f"terminal-{len(opened)}.txt", *words))
        return opened[-1]

    yield open_terminal
    for each in opened:
        each.kill()


@pytest.fixture
def broker_of_home() -> Iterator[None]:
    """The embedded broker of this test's home, stopped at the end."""
    yield
    release_broker(force=True)


def test_producer_then_consumer_end_in_the_final_score() -> None:
    """Each takes its own lease: between them the broker stops, and what it saved is read again."""
    produced = run("produce", "--game", "MIA", "--speed", "max")

    between = broker_status()
    consumed = run("consume", "--once")

    assert (produced.exit_code, between, consumed.exit_code) == (0, None, 0)
    assert "Final: OKC 95, MIA 97." in produced.stdout
    assert "110 of 110 plays sent, 110 acknowledged, 0 failed" in produced.stdout
    assert FINAL_SCORE in consumed.stdout
    assert "consumed 110, dead letters 0" in consumed.stdout
    assert broker_status() is None


def test_replay_is_saved_and_replayed_again() -> None:
    """What was consumed under a name is a game like any other."""
    run("produce", "--game", "sim-7-0062", "--speed", "max")
    saving = run("consume", "--once", "--save", "mine")

    listed = run("games")
    again = run("produce", "--game", "mine", "--speed", "max")

    assert "mine.jsonl; `nbmomentum produce --game saved:mine` replays it" in saving.stdout
    assert "saved:mine" in listed.stdout
    assert "(saved)" in again.stdout
    assert "113 of 113 plays sent, 113 acknowledged, 0 failed" in again.stdout


def test_game_of_the_league_is_fetched_once_and_replayed() -> None:
    """The second time the league is gone, and the game is still here."""
    with StandInLeague() as league:
        use_league(league.url)
        first = run("produce", "--fetch", "9922400001", "--speed", "max")

    again = run("produce", "--fetch", "9922400001", "--speed", "max")

    for produced in (first, again):
        assert produced.exit_code == 0
        assert "ATL @ BOS, 12 Nov 2024: 117 plays. Data: the stand-in league, " in produced.stdout
        assert "Final: ATL 117, BOS 116." in produced.stdout
        assert "117 of 117 plays sent, 117 acknowledged, 0 failed" in produced.stdout


def test_nothing_is_saved_of_a_topic_without_a_game() -> None:
    """And a name that is no file's is refused before anything is read."""
    nothing = run("consume", "--once", "--save", "mine")
    refused = run("consume", "--once", "--save", "../mine")

    assert (nothing.exit_code, refused.exit_code) == (0, 2)
    assert "Nothing was saved: no game has been read." in nothing.stdout
    assert "name of a saved game" in refused.stderr


def test_consumer_started_first_waits_for_the_game(terminal: Callable[..., Terminal]) -> None:
    """The class demo: a scoreboard that waits, then follows play by play, and ends at Ctrl-C with code 0."""
    consuming = terminal("consume")
    consuming.wait_for("No game yet. [live")

    produced = run("produce", "--game", "MIA", "--speed", "600")
    consuming.wait_for("MIA lead OKC 97-95, Q4 0:01; 38 lead changes, 11 ties")

    assert produced.exit_code == 0
    assert len(consuming.text.splitlines()) > 10
    assert consuming.press_ctrl_c() == 0
    assert broker_status() is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_producer_stops_with_a_summary(number: int, terminal: Callable[..., Terminal]) -> None:
    """What was sent has arrived, so the exit code is 0; the broker is left to end, and ends."""
    producing = terminal("produce", "--speed", "600")
    producing.wait_for("playing: ")

    code = producing.press_ctrl_c(number)

    assert code == 0
    assert "Stopped at Q" in producing.text
    assert " 0 failed" in producing.text
    assert broker_status() is None


def test_producer_that_could_not_deliver_ends_with_code_1(
    terminal: Callable[..., Terminal], broker_of_home: None
) -> None:
    """The broker is stopped under it: it says how long that is away, and at the end what was lost."""
    producing = terminal("produce", "--speed", "60")
    producing.wait_for("playing: ")
    stopped = run("broker", "stop", "--force")

    producing.wait_for("broker away for")
    code = producing.press_ctrl_c()

    assert stopped.exit_code == 0
    assert code == 1
    assert "were not delivered" in producing.text


def test_consumer_into_a_pipe_that_closes_ends(broker: Broker, topic: str) -> None:
    """`nbmomentum consume | head -1` ends by itself, without a traceback."""
    command = [sys.executable, "-m", "nbmomentum", "consume", "--topic", topic]
    servers = ["--bootstrap-servers", broker.bootstrap_servers]
    process = subprocess.Popen([*command, *servers], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None

    first = process.stdout.readline()
    process.stdout.close()
    run("produce", "--topic", topic, "--speed", "max", *servers)
    process.wait(20)

    assert first.startswith(f"Reading {topic}")
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()


def test_a_cluster_of_your_own_is_used_and_left_running(broker: Broker, topic: str) -> None:
    """With the option, no embedded broker is started."""
    servers = ["--bootstrap-servers", broker.bootstrap_servers]

    produced = run("produce", "--topic", topic, "--speed", "max", *servers)
    consumed = run("consume", "--topic", topic, "--once", *servers)

    assert "(external broker)" in produced.stdout
    assert FINAL_SCORE in consumed.stdout
    assert broker_status() is None
    assert broker.is_ours


def test_members_of_one_group_go_on_where_it_committed(broker: Broker, topic: str) -> None:
    """The second reading of a group consumes nothing new, and still knows the game."""
    options = ["--topic", topic, "--group", random_name("group"), "--bootstrap-servers", broker.bootstrap_servers]
    run("produce", *options[:2], *options[4:], "--speed", "max")
    first = run("consume", "--once", *options)

    second = run("consume", "--once", *options)

    assert "consumed 110" in first.stdout
    assert "consumed 0" in second.stdout
    assert FINAL_SCORE in second.stdout


def test_dead_letters_are_counted_and_named(broker: Broker, topic: str) -> None:
    """A record that is no event does not stop the scoreboard, nor steer the terminal."""
    servers = ["--bootstrap-servers", broker.bootstrap_servers]
    run("produce", "--topic", topic, "--speed", "max", *servers)
    client = KafkaProducer(bootstrap_servers=broker.bootstrap_servers)
    client.send(topic, b"\x1b[2J{")
    client.close(timeout=5)

    consumed = run("consume", "--topic", topic, "--once", *servers)

    assert consumed.exit_code == 0
    assert "dead letters 1" in consumed.stdout
    assert "Last dead letter: " in consumed.stdout
    assert "\x1b" not in consumed.stdout
    assert FINAL_SCORE in consumed.stdout


def test_empty_topic_has_no_game(broker: Broker, topic: str) -> None:
    """It says what to do, and is no error."""
    consumed = run("consume", "--topic", topic, "--once", "--bootstrap-servers", broker.bootstrap_servers)

    assert consumed.exit_code == 0
    assert "holds no game yet" in consumed.stdout


def test_held_broker_stays_until_stopped(broker_of_home: None) -> None:
    """`broker start` survives its process; status answers 0; produce and consume use it; stop ends it."""
    started = run("broker", "start")
    again = run("broker", "start")
    status = run("broker", "status")
    produced = run("produce", "--speed", "max")
    running = broker_status()

    stopped = run("broker", "stop")

    assert running is not None
    assert running["bootstrap_servers"] in started.stdout
    assert "already runs" in again.stdout
    assert status.exit_code == 0
    assert str(running["broker_pid"]) in status.stdout
    assert "Used by: `nbmomentum broker start`." in status.stdout
    assert running["bootstrap_servers"] in produced.stdout
    assert (stopped.exit_code, broker_status()) == (0, None)
    assert "has stopped" in stopped.stdout


def test_stop_waits_for_those_who_use_the_broker(terminal: Callable[..., Terminal], broker_of_home: None) -> None:
    """A consumer is not pulled down; the users are named, and the broker ends with the last."""
    run("broker", "start")
    consuming = terminal("consume")
    consuming.wait_for("[live")

    stopped = run("broker", "stop")
    still_there = broker_status()
    code = consuming.press_ctrl_c()

    assert "stops when the last of its users ends" in stopped.stdout
    assert still_there is not None
    assert still_there["leases"][0] in stopped.stdout
    assert (code, broker_status()) == (0, None)


def test_broker_of_a_killed_client_has_ended_when_it_settles(terminal: Callable[..., Terminal]) -> None:
    """What the lab waits for after its kernels: the lease ends with the process, then the broker saves and ends."""
    consuming = terminal("consume")
    consuming.wait_for("[live")
    running = broker_status()
    consuming.kill()

    settle_broker()

    assert running is not None
    assert not psutil.pid_exists(running["broker_pid"])


def test_broker_in_use_does_not_have_to_settle(broker_of_home: None) -> None:
    """The lab ends at once while somebody else holds the broker."""
    run("broker", "start")

    settle_broker()

    assert broker_status() is not None


def test_running_broker_is_not_reset(broker_of_home: None) -> None:
    """One sentence, exit code 1, without asking."""
    run("produce", "--speed", "max")
    run("broker", "start")

    told = run("broker", "reset")

    assert told.exit_code == 1
    assert told.stderr.startswith("The broker is running.")


def test_topics_are_listed_with_their_offsets(broker: Broker, topic: str) -> None:
    """The game lies in partition 2 of three; the settings of the kit are shown."""
    servers = ["--bootstrap-servers", broker.bootstrap_servers]
    run("produce", "--topic", topic, "--speed", "max", *servers)

    rows = [" ".join(line.split()) for line in run("topics", *servers).stdout.splitlines()]

    assert rows[rows.index(f"{topic} 0 0 0 0") :][:3] == [f"{topic} 0 0 0 0", "1 0 0 0", "2 0 110 110"]
    assert f"{topic}: retention.ms=-1 (kept for ever)" in rows
    assert not any(row.startswith("__") for row in rows)


def test_broker_without_topics_says_so() -> None:
    """A fresh broker of this home."""
    told = run("topics")

    assert told.exit_code == 0
    assert "holds no topic yet" in told.stdout


def test_doctor_finds_all_well_and_leaves_nothing(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The round trip goes through a broker of its own: no topic, no record and no log line in the home."""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")

    told = run("doctor")

    assert told.exit_code == 0, told.stdout
    assert "✔ Embedded broker: ready after" in told.stdout
    assert "All is well." in told.stdout
    assert [path for path in own_home.rglob("*") if path.is_file()] == []
    assert broker_status() is None


def test_doctor_looks_at_the_cluster_of_the_environment(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads the topics there, and writes nothing."""
    from nbmomentum.cli import doctor

    monkeypatch.setenv("NBMOMENTUM_BOOTSTRAP_SERVERS", broker.bootstrap_servers)

    monkeypatch.setenv("NBMOMENTUM_LEARNER", "anna")

    finding, names = doctor.broker()

    assert finding.is_ok
    assert broker.bootstrap_servers in finding.what
    assert names.what.startswith("Your name there is anna, your topic anna.nba_momentum; nba_momentum is the class's.")


def test_environment_names_the_cluster_for_every_command(
    broker: Broker, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable does what the option does."""
    monkeypatch.setenv("NBMOMENTUM_BOOTSTRAP_SERVERS", broker.bootstrap_servers)

    status = run("broker", "status")
    produced = run("produce", "--topic", topic, "--speed", "max")
    started = run("broker", "start")

    assert status.exit_code == 0
    assert f"{broker.bootstrap_servers}: it answers" in status.stdout
    assert produced.exit_code == 0
    assert started.exit_code == 1
    assert "unset it to start a broker here" in started.stderr
