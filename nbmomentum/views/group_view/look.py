"""The look of a group view, on top of the common sheet."""

from ipywidgets import HTML

CSS = """
.kit.kit-group { gap: 2px; }
.kit.kit-group .kit-group-line, .kit.kit-group .kit-strategy-words, .kit.kit-group .kit-group-words { margin: 2px 0; }
.kit.kit-group .kit-group-line { font-size: var(--kit-label); }
.kit.kit-group .kit-group-words { font-size: var(--kit-small); color: var(--kit-quiet); }
.kit.kit-group .kit-members { display: flex; flex-wrap: wrap; gap: 8px; margin: 4px 0; min-height: 92px; }
.kit.kit-group .kit-member { display: flex; flex-direction: column; gap: 3px; flex: 1 1 140px; max-width: 240px;
  box-sizing: border-box; padding: 6px 10px; border: 2px solid var(--kit-ink); border-radius: 6px; }
.kit.kit-group .kit-member-head { display: flex; flex-wrap: wrap; justify-content: space-between;
  align-items: baseline; column-gap: 10px; }
.kit.kit-group .kit-member b { font-size: var(--kit-label); }
.kit.kit-group .kit-owned { display: flex; flex-wrap: wrap; gap: 4px; }
.kit.kit-group .kit-member.kit-idle { border-style: dashed; border-color: var(--kit-quiet); }
.kit.kit-group .kit-member.kit-nobody { border-style: dotted; border-color: var(--kit-alarm); }
.kit.kit-group .kit-member .kit-quiet { margin-top: auto; }
.kit.kit-group .kit-chip { display: inline-block; align-self: flex-start; padding: 1px 9px; border-radius: 4px;
  font-weight: 700; font-size: var(--kit-body); line-height: 1.35; white-space: nowrap; }
.kit.kit-group .kit-lags { width: 100%; table-layout: fixed; }
.kit.kit-group .kit-lags .kit-narrow { width: 122px; }
.kit.kit-group .kit-lags th, .kit.kit-group .kit-lags td { padding: 2px 8px 2px 0; text-align: left; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap; }
.kit.kit-group .kit-lags th[scope="colgroup"] { font-weight: 600; white-space: normal; }
.kit.kit-group .kit-lags thead th { vertical-align: bottom; }
.kit.kit-group .kit-lags thead tr + tr th { font-weight: 400; }
.kit.kit-group .kit-lag-cell { font-variant-numeric: tabular-nums; }
.kit.kit-group .kit-lag-number { display: inline-block; width: 5ch; box-sizing: border-box; text-align: right;
  padding-right: 8px; font-weight: 600; }
.kit.kit-group .kit-lag-bar { display: inline-block; width: calc(100% - 6ch); height: 12px;
  background: var(--kit-panel); vertical-align: middle; }
.kit.kit-group .kit-lag-bar i { display: block; height: 100%; }
.kit.kit-group .kit-trend { font-weight: 400; }
.kit.kit-group .kit-trend.kit-growing { font-weight: 700; color: var(--kit-alarm); }
.kit.kit-group .kit-rebalances { list-style: none; margin: 2px 0 0; padding: 0; min-height: 6.8em; }
.kit.kit-group .kit-rebalances li { line-height: 1.35; }
/* in half a window the numbers stay whole, and the bars go */
.kit.kit-group { container: kit-group / inline-size; width: 100%; }
@container kit-group (max-width: 640px) {
  .kit.kit-group .kit-lags { table-layout: auto; }
  .kit.kit-group .kit-lags .kit-narrow { width: auto; }
  .kit.kit-group .kit-lags th, .kit.kit-group .kit-lags td { padding-right: 6px; font-size: var(--kit-small);
    white-space: normal; }
  .kit.kit-group .kit-lags .kit-chip { padding: 1px 5px; font-size: var(--kit-small); }
  .kit.kit-group .kit-lag-bar { display: none; }
}
"""


def group_sheet() -> HTML:
    """The style sheet of the group view, as an undisplayed widget."""
    widget = HTML(f"<style>{CSS}</style>")
    widget.add_class("kit-sheet")
    return widget
