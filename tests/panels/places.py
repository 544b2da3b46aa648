"""What of a panel does not fit: overlapping, cut, or beyond its edge; and the tracks of its sliders."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# All that can be read or used, and is in sight where it stands: clipped by what scrolls, hidden by nothing.
_PANEL = """const panel = [...document.querySelectorAll('.kit-panel:has(.kit-end), .kit-frame')].pop();
const isSeen = (part) => part.getClientRects().length && getComputedStyle(part).visibility !== 'hidden'
  && !part.closest('.lm-mod-hidden, svg, .kit-sheet') && getComputedStyle(part).clipPath === 'none';
const kind = (part) => (part.className.match(/kit-[a-z-]+/) || [part.tagName])[0];
const named = (part) => `${kind(part)} "${part.textContent.slice(0, 24)}"`;
"""
# A long name at the end of a line of the log ends in an ellipsis; its tooltip has the line.
_UNFIT = f"""() => {{ {_PANEL}
const out = [], edge = panel.getBoundingClientRect();
for (const part of panel.querySelectorAll('*')) {{
  const hasText = [...part.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const box = part.getBoundingClientRect();
  if (!isSeen(part) || !hasText || box.width < 3) continue;
  if (box.right > edge.right + 2) out.push(`beyond the edge: ${{named(part)}}`);
  const isCut = part.scrollWidth > part.clientWidth + 1 && part.clientWidth
    && getComputedStyle(part).overflowX !== 'visible' && !part.matches('.kit-log-row');
  if (isCut) out.push(`cut: ${{named(part)}}`);
}}
const parts = [...panel.querySelectorAll(
  'button, select, input, label, dt, dd, td, th, pre, p, h4, .noUi-target, .kit-score-bug, .lm-TabBar-tab')]
  .filter(isSeen).map((part) => {{
    let box = part.getBoundingClientRect(), [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom];
    for (let outer = part.parentElement; outer !== panel.parentElement; outer = outer.parentElement) {{
      if (getComputedStyle(outer).overflow === 'visible') continue;
      box = outer.getBoundingClientRect();
      [left, top] = [Math.max(left, box.left), Math.max(top, box.top)];
      [right, bottom] = [Math.min(right, box.right), Math.min(bottom, box.bottom)];
    }}
    return {{part, left, top, right, bottom}};
  }}).filter((box) => box.right - box.left > 2 && box.bottom - box.top > 2);
for (const [at, one] of parts.entries()) for (const other of parts.slice(at + 1)) {{
  if (one.part.contains(other.part) || other.part.contains(one.part)) continue;
  const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  if (width > 2 && height > 3) out.push(`${{named(one.part)}} over ${{named(other.part)}}`);
}}
return [...new Set(out)]; }}"""
# Each slider's track in sight: its length, and from how far above to how far below its line a press reaches it.
_TRACKS = f"""() => {{ {_PANEL}
return [...panel.querySelectorAll('.noUi-target')].filter(isSeen).map((track) => {{
  track.scrollIntoView({{block: 'center'}});
  const box = track.getBoundingClientRect(), x = box.left + .9 * box.width, y = box.top + box.height / 2;
  const reaches = (down) => track.contains(document.elementFromPoint(x, y + down));
  let above = 0, below = 0;
  while (above < 40 && reaches(-above - 1)) above++;
  while (below < 40 && reaches(below + 1)) below++;
  return [named(track.closest('[class*=kit-]')), box.width, above + below + 1];
}}); }}"""


def unfit(page: "Page") -> list[str]:
    """What of the last panel overlaps, is cut or stands beyond its edge, in words."""
    found: list[str] = page.evaluate(_UNFIT)
    return found


def tracks(page: "Page") -> list[tuple[str, float, int]]:
    """The sliders of the last panel that are in sight: name, length of the track and height that answers, in pixels."""
    return [(name, width, height) for name, width, height in page.evaluate(_TRACKS)]
