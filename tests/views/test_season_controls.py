"""Controls of a season: a click commands, and what they show is what the season says of itself."""

from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from nbmomentum.errors import SettingsError
from nbmomentum.views import SeasonControls
from nbmomentum.views.season_controls import season_text


@dataclass(frozen=True)
class Status:
    """What a season says of itself."""

    state: str = "playing"
    day: date | None = date(2100, 11, 10)
    position: int = 12
    total: int | None = 40
    days_per_s: float = 2.0


@dataclass
class Season:
    """Keeps what it was told."""

    status: Status = Status()
    told: list[object] = field(default_factory=list)

    def pause(self) -> None:
        """Told to pause."""
        self.told.append("pause")

    def resume(self) -> None:
        """Told to go on."""
        self.told.append("resume")

    def step(self, n: int = 1) -> None:
        """Told to send days."""
        self.told.append(("step", n))

    def restart(self) -> None:
        """Told to begin anew."""
        self.told.append("restart")

    def set_speed(self, days_per_s: float) -> None:
        """Told a speed; one of them is refused."""
        if days_per_s == 13:
            raise SettingsError("Not thirteen.")
        self.told.append(days_per_s)


def test_each_control_commands() -> None:
    """Play does what the state asks for."""
    season = Season()
    controls = SeasonControls(season)

    controls.play.click()
    season.status = replace(season.status, state="paused")
    controls.play.click()
    season.status = replace(season.status, state="finished")
    controls.play.click()
    controls.step.click()
    controls.restart.click()
    controls.speed.value = 7

    assert season.told == ["pause", "resume", "restart", ("step", 1), "restart", 7]


@pytest.mark.parametrize(
    ("state", "label", "can_step"),
    [("playing", "Pause", True), ("paused", "Play", True), ("finished", "Play again", False)],
)
def test_the_buttons_follow_the_state(state: str, label: str, can_step: bool) -> None:
    """Never the click."""
    controls = SeasonControls(Season())

    controls.show(Status(state=state))

    assert controls.play.description == label
    assert controls.step.disabled is not can_step


def test_a_drawing_is_no_command() -> None:
    """The slider follows the season, and commands nothing by that."""
    season = Season()
    controls = SeasonControls(season)

    controls.show(Status(days_per_s=5.0))

    assert controls.speed.value == 5
    assert season.told == []


def test_a_refusal_is_shown() -> None:
    """Below the buttons, in words."""
    controls = SeasonControls(Season())

    controls.speed.value = 13

    assert controls.error == "SettingsError: Not thirteen."


def test_words_say_the_day_and_what_is_special() -> None:
    """Playing and paused are on the button already."""
    assert season_text(Status()) == "Day 12 of 40, 10 Nov 2100"
    assert season_text(Status(state="paused", total=None)) == "Day 12, 10 Nov 2100"
    assert season_text(Status(state="broker away")) == "Day 12 of 40, 10 Nov 2100, broker away"
    assert season_text(Status(state="starting", day=None, position=0)) == "Starting"
