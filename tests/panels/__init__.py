"""What is on a page, in the words of a user: the live panel here, and the other panels in modules of their own."""

from panels.live import (
    LAST_S,
    PLAYS,
    are_figures_filled,
    choose_game,
    controls,
    cut,
    health,
    open_tab,
    overlapping,
    pause,
    points,
    points_at,
    selected_tab,
    wait_for_final,
    wait_for_points,
)

__all__ = [
    "LAST_S",
    "PLAYS",
    "are_figures_filled",
    "choose_game",
    "controls",
    "cut",
    "health",
    "open_tab",
    "overlapping",
    "pause",
    "points",
    "points_at",
    "selected_tab",
    "wait_for_final",
    "wait_for_points",
]
