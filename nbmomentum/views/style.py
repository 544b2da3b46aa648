"""The common look of all views: type scale, spacing, and the CSS that both of JupyterLab's themes need.

Every view carries the sheet itself, so that it looks right alone, in a panel, in JupyterLab and in Voila. All
rules live below the class `kit`. Colours come from JupyterLab's variables, with fallbacks where those are
missing; sizes are chosen for a projector.

```python
VBox([sheet(), HTML(...)]).add_class("kit")
```
"""

from html import escape

from ipywidgets import HTML

SMALL_PX = 13
BODY_PX = 15
LABEL_PX = 18  # bold at this size counts as large text: 3:1 is enough for a team's colour
TITLE_PX = 24
WINDOW_PX = 38
SCORE_PX = 46
GAP_PX = 8

INK = "var(--jp-ui-font-color1)"
PAPER = "var(--jp-layout-color0)"

_VARIABLES = f"""
.kit {{
  --kit-ink: var(--jp-ui-font-color1, #212121);
  --kit-quiet: var(--jp-ui-font-color2, #616161);
  --kit-paper: var(--jp-layout-color0, #ffffff);
  --kit-panel: var(--jp-layout-color2, #eeeeee);
  --kit-rule: var(--jp-border-color2, #e0e0e0);
  --kit-alarm: #c62828;
  --kit-small: {SMALL_PX}px;
  --kit-body: {BODY_PX}px;
  --kit-label: {LABEL_PX}px;
  --kit-name: {LABEL_PX}px;
  --kit-title: {TITLE_PX}px;
  --kit-score: {SCORE_PX}px;
  --kit-gap: {GAP_PX}px;
  color: var(--kit-ink);
  font-family: var(--jp-ui-font-family, system-ui, sans-serif);
  overflow: visible;
}}
[data-jp-theme-light="false"] .kit {{ --kit-alarm: #ff8a80; }}
"""

_CONTENT = """
.kit .widget-html, .kit .widget-html-content { overflow: visible; }
.kit .widget-html-content {
  font-size: var(--kit-body); line-height: 1.35; font-variant-numeric: tabular-nums; color: var(--kit-ink);
}
.kit .widget-html-content { min-width: 0; }
.kit .kit-sheet { display: none; }
.kit .kit-quiet { color: var(--kit-quiet); font-size: var(--kit-small); }
.kit .kit-heading { font-size: var(--kit-body); font-weight: 600; margin: 0; }
.kit .kit-error { color: var(--kit-alarm); font-weight: 600; }
.kit .widget-label, .kit .jupyter-button, .kit .widget-dropdown > select, .kit .widget-readout {
  font-size: var(--kit-body); color: var(--kit-ink);
}
.kit .jupyter-button { font-weight: 600; height: 34px; line-height: 32px; flex-shrink: 0; }
.kit .widget-dropdown > select { height: 34px; padding-right: 26px; text-overflow: ellipsis; }
[data-jp-theme-light="false"] .kit .widget-dropdown > select { background-image: url("data:image/svg+xml,\
%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 18 18'%3E%3Cpath d='M4 6.5l5 5 5-5' fill='none' \
stroke='%23bdbdbd' stroke-width='2'/%3E%3C/svg%3E"); }
/* a track answers above and below its line, too */
.kit .noUi-horizontal .noUi-base::before { content: ""; position: absolute; inset: -10px -4px; }
.kit .noUi-target[disabled] .noUi-handle { background: var(--kit-panel); border: 1px solid var(--kit-quiet); }
.kit .noUi-handle:focus-visible, .kit .jupyter-button:focus-visible {
  outline: 3px solid var(--jp-brand-color1, #2196f3); outline-offset: 1px;
}
"""

_SCOREBOARD = """
.kit .kit-score-bug { display: grid; grid-template-columns: 1fr minmax(196px, auto) 1fr; align-items: stretch; }
.kit .kit-side { display: flex; align-items: center; justify-content: space-between; padding: 8px 18px; }
.kit .kit-side.kit-home { flex-direction: row-reverse; }
.kit .kit-tile { display: flex; align-items: center; gap: 12px; }
.kit .kit-home .kit-tile { flex-direction: row-reverse; }
.kit .kit-tile b { font-size: 34px; line-height: 1; letter-spacing: .02em; }
.kit .kit-tile small { font-size: var(--kit-small); font-weight: 600; line-height: 1.1; }
.kit .kit-dash { display: block; width: 44px; height: 0; margin-top: 5px; border-top: 3px solid currentColor; }
.kit .kit-away .kit-dash { border-top-style: dashed; }
.kit .kit-points { font-size: var(--kit-score); font-weight: 800; line-height: 1; }
.kit .kit-behind .kit-points { font-weight: 400; }
.kit .kit-middle { display: flex; flex-direction: column; align-items: center; justify-content: center;
  padding: 6px 14px; background: var(--kit-ink); color: var(--kit-paper); white-space: nowrap; }
.kit .kit-when { font-size: var(--kit-title); font-weight: 700; line-height: 1.2; }
.kit .kit-when i { font-style: normal; font-size: .7em; visibility: hidden; padding: 0 .25em; }
.kit .kit-when i.kit-leads { visibility: visible; }
.kit .kit-run { font-size: var(--kit-body); font-weight: 600; line-height: 1.3; min-height: 1.3em; }
.kit .kit-strip { display: flex; justify-content: space-between; gap: 24px; padding: 5px 2px 0; }
.kit .kit-last { text-align: right; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.kit .kit-counts { white-space: nowrap; }
.kit .kit-mismatch { padding: 1px 2px 0; font-size: var(--kit-small); line-height: 1.25; }
.kit .kit-mismatch b { color: var(--kit-alarm); }
/* where both teams' names and scores would not fit, the words beside the names go first */
.kit.kit-scoreboard { container: kit-board / inline-size; width: 100%; }
@container kit-board (max-width: 600px) {
  .kit .kit-score-bug { grid-template-columns: 1fr minmax(120px, auto) 1fr; }
  .kit .kit-side { padding: 6px 10px; }
  .kit .kit-tile b { font-size: 24px; }
  .kit .kit-tile small { display: none; }
  .kit .kit-points { font-size: 36px; }
  .kit .kit-middle { padding: 4px 6px; }
  .kit .kit-when { font-size: 20px; }
  .kit .kit-strip { font-size: var(--kit-small); gap: 12px; }
}
@container kit-board (max-width: 500px) {
  .kit .kit-strip { flex-flow: column; gap: 0; }
  .kit .kit-last { text-align: left; }
}
"""

# A rule goes into a saved picture only if it matches there, too, and a variable only if a rule names it.
_PLOT = ":is(.kit .bqplot, .svg-figure:root)"
_CHART = f"""
.kit .bqplot {{ height: auto; --bq-content-font-color: var(--kit-ink); }}
.kit .bqplot.classic {{
  --bq-axislabel-fill: var(--kit-ink);
  --bq-mainheading-fill: var(--kit-ink);
  --bq-axis-tick-text-fill: var(--kit-quiet);
  --bq-axis-border-color: var(--kit-rule);
  --bq-axislabel-font: 600 13px var(--jp-ui-font-family, sans-serif);
  --bq-axis-tick-text-font: 13px var(--jp-ui-font-family, sans-serif);
}}
{_PLOT} .axis {{
  --kit-drawn-with: var(--jp-ui-font-color1, #212121) var(--jp-layout-color0, #ffffff) var(--jp-border-color1, #bdbdbd);
}}
/* bqplot's dashes of 10 and 10 tear steps of 10 pixels apart */
{_PLOT} path.line[style*="dasharray: 10"] {{ stroke-dasharray: 7, 3 !important; }}
{_PLOT} text {{ font-family: var(--jp-ui-font-family, sans-serif); font-variant-numeric: tabular-nums; }}
/* names inside a plot stay readable on top of its lines */
{_PLOT} .object_grp text {{ paint-order: stroke; stroke: var(--kit-paper); stroke-width: 3px; }}
:is(.kit-chart .bqplot, .svg-figure:root) .object_grp text {{ font-size: var(--kit-name) !important; }}
{_PLOT} .axis[text-anchor="end"] .tick text {{ transform: translateX(-5px); }}
{_PLOT} .axis[text-anchor="middle"] .tick text {{ transform: translateY(4px); }}
"""

# The corner is below the right axis: nothing is drawn there. The words about the file stand on the axis, and fade.
_CORNER = """
.kit.kit-corner { flex: 0 0 auto; position: relative; z-index: 1; align-self: flex-end; width: auto; height: 24px;
  margin: -25px 0 1px; }
.kit.kit-corner .kit-row { gap: 0; margin: 0; }
.kit.kit-corner .kit-row .jupyter-button { display: inline-flex; align-items: center; height: 24px; line-height: 1;
  margin: 0; padding: 0 4px; font-size: 0; color: var(--kit-quiet); background: none; box-shadow: none; }
.kit.kit-corner .kit-row .jupyter-button:is(:hover, :focus-visible) { color: var(--kit-ink);
  background: var(--kit-panel); }
.kit.kit-corner .kit-save-svg i { display: none; }
.kit.kit-corner .kit-row .jupyter-button i { font-size: 11px; margin-right: 4px; }
.kit.kit-corner .jupyter-button::after { font-size: var(--kit-small); }
.kit.kit-corner .kit-save-png::after { content: "PNG"; content: "PNG" / ""; }
.kit.kit-corner .kit-save-svg::after { content: "SVG"; content: "SVG" / ""; }
.kit.kit-corner .widget-html { position: absolute; right: 100%; bottom: 0; width: max-content; max-width: 340px;
  margin: 0; pointer-events: none; }
.kit.kit-corner .widget-html-content { height: auto; font-size: var(--kit-small); line-height: 1.3;
  overflow-wrap: anywhere; text-align: right; }
.kit.kit-corner .widget-html-content > span { background: var(--kit-paper); animation: kit-fade 1s 8s forwards; }
@keyframes kit-fade { to { opacity: 0; } }
"""

_LEGEND = """
.kit .kit-legend .widget-html-content { display: flex; flex-wrap: wrap; gap: 2px 22px; }
.kit .kit-key { display: inline-flex; align-items: center; gap: 7px; white-space: nowrap; }
.kit .kit-swatch { width: 18px; height: 14px; opacity: .85; }
.kit .kit-stroke { width: 20px; height: 0; border-top: 3px solid var(--kit-ink); }
.kit .kit-short-readout .widget-readout { flex: 0 0 auto; min-width: 2ch; width: 3.5ch; margin: 0 0 0 6px; padding: 0;
  text-align: right; }
.kit .kit-caption { color: var(--kit-quiet); font-size: var(--kit-small); margin: 0 0 0 46px; }
"""

_ALERTS = """
.kit.kit-alerts { border-left: 1px solid var(--kit-rule); padding-left: 12px; box-sizing: border-box; }
.kit .kit-alert-box { flex: 1 1 auto; min-height: 0; overflow: auto; }
.kit .kit-alert-list { list-style: none; margin: 0; padding: 0; }
.kit .kit-alert-list li { padding: 3px 0 3px 9px; margin: 0 0 5px; border-left: 5px solid; line-height: 1.25; }
.kit .kit-alert-list li.kit-alert-run { font-weight: 700; }
/* Each button keeps its alert and the CSS order puts the newest first: keys go by what is seen, where they can. */
.kit .kit-alert-box.kit-alert-buttons { flex-flow: column; gap: 1px; reading-flow: flex-visual; }
.kit .jupyter-button.kit-alert { display: block; flex: 0 0 auto; width: auto; height: auto; margin: 0 4px 0 2px;
  padding: 4px 6px 4px 9px; border: 0; line-height: 1.25; font-weight: 400; text-align: left; white-space: normal;
  background: none; box-shadow: none; }
.kit .jupyter-button.kit-alert.kit-alert-run { font-weight: 700; }
.kit .jupyter-button.kit-alert:hover { background: var(--kit-panel); }
.kit .kit-alert:focus-visible { outline-offset: -3px; }
/* what leads to a moment of the game */
.kit.kit-clickable path.dot { cursor: pointer; }
.kit.kit-chart.kit-clickable path.dot:hover { stroke: var(--kit-ink) !important; stroke-width: 3px !important; }
.kit.kit-momentum.kit-clickable path.dot:hover { opacity: .18 !important; }
"""

_SEEK = """
.kit.kit-seek { gap: 2px; }
.kit .kit-seek-time { flex: 0 0 auto; font-size: var(--kit-label); font-weight: 700; text-align: right;
  white-space: nowrap; font-variant-numeric: tabular-nums; }
.kit .kit-seek-line { margin: 0 2px; }
"""

_CONTROLS = """
.kit.kit-controls { gap: 6px; }
.kit .kit-row { flex-flow: row wrap; align-items: center; gap: 2px 6px; overflow: visible; }
.kit .kit-row > .kit-row { flex: 0 0 auto; }
.kit .kit-row > .kit-pace { flex: 1 1 370px; flex-wrap: nowrap; }
.kit .kit-pace > .kit-speed-name { flex: 0 0 auto; }
.kit .jupyter-button.mod-active { background: var(--kit-ink); color: var(--kit-paper); }
.kit .kit-clock { font-weight: 600; margin-left: auto; white-space: nowrap; }
"""

_FIGURES = """
.kit .kit-figures { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 2px 14px; margin: 0;
  padding: 5px 0 0; border-top: 1px solid var(--kit-rule); }
.kit .kit-figures div { display: flex; flex-direction: column; }
.kit .kit-figures dt { font-size: var(--kit-small); color: var(--kit-quiet); font-weight: 400; line-height: 1.2;
  white-space: nowrap; }
.kit .kit-figures dd { margin: 0; font-weight: 600; line-height: 1.3; white-space: nowrap; }
.kit .kit-table { border-collapse: collapse; font-size: var(--kit-body); margin-top: 4px; }
.kit .kit-table th, .kit .kit-table td { padding: 2px 14px 2px 0; text-align: right; font-weight: 400; }
.kit .kit-table th:first-child { text-align: left; font-weight: 600; }
.kit .kit-table thead th { color: var(--kit-quiet); font-size: var(--kit-small);
  border-bottom: 1px solid var(--kit-rule); }
.kit.kit-twin p { margin: 2px 0; }
.kit.kit-twin section + section { margin-top: 12px; }
"""

_WINDOW = f"""
.kit .kit-window-line {{ margin: 0; font-size: {TITLE_PX}px; line-height: 1.25; }}
.kit .kit-window-line b {{ font-size: {WINDOW_PX}px; font-weight: 800; padding-right: 4px; }}
.kit .kit-bars {{ display: flex; height: 34px; gap: 2px; margin: 4px 0; background: var(--kit-panel); }}
.kit .kit-bar {{ display: flex; align-items: center; justify-content: center; overflow: hidden; white-space: nowrap;
  min-width: 0; font-size: {LABEL_PX}px; font-weight: 700; }}
.kit .kit-window-name {{ font-weight: 600; }}
"""

_OFFICIAL = """
.kit .kit-verdict { margin: 0 0 4px; font-weight: 700; font-size: var(--kit-label); }
.kit .kit-tables { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: flex-start; }
.kit .kit-tables th[scope="colgroup"] { text-align: center; font-weight: 600; }
.kit .kit-tables th, .kit .kit-tables td { padding-right: 9px; line-height: 1.25; }
.kit .kit-tables .kit-league { padding-right: 16px; }
.kit.kit-official p { margin: 0 0 4px; }
.kit .kit-tables .kit-differs { font-weight: 700; color: var(--kit-alarm); }
"""

_LOG = """
.kit .kit-log-page { margin: 0 2px; overflow: hidden; border-bottom: 1px solid var(--kit-rule); }
.kit .kit-log-head, .kit .jupyter-button.kit-log-row, .kit .kit-json {
  font-family: var(--jp-code-font-family, ui-monospace, monospace); font-size: 14px; }
.kit .kit-log-page .widget-html { margin: 0; }
.kit .kit-log-head { margin: 0; padding: 0 6px; color: var(--kit-quiet); line-height: 1.6;
  border-bottom: 1px solid var(--kit-rule); background: none; }
.kit .jupyter-button.kit-log-row { display: block; flex: 0 0 auto; margin: 0; padding: 0 6px; height: 25px;
  line-height: 25px; text-align: left; font-weight: 400; white-space: pre; overflow: hidden; text-overflow: ellipsis;
  background: none; box-shadow: none; }
.kit .jupyter-button.kit-log-row:hover { background: var(--kit-panel); }
.kit .jupyter-button.kit-log-row.kit-selected, .kit .jupyter-button.kit-log-row.kit-selected:hover {
  background: var(--kit-ink); color: var(--kit-paper); }
.kit .jupyter-button.kit-log-row:disabled { visibility: hidden; }
.kit .kit-log-row:focus-visible { outline-offset: -3px; }
.kit .kit-record { min-height: 120px; }
.kit .kit-record .kit-figures { justify-content: flex-start; gap: 2px 26px; border: 0; }
.kit .kit-json { margin: 4px 0 0; padding: 6px 8px; background: var(--kit-panel); color: var(--kit-ink);
  line-height: 1.45; white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere;
  max-height: 160px; overflow: auto; }
"""

_TONIGHT = """
.kit.kit-tonight { gap: 4px; }
.kit .kit-tonight-games { border-top: 1px solid var(--kit-rule); border-bottom: 1px solid var(--kit-rule);
  max-height: 190px; overflow: auto; }
.kit .jupyter-button.kit-tonight-game { display: block; flex: 0 0 auto; width: auto; margin: 0; padding: 0 6px;
  height: 28px; line-height: 28px; text-align: left; font-family: var(--jp-code-font-family, ui-monospace, monospace);
  font-weight: 400; white-space: pre; background: none; box-shadow: none; }
.kit .jupyter-button.kit-tonight-game:hover { background: var(--kit-panel); }
.kit .jupyter-button.kit-tonight-game.kit-selected, .kit .jupyter-button.kit-tonight-game.kit-selected:hover {
  background: var(--kit-ink); color: var(--kit-paper); font-weight: 700; }
.kit .kit-tonight-game:focus-visible { outline-offset: -3px; }
.kit .kit-tonight-sentence { flex: 1 1 auto; min-width: 0; }
.kit.kit-feed p { margin: 3px 0 0; }
.kit .kit-correction b { padding-right: 6px; }
"""

_SEARCH = """
.kit.kit-search { gap: 4px; }
.kit .kit-search-words input { height: 34px; font-size: var(--kit-body); color: var(--kit-ink); }
.kit .kit-search-words input:focus-visible { outline: 3px solid var(--jp-brand-color1, #2196f3); }
.kit .kit-search-games { border-top: 1px solid var(--kit-rule); border-bottom: 1px solid var(--kit-rule);
  max-height: 226px; overflow: auto; }
.kit .jupyter-button.kit-search-game { display: block; flex: 0 0 auto; width: auto; margin: 0; padding: 0 6px;
  height: 28px; line-height: 28px; text-align: left; font-family: var(--jp-code-font-family, ui-monospace, monospace);
  font-weight: 400; white-space: pre; overflow: hidden; text-overflow: ellipsis; background: none; box-shadow: none; }
.kit .jupyter-button.kit-search-game:hover { background: var(--kit-panel); }
.kit .jupyter-button.kit-search-game.kit-selected, .kit .jupyter-button.kit-search-game.kit-selected:hover {
  background: var(--kit-ink); color: var(--kit-paper); font-weight: 700; }
.kit .kit-search-game:focus-visible { outline-offset: -3px; }
"""

_TABS = """
.kit.kit-tabs { position: relative; }
.kit.kit-tabs > .widget-tab-bar { min-height: 34px; max-height: none; border-bottom: 1px solid var(--kit-rule); }
.kit.kit-tabs > .widget-tab-bar .lm-TabBar-content { border: 0; gap: 2px; }
.kit.kit-tabs > .widget-tab-bar .lm-TabBar-tab { flex: 0 1 auto; min-width: 0; max-width: none; height: 34px;
  padding: 0 8px; line-height: 34px; border: 0; margin: 0; background: none; color: var(--kit-quiet);
  font-size: var(--kit-body); font-weight: 600; transform: none; cursor: pointer; }
.kit.kit-tabs > .widget-tab-bar .lm-TabBar-tab::before { display: none; }
.kit.kit-tabs > .widget-tab-bar .lm-TabBar-tab:hover { background: var(--kit-panel); color: var(--kit-ink); }
.kit.kit-tabs > .widget-tab-bar .lm-TabBar-tab.lm-mod-current { min-height: 0;
  transform: none; color: var(--kit-ink); background: var(--kit-panel);
  box-shadow: inset 0 -3px var(--jp-brand-color1, #2196f3); }
.kit.kit-tabs > .widget-tab-bar .lm-TabBar-tab:focus-visible { outline: 3px solid var(--jp-brand-color1, #2196f3);
  outline-offset: -3px; }
.kit.kit-tabs > .widget-tab-contents { padding: 4px 0 0; border: 0; background: none; overflow: visible; }
.kit.kit-tabs > .widget-tab-bar .lm-TabBar-content { flex-wrap: wrap; }
/* A page out of sight keeps its size: a figure drawn at no size would be wrong when it comes into sight. */
.kit.kit-tabs .kit-page.lm-mod-hidden { display: flex !important; visibility: hidden; position: absolute; left: 0;
  right: 0; top: 38px; z-index: -1; }
.kit.kit-tabs .kit-page.lm-mod-hidden * { visibility: hidden; }
"""

_STANDINGS = """
.kit .kit-ranking-box .widget-html-content { container-type: inline-size; }
.kit .kit-rankings { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 20px; }
.kit .kit-ranking { border-collapse: collapse; width: 100%; font-size: var(--kit-body); }
.kit .kit-ranking th, .kit .kit-ranking td { padding: 1px 4px; text-align: right; font-weight: 400; line-height: 1.3;
  white-space: nowrap; background: none; }
.kit .kit-ranking thead th { color: var(--kit-quiet); font-size: var(--kit-small);
  border-bottom: 1px solid var(--kit-rule); }
.kit .kit-ranking thead td { border-bottom: 1px solid var(--kit-rule); }
.kit .kit-ranking thead th[aria-sort] { color: var(--kit-ink); font-weight: 700; }
.kit .kit-ranking tbody tr { background: none; }
.kit .kit-ranking tbody tr:nth-child(even) { background: color-mix(in srgb, var(--kit-panel) 60%, transparent); }
.kit .kit-ranking th[scope="row"] { text-align: left; }
.kit .kit-chip { display: inline-block; min-width: 38px; padding: 0 3px; font-weight: 700; text-align: center; }
.kit .kit-ranking .kit-move { min-width: 32px; font-size: var(--kit-small); color: var(--kit-quiet); }
.kit .kit-ranking .kit-up, .kit .kit-ranking .kit-down { font-weight: 700; color: var(--kit-ink); }
.kit .kit-ranking .kit-net { width: 50%; min-width: 34px; }
.kit .kit-net-bar { position: relative; display: block; height: 13px;
  background: linear-gradient(var(--kit-quiet), var(--kit-quiet)) 50% 0 / 1px 100% no-repeat; }
.kit .kit-net-bar b { position: absolute; top: 1px; bottom: 1px; }
.kit .kit-net-bar i { position: absolute; top: -2px; bottom: -2px; width: 3px; margin-left: -1.5px;
  background: var(--kit-ink); outline: 1px solid var(--kit-paper); }
.kit.kit-standings p { margin: 3px 0 0; }
@container (max-width: 920px) {
  .kit .kit-rankings { gap: 0 12px; }
  .kit .kit-ranking { font-size: 13px; }
  .kit .kit-ranking th, .kit .kit-ranking td { padding: 1px 3px; line-height: 1.5; }
  .kit .kit-chip { min-width: 32px; }
}
@container (max-width: 640px) {
  .kit .kit-rankings { grid-template-columns: minmax(0, 1fr); }
}
"""

# In half a window what stands beside the charts comes below them.
_PANEL = """
.kit.kit-panel { container: kit-panel / inline-size; }
@container kit-panel (max-width: 760px) {
  .kit .kit-beside { flex-wrap: wrap; gap: var(--kit-gap); }
  .kit .kit-beside > .widget-box { flex: 1 1 100% !important; }
  .kit .kit-beside > .kit-alerts { height: 220px !important; padding-left: 0; border-left: 0; }
  .kit.kit-tabs > .widget-tab-bar .lm-TabBar-tab { padding: 0 6px; font-size: var(--kit-small); }
  .kit .kit-log-head, .kit .jupyter-button:is(.kit-log-row, .kit-tonight-game, .kit-search-game) {
    white-space: pre-wrap; height: auto; line-height: 1.35; }
  .kit .kit-log-page { flex: 0 0 auto; }
  .kit .kit-table th, .kit .kit-table td { padding-right: 4px; font-size: var(--kit-small); white-space: normal; }
}
"""

CSS = "".join(
    (
        _VARIABLES,
        _CONTENT,
        _SCOREBOARD,
        _CHART,
        _CORNER,
        _LEGEND,
        _ALERTS,
        _SEEK,
        _CONTROLS,
        _FIGURES,
        _WINDOW,
        _OFFICIAL,
        _LOG,
        _TONIGHT,
        _SEARCH,
        _TABS,
        _STANDINGS,
        _PANEL,
    )
)


def sheet() -> HTML:
    """The style sheet as an undisplayed widget, to be a child of each view's box."""
    widget = HTML(f"<style>{CSS}</style>")
    widget.add_class("kit-sheet")
    return widget


def text(value: object) -> str:
    """Any outside value as text that is safe inside HTML, attributes too."""
    return escape(str(value), quote=True)


def error_html(message: str) -> str:
    """An error in words; empty when there is none."""
    return f'<span class="kit-error">Error: {text(message)}</span>' if message else ""
