"""Three clocks: a line a play over three axes, the last known one marked, and a seek by each clock."""

import re
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from ipywidgets import Widget

from nbmomentum.errors import InvalidClock
from nbmomentum.sources.bundled import list_games, load_game
from nbmomentum.sources.game_info import event_time
from nbmomentum.views import Clock, Clocks, ThreeClocks, TimedPlay

PLAYS = load_game("0021500277")
TIP_OFF = list_games()[0].tip_off
WRITTEN = datetime(2026, 1, 31, 20, 31, 5, tzinfo=UTC)
SPEED = 60


class Reader:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, ...]] = []

    def seek_clock(self, clock: str, moment: str) -> None:
        """Note the command."""
        self.commands.append((clock, moment))

    def resume(self) -> None:
        """Note the command."""
        self.commands.append(("resume",))


def clocks(known: int, *, pause_at: int = len(PLAYS), of: int = len(PLAYS)) -> Clocks:
    """The game at 60×, with a pause of ten minutes before one of its plays."""
    plays = []
    for place, event in enumerate(PLAYS[:of]):
        waited = timedelta(minutes=10 if place >= pause_at else 0)
        written = WRITTEN + timedelta(seconds=event.elapsed_s / SPEED) + waited
        plays.append(TimedPlay(event, event_time(event, TIP_OFF), written, place))
    return Clocks(tuple(plays), known=known)


def lines(view: ThreeClocks) -> list[list[float]]:
    """For each play its place on each axis, from the left."""
    paths = re.findall(r'kit-play-line[^>]* d="([^"]*)"', view._picture.value)
    texts = [line for path in paths for line in path.split("M") if line]
    return [[float(point.split()[0]) for point in line.split("L")] for line in texts]


def test_an_even_replay_gives_upright_lines() -> None:
    """A line a play, through all three axes at one place."""
    view = ThreeClocks()

    view.show(clocks(known=len(PLAYS)))

    assert len(lines(view)) == len(PLAYS)
    assert max(max(line) - min(line) for line in lines(view)) < 1


def test_a_pause_bends_them_at_the_record_time_only() -> None:
    """Game clock and event time know nothing of it."""
    view = ThreeClocks()

    view.show(clocks(known=len(PLAYS), pause_at=50))

    assert max(abs(game - event) for game, event, _ in lines(view)) < 1
    assert max(abs(event - record) for _, event, record in lines(view)) > 200


def test_what_the_reader_does_not_know_is_dotted() -> None:
    """After a seek back; the mark stands at the last play that it knows, with what the clocks showed."""
    view = ThreeClocks()

    view.show(clocks(known=20))

    ahead = re.findall(r'kit-ahead-line" d="([^"]*)"', view._picture.value)[0]
    readings = re.findall(r'kit-reading"[^>]*>([^<]*)<', view._picture.value)
    assert ahead.count("M") == len(PLAYS) - 20
    assert readings == [clocks(20).plays[19].reading(clock) for clock in Clock]
    assert readings[0] == str(PLAYS[19].game_clock)


def test_the_words_say_the_same() -> None:
    """How many plays, and the last one on all three clocks; also before the first."""
    view = ThreeClocks()
    assert view.sentence == "0 plays lie in the log; none is known to the reader."

    view.show(clocks(known=20))

    assert view.sentence.startswith("20 of 110 plays are known. The last one, ")
    assert "lies at offset 19: game clock Q" in view.sentence
    assert view.sentence in view._words.value


def test_unknown_times_are_passed_by() -> None:
    """A play without an event time is a line between the other two; the words say that it is unknown."""
    view = ThreeClocks()
    play = TimedPlay(PLAYS[0], None, WRITTEN, 0)

    view.show(Clocks((play,), known=1))

    assert [len(line) for line in lines(view)] == [2]
    assert "event time unknown" in view.sentence


def test_seek_takes_the_clock_and_what_stands_in_the_field() -> None:
    """At first the last known play's time, which stays while the game goes on; another clock, another time."""
    reader = Reader()
    view = ThreeClocks(reader)
    view.show(clocks(known=20))
    view.show(clocks(known=21))
    assert view.moment.value == str(PLAYS[19].game_clock)

    view.moment.value = "Q3 4:12"
    view.show(clocks(known=21))
    view.seek.click()
    view.clock.value = "Record time"
    view.show(clocks(known=21))
    view.seek.click()
    view.live.click()

    written = clocks(21).plays[20].reading(Clock.RECORD)
    assert reader.commands == [("Game clock", "Q3 4:12"), ("Record time", written), ("resume",)]
    assert "offsets_for_times" in view._means.value


def test_enter_in_the_field_seeks() -> None:
    """As the button does."""
    reader = Reader()
    view = ThreeClocks(reader)

    view.moment.value = "Q3 4:12"
    view.moment._handle_custom_msg({"event": "submit"}, [])

    assert reader.commands == [("Game clock", "Q3 4:12")]


def test_a_moment_that_is_none_is_told_in_words() -> None:
    """The reader's error stands below the buttons, as text."""

    class Refusing(Reader):
        def seek_clock(self, clock: str, moment: str) -> NoReturn:
            """Fail."""
            raise InvalidClock(f"<b>{moment}</b> is no {clock}.")

    view = ThreeClocks(Refusing())
    view.show(clocks(known=1))
    view.seek.click()
    view.show(clocks(known=1))

    assert "InvalidClock" in view._error.value
    assert "<b>" not in view._error.value.replace('<span class="kit-error">', "")


def test_a_game_of_four_overtimes_and_a_single_play_are_drawn() -> None:
    """The scales reach from the first to the last; one play is no division by zero."""
    overtimes = load_game("0021500391")
    plays = tuple(TimedPlay(event, TIP_OFF, WRITTEN, place) for place, event in enumerate(overtimes))
    view = ThreeClocks()

    view.show(Clocks(plays[:1], known=1))
    view.show(Clocks(plays, end_s=4080.0, known=len(plays)))

    assert len(lines(view)) == len(plays)
    assert all(128 <= x <= 966 for line in lines(view) for x in line)
    assert ">OT4<" in view._picture.value


def test_the_same_clocks_send_nothing(sent: list[str]) -> None:
    """A picture that did not change is not sent again."""
    view: ThreeClocks = ThreeClocks(Reader())
    view.show(clocks(known=20))
    sent.clear()

    view.show(clocks(known=20))

    assert sent == []
    assert isinstance(view.widget, Widget)
