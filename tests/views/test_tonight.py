"""The game picker and the feed line: what they say of tonight's games and of a feed, and what a click commands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from ipywidgets import Widget

from nbmomentum.sources.live_watch import FeedStatus
from nbmomentum.sources.nba import ScheduledGame
from nbmomentum.views import FeedLine, GamePicker, GamesToPick
from nbmomentum.views.tonight import MAX_GAMES, game_line

TIP_OFF = datetime(2025, 11, 6, 0, 30, tzinfo=UTC)


def game(**changes: Any) -> ScheduledGame:
    """A game on the board, with changes."""
    fields = {
        "game_id": "0022500171",
        "home": "CLE",
        "away": "PHI",
        "status": "live",
        "status_text": "Q2 07:15",
        "home_score": 39,
        "away_score": 30,
        "period": 2,
        "clock": "PT07M15.00S",
        "tip_off": TIP_OFF,
    }
    return ScheduledGame(**fields | changes)


LATER = game(game_id="0022500172", home="GSW", away="SAC", status="scheduled", status_text="10:00 pm ET")
TONIGHT = GamesToPick(
    games=(game(), LATER),
    sentence="2 games today: 1 under way, 1 to come.",
    recorded_title="OKC @ MIA, 3 Dec 2015",
    followed_id="0022500171",
    last_answer=TIP_OFF,
)
FULL = FeedStatus(
    state="live",
    looks=12,
    last_look=TIP_OFF,
    next_look_s=7.6,
    plays=45,
    corrections=3,
    followers=17,
    last_correction="withdrawn: Chris Bosh (MIA) scores 2, Q1 9:00",
)


class Commanded:
    """Notes what the picker commands."""

    def __init__(self, error: Exception | None = None) -> None:
        self.commands: list[str] = []
        self._error = error

    def follow(self, game_id: str) -> None:
        """Note the command."""
        self.commands.append(game_id)
        if self._error:
            raise self._error

    def refresh(self) -> None:
        """Note the command."""
        self.commands.append("refresh")


def shown(value: GamesToPick, commanded: Commanded | None = None) -> GamePicker:
    """A picker that shows this."""
    picker = GamePicker(commanded or Commanded())
    picker.show(value)
    return picker


@pytest.mark.parametrize(
    ("on_board", "line"),
    [
        (game(), "PHI  30 @ CLE  39   live       Q2 07:15"),
        (game(status="final", status_text="Final/OT"), "PHI  30 @ CLE  39   over       Final/OT"),
        (LATER, f"SAC   – @ GSW   –   to come    tip-off {TIP_OFF.astimezone():%H:%M}"),
        (game(status="postponed", status_text="PPD"), "PHI   – @ CLE   –   postponed  PPD"),
    ],
)
def test_a_game_is_a_line_with_teams_score_and_status(on_board: ScheduledGame, line: str) -> None:
    """Before the tip-off there is no score, and the hour is the reader's own."""
    assert game_line(on_board) == line


def test_each_game_is_a_button_and_the_recorded_one_is_the_last() -> None:
    """The one that is followed is marked in words and by its class."""
    picker = shown(TONIGHT)

    names = [button.description for button in picker.buttons]

    assert names == [
        f"{game_line(game())}  ◀ followed",
        game_line(LATER),
        "recorded: OKC @ MIA, 3 Dec 2015, with made-up corrections",
    ]
    assert ["kit-selected" in button._dom_classes for button in picker.buttons] == [True, False, False]


def test_a_click_follows_the_game_that_was_pointed_at() -> None:
    """By its id; the mark moves when the producer says so, not before."""
    commanded = Commanded()
    picker = shown(TONIGHT, commanded)

    picker.buttons[1].click()
    picker.buttons[2].click()
    picker.refresh.click()

    assert commanded.commands == ["0022500172", "recorded", "refresh"]
    assert "followed" in picker.buttons[0].description
    picker.show(replace(TONIGHT, followed_id="recorded"))
    assert [("followed" in button.description) for button in picker.buttons] == [False, False, True]


def test_an_error_of_a_command_is_shown(html_of: Callable[[Widget], str]) -> None:
    """A game that has left the board meanwhile."""
    picker = shown(TONIGHT, Commanded(LookupError("no game '7' now")))

    picker.buttons[0].click()
    picker.show(TONIGHT)

    assert "no game &#x27;7&#x27; now" in html_of(picker.widget)


def test_without_games_the_sentence_says_why(html_of: Callable[[Widget], str]) -> None:
    """The recorded game can still be chosen."""
    picker = shown(GamesToPick(sentence="No games today.", recorded_title="OKC @ MIA", followed_id="recorded"))

    assert len(picker.buttons) == 1
    assert "No games today." in html_of(picker.widget)
    assert "Data: NBA.com" in html_of(picker.widget)


def test_texts_of_the_feeds_are_shown_as_text(html_of: Callable[[Widget], str]) -> None:
    """A board or a play with markup in it does no harm."""
    markup = "<img src=x onerror=alert(1)>"
    picker, line = shown(replace(TONIGHT, sentence=markup, games=(game(status_text=markup),))), FeedLine()

    line.show(replace(FULL, state=markup, trouble=markup, last_correction=markup))

    assert "<img" not in html_of(picker.widget) + html_of(line.widget)
    assert markup in picker.buttons[0].description  # a button's label is text
    assert not picker.buttons[0].has_trait("description_allow_html") or not picker.buttons[0].description_allow_html


def test_more_games_than_rows_do_not_break_it() -> None:
    """The league has at most fifteen a day; a feed may say anything."""
    games = tuple(game(game_id=str(number)) for number in range(MAX_GAMES + 5))

    assert len(shown(replace(TONIGHT, games=games)).buttons) == MAX_GAMES + 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Feed", "live"),
        ("Looks", "12"),
        ("Last look", f"{TIP_OFF.astimezone():%H:%M:%S}"),
        ("Next look", "in 8 s"),
        ("Plays", "45"),
        ("Corrections", "3"),
        ("Scores that followed", "17"),
    ],
)
def test_every_figure_of_the_feed_is_named(name: str, value: str, html_of: Callable[[Widget], str]) -> None:
    """When it was looked at and will be, and what it corrected."""
    line = FeedLine()

    line.show(FULL)

    assert f"<dt>{name}</dt><dd>{value}</dd>" in html_of(line.widget)
    assert "withdrawn: Chris Bosh (MIA) scores 2, Q1 9:00" in html_of(line.widget)


def test_a_feed_that_is_away_says_for_how_long_and_why(html_of: Callable[[Widget], str]) -> None:
    """The state calls for attention, and the sentence says what to do."""
    line = FeedLine()

    line.show(replace(FULL, state="feed away", away_s=40.2, trouble="Nothing answers at cdn. Check the network."))

    assert "<dd class=kit-error>feed away</dd>" in html_of(line.widget)
    assert "Feed away for 40 s: Nothing answers at cdn. Check the network." in html_of(line.widget)


def test_unchanged_seconds_send_nothing(sent: list[str]) -> None:
    """Ten ticks a second, and a drawing only when a figure on the page changes."""
    line = FeedLine()
    line.show(FULL)
    sent.clear()

    line.show(replace(FULL, next_look_s=7.7))
    line.show(replace(FULL, next_look_s=6.7))

    assert sent == ["HTML"]
