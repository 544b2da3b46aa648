"""The look of the strip, on top of the common sheet."""

from nbmomentum.views.strip.walk import STATIONS

_PLACES = "".join(
    f".kit.kit-pipeline .kit-token.kit-at-{place} {{ left: {(place - 0.5) / len(STATIONS):.4%}; }}\n"
    for place in range(1, len(STATIONS) + 1)
)

CSS = f"""
.kit.kit-pipeline {{ gap: 4px; width: 100%; max-width: 1120px; }}
.kit.kit-pipeline .kit-row {{ margin: 0; }}
.kit.kit-pipeline .kit-walk-line {{ flex: 1 1 300px; }}
.kit.kit-pipeline .kit-pace {{ width: auto; margin: 2px; }}
.kit.kit-pipeline .kit-pace label {{ width: auto; }}
.kit.kit-pipeline .kit-pace select {{ width: 150px; }}

/* the way, and the token on it */
.kit.kit-pipeline .kit-way {{ position: relative; height: 36px; margin: 0; overflow: visible; }}
.kit.kit-pipeline .kit-way::before {{ content: ""; position: absolute; top: 17px; height: 0;
  left: {0.5 / len(STATIONS):.4%}; right: {0.5 / len(STATIONS):.4%}; border-top: 3px solid var(--kit-rule); }}
.kit.kit-pipeline .kit-token {{ position: absolute; top: 0; margin: 0; left: 2px; transform: translateX(-50%);
  transition: left .3s ease-in-out; width: auto; }}
.kit.kit-pipeline .kit-token.kit-at-0 {{ transform: none; }}
{_PLACES}
.kit.kit-pipeline .kit-pill {{ display: inline-block; padding: 4px 12px; border-radius: 17px; white-space: nowrap;
  font-size: var(--kit-label); font-weight: 800; line-height: 26px; }}
.kit.kit-pipeline .kit-stations {{ margin: 0; overflow: visible; gap: 4px; }}
.kit.kit-pipeline .jupyter-button.kit-station {{ flex: 1 1 0; width: auto; min-width: 0; margin: 0; padding: 0 2px;
  background: var(--kit-panel); color: var(--kit-quiet); border-top: 4px solid var(--kit-rule); height: 40px;
  line-height: 34px; overflow: hidden; text-overflow: clip; }}
.kit.kit-pipeline .jupyter-button.kit-station.kit-reached {{ color: var(--kit-ink);
  border-top-color: var(--kit-ink); }}
.kit.kit-pipeline .jupyter-button.kit-station.kit-chosen {{ background: var(--kit-ink); color: var(--kit-paper); }}

/* offsets: what has just changed stands out, and is written as a change */
.kit.kit-pipeline .kit-walk-offsets {{ justify-content: flex-start; gap: 2px 4px; border: 0; padding: 2px 0; }}
.kit.kit-pipeline .kit-walk-offsets div {{ padding: 2px 12px 2px 8px; border-left: 4px solid transparent;
  min-width: 92px; }}
.kit.kit-pipeline .kit-walk-offsets dd {{ font-size: var(--kit-label); }}
.kit.kit-pipeline .kit-walk-offsets .kit-changed {{ background: var(--kit-panel);
  border-left-color: var(--jp-brand-color1, #2196f3); }}
.kit.kit-pipeline .kit-walk-offsets .kit-changed dd {{ font-weight: 800; }}

/* the form here, and the code here */
.kit.kit-pipeline .kit-panes {{ margin: 0; gap: 12px; align-items: stretch; overflow: visible; }}
.kit.kit-pipeline .kit-form-pane {{ flex: 1 1 0; min-width: 0; margin: 0; }}
.kit.kit-pipeline .kit-code-pane {{ flex: 1.5 1 0; min-width: 0; margin: 0; }}
.kit.kit-pipeline .kit-form-pane, .kit.kit-pipeline .kit-code-pane {{ border-top: 1px solid var(--kit-rule);
  padding-top: 4px; height: 236px; overflow: auto; }}
/* a long value fades out where it goes on: it can be scrolled */
.kit.kit-pipeline .kit-form-pane {{ mask-image: linear-gradient(to top, transparent, #000 28px); }}
.kit.kit-pipeline .kit-form-pane > :last-child {{ padding-bottom: 28px; }}
.kit.kit-pipeline .kit-form-pane .kit-json {{ max-height: none; padding: 4px 6px; }}
.kit.kit-pipeline .kit-said, .kit.kit-pipeline .kit-ahead {{ margin: 2px 0 4px; }}
.kit.kit-pipeline .kit-form {{ display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 1px 12px;
  margin: 0; }}
.kit.kit-pipeline .kit-form div {{ display: contents; }}
.kit.kit-pipeline .kit-form dt {{ float: none; width: auto; margin: 0; font-weight: 400; color: var(--kit-quiet);
  font-size: var(--kit-small); line-height: 20px; }}
.kit.kit-pipeline .kit-form dd {{ margin: 0; font-weight: 600; line-height: 20px; overflow-wrap: anywhere; }}
.kit.kit-pipeline .kit-code-place small {{ font-weight: 400; color: var(--kit-quiet);
  font-family: var(--jp-ui-font-family, sans-serif); font-size: var(--kit-small); white-space: nowrap; }}
.kit.kit-pipeline .kit-code-place {{ font-family: var(--jp-code-font-family, ui-monospace, monospace); }}
.kit.kit-pipeline .kit-code {{ margin: 4px 0 0; padding: 4px 0; background: var(--kit-panel); color: var(--kit-ink);
  font-family: var(--jp-code-font-family, ui-monospace, monospace); font-size: 13px; line-height: 1.5;
  white-space: pre-wrap; word-break: normal; }}
.kit.kit-pipeline .kit-line {{ display: flex; padding: 0 6px 0 2px; }}
.kit.kit-pipeline .kit-line i {{ flex: 0 0 6ch; font-style: normal; color: var(--kit-quiet); white-space: pre; }}
.kit.kit-pipeline .kit-line span {{ flex: 1 1 0; min-width: 0; overflow-wrap: break-word; }}
.kit.kit-pipeline .kit-line.kit-here {{ background: var(--kit-ink); color: var(--kit-paper); font-weight: 700; }}
.kit.kit-pipeline .kit-line.kit-here i {{ color: var(--kit-paper); }}
.kit.kit-pipeline .kit-gap {{ display: block; padding-left: 3ch; color: var(--kit-quiet); line-height: 1; }}
"""
