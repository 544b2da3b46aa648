"""Alerts: what is worth calling out, in which words, and never twice."""

import pytest
from msgspec.structs import replace
from scoring import events_of, game_of

from nbmomentum.events import ScoringEvent
from nbmomentum.momentum import Alert, AlertKind, AlertWatch, GameTracker, alerts
from nbmomentum.sources.bundled import load_game

# MIA lead, OKC level and pass, MIA answer with eleven in a row.
PLAYS = [
    ("MIA", 2, 10),
    ("OKC", 2, 40),
    ("OKC", 3, 100),
    ("MIA", 3, 160),
    ("MIA", 3, 190),
    ("MIA", 3, 719),
    ("MIA", 2, 730),
]
EVENTS = events_of(PLAYS)
LINES = [
    "Tied 2-2 (Q1 11:20)",
    "OKC take the lead 5-2 (Q1 10:20)",
    "Tied 5-5 (Q1 9:20)",
    "MIA take the lead 8-5 (Q1 8:50)",
    "MIA on a 9-0 run (Q1 0:01)",
]


def observed(watch: AlertWatch, tracker: GameTracker, *events: ScoringEvent) -> list[str]:
    """What a watch calls out while these events arrive."""
    return [alert.text for each in events for alert in watch.observe(tracker.apply(each))]


def new_tracker() -> GameTracker:
    """A tracker of OKC @ MIA."""
    return GameTracker(home="MIA", away="OKC")


def test_alerts_are_lead_changes_ties_and_runs() -> None:
    """The first lead is none of them, and a run is called once, over the period's end too."""
    found = alerts(game_of(*PLAYS).plays)

    assert [alert.text for alert in found] == LINES
    assert [alert.kind for alert in found] == ["tie", "lead_change", "tie", "lead_change", "run"]
    assert found[0].play.event == EVENTS[1]


def test_visitors_take_the_lead_with_their_score_first() -> None:
    """The line is told from the side of the team it names."""
    plays = game_of(("MIA", 2, 10), ("OKC", 3, 40)).plays

    assert [alert.text for alert in alerts(plays)] == ["OKC take the lead 3-2 (Q1 11:20)"]


@pytest.mark.parametrize(
    ("threshold", "runs"),
    [
        (8, ["MIA on a 9-0 run (Q1 0:01)"]),
        (9, ["MIA on a 9-0 run (Q1 0:01)"]),
        (11, ["MIA on an 11-0 run (Q2 11:50)"]),
        (12, []),
        (
            1,
            [
                "MIA on a 2-0 run (Q1 11:50)",
                "OKC on a 2-0 run (Q1 11:20)",
                "MIA on a 3-0 run (Q1 9:20)",
            ],
        ),
    ],
)
def test_run_is_called_at_the_play_that_reaches_the_threshold(threshold: int, runs: list[str]) -> None:
    """Once per run, however far it goes on."""
    found = alerts(game_of(*PLAYS).plays, run_threshold=threshold)

    assert [alert.text for alert in found if alert.kind is AlertKind.RUN] == runs


@pytest.mark.parametrize(
    ("points", "text"), [(7, "a 7-0"), (8, "an 8-0"), (11, "an 11-0"), (18, "an 18-0"), (21, "a 21-0")]
)
def test_run_has_the_right_article(points: int, text: str) -> None:
    """Eight, eleven and eighteen begin with a vowel."""
    plays = game_of(*[("MIA", 1, second) for second in range(points)]).plays

    [alert] = alerts(plays, run_threshold=points)

    assert f"MIA on {text} run" in alert.text


def test_one_play_may_bring_two_alerts() -> None:
    """The basket that takes the lead can also make the run."""
    plays = game_of(("OKC", 3, 10), ("OKC", 3, 20), ("MIA", 3, 30), ("MIA", 3, 40), ("MIA", 3, 50)).plays

    assert [alert.text for alert in alerts(plays[-1:])] == [
        "MIA take the lead 9-6 (Q1 11:10)",
        "MIA on a 9-0 run (Q1 11:10)",
    ]


def test_watch_calls_the_alerts_of_a_live_game_as_they_come() -> None:
    """Live, one by one, it tells what the finished game tells."""
    heard: list[Alert] = []
    watch = AlertWatch(on_alert=heard.append)

    lines = observed(watch, new_tracker(), *EVENTS)

    assert lines == LINES
    assert [alert.text for alert in heard] == LINES


def test_watch_is_quiet_on_duplicates() -> None:
    """Delivered again is not happened again."""
    tracker, watch = new_tracker(), AlertWatch()
    observed(watch, tracker, *EVENTS)

    assert observed(watch, tracker, *EVENTS) == []


def test_watch_calls_what_a_late_event_brings_and_nothing_else() -> None:
    """Plays folded anew are news only where their alerts are."""
    tracker, watch = new_tracker(), AlertWatch()
    late = EVENTS[1]

    without = observed(watch, tracker, EVENTS[0], *EVENTS[2:])
    with_late = observed(watch, tracker, late)

    # OKC took the lead with its next basket either way, which was called already.
    assert without == [
        "OKC take the lead 3-2 (Q1 10:20)",
        "MIA take the lead 5-3 (Q1 9:20)",
        "MIA on a 9-0 run (Q1 0:01)",
    ]
    assert with_late == ["Tied 2-2 (Q1 11:20)", "Tied 5-5 (Q1 9:20)", "MIA take the lead 8-5 (Q1 8:50)"]


def test_watch_never_calls_the_same_alert_twice() -> None:
    """A basket withdrawn and restored took the lead once."""
    tracker, watch = new_tracker(), AlertWatch()
    observed(watch, tracker, *EVENTS[:5])
    withdrawn = replace(EVENTS[4], revision=1, retracted=True)

    again = observed(watch, tracker, withdrawn, replace(EVENTS[4], revision=2))

    assert again == []


def test_watch_of_a_recovered_game_does_not_call_its_past() -> None:
    """A correction that folds the whole game anew is no reason to tell it all again."""
    tracker, watch = new_tracker(), AlertWatch()
    for each in EVENTS:
        tracker.apply(each)

    lines = observed(watch, tracker, replace(EVENTS[0], revision=1, player="Dwyane Wade"))

    assert lines == []


def test_watch_calls_a_replayed_game_anew() -> None:
    """A new tracker is a new showing: the second class hears what the first one heard."""
    watch = AlertWatch()
    first = observed(watch, new_tracker(), *EVENTS)

    second = observed(watch, new_tracker(), *EVENTS)

    assert first == second == LINES


def test_watch_keeps_games_apart() -> None:
    """Event ids are of one game only; two games at once share the watch, and none of its memory."""
    watch, other = AlertWatch(), [replace(each, game_id="0021500051") for each in EVENTS]
    trackers = new_tracker(), new_tracker()

    lines = [
        observed(watch, trackers[0], one) + observed(watch, trackers[1], two)
        for one, two in zip(EVENTS, other, strict=True)
    ]

    assert [line for pair in lines for line in pair] == [line for line in LINES for _ in range(2)]


def test_found_alerts_are_told_apart_from_finding_them() -> None:
    """Whoever logs them need not depend on a callback that may raise."""
    heard: list[Alert] = []
    watch, tracker = AlertWatch(on_alert=heard.append), new_tracker()
    tracker.apply(EVENTS[0])

    found = watch.find(tracker.apply(EVENTS[1]))
    heard_before = list(heard)
    watch.tell(found)

    assert heard_before == []
    assert [alert.text for alert in heard] == LINES[:1]


def test_threshold_may_change_during_the_game() -> None:
    """The slider in the notebook sets it while events arrive."""
    tracker, watch = new_tracker(), AlertWatch(run_threshold=20)
    first = observed(watch, tracker, *EVENTS[:6])

    watch.run_threshold = 10
    second = observed(watch, tracker, EVENTS[6])

    assert not any("run" in line for line in first)
    assert second == ["MIA on an 11-0 run (Q2 11:50)"]
    assert watch.run_threshold == 10


def test_run_is_not_called_twice_because_the_threshold_moved() -> None:
    """Raised while the basket is withdrawn, lowered before it is restored: still the same run."""
    tracker, watch = new_tracker(), AlertWatch(run_threshold=9)
    observed(watch, tracker, *EVENTS[:6])

    watch.run_threshold = 20
    observed(watch, tracker, replace(EVENTS[5], revision=1, retracted=True))
    watch.run_threshold = 9
    again = observed(watch, tracker, replace(EVENTS[5], revision=2))

    assert again == []


@pytest.mark.parametrize("threshold", [0, -1, 8.0, True, "8", None])
def test_threshold_must_be_a_number_of_points(threshold: int) -> None:
    """A bad one is refused where it is set, not when a run comes."""
    watch = AlertWatch()

    with pytest.raises(ValueError, match="whole number of points from 1 up"):
        watch.run_threshold = threshold
    with pytest.raises(ValueError, match="whole number of points from 1 up"):
        AlertWatch(run_threshold=threshold)

    assert watch.run_threshold == 8


def test_real_game_calls_each_of_its_38_lead_changes() -> None:
    """In the default game there is always something to say."""
    tracker, watch = new_tracker(), AlertWatch()

    kinds = [alert.kind for each in load_game("0021500277") for alert in watch.observe(tracker.apply(each))]

    assert (kinds.count(AlertKind.LEAD_CHANGE), kinds.count(AlertKind.TIE), kinds.count(AlertKind.RUN)) == (38, 11, 0)
