"""What the page needs for the picture of the log: its look in both themes, and clicks and arrow keys on it.

A drawing is one piece of HTML that is replaced ten times a second, so the page listens once, for all of them: a press
on a record writes its place into a hidden text field of the same view, an arrow key presses the button for it.
Without the script (or where a page refuses it) the buttons stay.
"""

from ipywidgets import HTML, Layout, Output

_CSS = """
.kit .kit-log-picture { margin: 0 2px; padding: 2px 4px; cursor: default; border-radius: 4px; }
.kit .kit-log-picture:focus-visible { outline: 3px solid var(--jp-brand-color1, #2196f3); outline-offset: -1px; }
.kit .kit-log-picture svg { display: block; width: 100%; height: auto; color: var(--kit-ink);
  font-family: var(--jp-ui-font-family, system-ui, sans-serif); font-variant-numeric: tabular-nums;
  user-select: none; -webkit-user-select: none; }
.kit .kit-log-picture text { fill: var(--kit-ink); font-size: 14px; }
.kit .kit-log-picture .kit-partition { font-weight: 700; font-size: 16px; }
.kit .kit-log-picture .kit-small { fill: var(--kit-quiet); }
.kit .kit-log-picture .kit-cell { cursor: pointer; }
.kit .kit-log-picture .kit-cell rect { stroke: var(--kit-ink); stroke-opacity: .35; }
.kit .kit-log-picture .kit-cell:hover rect { stroke-opacity: 1; stroke-width: 2; }
.kit .kit-log-picture .kit-cell:active rect { stroke-opacity: 1; stroke-width: 4; }
.kit .kit-log-picture .kit-cell text { fill: inherit; font-size: 18px; font-weight: 700; text-anchor: middle;
  pointer-events: none; }
.kit .kit-log-picture .kit-cell .kit-replay { font-size: 12px; font-weight: 600; }
.kit .kit-log-picture .kit-cell.kit-odd rect { stroke-opacity: 1; stroke-dasharray: 4 3; pointer-events: all; }
.kit .kit-log-picture .kit-cell .kit-ring { fill: none; stroke-opacity: 1; stroke-width: 3; stroke-dasharray: none; }
.kit .kit-log-picture .kit-notch { fill: var(--kit-ink); stroke: var(--kit-paper); stroke-width: 1; }
.kit .kit-log-picture .kit-next { fill: none; stroke: var(--kit-quiet); stroke-dasharray: 4 4; }
.kit .kit-log-picture .kit-offset, .kit .kit-log-picture .kit-end-offset { text-anchor: middle; fill: var(--kit-quiet);
  font-size: 13px; }
.kit .kit-log-picture .kit-end-offset { fill: var(--kit-ink); font-weight: 700; }
.kit .kit-log-picture .kit-pressed { stroke: var(--kit-quiet); stroke-opacity: .55; stroke-width: 2; }
.kit .kit-log-picture .kit-block { text-anchor: middle; font-weight: 700; paint-order: stroke;
  stroke: var(--kit-paper); stroke-width: 5px; }
.kit .kit-log-picture .kit-flag text { font-size: 13px; font-weight: 600; text-anchor: middle; }
.kit .kit-log-picture .kit-flag path { stroke: var(--kit-ink); stroke-width: 1.5; fill: var(--kit-ink); }
.kit .kit-log-picture .kit-flag rect { stroke: var(--kit-ink); stroke-width: 1.5; }
.kit .kit-log-picture .kit-position rect { fill: var(--kit-ink); }
.kit .kit-log-picture .kit-position text { fill: var(--kit-paper); }
.kit .kit-log-picture .kit-committed rect, .kit .kit-log-picture .kit-committed path { fill: var(--kit-paper); }
.kit .kit-letter { display: inline-block; min-width: 20px; padding: 0 3px; text-align: center; line-height: 20px;
  border-radius: 4px; box-sizing: border-box; }
.kit .kit-notch-key { width: 0; height: 0; border: 6px solid var(--kit-ink); border-right-color: transparent;
  border-bottom-color: transparent; }
.kit .kit-log-step { padding: 0; }
.kit.kit-log-view > * { flex-shrink: 0; }
.kit.kit-log-view .kit-record { min-height: 0; }
.kit .kit-play { margin: 4px 0 0; }
"""

_SCRIPT = """
if (!window.nbmomentumLog) {
  window.nbmomentumLog = true;
  const keys = {ArrowLeft: 'earlier', ArrowRight: 'later', ArrowUp: 'up', ArrowDown: 'down', Escape: 'follow'};
  const inside = (event) => event.target.closest && event.target.closest('.kit-log-picture');
  // JupyterLab moves between cells with the same keys
  document.addEventListener('focusin', (event) => {
    const picture = inside(event);
    if (picture) picture.setAttribute('data-lm-suppress-shortcuts', 'true');
  });
  let presses = 0;
  document.addEventListener('pointerdown', (event) => {
    const picture = inside(event), cell = picture && event.target.closest('[data-at]');
    const field = cell && picture.closest('.kit-log-view').querySelector('.kit-log-picked input');
    if (!field) return;
    field.value = cell.dataset.at + ' ' + Date.now() + '.' + ++presses;  // the same record twice is two presses
    field.dispatchEvent(new Event('change', {bubbles: true}));
  });
  document.addEventListener('keydown', (event) => {
    const picture = keys[event.key] && inside(event);
    if (!picture || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    picture.closest('.kit-log-view').querySelector('.kit-log-' + keys[event.key]).click();
  });
}
"""


def look() -> HTML:
    """The style sheet of the picture, as an undisplayed widget."""
    widget = HTML(f"<style>{_CSS}</style>")
    widget.add_class("kit-sheet")
    return widget


def listening() -> Output:
    """An invisible widget that passes presses and keys on, once it is on the page."""
    script = {"output_type": "display_data", "data": {"application/javascript": _SCRIPT}, "metadata": {}}
    return Output(outputs=(script,), layout=Layout(display="none"))
