"""The lessons, the log view and the dashboard on Apache Kafka itself, as `broker start --engine apache` lets them run.

Their own tests run on the embedded broker; what these click, read and compare with an independent client is the same.
"""

import re
from collections.abc import Iterator

import pytest
from brokers import servers_of
from independent import committed, end_offsets
from lab import Lab, NotebookPage
from panels import clocks, groups, health, open_tab, season, strip, wait_for_points
from panels.key import follow_a_key
from panels.live_game import follow_the_other_game, lesson_in, run_lesson, see_a_basket_withdrawn, see_an_outage
from panels.log_picture import choose_records, open_log_view, see_offsets_of_the_broker
from support import wait_until

from nbmomentum.errors import BrokerError
from nbmomentum.sources.stand_in import StandInLeague
from nbmomentum.stream.broker import APACHE, broker_status, find_java, hold_broker, present_kafka, release_broker

NOTEBOOKS = ("00_start_here", "01_a_game_is_a_log", "02_follow_the_log", "03_from_points_to_momentum", "dashboard")
TITLE = "Apache Kafka on this computer: one node"
ERROR = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error'], .kit-error"
PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def held_apache(lab: Lab) -> Iterator[None]:
    """One node of Apache Kafka in the home of the lab, for every notebook of this module."""
    try:
        find_java()
        if present_kafka() is None:
            pytest.skip("Apache Kafka's files are not on this computer; `nbmomentum broker fetch` brings them.")
    except BrokerError as error:
        pytest.skip(str(error))
    home = lab.home / "broker"
    hold_broker("apache", home=home)
    yield
    release_broker(home, APACHE, force=True)


@pytest.fixture
def apache(held_apache: None, lab: Lab) -> str:
    """Where the node is, for a client of the test's own."""
    return servers_of(lab.home / "broker", APACHE)


def run(page: NotebookPage, name: str) -> None:
    """Open a notebook and run all; the banner names the rung."""
    page.open(f"{name}.ipynb")
    page.run_all()
    page.page.locator(".nbm-banner", has_text=TITLE).first.wait_for(timeout=PATIENCE_S * 1000)


def stop(page: NotebookPage) -> None:
    """No output is an error and no view tells of one; Stop ends the notebook."""
    assert page.page.locator(ERROR).all_inner_texts() == []
    page.click(".kit-stop")
    wait_until(lambda: "Stopped" in page.text(".kit-end"), what="the end")


def pictures(page: NotebookPage, name: str, part: str) -> None:
    """Screenshots of this part from its top, in both themes."""
    for theme in ("light", "dark"):
        page.use_theme(theme)
        page.page.locator(part).first.evaluate("part => part.scrollIntoView({block: 'start'})")
        page.screenshot(f"apache-{name}-{theme}")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_runs_unchanged_on_apache_kafka(apache: str, lab: Lab, notebook: NotebookPage, name: str) -> None:
    """Run All: the banner names the rung, the score moves, the health line agrees, and Stop leaves Kafka running."""
    run(notebook, name)
    notebook.page.locator(".kit-scoreboard").first.wait_for(timeout=PATIENCE_S * 1000)
    wait_for_points(notebook)
    notebook.screenshot(f"apache-{name}")
    if notebook.page.locator(".kit-health").count():
        wait_until(lambda: health(notebook, "Broker") == "apache", what="the health line to name the rung")
    if notebook.page.locator(".kit-key-view").count():
        follow_a_key(notebook)
        pictures(notebook, "key", ".kit-key-view")
    stop(notebook)

    assert broker_status(lab.home / "broker", APACHE) is not None


def test_log_view_shows_the_offsets_of_apache_kafka(apache: str, lab: Lab, notebook: NotebookPage) -> None:
    """Records are chosen by click and keys; flags move, and are an independent client's offsets; any group's is one."""
    open_log_view(notebook, lab)
    choose_records(notebook)
    notebook.click(".kit-log-follow")
    notebook.click(".kit-restart")  # the game may be over by now
    see_offsets_of_the_broker(notebook, apache, "apache-log-view")

    pictures(notebook, "log-view", ".kit-log-state")
    pictures(notebook, "wire-sheet", ".kit-wires")
    stop(notebook)


def test_time_travel_on_apache_kafka(apache: str, notebook: NotebookPage) -> None:
    """Lesson 04: each clock seeks, and the strip takes a play through its stations, offsets and code with it."""
    run(notebook, "04_time_travel")
    notebook.part(".kit-panel .kit-clocks")
    wait_until(lambda: clocks.known(notebook) > 2, what="plays on the clocks", timeout_s=PATIENCE_S)
    clocks.bend(notebook)
    clocks.seek_by_each_clock(notebook)
    clocks.follow(notebook)  # and what could not be read is no longer told
    pictures(notebook, "clocks", ".kit-clocks")

    strip.step_through_a_play(notebook)
    strip.look_back(notebook)
    pictures(notebook, "strip", ".kit-pipeline")
    stop(notebook)


def test_many_games_many_consumers_on_apache_kafka(apache: str, notebook: NotebookPage) -> None:
    """Lesson 05: lags are the broker's own, members come and go by button, and its description says the same."""
    run(notebook, "05_many_games_many_consumers")
    notebook.page.locator(".kit-member").first.wait_for(timeout=PATIENCE_S * 1000)
    notebook.part(".kit-group-controls")
    name = groups.group_of(notebook)  # of the topic, too
    assert "embedded broker" not in notebook.text(".kit-strategy-words")

    slow = make_slow(notebook, "consumer-1")
    lags = groups.wait_for_lags_of_the_broker(notebook, apache, name, topic=name)
    assert max(lags.values()) == max(lags[partition] for partition in slow)
    pictures(notebook, "groups-slow", ".kit-group-controls")
    notebook.press(".kit-record-delay", "Home")

    notebook.click(".kit-add-member")
    three = groups.wait_for_members(notebook, apache, name, [1, 1, 1])
    groups.wait_for_event(notebook, "consumer-3 joined")
    groups.choose(notebook, "Member", "consumer-1")
    notebook.click(".kit-remove-member")
    two = groups.wait_for_members(notebook, apache, name, [1, 2])
    assert set(two) == {"consumer-2", "consumer-3"}
    event = groups.wait_for_event(notebook, "consumer-1 left")
    [moved] = three["consumer-1"]
    assert re.search(rf"partitions? [\d, and]*\b{moved}\b[\d, and]* stopped", event)

    wait_until(lambda: is_caught_up(notebook, apache, name), what="no lag, as the broker says", timeout_s=PATIENCE_S)
    pictures(notebook, "groups", ".kit-group-controls")
    stop(notebook)


def make_slow(page: NotebookPage, member: str) -> tuple[int, ...]:
    """Let a member take five seconds for a record, and wait until it is behind; returns its partitions."""
    groups.choose(page, "Member", member)
    page.press(".kit-record-delay", "End")
    wait_until(lambda: page.text(".kit-delay-text") == "5 s a record", what="the delay")
    wait_until(lambda: max(groups.committed_lags(page).values()) >= 8, what="a lag", timeout_s=PATIENCE_S)
    return groups.columns(page)[member]


def is_caught_up(page: NotebookPage, servers: str, group_id: str) -> bool:
    """Whether both lags of all partitions are 0, and the group has committed their ends; its topic has its name."""
    rows = [groups.lags(page, partition) for partition in range(3)]
    saved = {partition: found.offset for partition, found in committed(servers, group_id).items()}
    return all(row["lag"] == row["committed"] == "0" for row in rows) and saved == end_offsets(servers, group_id)


def test_a_season_on_apache_kafka(apache: str, notebook: NotebookPage) -> None:
    """Lesson 07: the ranking changes day by day and by a click, to the season's end."""
    run(notebook, "07_a_season_of_teams")
    notebook.part(".kit-panel")
    wait_until(lambda: len(season.ranking(notebook)) == 30, what="thirty teams", timeout_s=PATIENCE_S)
    season.drive_the_season(notebook)
    assert health(notebook, "Broker") == "apache"

    pictures(notebook, "season", ".kit-season")
    open_tab(notebook, "Log")
    wait_until(lambda: "simulated" in notebook.text(".kit-log"), what="the changes in the log")
    stop(notebook)


def test_a_live_game_on_apache_kafka(apache: str, lab: Lab, notebook: NotebookPage, league: StandInLeague) -> None:
    """Lesson 08: the score moves back with a correction, an outage is told, and another game is followed."""
    run_lesson(notebook, lesson_in(lab, league))
    notebook.page.locator(".nbm-banner", has_text=TITLE).first.wait_for(state="attached")
    see_a_basket_withdrawn(notebook, league, "apache-08")
    see_an_outage(notebook, league, "apache-08")
    follow_the_other_game(notebook, league)
    assert health(notebook, "Broker") == "apache"

    pictures(notebook, "08", ".kit-panel .kit-tonight")
    stop(notebook)
