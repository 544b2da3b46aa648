"""Waiting in a cell, while the page and the threads go on.

```python
await studio.until(lambda: consumer.status.lag == 0)
```
"""

import asyncio
import time
from collections.abc import Callable

from nbmomentum.errors import RunnerError

_LOOK_INTERVAL_S = 0.03


async def until(condition: Callable[[], object], *, timeout_s: float = 30.0) -> None:
    """Wait in a cell until this holds; the page, its buttons and the threads go on meanwhile.

    await studio.until(lambda: consumer.status.lag == 0)

    Raises:
        RunnerError: It still does not hold after `timeout_s` seconds.
    """
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline_s:
            raise RunnerError(f"After {timeout_s:g} s it is still not so. Look at the status of what should do it.")
        await asyncio.sleep(_LOOK_INTERVAL_S)
