"""The dashboard's layout: everything of a game on one screen, without a scroll bar, from a laptop to a projector.

```python
dashboard_panel(
    top=(controls, highlights),
    left=(board, score, TabsWithBadge(charts, verdict), seek),
    right=(log, alerts, window),
    bottom=(health, end),
)
```

The panel is as high as its page: the charts take what the other parts leave. Two columns: the game at the left,
what happens in the stream at the right.

CSS classes: `kit-frame` and `kit-dashboard` around all; `kit-top`, `kit-left`, `kit-right` and `kit-bottom` on its
areas.
"""

from collections.abc import Sequence

from ipywidgets import HTML, Box, Layout

from nbmomentum.views.panel import Placeable, Tabbed
from nbmomentum.views.sight import brought_into_sight
from nbmomentum.views.style import sheet

DASHBOARD_CHART_PX = 190  # of a chart at 1280 x 720: names inside it and numbers beside it keep their distance there

# Fixed parts keep their height, charts and alerts share the rest. JupyterLab's bars leave less of the window.
_CSS = """
.kit.kit-frame { container: kit-frame / inline-size; width: 100%; overflow: hidden; }
.kit.kit-dashboard { container: kit-screen / size; display: grid; position: relative; width: 100%;
  box-sizing: border-box; height: clamp(580px, 100vh - 126px, 1080px);
  gap: 8px 16px; padding: 0 2px; overflow: hidden;
  grid-template: "top top" auto "left right" minmax(0, 1fr) "bottom bottom" auto
    / minmax(0, 1.55fr) minmax(300px, 1fr); }
/* Voila shows nothing else: the whole window */
body[data-voila] .kit.kit-dashboard { position: fixed; inset: 0; z-index: 1; padding: 8px 14px;
  background: var(--kit-paper); height: max(600px, 100vh); }
.kit.kit-dashboard .kit-area { display: flex; min-width: 0; min-height: 0; overflow: visible; gap: 6px; }
.kit.kit-dashboard .kit-top { grid-area: top; flex-flow: row wrap; align-items: center; gap: 4px 8px; }
.kit.kit-dashboard .kit-left { grid-area: left; flex-flow: column; }
.kit.kit-dashboard .kit-right { grid-area: right; flex-flow: column; gap: 10px; padding-left: 14px;
  border-left: 1px solid var(--kit-rule); }
.kit.kit-dashboard .kit-bottom { grid-area: bottom; flex-flow: row wrap; align-items: flex-end; gap: 0 14px; }
.kit.kit-dashboard .kit-area > .widget-box { margin: 0; flex: 0 0 auto; min-width: 0; }
.kit.kit-dashboard .kit-row { margin: 0; gap: 2px 6px; }
.kit.kit-dashboard .jupyter-button { font-family: inherit; margin: 0; }

/* one row of controls; the scoreboard and the slider below the charts tell the clock */
.kit.kit-dashboard .kit-top > .kit-controls { flex: 1 1 720px; flex-flow: row wrap; align-items: center;
  gap: 4px 10px; }
.kit.kit-dashboard .kit-controls > .kit-row { flex: 1 1 704px; min-width: 0; }
.kit.kit-dashboard .kit-controls > .kit-row:has(.kit-game) { flex: 2 1 220px; }
.kit.kit-dashboard .kit-controls .kit-clock { display: none; }
.kit.kit-dashboard .kit-game { width: 100% !important; max-width: none !important; height: 34px; margin: 0; }
/* the line itself says that it is a game; the label stays for screen readers */
.kit.kit-dashboard .kit-game label { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
.kit.kit-dashboard .kit-play { width: 128px !important; }
.kit.kit-dashboard .kit-speed { min-width: 190px !important; flex: 1 1 190px !important; margin: 0; }
.kit.kit-dashboard .kit-speed-name { width: 44px !important; text-align: right; margin: 0; }

/* the charts fill what is left */
.kit.kit-dashboard .kit-left > .kit-chart { flex: 1 1 0; min-height: 0; }
.kit.kit-dashboard .kit-left > .kit-badged { flex: 1.28 1 0; min-height: 0; display: flex; position: relative; }
.kit.kit-dashboard .kit-badged > .kit-tabs { flex: 1 1 auto; min-width: 0; display: flex; flex-flow: column; }
.kit.kit-dashboard .kit-badged > .kit-badge { position: absolute; right: 4px; top: 3px; width: auto;
  pointer-events: none; }
.kit.kit-dashboard .kit-badge .kit-verdict { font-size: var(--kit-body); margin: 0; }
.kit.kit-dashboard .kit-left .bqplot { width: 100% !important; height: auto !important; min-width: 0 !important;
  flex: 1 1 0; min-height: 0; margin: 0; }
.kit.kit-dashboard .kit-tabs > .widget-tab-bar { flex: 0 0 auto; min-height: 30px; }
.kit.kit-dashboard .kit-tabs > .widget-tab-bar .lm-TabBar-tab { height: 30px; line-height: 30px;
  font-family: inherit; }
.kit.kit-dashboard .kit-tabs > .widget-tab-contents { flex: 1 1 0; min-height: 0; display: flex; padding: 2px 0 0; }
.kit.kit-dashboard .kit-page { height: auto !important; flex: 1 1 auto; min-height: 0; }
.kit.kit-dashboard .kit-tabs .kit-page.lm-mod-hidden { top: 32px; bottom: 0; }
.kit.kit-dashboard .kit-caption { display: none; }
.kit.kit-dashboard .kit-seek { flex-flow: column; gap: 0; }

/* the stream beside them */
.kit.kit-dashboard .jupyter-button.kit-log-row, .kit.kit-dashboard .kit-log-head, .kit.kit-dashboard .kit-json {
  font-size: 13px; }
.kit.kit-dashboard .jupyter-button.kit-log-row { padding: 0 2px; font-family: var(--jp-code-font-family, monospace); }
.kit.kit-dashboard .kit-log-head { padding: 0 2px; }
.kit.kit-dashboard .kit-log { gap: 2px; }
.kit.kit-dashboard .kit-log > .kit-row { flex-wrap: nowrap; }
.kit.kit-dashboard .kit-log .kit-log-page { margin: 0; }
.kit.kit-dashboard .kit-log .kit-record { min-height: 0; margin: 0; }
.kit.kit-dashboard .kit-record .kit-quiet { margin: 0; }
.kit.kit-dashboard .kit-record .kit-figures { gap: 0 14px; padding: 2px 0 0; }
.kit.kit-dashboard .kit-record .kit-figures div { flex-direction: row; gap: 6px; align-items: baseline; }
.kit.kit-dashboard .kit-record dt { float: none; width: auto; }
.kit.kit-dashboard .kit-log-state .widget-html-content { font-size: var(--kit-small); white-space: nowrap; }
.kit.kit-dashboard .kit-record dd { font-size: var(--kit-small); }
.kit.kit-dashboard .kit-json { max-height: none; margin: 2px 0 0; padding: 3px 6px; line-height: 1.3; }
.kit.kit-dashboard .kit-right > .kit-alerts { flex: 1 1 0; min-height: 60px; height: auto !important; padding: 0;
  border: 0; }
.kit.kit-dashboard .kit-window-line { font-size: var(--kit-label); }
.kit.kit-dashboard .kit-window-line b { font-size: 26px; }
.kit.kit-dashboard .kit-bars { height: 24px; margin: 2px 0; }
.kit.kit-dashboard .kit-bar { font-size: var(--kit-body); }
.kit.kit-dashboard .kit-bottom > .kit-health { flex: 1 1 600px; }
.kit.kit-dashboard .kit-bottom > .kit-end .widget-hbox { margin: 0; }

/* beside JupyterLab's file browser, or on a small screen without it: below this width words no longer fit */
@container kit-frame (max-width: 1190px) {
  .kit.kit-dashboard { column-gap: 10px;
    grid-template-columns: minmax(0, 1.8fr) minmax(280px, 1fr); }
  .kit.kit-dashboard .kit-seek-time { min-width: 94px !important; }
  .kit.kit-dashboard .kit-legend .kit-swatch, .kit.kit-dashboard .kit-legend .kit-stroke { width: 12px; }
  .kit.kit-dashboard .kit-right { padding-left: 10px; }
  .kit.kit-dashboard .kit-score-bug { grid-template-columns: 1fr minmax(140px, auto) 1fr; }
  .kit.kit-dashboard .kit-side { padding: 6px 10px; }
  .kit.kit-dashboard .kit-tile b { font-size: 24px; }
  .kit.kit-dashboard .kit-tile small { display: none; }
  .kit.kit-dashboard .kit-points { font-size: 36px; }
  .kit.kit-dashboard .kit-middle { padding: 4px 8px; }
  .kit.kit-dashboard .kit-when { font-size: 20px; }
  .kit.kit-dashboard .kit-strip { font-size: var(--kit-small); gap: 12px; }
  .kit.kit-dashboard .kit-legend .widget-html-content { font-size: var(--kit-small); line-height: 1.15; gap: 0 10px; }
  .kit.kit-dashboard .kit-badge .kit-verdict { max-width: 150px; font-size: 12px; line-height: 1.15; text-align: right;
    white-space: normal; }
  .kit.kit-dashboard .kit-half-life { flex: 0 0 230px !important; }
  .kit.kit-dashboard .kit-half-life label, .kit.kit-dashboard .kit-tabs .lm-TabBar-tab,
  .kit.kit-dashboard .kit-seek .jupyter-button, .kit.kit-dashboard .kit-follow { font-size: var(--kit-small); }
  .kit.kit-dashboard .kit-seek .jupyter-button, .kit.kit-dashboard .kit-follow { width: auto !important; flex: 0 0 auto;
    padding: 0 6px; }
  .kit.kit-dashboard .kit-seek-clock { min-width: 60px !important; }
  .kit.kit-dashboard .kit-seek-clock label { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  .kit.kit-dashboard .kit-log-state .widget-html-content { white-space: normal; }
  .kit.kit-dashboard .kit-bottom .kit-figures { gap: 2px 8px; }
  .kit.kit-dashboard .kit-end .widget-html-content { font-size: var(--kit-small); }
}

/* there the buttons that skip stand beside the game, and Stop in the row of the replay */
@container kit-frame (max-width: 1016px) {
  .kit.kit-dashboard .kit-top > .kit-controls { display: contents; }
  .kit.kit-dashboard .kit-controls > .kit-row:has(.kit-game) { flex: 1 1 200px; }
  .kit.kit-dashboard .kit-top > .kit-highlights { order: 1; }
  .kit.kit-dashboard .kit-controls > .kit-row:has(.kit-play) { order: 2; flex-basis: 100%; padding-right: 108px;
    box-sizing: border-box; }
  .kit.kit-dashboard .kit-controls > .widget-html { order: 3; }
  .kit.kit-dashboard .kit-bottom { position: static; }
  .kit.kit-dashboard .kit-bottom > .kit-end { position: absolute; right: 2px; top: var(--kit-stop-top, 38px); }
  .kit.kit-dashboard .kit-end .widget-html:not(:has(.kit-error)) { position: absolute; width: 1px; height: 1px;
    overflow: hidden; clip-path: inset(50%); }
  body[data-voila] .kit.kit-dashboard .kit-bottom > .kit-end { right: 14px; top: 46px; }
  .kit.kit-dashboard .kit-seek .jupyter-button { display: inline-flex; align-items: center; font-size: 0 !important;
    padding: 0 9px !important; }
  .kit.kit-dashboard .kit-seek .jupyter-button i { font-size: 15px; line-height: 1; margin: 0; }
}

/* in half a window there is no room for two columns: they stand below each other, and the page scrolls */
@container kit-frame (max-width: 760px) {
  .kit.kit-dashboard { container-type: inline-size; display: flex; flex-flow: column; height: auto; overflow: visible; }
  body[data-voila] .kit.kit-dashboard { position: static; height: auto; }
  .kit.kit-dashboard .kit-left > .kit-chart { flex: 0 0 230px; }
  .kit.kit-dashboard .kit-left > .kit-badged { flex: 0 0 300px; }
  .kit.kit-dashboard .kit-right { padding-left: 0; border-left: 0; }
  .kit.kit-dashboard .kit-right > .kit-alerts { flex: 0 0 220px; }
  .kit.kit-dashboard .kit-badge { display: none; }
  .kit.kit-dashboard .kit-controls > .kit-row:has(.kit-play) { padding-right: 0; }
  .kit.kit-dashboard .kit-bottom > .kit-end { position: static; margin-left: auto; }
}

/* below JupyterLab's bars on a small screen: words and buttons stand closer, so that the charts keep their height */
@container kit-screen (max-height: 660px) {
  .kit.kit-dashboard .kit-area { --jp-widgets-inline-height: 24px; gap: 4px; }
  .kit.kit-dashboard .kit-top { gap: 3px 8px; }
  .kit.kit-dashboard .kit-right { gap: 5px; }
  .kit.kit-dashboard .jupyter-button, .kit.kit-dashboard .kit-game, .kit.kit-dashboard .kit-game > select {
    height: 30px; line-height: 28px; }
  .kit.kit-dashboard .kit-controls { gap: 3px 10px; }
  .kit.kit-dashboard .kit-side { padding: 2px 10px; }
  .kit.kit-dashboard .kit-points { font-size: 32px; }
  .kit.kit-dashboard .kit-middle { padding: 1px 8px; }
  .kit.kit-dashboard .kit-when { font-size: 20px; line-height: 1.1; }
  .kit.kit-dashboard .kit-run, .kit.kit-dashboard .kit-strip { font-size: 14px; line-height: 1.2; }
  .kit.kit-dashboard .kit-strip { padding-top: 3px; }
  .kit.kit-dashboard .kit-scoreboard .widget-html, .kit.kit-dashboard .kit-legend { margin: 0; }
  .kit.kit-dashboard .kit-tabs > .widget-tab-bar { min-height: 27px; }
  .kit.kit-dashboard .kit-tabs > .widget-tab-bar .lm-TabBar-tab { height: 27px; line-height: 27px; }
  .kit.kit-dashboard .kit-tabs .kit-page.lm-mod-hidden { top: 29px; }
  .kit.kit-dashboard .kit-badge .kit-verdict { line-height: 1; }
  .kit.kit-dashboard .kit-left > .kit-badged { flex-grow: 1.34; }
  .kit.kit-dashboard .kit-left > .kit-chart .bqplot { --kit-name: 15px; }
  .kit.kit-dashboard .kit-seek-line { margin: 0 2px; --jp-widgets-inline-height: 18px; }
  .kit.kit-dashboard .kit-seek-line .widget-html-content { font-size: 14px; line-height: 18px; }
  .kit.kit-dashboard .jupyter-button.kit-log-row { height: 22px; line-height: 22px; }
  .kit.kit-dashboard .kit-right > .kit-log { flex: 0 1 auto; min-height: 0; }
  .kit.kit-dashboard .kit-log > .widget-box { flex: 0 0 auto; }
  .kit.kit-dashboard .kit-log > .kit-record { flex: 0 1 auto; overflow: hidden auto; }
  .kit.kit-dashboard .kit-right > .kit-alerts { min-height: 84px; }
  .kit.kit-dashboard .kit-window-line b { font-size: 22px; }
  .kit.kit-dashboard .kit-bottom .kit-figures { padding-top: 2px; }
  .kit.kit-dashboard .kit-end { --kit-stop-top: 33px; }
  .kit.kit-dashboard .kit-bottom .kit-figures dd { line-height: 1.15; }
}
"""


def dashboard_panel(
    *,
    top: Sequence[Placeable],
    left: Sequence[Placeable],
    right: Sequence[Placeable],
    bottom: Sequence[Placeable],
) -> Box:
    """These views in four areas, filling the page.

    Args:
        top: Beside each other, over both columns.
        left: Below each other; charts and tabs share the height that is left.
        right: Below each other; an `AlertFeed` takes the height that is left.
        bottom: Beside each other, below both columns.
    """
    areas = {"top": top, "left": left, "right": right, "bottom": bottom}
    style = HTML(f"<style>{_CSS}</style>")
    style.add_class("kit-sheet")
    panel = Box([_area(name, views) for name, views in areas.items()], layout=Layout(width="100%"))
    panel.add_class("kit").add_class("kit-dashboard")
    frame = Box([sheet(), style, brought_into_sight(), panel], layout=Layout(width="100%"))
    frame.add_class("kit").add_class("kit-frame")
    return frame


class TabsWithBadge:
    """Tabs, and a view of one line in what their bar leaves free.

    Args:
        tabs: At the left of the bar, and below it.
        badge: At the right end of the bar.
    """

    def __init__(self, tabs: Tabbed, badge: Placeable) -> None:
        self.widget = Box([tabs.widget, badge.widget])
        self.widget.add_class("kit").add_class("kit-badged")


def _area(name: str, views: Sequence[Placeable]) -> Box:
    area = Box([view.widget for view in views])
    area.add_class("kit-area").add_class(f"kit-{name}")
    return area
