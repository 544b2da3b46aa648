"""The search for games as a class uses it: words, the league's answer, a game fetched and replayed, on the page."""

from collections.abc import Iterator

import nbformat
import pytest
from lab import Lab, NotebookPage
from support import wait_until

from nbmomentum.sources.stand_in import StandInLeague

NOTEBOOK = "game_search.ipynb"
TOPIC = "game_search"
PATIENCE_S = 60.0
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
CELLS = (
    "from nbmomentum import load_game, studio, views\n"
    "from nbmomentum.sources.nba import use_league\n"
    "from nbmomentum.stream import *\n"
    "use_league('{league}')\n"
    "broker = start_broker()\n"
    "servers = broker.bootstrap_servers\n"
    f"ensure_topics(servers, '{TOPIC}')\n"
    f"producer = GameProducer(load_game(), bootstrap_servers=servers, topic='{TOPIC}').start()\n"
    f"consumer = BackgroundConsumer(bootstrap_servers=servers, group_id='any', topic='{TOPIC}').start()",
    "feed = views.LiveFeed().start()\n"
    "finder = studio.GameFinder(producer)\n"
    "search, board = views.GameSearch(finder), views.Scoreboard()\n"
    "feed.connect(lambda: finder.found, search)\n"
    "feed.connect(studio.game_of(producer, consumer), board)\n"
    "end = studio.end_of_lesson(producer, consumer, feed, broker)\n"
    "views.live_panel(search, board, end)",
)


@pytest.fixture
def league() -> Iterator[StandInLeague]:
    """The league that the notebook asks."""
    with StandInLeague() as league:
        yield league


@pytest.fixture
def page(notebook: NotebookPage, lab: Lab, league: StandInLeague) -> NotebookPage:
    """A notebook that shows the search above the scoreboard."""
    cells = [nbformat.v4.new_code_cell(source=source.replace("{league}", league.url)) for source in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), lab.home / "notebooks" / NOTEBOOK)
    notebook.open(NOTEBOOK)
    notebook.run_all()
    notebook.page.locator(".kit-search-game:visible").first.wait_for(timeout=1000 * PATIENCE_S)
    return notebook


def rows(page: NotebookPage) -> list[str]:
    """The games of the list, as the page shows them."""
    return [" ".join(row.split()) for row in page.page.locator(".kit-search-game:visible").all_inner_texts()]


def scores(page: NotebookPage) -> list[str]:
    """Of the games of the list."""
    return [row.split(" ")[6] for row in rows(page)]


def wait_for_sentence(page: NotebookPage, words: str) -> None:
    """Wait until the line above the list says this."""
    wait_until(
        lambda: words in page.text(".kit-search-sentence"),
        what=f"{words!r} in {page.text('.kit-search-sentence')!r}",
        timeout_s=PATIENCE_S,
    )


def test_game_is_searched_fetched_and_replayed(page: NotebookPage, league: StandInLeague) -> None:
    """Words narrow the list, Enter asks the league, a click fetches and plays; its refusal is a sentence."""
    wait_until(lambda: any("◀ replayed" in row for row in rows(page)), what="the mark", timeout_s=PATIENCE_S)
    assert rows(page)[0].startswith("OKC @ MIA 3 Dec 2015 95-97 bundled")
    page.screenshot("game-search-all")

    field = page.page.get_by_label("Find")
    field.click()
    field.press_sequentially("celtics 2024-25", delay=20)
    wait_until(lambda: len(rows(page)) == 1, what=f"one game: {rows(page)}", timeout_s=PATIENCE_S)
    league.fail_next("403", times=9, path="leaguegamefinder")  # letters that come late ask once more
    field.press("Enter")
    wait_for_sentence(page, "refused with status 403")
    league.forgive()
    page.screenshot("game-search-refused")

    page.click(".kit-ask-league")
    wait_for_sentence(page, "The league has 1 game.")
    wait_until(lambda: scores(page) == ["117-116", "117-116"], what=f"both: {rows(page)}", timeout_s=PATIENCE_S)
    page.page.locator(".kit-search-game:visible", has_text="to be fetched").click()
    wait_for_sentence(page, "it is kept on this computer")
    wait_until(lambda: "BOS" in page.text(".kit-scoreboard"), what="the fetched game's board", timeout_s=PATIENCE_S)
    wait_until(lambda: any("saved" in row and "◀" in row for row in rows(page)), what="the mark", timeout_s=PATIENCE_S)
    page.screenshot("game-search-fetched")

    page.page.set_viewport_size({"width": 1440, "height": 900})
    page.use_dark_theme()
    field.fill("")
    wait_until(lambda: len(rows(page)) > 8, what="all games", timeout_s=PATIENCE_S)
    page.page.locator(".kit-search-game:visible", has_text="DET @ CHI").click()
    wait_until(lambda: "CHI" in page.text(".kit-scoreboard"), what="another game's board", timeout_s=PATIENCE_S)
    page.screenshot("game-search-dark")

    page.click(".kit-stop")
    wait_until(
        lambda: "no thread of this lesson is left" in page.text(".kit-end"), what="the end", timeout_s=PATIENCE_S
    )
