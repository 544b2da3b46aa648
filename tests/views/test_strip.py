"""The pipeline strip: commands go out; token, stations, offsets, form and code come from the walk."""

from collections.abc import Callable
from dataclasses import replace

from ipywidgets import Widget
from replays import Walker
from scoring import event

from nbmomentum.reports import PartitionStatus
from nbmomentum.views import STATIONS, Excerpt, Form, PipelineStrip, Walk

CODE = tuple(
    Excerpt(f"nbmomentum/{name}.py", f"{name}.do", ((7, "    def do(self):"), (12, "        it()")), 12, 12)
    for name in STATIONS
)
START = Walk("waiting", 0, 110, None, 0, (), CODE)
BEFORE, WRITTEN, READ = PartitionStatus(2, 4, 4, 4), PartitionStatus(2, 4, 4, 5), PartitionStatus(2, 5, 4, 5)
AT_POLL = replace(
    START,
    number=5,
    event=event(),
    reached=3,
    forms=(Form("Made."), Form("Sent."), Form("Read.", (("Offset", "4"),), raw='{"points":1}')),
    places=(BEFORE, BEFORE, WRITTEN, READ),
)


def figures(html: str) -> list[str]:
    """What the offsets show, in their order."""
    return [part.split("</dd>")[0] for part in html.split("<dd>")[1:]]


def test_the_buttons_pass_their_commands_on() -> None:
    """Step stage, step play, play, restart and the pace; each of them once."""
    walk = Walker()
    strip = PipelineStrip(walk)
    strip.show(START)

    for button in (strip.step_stage, strip.step_play, strip.play, strip.restart):
        button.click()
    strip.pace.value = 0.2

    assert walk.commands == [("step",), ("step_play",), ("play",), ("restart",), ("set_pace", 0.2)]


def test_a_walk_that_plays_is_paused_by_the_same_button() -> None:
    """The button says what it will do."""
    walk = Walker()
    strip = PipelineStrip(walk)

    strip.show(replace(AT_POLL, state="playing"))
    strip.play.click()

    assert strip.play.description == "Pause"
    assert walk.commands == [("pause",)]


def test_showing_a_pace_is_no_command() -> None:
    """What the walk says of its pace moves the dropdown, and goes nowhere else."""
    walk = Walker()
    strip = PipelineStrip(walk)

    strip.show(replace(AT_POLL, pace_s=3.0))

    assert strip.pace.value == 3.0
    assert walk.commands == []


def test_the_token_stands_at_the_station_it_has_reached() -> None:
    """In the team's words; the stations before it are ticked, the others are not."""
    strip = PipelineStrip(Walker())

    strip.show(START)
    strip.show(AT_POLL)

    assert "kit-at-3" in strip._token._dom_classes
    assert "kit-at-0" not in strip._token._dom_classes
    assert "MIA +1" in strip._token.value
    names = [station.description for station in strip.stations]
    assert names == ["✓ Producer", "✓ Partition", "▸ Poll", "Decode", "Fold", "Commit", "Figure"]


def test_offsets_show_what_the_station_has_changed() -> None:
    """After the poll the position has moved and the committed offset has not: lag 0, committed lag 1."""
    strip = PipelineStrip(Walker())

    strip.show(AT_POLL)

    assert figures(strip._offsets.value) == ["2", "5", "4 → 5", "4", "1 → 0", "1"]


def test_a_click_on_a_station_looks_back_until_the_play_moves_on() -> None:
    """Form, code and offsets are those of that station then; the next stage shows itself."""
    strip = PipelineStrip(Walker())
    strip.show(AT_POLL)

    strip.stations[1].click()
    assert strip.is_stale
    strip.show(AT_POLL)

    assert "Sent." in strip._form.value
    assert "nbmomentum/Partition.py:12" in strip._code.value
    assert figures(strip._offsets.value) == ["2", "4 → 5", "4", "4", "0 → 1", "0 → 1"]

    strip.show(replace(AT_POLL, reached=4, forms=(*AT_POLL.forms, Form("Decoded.")), places=(*AT_POLL.places, READ)))
    assert "Decoded." in strip._form.value


def test_a_station_ahead_shows_its_code_and_says_so() -> None:
    """One may look at what will happen; there is no form of the play yet."""
    strip = PipelineStrip(Walker())
    strip.show(AT_POLL)

    strip.stations[6].click()
    strip.show(AT_POLL)

    assert "The play has not come here yet." in strip._form.value
    assert "nbmomentum/Figure.py:12" in strip._code.value


def test_the_call_is_marked_by_more_than_colour() -> None:
    """A sign at its number, on this line alone."""
    strip = PipelineStrip(Walker())

    strip.show(AT_POLL)

    lines = strip._code.value.split('<span class="kit-line')[1:]
    assert [("kit-here" in line, "▸  12" in line) for line in lines] == [(False, False), (True, True)]


def test_the_sentence_says_what_is_drawn() -> None:
    """Play, station, offsets, lags and the line of code, for whoever does not see the strip."""
    strip = PipelineStrip(Walker())

    strip.show(AT_POLL)

    assert "Play 5 of 110, Chris Bosh (MIA) scores 1, Q1 11:35: station 3 of 7, poll. Read." in strip.sentence
    assert "position 5, committed 4, lag 0, committed lag 1" in strip.sentence
    assert strip.sentence.endswith("Code: nbmomentum/Poll.py:12: it()")


def test_nothing_is_sent_to_the_page_twice(sent: list[str]) -> None:
    """Drawing the same walk again sends nothing."""
    strip = PipelineStrip(Walker())
    strip.show(AT_POLL)
    sent.clear()

    strip.show(AT_POLL)

    assert sent == []


def test_a_finished_walk_offers_play_and_restart_only(html_of: Callable[[Widget], str]) -> None:
    """There is no next stage; trouble is shown in words."""
    strip = PipelineStrip(Walker())

    strip.show(replace(AT_POLL, state="finished", trouble="The broker is away."))

    assert (strip.step_stage.disabled, strip.step_play.disabled, strip.play.disabled) == (True, True, False)
    assert "Error: The broker is away." in html_of(strip.widget)
