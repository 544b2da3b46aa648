"""Who scored: the player's full name where the kit knows the number, else what the row says, in whichever field.

```python
scorer(56999, "", "", description="Zwei 4' Jump Shot (2 PTS)")  # "Zwei"
```
"""

import re

from nbmomentum.sources.rosters import player_name

# A description is the name, the distance, and the kind of shot; the name is what stands before these.
_NAME = re.compile(
    r"(?!MISS\b)(\S.*?)\s+(?=\d+'|3PT\b|(?:alley.oop|bank|cutting|driving|dunk|fade.?away|finger roll|floating"
    r"|free throw|hook|jump(?:er)?|lay.?up|no shot|pull.?up|put.?back|reverse|running|slam|step.back|tip"
    r"|turnaround)\b)",
    re.IGNORECASE,
)


def scorer(person_id: int, *names: str | None, description: str | None) -> str:
    """The name of whoever scored; empty where the row tells none.

    Args:
        person_id: The league's number of the player.
        *names: The row's own fields of the name, the best first; a club from abroad may leave them blank.
        description: The row in words, which begins with the name.
    """
    stated = (name.strip() for name in names if name)
    return player_name(person_id) or next(filter(None, stated), "") or _described(description or "")


def _described(description: str) -> str:
    found = _NAME.match(description.strip())
    return found[1] if found else ""
