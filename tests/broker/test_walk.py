"""A play goes through the pipeline stage by stage: the real clients, the real log, and offsets an outsider confirms."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from independent import committed, end_offsets, headers_of, read_topic
from support import random_name, wait_until

from nbmomentum.errors import SettingsError
from nbmomentum.momentum import GameTracker
from nbmomentum.runners import Runner
from nbmomentum.settings import PACKAGE_FOLDER
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import Broker, GameProducer, PipelineWalk, Stage, ensure_topics, new_topic
from nbmomentum.stream.walk.walk_status import STAGES
from nbmomentum.studio.walking import code_of_stages, shown_by, walk_of
from nbmomentum.views import STATIONS, LiveFeed

PLAYS = load_game("0021500277")[:3]
PARTITION = 2
SLOW_S = 60

MakeWalk = Callable[..., PipelineWalk]


@pytest.fixture
def make_walk(broker: Broker, topic: str, stopping: Callable[[Runner], Any]) -> MakeWalk:
    """Make and start a walk in this test's topic, and wait until it stands."""

    def make(events: Any = PLAYS, **options: Any) -> PipelineWalk:
        return started(stopping, broker, topic, events, **options)

    return make


def started(
    stopping: Callable[[Runner], Any], broker: Broker, topic: str, events: Any = PLAYS, **options: Any
) -> PipelineWalk:
    """A walk that has joined its group and waits."""
    settings = {"group_id": topic, "name": random_name("walk"), "topic": topic} | options
    walk: PipelineWalk = stopping(PipelineWalk(events, bootstrap_servers=broker.bootstrap_servers, **settings))
    walk.start()
    wait_until(lambda: walk.status.state == "waiting", what="the walk to join its group", timeout_s=SLOW_S)
    return walk


def step(walk: PipelineWalk, stage: Stage, number: int = 1) -> None:
    """One stage, and that it was this one."""
    walk.step()
    wait_until(lambda: (walk.status.number, walk.status.stage) == (number, stage), what=f"{stage} of play {number}")


def offsets(walk: PipelineWalk) -> tuple[int, int | None, int] | None:
    """Position, committed and end offset as the walk says."""
    place = walk.status.place
    return None if place is None else (place.position, place.committed, place.end_offset)


def walk_one(walk: PipelineWalk, servers: str, topic: str, group_id: str) -> None:
    """The first play, stage by stage; what the walk says of the log is asked of an independent client."""
    step(walk, Stage.PRODUCER)
    assert offsets(walk) is None
    assert end_offsets(servers, topic) == {}
    step(walk, Stage.PARTITION)
    assert offsets(walk) == (0, None, 1)
    assert end_offsets(servers, topic) == {PARTITION: 1}
    step(walk, Stage.POLL)
    assert offsets(walk) == (1, None, 1)
    assert committed(servers, group_id) == {}
    step(walk, Stage.DECODE)
    step(walk, Stage.FOLD)
    assert walk.status.shown is None
    step(walk, Stage.COMMIT)
    assert offsets(walk) == (1, 1, 1)
    assert committed(servers, group_id)[PARTITION].offset == 1
    step(walk, Stage.FIGURE)
    assert walk.status.shown is not None
    assert walk.status.shown.home_score == 1


def test_each_stage_moves_the_offset_it_is_about(make_walk: MakeWalk, broker: Broker, topic: str) -> None:
    """End offset at the partition, position at the poll, committed at the commit: between them the lags are 1."""
    walk = make_walk()

    walk_one(walk, broker.bootstrap_servers, topic, topic)

    lags = [(place.lag, place.committed_lag) for place in walk.status.places if place]
    assert lags == [(1, 1), (0, 1), (0, 1), (0, 1), (0, 0), (0, 0)]


@pytest.mark.timeout(300)
def test_the_same_on_apache_kafka(apache: Broker, stopping: Callable[[Runner], Any]) -> None:
    """The same stages, offsets and commits on one node of Apache Kafka."""
    topic = random_name("walk")
    ensure_topics(apache.bootstrap_servers, topic)
    walk = started(stopping, apache, topic)

    walk_one(walk, apache.bootstrap_servers, topic, topic)
    walk.step_play()
    wait_until(lambda: walk.status.number == 2 and walk.status.stage is Stage.FIGURE, timeout_s=SLOW_S)

    assert committed(apache.bootstrap_servers, topic)[PARTITION].offset == 2
    walk.stop()


def test_every_form_is_the_one_of_this_play(make_walk: MakeWalk, broker: Broker, topic: str) -> None:
    """Record, acknowledgement, received record, event and update fit each other and what lies in the log."""
    walk = make_walk()

    walk.step_play()
    wait_until(lambda: walk.status.stage is Stage.FIGURE, what="the first play to arrive")

    status = walk.status
    (record,) = read_topic(broker.bootstrap_servers, topic)
    assert status.record is not None
    assert status.received is not None
    assert status.update is not None
    assert status.record.value == status.received.value == record.value == PLAYS[0].to_json()
    assert status.acknowledged == (record.partition, record.offset) == (PARTITION, 0)
    assert headers_of(record)["replay_id"].decode() == status.replay_id
    assert status.received.timestamp_ms == record.timestamp
    assert status.decoded == PLAYS[0]
    assert (status.update.previous.home_score, status.update.state.home_score) == (0, 1)


def test_a_walk_ends_in_the_state_of_its_plays(make_walk: MakeWalk) -> None:
    """Played by itself to the end; then there is no next stage, and Play begins a new replay behind the old one."""
    walk = make_walk(pace_s=0.05)
    tracker = GameTracker(home="MIA", away="OKC")
    for event in PLAYS:
        tracker.apply(event)

    walk.play()
    wait_until(lambda: walk.status.state == "finished", what="the end")

    assert walk.status.shown == tracker.state
    first, place = walk.status.replay_id, walk.status.place
    walk.step()
    walk.play()
    wait_until(lambda: walk.status.number == 1, what="a new replay")
    wait_until(lambda: walk.status.state == "finished", what="the end of it")
    assert walk.status.replay_id > first
    assert walk.status.shown == tracker.state
    assert place is not None
    assert offsets(walk) == (2 * place.position, 2 * place.position, 2 * place.position)


def test_step_play_goes_on_to_the_figure(make_walk: MakeWalk) -> None:
    """From the middle of a play to its end; from there the whole next one."""
    walk = make_walk()
    step(walk, Stage.PRODUCER)
    step(walk, Stage.PARTITION)

    walk.step_play()
    wait_until(lambda: walk.status.stage is Stage.FIGURE, what="the end of the first play")
    assert walk.status.number == 1

    walk.step_play()
    wait_until(lambda: walk.status.number == 2 and walk.status.stage is Stage.FIGURE, what="the second play")
    assert walk.status.state == "waiting"


def test_pause_stands_still_and_restart_begins_anew(make_walk: MakeWalk) -> None:
    """Paused nothing moves, whatever the pace; a restart is before the first play and keeps the log."""
    walk = make_walk(pace_s=10)
    walk.play()
    wait_until(lambda: walk.status.stage is Stage.PRODUCER, what="the first stage")
    walk.set_pace(0.05)
    wait_until(lambda: walk.status.stage is Stage.POLL or walk.status.number > 1, what="the poll", timeout_s=SLOW_S)
    walk.pause()
    wait_until(lambda: walk.status.state == "waiting", what="the pause")
    replay = walk.status.replay_id

    walk.restart()
    wait_until(lambda: walk.status.number == 0, what="the restart")

    assert walk.status.stage is None
    assert walk.status.replay_id > replay
    step(walk, Stage.PRODUCER)


def test_what_others_write_is_passed_over(make_walk: MakeWalk, make_producer: Callable[..., GameProducer]) -> None:
    """Their records lie before ours; the walk polls until its own one is there."""
    walk = make_walk()
    with make_producer(list(PLAYS)) as producer:
        assert producer.join(30)

    walk.step_play()
    wait_until(lambda: walk.status.stage is Stage.FIGURE, what="our play")

    assert walk.status.acknowledged == (PARTITION, 3)
    assert offsets(walk) == (4, 4, 4)


def test_a_stopped_walk_goes_on_where_its_group_has_committed(make_walk: MakeWalk) -> None:
    """Started again it is a new replay; its position is the committed offset."""
    walk = make_walk()
    walk.step_play()
    wait_until(lambda: walk.status.stage is Stage.FIGURE, what="the first play")
    walk.stop()
    assert walk.status.state == "stopped"

    walk.start()
    wait_until(lambda: walk.status.state == "waiting", what="the second life", timeout_s=SLOW_S)
    walk.step_play()
    wait_until(lambda: walk.status.stage is Stage.FIGURE, what="its first play")

    assert offsets(walk) == (2, 2, 2)
    assert walk.status.number == 1


def test_a_broker_that_is_away_holds_the_play_where_it_is(
    fragile: Broker, signal_broker: Callable[[int], None], stopping: Callable[[Runner], Any]
) -> None:
    """The walk says so and waits; when the broker is back the stage is done, and the play goes on to the figure."""
    topic = new_topic(fragile.bootstrap_servers, "walk")
    walk = started(stopping, fragile, topic)
    step(walk, Stage.PRODUCER)

    signal_broker(signal.SIGSTOP)
    walk.step()
    wait_until(lambda: walk.status.state == "broker away", what="the walk to notice", timeout_s=SLOW_S)
    assert walk.status.stage is Stage.PRODUCER

    signal_broker(signal.SIGCONT)
    wait_until(lambda: walk.status.stage is Stage.PARTITION, what="the acknowledgement", timeout_s=SLOW_S)
    walk.step_play()
    wait_until(lambda: walk.status.stage is Stage.FIGURE, what="the figure", timeout_s=SLOW_S)
    assert walk.status.trouble == ""
    assert offsets(walk) == (1, 1, 1)
    walk.stop()


@pytest.mark.parametrize("pace_s", [0, 11, "1", True, None])
def test_a_pace_out_of_range_is_told(pace_s: Any) -> None:
    """As is a walk without plays; nothing is started."""
    with pytest.raises(SettingsError, match="pace"):
        PipelineWalk(PLAYS, bootstrap_servers="127.0.0.1:1", topic="t", pace_s=pace_s)
    with pytest.raises(SettingsError, match="at least one play"):
        PipelineWalk([], bootstrap_servers="127.0.0.1:1", topic="t")


@pytest.fixture
def lines_run() -> Iterator[set[tuple[str, int]]]:
    """The lines of the kit that threads started from now on run, as path and number."""
    ran: set[tuple[str, int]] = set()

    def trace(frame: FrameType, what: str, _: Any) -> Any:
        path = Path(frame.f_code.co_filename)
        if not path.is_relative_to(PACKAGE_FOLDER):
            return None
        if what == "line":
            ran.add((path.relative_to(PACKAGE_FOLDER.parent).as_posix(), frame.f_lineno))
        return trace

    threading.settrace(trace)
    previous = sys.gettrace()
    yield ran
    threading.settrace(None)  # type: ignore[arg-type]
    sys.settrace(previous)


def test_the_line_shown_is_the_line_that_ran(lines_run: set[tuple[str, int]], make_walk: MakeWalk) -> None:
    """Traced as a debugger would: at each stage the marked line of its excerpt has just been executed."""
    walk = make_walk()
    feed = LiveFeed().connect(shown_by(walk), _Figure())
    feed.render_once()

    for stage, excerpt in zip(STAGES, code_of_stages(), strict=True):
        lines_run.clear()
        step(walk, stage)
        if stage is Stage.FIGURE:
            threading.Thread(target=feed.render_once).start()
        marked = {(excerpt.path, number) for number in range(excerpt.first_marked, excerpt.last_marked + 1)}
        wait_until(lambda marked=marked: marked & lines_run, what=f"the line of {stage} to run")  # type: ignore[misc]


def test_stages_become_stations(make_walk: MakeWalk) -> None:
    """Each stage adds a form; the source tells the same object until the walk moves."""
    walk = make_walk()
    source = walk_of(walk)
    assert source().reached == 0

    walk.step_play()
    wait_until(lambda: walk.status.stage is Stage.FIGURE, what="the first play")

    shown = source()
    assert source() is shown
    assert shown.reached == len(shown.forms) == len(STATIONS)
    forms = [dict(form.figures) for form in shown.forms]
    assert forms[1]["modulo 3"] == "partition 2"
    assert forms[1]["Acknowledged"] == forms[2]["ConsumerRecord"] == "partition 2, offset 0"
    assert forms[4]["Score OKC-MIA"] == "0-0 → 0-1"
    assert forms[5]["Committed offset"] == "none → 1"
    assert forms[6]["Shown"] == "OKC 0, MIA 1"
    assert shown.forms[0].raw == shown.forms[2].raw == PLAYS[0].to_json().decode()


class _Figure:
    """A figure that draws nothing."""

    def show(self, value: Any) -> None:
        """Take the state."""
