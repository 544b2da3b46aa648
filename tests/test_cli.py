"""The command line without a broker: options, tables, errors as sentences, and a quick start."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from nbmomentum.cli import app, options, terminal
from nbmomentum.cli.tables import topics_table
from nbmomentum.replay import AS_FAST_AS_POSSIBLE
from nbmomentum.settings import BOOTSTRAP_SERVERS_VARIABLE
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.sources.nba import use_league
from nbmomentum.sources.stand_in import StandInLeague
from nbmomentum.sources.stored import save_game
from nbmomentum.stream import PartitionInfo
from nbmomentum.stream.topics import PartitionRange, TopicReport

HEAVY = {"kafka", "pandas", "numpy", "jupyterlab", "jupyter_server", "IPython", "ipywidgets", "bqplot", "nba_api"}
HELP_THEN_MODULES = """
import json, sys
from nbmomentum.cli import main
sys.argv = ["nbmomentum", *{words}]
try:
    main()
except SystemExit as end:
    print(json.dumps([end.code, sorted({{name.split(".")[0] for name in sys.modules}})]))
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> "Run":
    """Run a command line in this process, 80 columns wide."""
    monkeypatch.setenv("COLUMNS", "80")
    return Run()


class Run:
    """`run("games")` runs `nbmomentum games` and keeps what it said."""

    def __call__(self, *words: str, answer: str = "") -> "Run":
        """Run it, with these keys typed."""
        result = CliRunner().invoke(app.app, words, input=answer, prog_name="nbmomentum")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        self.code, self.out, self.err = result.exit_code, result.stdout, result.stderr
        return self


@pytest.fixture
def saved(own_home: Path) -> Path:
    """A file that an embedded broker has saved."""
    file = own_home / "broker" / "embedded" / "data" / "log"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"x" * 2000)
    return file


@pytest.mark.parametrize("words", [["--help"], ["produce", "--help"], ["games"], ["--version"]])
def test_simple_commands_load_nothing_heavy(words: list[str]) -> None:
    """Help, version and the list of games come at once: no Kafka, no pandas, no Jupyter."""
    script = HELP_THEN_MODULES.format(words=words)

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    code, modules = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    assert HEAVY.isdisjoint(modules)


def test_help_names_every_command(run: Run) -> None:
    """The commands the documentation promises are there."""
    shown = run("--help").out

    assert all(name in shown for name in ("lab", "broker", "produce", "consume", "games", "topics", "doctor"))


def test_version_is_told(run: Run) -> None:
    """One line with the name and the version."""
    assert run("--version").out.startswith("nbmomentum 0.")


def test_games_are_listed_within_80_columns(run: Run) -> None:
    """Each bundled game with its id and final score."""
    shown = run("games").out

    assert max(map(len, shown.splitlines())) <= 80
    for game in list_games():
        row = next(line for line in shown.splitlines() if game.game_id in line)
        assert f"{game.away} @ {game.home}" in row
        assert f"{game.away_score}-{game.home_score}" in row


def test_overtimes_are_counted(run: Run) -> None:
    """The game of four overtimes says so."""
    assert "147-144 (4OT)" in run("games").out


@pytest.mark.parametrize("text", ["0021500277", "MIA", "okc @ mia", "38 lead"])
def test_game_is_found_by_id_or_by_text_that_fits_only_one(text: str) -> None:
    """People remember teams, not ids."""
    assert options.find_game(text).game_id == "0021500277"


def test_ambiguous_game_lists_those_that_fit(run: Run) -> None:
    """Usage error, with the ids to choose from and no others."""
    told = run("produce", "--game", "GSW")

    assert told.code == 2
    assert "fits 3 games" in told.err
    assert all(game_id in told.err for game_id in ("0021500177", "0021500051", "0041700404"))
    assert "0021500277" not in told.err


def test_unknown_game_lists_all(run: Run) -> None:
    """Usage error, with every id."""
    told = run("produce", "--game", "Springfield")

    assert told.code == 2
    assert all(game.game_id in told.err for game in list_games())


def test_saved_and_simulated_games_are_listed_and_found(run: Run) -> None:
    """By id or by text; a bundled game's teams stay short to type whatever was saved of it."""
    save_game(load_game("0021500277")[:57], name="first-half")

    shown = run("games").out

    assert max(map(len, shown.splitlines())) <= 80
    assert all(game_id in shown for game_id in ("saved:first-half", "sim-7-0062"))
    assert [
        options.find_game(text).game_id for text in ("first-half", "saved as", "BOS @ HOU", "MIA", "sim-9-0001")
    ] == [
        "saved:first-half",
        "saved:first-half",
        "sim-7-0062",
        "0021500277",
        "sim-9-0001",
    ]


@pytest.mark.parametrize(("text", "speed"), [("60", 60.0), ("0.25", 0.25), ("90x", 90.0), ("600×", 600.0)])
def test_speed_is_game_seconds_a_second(text: str, speed: float) -> None:
    """With or without the sign that the notebooks show."""
    assert options.read_speed(text) == speed


def test_speed_max_is_as_fast_as_possible() -> None:
    """The word of the notebooks' button."""
    assert options.read_speed("max") == AS_FAST_AS_POSSIBLE


@pytest.mark.parametrize("text", ["0", "601", "-1", "inf", "nan", "fast", ""])
def test_other_speeds_are_refused(text: str) -> None:
    """Outside 0.25 to 600, or no number."""
    with pytest.raises(typer.BadParameter, match="no speed"):
        options.read_speed(text)


@pytest.mark.parametrize("text", ["", "a b", "a/b", ".", "..", "x" * 231, "ä"])
def test_topic_names_kafka_refuses_are_refused(text: str) -> None:
    """Before any broker is asked; room is left for the dead-letter topic's suffix."""
    with pytest.raises(typer.BadParameter, match="no topic name"):
        options.read_topic(text)


def test_topic_names_kafka_allows_are_taken() -> None:
    """Letters, digits and three signs."""
    assert options.read_topic("class-7.b_2") == "class-7.b_2"


def test_servers_take_host_and_port(run: Run) -> None:
    """Usage error when the port is missing."""
    told = run("topics", "--bootstrap-servers", "localhost")

    assert options.read_servers("a:1,b:2") == "a:1,b:2"
    assert told.code == 2
    assert "host:port" in told.err


def test_error_of_the_kit_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error, exit code 1, no traceback, not broken into lines where a program reads."""
    monkeypatch.setenv(BOOTSTRAP_SERVERS_VARIABLE, "nonsense")

    told = run("broker", "status")

    assert told.code == 1
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert told.err.startswith(f"{BOOTSTRAP_SERVERS_VARIABLE} is 'nonsense'")


def test_cluster_that_is_away_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens at port 1."""
    monkeypatch.setenv(BOOTSTRAP_SERVERS_VARIABLE, "127.0.0.1:1")

    told = run("produce")

    assert told.code == 1
    assert told.err.startswith("No Kafka broker answers at 127.0.0.1:1")


def test_status_of_no_broker_is_exit_code_1(run: Run, saved: Path) -> None:
    """Scripts can ask; people read how much is saved."""
    told = run("broker", "status")

    assert told.code == 1
    assert "No broker is running; embedded 2 kB saved" in told.out


def test_status_of_a_cluster_that_is_away_is_exit_code_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable's cluster is reported, not the embedded broker."""
    monkeypatch.setenv(BOOTSTRAP_SERVERS_VARIABLE, "127.0.0.1:1")

    told = run("broker", "status")

    assert told.code == 1
    assert "127.0.0.1:1 (nobody listens there)" in told.out


def test_stop_without_a_broker_is_no_error(run: Run) -> None:
    """There is nothing to do, and that is said."""
    told = run("broker", "stop")

    assert (told.code, told.out) == (0, "No broker is running.\n")


def test_reset_asks_first(run: Run, saved: Path) -> None:
    """No is no, and so is no answer."""
    refused = run("broker", "reset", answer="n\n").code

    assert refused == 1
    assert run("broker", "reset").code == 1
    assert saved.exists()


@pytest.mark.parametrize(("words", "answer"), [(["--yes"], ""), (["-y"], ""), ([], "y\n")])
def test_reset_deletes_what_is_saved(run: Run, saved: Path, words: list[str], answer: str) -> None:
    """After a yes, given either way."""
    told = run("broker", "reset", *words, answer=answer)

    assert told.code == 0
    assert "Deleted 2 kB" in told.out
    assert not saved.exists()


def test_reset_of_nothing_does_not_ask(run: Run) -> None:
    """An empty broker is empty already."""
    told = run("broker", "reset")

    assert (told.code, told.out) == (0, "The broker has saved nothing.\n")


def test_topics_table_shows_copies_only_where_there_are_several() -> None:
    """One node's table stays as narrow as it was; a partition without a leader says so; long names are whole."""
    report = TopicReport("nba_momentum.dead_letter", (PartitionRange(0, 0, 7),), {})
    alone, copied = PartitionInfo(0, 1, (1,), (1,)), PartitionInfo(0, None, (2, 3, 1), (3,))

    with terminal.out.capture() as narrow:
        terminal.out.print(topics_table([report], {report.name: [alone]}))
    with terminal.out.capture() as wide:
        terminal.out.print(topics_table([report], {report.name: [copied]}))

    assert "Leader" not in narrow.get()
    assert all(word in wide.get() for word in ("Leader", "In sync", "none", "2, 3, 1"))
    assert "…" not in wide.get()


@pytest.fixture
def league() -> Iterator[StandInLeague]:
    """A league that the commands of this test ask."""
    with StandInLeague() as league:
        use_league(league.url)
        yield league


def test_games_of_the_league_are_found(run: Run, league: StandInLeague) -> None:
    """Beside those on this computer, with the way to replay one."""
    shown = run("games", "celtics", "2024-25").out

    assert run.code == 0
    here, there = shown.split("At the stand-in league, 1 finished game:")
    assert "0022400001" in here
    assert "9922400001" in there
    assert "produce --fetch ID" in there


def test_league_that_does_not_answer_hides_no_game_here(run: Run, league: StandInLeague) -> None:
    """One sentence, and the games on this computer."""
    league.fail_next("403", path="leaguegamefinder")

    shown = run("games", "BOS", "2024-25").out

    assert run.code == 0
    assert "0022400001" in shown
    assert "Games at the stand-in league cannot be listed." in shown
    assert "refused with status 403." in " ".join(shown.split())


def test_words_that_ask_for_nothing_are_told(run: Run) -> None:
    """Nobody is asked."""
    assert run("games", "who won?").code == 1

    assert "name a team, a season or a day" in " ".join(run.err.split())


def test_word_that_is_no_teams_hides_no_game_here(run: Run) -> None:
    """What fits here is listed; the league is not asked for something else, and the word is named."""
    shown = run("games", "four", "overtimes").out

    assert run.code == 0
    assert "0021500391" in shown
    assert "'four', 'overtimes' are no team, season or day the kit knows." in " ".join(shown.split())
    assert run("games", "NJX", "1996-97").code == 1
    assert "'njx' is no team, season or day the kit knows." in " ".join(run.err.split())


def test_game_to_fetch_that_is_none_is_told(run: Run) -> None:
    """Before a broker is started."""
    assert run("produce", "--fetch", "MIA").code == 1

    assert "one has ten digits, such as 0022400001" in " ".join(run.err.split())


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        (["--live", "MIA", "--fetch", "0022400001"], "--live and --fetch exclude each other"),
        (["--fetch", "0022400001", "--team-stats"], "--fetch and --team-stats exclude each other"),
    ],
)
def test_produce_sends_one_thing_at_a_time(run: Run, words: list[str], refused: str) -> None:
    """Two wishes are told apart before anything is started."""
    assert run("produce", *words).code == 1

    assert refused in " ".join(run.err.split())
