"""The dashboard: one game on one screen, with all that runs behind it.

```python
screen = studio.dashboard(broker)
screen  # as the last expression of a cell it is displayed
screen.games  # a search field over all games, the league's included
screen.stop()
```
"""

import secrets
from functools import cached_property
from typing import Any, Self

from nbmomentum import views
from nbmomentum.sources.bundled import DEFAULT_GAME_ID, list_games, load_game
from nbmomentum.stream import BackgroundConsumer, Broker, GameProducer, LogTail, StoredRecord
from nbmomentum.studio.ending import stop_in_order
from nbmomentum.studio.feeds import game_of, log_of
from nbmomentum.studio.game_search import GameFinder
from nbmomentum.studio.health import health_of
from nbmomentum.studio.places import place_of, seeking
from nbmomentum.studio.skipping import skipping

LOG_ROWS = 6
KEPT_RECORDS = 60
# A group of this kernel's own: two pages must not share the partitions between them.
_KERNEL = secrets.token_hex(3)


class Dashboard:
    """A producer, a consumer, the log's end and a live feed, and the views of all they know on one screen.

    Args:
        broker: Where the game goes through.
        game_id: The game to begin with.
        speed: Game seconds a second, 0.25 to 600, or `math.inf`.
        name: Of what runs: another dashboard of this name takes the place of this one.

    Attributes:
        producer: Replays the game.
        consumer: Folds it.
        log: The last records as they lie in the log.
        feed: Draws ten times a second, while somebody can see it.
        page: Knows whether somebody can.
        controls, highlights, seek: What commands the producer, and where the consumer stands.
        board, score, momentum, win, window, alerts, official, verdict, twin, table, health: What is drawn.
        charts: The tabs below the score.
        pictures: The buttons that save a chart, in its corner.
        end: The Stop button.
        widget: All of them in one layout.
    """

    def __init__(self, broker: Broker, *, game_id: str, speed: float, name: str) -> None:
        self._broker = broker
        place: dict[str, Any] = {"bootstrap_servers": broker.bootstrap_servers, "topic": broker.topic}
        group_id = broker.named(f"{name}-{_KERNEL}")
        self.producer = GameProducer(load_game(game_id), speed=speed, name=f"{name} producer", **place)
        self.consumer = BackgroundConsumer(group_id=group_id, name=f"{name} consumer", **place)
        self.log = LogTail(size=KEPT_RECORDS, name=f"{name} log", **place)
        self.page = views.PageWatch()
        self.feed = views.LiveFeed(name=f"{name} feed", page=self.page)
        self._build_controls()
        self._build_figures()
        self._connect()
        self.widget = self._layout()

    def start(self) -> Self:
        """Start all that runs, after stopping what ran under the same names. Returns self."""
        for part in (self.consumer, self.log, self.producer, self.feed):
            part.start()
        return self

    @cached_property
    def games(self) -> views.GameSearch:
        """A search field over all games; a click on one replays it on this screen, fetched first where it must be."""
        finder = GameFinder(self.producer)
        search = views.GameSearch(finder)
        self.feed.connect(lambda: finder.found, search)
        return search

    def stop(self) -> None:
        """Stop all that runs, and release the broker; the Stop button does the same."""
        self.end.stop()

    def __repr__(self) -> str:
        return f"<Dashboard: {self.producer}, {self.consumer}>"

    def _build_controls(self) -> None:
        self.controls = views.ReplayControls(self.producer, games=list_games())
        self.seek = views.SeekControls(seeking(self.producer, self.consumer))
        self.alerts = views.AlertFeed(on_moment=self.seek.go_to)
        threshold = self.alerts.slider
        self.highlights = views.Highlights(skipping(self.producer, self.consumer, lambda: int(threshold.value)))
        self.end = views.StopButton(self._stop_parts, waiting="")

    def _build_figures(self) -> None:
        height_px = views.DASHBOARD_CHART_PX
        self.board, self.window = views.Scoreboard(), views.WindowedRun()
        self.score = views.ScoreChart(height_px=height_px, on_moment=self.seek.go_to)
        self.momentum = views.MomentumChart(height_px=height_px, alert_feed=self.alerts, on_moment=self.seek.go_to)
        self.win = views.WinProbabilityChart(height_px=height_px)
        self.pictures = views.save_in_corners(
            {"Score": self.score, "Momentum": self.momentum, "Win probability": self.win}
        )
        self.official, self.verdict = views.OfficialFigures(), views.OfficialVerdict()
        self.twin = views.TextTwin(self.momentum, self.win, self.window, self.official)
        self.charts = views.tabbed(
            {"Momentum": self.momentum, "Win probability": self.win, "Official": self.official, "Words": self.twin}
        )
        self.table, self.health = views.LogTable(rows=LOG_ROWS, is_narrow=True), views.HealthLine()

    def _connect(self) -> None:
        figures = (self.board, self.score, self.momentum, self.win, self.window, self.alerts)
        words = (self.official, self.verdict, self.twin)
        self.feed.connect(game_of(self.producer, self.consumer), *figures, *words)
        self.feed.connect(lambda: self.producer.status, self.controls, self.highlights)
        self.feed.connect(place_of(self.producer, self.consumer), self.seek)
        self.feed.connect(log_of(self.log, words=StoredRecord.brief), self.table)
        self.feed.connect(health_of(self._broker, self.producer, self.consumer, self.feed), self.health)

    def _layout(self) -> Any:
        return views.dashboard_panel(
            top=(self.controls, self.highlights),
            left=(self.board, self.score, views.TabsWithBadge(self.charts, self.verdict), self.seek),
            right=(self.table, self.alerts, self.window),
            bottom=(self.health, self.end, self.page),
        )

    def _stop_parts(self) -> None:
        stop_in_order((self.producer, self.consumer, self.log, self.feed, self._broker))

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = self.widget._repr_mimebundle_(**options)
        return bundle


def dashboard(
    broker: Broker, *, game_id: str = DEFAULT_GAME_ID, speed: float = 60.0, name: str = "dashboard"
) -> Dashboard:
    """Build a dashboard, start all that runs behind it, and return it to be displayed.

    Args:
        broker: Where the game goes through.
        game_id: The game to begin with.
        speed: Game seconds a second, 0.25 to 600, or `math.inf` for as fast as possible.
        name: Of what runs; a cell that is run again replaces what it had started under this name.

    Raises:
        UnknownGame: There is no such game.
        SettingsError: The speed is out of range.
    """
    return Dashboard(broker, game_id=game_id, speed=speed, name=name).start()
