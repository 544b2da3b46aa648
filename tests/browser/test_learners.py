"""Learners on one broker: six of them in lesson 03 and two at the dashboard, and two who use one name."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import nbformat
import pytest
from brokers import BOTH_ENGINES, servers_of
from lab import PAGE_TIMEOUT_MS, VIEWPORT, Lab, NotebookPage
from panels import PLAYS, health, pause, points, wait_for_final, wait_for_points
from support import random_name, wait_until

from nbmomentum.errors import BrokerError
from nbmomentum.stream.broker import APACHE, EMBEDDED, find_java, hold_broker, present_kafka, release_broker

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LESSON, DASHBOARD = "03_from_points_to_momentum", "dashboard"
CLASS = {
    "anna": LESSON,
    "anna.b": LESSON,
    "anna_b": LESSON,
    "ünal@school.example": LESSON,
    "wilhelmina" * 9: LESSON,
    "7": LESSON,
    "xavier": DASHBOARD,
    "yusuf": DASHBOARD,
}
# As a JupyterHub, or a class on laptops, tells each kernel.
CELL = """import os

os.environ["NBMOMENTUM_BOOTSTRAP_SERVERS"], os.environ["NBMOMENTUM_LEARNER"] = {servers!r}, {name!r}"""
FINAL = ("97", "95")
ALL = str(len(PLAYS))
# Eight kernels and eight pages on two cores.
PATIENCE_S = 180.0
Arrive = Callable[[str, str], NotebookPage]


@pytest.fixture(scope="module", params=BOTH_ENGINES)
def servers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker that runs by itself, as `nbmomentum broker start` leaves it; its address is all that the class knows."""
    home, rung = tmp_path_factory.mktemp("class"), APACHE if request.param == "apache" else EMBEDDED
    if rung is APACHE:
        try:
            find_java()
        except BrokerError as error:
            pytest.skip(str(error))
        if present_kafka() is None:
            pytest.skip("Apache Kafka's files are not on this computer; `nbmomentum broker fetch` brings them.")
    hold_broker(request.param, home=home)
    yield servers_of(home, rung)
    release_broker(home, rung, force=True)


@pytest.fixture
def arrive(servers: str, lab: Lab, chromium: "Browser") -> Iterator[Arrive]:
    """A learner of this name opens a notebook, runs all, and the game is on; afterwards all of them go home."""
    pages: list[NotebookPage] = []

    def open_and_run(name: str, notebook: str) -> NotebookPage:
        folder, copy = lab.home / "notebooks", f"{random_name('learner')}.ipynb"
        content = nbformat.read(folder / f"{notebook}.ipynb", as_version=4)
        content.cells.insert(0, nbformat.v4.new_code_cell(CELL.format(servers=servers, name=name)))
        nbformat.write(content, folder / copy)
        page = NotebookPage(chromium.new_page(viewport=VIEWPORT), lab)
        page.page.set_default_timeout(PAGE_TIMEOUT_MS)
        page.page.on("dialog", lambda dialog: dialog.accept())
        pages.append(page)
        page.open(copy)
        page.run_all()
        page.page.locator(".kit-scoreboard").first.wait_for()
        return page

    yield open_and_run
    for number, page in enumerate(pages):
        page.screenshot(f"last-learner-{number}")
        page.page.close()
    lab.shut_down_kernels()


def score(page: NotebookPage) -> tuple[str, ...]:
    """The home team's points and the visitors'."""
    return tuple(page.text(f".kit-{side} .kit-points") for side in ("home", "away"))


def trouble(page: NotebookPage) -> str:
    """What the health line says below its figures; empty while all is well."""
    return " ".join(page.page.locator(".kit-health span.kit-error").all_inner_texts())


@pytest.mark.timeout(900)
def test_every_learner_of_a_class_ends_in_the_official_final(arrive: Arrive) -> None:
    """All games are under way at once; each board counts the records of its own, and nothing is left to read."""
    pages = []
    for name, notebook in CLASS.items():
        pages.append(arrive(random_name(name), notebook))
        wait_for_points(pages[-1])
        pause(pages[-1])
    standing = [points(page) for page in pages]
    assert max(standing) < sum(map(int, FINAL))

    for page in pages:
        page.click(".kit-max")
        page.click(".kit-play")

    for page in pages:
        wait_for_final(page, sum(map(int, FINAL)))
        wait_until(lambda page=page: health(page, "Lag") == "0", what="nothing left to read", timeout_s=PATIENCE_S)
        assert score(page) == FINAL
        assert (health(page, "Sent"), health(page, "Acknowledged"), health(page, "Consumed")) == (
            ALL,
            ALL,
            ALL,
        )
        assert trouble(page) == ""


@pytest.mark.timeout(600)
def test_two_who_use_one_name_are_told_on_both_screens(arrive: Arrive) -> None:
    """One group, so one of them has this game's partition: each page says where it is, and what to do."""
    name = random_name("anna")
    pages = [arrive(name, LESSON) for _ in range(2)]

    for page in pages:
        wait_until(lambda page=page: "Another member of your group" in trouble(page), timeout_s=PATIENCE_S)
    told = [trouble(page) for page in pages]
    for number, page in enumerate(pages):
        page.part(".kit-health")
        page.screenshot(f"learners-clash-{number}")

    assert all(f"group {name}" in each and "Stop one of the two." in each for each in told)
    assert sorted("this page cannot show it" in each for each in told) == [False, True]
