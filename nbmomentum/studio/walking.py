"""The walk through the pipeline for eyes: what each stage made of the play, in words, and the code that made it.

```python
screen = studio.pipeline_walk(broker)
screen  # as the last expression of a cell it is displayed
screen.stop()
```
"""

from collections.abc import Callable, Sequence
from typing import Any, Self

from nbmomentum import views
from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import GameState, GameTracker
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import Broker, PipelineWalk, Stage, WalkStatus, new_topic
from nbmomentum.stream.cluster.polling import Poller
from nbmomentum.stream.consumer.game_states import GameStates
from nbmomentum.stream.consumer.reader import GroupReader
from nbmomentum.stream.producer.game_producer import play_record
from nbmomentum.stream.producer.partitioning import partition_steps
from nbmomentum.stream.producer.sender import RecordSender
from nbmomentum.stream.walk.walk_status import STAGES
from nbmomentum.studio.code_lines import excerpt_of
from nbmomentum.studio.ending import stop_in_order
from nbmomentum.views import Excerpt, Form, LiveFeed, Walk

# Which call does the work of a stage, and inside which function of the kit.
CALLS: dict[Stage, tuple[Callable[..., Any], str]] = {
    Stage.PRODUCER: (play_record, "Record"),
    Stage.PARTITION: (RecordSender._hand_over, "self._client.send"),
    Stage.POLL: (Poller.poll, "client.poll"),
    Stage.DECODE: (ScoringEvent.from_json, "_decode"),
    Stage.FOLD: (GameStates.apply, "game.tracker.apply"),
    Stage.COMMIT: (GroupReader.commit, "self._open_client.commit"),
    Stage.FIGURE: (LiveFeed._show, "view.show"),
}


class PipelineScreen:
    """A walk, a live feed, and strip and scoreboard in one layout.

    Attributes:
        walk: Takes the plays through producer, log and consumer.
        feed: Draws ten times a second.
        strip: Stations, form and code.
        board: The figure at the end of the way.
        widget: Strip and board, in a panel.
    """

    def __init__(self, walk: PipelineWalk) -> None:
        self.walk = walk
        self.board = views.Scoreboard()
        self.strip = views.PipelineStrip(walk, figure=self.board)
        self.feed = LiveFeed(name=f"{walk.name} feed")
        self.feed.connect(walk_of(walk), self.strip).connect(shown_by(walk), self.board)
        self.widget = views.live_panel(self.strip)

    def start(self) -> Self:
        """Start walk and feed, after stopping what ran under the same names. Returns self."""
        self.walk.start()
        self.feed.start()
        return self

    def stop(self) -> None:
        """Stop walk and feed; a part of `studio.end_of_lesson` like any other."""
        stop_in_order((self.walk, self.feed))

    def __repr__(self) -> str:
        return f"<PipelineScreen: {self.walk}>"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = self.widget._repr_mimebundle_(**options)
        return bundle


def pipeline_walk(
    broker: Broker, plays: Sequence[ScoringEvent] | None = None, *, topic: str | None = None, name: str = "walk"
) -> PipelineScreen:
    """Step plays through the pipeline: build the screen, start all that runs behind it, and return it to be displayed.

    Args:
        broker: Where the records go through.
        plays: What to walk through; None is the default game.
        topic: Where to; None is a new topic, so that its offsets begin at 0.
        name: Of what runs; a cell that is run again replaces what it had started under this name.

    Raises:
        BrokerUnavailable: The broker does not answer.
        SettingsError: There is no play.
    """
    servers = broker.bootstrap_servers
    topic = topic or new_topic(servers, broker.named("walk"))
    walk = PipelineWalk(plays or load_game(), bootstrap_servers=servers, topic=topic, group_id=topic, name=name)
    return PipelineScreen(walk).start()


def walk_of(walk: PipelineWalk) -> Callable[[], Walk]:
    """A source for a pipeline strip; the same object until the walk moves."""
    code = code_of_stages()
    told: tuple[WalkStatus | None, Walk | None] = (None, None)

    def newest() -> Walk:
        nonlocal told
        status, shown = walk.status, told[1]
        if shown is None or status is not told[0]:
            shown = as_shown(status, code)
            told = status, shown
        return shown

    return newest


def shown_by(walk: PipelineWalk) -> Callable[[], GameState]:
    """A source for the figures at the end of the way: the game up to the last play that came there."""
    first = walk.events[0]
    empty = GameTracker(home=first.home, away=first.away).state
    return lambda: walk.status.shown or empty


def code_of_stages() -> tuple[Excerpt, ...]:
    """The code of every stage, read from the kit's files."""
    return tuple(excerpt_of(*CALLS[stage]) for stage in STAGES)


def as_shown(status: WalkStatus, code: tuple[Excerpt, ...]) -> Walk:
    """Where the walk stands, as the strip draws it."""
    reached = 0 if status.stage is None else STAGES.index(status.stage) + 1
    return Walk(
        state=status.state,
        number=status.number,
        total=status.total,
        event=status.event,
        reached=reached,
        forms=tuple(_FORMS[stage](status) for stage in STAGES[:reached]),
        code=code,
        places=status.places,
        pace_s=status.pace_s,
        trouble=status.error or status.group_trouble or status.trouble,
    )


def _producer_form(status: WalkStatus) -> Form:
    record, event = status.record, status.event
    if record is None or event is None:
        return Form("")
    value = record.value or b""
    headers = ", ".join(name for name, _ in record.headers)
    size = f"{len(value)} bytes of JSON"
    figures = (("Play", event.describe()), ("Key", repr(record.key)), ("Headers", headers), ("Value", size))
    return Form("The play becomes a record: the game is its key, JSON its value.", figures, value.decode())


def _partition_form(status: WalkStatus) -> Form:
    key, place = (status.record.key if status.record else None) or b"", status.acknowledged
    steps = partition_steps(key, max(1, status.partitions))
    figures = (
        ("Key, as bytes", key.hex(" ")),
        ("murmur2(bytes)", f"{steps.number:,}"),
        ("without the sign bit", f"{steps.without_sign:,}"),
        (f"modulo {steps.partitions}", f"partition {steps.partition}"),
        ("Acknowledged", f"partition {place[0]}, offset {place[1]}" if place else "yes"),
    )
    return Form("The key chose the partition, the broker the offset.", figures)


def _poll_form(status: WalkStatus) -> Form:
    record = status.received
    if record is None:
        return Form("")
    time = f"{record.time.astimezone():%H:%M:%S.%f}"[:-3] if record.time else "none"
    figures = (
        ("ConsumerRecord", f"partition {record.partition}, offset {record.offset}"),
        ("Record time", time),
        ("Key", repr(record.key)),
        ("Value", f"{record.value_size} bytes"),
    )
    value = (record.value or b"").decode(errors="backslashreplace")
    return Form("Asked, and got it: the position has moved on, the committed offset has not.", figures, value)


def _decode_form(status: WalkStatus) -> Form:
    event = status.decoded
    if event is None:
        return Form("")
    figures = (
        ("Team, points", f"{event.team}, {event.points}"),
        ("Player", event.player),
        ("Game clock", f"{event.game_clock}, {event.elapsed_s:g} s of play"),
        ("Event time", event.wall_time or "the feed does not say"),
    )
    return Form("Bytes became an event again, each field checked.", figures, repr(event))


def _fold_form(status: WalkStatus) -> Form:
    update = status.update
    if update is None:
        return Form("A newer replay of this game is known, so this play counts no more.")
    before, after = update.previous, update.state
    figures = (
        ("Update", str(update.kind)),
        (f"Score {after.away}-{after.home}", f"{_score(before)} → {_score(after)}"),
        ("Margin of the home team", f"{before.margin:+} → {after.margin:+}"),
        ("Lead changes", f"{before.lead_changes} → {after.lead_changes}"),
        ("Momentum index", f"{before.momentum:+.2f} → {after.momentum:+.2f}"),
        (f"{after.home} win probability", f"{before.win_probability:.1%} → {after.win_probability:.1%}"),
    )
    return Form("State so far and one event make the next state.", figures)


def _commit_form(status: WalkStatus) -> Form:
    at = STAGES.index(Stage.COMMIT)
    before, place = status.places[at], status.places[at + 1]
    if place is None or before is None:
        return Form("")
    was = "none" if before.committed is None else str(before.committed)
    figures = (
        ("Group", status.group_id),
        ("Partition", str(place.partition)),
        ("Committed offset", f"{was} → {place.committed}"),
        ("means", f"all before offset {place.committed} is done"),
    )
    return Form("Folded first, saved then: a reader that ends in between does it once more.", figures)


def _figure_form(status: WalkStatus) -> Form:
    game = status.shown
    if game is None:
        return Form("")
    figures = (("Shown", f"{game.away} {game.away_score}, {game.home} {game.home_score}"), ("Clock", str(game.clock)))
    return Form("The live feed gave the new state to the scoreboard below.", (*figures, ("In words", game.describe())))


_FORMS: dict[Stage, Callable[[WalkStatus], Form]] = {
    Stage.PRODUCER: _producer_form,
    Stage.PARTITION: _partition_form,
    Stage.POLL: _poll_form,
    Stage.DECODE: _decode_form,
    Stage.FOLD: _fold_form,
    Stage.COMMIT: _commit_form,
    Stage.FIGURE: _figure_form,
}


def _score(state: GameState) -> str:
    return f"{state.away_score}-{state.home_score}"
