"""Lessons 00 to 03 and the dashboard on Apache Kafka itself, as `broker start --engine apache` lets them run."""

from collections.abc import Iterator

import pytest
from lab import Lab, NotebookPage
from panels import health, wait_for_points
from support import wait_until

from nbmomentum.errors import BrokerError
from nbmomentum.stream.broker import APACHE, broker_status, find_java, hold_broker, present_kafka, release_broker

NOTEBOOKS = ("00_start_here", "01_a_game_is_a_log", "02_follow_the_log", "03_from_points_to_momentum", "dashboard")
TITLE = "Apache Kafka on this computer: one node"
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


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_runs_unchanged_on_apache_kafka(
    held_apache: None, lab: Lab, notebook: NotebookPage, name: str
) -> None:
    """Run All: the banner names the rung, the score moves, the health line agrees, and Stop leaves Kafka running."""
    page = notebook.page
    notebook.open(f"{name}.ipynb")
    notebook.run_all()

    page.locator(".nbm-banner", has_text=TITLE).first.wait_for(timeout=PATIENCE_S * 1000)
    page.locator(".kit-scoreboard").first.wait_for(timeout=PATIENCE_S * 1000)
    wait_for_points(notebook)
    notebook.screenshot(f"apache-{name}")
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']").count() == 0
    if page.locator(".kit-health").count():
        wait_until(lambda: health(notebook, "Broker") == "apache", what="the health line to name the rung")
    notebook.click(".kit-stop")
    wait_until(lambda: "Stopped" in notebook.text(".kit-end"), what="the end")

    assert broker_status(lab.home / "broker", APACHE) is not None
